"""Core: a session, and which of its steps a poll at a given time reports."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from moto_liveness.details import Challenge
from moto_liveness.outcomes import ApiError, Created, Expired, Failed, InProgress, Step, Succeeded

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

#: "A SessionId expires 3 minutes after it's sent", and its results with it:
#: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html
LIFETIME = datetime.timedelta(seconds=180)

_STEPS = (Created, InProgress, Succeeded, Failed, Expired, ApiError)
# A session never goes back, and what was analysed once is not analysed again: it can only expire.
_RANK = {"CREATED": 0, "IN_PROGRESS": 1, "SUCCEEDED": 2, "FAILED": 2, "EXPIRED": 3}


def now() -> datetime.datetime:
    """Return the time of the clock that freezegun and time-machine move."""
    return datetime.datetime.now(datetime.timezone.utc)


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


def _check_step(step: object) -> None:
    if isinstance(step, _STEPS):
        return
    if step in _STEPS:
        raise TypeError(f"{step.__name__} is a class, not a step: write {step.__name__}(...)")
    if isinstance(step, (list, tuple)):
        raise TypeError("a list is no step: pass the steps one by one, as in queue(*steps)")
    names = ", ".join(kind.__name__ for kind in _STEPS)
    raise TypeError(f"{step!r} is no step. Steps are made with {names}.")


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
class _Course:
    """The steps of a session and how far it is: at which of them, since when, reported by how many polls."""

    steps: tuple[Step, ...]
    since: datetime.datetime
    index: int = 0
    reports: int = 0

    @property
    def step(self) -> Step:
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

    def at(self, time: datetime.datetime) -> _Course:
        """Leave the steps whose seconds are over by then."""
        course = self
        while course.seconds is not None:
            end = course.since + datetime.timedelta(seconds=course.seconds)
            if time < end:
                break
            course = replace(course, since=end, index=course.index + 1, reports=0)
        return course

    def report(self, time: datetime.datetime) -> _Course:
        """Count a poll, and leave the step if that was the last of its polls."""
        reports = self.reports + 1
        if self.polls is not None and reports >= self.polls:
            return replace(self, since=time, index=self.index + 1, reports=0)
        return replace(self, reports=reports)


class Session:
    """One face liveness session: what the code under test created, or what add_session made.

    Everything can be read at any time; reading is no poll. Only set_outcome changes it.
    """

    def __init__(
        self,
        *,
        id: str,
        request: Mapping[str, Any],
        steps: tuple[Step, ...],
        challenge: Challenge,
        created_at: datetime.datetime,
        region_name: str,
        account_id: str,
        audit_images_limit: int,
    ) -> None:
        #: The SessionId, a UUID.
        self.id = id
        #: The parameters of CreateFaceLivenessSession, as the code under test sent them; empty for an added session.
        self.request = request
        #: When the session was created, in UTC, by the clock that freezegun and time-machine move.
        self.created_at = created_at
        #: The region that the session belongs to.
        self.region_name = region_name
        #: The account that the session belongs to.
        self.account_id = account_id
        #: How many audit images a poll returns at most: the AuditImagesLimit of the request, from 0 to 4.
        self.audit_images_limit = audit_images_limit
        #: How many polls were answered with a step of this session.
        self.poll_count = 0
        self._preferred_challenge = challenge
        self._reported: Step | None = None
        self._course = _Course(steps, since=created_at)

    def __repr__(self) -> str:
        return f"<Session {self.id} in {self.region_name}, account {self.account_id}: {self.status}>"

    @property
    def status(self) -> str | None:
        """The Status that a poll would report now; None where it would be answered with an ApiError."""
        return self.step_at(now(), Expired()).status

    def set_outcome(self, *steps: Step) -> None:
        """Replace the steps that are still to come, from now on: what happens to the person, decided during the test.

        With an OutputConfig, the images of Succeeded are written to S3 at once. Raises ValueError if the session was
        reported further on than the first step, or is expired: a session never goes back.
        """
        at = now()
        self._course = _Course(self.check_outcome(steps, at), since=at)

    def check_outcome(self, steps: tuple[Step, ...], at: datetime.datetime) -> tuple[Step, ...]:
        """Return the steps if the session can still go through them."""
        checked = check_steps(steps)
        if not checked:
            raise ValueError("set_outcome() needs at least one step, as in set_outcome(Succeeded(confidence=97.3))")
        if self.expired_at(at):
            raise ValueError(
                f"session {self.id} is EXPIRED, {LIFETIME.seconds} seconds after it was created at {self.created_at}: "
                "its outcome cannot change"
            )
        if self._reported is not None and checked[0].status and self._reported != checked[0]:
            check_order(self._reported, checked[0])
        return checked

    @property
    def challenge(self) -> Challenge:
        """The challenge that the person is given: one that a step names, else the one that the request prefers."""
        named = (
            step.challenge for step in self._course.steps if isinstance(step, (Succeeded, Failed)) and step.challenge
        )
        return next(named, self._preferred_challenge)

    def expired_at(self, at: datetime.datetime) -> bool:
        """Return whether the three minutes are over."""
        return at >= self.created_at + LIFETIME

    def step_at(self, at: datetime.datetime, after_expiry: Step) -> Step:
        """Return the step that a poll would report."""
        if self.expired_at(at):
            return after_expiry
        return self._course.at(at).step

    def poll(self, at: datetime.datetime, after_expiry: Step) -> Step:
        """Count a poll and return the step that it reports."""
        step = self.step_at(at, after_expiry)
        self._course = self._course.at(at).report(at)
        self.poll_count += 1
        if step.status:
            self._reported = step
        return step
