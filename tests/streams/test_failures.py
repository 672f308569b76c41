"""Streams that break off, that are wrong, or whose session ends before them."""

from __future__ import annotations

import itertools

import boto3
import pytest
import requests
from time_machine import travel

from moto_liveness import FaceLiveness, InProgress, Succeeded
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core.stream import reachable
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognitionstreaming.events import read
from moto_liveness.rekognitionstreaming.eventstream import Message
from tests.aws import ALIVE, NOON, create, status
from tests.streaming import (
    END_OF_VIDEO,
    answers,
    conversation,
    encode,
    envelope,
    event,
    information,
    said,
    stream,
    video,
)
from tests.streams.shared import DONE, UNTIL_STREAM


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


@pytest.mark.parametrize(
    ("close_code", "meaning"),
    [
        (4002, "no face was found"),
        (4004, "the view was closed, for instance by a call"),
        (4006, "there was no camera"),
    ],
)
def test_the_close_codes_of_ios_have_their_meaning(face_liveness: FaceLiveness, close_code: int, meaning: str) -> None:
    face_liveness.queue(ALIVE)
    conversation(create()).break_off(close_code)

    assert call_log(face_liveness).endswith(
        f"broken off by the client with close code {close_code} ({meaning}); FAILED"
    )


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
    assert face_liveness.calls[-2].message == "End video event received before first valid video event."


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


def test_choice_information_of_more_than_128_kb_is_refused(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    opened = conversation(create())
    assert said(opened.receive(information(Unknown="x" * 120_000))) == ([], None)

    [(code, payload)] = answers(b"".join(opened.receive(information(Unknown="x" * 20_000)).messages))

    assert (code, payload["Message"]) == ("ValidationException", "the information events are larger than 128 KB")


def test_an_event_that_is_too_large_is_not_read() -> None:
    headers = {":message-type": "event", ":event-type": "ClientSessionInformationEvent"}

    with pytest.raises(LivenessException) as error:
        read(Message({":chunk-signature": b""}, encode(headers, b"no JSON" * 1024**2)))

    assert error.value.answer.message == "the information events are larger than 128 KB"


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
        f"session {session_id} is gone: the mock in which it was created has ended or was reset",
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
def test_choice_bytes_that_are_not_an_event_are_refused(face_liveness: FaceLiveness, data: bytes, message: str) -> None:
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
            "NUMBER_VALUE can not be converted to blob at 'videoEvent.videoChunk'",
        ),
        (
            "VideoEvent",
            [],
            "a VideoEvent cannot be read: The request body must be a JSON object, not ARRAY_VALUE",
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
