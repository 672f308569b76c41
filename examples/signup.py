"""A small sign-up check, as a bank or an exam board would write it. The code under test: it knows nothing of tests."""

import time
from enum import Enum

import boto3
from botocore.exceptions import BotoCoreError, ClientError

rekognition = boto3.client("rekognition", region_name="us-east-1")

#: How sure Amazon Rekognition must be that a real person sits in front of the camera, in percent.
THRESHOLD = 90


class Verdict(Enum):
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PENDING = "pending"
    TRY_AGAIN = "try again"


def start_check() -> str:
    """Create the session that the browser or the phone streams its video to, and return its id."""
    session = rekognition.create_face_liveness_session(Settings={"AuditImagesLimit": 2})
    return session["SessionId"]


def verdict(session_id: str) -> Verdict:
    """Ask once how the check went."""
    try:
        results = rekognition.get_face_liveness_session_results(SessionId=session_id)
    except (ClientError, BotoCoreError):  # what AWS and what the network can do wrong
        return Verdict.TRY_AGAIN
    if results["Status"] in ("CREATED", "IN_PROGRESS"):
        return Verdict.PENDING
    if results["Status"] == "EXPIRED":
        return Verdict.TRY_AGAIN
    if results["Status"] == "SUCCEEDED" and results["Confidence"] >= THRESHOLD and "ReferenceImage" in results:
        return Verdict.ACCEPTED
    return Verdict.REJECTED


def wait_for_verdict(session_id: str, pause: float = 1.0) -> Verdict:
    """Ask until there is an answer."""
    while (found := verdict(session_id)) is Verdict.PENDING:
        time.sleep(pause)
    return found
