"""CompareFaces and DetectFaces for pictures that say who is in them.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CompareFaces.html
https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectFaces.html
"""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from moto_liveness import _compat
from moto_liveness.core.bounding_box import MIDDLE, BoundingBox
from moto_liveness.core.images import PLACEHOLDER_AUDIT_IMAGES, PLACEHOLDER_REFERENCE_IMAGE
from moto_liveness.core.operations import COMPARE_FACES, DETECT_FACES, Operation
from moto_liveness.core.people import LIKENESS, Person, UnmarkedPhotoWarning, look, people_in
from moto_liveness.rekognition import validation
from moto_liveness.rekognition.exceptions import serialization_error, service_error
from moto_liveness.rekognition.models import LivenessBackend
from moto_liveness.rekognition.notices import tell

#: The operations, with the members of their requests that are pictures.
PICTURES: Mapping[Operation, tuple[str, ...]] = {
    COMPARE_FACES: ("SourceImage", "TargetImage"),
    DETECT_FACES: ("Image",),
}
_MEMBERS = {member for members in PICTURES.values() for member in members}
#: What the log says of a request that moto answers.
STOCK = "moto's own answer, because no picture says who is in it"

_JPEG_OR_PNG = (b"\xff\xd8\xff", b"\x89PNG")
# Images in S3 may be larger: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
_LARGEST_IN_S3 = 15 * 1024 * 1024
_OPENING = re.compile(r'"Bytes"\s*:\s*"')
# Characters of base64 to look into first: a picture with a longer beginning is decoded in whole.
_HEAD = 4_096
_DEFAULT_THRESHOLD = 80
_CONFIDENCE = 99.99
_DRAWINGS = {image.data for image in (PLACEHOLDER_REFERENCE_IMAGE, *PLACEHOLDER_AUDIT_IMAGES)}
_LONGEST_DRAWING = max(map(len, _DRAWINGS))
_SEED = "Seed a picture that says who is in it: reference_image=photo('alice')"
_WARNING = UnmarkedPhotoWarning
# The face in a picture that does not say who is in it. It has no name, so it matches nothing.
_STRANGER = Person("", LIKENESS, MIDDLE)


@dataclass(frozen=True)
class Picture:
    """A picture of a request."""

    #: The member of the request.
    member: str
    #: Where it came from, for messages.
    origin: str
    #: How many bytes it has.
    size: int
    #: Its first bytes; None if there are none.
    head: bytes | None
    #: Returns all of its bytes.
    read: Callable[[], bytes | None]

    @functools.cached_property
    def people(self) -> tuple[Person, ...] | None:
        """Who is in it, the largest face first; None if it does not say so."""
        head = self.head or b""
        found, is_cut = look(head)
        if is_cut and len(head) < self.size:
            found = people_in(self.read() or b"")
        # A stable sort: of faces of one size the first stays the first.
        return None if found is None else tuple(sorted(found, key=_area, reverse=True))

    @property
    def names(self) -> tuple[str, ...] | None:
        """The names of the people."""
        return None if self.people is None else tuple(person.name for person in self.people)

    @property
    def is_drawing(self) -> bool:
        """Whether it is one of the drawings for images that a test left out."""
        return self.size <= _LONGEST_DRAWING and self.read() in _DRAWINGS


@dataclass(frozen=True)
class Base64:
    """The text of a picture, where it stands in a body: copying it would cost as much as everything else here."""

    body: str
    start: int
    end: int

    @property
    def text(self) -> str:
        """The text."""
        return self.body[self.start : self.end]

    @property
    def size(self) -> int:
        """How many bytes it stands for: three for four characters."""
        return (self.end - self.start) * 3 // 4 - self.body.count("=", max(self.end - 2, self.start), self.end)


def parse(body: str) -> dict[str, Any]:
    """Return the parameters in a body, as validation.parse does, with a Base64 for the text of each picture."""
    cut: dict[str, Base64] = {}
    pieces: list[str] = []
    place = 0
    while (found := body.find('"Bytes"', place)) >= 0:
        opening = _OPENING.match(body, found)
        start = opening.end() if opening else found + 1
        end = body.find('"', start)
        if end < 0 or body.find("\\", start, end) >= 0:
            return validation.parse(body)
        pieces.append(body[place : start if opening else end])
        if opening:
            pieces.append(f"\\u0000{len(cut)}")
            cut[f"\0{len(cut)}"] = Base64(body, start, end)
        place = end
    request = validation.parse("".join(pieces) + body[place:])
    for image in (request[member] for member in _MEMBERS & request.keys()):
        if isinstance(image, dict) and isinstance(image.get("Bytes"), str):
            image["Bytes"] = cut.pop(image["Bytes"], image["Bytes"])
    # What is left was cut out of something else than a picture.
    return validation.parse(body) if cut else request


