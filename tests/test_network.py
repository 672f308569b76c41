"""queue_exception and errors that AWS does not model: what goes wrong between the client and AWS."""

from __future__ import annotations

import socket
import ssl
import threading
import uuid
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from moto_liveness import ApiError, FaceLiveness, FaceLivenessServer, Failed, InProgress
from moto_liveness.control.face_liveness import call_log
from tests import aws
from tests.aws import ALIVE, CREATE, GET, client, create, poll, post, status
from tests.conftest import needs_flask
from tests.waiting import PATIENCE, wait_until

URL = "https://rekognition.us-east-1.amazonaws.com/"


@pytest.mark.in_process
@pytest.mark.parametrize(
    "exception",
    [
        ReadTimeoutError(endpoint_url=URL),
        ConnectTimeoutError(endpoint_url=URL),
        EndpointConnectionError(endpoint_url=URL),
        ConnectionClosedError(endpoint_url=URL),
        ConnectionResetError("reset by peer"),
    ],
    ids=lambda exception: type(exception).__name__,
)
def test_the_client_raises_it_where_the_network_would(face_liveness: FaceLiveness, exception: Exception) -> None:
    face_liveness.queue(ALIVE)
    face_liveness.queue_exception(exception)
    session_id = create()

    with pytest.raises(type(exception), match=str(exception)):
        poll(session_id)

    assert status(session_id) == "SUCCEEDED"
    assert [call.error for call in face_liveness.calls] == [None, type(exception).__name__, None]


