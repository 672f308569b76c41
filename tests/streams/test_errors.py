"""Errors that a test queues for a stream."""

from __future__ import annotations

import re

import pytest

from moto_liveness import FaceLiveness
from tests.aws import ALIVE, create, status
from tests.streaming import START, stream
from tests.streams.shared import DONE, refused


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "InternalServerException",
        "ServiceQuotaExceededException",
        "ServiceUnavailableException",
        "SessionNotFoundException",
        "ThrottlingException",
        "ValidationException",
    ],
)
def test_choice_an_error_at_the_start_leaves_the_session_as_it_was(face_liveness: FaceLiveness, code: str) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    seed = face_liveness.queue_error(code, "no", operation=START)

    assert refused(session_id) == (code, "no")
    assert seed.used
    assert stream(session_id) == DONE


@pytest.mark.parametrize(
    "code",
    [
        "InternalServerException",
        "ServiceQuotaExceededException",
        "ServiceUnavailableException",
        "ThrottlingException",
        "ValidationException",
    ],
)
def test_choice_an_error_at_the_end_comes_instead_of_the_disconnection(face_liveness: FaceLiveness, code: str) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    face_liveness.queue_error(code, operation=START, when="end", session_id=session.id)

    assert stream(session.id) == ([code], 1000)
    assert status(session.id) == "FAILED"
    assert session.stream is not None
    assert session.stream.error == code


@pytest.mark.parametrize(
    ("code", "close_code"), [("StreamIdleTimeout", 4001), ("SessionExpired", 4003), ("ConnectionLost", 1006)]
)
def test_a_stream_can_end_without_an_event(face_liveness: FaceLiveness, code: str, close_code: int) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    face_liveness.queue_error(code, operation=START, when="end")

    assert stream(session_id) == ([], close_code)
    assert status(session_id) == "FAILED"


def test_times_counts_streams(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("ThrottlingException", operation=START, when="end", times=2)
    ends = []
    for _ in range(3):
        face_liveness.queue(ALIVE)
        ends.append(stream(create())[0])

    assert ends == [["ThrottlingException"], ["ThrottlingException"], ["DisconnectionEvent"]]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"code": "AccessDeniedException", "when": "end", "operation": START},
            (
                "'AccessDeniedException' cannot end a stream. Choose from: ConnectionLost, InternalServerException, "
                "ServiceQuotaExceededException, ServiceUnavailableException, SessionExpired, StreamIdleTimeout, "
                "ThrottlingException, ValidationException; or give the http_status of any other code."
            ),
        ),
        (
            {"code": "StreamIdleTimeOut", "when": "end", "operation": START},
            (
                "'StreamIdleTimeOut' cannot end a stream. Did you mean 'StreamIdleTimeout'? Choose from: "
                "ConnectionLost, "
                "InternalServerException, ServiceQuotaExceededException, ServiceUnavailableException, SessionExpired, "
                "StreamIdleTimeout, ThrottlingException, ValidationException; or give the http_status of any other "
                "code."
            ),
        ),
        (
            {"code": "ThrottlingException", "when": "end"},
            "only a stream has the phase 'end': add operation='StartFaceLivenessSession', or leave when out",
        ),
        (
            {"code": "ThrottlingException", "when": "ende", "operation": START},
            "when must be 'connect', 'start' or 'end', not 'ende'",
        ),
        (
            {"code": "ThrottlingException", "when": "connect", "operation": START},
            (
                "'ThrottlingException' cannot come before a stream is accepted: leave when out, or queue "
                "'ConnectionLost'"
            ),
        ),
        (
            {"code": "ConnectionLost", "when": "connect"},
            "only a stream has the phase 'connect': add operation='StartFaceLivenessSession', or leave when out",
        ),
        (
            {"code": "ConnectionLost"},
            (
                "'ConnectionLost' ends streams only: add operation='StartFaceLivenessSession', or break other calls "
                "with queue_exception"
            ),
        ),
        (
            {"code": "SessionExpired", "http_status": 503, "operation": "CreateFaceLivenessSession"},
            (
                "'SessionExpired' ends streams only: add operation='StartFaceLivenessSession', or break other calls "
                "with queue_exception"
            ),
        ),
        (
            {"code": "SessionExpired", "when": "connect", "operation": START},
            "'SessionExpired' ends a stream: add when='end'",
        ),
        (
            {"code": "StreamIdleTimeout", "operation": START},
            "'StreamIdleTimeout' ends a stream: add when='end'",
        ),
        (
            {"code": "ConnectionLost", "message": "hello", "operation": START, "when": "end"},
            "ConnectionLost carries no text: leave message out",
        ),
        (
            {"code": "ConnectionLost", "when": "connect", "operation": START, "http_status": 400},
            "ConnectionLost has no HTTP status: leave http_status out",
        ),
    ],
)
def test_an_error_that_no_stream_can_have_is_refused(
    face_liveness: FaceLiveness, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        face_liveness.queue_error(**arguments)  # type: ignore[arg-type]


def test_an_exception_of_botocore_cannot_happen_in_a_stream(face_liveness: FaceLiveness) -> None:
    message = (
        "StartFaceLivenessSession is not called through botocore, which raises the exception: use "
        "queue_error('ConnectionLost', operation='StartFaceLivenessSession')"
    )

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        face_liveness.queue_exception(OSError(), operation=START)


def test_a_seed_for_the_end_says_so(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_error("ConnectionLost", operation=START, when="end", optional=True)

    assert str(seed).startswith("queue_error('ConnectionLost', operation='StartFaceLivenessSession', when='end')")
