"""The command that writes a photo() to a file, for tests in other languages."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from moto_liveness.core.lines import printed
from moto_liveness.core.people import LIKENESS, photo


def _face(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"it must be JSON: {error}") from None


def write_photo(argv: list[str]) -> None:
    """Write a picture that says who is in it."""
    parser = argparse.ArgumentParser(
        prog="python -m moto_liveness photo",
        description="Write a JPEG that says who is in it, for a moto_liveness_server.",
    )
    parser.add_argument("people", nargs="*", help="the names of the people, the largest face first")
    parser.add_argument("-l", "--likeness", type=float, default=LIKENESS, help="how well it shows them, in percent")
    parser.add_argument("--face", type=_face, help="what AWS says of the faces, members of its FaceDetail in JSON")
    parser.add_argument("--of", type=Path, help="a JPEG of your own, which keeps its pixels")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the file to write")
    given = parser.parse_args(argv)
    try:
        with printed(parser.prog):
            picture = photo(*given.people, likeness=given.likeness, of=given.of, face=given.face)
        given.output.write_bytes(picture)
    except (OSError, TypeError, ValueError) as error:
        sys.exit(f"{parser.prog}: {error}")
