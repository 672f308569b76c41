"""Test wing: FaceLiveness, what a test holds. A scope over the script and the sessions of the running mock."""

from __future__ import annotations

import contextlib
import copy
from types import TracebackType
from typing import TYPE_CHECKING

from moto import mock_aws

from moto_liveness import _compat
from moto_liveness.control import reporting
from moto_liveness.control.local import LocalStore, always_ready, check_mock, check_scope
from moto_liveness.core import checks
from moto_liveness.core import operations as errors
from moto_liveness.core.progress import check_some_steps, check_steps
from moto_liveness.core.script import Call
from moto_liveness.core.seeds import ErrorSeed, Scope, Seed, SessionSeed
from moto_liveness.core.session import Session, check_session_id
from moto_liveness.core.steps import ApiError, Created, Expired, Step

if TYPE_CHECKING:
    from moto_liveness.control.remote import RemoteStore

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so


class FaceLiveness:
    """Says what happens to the person in front of the camera, and tells what the code under test asked.

    As a context manager it starts mock_aws, and checks at the end that every seed was used, unless the block raised or
    assert_all_used is False. Inside a mock that is already running, leaving the block takes back what was added in it.
    The pytest fixture face_liveness is this same block. Inside mock_aws a plain FaceLiveness() can be used as it is; it
    checks nothing at the end unless assert_all_used() is called.

    With endpoint_url it does all of this on a moto_liveness_server, without a mock in this process; with moto's
    TEST_SERVER_MODE, on the server that mock_aws sends everything to.

    Every method but at() raises RuntimeError while no mock is active, or while no server answers.
    """

    def __init__(self, *, assert_all_used: bool = True, endpoint_url: str | None = None) -> None:
        self._assert_all_used = checks.flag("assert_all_used", assert_all_used)
        self._scope = Scope()
        self._store = _store_at(endpoint_url)
        self._starts_mock = endpoint_url is None
        self._blocks: list[tuple[int, contextlib.ExitStack]] = []

    def __repr__(self) -> str:
        return f"<FaceLiveness at region_name={self._scope.region_name!r}, account_id={self._scope.account_id!r}>"

    def __enter__(self) -> FaceLiveness:
        with contextlib.ExitStack() as started:
            if self._starts_mock:
                started.enter_context(mock_aws())
            self._blocks.append((self._store.mark(), started.pop_all()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        mark, started = self._blocks[-1]
        with started:
            try:
                if kind is None and self._assert_all_used:
                    self.assert_all_used()
            finally:
                self._blocks.pop()
                # An error of the block is the one to see, and not that its server is gone too.
                with contextlib.suppress(*([RuntimeError] if kind else [])):
                    self._store.take_back(mark)

    def at(self, region_name: str | None = None, account_id: str | None = None) -> FaceLiveness:
        """Return a handle for one region or one account, or both; what is left out stays as it is here.

        Its seeds serve sessions there only, and its lists hold what happened there. Raises ValueError for a region that
        Rekognition does not have (moto's MOTO_ALLOW_NONEXISTENT_REGION allows any) and for an account that is no
        twelve digits.
        """
        narrowed = copy.copy(self)
        narrowed._scope = check_scope(
            Scope(
                self._scope.region_name if region_name is None else region_name,
                self._scope.account_id if account_id is None else account_id,
            )
        )
        return narrowed

    def queue(self, *steps: Step, optional: bool = False) -> Seed:
        """Queue the steps of the next session that is created: queue(a, b, c) is one session going through a, b and c.

        Seeds are taken first in, first out, when the session is created. One that is never taken is an error at the end
        of the test, unless optional is True. Raises TypeError or ValueError for steps that no session could go through,
        and leaves what was queued before in place.
        """
        return self._store.add(SessionSeed(self._scope, optional, steps=check_some_steps("queue", steps)))

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
        return self._store.add(ErrorSeed(self._scope, optional, code, message, operation, times, session_id))

    def add_session(self, *steps: Step, session_id: str | None = None) -> Session:
        """Add a session that exists now, for code that only polls. It is CREATED without steps, and never "unused".

        It lies in the region and account of this handle, see at(), else in the default ones of boto3 and moto. Polls
        return all the audit images of its steps. Raises ValueError for a session_id that is no UUID or is taken.
        """
        checked = check_steps(steps) or (Created(),)
        if session_id is not None:
            check_session_id(session_id)
        return self._store.add_session(self._place(), checked, session_id)

    def set_default(self, *steps: Step) -> None:
        """Set the steps of all sessions that nobody queued, which otherwise are CREATED until they expire.

        This is the deliberate opt-out: with set_default(Succeeded(confidence=99.0)) a check cannot fail.
        """
        self._store.set_default(self._scope, check_some_steps("set_default", steps))

    def set_after_expiry(self, step: Expired | ApiError) -> None:
        """Set what a poll gets once the three minutes are over, which AWS does not document.

        Expired(), the default, is Status EXPIRED; ApiError("SessionNotFoundException") is the other plausible answer.
        """
        if not isinstance(step, (Expired, ApiError)):
            raise TypeError(f"after three minutes a session is Expired() or an ApiError(...), not {checks.shown(step)}")
        self._store.set_after_expiry(self._scope, step)

    def session(self, session_id: str) -> Session:
        """Return the session with this id; raise LookupError, with the sessions that there are, if there is none."""
        checks.text("session_id", session_id)
        for session in self.sessions:
            if session.id == session_id:
                return session
        raise LookupError(reporting.unknown_session(session_id, self._store.sessions(Scope())))

    @property
    def sessions(self) -> list[Session]:
        """The sessions, created or added, in their order."""
        return self._store.sessions(self._scope)

    @property
    def calls(self) -> list[Call]:
        """The calls that the code under test made, in their order."""
        return self._store.calls(self._scope)

    def assert_all_used(self) -> None:
        """Raise AssertionError if a seed that is not optional was never used, with the sessions that were created."""
        unused = self._store.unused(self._scope, self._blocks[-1][0] if self._blocks else 0)
        if unused:
            raise AssertionError(
                reporting.unused_seeds(unused, self._store.sessions(Scope()), self._store.calls(Scope()))
            )

    def _place(self) -> Scope:
        return Scope(
            self._scope.region_name or _compat.default_region(), self._scope.account_id or _compat.default_account()
        )


def call_log(face_liveness: FaceLiveness) -> str:
    """Return the calls, a line each, for the report of a test that failed."""
    try:
        store = face_liveness._store
        return reporting.call_log(face_liveness.calls, store.sessions(Scope()), store.unused(Scope()))
    except RuntimeError as error:  # the test ended the mock itself
        return str(error)


def _store_at(endpoint_url: str | None) -> LocalStore | RemoteStore:
    server = _compat.server_endpoint() if endpoint_url is None else endpoint_url
    if server is None:
        return LocalStore(check_mock)
    # A good part of the time that importing this package takes, and most tests have no server.
    from moto_liveness.control.remote import RemoteStore

    return RemoteStore(server, check_mock if endpoint_url is None else always_ready)
