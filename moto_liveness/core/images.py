"""Core: what AWS shows of the video, the reference image and the audit images.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_AuditImage.html
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol, TypeAlias

from moto_liveness.core import checks

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

#: The most bytes of an image that the API returns: LivenessImageBlob in the service model.
MAX_BYTES = 204_800
#: AuditImagesLimit ends at 4.
MAX_AUDIT_IMAGES = 4

_JPEG = b"\xff\xd8\xff"
_FOLDER = Path(__file__).parent / "placeholders"


class PilImage(Protocol):
    """What is used of a Pillow image. Pillow is no dependency: only who has it can pass one."""

    def save(self, fp: IO[bytes], format: str | None = None) -> None:
        """Write the image to a file."""


@dataclass(frozen=True, kw_only=True)
class BoundingBox:
    """Where the face is in an image, in ratios: left and width of the image's width, top and height of its height.

    The values reach the code under test as they are. As AWS says, they may be negative or above 1 for a face at the
    edge; width and height cannot be negative. For pixels there is BoundingBox.from_pixels.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_BoundingBox.html
    """

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        checks.number("left", self.left)
        checks.number("top", self.top)
        checks.number("width", self.width, unit="a number of at least 0", low=0)
        checks.number("height", self.height, unit="a number of at least 0", low=0)

    @classmethod
    def from_pixels(
        cls, *, left: float, top: float, width: float, height: float, image_width: float, image_height: float
    ) -> BoundingBox:
        """Return the box of a face that was measured in pixels of an image of image_width by image_height pixels."""
        for name, size in (("image_width", image_width), ("image_height", image_height)):
            checks.number(name, size, unit="a number of pixels of at least 1", low=1)
        for name, pixels in (("left", left), ("top", top), ("width", width), ("height", height)):
            checks.number(name, pixels, unit="a number of pixels")
        return cls(
            left=left / image_width, top=top / image_height, width=width / image_width, height=height / image_height
        )


#: What is taken for an image: the bytes of a JPEG, the path of one, a Pillow image, or an Image.
ImageSource: TypeAlias = "bytes | str | os.PathLike[str] | PilImage | Image"


@dataclass(frozen=True, init=False, repr=False)
class Image:
    """A frame of the video, with the place of the face in it.

    The data are the bytes of a JPEG, 1 to 204,800 of them, or the path of such a file, or a Pillow image, which is
    written as JPEG. Without a bounding box the face is said to be in the middle: AWS names a box for every image.

    Raises ValueError for data that AWS would not send, on the line that makes the Image.
    """

    data: bytes
    bounding_box: BoundingBox

    def __init__(self, data: ImageSource, bounding_box: BoundingBox | None = None) -> None:
        if not isinstance(bounding_box, (BoundingBox, type(None))):
            raise TypeError(f"bounding_box must be a BoundingBox, not {checks.shown(bounding_box)}")
        if isinstance(data, Image):
            vars(self).update(data=data.data, bounding_box=bounding_box or data.bounding_box)
        else:
            vars(self).update(data=_jpeg(data), bounding_box=bounding_box or _MIDDLE)

    def __repr__(self) -> str:
        return f"Image(<{len(self.data)} bytes>, {self.bounding_box})"


def as_image(source: ImageSource) -> Image:
    """Return the Image of anything that is taken for one."""
    return source if isinstance(source, Image) else Image(source)


def _jpeg(source: bytes | str | os.PathLike[str] | PilImage) -> bytes:
    data, origin = _read(source)
    if not data:
        raise ValueError(f"{origin} is empty: AWS never sends an empty image. Pass None if there should be no image.")
    if not data.startswith(_JPEG):
        raise ValueError(
            f"{origin} is no JPEG, it begins with {data[:8]!r}: AWS sends JPEG. "
            "Pass a JPEG, or a Pillow image, which is converted."
        )
    if len(data) > MAX_BYTES:
        raise ValueError(f"{origin} has {len(data):,} bytes: AWS sends at most {MAX_BYTES:,}. Make the image smaller.")
    return data


def _read(source: object) -> tuple[bytes, str]:
    """Return the bytes of a source, and the words for it in a message."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "the image"
    if isinstance(source, (str, os.PathLike)):
        if not os.fspath(source):
            raise ValueError("the path of the image is empty")
        return Path(source).read_bytes(), f"the image {os.fspath(source)!r}"
    # Who has a Pillow image has imported PIL.Image already: nothing is imported here.
    pil = sys.modules.get("PIL.Image")
    if pil is not None and isinstance(source, pil.Image):
        file = BytesIO()
        source.convert("RGB").save(file, format="JPEG")
        return file.getvalue(), f"the Pillow image of {source.width}x{source.height}, written as JPEG,"
    raise TypeError(
        f"an image must be the bytes of a JPEG, a path, a Pillow image or an Image, not {checks.shown(source)}"
    )


def _box(left: int, top: int, width: int, height: int) -> BoundingBox:
    return BoundingBox.from_pixels(left=left, top=top, width=width, height=height, image_width=640, image_height=480)


# Printed by tools/draw_placeholders.py.
_MIDDLE = _box(left=200, top=80, width=240, height=320)
_AUDIT_BOXES = (
    _box(left=220, top=144, width=160, height=212),
    _box(left=219, top=122, width=186, height=248),
    _box(left=225, top=98, width=210, height=280),
    _box(left=207, top=64, width=258, height=344),
)


#: The drawings that stand for the images where a test names none. They are shared by all sessions, never copied.
PLACEHOLDER_REFERENCE_IMAGE = Image(_FOLDER / "reference.jpg", _MIDDLE)
PLACEHOLDER_AUDIT_IMAGES = tuple(Image(_FOLDER / f"audit-{n}.jpg", box) for n, box in enumerate(_AUDIT_BOXES))
