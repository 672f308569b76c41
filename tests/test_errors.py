"""Errors: both shapes on the wire, queued errors, and what botocore makes of them."""

from __future__ import annotations

import uuid
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from moto_liveness import Created, FaceLiveness
from moto_liveness.core.operations import operation_named
from tests import aws
from tests.aws import ALIVE, CREATE, GET, MODEL, client, create, poll, post, status


def retrying_client(monkeypatch: pytest.MonkeyPatch, mode: str, attempts: int = 3) -> Any:
    monkeypatch.setattr("time.sleep", lambda _: None)
    retries: Any = {"mode": mode, "max_attempts": attempts}
    return boto3.client("rekognition", "us-east-1", endpoint_url=aws.ENDPOINT, config=Config(retries=retries))


def error_of(session_id: str) -> dict[str, str]:
    with pytest.raises(ClientError) as error:
        poll(session_id)
    return dict(error.value.response["Error"])


@pytest.mark.parametrize(
    ("code", "http_status", "message"),
    [
        ("AccessDeniedException", 400, None),
        ("InternalServerError", 500, "Internal server error"),
        ("InvalidParameterException", 400, "Request has invalid parameters"),
        ("ProvisionedThroughputExceededException", 400, "Provisioned Rate exceeded."),
        ("SessionNotFoundException", 400, "Session not found"),
        ("ThrottlingException", 500, "Service Unavailable"),
    ],
)
def test_a_service_error_has_the_shape_status_and_text_of_aws(
    face_liveness: FaceLiveness, code: str, http_status: int, message: str | None
) -> None:
    face_liveness.queue_error(code)

    answer = post(GET, {"SessionId": create()})

    body = answer.json()
    assert answer.status_code == http_status
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.headers["x-amzn-requestid"]
    assert list(body) == ["__type", "Code", "Logref", "Message"]
    assert (body["__type"], body["Code"]) == (code, code)
    assert uuid.UUID(body["Logref"])
    assert message is None or body["Message"] == message


def test_a_message_replaces_the_text_of_aws(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("InternalServerError", "the data centre is on fire")

    assert error_of(create()) == {"Code": "InternalServerError", "Message": "the data centre is on fire"}


def test_throttling_with_the_text_slow_down_is_http_400(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("ThrottlingException", "Slow down")

    assert post(GET, {"SessionId": create()}).status_code == 400


@pytest.mark.parametrize("operation", [CREATE, GET])
def test_the_errors_are_those_that_botocore_models(operation: str) -> None:
    modelled = {shape.name for shape in MODEL.operation_model(operation).error_shapes}

    for code in modelled:
        operation_named(operation).check_code(code)
    with pytest.raises(ValueError, match="AWS models: ") as error:
        operation_named(operation).check_code("Unknown")
    listed, _, _ = str(error.value).partition("AWS models: ")[2].partition("; common errors: ")
    assert set(listed.split(", ")) == modelled


@pytest.mark.parametrize("code", ["SessionNotFoundException", "ThrottlingException", "AccessDeniedException"])
def test_botocore_raises_the_exception_class_of_the_client(face_liveness: FaceLiveness, code: str) -> None:
    face_liveness.queue_error(code)
    session_id = create()

    with pytest.raises(getattr(client().exceptions, code)):
        poll(session_id)


def test_an_error_is_raised_once_unless_times_says_more(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    seed = face_liveness.queue_error("InternalServerError")
    session_id = create()

    assert error_of(session_id)["Code"] == "InternalServerError"
    assert (status(session_id), seed.used) == ("SUCCEEDED", True)


def test_an_error_with_times_is_raised_so_often(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    seed = face_liveness.queue_error("InternalServerError", times=2)
    session_id = create()

    error_of(session_id)
    used_after_one = seed.used
    error_of(session_id)

    assert (used_after_one, seed.used, status(session_id)) == (False, True, "SUCCEEDED")


def test_an_outage_never_ends(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_error("InternalServerError", times=None)
    unused = seed.used
    session_id = create()

    codes = {error_of(session_id)["Code"] for _ in range(5)}

    assert (unused, codes, seed.used) == (False, {"InternalServerError"}, True)


def test_an_error_of_create_leaves_the_seed_of_the_session(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(ALIVE)
    face_liveness.queue_error("ThrottlingException", operation=CREATE)

    with pytest.raises(client().exceptions.ThrottlingException):
        create()

    assert (seed.used, status(create())) == (False, "SUCCEEDED")


def test_an_error_counts_no_poll(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("InternalServerError")
    session_id = create()

    error_of(session_id)

    assert face_liveness.session(session_id).poll_count == 0


def test_errors_are_raised_first_in_first_out(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("InternalServerError")
    face_liveness.queue_error("ThrottlingException")
    session_id = create()

    assert [error_of(session_id)["Code"] for _ in range(2)] == ["InternalServerError", "ThrottlingException"]


def test_an_error_for_one_session_leaves_the_others_alone(face_liveness: FaceLiveness) -> None:
    face_liveness.set_default(Created())
    first, second = create(), create()
    face_liveness.queue_error("InternalServerError", session_id=second)

    assert status(first) == "CREATED"
    assert error_of(second)["Code"] == "InternalServerError"


def test_an_error_for_one_region_leaves_the_others_alone(face_liveness: FaceLiveness) -> None:
    face_liveness.at("eu-west-1").queue_error("InternalServerError", operation=CREATE)

    create()
    with pytest.raises(ClientError, match="InternalServerError"):
        client(region_name="eu-west-1").create_face_liveness_session()


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_times_counts_calls_and_not_the_attempts_of_botocore(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    rekognition = retrying_client(monkeypatch, mode)
    face_liveness.queue(ALIVE)
    face_liveness.queue_error("ThrottlingException", times=1)
    session_id = create()

    with pytest.raises(ClientError) as error:
        rekognition.get_face_liveness_session_results(SessionId=session_id)
    results = rekognition.get_face_liveness_session_results(SessionId=session_id)

    assert error.value.response["ResponseMetadata"]["RetryAttempts"] > 1
    assert results["Status"] == "SUCCEEDED"
    assert [call.error for call in face_liveness.calls] == [None, "ThrottlingException", None]


def test_polls_count_calls_and_not_http_attempts(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(Created(), ALIVE)
    attempt = {"amz-sdk-invocation-id": str(uuid.uuid4())}

    answers = [post(GET, {"SessionId": session.id}, **attempt).json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert (session.poll_count, len(face_liveness.calls)) == (1, 1)


def test_a_repeated_attempt_to_create_gets_the_same_session(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    attempt = {"amz-sdk-invocation-id": str(uuid.uuid4())}

    ids = {post(CREATE, {}, **attempt).json()["SessionId"] for _ in range(3)}

    assert ids == {session.id for session in face_liveness.sessions}
    assert len(ids) == 1


def test_a_request_without_an_invocation_id_is_a_call_of_its_own(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)

    for _ in range(3):
        post(GET, {"SessionId": session.id})

    assert (session.poll_count, len(face_liveness.calls)) == (3, 3)
