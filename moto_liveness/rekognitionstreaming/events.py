"""The events of a stream: what a client may send, and what the service sends.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_rekognitionstreaming_StartFaceLivenessSession.html
"""

from __future__ import annotations

import base64
import datetime
import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from botocore.model import Shape

from moto_liveness.core.challenge import CHALLENGES, LIGHT, Challenge
from moto_liveness.core.operations import START_STREAM
from moto_liveness.core.stream import LARGEST_INFORMATION
from moto_liveness.rekognition import validation
from moto_liveness.rekognition.exceptions import LivenessException, service_error
from moto_liveness.rekognitionstreaming import shapes
from moto_liveness.rekognitionstreaming.eventstream import Message, decode, encode
from moto_liveness.rekognitionstreaming.face_model import oval

# The newest version of each type. Older clients take a ChallengeEvent for an error.
_ANNOUNCED = {(name, versions[0]) for name, versions in CHALLENGES.items()}

# From Amplify's own tests. The component refuses to start without most of these:
# https://github.com/aws-amplify/amplify-ui/blob/main/packages/react-liveness/src/components/FaceLivenessDetector/service/utils/__tests__/testUtils.ts
_CHALLENGE_CONFIG = {
    "BlazeFaceDetectionThreshold": 0.75,
    "FaceDistanceThreshold": 0.32,
    "FaceDistanceThresholdMin": 0.32,
    "FaceDistanceThresholdMax": 0,
    "FaceIouHeightThreshold": 0.15,
    "FaceIouWidthThreshold": 0.15,
    "OvalHeightWidthRatio": 1.618,
    "OvalIouThreshold": 0.55,
    "OvalIouHeightThreshold": 0.25,
    "OvalIouWidthThreshold": 0.25,
    "OvalFitTimeout": 7000,
}
#: The colors of the light challenge, in order. AWS's are random; these are ours, and always the same.
COLORS = (
    (0, 0, 0),
    (0, 255, 255),
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 0),
    (255, 0, 255),
    (255, 255, 255),
)
# Milliseconds: the first color is flat, the others scroll down.
_FLAT, _SCROLL = 75, 475
_INFORMATION = "ClientSessionInformationEvent"
_EARLIEST, _LATEST = shapes.TYPES["EpochMillis"]["range"]


class VideoChunk(NamedTuple):
    """A VideoEvent. An empty chunk is the end of the video."""

    data: bytes


class ClientInformation(NamedTuple):
    """A ClientSessionInformationEvent."""

    event: dict[str, Any]
    #: Its JSON.
    data: bytes


class InputEnd(NamedTuple):
    """The client has nothing more to send."""


ClientEvent = VideoChunk | ClientInformation | InputEnd


def refusal(problem: str) -> LivenessException:
    """Return the ValidationException for something that cannot be processed."""
    return service_error(START_STREAM, "ValidationException", "", problem)


def read(envelope: Message) -> ClientEvent:
    """Return the event in the envelope that clients sign. The signature is not checked, as moto checks none.

    Raises:
        LivenessException: for anything else.
        MalformedMessageError: for what is not a message.
    """
    if ":chunk-signature" not in envelope.headers:
        raise refusal("a message of the stream has no :chunk-signature: clients sign their events")
    if not envelope.payload:
        return InputEnd()
    message = decode(envelope.payload)
    name = str(message.headers.get(":event-type"))
    if name not in shapes.EVENTS:
        raise refusal(f"the stream has no event {name[:100]!r}: clients send {' and '.join(shapes.EVENTS)}")
    if name == _INFORMATION:
        check_information(len(message.payload))
    event = _checked(name, message.payload)
    if name == _INFORMATION:
        return ClientInformation(event, message.payload)
    try:
        return VideoChunk(base64.b64decode(event.get("VideoChunk") or b"", validate=True))
    except ValueError:
        raise refusal("the VideoChunk of a VideoEvent is not base64") from None


def check_information(size: int) -> None:
    """Raise LivenessException if the information events of a stream have too many bytes."""
    if size > LARGEST_INFORMATION:
        raise refusal(f"the information events are larger than {LARGEST_INFORMATION // 1024} KB")


def _checked(name: str, payload: bytes) -> dict[str, Any]:
    try:
        event = validation.parse(payload.decode())
    except UnicodeDecodeError as error:
        raise refusal(f"a {name} is not UTF-8: {error}") from None
    except LivenessException as error:
        raise refusal(f"a {name} cannot be read: {error.answer.message}") from None
    check(shapes.EVENT, {name: event})
    return event


def check(shape: Shape, value: dict[str, Any]) -> dict[str, Any]:
    """Return the members that a shape knows. Raise the ValidationException of a stream if AWS's model forbids them."""
    try:
        return validation.check_shape(shape, value)
    except LivenessException as error:
        raise refusal(error.answer.message) from None


def agree(allowed: Sequence[Challenge], offered: str) -> Challenge:
    """Return the first of the challenges that the session allows which the client can do.

    Raises:
        LivenessException: if the client can do none.
    """
    names = [f"{challenge.type}_{challenge.version}" for challenge in allowed]
    agreed = next((one for name, one in zip(names, allowed, strict=True) if name in offered.split(",")), None)
    if agreed is None:
        raise refusal(f"challengeVersions has {offered}, but the session allows only {', '.join(names)}")
    return agreed


def opening(challenge: Challenge, width: int, height: int) -> tuple[bytes, ...]:
    """Return the messages that the service sends first: the challenge, and what the client needs to show it."""
    parameters: dict[str, Any] = {"OvalParameters": oval(width, height), "ChallengeConfig": _CHALLENGE_CONFIG}
    if challenge.type == LIGHT:
        parameters |= {"LightChallengeType": "SEQUENTIAL", "ColorSequences": list(_color_sequences())}
    information = {"SessionInformation": {"Challenge": {challenge.type: parameters}}}
    shown = _event("ServerSessionInformationEvent", information)
    if (challenge.type, challenge.version) not in _ANNOUNCED:
        return (shown,)
    return _event("ChallengeEvent", {"Type": challenge.type, "Version": challenge.version}), shown


def _color_sequences() -> Iterable[dict[str, Any]]:
    for number, color in enumerate(COLORS):
        flat, scroll = (0, _SCROLL) if number else (_FLAT, 0)
        yield {"FreshnessColor": {"RGB": list(color)}, "DownscrollDuration": scroll, "FlatDisplayDuration": flat}


def disconnection(at: datetime.datetime) -> bytes:
    """Return the event that says that the results can be read."""
    # A test may have moved the clock to a year that the model does not allow.
    timestamp = min(max(int(at.timestamp() * 1000), _EARLIEST), _LATEST)
    return _event("DisconnectionEvent", {"TimestampMillis": timestamp})


def exception(code: str, message: str) -> bytes:
    """Return an error as an event of the stream."""
    headers = {":message-type": "exception", ":exception-type": code, ":content-type": "application/json"}
    return encode(headers, error_body(message))


def error_body(message: str) -> bytes:
    """Return the JSON of an error, which names its code in a header. Without a text it is empty."""
    return json.dumps({"Message": message} if message else {}).encode()


def _event(name: str, payload: dict[str, Any]) -> bytes:
    headers = {":message-type": "event", ":event-type": name, ":content-type": "application/json"}
    return encode(headers, json.dumps(payload).encode())
