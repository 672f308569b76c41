"""The line of a test, for messages."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path


def line_of_the_test() -> str:
    """Return the line that called into this package, as in "tests/test_signup.py:12"."""
    frame = sys._getframe(1)
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "moto_liveness":
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    with contextlib.suppress(OSError, ValueError):  # the folder is gone, or another one
        path = path.relative_to(Path.cwd())
    return f"{path.as_posix()}:{frame.f_lineno}"
