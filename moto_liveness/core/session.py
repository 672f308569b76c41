"""A session: what a test sees of it, and how it goes through its steps."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto_liveness.core.challenge import Challenge
from moto_liveness.core.clock import now
from moto_liveness.core.progress import LIFETIME, Progress, after_stream, check_order, check_steps
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import Seed
from moto_liveness.core.steps import Created, Expired, Failed, Finished, InProgress, Step
from moto_liveness.core.stream import RecordedStream, Stream

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


def gone(session: Session) -> str:
    """Return the message for a session whose mock has ended."""
    return f"session {session.id} is gone: the mock that it was made in has ended or was reset"


@dataclass(kw_only=True, eq=False, repr=False)
class Session:
    """One face liveness session, created by the code under test or added with add_session.

    Its attributes can be read at any time; reading them is not a poll. Only set_outcome changes a session.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html
    """

    #: The SessionId, a UUID.
    id: str
    #: The parameters of CreateFaceLivenessSession as the code under test sent them; empty for an added session.
    request: Mapping[str, Any]
    #: When the session was created, in UTC, by the clock that freezegun and time-machine move.
    created_at: datetime.datetime
    #: The region that the session belongs to.
    region_name: str
    #: The account that the session belongs to.
    account_id: str
    #: How many audit images a poll returns at most: the AuditImagesLimit of the request, from 0 to 4.
    audit_images_limit: int

    def __repr__(self) -> str:
        return f"<Session {self.id} in {self.region_name}, account {self.account_id}: {self.status}>"

    @property
    def place(self) -> Scope:
        """The region and the account of the session."""
        return Scope(self.region_name, self.account_id)

    @property
    def status(self) -> str | None:
        """The Status that a poll would report now; None if it would get an ApiError."""
        raise NotImplementedError

    @property
    def poll_count(self) -> int:
        """How many polls a step of this session has answered."""
        raise NotImplementedError

    @property
    def stream(self) -> Stream | None:
        """What a client streamed to this session with StartFaceLivenessSession; None if nobody did."""
        raise NotImplementedError

    @property
    def waits_for_stream(self) -> bool:
        """Whether the session stays CREATED until a client streams to it."""
        raise NotImplementedError

    def set_outcome(self, *steps: Step) -> None:
        """Replace the steps that are still to come, from now on, to decide the outcome while the test runs.

        While a client streams, it decides what comes after the stream. If the request has an OutputConfig, the images
        of Succeeded are written to S3 at once.

        steps: as for FaceLiveness.queue. A session that was created without a seed counts as seeded from now on.

        Raises TypeError or ValueError for steps that no session could go through, and if the session is expired, or was
        already reported further on than the first step: a session never goes back. Raises RuntimeError if the mock that
        the session belongs to has ended.
        """
        raise NotImplementedError


_NOTHING_LEFT = Progress((Expired(),), since=datetime.datetime.min)
# What polls get while a client streams its video.
_STREAMING = InProgress()


@dataclass(kw_only=True, eq=False, repr=False)
class ScriptedSession(Session):
    """A session that goes through its steps."""

    progress: Progress
    preferred_challenge: Challenge
    seed: Seed | None = None
    #: Whether a test said anything about the outcome of the session.
    seeded: bool = True
    poll_count: int = 0
    reported: Step | None = None
    stream: RecordedStream | None = None
    #: Its place in the order of everything that was seeded and that happened.
    number: int = 0
    _expired: bool = False

    @property
    def challenge(self) -> Challenge:
        """The challenge that the person gets: the one that was streamed, that a step names, or the preferred one."""
        if self.stream:
            return self.stream.challenge
        named = (step.challenge for step in self.progress.steps if isinstance(step, Finished) and step.challenge)
        return next(named, self.preferred_challenge)

    @property
    def waits_for_stream(self) -> bool:
        """See Session.waits_for_stream."""
        step = self.progress.at(now()).step
        waits = isinstance(step, Created) and step.until is not None
        return waits and self.stream is None and not self.expired_at(now())

    def set_outcome(self, *steps: Step) -> None:
        """See Session.set_outcome."""
        at = now()
        self.progress = Progress(self.check_outcome(steps, at), since=at)
        self.seeded = True

    def check_outcome(self, steps: tuple[Step, ...], at: datetime.datetime) -> tuple[Step, ...]:
        """Return the steps if the session can still go through them."""
        checked = check_steps("set_outcome", steps)
        if self.expired_at(at):
            raise ValueError(
                f"session {self.id} is EXPIRED, {LIFETIME.seconds} seconds after it was created at {self.created_at}: "
                "its outcome cannot change"
            )
        # Whoever streams has seen IN_PROGRESS, even if nobody has polled.
        reported = self.reported or (_STREAMING if self.stream else None)
        following = next((step for step in checked if step.status), reported)
        if reported is not None and following is not None and reported != following:
            check_order(reported, following)
        self._check_challenge(checked)
        return checked

    def _check_challenge(self, steps: tuple[Step, ...]) -> None:
        named = (step.challenge for step in steps if isinstance(step, Finished))
        for challenge in named:
            if self.stream and challenge not in (None, self.stream.challenge):
                raise ValueError(
                    f"session {self.id} was streamed with {self.stream.challenge}, so it has no other challenge: "
                    "leave challenge out"
                )

    def expired_at(self, at: datetime.datetime) -> bool:
        """Return whether the three minutes are over."""
        return self._expired or at >= self.created_at + LIFETIME

    def expire(self) -> None:
        """Let go of the steps and their images: the session stays EXPIRED, even if the clock goes back."""
        self._expired = True
        self.progress, self.reported = _NOTHING_LEFT, None

    def step_at(self, at: datetime.datetime, after_expiry: Step) -> Step:
        """Return the step that a poll would report."""
        if self.expired_at(at):
            return after_expiry
        return _STREAMING if self._streaming else self.progress.at(at).step

    def end_video(self, at: datetime.datetime) -> None:
        """Go on with the steps that come after Created. Without any the check fails: no test said that it succeeds."""
        self.progress = Progress(after_stream(self.progress.steps) or (Failed(),), since=at)

    def fail(self, at: datetime.datetime) -> None:
        """Be FAILED from now on, whatever the steps were."""
        if not self.expired_at(at):
            self.progress = Progress((Failed(),), since=at)

    @property
    def _streaming(self) -> bool:
        return self.stream is not None and self.stream.recording

    def count(self, step: Step, at: datetime.datetime) -> None:
        """Count a poll that reported the step of that time. While a client streams, it uses nothing up."""
        self.poll_count += 1
        if self.expired_at(at):
            self.expire()
            return
        if not self._streaming:
            self.progress = self.progress.at(at).report(at)
        if step.status:
            self.reported = step