def whole(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request with the texts of its pictures."""
    return _with_bytes(request, lambda picture: picture.text)


def shortened(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request for the log, without the bytes of its pictures: 10,000 calls would be gigabytes."""
    return _with_bytes(request, lambda picture: f"<{picture.size:,} bytes>")


def _with_bytes(request: Mapping[str, Any], written: Callable[[Base64], str]) -> dict[str, Any]:
    changed = dict(request)
    for member in _MEMBERS & request.keys():
        image = request[member]
        picture = _base64(image.get("Bytes")) if isinstance(image, dict) else None
        if picture is not None:
            changed[member] = {**image, "Bytes": written(picture)}
    return changed


def _base64(given: object) -> Base64 | None:
    return Base64(given, 0, len(given)) if isinstance(given, str) else given if isinstance(given, Base64) else None


def pictures_of(operation: Operation, request: Mapping[str, Any], backend: LivenessBackend) -> list[Picture]:
    """Return the pictures of a request, whatever else it is."""
    return [_picture(member, request.get(member), backend) for member in PICTURES[operation]]


def _picture(member: str, image: object, backend: LivenessBackend) -> Picture:
    given = image if isinstance(image, dict) else {}
    text, place = _base64(given.get("Bytes")), given.get("S3Object")
    if text is not None:
        return _picture_of_bytes(member, text)
    if isinstance(place, dict) and isinstance(place.get("Bucket"), str) and isinstance(place.get("Name"), str):
        data = _compat.s3_object(
            backend.account_id, backend.region_name, place["Bucket"], place["Name"], place.get("Version")
        )
        return Picture(member, f"S3 object {place['Bucket']}/{place['Name']}", len(data or b""), data, lambda: data)
    return Picture(member, "no picture", 0, None, lambda: None)


def _picture_of_bytes(member: str, given: Base64) -> Picture:
    head = _decoded(given.body[given.start : min(given.start + _HEAD, given.end)])
    origin = f"Bytes of {given.size:,} bytes, beginning with {(head or b'')[:8]!r}"
    return Picture(member, origin, given.size, head, lambda: _decoded(given.text))


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def warn_of_drawings(operation: Operation, pictures: Sequence[Picture], in_process: bool) -> None:
    """Warn if moto is about to compare a drawing of ours: its answer is always a match."""
    for picture in pictures:
        if operation is COMPARE_FACES and picture.is_drawing:
            tell(f"{_drawing(picture)}: moto's own answer matches it with everything. {_SEED}", _WARNING, in_process)


def answer(
    operation: Operation,
    backend: LivenessBackend,
    request: Mapping[str, Any],
    params: Mapping[str, Any],
    pictures: Sequence[Picture],
    in_process: bool,
) -> bytes:
    """Return the answer to a request of which at least one picture says who is in it, and log it.

    Raises LivenessException for what AWS refuses.
    """
    for picture in pictures:
        _check(operation, params[picture.member], picture)
    if operation is DETECT_FACES:
        result, note = _detect(pictures[0], params.get("Attributes", [])), who(pictures)
    else:
        _warn_of_strangers(pictures, in_process)
        source, target = pictures
        result, note = _compare(source, target, params.get("SimilarityThreshold", _DEFAULT_THRESHOLD))
    people = tuple(picture.names for picture in pictures)
    with backend.script.lock:
        backend.log(operation, shortened(request), None, note=note, people=people)
    return json.dumps(result).encode()


def _check(operation: Operation, image: Mapping[str, Any], picture: Picture) -> None:
    error = functools.partial(service_error, operation, account_id="")
    if len(image) != 1:
        raise error(code="InvalidParameterException")
    if picture.head is None and "S3Object" in image:
        raise error(code="InvalidS3ObjectException")
    if picture.head is None:
        raise serialization_error(f"{picture.member}.Bytes is not base64")
    if not picture.head.startswith(_JPEG_OR_PNG):
        raise error(code="InvalidImageFormatException")
    if "S3Object" in image and len(picture.head) > _LARGEST_IN_S3:
        raise error(code="ImageTooLargeException")


def _warn_of_strangers(pictures: Sequence[Picture], in_process: bool) -> None:
    for picture in pictures:
        if picture.is_drawing:
            tell(f"{_drawing(picture)}: it matches nobody. {_SEED}", _WARNING, in_process)
        elif picture.people is None:
            tell(
                f"CompareFaces got a {picture.member} that does not say who is in it, {picture.origin}: it matches "
                'nobody. If it came from photo(), it was converted on its way: see "When the marker survives" in '
                "docs/photos.md",
                _WARNING,
                in_process,
            )


def _drawing(picture: Picture) -> str:
    return (
        f"CompareFaces got a drawing of moto-liveness as {picture.member}, {picture.origin}, of a step without an image"
    )


def _compare(source: Picture, target: Picture, threshold: float) -> tuple[dict[str, Any], str]:
    sources = (_STRANGER,) if source.people is None else source.people
    targets = (_STRANGER,) if target.people is None else target.people
    if not sources or not targets:
        raise service_error(COMPARE_FACES, "InvalidParameterException", "")
    face = sources[0]
    # Nobody is in a picture twice, so there is one match at most.
    same = next((other for other in targets if face.name and face.name == other.name), None)
    similarity = 0.0 if same is None else min(face.likeness, same.likeness)
    matches = [same] if same is not None and similarity >= threshold else []
    result = {
        "SourceImageFace": {"BoundingBox": _sides(face), "Confidence": _CONFIDENCE},
        "FaceMatches": [{"Similarity": similarity, "Face": _compared(other)} for other in matches],
        "UnmatchedFaces": [_compared(other) for other in targets if other not in matches],
    }
    below = "" if same is None else f", {similarity} percent is below the threshold of {threshold}"
    verdict = f"a similarity of {similarity} percent" if matches else f"no match{below}"
    return result, f"{who((source, target))}: {verdict}"


def _detect(picture: Picture, attributes: Sequence[str]) -> dict[str, Any]:
    return {"FaceDetails": [{**_compared(person), **_attributes(attributes)} for person in picture.people or ()]}


def who(pictures: Sequence[Picture]) -> str:
    """Return who is in the pictures of a request, for the log."""
    return " and ".join(map(_who, pictures))


def _who(picture: Picture) -> str:
    if picture.names is None:
        return "an unmarked picture"
    return " with ".join(picture.names) or "nobody"


def _area(person: Person) -> float:
    return person.bounding_box.width * person.bounding_box.height


def _sides(person: Person) -> dict[str, float]:
    return {side.capitalize(): value for side, value in asdict(person.bounding_box).items()}


def _compared(person: Person) -> dict[str, Any]:
    return {
        "BoundingBox": _sides(person),
        "Confidence": _CONFIDENCE,
        "Landmarks": list(_landmarks(person.bounding_box)),
        "Pose": {"Roll": 0.0, "Yaw": 0.0, "Pitch": 0.0},
        "Quality": {"Brightness": 80.0, "Sharpness": person.likeness},
    }


# Where they are drawn, as shares of the box.
_LANDMARKS = {
    "eyeLeft": (0.3, 0.38),
    "eyeRight": (0.7, 0.38),
    "mouthLeft": (0.33, 0.76),
    "mouthRight": (0.67, 0.76),
    "nose": (0.5, 0.56),
}


def _landmarks(box: BoundingBox) -> Iterator[dict[str, Any]]:
    for kind, (across, down) in _LANDMARKS.items():
        yield {"Type": kind, "X": box.left + across * box.width, "Y": box.top + down * box.height}


def _is(value: object) -> dict[str, Any]:
    return {"Value": value, "Confidence": _CONFIDENCE}


# What can be seen in the drawings. AWS's attribute, the member of the answer, and its value.
_ATTRIBUTES: Mapping[str, tuple[str, object]] = {
    "AGE_RANGE": ("AgeRange", {"Low": 20, "High": 60}),
    "BEARD": ("Beard", _is(False)),
    "EMOTIONS": ("Emotions", [{"Type": "HAPPY", "Confidence": _CONFIDENCE}]),
    "EYE_DIRECTION": ("EyeDirection", {"Yaw": 0.0, "Pitch": 0.0, "Confidence": _CONFIDENCE}),
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
