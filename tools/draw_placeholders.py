"""Draw the placeholder frames of moto_liveness/core/placeholders.

Run it with Pillow installed (``python tools/draw_placeholders.py``) after a change to FRAMES, and copy the boxes it
prints into moto_liveness/core/images.py. The frames are plainly drawings: nobody should mistake one for a person.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).parent.parent / "moto_liveness" / "core" / "placeholders"

# Name of the frame: centre, width and height of the face in pixels of a 640x480 frame. The person comes closer and
# wanders a little, as in the oval of a face movement challenge.
FRAMES = {
    "reference": (320, 240, 240, 320),
    "audit-0": (300, 250, 160, 212),
    "audit-1": (312, 246, 186, 248),
    "audit-2": (330, 238, 210, 280),
    "audit-3": (336, 236, 258, 344),
}


def new_frame() -> Image.Image:
    """Return a frame without a face."""
    return Image.new("RGB", (640, 480), (214, 222, 230))


def draw_face(frame: Image.Image, centre_x: int, centre_y: int, width: int, height: int) -> None:
    """Draw a face: an oval, two eyes, a nose and a smile."""
    pen = ImageDraw.Draw(frame)

    def oval(x: float, y: float, w: float, h: float, colour: tuple[int, int, int]) -> None:
        left, top = centre_x + (x - w / 2) * width, centre_y + (y - h / 2) * height
        pen.ellipse((left, top, left + w * width - 1, top + h * height - 1), fill=colour)

    oval(0, 0, 1, 1, (236, 188, 150))
    for side in (-1, 1):
        oval(side * 0.2, -0.12, 0.17, 0.09, (250, 250, 250))
        oval(side * 0.2, -0.12, 0.07, 0.07, (60, 45, 40))
    oval(0, 0.06, 0.11, 0.13, (214, 160, 122))
    mouth = (centre_x - 0.22 * width, centre_y + 0.1 * height, centre_x + 0.22 * width, centre_y + 0.32 * height)
    pen.arc(mouth, 20, 160, fill=(150, 60, 60), width=max(3, width // 40))


def main() -> None:
    """Draw all frames, and print their boxes."""
    FOLDER.mkdir(exist_ok=True)
    for name, (x, y, width, height) in FRAMES.items():
        path = FOLDER / f"{name}.jpg"
        frame = new_frame()
        draw_face(frame, x, y, width, height)
        frame.save(path, format="JPEG", quality=80, optimize=True)
        print(
            f"{name}: left={x - width // 2}, top={y - height // 2}, width={width}, height={height}; "
            f"{path.stat().st_size} bytes"
        )


if __name__ == "__main__":
    main()
