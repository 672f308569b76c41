"""Test wing: FaceLiveness, what a test holds. A scope over the script and the sessions of the running mock."""

from __future__ import annotations

import copy
import re
from types import TracebackType
from typing import Any

from moto import mock_aws

from moto_liveness import _compat, checks, errors, reporting
from moto_liveness.outcomes import ApiError, Created, Expired, Step
from moto_liveness.rekognition.models import LivenessBackend, current_script, liveness_backends, sessions_in, take_back
from moto_liveness.script import Call, ErrorSeed, Mark, Scope, Script, Seed, SessionSeed
from moto_liveness.session import Session, check_steps

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

_SESSION_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class FaceLiveness:
    """Says what happens to the person in front of the camera, and tells what the code under test asked.

    As a context manager it starts mock_aws, and checks at the end that every seed was used, unless the block raised or
    assert_all_used is False. Inside a mock that is already running, leaving the block takes back what was added in it.
    The pytest fixture face_liveness is this same block. Inside mock_aws a plain FaceLiveness() does as well.

    Every method but at() raises RuntimeError while no mock is active.
    """

    def __init__(self, *, assert_all_used: bool = True) -> None:
        self._assert_all_used = assert_all_used
        self._scope = Scope()
        self._blocks: list[tuple[Any, Mark]] = []

    def __repr__(self) -> str:
        return f"<FaceLiveness at region_name={self._scope.region_name!r}, account_id={self._scope.account_id!r}>"

    def __enter__(self) -> FaceLiveness:
        mock = mock_aws()
        mock.start()
        self._blocks.append((mock, current_script().mark()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        __tracebackhide__ = True
        try:
            if kind is None and self._assert_all_used:
                self.assert_all_used()
        finally:
            mock, mark = self._blocks.pop()
            take_back(mark)
            mock.stop()

    def at(self, region_name: str | None = None, account_id: str | None = None) -> FaceLiveness:
        """Return a handle for one region or one account, or both; what is left out stays as it is here.

        Its seeds serve sessions there only, and its lists hold what happened there. Raises ValueError for a region that
        Rekognition does not have (moto's MOTO_ALLOW_NONEXISTENT_REGION allows any) and for an account that is no
        twelve digits.
        """
        if account_id is not None and not re.fullmatch(r"\d{12}", checks.text("account_id", account_id)):
            raise ValueError(f"account_id must have twelve digits, not {account_id!r}")
        narrowed = copy.copy(self)
        narrowed._scope = Scope(region_name or self._scope.region_name, account_id or self._scope.account_id)
        narrowed._backend()
        return narrowed

    def queue(self, *steps: Step, optional: bool = False) -> Seed:
        """Queue the steps of the next session that is created: queue(a, b, c) is one session going through a, b and c.

        Seeds are taken first in, first out, when the session is created. One that is never taken is an error at the end
        of the test, unless optional is True. Raises TypeError or ValueError for steps that no session could go through,
        and leaves what was queued before in place.
        """
        __tracebackhide__ = True
        return self._add(SessionSeed(self._scope, optional, steps=_checked("queue", steps)))

    def queue_error(
        self,
        code: str,
        message: str = "",
        *,
        operation: str = errors.GET,
        times: int | None = 1,
        session_id: str | None = None,
        optional: bool = False,
    ) -> Seed:
        """Queue an error for the next calls of an operation; the sessions go on afterwards as if nothing had happened.

        code: an error that AWS models for the operation, such as "ThrottlingException"; the message is AWS's own unless
        given. times: how many calls get it, not how many HTTP attempts: botocore repeats throttling and 5xx by itself,
        and all attempts of a call get the same answer. None is an outage: all calls from now on.
        session_id: only polls of that session. optional: no error at the end of the test if it was raised less often.

        Raises ValueError for an operation or a code that does not exist.
        """
        errors.check_operation(operation)
        errors.check_code(operation, code)
        checks.text("message", message)
        if times is not None and (type(times) is not int or times < 1):
            raise ValueError(f"times must be a whole number of at least 1, or None for an outage, not {times!r}")
        if session_id is not None:
            _check_session_id(session_id)
            if operation == errors.CREATE:
                raise ValueError(f"{errors.CREATE} names no session: leave session_id out")
        return self._add(
            ErrorSeed(self._scope, optional, session_id, code=code, message=message, operation=operation, times=times)
        )

    def add_session(self, *steps: Step, session_id: str | None = None) -> Session:
        """Add a session that exists now, for code that only polls. It is CREATED without steps, and never "unused".

        It lies in the region and account of this handle, see at(), else in the default ones of boto3 and moto. Polls
        return all the audit images of its steps. Raises ValueError for a session_id that is no UUID or is taken.
        """
        script = self._script()
        checked = check_steps(steps) or (Created(),)
        if session_id is not None:
            _check_session_id(session_id)
        with script.lock:
            if session_id in {session.id for session in sessions_in(Scope())}:
                raise ValueError(f"session {session_id} exists already")
            return self._backend().add_session(checked, session_id)

    def set_default(self, *steps: Step) -> None:
        """Set the steps of all sessions that nobody queued, which otherwise are CREATED until they expire.

        This is the deliberate opt-out: with set_default(Succeeded(confidence=99.0)) a check cannot fail.
        """
        self._script().defaults[self._scope] = _checked("set_default", steps)

    def set_after_expiry(self, step: Expired | ApiError) -> None:
        """Set what a poll gets once the three minutes are over, which AWS does not document.

        Expired(), the default, is Status EXPIRED; ApiError("SessionNotFoundException") is the other plausible answer.
        """
        if not isinstance(step, (Expired, ApiError)):
            raise TypeError(f"after three minutes a session is Expired() or an ApiError(...), not {step!r}")
        self._script().after_expiry[self._scope] = step

    def session(self, session_id: str) -> Session:
        """Return the session with this id; raise LookupError, with the sessions that there are, if there is none."""
        sessions = self.sessions
        for session in sessions:
            if session.id == session_id:
                return session
        raise LookupError(reporting.unknown_session(session_id, sessions))

    @property
    def sessions(self) -> list[Session]:
        """The sessions, created or added, in their order."""
        self._script()
        return list(sessions_in(self._scope))

    @property
    def calls(self) -> list[Call]:
        """The calls that the code under test made, in their order."""
        return [call for call in list(self._script().calls) if self._scope.covers(call.place)]

    def assert_all_used(self) -> None:
        """Raise AssertionError if a seed that is not optional was never used, with the sessions that were created."""
        __tracebackhide__ = True
        since = self._blocks[-1][1].number if self._blocks else 0
        unused = [
            seed
            for seed in list(self._script().seeds)
            if seed.number > since and not (seed.used or seed.optional) and self._scope.covers(seed.scope)
        ]
        if unused:
            raise AssertionError(reporting.unused_seeds(unused, self.sessions))

    def _add(self, seed: SessionSeed | ErrorSeed) -> Seed:
        self._script().add([seed])
        return seed

    def _backend(self) -> LivenessBackend:
        account = liveness_backends[self._scope.account_id or _compat.default_account()]
        region_name = self._scope.region_name or _compat.default_region()
        try:
            return account[region_name]
        except KeyError:
            suggestion = checks.suggestion(region_name, sorted(account.regions))
            raise ValueError(f"Rekognition has no region {region_name!r}. {suggestion}") from None

    def _script(self) -> Script:
        if not _compat.mock_is_active():
            raise RuntimeError(_NO_MOCK)
        return current_script()


def call_log(face_liveness: FaceLiveness) -> str:
    """Return the calls, a line each, for the report of a test that failed; also when its mock is gone already."""
    scope = face_liveness._scope
    calls = [call for call in current_script().calls if scope.covers(call.place)]
    return reporting.call_log(calls, sessions_in(Scope()))


_NO_MOCK = (
    "no mock is active, and what is said now would be lost: mock_aws resets everything when it starts. "
    "Say it inside `with FaceLiveness() as face_liveness:`, in a test that takes the pytest fixture face_liveness, "
    "or inside @mock_aws."
)


def _checked(verb: str, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if not steps:
        raise ValueError(f"{verb}() needs at least one step, as in {verb}(Succeeded(confidence=97.3))")
    return check_steps(steps)


def _check_session_id(session_id: object) -> None:
    if not isinstance(session_id, str) or not _SESSION_ID.fullmatch(session_id):
        raise ValueError(f"session_id must be a UUID in lower case, as AWS makes them, not {session_id!r}")
