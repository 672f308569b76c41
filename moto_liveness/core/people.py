"""Pictures that say who is in them: photo() writes a comment into a JPEG, and the mock reads it.

The comment is a COM segment in front of the picture's data, so nothing that decodes the picture sees it.
https://www.w3.org/Graphics/JPEG/itu-t81.pdf (B.2.4.5)
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from moto_liveness.core import checks, ratios, strict_json
from moto_liveness.core.bounding_box import BoundingBox, in_frame
from moto_liveness.core.face_details import as_face, faces_of
from moto_liveness.core.lines import warn

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

#: The similarity of two pictures of one person, in percent, unless a test says otherwise.
LIKENESS = 99.9
#: The most characters of a name.
LONGEST_NAME = 100

FOLDER = Path(__file__).parent / "photos"
#: The faces of the drawn pictures: centre, width and height in pixels of a 640x480 frame, the largest first.
LAYOUTS = (
    (),
    ((320, 240, 240, 320),),
    ((220, 240, 216, 288), (470, 250, 168, 224)),
    ((320, 235, 192, 256), (120, 255, 150, 200), (520, 255, 144, 192)),
    ((200, 230, 156, 208), (400, 240, 144, 192), (80, 260, 108, 144), (550, 260, 102, 136)),
)
_MOST_DRAWN = len(LAYOUTS) - 1
#: As many faces as CompareFaces and DetectFaces look at.
MOST_PEOPLE = 100

_START = b"\xff\xd8"
_MARKER, _COMMENT, _START_OF_SCAN, _END = 0xFF, 0xFE, 0xDA, 0xD9
# Segments without a length: TEM and the restart markers.
_ALONE = {0x01, *range(0xD0, 0xD8)}
_PREFIX = b"moto-liveness photo: "
_KIND = re.compile(rb"[^\xff]")
_JSON = strict_json.Decoder()
# No picture has more segments, and megabytes of them would take seconds.
_MOST_SEGMENTS = 2_000
_LARGEST_SEGMENT = 65_535
# The suffixes of picture files.
_FILES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".webp")


@dataclass(frozen=True)
class Person:
    """A person in a picture."""

    name: str
    #: How well the picture shows the person, in percent.
    likeness: float
    bounding_box: BoundingBox
    #: What a test says of the face: members of AWS's FaceDetail.
    face: Mapping[str, Any] = field(default_factory=dict, hash=False)


def photo(
    *people: str,
    likeness: float = LIKENESS,
    of: bytes | str | os.PathLike[str] | None = None,
    bounding_boxes: Sequence[BoundingBox] | None = None,
    face: dict[str, Any] | Sequence[dict[str, Any]] | None = None,
) -> bytes:
    """Return a JPEG that says who is in it, for CompareFaces, DetectFaces and collections.

    The mock compares who is there: pictures of one person match, pictures of different people do not. It goes wherever
    a picture goes: reference_image=, S3, a request. The same arguments give the same bytes.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_FaceDetail.html

    Args:
        *people: the names of the people in the picture, the largest face first; none for a picture without a face. At
            most four are drawn, in 640x480 pixels.
        likeness: how well the picture shows them, in percent. The Similarity of two pictures is the lower one of the
            two.
        of: bytes or the path of a JPEG of your own, which gets the comment and keeps its pixels.
        bounding_boxes: where the faces are, one for each of the people; where they are drawn if left out.
        face: what AWS says of the faces, members of its FaceDetail such as {"EyesOpen": {"Value": False}}: one
            dictionary for all of the people, or a list with one for each. What is left out is as drawn: eyes open,
            smiling, well lit.

    Raises:
        TypeError, ValueError: for names that are not different non-empty texts, more than four people without an own
            picture, other numbers of boxes or faces than people, a likeness outside 0 to 100, members that FaceDetail
            does not have, values that it cannot have, and for anything but a JPEG.
        FileNotFoundError: for a path that does not exist.
    """
    given: tuple[object, ...] = people
    if len(given) == 1 and isinstance(given[0], (list, tuple)):
        raise TypeError("pass the names as separate arguments: photo(*names)")
    most = _MOST_DRAWN if of is None else MOST_PEOPLE
    if len(given) > most:
        hint = f" drawn. For up to {MOST_PEOPLE}, pass your own picture as of=." if of is None else " in a picture."
        raise ValueError(f"{len(given)} people are too many: at most {most} are{hint}")
    names = [checks.text("a name", name, 1, LONGEST_NAME) for name in people]
    for name in names:
        if name.lower().endswith(_FILES):
            warn(
                f"{name!r} is the name of a person here: of= takes a picture, as in photo('alice', of={name!r})",
                UserWarning,
            )
    checks.number("likeness", likeness, unit="a percentage between 0 and 100", low=0, high=100)
    ratios.check("likeness", likeness)
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise ValueError(f"{twice!r} is in the picture twice")
    boxes = _boxes(names, bounding_boxes)
    faces = faces_of(face, len(names))
    persons = [Person(name, float(likeness), box, one) for name, box, one in zip(names, boxes, faces, strict=True)]
    return mark((FOLDER / f"{len(names)}.jpg").read_bytes() if of is None else _picture(of), persons)


def _boxes(names: Sequence[str], boxes: Sequence[BoundingBox] | None) -> Sequence[BoundingBox]:
    if boxes is None:
        if len(names) > _MOST_DRAWN:
            raise ValueError(f"more than {_MOST_DRAWN} people need bounding_boxes=, one for each")
        return [_box(*place) for place in LAYOUTS[len(names)]]
    if not isinstance(boxes, (list, tuple)) or not all(isinstance(box, BoundingBox) for box in boxes):
        raise TypeError(f"bounding_boxes must be a list of BoundingBox, not {checks.short_repr(boxes)}")
    if len(boxes) != len(names):
        raise ValueError(f"bounding_boxes must have one box for each person: {len(names)}, not {len(boxes)}")
    return boxes


def _box(centre_x: int, centre_y: int, width: int, height: int) -> BoundingBox:
    return in_frame(left=centre_x - width // 2, top=centre_y - height // 2, width=width, height=height)


def _picture(source: bytes | str | os.PathLike[str]) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"of must be bytes or the path of a JPEG, not {checks.short_repr(source)}")
    # Unlike Path.is_file, it returns False for a name that is too long.
    if not os.path.isfile(source):  # noqa: PTH113
        raise FileNotFoundError(f"of={checks.short_repr(os.fspath(source))} is not a file in {Path.cwd()}")
    return Path(source).read_bytes()


def mark(jpeg: bytes, people: Sequence[Person]) -> bytes:
    """Return a JPEG with a comment that names the people, instead of an earlier one."""
    segments = list(_segments(jpeg))
    if not segments or segments[-1][0] != _START_OF_SCAN:
        raise ValueError(f"of must be a complete JPEG, but begins with {jpeg[:8]!r}: save the picture as JPEG first")
    comment = _PREFIX + json.dumps([_as_json(person) for person in people]).encode()
    if len(comment) + 2 > _LARGEST_SEGMENT:
        raise ValueError(
            f"{len(people)} people do not fit into a JPEG comment: shorten their names, or leave members of face= out"
        )
    segment = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment
    # In front of the data, behind any other comment: Pillow keeps the last one.
    *others, (_, data, _) = segments
    kept = b"".join(jpeg[other[1] : other[2]] for other in others if not _is_ours(jpeg, other))
    return _START + kept + segment + jpeg[data:]


def _as_json(person: Person) -> dict[str, Any]:
    return {name: value for name, value in asdict(person).items() if name != "face" or value}


class UnmarkedPhotoWarning(UserWarning):
    """A picture does not say who is in it, so the answer says nothing about people.

    CompareFaces matched it with nobody, because the other picture says who is in it; IndexFaces or SearchFacesByImage
    got it, and moto has neither; or it is a drawing of moto-liveness, which moto's own answer matches with everything.
    On a server it is a line in the log.
    """


def people_in(picture: bytes) -> tuple[Person, ...] | None:
    """Return who is in a picture; None if it does not say so. It does not decode the picture."""
    return look(picture)[0]


def look(head: bytes) -> tuple[tuple[Person, ...] | None, bool]:
    """Return who is in a picture, from its first bytes, and whether it takes more of them to know."""
    place = len(_START)
    for segment in _segments(head):
        kind, start, place = segment
        if _is_ours(head, segment):
            return _read(head[start + 4 + len(_PREFIX) : place]), False
        if kind == _START_OF_SCAN:
            return None, False
    ends = place + 1 < len(head) and (head[place] != _MARKER or head[place + 1] == _END)
    return None, head.startswith(_START) and not ends


def _read(comment: bytes) -> tuple[Person, ...] | None:
    try:
        people = tuple(map(_person, _JSON.read(comment.decode())))
    except (ValueError, TypeError, KeyError):  # somebody else's comment
        return None
    return people if len(people) <= MOST_PEOPLE else None


def _person(item: dict[str, Any]) -> Person:
    likeness = checks.number("likeness", item["likeness"], low=0, high=100)
    face = as_face("face", item.get("face", {}))
    return Person(
        checks.text("name", item["name"], 1, LONGEST_NAME), likeness, BoundingBox(**item["bounding_box"]), face
    )


#: The kind of a segment, where it starts and where it ends. A plain tuple, for speed: every picture is scanned.
_Segment: TypeAlias = tuple[int, int, int]


def _is_ours(picture: bytes, segment: _Segment) -> bool:
    kind, start, _ = segment
    return kind == _COMMENT and picture.startswith(_PREFIX, start + 4)


def _segments(picture: bytes) -> Iterator[_Segment]:
    """Yield the segments in front of the picture's data, and the one that begins it. Stop where it isn't a JPEG."""
    place, size = len(_START), len(picture) if picture.startswith(_START) else 0
    for _ in range(_MOST_SEGMENTS):
        # Any number of fill bytes may stand in front of a marker.
        found = _KIND.search(picture, place, size) if picture[place : place + 1] == b"\xff" else None
        if found is None:
            return
        place, kind = found.start() - 1, picture[found.start()]
        if kind in _ALONE:
            place += 2
            continue
        if kind == _END or place + 4 > size:
            return
        end = place + 2 + (picture[place + 2] << 8 | picture[place + 3])
        if end < place + 4 or end > size:
            return
        yield kind, place, end
        if kind == _START_OF_SCAN:
            return
        place = end
