"""Makes seeds of what a test writes: steps, scenarios, and the results that come over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore import exceptions

from moto_liveness.core.codecs import arguments, codecs_of, members
from moto_liveness.core.scenarios import Scenario, scenario_named
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.seeds import AnySeed, DelaySeed, ErrorSeed, ExceptionSeed, SessionSeed, check_network_failure
from moto_liveness.core.steps import SESSION_STEPS, Step

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


def _network_failure(name: object) -> Exception:
    """Return the exception that a client raises for one of the network failures."""
    exception: Exception = getattr(exceptions, check_network_failure(name))(endpoint_url="the server")
    return exception


def seeds_of(
    given: tuple[Step | Scenario, ...],
    *,
    scope: Scope = ANYWHERE,
    requested_id: str | None = None,
    optional: bool = False,
    queued_at: str | None = None,
) -> tuple[AnySeed, ...]:
    """Return the seed of one session with these steps, or all seeds of a scenario, its session's first."""
    if len(given) == 1 and isinstance(given[0], (list, tuple)) and any(isinstance(item, Scenario) for item in given[0]):
        raise TypeError("queue takes one scenario: use several in pytest.mark.parametrize, or queue each by itself")
    scenario = next((item for item in given if isinstance(item, Scenario)), None)
    beside: dict[str, Any] = {"scope": scope, "optional": optional, "queued_at": queued_at}
    if scenario is None:
        steps = tuple(item for item in given if not isinstance(item, Scenario))
        return (SessionSeed(steps=steps, requested_id=requested_id, **beside),)
    if len(given) > 1:
        raise TypeError(f"{scenario} is all that happens to one session: queue it by itself, queue(scenario)")
    beside["scenario"] = scenario.name
    return (
        SessionSeed(steps=scenario.steps, requested_id=requested_id, **beside),
        *(ErrorSeed(code=code, times=None, **beside) for code in scenario.errors),
        *(ExceptionSeed(exception=_network_failure(name), times=None, **beside) for name in scenario.exceptions),
    )


_NAMED = ("scenario", "threshold", "person")


def decode_result(value: object, scope: Scope) -> tuple[AnySeed, ...]:
    """Return the seeds of one result that came over HTTP, for a scope.

    A result is a step, a list of steps, {"steps": ...}, {"response": ...}, {"error": code, ...},
    {"exception": name, ...}, {"delay": seconds, ...} or {"scenario": name, ...}.
    """
    if isinstance(value, dict) and "scenario" in value and not {"steps", "error", "exception", "delay"} & set(value):
        given = members(value, "a scenario", *_NAMED, "session_id", "optional", "queued_at")
        scenario = scenario_named(given["scenario"], given.get("threshold", 90), given.get("person"))
        beside = {name: argument for name, argument in given.items() if name not in _NAMED}
        return seeds_of((scenario,), scope=scope, requested_id=beside.pop("session_id", None), **beside)
    if isinstance(value, dict) and "error" in value:
        return (ErrorSeed(scope=scope, **_given(ErrorSeed, "an error", value)),)
    if isinstance(value, dict) and "exception" in value:
        seed = _given(ExceptionSeed, "an exception", value)
        return (ExceptionSeed(scope=scope, **{**seed, "exception": _network_failure(seed["exception"])}),)
    if isinstance(value, dict) and "delay" in value:
        return (DelaySeed(scope=scope, **_given(DelaySeed, "a delay", value)),)
    if isinstance(value, dict) and "response" in value and "steps" not in value:
        value = {**value, "steps": {"response": value["response"]}}
        del value["response"]
    if isinstance(value, dict) and "steps" in value:
        return (SessionSeed(scope=scope, **_given(SessionSeed, "a result", value)),)
    if isinstance(value, list) and value and all(isinstance(step, dict) and "error" in step for step in value):
        raise ValueError(
            'a list is one session, and this one has nothing but errors: write {"steps": [...]} if its polls get them, '
            'or {"error": ...} without a list for the next calls'
        )
    return (SessionSeed(steps=SESSION_STEPS.decode("", value), scope=scope),)


def _given(kind: type[AnySeed], what: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return arguments(kind, members(value, what, *codecs_of(kind)))
