"""The frames of the video that AWS returns: the reference image and the audit images.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_AuditImage.html
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol, TypeAlias, Union

from moto_liveness.core import checks
from moto_liveness.core.bounding_box import BOX, MIDDLE, BoundingBox, in_frame
from moto_liveness.core.codecs import BYTES, Codec, about, members, reference, several
from moto_liveness.core.frozen import set_fields
from moto_liveness.core.people import LIKENESS, Person, people_in

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

#: The size limit of an image in an answer, in bytes: LivenessImageBlob in the service model.
MAX_BYTES = 204_800
#: The highest AuditImagesLimit.
MAX_AUDIT_IMAGES = 4

_JPEG = b"\xff\xd8\xff"
# JPEG, PNG, GIF, BMP, TIFF in both byte orders, WebP and other RIFF files.
_PICTURES = (_JPEG, b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
_FOLDER = Path(__file__).parent / "placeholders"


class PilImage(Protocol):
    """The part of PIL.Image.Image that is used here; Pillow is optional."""

    def save(self, fp: IO[bytes], format: str | None = None) -> None:
        """Write the image to a file."""


#: Everything that can become an Image, for annotations: bytes, the path of a picture, a Pillow image, or an Image.
ImageSource: TypeAlias = Union[bytes, str, "os.PathLike[str]", PilImage, "Image"]


@dataclass(frozen=True, init=False, repr=False)
class Image:
    """A frame of the video, and where the face is in it.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_AuditImage.html

    Args:
        data: 1 to 204,800 bytes, which are returned as they are; the path of a JPEG; or a picture in another format,
            the path of one or a Pillow image, which Pillow converts to JPEG.
        bounding_box: if left out, where a photo() has its first face, or else the middle of the image, because AWS
            returns a box with every image.

    Raises:
        ValueError: for data that is empty or too large, for a path that is not a picture, and for a format that only
            Pillow could convert if Pillow is not installed.
        FileNotFoundError: for a path that does not exist.
    """

    data: bytes
    bounding_box: BoundingBox

    def __init__(self, data: ImageSource, bounding_box: BoundingBox | None = None) -> None:
        if not isinstance(bounding_box, (BoundingBox, type(None))):
            raise TypeError(f"bounding_box must be a BoundingBox, not {checks.short_repr(bounding_box)}")
        if isinstance(data, Image):
            set_fields(self, data=data.data, bounding_box=bounding_box or data.bounding_box)
        else:
            read = _data(data)
            set_fields(self, data=read, bounding_box=bounding_box or _box_of(read))

    def __repr__(self) -> str:
        people = people_in(self.data)
        data = f"<{len(self.data)} bytes>" if people is None else _photo(people)
        if self.bounding_box != _box_of(self.data):
            return f"Image({data}, {self.bounding_box})"
        return f"Image({data})" if people is None else data


def _photo(people: tuple[Person, ...]) -> str:
    likeness = {person.likeness for person in people} - {LIKENESS}
    arguments = [*(repr(person.name) for person in people), *(f"likeness={one:g}" for one in likeness)]
    return f"photo({', '.join(arguments)})"


def is_picture(data: bytes) -> bool:
    """Return whether bytes begin like those of a picture."""
    return data.startswith(_PICTURES)


def as_image(source: ImageSource | None) -> Image | None:
    """Return an image, or None for none."""
    return source if source is None or isinstance(source, Image) else Image(source)


def as_audit_images(sources: Iterable[ImageSource] | None) -> tuple[Image, ...] | None:
    """Return at most four images, or None if the member is absent."""
    if sources is None:
        return None
    if isinstance(sources, (bytes, str, Image)) or not isinstance(sources, Iterable):
        example = "audit_images=[image]"
        raise TypeError(f"audit_images must be a list of images, as in {example}, not {checks.short_repr(sources)}")
    images = tuple(_audit_image(number, source) for number, source in enumerate(sources))
    if len(images) > MAX_AUDIT_IMAGES:
        raise ValueError(f"audit_images has {len(images)} images: AWS returns at most {MAX_AUDIT_IMAGES}")
    return images


def _audit_image(number: int, source: ImageSource) -> Image:
    with about(f"audit_images[{number}]"):
        return Image(source)


def _data(source: bytes | str | os.PathLike[str] | PilImage) -> bytes:
    data, origin = _read(source)
    if not data:
        raise ValueError(f"{origin} is empty: AWS never sends an empty image. Pass None (null over HTTP) for no image.")
    if len(data) > MAX_BYTES:
        raise ValueError(f"{origin} has {len(data):,} bytes: AWS sends at most {MAX_BYTES:,}. Make the image smaller.")
    return data


def _read(source: object) -> tuple[bytes, str]:
    """Return the bytes of a source, and its name for messages."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "the image"
    if isinstance(source, (str, os.PathLike)):
        return _read_file(source)
    # A caller with a Pillow image has already imported Pillow; do not import it for them.
    pil = sys.modules.get("PIL.Image")
    if pil is not None and isinstance(source, pil.Image):
        return _converted(source), f"the Pillow image of {source.width}x{source.height}, written as JPEG,"
    raise TypeError(f"an image must be bytes, a path, a Pillow image or an Image, not {checks.short_repr(source)}")


