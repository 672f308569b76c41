"""The constraints of AWS's model of a stream."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moto_liveness import Challenge, FaceLiveness, Succeeded
from moto_liveness.rekognitionstreaming import shapes
from tests.aws import ALIVE, create, status
from tests.streaming import (
    CHALLENGE_ID,
    END_OF_VIDEO,
    LIGHT,
    MOVEMENT,
    NOON_MILLIS,
    answers,
    conversation,
    envelope,
    event,
    said,
    video,
)
from tests.streams.shared import DONE, refused

MODEL = json.loads((Path(__file__).parents[1] / "streaming-model.json").read_text())
BOX = {"Width": 0.2, "Height": 0.4, "Left": -0.1, "Top": 0.3}
INITIAL = {"BoundingBox": BOX, "InitialFaceDetectedTimestamp": NOON_MILLIS}
TARGET = {
    "BoundingBox": BOX,
    "FaceDetectedInTargetPositionStartTimestamp": NOON_MILLIS,
    "FaceDetectedInTargetPositionEndTimestamp": NOON_MILLIS,
}
COLOR = {
    "CurrentColor": {"RGB": [0, 255, 0]},
    "PreviousColor": {"RGB": [0, 0, 0]},
    "SequenceNumber": 1,
    "CurrentColorStartTimestamp": NOON_MILLIS,
}
AT_LIGHT = "clientSessionInformationEvent.challenge.faceMovementAndLightChallenge"


def about(kind: str = LIGHT, **members: Any) -> dict[str, Any]:
    """Return the payload of an information event."""
    return {"Challenge": {kind: {"ChallengeId": CHALLENGE_ID, **members}}}


def sent(name: str, payload: object) -> bytes:
    return envelope(event(name, payload))


def told(session_id: str, name: str, payload: object) -> str:
    """Return the message of the ValidationException that an event gets."""
    [(code, answer)] = answers(b"".join(conversation(session_id).receive(sent(name, payload)).messages))
    assert code == "ValidationException"
    return str(answer["Message"])


def test_the_table_is_that_of_aws() -> None:
    assert MODEL["types"] == shapes.TYPES
    assert MODEL["shapes"] == shapes.SHAPES


@pytest.mark.parametrize("challenge", [Challenge(LIGHT, "2.0.0"), Challenge(MOVEMENT, "1.0.0")])
def test_what_the_component_sends_passes(face_liveness: FaceLiveness, challenge: Challenge) -> None:
    kind = challenge.type
    face_liveness.queue(Succeeded(97.3, challenge=challenge))
    opened = conversation(create())
    colors = [sent("ClientSessionInformationEvent", about(ColorDisplayed=COLOR))] * 8 if kind == LIGHT else []
    ends = {"VideoEndTimestamp": NOON_MILLIS, "TargetFace": TARGET}

    opened.receive(sent("ClientSessionInformationEvent", about(kind, VideoStartTimestamp=NOON_MILLIS)))
    opened.receive(sent("ClientSessionInformationEvent", about(kind, InitialFace=INITIAL)) + b"".join(colors))
    opened.receive(video(b"a video") + sent("ClientSessionInformationEvent", about(kind, **ends)))

    assert said(opened.receive(END_OF_VIDEO)) == DONE


@pytest.mark.parametrize(
    ("name", "payload", "violation"),
    [
        (
            "VideoEvent",
            {"VideoChunk": "eHh4", "TimestampMillis": NOON_MILLIS // 1000},
            (
                "Value '1772366400' at 'videoEvent.timestampMillis' failed to satisfy constraint: Member must have "
                "value greater than or equal to 1640995200000"
            ),
        ),
        (
            "VideoEvent",
            {"VideoChunk": "eHh4", "TimestampMillis": NOON_MILLIS * 1000},
            (
                "Value '1772366400000000' at 'videoEvent.timestampMillis' failed to satisfy constraint: Member must "
                "have value less than or equal to 2272147200000"
            ),
        ),
        (
            "ClientSessionInformationEvent",
            about(VideoStartTimestamp=0),
            (
                f"Value '0' at '{AT_LIGHT}.videoStartTimestamp' failed to satisfy constraint: Member must have value "
                "greater than or equal to 1640995200000"
            ),
        ),
        (
            "ClientSessionInformationEvent",
            about(InitialFace={**INITIAL, "BoundingBox": {**BOX, "Width": 128}}),
            (
                f"Value '128' at '{AT_LIGHT}.initialFace.boundingBox.width' failed to satisfy constraint: Member must "
                "have value less than or equal to 1"
            ),
        ),
        (
            "ClientSessionInformationEvent",
            about(TargetFace={**TARGET, "BoundingBox": {**BOX, "Left": -1.5}}),
            (
                f"Value '-1.5' at '{AT_LIGHT}.targetFace.boundingBox.left' failed to satisfy constraint: Member must "
                "have value greater than or equal to -1"
            ),
        ),
        (
            "ClientSessionInformationEvent",
            about(ColorDisplayed={**COLOR, "SequenceNumber": 51}),
            (
                f"Value '51' at '{AT_LIGHT}.colorDisplayed.sequenceNumber' failed to satisfy constraint: Member must "
                "have value less than or equal to 50"
            ),
        ),
        (
            "ClientSessionInformationEvent",
            about(ChallengeId=CHALLENGE_ID.upper()),
            (
                f"Value '{CHALLENGE_ID.upper()}' at '{AT_LIGHT}.challengeId' failed to satisfy constraint: Member must "
                "satisfy regular expression pattern: ^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
            ),
        ),
        (
            "ClientSessionInformationEvent",
            {},
            (
                "Value null at 'clientSessionInformationEvent.challenge' failed to satisfy constraint: Member must not "
                "be null"
            ),
        ),
    ],
)
def test_choice_an_event_that_breaks_a_constraint_is_refused_in_the_words_of_the_other_operations(
    face_liveness: FaceLiveness, name: str, payload: object, violation: str
) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert told(session_id, name, payload) == f"1 validation error detected: {violation}"
    assert status(session_id) == "FAILED"


@pytest.mark.parametrize(
    ("challenges", "printed"),
    [
        ({}, "{}"),
        ({LIGHT: None}, f'{{"{LIGHT}": null}}'),
        (
            {LIGHT: {"ChallengeId": CHALLENGE_ID}, MOVEMENT: {"ChallengeId": CHALLENGE_ID}},
            f'{{"{LIGHT}": {{"ChallengeId": "{CHALLENGE_ID}"}}, "{MOVEMENT}": {{"ChallengeId": "{CHALLENGE_ID}"}}}}',
        ),
    ],
)
def test_choice_an_information_event_is_about_one_challenge(
    face_liveness: FaceLiveness, challenges: dict[str, object], printed: str
) -> None:
    face_liveness.queue(ALIVE)

    assert told(create(), "ClientSessionInformationEvent", {"Challenge": challenges}) == (
        f"1 validation error detected: Value '{printed}' at 'clientSessionInformationEvent.challenge' failed to "
        f"satisfy constraint: Member must be one member of the union: [{LIGHT}, {MOVEMENT}]"
    )


def test_choice_a_video_event_without_a_chunk_ends_the_video(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    opened = conversation(create())
    opened.receive(video(b"a video"))

    assert said(opened.receive(sent("VideoEvent", {"TimestampMillis": NOON_MILLIS}))) == DONE


@pytest.mark.parametrize(
    ("parameter", "value", "constraint"),
    [
        ("VideoWidth", "99999", "Member must have length less than or equal to 4"),
        ("VideoHeight", "12", "Member must have length greater than or equal to 3"),
        ("VideoWidth", "64O", "Member must satisfy regular expression pattern: ^[0-9]{3,}$"),
        ("VideoWidth", "\u0664\u0665\u0666", "Member must satisfy regular expression pattern: ^[0-9]{3,}$"),
        (
            "ChallengeVersions",
            "Foo_1.1.1,Foo_1.1.1",
            (
                "Member must satisfy regular expression pattern: "
                r"^([a-zA-Z]{10,}_\d+\.\d+\.\d+){1}(,[a-zA-Z]{10,}_\d+\.\d+\.\d+)*$"
            ),
        ),
    ],
)
def test_a_parameter_that_breaks_a_constraint_is_refused(
    face_liveness: FaceLiveness, parameter: str, value: str, constraint: str
) -> None:
    face_liveness.queue(ALIVE)
    code, message = refused(create(), **{parameter: value})

    assert code == "ValidationException"
    assert f"at '{parameter[0].lower()}{parameter[1:]}' failed to satisfy constraint: {constraint}" in message


def test_a_version_may_have_any_number_of_digits(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)

    assert said(conversation(create(), ChallengeVersions=f"{LIGHT}_1.0.1000,{LIGHT}_2.0.0").opening())[1] is None
