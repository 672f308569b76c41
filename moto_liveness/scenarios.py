"""Scenarios: the outcomes that an application must survive, as values for parametrize and queue().

accepted() and turned_away() return them for a threshold; Scenario is for your own.
"""

from moto_liveness.core.scenarios import Scenario, accepted, turned_away

__all__ = ["Scenario", "accepted", "turned_away"]