class RefusedError(OSError):
    """An exception that cannot be copied: it takes other arguments than it passes on."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port} refused")


@pytest.mark.in_process
def test_an_exception_that_cannot_be_copied_is_raised_itself(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_exception(RefusedError("127.0.0.1", 1), operation=CREATE)

    with pytest.raises(RefusedError, match=r"^127\.0\.0\.1:1 refused$"):
        create()


KINDS = {"ConnectionClosedError": ConnectionClosedError, "ReadTimeoutError": ReadTimeoutError}


def impatient(name: str, attempts: int = 1) -> Any:
    """Return a client that does not wait long for an answer that never comes."""
    timeout = 0.3 if name == "ReadTimeoutError" else PATIENCE
    config = Config(retries={"total_max_attempts": attempts}, read_timeout=timeout)
    return boto3.client("rekognition", "us-east-1", endpoint_url=aws.ENDPOINT, config=config)


@pytest.mark.parametrize("name", list(KINDS))
def test_a_create_whose_answer_is_lost_leaves_a_session_behind(face_liveness: FaceLiveness, name: str) -> None:
    seeds = [face_liveness.queue(ALIVE), face_liveness.queue(Failed())]
    lost = face_liveness.queue_exception(KINDS[name](endpoint_url=URL), operation=CREATE, when="end")
    with pytest.raises(KINDS[name]):
        impatient(name).create_face_liveness_session()
    wait_until(lambda: face_liveness.calls)  # an impatient client may be gone first
    second = create()

    first, other = face_liveness.sessions
    assert (other.id, lost.used) == (second, True)
    assert [seed.session_id for seed in seeds] == [first.id, second]
    assert [(call.session_id, call.seed, call.error) for call in face_liveness.calls] == [
        (first.id, seeds[0].number, name),
        (second, seeds[1].number, None),
    ]
    assert (status(first.id), status(second)) == ("SUCCEEDED", "FAILED")


@pytest.mark.parametrize("name", list(KINDS))
def test_a_token_finds_the_session_of_a_lost_answer(face_liveness: FaceLiveness, name: str) -> None:
    face_liveness.queue(ALIVE)
    face_liveness.queue_exception(KINDS[name](endpoint_url=URL), operation=CREATE, when="end")
    with pytest.raises(KINDS[name]):
        impatient(name).create_face_liveness_session(ClientRequestToken="a")
    wait_until(lambda: face_liveness.calls)
    session_id = create(ClientRequestToken="a")

    assert [session.id for session in face_liveness.sessions] == [session_id]


def test_choice_a_lost_answer_is_lost_for_all_attempts_of_its_call(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    face_liveness.queue(ALIVE)
    seed = face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), operation=CREATE, when="end")
    with pytest.raises(ConnectionClosedError):
        impatient("ConnectionClosedError", attempts=3).create_face_liveness_session()

    assert (seed.used, len(face_liveness.calls), len(face_liveness.sessions)) == (True, 1, 1)


def test_a_poll_whose_answer_is_lost_counts(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress(polls=1), ALIVE)
    session = face_liveness.session(create())
    face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), when="end", session_id=session.id)
    with pytest.raises(ConnectionClosedError):
        poll(session.id)

    assert session.poll_count == 1
    assert status(session.id) == "SUCCEEDED"
    lost = face_liveness.calls[1]
    assert (lost.status, lost.error) == ("IN_PROGRESS", "ConnectionClosedError")
    assert call_log(face_liveness).splitlines()[1] == (
        f"GetFaceLivenessSessionResults in us-east-1, session {session.id} -> ConnectionClosedError: {lost.message} "
        "(IN_PROGRESS, carried out before the answer was lost)"
    )


def test_the_log_names_the_session_whose_answer_was_lost(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), operation=CREATE, when="end")
    with pytest.raises(ConnectionClosedError):
        create()

    assert call_log(face_liveness).endswith(
        f" (session {face_liveness.sessions[0].id}, no seed, carried out before the answer was lost)"
    )


def test_a_call_that_is_refused_loses_no_answer(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), when="end", optional=True)

    assert post(GET, {"SessionId": "11111111-2222-3333-4444-555555555555"}).json()["__type"] == (
        "SessionNotFoundException"
    )
    assert not seed.used


def test_an_answer_of_moto_can_be_lost(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), operation="CompareFaces", when="end")
    unmarked = {"Bytes": b"not a marked picture"}

    with pytest.raises(ConnectionClosedError):
        client().compare_faces(SourceImage=unmarked, TargetImage=unmarked)


def test_an_exception_has_two_sides(face_liveness: FaceLiveness) -> None:
    with pytest.raises(ValueError, match=r"^when must be 'start' or 'end', not 'middle'$"):
        face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), when="middle")


@pytest.mark.in_process
@pytest.mark.parametrize(
    "exception",
    [
        ConnectTimeoutError(endpoint_url=URL),
        EndpointConnectionError(endpoint_url=URL),
        ProxyConnectionError(proxy_url=URL),
        SSLError(endpoint_url=URL, error="bad certificate"),
        ConnectionRefusedError(),
        socket.gaierror(),
        ssl.SSLCertVerificationError(),
    ],
    ids=lambda exception: type(exception).__name__,
)
def test_an_error_of_connecting_loses_no_answer(face_liveness: FaceLiveness, exception: Exception) -> None:
    with pytest.raises(ValueError, match="no connection") as error:
        face_liveness.queue_exception(exception, operation=CREATE, when="end")

    assert str(error.value) == (
        f"{type(exception).__name__} means that there was no connection, so AWS never got the call: leave when out, or "
        "queue an error that loses an answer, ReadTimeoutError or ConnectionClosedError"
    )


def test_an_exception_at_the_end_is_told_as_it_was_written(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), when="end", optional=True)

    assert "operation='GetFaceLivenessSessionResults', when='end')" in str(seed)


@pytest.mark.in_process
def test_the_retries_of_botocore_are_one_call(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    rekognition = boto3.client("rekognition", "us-east-1", config=Config(retries={"max_attempts": 2}))
    seed = face_liveness.queue_exception(ConnectTimeoutError(endpoint_url=URL), operation=CREATE)

    with pytest.raises(ConnectTimeoutError):
        rekognition.create_face_liveness_session()

    assert (seed.used, len(face_liveness.calls)) == (True, 1)


@pytest.mark.parametrize("name", list(KINDS))
def test_both_kinds_happen_on_a_server_too(face_liveness: FaceLiveness, name: str) -> None:
    face_liveness.queue(ALIVE)
    face_liveness.queue_exception(KINDS[name](endpoint_url=URL))
    session_id = create()

    with pytest.raises(KINDS[name]):
        impatient(name).get_face_liveness_session_results(SessionId=session_id)

    wait_until(lambda: len(face_liveness.calls) == 2)
    assert status(session_id) == "SUCCEEDED"


@needs_flask
def test_a_held_connection_ends_with_its_server() -> None:
    with FaceLivenessServer() as server:
        server.face_liveness.queue_exception(ReadTimeoutError(endpoint_url=URL), operation=CREATE)
        config = Config(retries={"max_attempts": 0}, read_timeout=PATIENCE)
        rekognition = boto3.client("rekognition", "us-east-1", endpoint_url=server.endpoint_url, config=config)
        errors: list[Exception] = []

        def ask() -> None:
            try:
                rekognition.create_face_liveness_session()
            except HTTPClientError as error:
                errors.append(error)

        thread = threading.Thread(target=ask)
        thread.start()
        wait_until(lambda: server.face_liveness.calls)
    thread.join(PATIENCE)

    assert [type(error) for error in errors] == [ConnectionClosedError]


@needs_flask
def test_others_cannot_happen_on_a_server(make_face_liveness_server: FaceLivenessServer) -> None:
    handle = FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url)

    with pytest.raises(ValueError, match="cannot happen") as error:
        handle.queue_exception(ConnectTimeoutError(endpoint_url=URL))

    assert str(error.value) == (
        "exception 'ConnectTimeoutError' cannot happen on a connection that a server has accepted. "
        "Choose from: ConnectionClosedError, ReadTimeoutError."
    )


@pytest.mark.parametrize("exception", [ValueError("x"), ReadTimeoutError, None])
def test_only_the_network_can_fail(face_liveness: FaceLiveness, exception: object) -> None:
    with pytest.raises(TypeError) as error:
        face_liveness.queue_exception(exception)  # type: ignore[arg-type]

    assert str(error.value) == (
        "exception must be an instance of one of botocore's network errors, such as "
        f"ReadTimeoutError(endpoint_url='...'), or of OSError, not {exception!r}"
    )


def test_an_unused_exception_is_told_as_it_was_written(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_exception(ReadTimeoutError(endpoint_url="u"), times=2, optional=True)

    assert str(seed).startswith("queue_exception(ReadTimeoutError(")
    assert str(seed).endswith(": raised 0 of 2 times")


@pytest.mark.parametrize(
    ("code", "http_status"),
    [
        ("ExpiredTokenException", 403),
        ("ServiceUnavailable", 503),
        ("RequestTimeoutException", 408),
        ("NotAuthorized", 401),
    ],
)
def test_a_common_error_has_the_status_of_aws(face_liveness: FaceLiveness, code: str, http_status: int) -> None:
    face_liveness.queue_error(code, operation=CREATE)

    answer = post(CREATE, {})

    assert (answer.status_code, answer.json()["__type"]) == (http_status, code)
    assert answer.json()["Message"]


def test_the_entry_of_the_operation_wins_over_a_common_error(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("AccessDeniedException", operation=CREATE)

    assert "is not authorized to perform: rekognition:CreateFaceLivenessSession" in post(CREATE, {}).json()["Message"]


def test_a_code_that_aws_does_not_have_needs_its_status(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("TeapotException", http_status=418)
    session_id = create()

    answer = post(GET, {"SessionId": session_id})

    assert (answer.status_code, answer.json()) == (418, {"__type": "TeapotException"})


@pytest.mark.parametrize("http_status", [0, 200, 600])
def test_the_status_of_an_error_is_one_of_an_error(face_liveness: FaceLiveness, http_status: int) -> None:
    with pytest.raises(ValueError, match="http_status") as error:
        face_liveness.queue_error("TeapotException", http_status=http_status)

    assert str(error.value) == f"http_status must be the status of an error, 400 to 599, not {http_status}"


def test_an_empty_message_is_sent_as_it_is(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("AccessDeniedException", "", operation=CREATE)
    face_liveness.queue(ApiError("InternalServerError", ""))

    assert post(CREATE, {}).json() == {"__type": "AccessDeniedException"}
    with pytest.raises(ClientError) as error:
        poll(create())
    assert error.value.response["Error"]["Message"] == ""


def test_a_repeated_attempt_of_another_operation_or_body_is_another_call(face_liveness: FaceLiveness) -> None:
    attempt = {"amz-sdk-invocation-id": str(uuid.uuid4())}
    first = post(CREATE, {}, **attempt).json()["SessionId"]
    second = post(CREATE, {"ClientRequestToken": "a"}, **attempt).json()["SessionId"]

    assert first != second


def test_answers_for_repeated_attempts_are_not_kept_forever(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.rekognition.attempts._MOST", 5)
    attempt = {"amz-sdk-invocation-id": str(uuid.uuid4())}
    first = post(CREATE, {}, **attempt).json()["SessionId"]
    assert post(CREATE, {}, **attempt).json()["SessionId"] == first
    for _ in range(5):
        post(CREATE, {}, **{"amz-sdk-invocation-id": str(uuid.uuid4())})

    assert post(CREATE, {}, **attempt).json()["SessionId"] != first


@needs_flask
@pytest.mark.parametrize("when", ["start", "end"])
def test_the_log_of_a_server_names_the_endpoint(make_face_liveness_server: FaceLivenessServer, when: str) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    rekognition = boto3.client("rekognition", "us-east-1", endpoint_url=endpoint_url, config=aws._CONFIG)
    with FaceLiveness(endpoint_url=endpoint_url) as face_liveness:
        face_liveness.queue_exception(ConnectionClosedError(endpoint_url=URL), operation=CREATE, when=when)
        with pytest.raises(ConnectionClosedError) as error:
            rekognition.create_face_liveness_session()

        assert [call.message for call in face_liveness.calls] == [str(error.value)]
        assert f'"{endpoint_url}/"' in str(error.value)


@needs_flask
def test_an_exception_of_another_kind_is_logged_as_it_is(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.aws.ENDPOINT", make_face_liveness_server.endpoint_url)
    with FaceLiveness() as face_liveness:
        face_liveness.queue_exception(ConnectionResetError("reset by peer"), operation=CREATE)
        with pytest.raises(ConnectionClosedError):
            create()

        assert [call.message for call in face_liveness.calls] == ["reset by peer"]
