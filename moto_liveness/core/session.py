"""Core: a session, as a test holds it and as it goes through its steps."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from moto_liveness.core import checks
from moto_liveness.core.challenge import Challenge
from moto_liveness.core.progress import Course, check_order, check_some_steps
from moto_liveness.core.steps import Failed, Step, Succeeded

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

#: "A SessionId expires 3 minutes after it's sent", and its results with it:
#: https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html
LIFETIME = datetime.timedelta(seconds=180)

_SESSION_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def now() -> datetime.datetime:
    """Return the time of the clock that freezegun and time-machine move."""
    return datetime.datetime.now(datetime.timezone.utc)


def check_session_id(session_id: object) -> str:
    """Return a session id as AWS makes them."""
    if not isinstance(session_id, str):
        raise TypeError(f"session_id must be a str, as session.id is, not {checks.shown(session_id)}")
    if not _SESSION_ID.fullmatch(session_id):
        raise ValueError(f"session_id must be a UUID in lower case, as AWS makes them, not {checks.shown(session_id)}")
    return session_id


def gone(session: Session) -> str:
    """Return what to say about a session whose mock is over."""
    return f"session {session.id} is gone: the mock that it was made in has ended or was reset"


class Session:
    """One face liveness session: what the code under test created, or what add_session made.

    Everything can be read at any time; reading is no poll. Only set_outcome changes it.
    """

    def __init__(
        self,
        *,
        id: str,
        request: Mapping[str, Any],
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

    def __repr__(self) -> str:
        return f"<Session {self.id} in {self.region_name}, account {self.account_id}: {self.status}>"

    @property
    def status(self) -> str | None:
        """The Status that a poll would report now; None where it would be answered with an ApiError."""
        raise NotImplementedError

    @property
    def poll_count(self) -> int:
        """How many polls were answered with a step of this session."""
        raise NotImplementedError

    def set_outcome(self, *steps: Step) -> None:
        """Replace the steps that are still to come, from now on: what happens to the person, decided during the test.

        With an OutputConfig, the images of Succeeded are written to S3 at once. Raises ValueError if the session was
        reported further on than the first step, or is expired: a session never goes back.
        """
        raise NotImplementedError


class ScriptedSession(Session):
    """A session that goes through its steps."""

    def __init__(
        self,
        *,
        id: str,
        request: Mapping[str, Any],
        created_at: datetime.datetime,
        region_name: str,
        account_id: str,
        audit_images_limit: int,
        steps: tuple[Step, ...],
        challenge: Challenge,
    ) -> None:
        super().__init__(
            id=id,
            request=request,
            created_at=created_at,
            region_name=region_name,
            account_id=account_id,
            audit_images_limit=audit_images_limit,
        )
        self._preferred_challenge = challenge
        self._expires_at = created_at + LIFETIME
        self._poll_count = 0
        self._reported: Step | None = None
        self._course = Course(steps, since=self.created_at)

    @property
    def poll_count(self) -> int:
        """See Session.poll_count."""
        return self._poll_count

    def set_outcome(self, *steps: Step) -> None:
        """See Session.set_outcome."""
        at = now()
        self._course = Course(self.check_outcome(steps, at), since=at)

    def check_outcome(self, steps: tuple[Step, ...], at: datetime.datetime) -> tuple[Step, ...]:
        """Return the steps if the session can still go through them; see set_outcome."""
        checked = check_some_steps("set_outcome", steps)
        if self.expired_at(at):
            raise ValueError(
                f"session {self.id} is EXPIRED, {LIFETIME.seconds} seconds after it was created at {self.created_at}: "
                "its outcome cannot change"
            )
        following = next((step for step in checked if step.status), self._reported)
        if self._reported is not None and following is not None and self._reported != following:
            check_order(self._reported, following)
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
        return at >= self._expires_at

    def step_at(self, at: datetime.datetime, after_expiry: Step) -> Step:
        """Return the step that a poll would report."""
        if self.expired_at(at):
            return after_expiry
        return self._course.at(at).step

    def count(self, step: Step, at: datetime.datetime) -> None:
        """Count a poll that reports the step of that time."""
        self._course = self._course.at(at).report(at)
        self._poll_count += 1
        if step.status:
            self._reported = step
