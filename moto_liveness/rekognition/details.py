"""What AWS says of a face in a picture.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_FaceDetail.html
https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ComparedFace.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.people import Person

#: How sure AWS is of what it sees.
CONFIDENCE = 99.99

# Where they are drawn, as shares of the box.
_LANDMARKS = {
    "eyeLeft": (0.3, 0.38),
    "eyeRight": (0.7, 0.38),
    "mouthLeft": (0.33, 0.76),
    "mouthRight": (0.67, 0.76),
    "nose": (0.5, 0.56),
}


def box_of(person: Person) -> dict[str, float]:
    """Return the BoundingBox of a face."""
    return {side.capitalize(): value for side, value in asdict(person.bounding_box).items()}


def compared_face(person: Person) -> dict[str, Any]:
    """Return a ComparedFace."""
    return {
        "BoundingBox": box_of(person),
        "Confidence": CONFIDENCE,
        "Landmarks": list(_landmarks(person.bounding_box)),
        "Pose": {"Roll": 0.0, "Yaw": 0.0, "Pitch": 0.0},
        "Quality": {"Brightness": 80.0, "Sharpness": person.likeness},
    }


def face_detail(person: Person, attributes: Sequence[str]) -> dict[str, Any]:
    """Return a FaceDetail with what is always there, and the attributes that were asked for."""
    return {**compared_face(person), **_attributes(attributes)}


def _landmarks(box: BoundingBox) -> Iterator[dict[str, Any]]:
    for kind, (across, down) in _LANDMARKS.items():
        yield {"Type": kind, "X": box.left + across * box.width, "Y": box.top + down * box.height}


def _is(value: object) -> dict[str, Any]:
    return {"Value": value, "Confidence": CONFIDENCE}


# What can be seen in the drawings. AWS's attribute, the member of the answer, and its value.
_ATTRIBUTES: Mapping[str, tuple[str, object]] = {
    "AGE_RANGE": ("AgeRange", {"Low": 20, "High": 60}),
    "BEARD": ("Beard", _is(False)),
    "EMOTIONS": ("Emotions", [{"Type": "HAPPY", "Confidence": CONFIDENCE}]),
    "EYE_DIRECTION": ("EyeDirection", {"Yaw": 0.0, "Pitch": 0.0, "Confidence": CONFIDENCE}),
    "EYEGLASSES": ("Eyeglasses", _is(False)),
    "EYES_OPEN": ("EyesOpen", _is(True)),
    "FACE_OCCLUDED": ("FaceOccluded", _is(False)),
    "GENDER": ("Gender", _is("Female")),
    "MOUTH_OPEN": ("MouthOpen", _is(False)),
    "MUSTACHE": ("Mustache", _is(False)),
    "SMILE": ("Smile", _is(True)),
    "SUNGLASSES": ("Sunglasses", _is(False)),
}


def _attributes(names: Sequence[str]) -> dict[str, object]:
    return dict(value for name, value in _ATTRIBUTES.items() if name in names or "ALL" in names)
