"""What the tests share: values, clients as the code under test makes them, and requests that no client would send."""

from __future__ import annotations

import datetime
import functools
import json
from typing import Any

import boto3
import pytest
import requests
from botocore.config import Config

from moto_liveness import Succeeded

# One attempt: botocore sleeps between attempts. The tests of retries make clients of their own.
_CONFIG = Config(retries={"max_attempts": 0})

CREATE = "CreateFaceLivenessSession"
GET = "GetFaceLivenessSessionResults"
SESSION_ID = "11111111-2222-3333-4444-555555555555"
NOON = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
JPEG = b"\xff\xd8\xff a face"
ALIVE = Succeeded(confidence=97.3)
AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=testing/20260301/us-east-1/rekognition/aws4_request"

# Where the requests go: to AWS, which mock_aws intercepts, or to the server of the fixture face_liveness.
ENDPOINT: str | None = None

MODEL = boto3.Session().client("rekognition", "us-east-1").meta.service_model
CREATE_INPUT = MODEL.operation_model(CREATE).input_shape
GET_OUTPUT = MODEL.operation_model(GET).output_shape

needs_challenges = pytest.mark.skipif(
    "ChallengePreferences" not in CREATE_INPUT.members["Settings"].members,
    reason="this botocore has no ChallengePreferences yet (1.38.32 brought them)",
)


def client(service: str = "rekognition", region_name: str = "us-east-1") -> Any:
    """Return a client. It is made once: mocks come and go, and the client stays."""
    return _client(service, region_name, ENDPOINT)


@functools.cache
def _client(service: str, region_name: str, endpoint_url: str | None) -> Any:
    return boto3.client(
        service,
        region_name,
        endpoint_url=endpoint_url,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=_CONFIG,
    )


def create(**params: Any) -> str:
    """Create a session as most code does, and return its id."""
    session_id: str = client().create_face_liveness_session(**params)["SessionId"]
    return session_id


def create_with_images(limit: int = 4, **settings: Any) -> str:
    return create(Settings={"AuditImagesLimit": limit, **settings})


def poll(session_id: str, region_name: str = "us-east-1") -> dict[str, Any]:
    """Return the results without the metadata of the response."""
    results = client(region_name=region_name).get_face_liveness_session_results(SessionId=session_id)
    del results["ResponseMetadata"]
    return dict(results)


def status(session_id: str) -> str:
    return str(poll(session_id)["Status"])


def post(operation: str, body: object, region_name: str = "us-east-1", **headers: str) -> requests.Response:
    """Send what a client in any language could send: members that botocore does not know yet, wrong types, no JSON."""
    data = body if isinstance(body, str) else json.dumps(body)
    sent = {
        "X-Amz-Target": f"RekognitionService.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
        # A server tells service and region from the credential scope of the signature.
        "Authorization": f"AWS4-HMAC-SHA256 Credential=testing/20260301/{region_name}/rekognition/aws4_request",
        **headers,
    }
    return requests.post(ENDPOINT or f"https://rekognition.{region_name}.amazonaws.com/", data=data, headers=sent)


def get(session_id: str) -> dict[str, Any]:
    """Return the results as JSON: with the members that an older botocore would drop."""
    answer: dict[str, Any] = post(GET, {"SessionId": session_id}).json()
    return answer