def _read_file(source: str | os.PathLike[str]) -> tuple[bytes, str]:
    path, origin = Path(source), f"the image {checks.short_repr(os.fspath(source))}"
    if not os.fspath(source):
        raise ValueError("the path of the image is empty")
    # Unlike Path.exists, it returns False for a name that is too long.
    if not os.path.exists(source):  # noqa: PTH110
        raise FileNotFoundError(f"{origin} does not exist: a str is a path, and there is no such file in {Path.cwd()}")
    if not path.is_file():
        raise ValueError(f"{origin} is not a file")
    data = path.read_bytes()
    if not data or data.startswith(_JPEG):
        return data, origin
    try:
        import PIL.Image

        with PIL.Image.open(path) as picture:
            return _converted(picture), f"{origin}, converted to JPEG,"
    except (ImportError, OSError):  # Pillow's own error for what it cannot read is an OSError
        raise ValueError(
            f"{origin} is not a JPEG, it begins with {data[:8]!r}: AWS sends JPEG. "
            "Pass a JPEG, or another picture if Pillow is installed, which converts it."
        ) from None


def _converted(picture: Any) -> bytes:
    file = BytesIO()
    picture.convert("RGB").save(file, format="JPEG")
    return file.getvalue()


def _box_of(data: bytes) -> BoundingBox:
    people = people_in(data)
    return people[0].bounding_box if people else MIDDLE


def _encode(image: Image) -> dict[str, Any]:
    raw = {} if is_picture(image.data) else {"raw": True}
    return {"data": BYTES.encode(image.data), "bounding_box": BOX.encode(image.bounding_box), **raw}


def _decode(name: str, value: object) -> Image:
    """Return an image, from base64 or {"data": ..., "bounding_box": {"left": ...}, "raw": true}, never from a path.

    raw allows bytes that are not a picture: "images/alice" is base64 too, and probably meant as a path.
    """
    with about(name):
        image = {"data": value} if isinstance(value, str) else members(value, "an image", "data", "bounding_box", "raw")
        data = BYTES.decode("an image", checks.text("data", image.get("data")))
        if data and not is_picture(data) and not checks.flag("raw", image.get("raw", False)):
            raise ValueError(
                f"the image is not a JPEG in base64, it begins with {data[:8]!r}: AWS sends JPEG. "
                'Pass a JPEG, or {"data": ..., "raw": true} for bytes that are returned as they are.'
            )
        box = image.get("bounding_box")
        return Image(data, None if box is None else BOX.decode("bounding_box", box))


IMAGE = Codec(reference("Image"), _encode, _decode)
# In Python any iterable is accepted here, and a path as an image. A client of a server must not name a path.
AUDIT_IMAGES = several(IMAGE, "audit_images must be a list of images", maxItems=MAX_AUDIT_IMAGES)

# Printed by tools/draw_placeholders.py.
_AUDIT_BOXES = (
    in_frame(left=220, top=144, width=160, height=212),
    in_frame(left=219, top=122, width=186, height=248),
    in_frame(left=225, top=98, width=210, height=280),
    in_frame(left=207, top=64, width=258, height=344),
)

#: The drawings for sessions whose images a test leaves out. All sessions share them.
PLACEHOLDER_REFERENCE_IMAGE = Image(_FOLDER / "reference.jpg", MIDDLE)
PLACEHOLDER_AUDIT_IMAGES = tuple(Image(_FOLDER / f"audit-{n}.jpg", box) for n, box in enumerate(_AUDIT_BOXES))
