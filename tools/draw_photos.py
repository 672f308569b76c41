"""Draw the pictures of moto_liveness/core/photos: 640x480 pixels with none to four faces.

Run it with Pillow installed (``python tools/draw_photos.py``) after a change to the layouts in
moto_liveness/core/people.py. They are plainly drawings: nobody should mistake one for a person.
"""

from __future__ import annotations

from draw_placeholders import draw_face, new_frame

from moto_liveness.core.people import FOLDER, LAYOUTS


def main() -> None:
    """Draw all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for count, boxes in enumerate(LAYOUTS):
        frame = new_frame()
        for box in boxes:
            draw_face(frame, *box)
        frame.save(FOLDER / f"{count}.jpg", format="JPEG", quality=80, optimize=True)


if __name__ == "__main__":
    main()
