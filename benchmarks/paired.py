"""Compare two calls on a busy machine.

Noise comes in four kinds. Waiting for a core, which depends on whatever else runs: the clock is the CPU time of this
process, its threads and the kernel's work for them. Drift, such as another process that takes the caches, makes both
calls slower for a while: the calls alternate, and each ratio is between neighbours. A moment of it makes one call
slower: each side counts with the fastest of the four calls that it makes in a round. What is left is as often too high
as too low: the result is the median of the rounds, with its 95% confidence interval, and rounds are added until the
interval is narrow.
"""

from __future__ import annotations

import gc
import math
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

#: Makes one call and returns the seconds of CPU time that it took.
Side = Callable[[], float]

# Who calls when in a round: each side is as often first as second, and as often early as late.
_ORDER = "AOOAOAAO"
_WARM_UP_ROUNDS = 3
_ROUNDS = 15
_SECONDS = 20
_WIDTH = 0.02


class Paired(NamedTuple):
    """The median of the ratios of ours to the reference, with its confidence interval, and the median seconds."""

    ratio: float
    low: float
    high: float
    ours: float
    against: float

    def __str__(self) -> str:
        return f"{self.ratio:.2f} [{self.low:.2f}, {self.high:.2f}] ({_time(self.ours)} to {_time(self.against)})"


def timed(call: Callable[..., object], prepare: Callable[[], tuple[Any, ...]] = tuple) -> Side:
    """Return a side that makes a call.

    Args:
        prepare: returns the arguments of the call; it is not timed.
    """

    def side() -> float:
        args = prepare()
        start = time.process_time()
        call(*args)
        return time.process_time() - start

    return side


@contextmanager
def forked(make: Callable[[], Side]) -> Iterator[Side]:
    """Yield a side that runs in a process of its own, for two sides that need different states of one module.

    Args:
        make: runs in that process and returns the side.
    """
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()
    process = fork.Process(target=_serve, args=(make, there))
    process.start()
    # Now only the child has this end: if it fails, recv raises EOFError.
    there.close()

    def side() -> float:
        here.send(True)
        seconds: float = here.recv()
        return seconds

    try:
        here.recv()
        yield side
        here.send(False)
    finally:
        here.close()
        process.join()


def _serve(make: Callable[[], Side], connection: Connection) -> None:
    side = make()
    with _without_garbage_collection():
        connection.send(True)
        while connection.recv():
            connection.send(side())
            gc.collect(0)


def compare(ours: Side, against: Side) -> Paired:
    """Return the ratio of ours to the reference.

    Ends with an interval of 2% of the ratio, or after 20 seconds.
    """
    rounds: list[tuple[float, float]] = []
    with _without_garbage_collection():
        for _ in range(_WARM_UP_ROUNDS):
            _round(ours, against)
        deadline = time.monotonic() + _SECONDS
        while len(rounds) < _ROUNDS or (time.monotonic() < deadline and not _narrow(rounds)):
            rounds.append(_round(ours, against))
    return _paired(rounds)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Let no call pay for the garbage of others. Freezing makes the collections between the rounds cheap."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def _round(ours: Side, against: Side) -> tuple[float, float]:
    gc.collect(0)
    times = [(who, ours() if who == "O" else against()) for who in _ORDER]
    return min(seconds for who, seconds in times if who == "O"), min(seconds for who, seconds in times if who == "A")


def _narrow(rounds: list[tuple[float, float]]) -> bool:
    paired = _paired(rounds)
    return paired.high - paired.low < _WIDTH * paired.ratio


def _paired(rounds: list[tuple[float, float]]) -> Paired:
    ratios = sorted(ours / against for ours, against in rounds)
    # The interval of a median, from the binomial distribution's normal approximation: no shape is assumed.
    rank = max(0, math.floor((len(ratios) - 1.96 * math.sqrt(len(ratios))) / 2))
    ours, against = (statistics.median(times) for times in zip(*rounds, strict=True))
    return Paired(statistics.median(ratios), ratios[rank], ratios[-1 - rank], ours, against)


def _time(seconds: float) -> str:
    return f"{seconds * 1e6:.3g} us" if seconds < 0.001 else f"{seconds * 1e3:.3g} ms"
