"""What a test can say of a face: the members of AWS's FaceDetail, except those that say where it is.

The table is not botocore's, so that its installed version does not change what is valid.
https://docs.aws.amazon.com/rekognition/latest/APIReference/API_FaceDetail.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from moto_liveness.core import checks
from moto_liveness.core.codecs import Schema

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


# The largest number that AWS's Integer, of 32 bits, can have.
_MOST_YEARS = 2**31 - 1


class _Kind(NamedTuple):
    """What a value may be."""

    schema: Schema
    #: Gets the name of the value, for messages.
    check: Callable[[str, Any], object]


def _between(low: float, high: float, unit: str) -> _Kind:
    unit = f"{unit} between {low} and {high}"
    return _Kind(
        {"type": "number", "minimum": low, "maximum": high},
        lambda name, value: checks.number(name, value, unit=unit, low=low, high=high),
    )


def _one_of(*words: str) -> _Kind:
    return _Kind({"enum": list(words)}, lambda name, value: checks.choice(name, value, words))


def _structure(members: Mapping[str, _Kind], *required: str) -> _Kind:
    def check(name: str, value: object) -> None:
        if not isinstance(value, dict):
            known = ", ".join(members)
            raise TypeError(f"{name} must be a dictionary with members of {known}, not {checks.short_repr(value)}")
        for member, item in value.items():
            if member not in members:
                hint = checks.did_you_mean(member, members)
                raise ValueError(f"{name} has no member {checks.short_repr(member)}. {hint}")
            members[member].check(f"{name}.{member}", item)
        for member in required:
            if member not in value:
                raise ValueError(f"{name} needs a {member}")

    properties = {name: kind.schema for name, kind in members.items()}
    needed = {"required": list(required)} if required else {}
    return _Kind({"type": "object", "properties": properties, **needed, "additionalProperties": False}, check)


def _list_of(kind: _Kind) -> _Kind:
    def check(name: str, value: object) -> None:
        for number, item in enumerate(checks.items(f"{name} must be a list", value)):
            kind.check(f"{name}[{number}]", item)

    return _Kind({"type": "array", "items": kind.schema}, check)


def _check_years(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_YEARS:
        years = f"a whole number of years between 0 and {_MOST_YEARS}"
        raise ValueError(f"{name} must be {years}, not {checks.short_repr(value)}")


_PERCENT = _between(0, 100, "a percentage")
_DEGREES = _between(-180, 180, "a number of degrees")
_YEARS = _Kind({"type": "integer", "minimum": 0, "maximum": _MOST_YEARS}, _check_years)
_YES_OR_NO = _structure({"Value": _Kind({"type": "boolean"}, checks.flag), "Confidence": _PERCENT})
_EMOTIONS = ("HAPPY", "SAD", "ANGRY", "CONFUSED", "DISGUSTED", "SURPRISED", "CALM", "UNKNOWN", "FEAR")
_FACE = _structure(
    {
        "AgeRange": _structure({"Low": _YEARS, "High": _YEARS}, "Low", "High"),
        "Beard": _YES_OR_NO,
        "Confidence": _PERCENT,
        "Emotions": _list_of(_structure({"Type": _one_of(*_EMOTIONS), "Confidence": _PERCENT}, "Type")),
        "EyeDirection": _structure({"Yaw": _DEGREES, "Pitch": _DEGREES, "Confidence": _PERCENT}),
        "Eyeglasses": _YES_OR_NO,
        "EyesOpen": _YES_OR_NO,
        "FaceOccluded": _YES_OR_NO,
        "Gender": _structure({"Value": _one_of("Male", "Female"), "Confidence": _PERCENT}),
        "MouthOpen": _YES_OR_NO,
        "Mustache": _YES_OR_NO,
        "Pose": _structure({"Roll": _DEGREES, "Yaw": _DEGREES, "Pitch": _DEGREES}),
        "Quality": _structure({"Brightness": _PERCENT, "Sharpness": _PERCENT}),
        "Smile": _YES_OR_NO,
        "Sunglasses": _YES_OR_NO,
    }
)
#: The schema of what a test says of a face.
FACE_SCHEMA: Schema = {"description": "Members of AWS's FaceDetail", **_FACE.schema}


def as_face(name: str, face: Any) -> dict[str, Any]:
    """Return a copy of what a test says of a face. Raise TypeError or ValueError if AWS could not say it.

    Args:
        name: what the test calls it, for messages.
    """
    for member in ("BoundingBox", "Landmarks"):
        if isinstance(face, dict) and member in face:
            raise ValueError(f"{name} takes no {member}: bounding_boxes= says where a face is")
    _FACE.check(name, face)
    ages = face.get("AgeRange", {"Low": 0, "High": 0})
    if ages["Low"] > ages["High"]:
        raise ValueError(f"{name}.AgeRange goes from {ages['Low']} to {ages['High']}: Low must not be above High")
    found: dict[str, Any] = copy.deepcopy(face)
    return found


def faces_of(faces: object, people: int) -> Sequence[Mapping[str, Any]]:
    """Return what a test says of each face: one dictionary is about all of them."""
    if faces is None:
        return [{}] * people
    if not isinstance(faces, (list, tuple)):
        return [as_face("face", faces)] * people
    if len(faces) != people:
        raise ValueError(f"face must be one dictionary, or a list of one for each person: {people}, not {len(faces)}")
    return [as_face(f"face[{number}]", face) for number, face in enumerate(faces)]
