"""The pictures of a request, and who is in them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from moto_liveness import _compat
from moto_liveness.core.images import PLACEHOLDER_AUDIT_IMAGES, PLACEHOLDER_REFERENCE_IMAGE
from moto_liveness.core.people import Person, look, people_in
from moto_liveness.core.scope import Scope
from moto_liveness.rekognition.cached import Cached
from moto_liveness.rekognition.validation import blob_size

# Characters of base64 to look into first: a picture with a longer beginning is decoded in full.
_HEAD = 4_096
_DRAWINGS = {image.data for image in (PLACEHOLDER_REFERENCE_IMAGE, *PLACEHOLDER_AUDIT_IMAGES)}
_LONGEST_DRAWING = max(map(len, _DRAWINGS))
_JPEG_OR_PNG = (b"\xff\xd8\xff", b"\x89PNG")


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

    @Cached
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
    def who(self) -> str:
        """Who is in it, for the log."""
        if self.names is None:
            return "an unmarked picture"
        return " with ".join(self.names) or "nobody"

    @property
    def is_readable(self) -> bool:
        """Whether it begins as a JPEG or PNG."""
        return (self.head or b"").startswith(_JPEG_OR_PNG)

    @property
    def is_drawing(self) -> bool:
        """Whether it is one of the drawings for images that a test left out."""
        return self.size <= _LONGEST_DRAWING and self.read() in _DRAWINGS


def picture_of(member: str, image: object, place: Scope) -> Picture:
    """Return a picture, whatever a request has as this member."""
    given = image if isinstance(image, dict) else {}
    text, where = given.get("Bytes"), given.get("S3Object")
    if isinstance(text, str):
        head = _decoded(text[:_HEAD])
        origin = f"Bytes of {blob_size(text):,} bytes, beginning with {(head or b'')[:8]!r}"
        return Picture(member, origin, blob_size(text), head, lambda: _decoded(text))
    if isinstance(where, dict) and isinstance(where.get("Bucket"), str) and isinstance(where.get("Name"), str):
        data = _compat.s3_object(
            str(place.account_id), str(place.region_name), where["Bucket"], where["Name"], where.get("Version")
        )
        return Picture(member, f"S3 object {where['Bucket']}/{where['Name']}", len(data or b""), data, lambda: data)
    return Picture(member, "no picture", 0, None, lambda: None)


def shortened(request: Mapping[str, Any], members: Sequence[str]) -> Mapping[str, Any]:
    """Return a request for the log, without the bytes of its pictures: 10,000 calls would be gigabytes."""
    images = {member: request[member] for member in members if isinstance(request.get(member), dict)}
    texts = {member: image["Bytes"] for member, image in images.items() if isinstance(image.get("Bytes"), str)}
    short = {member: {**images[member], "Bytes": f"<{blob_size(text):,} bytes>"} for member, text in texts.items()}
    return {**request, **short}


def _area(person: Person) -> float:
    return person.bounding_box.width * person.bounding_box.height


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return None
