"""FaceLiveness, the handle that a test holds: a scope over the state of the running mock."""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from botocore.exceptions import ConnectionError as NetworkError
from botocore.exceptions import HTTPClientError
from moto import mock_aws

from moto_liveness import _compat
from moto_liveness.control import reporting
from moto_liveness.control.decorator import decorate
from moto_liveness.control.lines import line_of_the_test
from moto_liveness.control.local import LocalStore, check_scope
from moto_liveness.control.scenario import seeds_of
from moto_liveness.control.store import AnySeed, Store
from moto_liveness.core import checks
from moto_liveness.core.calls import Call
from moto_liveness.core.operations import GET_RESULTS, operation_named
from moto_liveness.core.progress import check_steps
from moto_liveness.core.scenarios import Scenario
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.script import Strictness
from moto_liveness.core.seeds import ErrorSeed, ExceptionSeed, ScenarioSeed, Seed
from moto_liveness.core.session import Session
from moto_liveness.core.steps import ApiError, Created, Expired, Step
from moto_liveness.core.unseeded import UnseededSessionError

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


_Test = TypeVar("_Test", bound="Callable[..., Any]")

_NO_MOCK = (
    "no mock is active: mock_aws clears all state when it starts and when it stops, so this seed would be lost, and "
    "earlier calls are gone. Use the handle inside `with FaceLiveness() as face_liveness:`, in a test that takes the "
    "pytest fixture face_liveness, or while @mock_aws runs the test."
)


class _Block(NamedTuple):
    savepoint: int
    started: contextlib.ExitStack
    #: How many seeds the handle had queued before the block.
    queued: int


# The handles whose blocks are open in this process, the innermost last.
_OPEN: list[FaceLiveness] = []


