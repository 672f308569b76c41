"""An invalid bucket or KMS key, refused at the stream instead of by the create."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest

from moto_liveness import FaceLiveness
from tests.aws import ALIVE, client, create, status
from tests.streaming import stream
from tests.streams.shared import DONE, UNTIL_STREAM, refused


def bad_key() -> dict[str, Any]:
    key_id = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("kms").disable_key(KeyId=key_id)
    return {"KmsKeyId": key_id}


def elsewhere() -> dict[str, Any]:
    location = {"LocationConstraint": "eu-west-1"}
    boto3.client("s3", "eu-west-1").create_bucket(Bucket="elsewhere", CreateBucketConfiguration=location)
    return {"Settings": {"OutputConfig": {"S3Bucket": "elsewhere"}}}


def missing() -> dict[str, Any]:
    return {"Settings": {"OutputConfig": {"S3Bucket": "missing"}}}


@pytest.mark.parametrize("invalid", [bad_key, elsewhere, missing])
def test_choice_an_invalid_bucket_or_key_can_be_refused_at_the_stream(
    face_liveness: FaceLiveness, invalid: Any
) -> None:
    face_liveness.set_output_check("stream")
    face_liveness.queue(UNTIL_STREAM, ALIVE)
    session_id = create(**invalid())
    code, message = refused(session_id)

    assert code == "ValidationException"
    assert re.match("Request has invalid parameters: (S3 bucket|KMS key) '", message)
    assert face_liveness.session(session_id).stream is None
    assert status(session_id) == "CREATED"


def test_a_bucket_that_exists_by_then_will_do(face_liveness: FaceLiveness) -> None:
    face_liveness.set_output_check("stream")
    face_liveness.queue(ALIVE)
    session_id = create(**missing())
    client("s3").create_bucket(Bucket="missing")

    assert stream(session_id) == DONE
    assert client("s3").list_objects_v2(Bucket="missing")["KeyCount"] == 1


def test_the_create_refuses_again(face_liveness: FaceLiveness) -> None:
    face_liveness.set_output_check("stream")
    face_liveness.set_output_check("create")

    with pytest.raises(client().exceptions.InvalidParameterException):
        create(**missing())


def test_the_check_is_at_the_create_or_at_the_stream(face_liveness: FaceLiveness) -> None:
    with pytest.raises(ValueError, match=r"^when 'poll' does not exist\. Choose from: create, stream\.$"):
        face_liveness.set_output_check("poll")
