"""The clock: the time that freezegun and time-machine move, and a block with a clock of its own."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable, Iterator
from contextvars import ContextVar

# How far the clock of a block with_own_clock() is ahead.
_AHEAD: ContextVar[datetime.timedelta] = ContextVar("_AHEAD", default=datetime.timedelta())


def now() -> datetime.datetime:
    """Return the time of the clock that freezegun and time-machine move."""
    return datetime.datetime.now(datetime.timezone.utc) + _AHEAD.get()


@contextlib.contextmanager
def with_own_clock() -> Iterator[Callable[[float], None]]:
    """Yield a sleep that takes no time: it moves now() ahead by seconds, in this thread and until the block ends."""

    def sleep(seconds: float) -> None:
        _AHEAD.set(_AHEAD.get() + datetime.timedelta(seconds=seconds))

    before = _AHEAD.set(_AHEAD.get())
    try:
        yield sleep
    finally:
        _AHEAD.reset(before)