class FaceLiveness:
    """Scripts the outcome of Face Liveness checks and records the calls that the code under test makes.

    As a context manager it starts mock_aws. While the block is open, polling a session that no test said anything about
    raises UnseededSessionError. When it ends without an exception, it raises AssertionError if a seed was never used or
    was lost. Inside a mock that is already running, leaving the block takes back what was added in it. The pytest
    fixture face_liveness is such a block, and the decorator is one around functions, coroutines and tests of classes.
    Inside mock_aws a plain FaceLiveness() works without a block; it then checks nothing unless a test calls
    assert_all_used() or assert_all_seeded().

    assert_all_used: whether the end of the block checks for unused seeds.
    assert_all_seeded: whether polling a session without a seed is an error.
    strict_regions: whether CreateFaceLivenessSession is refused, as by AWS, in regions that do not serve Face Liveness.
    endpoint_url: the URL of a moto_liveness_server. The handle then scripts that server, and starts no mock in this
    process. With moto's TEST_SERVER_MODE it does so by itself, on the server that mock_aws sends everything to.

    Every method except at() raises RuntimeError while no mock is active, or while no server answers. FaceLiveness()
    itself raises TypeError for other values than true and false, and ValueError for a URL that is not of http or https.

    https://docs.aws.amazon.com/rekognition/latest/dg/face-liveness.html
    """

    def __init__(
        self,
        *,
        assert_all_used: bool = True,
        assert_all_seeded: bool = True,
        strict_regions: bool = False,
        endpoint_url: str | None = None,
    ) -> None:
        self._assert_all_used = checks.flag("assert_all_used", assert_all_used)
        self._strictness = Strictness(
            checks.flag("assert_all_seeded", assert_all_seeded), checks.flag("strict_regions", strict_regions)
        )
        self._scope = ANYWHERE
        self._store = _store_at(_compat.server_endpoint() if endpoint_url is None else endpoint_url)
        self._needs_mock = endpoint_url is None
        self._blocks: list[_Block] = []
        self._queued: list[Seed] = []

    def __repr__(self) -> str:
        return f"<FaceLiveness at region_name={self._scope.region_name!r}, account_id={self._scope.account_id!r}>"

    @property
    def _state(self) -> Store:
        if self._needs_mock and not _compat.mock_is_active():
            raise RuntimeError(_NO_MOCK)
        return self._store

    @property
    def _since(self) -> int:
        return self._blocks[-1].savepoint if self._blocks else 0

    def __enter__(self) -> FaceLiveness:
        with contextlib.ExitStack() as started:
            if self._needs_mock:
                started.enter_context(mock_aws())
            if not _OPEN:
                self._state.check_clean()
            savepoint = self._state.begin_block(self._strictness)
            self._blocks.append(_Block(savepoint, started.pop_all(), len(self._queued)))
            _OPEN.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        block = self._blocks[-1]
        with block.started:
            try:
                # As a note on failed assertions only: pytest.raises(match=...) reads the notes of other exceptions.
                # Exceptions have notes since Python 3.11.
                if isinstance(error, AssertionError) and hasattr(error, "add_note"):  # pragma: >=3.11 cover
                    error.add_note(f"{reporting.SECTION}:\n{call_log(self)}")
                if kind is None and self._strictness.assert_all_seeded:
                    self.assert_all_seeded()
                if kind is None and self._assert_all_used:
                    self.assert_all_used()
            finally:
                self._blocks.pop()
                _OPEN.remove(self)
                del self._queued[block.queued :]
                # If the block raised, its exception matters, not that its server is gone too.
                with contextlib.suppress(*([RuntimeError] if kind else [])):
                    self._state.rollback(block.savepoint)

    async def __aenter__(self) -> FaceLiveness:
        return self.__enter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(kind, error, traceback)

    def __call__(self, test: _Test) -> _Test:
        """Run a function, a coroutine function, or each test of a class inside a block."""
        return decorate(self, test)

    def at(self, region_name: str | None = None, account_id: str | None = None) -> FaceLiveness:
        """Return a handle for one region, one account, or both. What is left out stays as it is here.

        Its seeds serve only sessions of that place, and its lists hold only what happened there.

        region_name: a region of Rekognition; moto's MOTO_ALLOW_NONEXISTENT_REGION allows any.
        account_id: twelve digits.

        Raises ValueError for any other region or account.
        """
        narrowed = copy.copy(self)
        narrowed._scope = check_scope(
            Scope(
                self._scope.region_name if region_name is None else region_name,
                self._scope.account_id if account_id is None else account_id,
            )
        )
        return narrowed

    def queue(self, *steps: Step | Scenario, session_id: str | None = None, optional: bool = False) -> Seed:
        """Queue the steps of the next session: queue(a, b, c) is one session going through a, b and c.

        Sessions take seeds first in, first out, when they are created. A seed that no session takes is an error at the
        end of the test.

        A scenario is queued by itself, with the errors beside its session: they are outages, which last. It is used
        when a session has its steps and each of its errors was raised.

        steps: at least one, in an order that a session of AWS can go through, or one scenario. The last one stays
        until the session expires, 180 seconds after it was created.
        session_id: the id that CreateFaceLivenessSession answers, a UUID in lower case; a new one if left out.
        optional: whether the seed may go unused.

        Raises TypeError or ValueError for steps that no session could go through, and for a session_id that exists or
        is queued already. Earlier seeds then stay queued.
        """
        seeds = seeds_of(steps, requested_id=session_id, optional=optional, queued_at=line_of_the_test())
        queued = queue_all(self, seeds)
        return ScenarioSeed(queued) if queued[0].scenario else queued[0]

    def queue_error(
        self,
        code: str,
        message: str | None = None,
        *,
        operation: str = GET_RESULTS.name,
        times: int | None = 1,
        session_id: str | None = None,
        http_status: int | None = None,
        when: str = "start",
        optional: bool = False,
    ) -> Seed:
        """Queue an error for the next calls of an operation. Afterwards sessions go on as if nothing had happened.

        code: an error that AWS models for the operation, such as "ThrottlingException", or one of AWS's common errors,
        such as "ExpiredTokenException". Any other code needs an http_status.
        message: the text of the error; AWS's own if left out or None, no text if "".
        operation: "GetFaceLivenessSessionResults", "CreateFaceLivenessSession", "StartFaceLivenessSession",
        "CompareFaces" or "DetectFaces".
        times: how many calls get the error; None for all calls from now on, an outage. botocore repeats a call after
        throttling and 5xx, and all attempts of one call get the same answer.
        session_id: if given, only polls or the stream of that session get the error.
        http_status: the status of the answer, 400 to 599; AWS's own if left out.
        when: for StartFaceLivenessSession, whether the error refuses the stream ("start") or takes the place of the
        DisconnectionEvent at its "end". There the code can also be "StreamIdleTimeout" or "SessionExpired", for which
        the service closes the connection, or "ConnectionLost".
        optional: whether the error may be raised less often.

        Raises TypeError or ValueError for an operation that does not exist, for a code that AWS does not have, and for
        arguments that do not go together, such as a session_id for an operation that names no session.

        https://docs.aws.amazon.com/rekognition/latest/APIReference/CommonErrors.html
        """
        seed = ErrorSeed(
            code=code,
            message=message,
            http_status=http_status,
            when=when,
            operation=operation_named(operation),
            times=times,
            session_id=session_id,
            optional=optional,
            queued_at=line_of_the_test(),
        )
        return queue_all(self, [seed])[0]

    def queue_exception(
        self,
        exception: Exception,
        *,
        operation: str = GET_RESULTS.name,
        times: int | None = 1,
        session_id: str | None = None,
        optional: bool = False,
    ) -> Seed:
        """Queue a failure of the network for the next calls of an operation.

        The client raises the exception where the network would, after its own retries. On a server only
        ConnectionClosedError and ReadTimeoutError can happen: it shuts the connection, or does not answer.

        exception: an instance of one of botocore's errors of the network, such as ReadTimeoutError, or an OSError.
        operation: as for queue_error, but not "StartFaceLivenessSession", which is not called through botocore.
        times: how many calls fail; None for all calls from now on.
        session_id: if given, only polls of that session fail.
        optional: whether it may be raised less often.

        Raises TypeError for any other exception, and ValueError for one that cannot happen on a server, and for
        StartFaceLivenessSession.
        """
        if not isinstance(exception, (HTTPClientError, NetworkError, OSError)):
            raise TypeError(
                "exception must be an instance of one of botocore's errors of the network, such as "
                f"ReadTimeoutError(endpoint_url='...'), or of OSError, not {checks.short_repr(exception)}"
            )
        seed = ExceptionSeed(
            exception=exception,
            operation=operation_named(operation),
            times=times,
            session_id=session_id,
            optional=optional,
            queued_at=line_of_the_test(),
        )
        return queue_all(self, [seed])[0]

    def withdraw(self) -> None:
        """Remove the seeds of this handle's region and account that are not used up, as if they had not been queued."""
        self._state.withdraw(self._scope)
        for seed in self._queued:
            seed.withdrawn |= self._scope.covers(seed.scope) and not seed.used

    def add_session(self, *steps: Step, session_id: str | None = None) -> Session:
        """Add a session that exists now, for code that only polls. Without steps it is CREATED; it is never "unused".

        It belongs to the region and account of this handle, see at(), or else to boto3's default region and moto's
        default account. Polls return all the audit images of its steps. It expires 180 seconds from now.

        steps: as for queue.
        session_id: a UUID in lower case; a new one if left out.

        Raises TypeError or ValueError for steps that no session could go through, for another session_id, and for one
        that exists already.
        """
        checked = check_steps("add_session", steps or (Created(),))
        place = check_scope(
            Scope(
                self._scope.region_name or _compat.default_region(),
                self._scope.account_id or _compat.default_account(),
            )
        )
        return self._state.add_session(place, checked, None if session_id is None else checks.session_id(session_id))

    def set_default(self, *steps: Step) -> None:
        """Set the steps of all sessions without a seed. Otherwise they are CREATED until they expire.

        Use it with care: after set_default(Succeeded(confidence=99.0)) no check can fail.

        steps: as for queue. Of two defaults the one of the narrower place wins, see at(), and then the later one.

        Raises TypeError or ValueError for steps that no session could go through.
        """
        self._state.set_default(self._scope, check_steps("set_default", steps))

    def set_after_expiry(self, step: Expired | ApiError) -> None:
        """Set what a poll gets once the three minutes are over, which AWS does not document.

        step: Expired(), the default, for Status EXPIRED; ApiError("SessionNotFoundException") is also plausible.

        Raises TypeError for any other step.
        """
        if not isinstance(step, (Expired, ApiError)):
            raise TypeError(
                "only EXPIRED or an error can come after the three minutes, "
                f"not {getattr(step, 'status', None) or checks.short_repr(step)}"
            )
        self._state.set_after_expiry(self._scope, step)

    def session(self, session_id: str) -> Session:
        """Return the session with this id, created or added. Reading it is not a poll.

        session_id: the SessionId of AWS's answer.

        Raises LookupError, with the sessions that exist, if there is none in the region and account of this handle.
        """
        session = self._state.session(checks.text("session_id", session_id))
        if session is None or not self._scope.covers(session.place):
            raise LookupError(reporting.unknown_session(session_id, self._state.sessions(ANYWHERE)))
        return session

    @property
    def sessions(self) -> list[Session]:
        """The sessions of this block, created or added, in their order; without a block, those of the running mock."""
        return self._state.sessions(self._scope, self._since)

    @property
    def calls(self) -> list[Call]:
        """The calls of this block that the code under test made, in their order; without a block, those of the mock."""
        return self._state.calls(self._scope, self._since)

    def assert_all_used(self) -> None:
        """Raise AssertionError if a seed that is not optional was never used, or was lost to a reset.

        The message lists the sessions that were created.
        """
        unused, lost = self._state.unused(self._scope, self._since), self._lost()
        if unused or lost:
            sessions, calls = self._state.sessions(ANYWHERE, self._since), self._state.calls(ANYWHERE, self._since)
            raise AssertionError(reporting.unused_seeds(unused, lost, sessions, calls))

    def assert_all_seeded(self) -> None:
        """Raise UnseededSessionError if a session was polled that no seed, default or set_outcome was given for."""
        messages = self._state.unseeded(self._since)
        if messages:
            raise UnseededSessionError("\n\n".join(messages))

    def _lost(self) -> list[str]:
        queued = self._queued[self._blocks[-1].queued if self._blocks else 0 :]
        waiting = [seed for seed in queued if not seed.optional and not seed.withdrawn]
        fates = [(seed, self._state.fate(seed)) for seed in waiting if self._scope.covers(seed.scope)]
        return [f"{seed}: {fate}" for seed, fate in fates if fate is not None and not seed.used]


