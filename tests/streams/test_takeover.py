"""How a stream takes its session over, and where nobody can stream."""

from __future__ import annotations

import re

import pytest
from botocore.exceptions import ClientError
from moto.moto_api import state_manager
from time_machine import travel

from moto_liveness import (
    ApiError,
    Challenge,
    Created,
    Expired,
    FaceLiveness,
    Failed,
    InProgress,
    Step,
    Succeeded,
    UnseededSessionError,
)
from moto_liveness.control.face_liveness import call_log
from moto_liveness.rekognition.transitions import MODEL
from tests.aws import ALIVE, NOON, create, get, status
from tests.streaming import END_OF_VIDEO, LIGHT, MOVEMENT, conversation, said, stream, video
from tests.streams.shared import DONE, UNTIL_STREAM


@pytest.mark.parametrize(
    ("steps", "before", "after"),
    [
        ((ALIVE,), [], ["SUCCEEDED"]),
        ((UNTIL_STREAM, ALIVE), ["CREATED", "CREATED"], ["SUCCEEDED"]),
        (
            (Created(polls=2), InProgress(polls=2), ALIVE),
            ["CREATED"],
            ["IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"],
        ),
        ((UNTIL_STREAM, Failed()), ["CREATED"], ["FAILED"]),
        ((Created(),), ["CREATED"], ["FAILED"]),
    ],
)
def test_choice_a_stream_takes_its_session_over(
    face_liveness: FaceLiveness, steps: tuple[Step, ...], before: list[str], after: list[str]
) -> None:
    face_liveness.queue(*steps)
    session_id = create()

    assert [status(session_id) for _ in before] == before
    opened = conversation(session_id)
    assert [status(session_id) for _ in range(3)] == ["IN_PROGRESS"] * 3
    assert said(opened.receive(video(b"a video") + END_OF_VIDEO)) == DONE
    assert [status(session_id) for _ in after] == after


@pytest.mark.parametrize("steps", [(UNTIL_STREAM, Expired()), (UNTIL_STREAM, InProgress(seconds=3), Expired())])
def test_choice_expired_after_a_video_closes_the_stream(face_liveness: FaceLiveness, steps: tuple[Step, ...]) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(*steps)
        session = face_liveness.session(create())
        opened = conversation(session.id)
        reply = opened.receive(video(b"a video") + END_OF_VIDEO)
        if len(steps) > 2:
            assert said(reply) == ([], None)
            clock.shift(3)
            reply = opened.poll()

        assert said(reply) == ([], 4003)
        assert status(session.id) == "EXPIRED"
    assert session.stream is not None
    assert session.stream.error == "SessionExpired"


@pytest.mark.parametrize("steps", [(ALIVE,), (InProgress(polls=2), ALIVE)])
def test_where_nobody_streams_nothing_changes(face_liveness: FaceLiveness, steps: tuple[Step, ...]) -> None:
    face_liveness.queue(*steps)
    session_id = create()

    assert status(session_id) == steps[0].status
    assert face_liveness.session(session_id).stream is None


