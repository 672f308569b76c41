"""StartFaceLivenessSession: how a stream takes its session over, and how it leaves it."""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Iterator

import boto3
import pytest
import requests
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
from moto_liveness.core.scope import Scope
from moto_liveness.core.stream import reachable
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognition.transitions import MODEL
from tests.aws import ALIVE, NOON, SESSION_ID, create, get, status
from tests.streaming import (
    END_OF_INPUT,
    END_OF_VIDEO,
    LIGHT,
    MOVEMENT,
    PLACE,
    START,
    VERSIONS,
    answers,
    color,
    conversation,
    envelope,
    event,
    information,
    said,
    stream,
    video,
)

DONE = (["DisconnectionEvent"], 1000)
UNTIL_STREAM = Created(until="stream")


@pytest.fixture
def face_liveness(environment: None) -> Iterator[FaceLiveness]:
    """A handle in its process, to which clients can stream."""
    with reachable(), FaceLiveness() as handle:
        yield handle


def refused(session_id: str, place: Scope = PLACE, **others: str) -> tuple[str, str]:
    """Return the code and the message of a stream that is refused when it opens."""
    with pytest.raises(LivenessException) as error:
        conversation(session_id, place, **others)
    return error.value.answer.code, error.value.answer.message


# The rule: a stream takes its session over.


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
        ((Created(polls=2), Expired()), ["CREATED"], ["EXPIRED"]),
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
            "1 chunk of video, 7 bytes; FAILED: no test said what happens in this session"
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
        session.set_outcome(UNTIL_STREAM, ALIVE)


def test_an_outcome_has_the_challenge_that_was_streamed(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    conversation(session.id)
    message = (
        f"session {session.id} was streamed with {Challenge(LIGHT, '2.0.0')}, so it has no other challenge: "
        "leave challenge out"
    )

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        session.set_outcome(Succeeded(50.0, challenge=Challenge(MOVEMENT, "1.0.0")))
    session.set_outcome(Succeeded(50.0, challenge=Challenge(LIGHT, "2.0.0")))


@pytest.mark.parametrize("until", ["streams", True, 5])
def test_until_is_stream_or_nothing(until: object) -> None:
    with pytest.raises(ValueError, match=f"^until must be 'stream', not {until!r}$"):
        Created(until=until)  # type: ignore[arg-type]


# What a test reads of a stream.


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
    assert str(error.value) == "the video of 7 bytes is gone: 0 MB of later videos needed its room"


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
    opened.receive(information(VideoStartTimestamp=1, VideoEndTimestamp=2))
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


# What the service says.


def test_choice_the_service_speaks_first(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    opening = conversation(create()).opening()
    assert said(opening) == (["ChallengeEvent", "ServerSessionInformationEvent"], None)
    challenge, session = answers(b"".join(opening.messages))

    assert challenge == ("ChallengeEvent", {"Type": LIGHT, "Version": "2.0.0"})
    light = session.payload["SessionInformation"]["Challenge"][LIGHT]
    assert light["OvalParameters"] == {"Width": 128.0, "Height": 207.104, "CenterX": 320.0, "CenterY": 240.0}
    assert light["LightChallengeType"] == "SEQUENTIAL"
    colors = light["ColorSequences"]
    assert colors[0]["FreshnessColor"]["RGB"] == [0, 0, 0]
    assert [color["FlatDisplayDuration"] for color in colors] == [75, *[0] * 7]
    assert [color["DownscrollDuration"] for color in colors] == [0, *[475] * 7]


def test_a_movement_challenge_has_no_colors(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(97.3, challenge=Challenge(MOVEMENT, "1.0.0")))
    opening = answers(b"".join(conversation(create()).opening().messages))

    assert [answer.name for answer in opening] == ["ChallengeEvent", "ServerSessionInformationEvent"]
    assert sorted(opening[1].payload["SessionInformation"]["Challenge"][MOVEMENT]) == [
        "ChallengeConfig",
        "OvalParameters",
    ]


def test_an_older_client_gets_its_version_and_no_challenge_event(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = conversation(session_id, ChallengeVersions=f"{LIGHT}_1.0.0")

    assert said(opened.opening()) == (["ServerSessionInformationEvent"], None)
    assert get(session_id)["Challenge"] == {"Type": LIGHT, "Version": "1.0.0"}


@pytest.mark.parametrize("year", [2020, 2026, 2100])
def test_the_disconnection_has_a_timestamp_that_the_model_allows(face_liveness: FaceLiveness, year: int) -> None:
    with travel(NOON.replace(year=year), tick=False):
        face_liveness.queue(ALIVE)
        reply = conversation(create()).receive(video(b"a video") + END_OF_VIDEO)

    [(name, payload)] = answers(b"".join(reply.messages))
    assert name == "DisconnectionEvent"
    assert 1640995200000 <= payload["TimestampMillis"] <= 2272147200000


# The end of a video, in three ways.


@pytest.mark.parametrize("end", [END_OF_VIDEO, END_OF_INPUT, END_OF_VIDEO + END_OF_INPUT])
def test_the_video_ends_with_an_empty_chunk_or_with_the_input(face_liveness: FaceLiveness, end: bytes) -> None:
    face_liveness.queue(ALIVE)
    assert said(conversation(create()).receive(video(b"a video") + end)) == DONE


def test_the_video_ends_with_the_body(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    opened = conversation(create())
    opened.receive(video(b"a video"))

    assert said(opened.end_input()) == DONE
    assert said(opened.end_input()) == ([], None)


def test_the_images_are_in_s3_before_the_disconnection(face_liveness: FaceLiveness) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="images")
    face_liveness.queue(UNTIL_STREAM, ALIVE)
    session_id = create(Settings={"OutputConfig": {"S3Bucket": "images"}})

    assert stream(session_id) == DONE
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="images")["Contents"]] == [f"{session_id}/reference.jpg"]


def test_a_stream_whose_images_cannot_be_written_fails(face_liveness: FaceLiveness) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="images")
    face_liveness.queue(UNTIL_STREAM, ALIVE)
    session_id = create(Settings={"OutputConfig": {"S3Bucket": "images"}})
    s3.delete_bucket(Bucket="images")

    assert stream(session_id) == (["ValidationException"], 1000)
    assert status(session_id) == "FAILED"
    assert face_liveness.calls[-2].message == (
        "Request has invalid parameters: S3 bucket 'images' does not exist in account 123456789012."
    )


