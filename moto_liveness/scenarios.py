"""Scenarios: the outcomes that an application must survive, as values for parametrize and queue().

accepted() and turned_away() return them for a threshold; Scenario is for your own.
"""

from typing import TYPE_CHECKING

from moto_liveness.core.misspelt import error_for
from moto_liveness.core.scenarios import Scenario, accepted, turned_away

__all__ = ["Scenario", "accepted", "turned_away"]

if not TYPE_CHECKING:  # pragma: no branch  # or type checkers would accept any name

    def __getattr__(name: str) -> object:
        __tracebackhide__ = True  # pytest shows the line of the test
        owners = [make.__name__ for make in (accepted, turned_away) if name in (scenario.name for scenario in make())]
        hints = [
            f": scenarios are for a threshold, as in next(one for one in scenarios.{owner}(90) if one.name == {name!r})"
            for owner in owners
        ]
        raise error_for(__name__, name, __all__, "".join(hints))
