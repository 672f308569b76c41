"""The seeds that a scenario stands for."""

from __future__ import annotations

from botocore import exceptions

from moto_liveness.control.store import AnySeed
from moto_liveness.core.scenarios import Scenario
from moto_liveness.core.seeds import ErrorSeed, ExceptionSeed, SessionSeed
from moto_liveness.core.steps import Step

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


def network_failure(name: str) -> Exception:
    """Return the exception that a client raises for one of the failures of the network."""
    exception: Exception = getattr(exceptions, name)(endpoint_url="the server")
    return exception


def seeds_of(
    given: tuple[Step | Scenario, ...],
    *,
    requested_id: str | None = None,
    optional: bool = False,
    queued_at: str | None = None,
) -> list[AnySeed]:
    """Return the seed of one session with these steps, or all seeds of a scenario, its session's first."""
    if len(given) == 1 and isinstance(given[0], (list, tuple)) and any(isinstance(item, Scenario) for item in given[0]):
        raise TypeError("queue takes one scenario: use several in pytest.mark.parametrize, or queue each by itself")
    scenario = next((item for item in given if isinstance(item, Scenario)), None)
    if scenario is None:
        steps = tuple(item for item in given if not isinstance(item, Scenario))
        return [SessionSeed(steps=steps, requested_id=requested_id, optional=optional, queued_at=queued_at)]
    if len(given) > 1:
        raise TypeError(f"{scenario} is all that happens to one session: queue it by itself, queue(scenario)")
    session = SessionSeed(
        steps=scenario.steps,
        requested_id=requested_id,
        optional=optional,
        queued_at=queued_at,
        scenario=scenario.name,
    )
    errors = [
        ErrorSeed(code=code, times=None, optional=optional, queued_at=queued_at, scenario=scenario.name)
        for code in scenario.errors
    ]
    failures = [
        ExceptionSeed(
            exception=network_failure(name), times=None, optional=optional, queued_at=queued_at, scenario=scenario.name
        )
        for name in scenario.exceptions
    ]
    return [session, *errors, *failures]