def test_until_stream_stays_created_until_it_expires(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(UNTIL_STREAM, ALIVE)
        session_id = create()
        clock.shift(179)
        assert status(session_id) == "CREATED"
        clock.shift(1)
        assert status(session_id) == "EXPIRED"


def test_an_analysis_that_takes_seconds_keeps_the_stream_open(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(UNTIL_STREAM, InProgress(seconds=3), ALIVE)
        session_id = create()
        opened = conversation(session_id)
        clock.shift(10)

        assert said(opened.receive(video(b"a video") + END_OF_VIDEO)) == ([], None)
        clock.shift(2)
        assert said(opened.poll()) == ([], None)
        assert status(session_id) == "IN_PROGRESS"
        clock.shift(1)
        assert said(opened.poll()) == DONE
        assert status(session_id) == "SUCCEEDED"


def test_an_analysis_without_an_end_waits_for_the_outcome(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress())
    session_id = create()
    opened = conversation(session_id)

    assert said(opened.receive(video(b"a video") + END_OF_VIDEO)) == ([], None)
    assert said(opened.poll()) == ([], None)
    face_liveness.session(session_id).set_outcome(ALIVE)
    assert said(opened.poll()) == DONE
    assert status(session_id) == "SUCCEEDED"


def test_choice_a_session_that_no_test_said_anything_about_fails() -> None:
    with FaceLiveness(assert_all_seeded=False) as face_liveness:
        session_id = create()

        assert stream(session_id) == DONE
        assert status(session_id) == "FAILED"
        assert call_log(face_liveness).splitlines()[1] == (
            f"StartFaceLivenessSession in us-east-1, session {session_id} -> "
            "1 chunk of video, 7 bytes; FAILED: no outcome was queued for this session"
        )


def test_the_stream_of_an_unseeded_session_goes_on_to_its_end_and_its_polls_are_an_error() -> None:
    with FaceLiveness(assert_all_seeded=False), FaceLiveness() as strict:
        session_id = create()
        opened = conversation(session_id)

        with pytest.raises(UnseededSessionError):
            status(session_id)
        assert said(opened.receive(video(b"a video") + END_OF_VIDEO)) == DONE
        strict._strictness = strict._strictness._replace(assert_all_seeded=False)


def test_polls_during_a_stream_count_and_use_nothing_up(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress(polls=1), ALIVE)
    session = face_liveness.session(create())
    opened = conversation(session.id)

    assert get(session.id)["Challenge"] == {"Type": LIGHT, "Version": "2.0.0"}
    assert [status(session.id), session.poll_count] == ["IN_PROGRESS", 2]
    opened.receive(video(b"a video") + END_OF_VIDEO)
    assert [status(session.id), status(session.id)] == ["IN_PROGRESS", "SUCCEEDED"]


def test_an_outcome_that_is_set_during_a_stream_comes_after_it(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    opened = conversation(session.id)
    session.set_outcome(Failed())

    assert status(session.id) == "IN_PROGRESS"
    opened.receive(video(b"a video") + END_OF_VIDEO)
    assert status(session.id) == "FAILED"


def test_an_api_error_after_a_stream_gets_its_poll(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(UNTIL_STREAM, ApiError("ThrottlingException"), ALIVE)
    session_id = create()

    assert stream(session_id) == DONE
    with pytest.raises(ClientError, match="Throttling"):
        status(session_id)
    assert status(session_id) == "SUCCEEDED"


def test_the_stream_transition_of_moto_makes_finished_sessions_wait(face_liveness: FaceLiveness) -> None:
    state_manager.set_transition(MODEL, {"progression": "stream"})
    try:
        face_liveness.queue(ALIVE)
        session_id = create()
    finally:
        state_manager.unset_transition(MODEL)

    assert status(session_id) == "CREATED"
    assert stream(session_id) == DONE
    assert status(session_id) == "SUCCEEDED"


def test_steps_by_the_clock_end_without_a_poll(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(UNTIL_STREAM, InProgress(seconds=1), InProgress(polls=1), ALIVE)
        session_id = create()
        opened = conversation(session_id)
        assert said(opened.receive(video(b"a video") + END_OF_VIDEO)) == ([], None)
        clock.shift(2)

        assert said(opened.poll()) == DONE
        assert [status(session_id), status(session_id)] == ["IN_PROGRESS", "SUCCEEDED"]


def test_a_streamed_session_does_not_go_back_to_created(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    conversation(session.id).receive(video(b"a video") + END_OF_VIDEO)

    with pytest.raises(ValueError, match=r"^CREATED cannot follow IN_PROGRESS: a session never goes back$"):
        session.set_outcome(Created(), ALIVE)


def test_an_outcome_has_the_challenge_that_was_streamed(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    conversation(session.id)
    message = (
        f"session {session.id} was streamed with {Challenge(LIGHT, '2.0.0')}, which stays its challenge: "
        "leave challenge out"
    )

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        session.set_outcome(Succeeded(50.0, challenge=Challenge(MOVEMENT, "1.0.0")))
    session.set_outcome(Succeeded(50.0, challenge=Challenge(LIGHT, "2.0.0")))


@pytest.mark.parametrize("until", ["streams", True, 5])
def test_until_is_stream_or_nothing(until: object) -> None:
    with pytest.raises(ValueError, match=f"^until must be 'stream', not {until!r}$"):
        Created(until=until)  # type: ignore[arg-type]


# Where nobody can stream.
_NOBODY = (
    "nobody can stream to this process, so CREATED with until='stream' would never end: start a FaceLivenessServer or "
    "a moto_liveness_server, or decide during the test with session.set_outcome(...)"
)


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the servers that other tests have started in this process."""
    monkeypatch.setattr("moto_liveness.core.stream._SERVERS", [])


def test_until_stream_is_refused_where_nobody_can_stream(no_server: None) -> None:
    with FaceLiveness() as face_liveness:
        session = face_liveness.add_session()
        for give in (face_liveness.queue, face_liveness.add_session, face_liveness.set_default, session.set_outcome):
            with pytest.raises(ValueError, match=f"^{re.escape(_NOBODY)}$"):
                give(UNTIL_STREAM, ALIVE)


def test_the_stream_transition_is_refused_where_nobody_can_stream(no_server: None) -> None:
    state_manager.set_transition(MODEL, {"progression": "stream"})
    try:
        with FaceLiveness(assert_all_used=False) as face_liveness:
            face_liveness.queue(ALIVE)
            with pytest.raises(ClientError) as error:
                create()
    finally:
        state_manager.unset_transition(MODEL)

    assert error.value.response["Error"]["Message"] == (
        f"Request has invalid parameters: moto's state transition for {MODEL} is {{'progression': 'stream'}}: {_NOBODY}"
    )
