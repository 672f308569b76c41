"""A session, and how it goes through its steps."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto_liveness.core.challenge import Challenge
from moto_liveness.core.clock import now
from moto_liveness.core.progress import LIFETIME, Progress, after_stream, check_order, waits_for_stream
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import SeedRecord
from moto_liveness.core.steps import Created, Expired, Failed, Finished, InProgress, Step
from moto_liveness.core.stream import RecordedStream

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


def gone(session_id: str) -> str:
    """Return the message for a session whose mock has ended."""
    return f"session {session_id} is gone: the mock in which it was created has ended or was reset"


_NOTHING_LEFT = Progress((Expired(),), since=datetime.datetime.min)
# What polls get while a client streams its video.
_STREAMING = InProgress()


@dataclass(kw_only=True, eq=False, repr=False)
class ScriptedSession:
    """A session that goes through its steps. It has the attributes of a SessionView."""

    id: str
    #: The parameters of CreateFaceLivenessSession as the code under test sent them; empty for an added session.
    request: Mapping[str, Any]
    created_at: datetime.datetime
    region_name: str
    account_id: str
    audit_images_limit: int
    progress: Progress
    #: The challenges that the request allows, the preferred one first.
    allowed_challenges: tuple[Challenge, ...]
    #: Its place in the order of everything that was seeded and that happened.
    number: int = 0
    seed: SeedRecord | None = None
    #: Whether a test set the outcome of the session.
    seeded: bool = True
    poll_count: int = 0
    reported: Step | None = None
    stream: RecordedStream | None = None
    _expired: bool = False

    @property
    def place(self) -> Scope:
        """The region and the account of the session."""
        return Scope(self.region_name, self.account_id)

    @property
    def seed_number(self) -> int | None:
        """The number of the seed that the session got."""
        return self.seed.number if self.seed else None

    @property
    def outcome(self) -> str | None:
        """What the seed of the session says, for people; None without a seed."""
        return self.seed.outcome if self.seed else None

    @property
    def challenge(self) -> Challenge:
        """The challenge that was agreed on with the client; before a stream, the one that the newest client gets."""
        return self.stream.challenge if self.stream else self.challenges[0]

    @property
    def challenges(self) -> tuple[Challenge, ...]:
        """The challenges that a stream may have, the preferred one first: the one that a step names, if one does."""
        named = [step.challenge for step in self.progress.steps if isinstance(step, Finished) and step.challenge]
        return tuple(named[:1]) or self.allowed_challenges

    @property
    def waits_for_stream(self) -> bool:
        """Whether the session stays CREATED until a client streams to it."""
        step = self.progress.at(now()).step
        waits = isinstance(step, Created) and step.until is not None
        return waits and self.stream is None and not self.expired_at(now())

    def set_outcome(self, steps: tuple[Step, ...]) -> None:
        """Replace the steps that are still to come, from now on."""
        at = now()
        self.progress = Progress(self.check_outcome(steps, at), since=at)
        self.seeded = True

    def check_outcome(self, steps: tuple[Step, ...], at: datetime.datetime) -> tuple[Step, ...]:
        """Return the steps if the session can still go through them."""
        if self.expired_at(at):
            raise ValueError(
                f"session {self.id} is EXPIRED, {LIFETIME.seconds} seconds after it was created at {self.created_at}: "
                "its outcome cannot change"
            )
        if self.stream and waits_for_stream(steps):
            steps = after_stream(steps)  # the stream that they wait for is there
        # A client that streams has seen IN_PROGRESS, even without a poll.
        reported = self.reported or (_STREAMING if self.stream else None)
        following = next((step for step in steps if step.status), reported)
        if reported is not None and following is not None and reported != following:
            check_order(reported, following)
        self._check_challenge(steps)
        return steps

    def _check_challenge(self, steps: tuple[Step, ...]) -> None:
        named = (step.challenge for step in steps if isinstance(step, Finished))
        for challenge in named:
            if self.stream and challenge not in (None, self.stream.challenge):
                raise ValueError(
                    f"session {self.id} was streamed with {self.stream.challenge}, which stays its challenge: "
                    "leave challenge out"
                )

    def expired_at(self, at: datetime.datetime) -> bool:
        """Return whether the three minutes are over."""
        return self._expired or at >= self.created_at + LIFETIME

    def expire(self) -> None:
        """Release the steps and their images: the session stays EXPIRED, even if the clock goes back."""
        self._expired = True
        self.progress, self.reported = _NOTHING_LEFT, None

    def step_at(self, at: datetime.datetime, after_expiry: Step) -> Step:
        """Return the step that a poll would report."""
        if self.expired_at(at):
            return after_expiry
        return _STREAMING if self._streaming else self.progress.at(at).step

    def end_video(self, at: datetime.datetime) -> None:
        """Go on with the steps that come after Created. Without any, the check fails: no test said that it succeeds."""
        self.progress = Progress(after_stream(self.progress.steps) or (Failed(),), since=at)

    def settle(self, at: datetime.datetime) -> None:
        """Keep the step of that time, even if the clock goes back: the client of the stream is told of it."""
        self.progress = self.progress.at(at)

    def fail(self, at: datetime.datetime) -> None:
        """Be FAILED from now on, whatever the steps were, unless the session is EXPIRED."""
        if self.expired_at(at):
            self.expire()
        elif not isinstance(self.progress.at(at).step, Expired):
            self.progress = Progress((Failed(),), since=at)

    def analysing(self, step: Step, at: datetime.datetime) -> bool:
        """Return whether the step of that time is an analysis that the clock or the test ends, and no poll."""
        return step.status == "IN_PROGRESS" and self.progress.at(at).polls is None

    def unannounced(self, step: Step, at: datetime.datetime) -> bool:
        """Return whether the client of the stream has yet to be told that the results can be read."""
        if self.stream is None or self.stream.recording or self.stream.announced.is_set():
            return False
        return not self.expired_at(at) and not self.analysing(step, at)

    @property
    def _streaming(self) -> bool:
        return self.stream is not None and self.stream.recording

    def count(self, step: Step, at: datetime.datetime) -> None:
        """Count a poll that reported the step of that time. While a client streams, a poll uses up no step."""
        self.poll_count += 1
        if self.expired_at(at):
            self.expire()
            return
        if not self._streaming:
            self.progress = self.progress.at(at).report(at)
        if step.status:
            self.reported = step