def queue_all(face_liveness: FaceLiveness, seeds: Sequence[AnySeed]) -> list[Seed]:
    """Queue seeds for the region and account of a handle, all of them at once."""
    for seed in seeds:
        seed.scope = face_liveness._scope
    queued = face_liveness._state.add(seeds)
    face_liveness._queued.extend(queued)
    return queued


def call_log(face_liveness: FaceLiveness) -> str:
    """Return the calls, a line each, for the report of a failed test."""
    try:
        state, since = face_liveness._state, face_liveness._since
        unused = state.unused(ANYWHERE, since)
        log = reporting.call_log(face_liveness.calls, state.sessions(ANYWHERE), unused, state.forgotten_calls())
        return log + reporting.hanging_streams(state.streams(since))
    except RuntimeError as error:  # the test stopped the mock itself
        return str(error)


def handle_of_this_process() -> FaceLiveness:
    """Return the handle behind the HTTP routes: the state of this process, whether or not a mock is active.

    With TEST_SERVER_MODE a plain FaceLiveness() in a server on port 5000 would send its requests to itself.
    """
    face_liveness = FaceLiveness()
    face_liveness._store, face_liveness._needs_mock = LocalStore(), False
    return face_liveness


def _store_at(endpoint_url: str | None) -> Store:
    if endpoint_url is None:
        return LocalStore()
    # Importing it takes a good part of the time that importing this package takes, and most tests have no server.
    from moto_liveness.control.remote import RemoteStore

    return RemoteStore(endpoint_url)