# Streams that do not end well.


def test_choice_a_stream_that_the_client_breaks_off_fails(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    opened = conversation(session.id)
    opened.receive(video(b"a video"))
    opened.break_off(4003)

    assert status(session.id) == "FAILED"
    assert session.stream is not None
    assert (session.stream.close_code, session.stream.ended_at is None) == (4003, False)
    assert call_log(face_liveness).splitlines()[1] == (
        f"StartFaceLivenessSession in us-east-1, session {session.id} -> "
        "broken off by the client with close code 4003 (the person cancelled); FAILED"
    )
    assert said(opened.poll()) == ([], None)
    assert said(opened.receive(END_OF_VIDEO)) == ([], None)
    assert said(opened.stop()) == ([], None)


def test_a_close_code_that_nobody_knows_is_logged_as_a_number(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    conversation(create()).break_off(4999)

    assert call_log(face_liveness).endswith("broken off by the client with close code 4999; FAILED")


def test_choice_a_stream_that_is_broken_off_after_its_video_goes_on(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(UNTIL_STREAM, InProgress(polls=1), ALIVE)
    session = face_liveness.session(create())
    face_liveness.queue(InProgress())
    other = face_liveness.session(create())
    opened = conversation(other.id)
    opened.receive(video(b"a video") + END_OF_VIDEO)
    opened.break_off(1000)

    assert status(other.id) == "IN_PROGRESS"
    assert other.stream is not None
    assert other.stream.close_code is None
    assert session.stream is None


def test_choice_a_stream_without_a_video_fails(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())

    assert said(conversation(session.id).receive(END_OF_VIDEO)) == (["ValidationException"], 1000)
    assert status(session.id) == "FAILED"
    assert session.stream is not None
    assert session.stream.error == "ValidationException"
    assert face_liveness.calls[-2].message == "the stream has no video"


def test_choice_a_video_of_ten_megabytes_is_the_largest(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    face_liveness.queue(ALIVE)
    chunk = video(b"x" * 1024 * 1024)
    fits, too_large = conversation(create()), conversation(second := create())
    for _, opened in itertools.product(range(10), (fits, too_large)):
        assert said(opened.receive(chunk)) == ([], None)

    assert said(fits.receive(END_OF_VIDEO)) == DONE
    assert said(too_large.receive(video(b"x"))) == (["ValidationException"], 1000)
    assert status(second) == "FAILED"
    assert face_liveness.calls[-2].message == "the video is larger than 10 MB, 10,485,760 bytes"


def test_information_of_more_than_a_megabyte_is_refused(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    opened = conversation(create())
    assert said(opened.receive(information(ChallengeId="x" * 1_000_000))) == ([], None)

    [(code, payload)] = answers(b"".join(opened.receive(information(ChallengeId="x" * 100_000)).messages))

    assert (code, payload["Message"]) == ("ValidationException", "the information events are larger than 1 MB")


def test_a_subscriber_of_the_bucket_that_fails_makes_the_stream_fail(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such queue")

    boto3.client("s3").create_bucket(Bucket="images")
    face_liveness.queue(UNTIL_STREAM, ALIVE)
    session_id = create(Settings={"OutputConfig": {"S3Bucket": "images"}})

    with monkeypatch.context() as failing:
        failing.setattr("moto_liveness.rekognition.storage.Output.write", fail)
        assert stream(session_id) == (["ValidationException"], 1000)
    assert status(session_id) == "FAILED"
    assert face_liveness.calls[-2].message == "the images cannot be written: RuntimeError: no such queue"


def test_a_confidence_of_zero_is_logged(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=0))
    stream(create())

    assert call_log(face_liveness).endswith("1 chunk of video, 7 bytes; SUCCEEDED with a confidence of 0.0 percent")


def test_a_video_that_goes_on_after_a_rollback_is_not_kept() -> None:
    with reachable(), FaceLiveness() as outer:
        with FaceLiveness() as inner:
            opened = conversation(inner.add_session(ALIVE).id)
            opened.receive(video(b"before"))
        assert said(opened.receive(video(b"after"))) == (["ValidationException"], 1000)

        from moto_liveness.rekognition.script_backend import current_script

        assert (len(current_script().streams), outer.sessions) == (0, [])


def test_choice_a_server_that_stops_changes_nothing_after_the_video(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(InProgress(seconds=60), ALIVE)
        session_id = create()
        opened = conversation(session_id)
        opened.receive(video(b"a video") + END_OF_VIDEO)
        assert said(opened.stop()) == ([], 1001)
        clock.shift(60)

        assert status(session_id) == "SUCCEEDED"


def test_choice_an_open_stream_ends_with_its_session(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(ALIVE)
        session = face_liveness.session(create())
        opened = conversation(session.id)
        clock.shift(179)
        assert said(opened.poll()) == ([], None)
        clock.shift(1)

        assert said(opened.poll()) == ([], 4003)
        assert status(session.id) == "EXPIRED"
    assert session.stream is not None
    assert session.stream.error == "SessionExpired"
    assert call_log(face_liveness).splitlines()[1].endswith("-> SessionExpired")


def test_the_end_of_a_video_after_the_end_of_its_session_is_too_late(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(ALIVE)
        opened = conversation(create())
        opened.receive(video(b"a video"))
        clock.shift(180)

        assert said(opened.end_input()) == ([], 4003)


def test_an_open_stream_ends_when_its_server_stops(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())

    assert said(conversation(session.id).stop()) == ([], 1001)
    assert status(session.id) == "FAILED"


def test_a_stream_whose_session_a_reset_took_away_ends(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = conversation(session_id)
    requests.post("http://motoapi.amazonaws.com/moto-api/reset")
    [(name, payload)] = answers(b"".join(opened.receive(video(b"a video")).messages))

    assert (name, payload["Message"]) == (
        "ValidationException",
        f"session {session_id} is gone: the mock that it was made in has ended or was reset",
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\xff" * 20, "a message cannot have 4294967295 bytes"),
        (b"\0\0\0\x10" + b"x" * 16, "a message cannot be read: "),
        (envelope(b"abc"), "3 bytes are not a message"),
        (event("VideoEvent", {}), "a message of the stream has no :chunk-signature: clients sign their events"),
        (
            video(b"x").replace(b"VideoEvent", b"AudioEvent"),
            "a message cannot be read: ",
        ),
    ],
)
def test_choice_bytes_that_are_no_event_are_refused(face_liveness: FaceLiveness, data: bytes, message: str) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert said(conversation(session_id).receive(data)) == (["ValidationException"], 1000)
    assert status(session_id) == "FAILED"
    assert str(face_liveness.calls[-2].message).startswith(message)


@pytest.mark.parametrize(
    ("name", "payload", "message"),
    [
        (
            "AudioEvent",
            {},
            "the stream has no event 'AudioEvent': clients send VideoEvent and ClientSessionInformationEvent",
        ),
        ("VideoEvent", {"VideoChunk": "no base64"}, "the VideoChunk of a VideoEvent is not base64"),
        (
            "VideoEvent",
            {"VideoChunk": 5},
            "a VideoEvent is refused: NUMBER_VALUE can not be converted to string at 'videoChunk'",
        ),
        (
            "VideoEvent",
            [],
            "a VideoEvent is refused: The request body must be a JSON object, not ARRAY_VALUE",
        ),
        (
            "ClientSessionInformationEvent",
            {},
            (
                "a ClientSessionInformationEvent is refused: 1 validation error detected: Value null at "
                "'challenge' failed "
                "to satisfy constraint: Member must not be null"
            ),
        ),
        (
            "ClientSessionInformationEvent",
            {"Challenge": {LIGHT: {"ChallengeId": "one", "ColorDisplayed": {"SequenceNumber": 51}}}},
            (
                "a ClientSessionInformationEvent is refused: 3 validation errors detected: "
                f"Value null at 'challenge.{LIGHT[0].lower()}{LIGHT[1:]}.colorDisplayed.currentColor' failed to "
                "satisfy "
                f"constraint: Member must not be null; Value '51' at 'challenge.{LIGHT[0].lower()}{LIGHT[1:]}."
                "colorDisplayed.sequenceNumber' failed to satisfy constraint: Member must have value less than "
                "or equal to "
                "50; Value null at "
                f"'challenge.{LIGHT[0].lower()}{LIGHT[1:]}.colorDisplayed.currentColorStartTimestamp' "
                "failed to satisfy constraint: Member must not be null"
            ),
        ),
    ],
)
def test_an_event_that_is_wrong_is_refused(
    face_liveness: FaceLiveness, name: str, payload: object, message: str
) -> None:
    face_liveness.queue(ALIVE)
    [(code, told)] = answers(b"".join(conversation(create()).receive(envelope(event(name, payload))).messages))

    assert (code, told) == ("ValidationException", {"Message": message})


def test_an_event_that_is_not_utf_8_is_refused(face_liveness: FaceLiveness) -> None:
    from moto_liveness.rekognitionstreaming.eventstream import encode

    face_liveness.queue(ALIVE)
    opened = conversation(create())

    assert said(opened.receive(envelope(encode({":event-type": "VideoEvent"}, b"\xff")))) == (
        ["ValidationException"],
        1000,
    )


# Streams that are refused when they open leave the session as it was.


def test_choice_wrong_parameters_are_refused_in_the_words_of_the_other_operations(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert refused(session_id, VideoWidth="0") == (
        "ValidationException",
        (
            "2 validation errors detected: Value '0' at 'videoWidth' failed to satisfy constraint: Member must "
            "have length "
            "greater than or equal to 3; Value '0' at 'videoWidth' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: [0-9]{3,4}"
        ),
    )
    assert face_liveness.session(session_id).stream is None
    assert status(session_id) == "SUCCEEDED"


def test_choice_a_session_without_a_common_challenge_is_refused(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert refused(session_id, ChallengeVersions=f"{MOVEMENT}_1.0.0") == (
        "ValidationException",
        f"the session has the challenge {LIGHT}_2.0.0, and the client can do {MOVEMENT}_1.0.0 only",
    )
    assert stream(session_id) == DONE


def test_a_newer_version_than_that_of_the_session_will_not_do(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(97.3, challenge=Challenge(LIGHT, "1.0.0")))

    assert refused(create(), ChallengeVersions=f"{LIGHT}_2.0.0")[0] == "ValidationException"


def test_choice_a_session_has_one_stream(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = conversation(session_id)
    answer = ("ValidationException", f"session {session_id} has had its stream: every check needs a new session")

    assert refused(session_id) == answer
    opened.receive(video(b"a video") + END_OF_VIDEO)
    assert refused(session_id) == answer
    assert status(session_id) == "SUCCEEDED"


@pytest.mark.parametrize("step", [ALIVE, Failed()])
def test_a_session_that_was_polled_to_its_end_is_refused(face_liveness: FaceLiveness, step: Step) -> None:
    face_liveness.queue(step)
    session_id = create()
    status(session_id)

    assert refused(session_id) == (
        "ValidationException",
        (
            f"a poll already got {step.status} for session {session_id}: queue(Created(until='stream'), ...) "
            "makes it wait "
            "for its stream"
        ),
    )


def test_an_expired_session_is_refused(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(ALIVE)
        session_id = create()
        clock.shift(180)

        assert refused(session_id) == (
            "ValidationException",
            f"session {session_id} is EXPIRED: every check needs a new session",
        )


def test_a_session_of_another_region_is_not_found_and_the_log_says_where_it_is(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert refused(session_id, Scope("eu-west-1", "123456789012")) == ("SessionNotFoundException", "Session not found")
    assert call_log(face_liveness).splitlines()[-1] == (
        f"StartFaceLivenessSession in eu-west-1, session {session_id} -> SessionNotFoundException: Session not found "
        "(that session is in us-east-1)"
    )


def test_the_log_says_in_which_account_a_session_is(face_liveness: FaceLiveness) -> None:
    session = face_liveness.at("us-east-1", "111122223333").add_session(ALIVE)

    assert refused(session.id)[0] == "SessionNotFoundException"
    assert call_log(face_liveness).endswith("(that session is in us-east-1, account 111122223333)")


def test_an_unknown_session_is_not_found(face_liveness: FaceLiveness) -> None:
    assert refused(SESSION_ID)[0] == "SessionNotFoundException"


def test_a_region_that_rekognition_does_not_have_is_refused(face_liveness: FaceLiveness) -> None:
    assert refused(SESSION_ID, Scope("mars-1", "123456789012")) == (
        "ValidationException",
        "Rekognition has no region 'mars-1'",
    )


# Errors that a test queues.


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
                "ThrottlingException, ValidationException."
            ),
        ),
        (
            {"code": "StreamIdleTimeOut", "when": "end", "operation": START},
            (
                "'StreamIdleTimeOut' cannot end a stream. Did you mean 'StreamIdleTimeout'? Choose from: "
                "ConnectionLost, "
                "InternalServerException, ServiceQuotaExceededException, ServiceUnavailableException, SessionExpired, "
                "StreamIdleTimeout, ThrottlingException, ValidationException."
            ),
        ),
        (
            {"code": "ThrottlingException", "when": "end"},
            "only a stream has an end: add operation='StartFaceLivenessSession', or leave when out",
        ),
        (
            {"code": "ThrottlingException", "when": "ende", "operation": START},
            "when must be 'start' or 'end', not 'ende'",
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
            {"code": "ThrottlingException", "when": "end", "operation": START, "http_status": 400},
            "an error at the end of a stream has no HTTP status: leave http_status out",
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
        "queue_error('ConnectionLost', operation='StartFaceLivenessSession', when='end')"
    )

    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        face_liveness.queue_exception(OSError(), operation=START)


def test_a_seed_for_the_end_says_so(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_error("ConnectionLost", operation=START, when="end", optional=True)

    assert str(seed).startswith("queue_error('ConnectionLost', operation='StartFaceLivenessSession', when='end')")


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
