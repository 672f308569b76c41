"""The names that the shorter blocks of the README use: the blocks are bodies of tests."""

from __future__ import annotations

from typing import Any

import boto3
import PIL.Image
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from moto_liveness import (
    ApiError,
    BoundingBox,
    Challenge,
    Created,
    Expired,
    FaceLiveness,
    FaceLivenessServer,
    Failed,
    Image,
    InProgress,
    Succeeded,
    photo,
    scenarios,
)


def start_check(**params: Any) -> str:
    return str(boto3.client("rekognition", "us-east-1").create_face_liveness_session(**params)["SessionId"])


def results(session_id: str) -> dict[str, Any]:
    rekognition = boto3.client("rekognition", "us-east-1")
    return dict(rekognition.get_face_liveness_session_results(SessionId=session_id))


def run_the_page(server: FaceLivenessServer) -> None:
    """Do what a page with Amplify's component does in a browser."""
    from tests.streaming import END_OF_VIDEO, HTTPClient, color, video

    rekognition = boto3.client("rekognition", "us-east-1", endpoint_url=server.endpoint_url)
    client = HTTPClient(server.streaming_endpoint_url, server.certificate)
    client.open(rekognition.create_face_liveness_session()["SessionId"])
    client.send(color(0, 0, 0, 0) + video(b"\x1aE\xdf\xa3 and so on") + END_OF_VIDEO)
    client.rest()
    client.close()


def upload_document(picture: bytes) -> None:
    import document

    document.s3.create_bucket(Bucket=document.BUCKET)
    document.upload_document("alice", picture)


def sign_up() -> str:
    """Check and compare the person who says that she is Alice."""
    import document

    return str(document.sign_up("alice", document.start()).value)


def status(session_id: str) -> str:
    return str(results(session_id)["Status"])
