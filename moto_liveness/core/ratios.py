"""A ratio where a percentage belongs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from moto_liveness.core.lines import warn

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


class RatioWarning(UserWarning):
    """A confidence or a likeness is above 0 and at most 1: it is in percent, and probably meant as a ratio.

    It names the line that made the step or the picture. A client that seeds over HTTP gets it as a line in the log of
    the server.
    """


_tell: ContextVar[Callable[[str], None]] = ContextVar("_tell", default=lambda message: warn(message, RatioWarning))


@contextlib.contextmanager
def told(tell: Callable[[str], None]) -> Iterator[None]:
    """Hand what would be a warning over to a function, until the block ends."""
    before = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(before)


def untold() -> contextlib.AbstractContextManager[None]:
    """Let values pass that nobody wrote, or that somebody was warned of already."""
    return told(lambda _message: None)


def check(name: str, percentage: float) -> float:
    """Return a percentage; warn of one that is probably a ratio."""
    if 0 < percentage <= 1:
        _tell.get()(
            f"{name}={percentage!r} is {percentage:g} percent: is it a ratio? For {percentage * 100:g} percent, write "
            f"{name}={percentage * 100:g}."
        )
    return percentage
