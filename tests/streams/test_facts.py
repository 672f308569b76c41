"""What a test reads of a stream, and what the log says about it."""

from __future__ import annotations

import datetime

import pytest
from time_machine import travel

from moto_liveness import Challenge, FaceLiveness, InProgress
from moto_liveness.control.face_liveness import call_log
from tests.aws import ALIVE, NOON, create
from tests.streaming import (
    END_OF_VIDEO,
    LIGHT,
    NOON_MILLIS,
    START,
    VERSIONS,
    color,
    conversation,
    information,
    stream,
    video,
)
from tests.streams.shared import UNTIL_STREAM


def test_a_session_has_the_facts_of_its_stream(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    with travel(NOON, tick=False) as clock:
        session._seen.created_at = NOON
        opened = conversation(session.id, VideoWidth="1280", VideoHeight="720")
        opened.receive(information(VideoStartTimestamp=1772366400500))
        opened.receive(color(1, 0, 255, 255) + color(0, 0, 0, 0))
        opened.receive(video(b"one, ") + video(b"two"))
        assert session.stream is not None
        assert (session.stream.video, session.stream.ended_at) == (b"one, two", None)
        clock.shift(6)
        opened.receive(information(VideoEndTimestamp=1772366406000) + END_OF_VIDEO)

    found = session.stream
    assert (found.video, found.chunks, found.size) == (b"one, two", 2, 8)
    assert (found.width, found.height) == (1280, 720)
    assert found.challenge == Challenge(LIGHT, "2.0.0")
    assert found.colors == [(0, 0, 0), (0, 255, 255)]
    assert found.seconds == 5.5
    assert (found.close_code, found.error, found.user_agent) == (None, None, "a test")
    assert (found.started_at, found.ended_at) == (NOON, NOON + datetime.timedelta(seconds=6))
    assert [list(item["Challenge"]) for item in found.information] == [[LIGHT]] * 4
    assert repr(found) == "<Stream: 2 chunks of video, 8 bytes>"


def test_the_video_of_an_expired_session_stays(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(ALIVE)
        session_id = create()
        stream(session_id)
        clock.shift(180)
        create()  # the next session looks for those that have expired

        found = face_liveness.session(session_id).stream
        assert found is not None
        assert found.video == b"a video"


def test_the_oldest_videos_go_first(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._MOST_BYTES", 20)
    streams = []
    for _ in range(4):
        face_liveness.queue(ALIVE)
        session_id = create()
        stream(session_id)
        streams.append(face_liveness.session(session_id).stream)

    assert [found.size for found in streams if found] == [7] * 4
    assert [found._now().kept for found in streams] == [0, 0, 7, 7]  # type: ignore[union-attr]
    with pytest.raises(LookupError) as error:
        _ = streams[0].video  # type: ignore[union-attr]
    assert str(error.value) == "the video of 7 bytes was dropped to make room for 0 MB of later videos"


def test_the_information_events_go_with_the_video(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._MOST_BYTES", 10)
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = conversation(session_id)
    opened.receive(information())
    opened.receive(information() + video(b"a video") + END_OF_VIDEO)

    found = face_liveness.session(session_id).stream
    assert found is not None
    assert (found.information, found.seconds, found.chunks) == ([], None, 1)


def test_the_seed_of_a_streamed_session_is_used(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(UNTIL_STREAM, ALIVE)
    session_id = create()
    stream(session_id)

    assert seed.used


def test_the_log_tells_what_was_carried_and_the_outcome(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = conversation(session_id)
    opened.receive(b"".join(color(number, 0, 0, number) for number in range(8)))
    opened.receive(video(b"x" * 100_000) + video(b"y" * 3_465) + END_OF_VIDEO)

    call = face_liveness.calls[-1]
    assert (call.operation, call.status, call.confidence, call.error) == (START, "SUCCEEDED", 97.3, None)
    assert call.params == {
        "SessionId": session_id,
        "VideoWidth": "640",
        "VideoHeight": "480",
        "ChallengeVersions": VERSIONS,
    }
    assert call_log(face_liveness).splitlines()[-1] == (
        f"StartFaceLivenessSession in us-east-1, session {session_id} -> 2 chunks of video, 103,465 bytes, 8 colors; "
        "SUCCEEDED with a confidence of 97.3 percent"
    )


def test_the_section_of_a_failed_test_lists_what_hangs(face_liveness: FaceLiveness) -> None:
    for _ in range(3):
        face_liveness.queue(UNTIL_STREAM, InProgress(), optional=True)
    streaming, analysed, waiting = create(), create(), create()
    conversation(streaming).receive(video(b"x" * 1000))
    opened = conversation(analysed)
    opened.receive(information(VideoStartTimestamp=NOON_MILLIS, VideoEndTimestamp=NOON_MILLIS + 2))
    opened.receive(video(b"y" * 51_000) + END_OF_VIDEO)

    assert call_log(face_liveness).partition("\n\n")[2].splitlines() == [
        "Streams that are still open:",
        f"  - {streaming} in us-east-1, account 123456789012: 1 chunk of video, 1,000 bytes; the video has not ended",
        (
            f"  - {analysed} in us-east-1, account 123456789012: 1 chunk of video, 51,000 bytes; the video has "
            "ended, and "
            "the session is IN_PROGRESS"
        ),
        "",
        "Sessions that still wait for a stream:",
        f"  - {waiting} in us-east-1, account 123456789012",
    ]
