"""Where a face is in a picture."""

from __future__ import annotations

from dataclasses import dataclass, field

from moto_liveness.core import checks
from moto_liveness.core.codecs import NUMBER, Codec, as_json, encode, reference, whole

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

# A face may reach beyond the image, but hardly by more than its size.
_LARGEST = 2


@dataclass(frozen=True, kw_only=True, repr=False)
class BoundingBox:
    """Where the face is in an image.

    The code under test gets the values as they are. As AWS documents, they may be negative or above 1 for a face at the
    edge of the image; width and height cannot be negative. Use BoundingBox.from_pixels for a box in pixels.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_BoundingBox.html

    Args:
        left: a ratio of the image's width.
        top: a ratio of the image's height.
        width: a ratio of the image's width.
        height: a ratio of the image's height.

    Raises:
        TypeError, ValueError: for anything but finite numbers, and for one beyond 2, which must be in pixels.
    """

    left: float = field(metadata=as_json(NUMBER))
    top: float = field(metadata=as_json(NUMBER))
    width: float = field(metadata=as_json(NUMBER))
    height: float = field(metadata=as_json(NUMBER))

    def __post_init__(self) -> None:
        checks.number("left", self.left)
        checks.number("top", self.top)
        checks.number("width", self.width, unit="a number of at least 0", low=0)
        checks.number("height", self.height, unit="a number of at least 0", low=0)
        for name in ("left", "top", "width", "height"):
            value = getattr(self, name)
            if abs(value) > _LARGEST:
                raise ValueError(
                    f"{name} must be a ratio of the image, not {checks.short_repr(value)}: is it in pixels? Use "
                    "BoundingBox.from_pixels, or divide it by the size of the image."
                )

    def __repr__(self) -> str:
        sides = (f"{name}={getattr(self, name):.4g}" for name in ("left", "top", "width", "height"))
        return f"BoundingBox({', '.join(sides)})"

    @classmethod
    def from_pixels(
        cls, *, left: float, top: float, width: float, height: float, image_width: float, image_height: float
    ) -> BoundingBox:
        """Return the box of a face that was measured in pixels.

        Args:
            left: how far it is from the left side of the image.
            top: how far it is from the top of the image.
            width: how wide it is; not negative.
            height: how high it is; not negative.
            image_width: how wide the image is; at least 1.
            image_height: how high the image is; at least 1.

        Raises:
            TypeError, ValueError: for anything else.
        """
        for name, size in (("image_width", image_width), ("image_height", image_height)):
            checks.number(name, size, unit="a number of pixels of at least 1", low=1)
        for name, pixels in (("left", left), ("top", top), ("width", width), ("height", height)):
            checks.number(name, pixels, unit="a number of pixels")
        return cls(
            left=left / image_width, top=top / image_height, width=width / image_width, height=height / image_height
        )


BOX = Codec(
    reference("BoundingBox"),
    lambda box: encode(BoundingBox, box),
    lambda name, value: whole(BoundingBox, name, value),
)


def in_frame(left: int, top: int, width: int, height: int) -> BoundingBox:
    """Return a box in a drawing, which has 640x480 pixels."""
    return BoundingBox.from_pixels(left=left, top=top, width=width, height=height, image_width=640, image_height=480)


#: The face of a picture that does not say where it is.
MIDDLE = in_frame(left=200, top=80, width=240, height=320)
