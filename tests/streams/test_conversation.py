"""What the service says in a stream, and how a video ends."""

from __future__ import annotations

import boto3
import pytest
from time_machine import travel

from moto_liveness import Challenge, FaceLiveness, Succeeded
from tests.aws import ALIVE, NOON, create, get, status
from tests.streaming import END_OF_INPUT, END_OF_VIDEO, LIGHT, MOVEMENT, answers, conversation, said, stream, video
from tests.streams.shared import DONE, UNTIL_STREAM


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
