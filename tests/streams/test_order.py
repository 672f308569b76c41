"""A session never goes back, and nobody reads its result before its client was told."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from time_machine import travel

from moto_liveness import ApiError, Created, Expired, FaceLiveness, Failed, InProgress, Step
from moto_liveness.core.stream import RecordedStream
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognitionstreaming.claims import Arrival
from moto_liveness.rekognitionstreaming.protocol import Conversation
from tests.aws import ALIVE, NOON, create, status
from tests.streaming import (
    END_OF_INPUT,
    END_OF_VIDEO,
    PLACE,
    Heard,
    conversation,
    envelope,
    event,
    information,
    parameters,
    said,
    video,
)
from tests.streams.shared import DONE, UNTIL_STREAM

UNKNOWN = envelope(event("AudioEvent", {}))
LATE = [UNKNOWN, b"\xff" * 20, envelope(b"abc"), information(VideoEndTimestamp=1), video(b"more"), END_OF_INPUT]


def unheard(session_id: str) -> Conversation:
    """Open a stream whose messages stay unsent."""
    return Conversation(Arrival(PLACE, parameters(session_id)), "a test")


@pytest.mark.parametrize("late", LATE, ids=["unknown", "garbage", "no message", "invalid", "video", "end"])
@pytest.mark.parametrize("joined", [True, False])
def test_bytes_that_follow_the_video_are_thrown_away(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch, late: bytes, joined: bool
) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._LONGEST_ANNOUNCEMENT", 0.0)
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    opened = conversation(session.id)
    for data in [video(b"a video") + END_OF_VIDEO + late] if joined else [video(b"a video") + END_OF_VIDEO, late]:
        assert said(opened.receive(data)) == ([], None)
    session.set_outcome(ALIVE)

    assert status(session.id) == "SUCCEEDED"
    assert said(opened.receive(late)) == DONE
    assert status(session.id) == "SUCCEEDED"
    assert session.stream is not None
    assert (session.stream.video, session.stream.information, session.stream.error) == (b"a video", [], None)


def test_a_body_that_cannot_be_read_after_the_video_is_thrown_away(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    opened = conversation(session.id)
    opened.receive(video(b"a video") + END_OF_VIDEO)

    assert said(opened.refuse("a chunk of the body begins with b'x', not with its size")) == ([], None)
    assert said(opened.end_input()) == ([], None)
    session.set_outcome(ALIVE)
    assert said(opened.poll()) == DONE


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What happens while a poll waits for the client of a stream, in this order; the list gets shorter with each."""
    happens: list[Callable[[], None]] = []
    monkeypatch.setattr(RecordedStream, "wait_for_announcement", lambda _: happens.pop(0)())
    return happens


def test_choice_a_poll_gets_the_result_after_the_client(
    face_liveness: FaceLiveness, waits: list[Callable[[], None]]
) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = unheard(session_id)
    opened.receive(video(b"a video") + END_OF_VIDEO)
    waits.append(opened.sent)

    assert status(session_id) == "SUCCEEDED"
    assert waits == []


def test_a_poll_waits_for_a_stream_that_the_clock_has_ended(
    face_liveness: FaceLiveness, waits: list[Callable[[], None]]
) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(InProgress(seconds=3), ALIVE)
        session_id = create()
        opened = conversation(session_id)
        assert said(opened.receive(video(b"a video") + END_OF_VIDEO)) == ([], None)
        assert status(session_id) == "IN_PROGRESS"
        clock.shift(3)
        waits.append(opened.poll)  # type: ignore[arg-type]

        assert status(session_id) == "SUCCEEDED"
        assert waits == []


