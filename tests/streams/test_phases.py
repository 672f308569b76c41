"""The phases of a stream: what can fail in each, and how late each can be."""

from __future__ import annotations

import re

import pytest
import requests

from moto_liveness import FaceLiveness, Failed, InProgress
from moto_liveness.control.face_liveness import call_log
from moto_liveness.control.seeding import decode_result
from moto_liveness.core.scope import ANYWHERE
from moto_liveness.rekognitionstreaming.claims import Arrival, OutlivedError, StreamClosed
from tests.aws import ALIVE, GET, SESSION_ID, create, status
from tests.streaming import END_OF_VIDEO, PLACE, START, answers, conversation, parameters, said, stream, video
from tests.streams.shared import DONE, refused


def test_no_answer_at_all_leaves_the_session_as_it_was(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    seed = face_liveness.queue_error("ConnectionLost", operation=START, when="connect")

    assert [Arrival(PLACE, parameters(session_id)).unanswered() for _ in range(2)] == [True, False]
    assert seed.used
    assert call_log(face_liveness).splitlines()[1] == (
        f"StartFaceLivenessSession in us-east-1, session {session_id} -> ConnectionLost"
    )
    assert stream(session_id) == DONE


def test_a_stream_that_is_cut_when_it_was_accepted_leaves_the_session_as_it_was(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    face_liveness.queue_error("ConnectionLost", operation=START)

    with pytest.raises(StreamClosed) as closed:
        conversation(session.id)
    assert (closed.value.close_code, session.stream) == (1006, None)
    assert face_liveness.calls[-1].error == "ConnectionLost"
    assert stream(session.id) == DONE


def test_a_code_that_aws_does_not_have_refuses_a_stream_with_its_status(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    face_liveness.queue_error("TeapotException", "short and stout", operation=START, http_status=418)

    assert refused(create()) == ("TeapotException", "short and stout")


def test_a_code_that_aws_does_not_have_ends_a_stream(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    face_liveness.queue_error("TeapotException", "short and stout", operation=START, when="end", http_status=418)
    reply = conversation(session_id).receive(video(b"a video") + END_OF_VIDEO)

    assert answers(b"".join(reply.messages)) == [("TeapotException", {"Message": "short and stout"})]
    assert status(session_id) == "FAILED"


@pytest.mark.parametrize("when", ["connect", "start"])
def test_a_delay_is_for_one_phase_and_one_stream(face_liveness: FaceLiveness, when: str) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    seed = face_liveness.queue_delay(3, when=when, session_id=session_id)

    arrival = Arrival(PLACE, parameters(session_id))

    assert Arrival(PLACE, parameters("11111111-2222-3333-4444-555555555555")).delay(when) == 0
    assert arrival.delay("end") == 0
    assert [arrival.delay(when) for _ in range(2)] == [3, 0]
    assert seed.used


@pytest.mark.parametrize("ask", ["delay", "unanswered", "start"])
@pytest.mark.parametrize("end", ["block", "reset"])
def test_a_stream_that_outlives_its_test_gets_nothing_of_the_next_one(
    face_liveness: FaceLiveness, ask: str, end: str
) -> None:
    with FaceLiveness():
        late = Arrival(PLACE, parameters(SESSION_ID))
    if end == "reset":
        late = Arrival(PLACE, parameters(SESSION_ID))
        requests.post("http://motoapi.amazonaws.com/moto-api/reset")
    faults = [
        face_liveness.queue_error("ConnectionLost", operation=START, when="connect", optional=True),
        face_liveness.queue_error("ThrottlingException", operation=START, optional=True),
        face_liveness.queue_delay(3, optional=True),
    ]

    with pytest.raises(OutlivedError):
        getattr(late, ask)(*{"delay": ["start"], "start": [None]}.get(ask, []))
    assert [fault.used for fault in faults] == [False] * 3
    assert face_liveness.calls == []


def test_choice_a_session_is_in_progress_while_the_end_of_its_stream_is_late(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    face_liveness.queue_delay(2.5, when="end")
    opened = conversation(session_id)
    reply = opened.receive(video(b"a video") + END_OF_VIDEO + b"late bytes")

    assert reply == ((), None, 2.5)
    assert status(session_id) == "IN_PROGRESS"
    assert said(opened.receive(b"more of them")) == DONE
    assert status(session_id) == "SUCCEEDED"


def test_an_error_at_the_end_can_be_late(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    face_liveness.queue_delay(1, when="end")
    face_liveness.queue_error("ThrottlingException", operation=START, when="end")
    opened = conversation(session_id)

    assert opened.receive(video(b"a video") + END_OF_VIDEO).delay == 1
    assert said(opened.poll()) == (["ThrottlingException"], 1000)


def test_a_client_that_leaves_while_the_end_is_late_changes_nothing(face_liveness: FaceLiveness) -> None:
    for outcome, end in ((ALIVE, "break_off"), (Failed(), "stop")):
        face_liveness.queue(InProgress(polls=1), outcome)
        session_id = create()
        face_liveness.queue_delay(60, when="end")
        opened = conversation(session_id)
        opened.receive(video(b"a video") + END_OF_VIDEO)
        reply = opened.stop() if end == "stop" else opened.break_off(4003)
        assert reply is None or said(reply) == DONE

        assert [status(session_id) for _ in range(2)] == ["IN_PROGRESS", outcome.status]
        stored = face_liveness.session(session_id).stream
        assert stored is not None
        assert (stored.close_code, stored.recording) == (None, False)


def test_a_delay_is_told_as_it_was_written(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_delay(3, when="end", times=2, optional=True)
    once = face_liveness.queue_delay(0.5, optional=True)

    assert re.fullmatch(
        r"queue_delay\(3, times=2, when='end'\), queued at \S+test_phases\.py:\d+: raised 0 of 2 times", str(seed)
    )
    assert str(once).startswith("queue_delay(0.5), queued at ")
    assert once.parts[0].now().error == "0.5 seconds late"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"seconds": 0}, ValueError, "seconds must be a number above 0, at most 180, the life of a session, not 0"),
        ({"seconds": 181}, ValueError, "seconds must be a number above 0, at most 180, the life of a session, not 181"),
        (
            {"seconds": "3"},
            TypeError,
            "seconds must be a number above 0, at most 180, the life of a session, an int or a float, not '3'",
        ),
        ({"seconds": 3, "when": "middle"}, ValueError, "when must be 'connect', 'start' or 'end', not 'middle'"),
    ],
)
def test_a_delay_that_no_stream_can_have_is_refused(
    face_liveness: FaceLiveness, arguments: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        face_liveness.queue_delay(**arguments)  # type: ignore[arg-type]


def test_what_is_queued_for_a_stream_is_refused_where_nobody_can_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._SERVERS", [])
    nobody = "nobody can stream to this process, so nothing would ever get {}: start a FaceLivenessServer or a {}"
    with FaceLiveness() as face_liveness:
        with pytest.raises(ValueError, match=r"^nobody") as error:
            face_liveness.queue_error("ThrottlingException", operation=START)
        assert str(error.value) == nobody.format(
            "queue_error('ThrottlingException', operation='StartFaceLivenessSession')", "moto_liveness_server"
        )
        with pytest.raises(ValueError, match=r"^nobody") as error:
            face_liveness.queue_delay(3, when="end")
        assert str(error.value) == nobody.format("queue_delay(3, when='end')", "moto_liveness_server")


def test_only_a_stream_can_be_late() -> None:
    with pytest.raises(ValueError, match=r"^only a stream can be delayed, not CompareFaces: leave operation out$"):
        decode_result({"delay": 3, "operation": "CompareFaces"}, ANYWHERE)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ({"error": "ConnectionLost", "when": "connect"}, "ConnectionLost (no answer at all)"),
        ({"error": "ConnectionLost"}, "ConnectionLost (a cut after the 101)"),
        ({"error": "ConnectionLost", "when": "end"}, "ConnectionLost (a cut at the end of the stream)"),
        ({"error": "ThrottlingException"}, "ThrottlingException (instead of the stream)"),
        ({"error": "SessionExpired", "when": "end"}, "SessionExpired (at the end of the stream)"),
        ({"delay": 3, "when": "connect"}, "3 seconds late (the 101)"),
        ({"delay": 0.5}, "0.5 seconds late (the first events)"),
        ({"delay": 3, "when": "end"}, "3 seconds late (the DisconnectionEvent)"),
        ({"error": "ThrottlingException", "operation": GET}, "ThrottlingException"),
        ({"exception": "ReadTimeoutError", "operation": GET}, "ReadTimeoutError (AWS never gets the call)"),
        (
            {"exception": "ReadTimeoutError", "operation": GET, "when": "end"},
            "ReadTimeoutError (AWS carries the call out)",
        ),
    ],
)
def test_the_outcome_of_a_fault_names_its_phase(result: dict[str, object], outcome: str) -> None:
    given = {"operation": START, **result}
    (seed,) = decode_result(given, ANYWHERE)

    assert seed.outcome == f"{outcome} for 1 call of {given['operation']}"


def test_a_delay_over_http_is_one_of_python() -> None:
    (seed,) = decode_result({"delay": 3, "when": "end", "operation": START, "times": None}, ANYWHERE)

    assert seed.call == "queue_delay(3, times=None, when='end')"
