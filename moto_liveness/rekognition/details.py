"""What AWS says about a face in a picture.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_FaceDetail.html
https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ComparedFace.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.people import Person

# How sure AWS is of what it sees.
_CONFIDENCE = 99.99

# Where the drawings have them, as fractions of the box.
_LANDMARKS = {
    "eyeLeft": (0.3, 0.38),
    "eyeRight": (0.7, 0.38),
    "mouthLeft": (0.33, 0.76),
    "mouthRight": (0.67, 0.76),
    "nose": (0.5, 0.56),
}


def box_of(box: BoundingBox) -> dict[str, float]:
    """Return a BoundingBox as AWS answers it."""
    return {side.capitalize(): value for side, value in asdict(box).items()}


def confidence_of(person: Person) -> float:
    """Return how sure AWS is that it is a face."""
    return float(person.face.get("Confidence", _CONFIDENCE))


def compared_face(person: Person) -> dict[str, Any]:
    """Return a ComparedFace, with the optional members that a test gave it."""
    optional = {name: _seen(person, name) for name in ("Emotions", "Smile") if name in person.face}
    return {**_always(person), **optional}


def face_detail(person: Person, attributes: Sequence[str]) -> dict[str, Any]:
    """Return a FaceDetail with what is always there, and the attributes in a request."""
    asked = _ATTRIBUTES if "ALL" in attributes else [name for name in _ATTRIBUTES if name in attributes]
    return {**_always(person), **{_ATTRIBUTES[name]: _seen(person, _ATTRIBUTES[name]) for name in asked}}


def _always(person: Person) -> dict[str, Any]:
    return {
        "BoundingBox": box_of(person.bounding_box),
        "Confidence": confidence_of(person),
        "Landmarks": list(_landmarks(person.bounding_box)),
        "Pose": _seen(person, "Pose"),
        "Quality": {"Sharpness": person.likeness, **_seen(person, "Quality")},
    }


def _seen(person: Person, member: str) -> Any:
    """Return a member: what a test says, and what is drawn where it says nothing."""
    drawn, given = _DRAWN[member], person.face.get(member)
    if given is None:
        return drawn
    if isinstance(given, list):
        return [{"Confidence": _CONFIDENCE, **item} for item in given]
    return {**drawn, **given}


def _landmarks(box: BoundingBox) -> Iterator[dict[str, Any]]:
    for kind, (across, down) in _LANDMARKS.items():
        yield {"Type": kind, "X": box.left + across * box.width, "Y": box.top + down * box.height}


def _is(value: object) -> dict[str, Any]:
    return {"Value": value, "Confidence": _CONFIDENCE}


# What can be seen in the drawings. The sharpness of a picture is its likeness.
_DRAWN: Mapping[str, Any] = {
    "AgeRange": {"Low": 20, "High": 60},
    "Beard": _is(False),
    "Emotions": [{"Type": "HAPPY", "Confidence": _CONFIDENCE}],
    "EyeDirection": {"Yaw": 0.0, "Pitch": 0.0, "Confidence": _CONFIDENCE},
    "Eyeglasses": _is(False),
    "EyesOpen": _is(True),
    "FaceOccluded": _is(False),
    "Gender": _is("Female"),
    "MouthOpen": _is(False),
    "Mustache": _is(False),
    "Pose": {"Roll": 0.0, "Yaw": 0.0, "Pitch": 0.0},
    "Quality": {"Brightness": 80.0},
    "Smile": _is(True),
    "Sunglasses": _is(False),
}

# The members that are not always there, by their names in a request.
_ATTRIBUTES = {
    "AGE_RANGE": "AgeRange",
    "BEARD": "Beard",
    "EMOTIONS": "Emotions",
    "EYE_DIRECTION": "EyeDirection",
    "EYEGLASSES": "Eyeglasses",
    "EYES_OPEN": "EyesOpen",
    "FACE_OCCLUDED": "FaceOccluded",
    "GENDER": "Gender",
    "MOUTH_OPEN": "MouthOpen",
    "MUSTACHE": "Mustache",
    "SMILE": "Smile",
    "SUNGLASSES": "Sunglasses",
}