def test_a_client_that_was_told_gets_its_result_even_if_the_clock_goes_back(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(InProgress(seconds=3), ALIVE)
        session_id = create()
        opened = conversation(session_id)
        opened.receive(video(b"a video") + END_OF_VIDEO)
        clock.shift(3)
        assert said(opened.poll()) == (["DisconnectionEvent"], 1000)
        clock.shift(-3)

        assert status(session_id) == "SUCCEEDED"


def test_polls_count_from_the_disconnection(face_liveness: FaceLiveness, waits: list[Callable[[], None]]) -> None:
    face_liveness.queue(InProgress(polls=2), ALIVE)
    session_id = create()
    opened = unheard(session_id)
    assert [status(session_id) for _ in range(3)] == ["IN_PROGRESS"] * 3
    assert said(opened.receive(video(b"a video") + END_OF_VIDEO)) == DONE
    waits.append(opened.sent)

    assert [status(session_id) for _ in range(3)] == ["IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]


def test_a_client_that_reads_nothing_holds_nobody_up(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._LONGEST_ANNOUNCEMENT", 0.01)
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    unheard(session.id).receive(video(b"a video") + END_OF_VIDEO)

    assert status(session.id) == "SUCCEEDED"
    assert session._now().stream.announced.is_set()  # type: ignore[union-attr]


def test_a_client_that_has_left_holds_nobody_up(face_liveness: FaceLiveness, waits: list[Callable[[], None]]) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = unheard(session_id)
    opened.receive(video(b"a video") + END_OF_VIDEO)
    opened.break_off(1006)

    assert (status(session_id), waits) == ("SUCCEEDED", [])


def test_a_session_whose_stream_expired_stays_expired(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(ALIVE)
        session_id = create()
        opened = conversation(session_id)
        opened.receive(video(b"a video"))
        clock.shift(180)
        assert said(opened.poll()) == ([], 4003)
        clock.shift(-180)

        assert status(session_id) == "EXPIRED"


STEPS = st.sampled_from(
    [
        (ALIVE,),
        (Failed(),),
        (InProgress(),),
        (InProgress(seconds=5), ALIVE),
        (InProgress(polls=2), Failed()),
        (UNTIL_STREAM, ALIVE),
        (Created(polls=1), InProgress(polls=1), ALIVE),
        (ApiError("ThrottlingException"), ALIVE),
        (ALIVE, Expired()),
        (Created(),),
    ]
)
WHOLE = video(b"a video") + END_OF_VIDEO
PIECES = st.sampled_from([WHOLE, video(b"a video"), END_OF_VIDEO, END_OF_INPUT, *LATE, information()])
ACTIONS = st.one_of(
    st.tuples(st.just("bytes"), st.lists(PIECES, min_size=1, max_size=3).map(b"".join)),
    st.tuples(st.just("clock"), st.sampled_from([1, 5, 90, 180, -5, -90])),
    st.tuples(st.just("test"), STEPS),
    st.tuples(st.just("client"), st.sampled_from(["end_input", "poll", "stop", "break_off", "refuse"])),
)
RANKS = {"CREATED": 0, "IN_PROGRESS": 1, "SUCCEEDED": 2, "FAILED": 2, "EXPIRED": 3}


def seen(session_id: str) -> list[str]:
    try:
        return [status(session_id)]
    except ClientError:
        return []


def opened_if_possible(session_id: str) -> Heard | None:
    try:
        return conversation(session_id)
    except LivenessException:  # a poll has seen the end
        return None


def act(opened: Heard, what: str) -> None:
    arguments = {"break_off": (1006,), "refuse": ("no size",)}.get(what, ())
    getattr(opened, what)(*arguments)
    if what in ("stop", "refuse"):
        opened.sent()


# Each example has a session of its own, so they can share the mock: to start one takes longer than the example.
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    STEPS, st.integers(0, 2), st.sampled_from([b"", WHOLE]), st.lists(st.tuples(ACTIONS, st.integers(0, 2)), max_size=8)
)
@example((InProgress(),), 0, WHOLE, [(("test", (ALIVE,)), 1), (("bytes", UNKNOWN), 0)])
@example((InProgress(seconds=5), ALIVE), 0, WHOLE, [(("clock", 5), 1), (("client", "end_input"), 0)])
@example((ALIVE,), 0, b"", [(("clock", 180), 0), (("client", "poll"), 1), (("clock", -180), 0)])
def test_no_interleaving_lets_a_status_fall(
    face_liveness: FaceLiveness,
    steps: tuple[Step, ...],
    polls_before: int,
    first: bytes,
    actions: list[tuple[tuple[str, object], int]],
) -> None:
    with pytest.MonkeyPatch.context() as patched, travel(NOON, tick=False) as clock:
        patched.setattr("moto_liveness.core.stream._LONGEST_ANNOUNCEMENT", 0.0)
        session = face_liveness.add_session(*steps)
        statuses = [one for _ in range(polls_before) for one in seen(session.id)]
        opened = opened_if_possible(session.id)
        for (kind, what), polls_after in [(("bytes", first), 0), *actions]:
            if kind == "clock":
                clock.shift(what)
            elif kind == "test":
                with contextlib.suppress(ValueError):  # it would go back
                    session.set_outcome(*what)  # type: ignore[misc]
            elif opened is not None and kind == "bytes":
                opened.receive(what)  # type: ignore[arg-type]
            elif opened is not None:
                act(opened, str(what))
            statuses += [one for _ in range(polls_after) for one in seen(session.id)]
        statuses += seen(session.id)

    ranks = [RANKS[one] for one in statuses]
    assert ranks == sorted(ranks)
    assert len({one for one in statuses if RANKS[one] == 2}) <= 1
