"""A ratio where a percentage belongs."""

from __future__ import annotations

from moto_liveness.core.lines import warn

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


class RatioWarning(UserWarning):
    """A confidence or a likeness is above 0 and at most 1: it is in percent, and probably meant as a ratio.

    It names the line that made the step or the picture. A client that seeds over HTTP gets it as a line in the log of
    the server.
    """


def check(name: str, percentage: float) -> float:
    """Return a percentage; warn of one that is probably a ratio."""
    if 0 < percentage <= 1:
        meant = f"{percentage * 100:g}"
        warn(
            f"{name}={percentage!r} is {percentage:g} percent: is it a ratio? For {meant} percent, write "
            f"{name}={meant}.",
            RatioWarning,
        )
    return percentage
