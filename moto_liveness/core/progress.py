"""Core: the steps that a session can go through, and which of them it has reached at a given time."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace

from moto_liveness.core import checks
from moto_liveness.core.steps import ApiError, Created, Expired, Failed, InProgress, Step, Succeeded

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

_STEPS = (Created, InProgress, Succeeded, Failed, Expired, ApiError)
# A session never goes back, and what was analysed once is not analysed again: it can only expire.
_RANK = {"CREATED": 0, "IN_PROGRESS": 1, "SUCCEEDED": 2, "FAILED": 2, "EXPIRED": 3}


def check_steps(steps: tuple[object, ...]) -> tuple[Step, ...]:
    """Return the steps if one session can go through them in this order; raise TypeError or ValueError if not."""
    for step in steps:
        _check_step(step)
    checked: tuple[Step, ...] = steps  # type: ignore[assignment]
    reported = [step for step in checked if step.status]
    for step, following in itertools.pairwise(reported):
        check_order(step, following)
    last = checked[-1] if checked else None
    if isinstance(last, (Created, InProgress)) and (last.polls or last.seconds):
        raise ValueError(
            f"nothing follows {last!r}: add the step that does, or write {type(last).__name__}() to let it stay"
        )
    return checked


def check_some_steps(verb: str, steps: tuple[object, ...]) -> tuple[Step, ...]:
    """Return the steps that a verb was called with, at least one."""
    if not steps:
        raise ValueError(f"{verb}() needs at least one step, as in {verb}(Succeeded(confidence=97.3))")
    return check_steps(steps)


def _check_step(step: object) -> None:
    if isinstance(step, Step):
        return
    if isinstance(step, type) and issubclass(step, Step):
        raise TypeError(f"{step.__name__} is a class, not a step: write {step.__name__}(...)")
    if isinstance(step, Iterable) and not isinstance(step, (str, bytes)):
        raise TypeError("a list is no step: pass the steps one by one, as in queue(*steps)")
    names = ", ".join(kind.__name__ for kind in _STEPS)
    raise TypeError(f"{checks.shown(step)} is no step. Steps are made with {names}.")


def check_order(step: Step, following: Step) -> None:
    """Raise ValueError if no session could report the one step and then the other."""
    before, after = _RANK[str(step.status)], _RANK[str(following.status)]
    if after < before:
        raise ValueError(f"{following!r} cannot follow {step!r}: a session never goes back")
    if after == before >= _RANK["SUCCEEDED"]:
        raise ValueError(
            f"{following!r} cannot follow {step!r}: a finished session does not change, it can only expire"
        )


@dataclass(frozen=True)
class Course:
    """The steps of a session and how far it is: at which of them, since when, reported by how many polls."""

    steps: tuple[Step, ...]
    since: datetime.datetime
    index: int = 0
    reports: int = 0

    @property
    def step(self) -> Step:
        """The step that is reached."""
        return self.steps[self.index]

    @property
    def seconds(self) -> float | None:
        """How long the step lasts by the clock, if it does."""
        return self.step.seconds if isinstance(self.step, (Created, InProgress)) else None

    @property
    def polls(self) -> int | None:
        """After how many polls the step is over: None for the last step and for one that waits for the clock."""
        if self.index == len(self.steps) - 1 or self.seconds is not None:
            return None
        return (self.step.polls or 1) if isinstance(self.step, (Created, InProgress)) else 1

    def at(self, time: datetime.datetime) -> Course:
        """Leave the steps whose seconds are over by then."""
        course = self
        while course.seconds is not None:
            end = course.since + datetime.timedelta(seconds=course.seconds)
            if time < end:
                break
            course = replace(course, since=end, index=course.index + 1, reports=0)
        return course

    def report(self, time: datetime.datetime) -> Course:
        """Count a poll, and leave the step if that was the last of its polls."""
        if self.polls is None:
            return self
        if self.reports + 1 < self.polls:
            return replace(self, reports=self.reports + 1)
        return replace(self, since=time, index=self.index + 1, reports=0)
