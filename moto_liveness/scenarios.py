"""Scenarios: the outcomes that an application must survive, as values for parametrize and queue().

accepted() and turned_away() return them for a threshold; Scenario is for your own.
"""

from typing import TYPE_CHECKING

from moto_liveness.core import checks
from moto_liveness.core.misspelt import error_for
from moto_liveness.core.scenarios import Scenario, accepted, turned_away

__all__ = ["Scenario", "accepted", "turned_away"]

if not TYPE_CHECKING:  # pragma: no branch  # or type checkers would accept any name

    def __getattr__(name: str) -> object:
        __tracebackhide__ = True  # pytest shows the line of the test
        for make in (accepted, turned_away):
            if name in (scenario.name for scenario in make()):
                raise checks.attribute_error(
                    f"module {__name__!r} has no attribute {name!r}: scenarios are for a threshold, as in "
                    f"next(one for one in scenarios.{make.__name__}(90) if one.name == {name!r})",
                    name,
                )
        raise error_for(__name__, name, __all__)
