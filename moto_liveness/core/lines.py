"""The line of a test, for messages and warnings."""

from __future__ import annotations

import contextlib
import sys
import warnings
from collections.abc import Callable, Collection, Iterator
from contextvars import ContextVar
from pathlib import Path
from types import FrameType

_OURS = ("moto_liveness",)
# The packages between the code under test and the mock.
_BETWEEN = (*_OURS, "aiobotocore", "boto3", "botocore", "moto", "requests", "responses", "urllib3", "werkzeug")

# What gets the warnings instead of the line that caused them, such as the log of a server.
_tell: ContextVar[Callable[[str, type[Warning]], None] | None] = ContextVar("_tell", default=None)


def line_of_the_test() -> str:
    """Return the line that called into this package, as in "tests/test_signup.py:12"."""
    frame, _ = _caller(_OURS)
    path = Path(frame.f_code.co_filename)
    with contextlib.suppress(OSError, ValueError):  # the folder is gone, or another one
        path = path.relative_to(Path.cwd())
    return f"{path.as_posix()}:{frame.f_lineno}"


def warn(message: str, category: type[Warning]) -> None:
    """Warn at the line that called into this package, directly or through a client."""
    tell = _tell.get()
    if tell is not None:
        tell(message, category)
        return
    _, depth = _caller(_BETWEEN)
    warnings.warn(message, category, stacklevel=depth)


@contextlib.contextmanager
def told(tell: Callable[[str, type[Warning]], None]) -> Iterator[None]:
    """Pass warnings to a function instead, until the block ends."""
    before = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(before)


@contextlib.contextmanager
def printed(program: str) -> Iterator[None]:
    """Print warnings as lines of a command, without the line of Python that caused them, until the block ends."""

    def show(message: object, *_: object, **__: object) -> None:
        sys.stderr.write(f"{program}: {message}\n")

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield


def untold() -> contextlib.AbstractContextManager[None]:
    """Drop warnings about values that no test wrote, or that were warned about before."""
    return told(lambda _message, _category: None)


def _caller(packages: Collection[str]) -> tuple[FrameType, int]:
    """Return the innermost frame outside of these packages, and its distance from the caller of this function."""
    frame, depth = sys._getframe(1), 1
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] in packages:
        frame, depth = frame.f_back, depth + 1
    return frame, depth
