"""Scenarios: the outcomes that an application must survive, as values for parametrize and queue().

accepted() and turned_away() return them for a threshold; Scenario is for your own.
"""

from typing import TYPE_CHECKING

from moto_liveness.core.misspelt import error_for
from moto_liveness.core.scenarios import Scenario, accepted, turned_away

__all__ = ["Scenario", "accepted", "turned_away"]

# Scenarios are in what these functions return, not names of the module.
_RETURNED_BY = {
    **dict.fromkeys(("at_the_threshold", "far_above", "live", "succeeded", "success"), "accepted(90)"),
    **dict.fromkeys(("expired", "fail", "failed", "just_below", "spoof", "throttled"), "turned_away(90)"),
}

if not TYPE_CHECKING:  # pragma: no branch  # or type checkers would accept any name

    def __getattr__(name: str) -> object:
        __tracebackhide__ = True  # pytest shows the line of the test
        raise error_for(__name__, name, __all__, _RETURNED_BY.get(name.lower()))
