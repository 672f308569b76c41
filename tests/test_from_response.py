"""What AWS answered once becomes the step that makes the mock answer it again."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from hypothesis import given

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
    RatioWarning,
    Step,
    Succeeded,
    strategies,
)
from moto_liveness.core.images import PLACEHOLDER_AUDIT_IMAGES, PLACEHOLDER_REFERENCE_IMAGE
from moto_liveness.core.steps import Finished, Wait
from tests.aws import GET, JPEG, client, create, needs_challenges, post

UNKNOWN = "the response has no member 'Confidense'. Choose from: SessionId, Status, ResponseMetadata, Challenge."
EMPTY = "the image is empty: AWS never sends an empty image. Pass None (null over HTTP) for no image."
BOX = {"Width": 0.25, "Height": 0.5, "Left": 0.3, "Top": 0.1}
LOGGED = {
    "SessionId": "de7dbd4d-58c0-4a0e-b5a1-8a5dc2ecf2ef",
    "Status": "SUCCEEDED",
    "Confidence": 0.42,
    "Challenge": {"Type": "FaceMovementChallenge", "Version": "1.0.0"},
    "ReferenceImage": {"BoundingBox": BOX},
    "AuditImages": [
        {"S3Object": {"Bucket": "images", "Name": "audit-0.jpg"}, "BoundingBox": BOX},
        {"Bytes": base64.b64encode(JPEG).decode()},
    ],
    "Feedback": [{"Code": "LOW_LIGHTING_DETECTED", "Message": "Too dark"}],
    "Metadata": {"SDKType": "web"},
    "ResponseMetadata": {"HTTPStatusCode": 200},
}


def answered(step: Step) -> Any:
    """Return what the mock answers to a poll, as boto3 has it: a response, or that of an error."""
    with FaceLiveness() as face_liveness:
        face_liveness.queue(step)
        session_id = create(Settings={"AuditImagesLimit": 4})
        try:
            return client().get_face_liveness_session_results(SessionId=session_id)
        except ClientError as error:
            return error.response


@needs_challenges  # or boto3 drops the Challenge of the answer
@given(steps=strategies.sessions())
def test_what_the_mock_answers_goes_back_to_the_step(steps: tuple[Step, ...]) -> None:
    step = type(steps[-1])() if isinstance(steps[-1], Wait) else steps[-1]

    back = Step.from_response(answered(step))

    if isinstance(step, Finished) and isinstance(back, Finished):
        # A step without a challenge answers that of its session.
        step = replace(step, challenge=step.challenge or back.challenge)  # type: ignore[type-var]
    assert back == step


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException", "ExpiredTokenException"])
@pytest.mark.parametrize("message", [None, "on purpose", ""])
def test_an_error_goes_back_to_the_error(code: str, message: str | None) -> None:
    assert Step.from_response(answered(ApiError(code, message))) == ApiError(code, message)


def test_the_json_of_the_wire_is_read_as_text_and_as_a_dictionary() -> None:
    step = Succeeded(
        97.3, reference_image=JPEG, audit_images=None, challenge=Challenge("FaceMovementChallenge", "1.0.0")
    )
    with FaceLiveness() as face_liveness:
        face_liveness.queue(step)
        wire = post(GET, {"SessionId": create()})

    assert Step.from_response(wire.text) == Step.from_response(wire.json()) == Step.from_response(wire.content) == step


@pytest.mark.parametrize(
    ("error", "step"),
    [
        ({"__type": "ThrottlingException", "message": "Slow down"}, ApiError("ThrottlingException", "Slow down")),
        ({"__type": "com.amazonaws.rekognition#InternalServerError"}, ApiError("InternalServerError")),
        ({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, ApiError("AccessDeniedException", "no")),
    ],
)
def test_an_error_is_read_from_the_wire_and_from_boto3(error: dict[str, Any], step: ApiError) -> None:
    assert Step.from_response(error) == step


def test_images_that_a_log_left_out_become_drawings() -> None:
    box = BoundingBox(left=0.3, top=0.1, width=0.25, height=0.5)
    with pytest.warns(RatioWarning):
        step = Succeeded(
            0.42,
            reference_image=Image(PLACEHOLDER_REFERENCE_IMAGE, box),
            audit_images=[Image(PLACEHOLDER_AUDIT_IMAGES[0], box), JPEG],
            challenge=Challenge("FaceMovementChallenge", "1.0.0"),
            feedback=[("LOW_LIGHTING_DETECTED", "Too dark")],
            sdk_type="web",
        )

    assert Step.from_response(LOGGED) == step


@pytest.mark.parametrize(
    ("response", "step"),
    [
        ({"Status": "CREATED", "AuditImages": [], "Challenge": None}, Created()),
        ({"Status": "IN_PROGRESS", "Challenge": LOGGED["Challenge"]}, InProgress()),
        ({"Status": "EXPIRED"}, Expired()),
        ({"Status": "FAILED", "Feedback": []}, Failed()),
        ({"Status": "FAILED", "AuditImages": []}, Failed(audit_images=[])),
        ({"Status": "SUCCEEDED", "Confidence": 97}, Succeeded(97, reference_image=None, audit_images=None)),
    ],
)
def test_what_is_not_in_the_response_is_absent(response: dict[str, Any], step: Step) -> None:
    assert Step.from_response(response) == step


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (5, "the response must be a dictionary of boto3, the response of a ClientError, or JSON, not 5"),
        ("{", "the response is not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ('{"a":' * 100_000, "the response is not JSON: it is nested more than 100 levels deep"),
        (f'{{"Status": {"[" * 100}{"]" * 100}}}', "the response is not JSON: it is nested more than 100 levels deep"),
        (b"\xff{}", "the response is not JSON: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        ({}, "the response needs a Status or an Error, but has nothing"),
        ({"SessionId": "x"}, "the response needs a Status or an Error, but has SessionId"),
        (
            dict.fromkeys([*"abcdefghijkl", *map(str, range(1_000))]),
            "the response needs a Status or an Error, but has a, b, c, d, e, f, g, h, i, j, and 1,002 more",
        ),
        ({"Status": "SUCEEDED"}, "Status: Status 'SUCEEDED' does not exist. Did you mean 'SUCCEEDED'?"),
        ({"Status": "EXPIRED", "Confidense": 1}, UNKNOWN),
        ({"Status": "CREATED", "Confidence": 90}, "Confidence: AWS returns none with Status CREATED"),
        ({"Status": "FAILED", "Feedback": [{}]}, "Feedback: AWS returns none with Status FAILED"),
        ({"Status": "SUCCEEDED"}, "Confidence: AWS returns one with Status SUCCEEDED"),
        (
            {**LOGGED, "Confidence": 973},
            "Confidence: confidence must be a percentage between 0 and 100, not 973",
        ),
        ({**LOGGED, "Challenge": "x"}, "Challenge: it must be an object, not 'x'"),
        ({**LOGGED, "ReferenceImage": "x"}, "ReferenceImage: it must be an object, not 'x'"),
        (
            {**LOGGED, "ReferenceImage": {"Bytes": "b'...'"}},
            "ReferenceImage: Bytes is not base64: leave it out, and a drawing takes its place",
        ),
        (
            {**LOGGED, "ReferenceImage": {"BoundingBox": {"Top": 1}}},
            "ReferenceImage: BoundingBox needs Left, Width, Height",
        ),
        ({**LOGGED, "AuditImages": "x"}, "AuditImages: it must be a list, not 'x'"),
        ({**LOGGED, "AuditImages": [{}] * 5}, "AuditImages: 5 images: AWS returns at most 4"),
        (
            {**LOGGED, "AuditImages": [{}, {"Bytes": ""}]},
            f"AuditImages[1]: {EMPTY}",
        ),
        (
            {**LOGGED, "Feedback": "x"},
            "Feedback must be a list, as in ['LOW_LIGHTING_DETECTED'], not 'x'",
        ),
        ({**LOGGED, "Metadata": {"SDK": "x"}}, "Metadata: SDKType must be a str, not None"),
        ({"Error": "Throttled"}, "Error: it must have a Code and a Message, not 'Throttled'"),
    ],
)
def test_a_response_that_aws_could_not_have_sent_is_refused_with_its_member(response: object, message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as error:
        Step.from_response(response)  # type: ignore[arg-type]

    assert str(error.value) == message


def test_an_error_that_aws_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="Error: GetFaceLivenessSessionResults has no error 'NoSuchBucket'"):
        Step.from_response({"Error": {"Code": "NoSuchBucket", "Message": "?"}})


@pytest.mark.parametrize(
    "result",
    [{"response": LOGGED}, {"response": json.dumps(LOGGED)}, [{"status": "CREATED"}, {"response": LOGGED}]],
)
def test_a_response_is_a_result_over_http(server: FaceLivenessServer, result: Any) -> None:
    route = f"{server.endpoint_url}/moto-api/static/rekognition/face-liveness-results"

    queued = requests.post(route, json={"results": [result]})
    seed = requests.get(f"{server.endpoint_url}/moto-api/rekognition/face-liveness").json()["unused_seeds"][-1]

    assert queued.status_code == 201
    assert "Succeeded(confidence=0.42" in seed["seed"]


def test_a_response_takes_what_other_results_take(server: FaceLivenessServer) -> None:
    session_id = LOGGED["SessionId"]
    body = {"results": [{"response": LOGGED, "session_id": session_id, "optional": True, "queued_at": "a.ts:1"}]}

    requests.post(f"{server.endpoint_url}/moto-api/static/rekognition/face-liveness-results", json=body)
    (seed,) = requests.get(f"{server.endpoint_url}/moto-api/rekognition/face-liveness").json()["unused_seeds"]

    assert seed["optional"]
    assert seed["seed"].endswith(f"session_id='{session_id}'), queued at a.ts:1")
