"""The steps that a session can go through, and how far it is at a given time."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from moto_liveness.core import checks
from moto_liveness.core.misplaced import call_for, code_of
from moto_liveness.core.steps import STEPS, Created, Expired, InProgress, Step, Wait

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

#: "A SessionId expires 3 minutes after it's sent", and its results with it:
#: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html
LIFETIME = datetime.timedelta(seconds=180)
#: How many steps a session has: every request for the state shows those of the default.
MOST_STEPS = 1_000


def check_steps(method: str, steps: tuple[object, ...]) -> tuple[Step, ...]:
    """Return the steps that a method was called with, at least one, if a session can go through them in this order.

    The messages name statuses, which are the same words in Python and over HTTP.
    """
    if not steps:
        raise ValueError(f"{method}() needs at least one step, as in {method}(Succeeded(confidence=97.3))")
    if len(steps) > MOST_STEPS:
        raise ValueError(f"{method}() takes at most {MOST_STEPS:,} steps, not {len(steps):,}: polls= repeats a step")
    checked = tuple(check_step(method, step) for step in steps)
    for step, following in itertools.pairwise(step for step in checked if step.status):
        several = method == "queue" and step.final
        check_order(step, following, "; if these are two sessions, queue each by itself" if several else "")
    _check_lifetime(checked)
    last = checked[-1]
    if isinstance(last, Wait) and last.end and not last.until:
        name = last.end.partition("=")[0]
        raise ValueError(f"{last.status} has {last.end} but is the last step: add the next step, or drop {name}")
    return checked


def after_stream(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps that a session goes through once its video has ended: those that come after CREATED.

    A last Created(until="stream") leaves the outcome to be set: it is IN_PROGRESS until then.
    """
    created = [index for index, step in enumerate(steps) if isinstance(step, Created)]
    following = steps[created[-1] + 1 :] if created else steps
    return following or ((InProgress(),) if waits_for_stream(steps) else ())


def waits_for_stream(steps: tuple[Step, ...]) -> bool:
    """Return whether one of the steps lasts until a client streams."""
    return any(isinstance(step, Created) and step.until for step in steps)


def _check_lifetime(steps: tuple[Step, ...]) -> None:
    lasting, life = 0.0, LIFETIME.seconds
    for step, following in itertools.pairwise(steps):
        lasting += (step.seconds or 0) if isinstance(step, Wait) else 0
        if lasting >= life and not isinstance(following, Expired):
            raise ValueError(
                f"{following.status or 'an error'} comes after {lasting:g} seconds, but a session is EXPIRED {life} "
                "seconds after it was created: shorten the seconds of the steps before it"
            )


def check_step(method: str, step: object, kinds: Sequence[type[Step]] = STEPS) -> Step:
    """Return a step; the message for any other value says how to write one of these kinds."""
    if isinstance(step, STEPS):
        return step
    if isinstance(step, type) and issubclass(step, STEPS):
        raise TypeError(f"{step.__name__} is a class, not a step: write {step.__name__}(...)")
    if isinstance(step, dict):
        raise TypeError(
            f"a dictionary is not a step: for a response from AWS, write {method}(Step.from_response(response)), not "
            f"{checks.short_repr(step)}"
        )
    instead = call_for(step)
    if instead:
        code = code_of(step)
        here = f", or {method}(ApiError({checks.short_repr(code)})) for polls of a session" if code else ""
        raise TypeError(f"{method} takes steps, not errors: write {instead} for the next calls{here}")
    if isinstance(step, (list, tuple)) and kinds is STEPS:
        raise TypeError(f"pass the steps as separate arguments: {method}(*steps)")
    if isinstance(getattr(step, "steps", None), tuple):  # a scenario, which only queue() takes
        errors = ", ".join((*getattr(step, "errors", ()), *getattr(step, "exceptions", ())))
        # Without its errors a scenario that must be turned away is a live person.
        beside = f", and queue {errors} beside them" if errors else ""
        raise TypeError(f"{step} is more than a step: pass its steps, {method}(*scenario.steps){beside}")
    names = ", ".join(kind.__name__ for kind in kinds)
    raise TypeError(f"expected a step ({names}), got {checks.short_repr(step)}")


def check_order(step: Step, following: Step, advice: str = "") -> None:
    """Raise ValueError, with the advice, if no session could report one step and then the other."""
    if following.rank < step.rank:
        raise ValueError(f"{following.status} cannot follow {step.status}: a session never goes back{advice}")
    if following.rank == step.rank and step.final:
        raise ValueError(
            f"{following.status} cannot follow {step.status}: a finished session does not change, it can only expire"
            f"{advice}"
        )


@dataclass(frozen=True)
class Progress:
    """How far a session is: at which of its steps, since when, and how many polls have reported that step."""

    steps: tuple[Step, ...]
    since: datetime.datetime
    index: int = 0
    reports: int = 0

    @property
    def step(self) -> Step:
        """The step that the session is at."""
        return self.steps[self.index]

    @property
    def seconds(self) -> float | None:
        """How long the step lasts by the clock, if it does."""
        return self.step.seconds if isinstance(self.step, Wait) else None

    @property
    def polls(self) -> int | None:
        """After how many polls the step ends; None for the last step and for one that ends by the clock or a stream."""
        if self.index == len(self.steps) - 1 or self.seconds is not None:
            return None
        if isinstance(self.step, Wait) and self.step.until:
            return None
        return (self.step.polls or 1) if isinstance(self.step, Wait) else 1

    def at(self, time: datetime.datetime) -> Progress:
        """Return the progress at a time: behind the steps whose seconds are over by then."""
        progress = self
        while progress.seconds is not None:
            end = progress.since + datetime.timedelta(seconds=progress.seconds)
            if time < end:
                break
            progress = replace(progress, since=end, index=progress.index + 1, reports=0)
        return progress

    def report(self, time: datetime.datetime) -> Progress:
        """Return the progress after a poll: at the next step if this was the last poll of its step."""
        if self.polls is None:
            return self
        if self.reports + 1 < self.polls:
            return replace(self, reports=self.reports + 1)
        return replace(self, since=time, index=self.index + 1, reports=0)
