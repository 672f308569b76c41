"""FaceLiveness, the handle that a test holds: a scope over the state of the running mock."""

from __future__ import annotations

import contextlib
import copy
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any, NamedTuple, NoReturn, TypeVar

# Imported so that the import hook has run, and its failures are known, before the first FaceLiveness().
import moto.rekognition.responses  # noqa: F401
from botocore.exceptions import ConnectionError as NetworkError
from botocore.exceptions import HTTPClientError
from moto import mock_aws

from moto_liveness import _compat
from moto_liveness.control import reporting
from moto_liveness.control.decorator import decorate
from moto_liveness.control.local import LocalStore, check_scope, placed
from moto_liveness.control.objects import Part, Seed, Session, end_sessions, session_of
from moto_liveness.control.seeding import seeds_of
from moto_liveness.control.store import Store
from moto_liveness.core import checks, commands, failures
from moto_liveness.core.calls import Call
from moto_liveness.core.forks import FORKS
from moto_liveness.core.lines import line_of_the_test
from moto_liveness.core.misplaced import call_for, code_of
from moto_liveness.core.operations import GET_RESULTS, operation_named
from moto_liveness.core.read_only import ReadOnly
from moto_liveness.core.scenarios import Scenario
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.script import Strictness
from moto_liveness.core.seeds import AnySeed, DelaySeed, ErrorSeed, ExceptionSeed
from moto_liveness.core.steps import ApiError, Created, Expired, Step
from moto_liveness.core.stream import is_reachable
from moto_liveness.core.unseeded import UnseededSessionError
from moto_liveness.core.views import FATES, StateView

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

_Test = TypeVar("_Test", bound="Callable[..., Any]")

_NO_MOCK = (
    "no mock is active: mock_aws clears all state when it starts and when it stops, so this seed would be lost, and "
    "earlier calls are gone. Use the handle inside `with FaceLiveness() as face_liveness:`, in a test that takes the "
    "pytest fixture face_liveness, or while @mock_aws runs the test."
)
_NO_MOCK_BUT_A_SERVER = (
    "no mock is active, but a server is: FaceLiveness() scripts mock_aws in this process. Use the handle of the "
    "server, face_liveness_server.face_liveness; for mock_aws, take the fixture face_liveness or open a block."
)

# Failures after which AWS cannot have got the call.
_CONNECTING = (NetworkError, ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
_OPTIONS = ("assert_all_used", "assert_all_seeded", "strict_regions", "endpoint_url")

# The fates of how many seeds one request asks for: a URL has at most 64 KB.
_MOST_ASKED = 1_000
# How many polls of sessions without a seed one message lists.
_MOST_UNSEEDED = 20


class _Block(NamedTuple):
    savepoint: int
    #: The life of the state that it belongs to.
    life: str
    store: Store
    started: contextlib.ExitStack
    #: How many children this process had forked before.
    forks: int
    #: The calls of inner blocks that an exception left, which went with them.
    inner: list[str]


# The blocks that are open in this process, the innermost last.
_OPEN: list[_Block] = []


class FaceLiveness(ReadOnly):
    """Scripts the outcome of Face Liveness checks and records the calls that the code under test makes.

    As a context manager it starts mock_aws. While the block is open, polling a session whose outcome no test has set
    raises UnseededSessionError. When it ends without an exception, it raises AssertionError if a seed was never used or
    was lost. Inside a mock that is already running, leaving the block rolls back what was added in it. The pytest
    fixture face_liveness is such a block, and the decorator is one around functions, coroutines and tests of classes.
    Inside mock_aws a plain FaceLiveness() works without a block; it then checks nothing unless a test calls
    assert_all_used() or assert_all_seeded().

    Every method except at() raises RuntimeError while no mock is active, or while no server answers.

    https://docs.aws.amazon.com/rekognition/latest/dg/face-liveness.html

    Args:
        assert_all_used: whether the end of the block checks for unused seeds.
        assert_all_seeded: whether polling a session without a seed is an error.
        strict_regions: whether creates, polls and streams are refused, as by AWS, in regions that do not serve Face
            Liveness.
        endpoint_url: the URL of a moto_liveness_server. The handle then scripts that server, and starts no mock in this
            process. With moto's TEST_SERVER_MODE it does so by itself, on the server that mock_aws sends everything to.

    Raises:
        TypeError: for values other than True and False.
        ValueError: for a URL that is neither http nor https.
        RuntimeError: if the operations could not be installed when moto was imported.
    """

    _instead = "The calls of the code under test change it."

    def __init__(
        self,
        *misplaced: NoReturn,
        assert_all_used: bool = True,
        assert_all_seeded: bool = True,
        strict_regions: bool = False,
        endpoint_url: str | None = None,
    ) -> None:
        failures.check()
        if misplaced:
            raise TypeError(_misplaced(misplaced[0]))
        self._assert_all_used = checks.flag("assert_all_used", assert_all_used)
        self._strictness = Strictness(
            checks.flag("assert_all_seeded", assert_all_seeded), checks.flag("strict_regions", strict_regions)
        )
        self._scope = ANYWHERE
        self._any_life = _store_at(_compat.server_endpoint() if endpoint_url is None else endpoint_url)
        self._needs_mock = endpoint_url is None
        self._blocks: list[_Block] = []
        # The seeds that are not optional, by number: losing one is an error.
        self._queued: dict[int, Part] = {}

    def __repr__(self) -> str:
        region = self._scope.region_name or "any region"
        account = f"account {self._scope.account_id}" if self._scope.account_id else "any account"
        block = "inside its block" if self._blocks else "outside of a block"
        return f"<FaceLiveness of {self._store.endpoint_url or 'mock_aws'}, {region}, {account}, {block}>"

    def _not_settable(self, name: str, value: object) -> str:
        if name in _OPTIONS:
            return f"{name} cannot be set: pass it, as in FaceLiveness({name}={value!r})"
        return super()._not_settable(name, value)

    @property
    def _store(self) -> Store:
        return self._blocks[-1].store if self._blocks else self._any_life

    @property
    def _state(self) -> Store:
        if self._needs_mock and not _compat.mock_is_active():
            raise RuntimeError(_NO_MOCK_BUT_A_SERVER if is_reachable() else _NO_MOCK)
        return self._store

    @property
    def _since(self) -> int:
        return self._blocks[-1].savepoint if self._blocks else 0

    def __enter__(self) -> FaceLiveness:
        with contextlib.ExitStack() as started:
            if self._needs_mock:
                started.enter_context(mock_aws())
            outermost = self._store.endpoint_url is not None and self._is_outermost()
            begun = self._state.do(commands.BeginBlock(**self._strictness._asdict(), outermost=outermost))
            store = self._any_life.of_life(begun.life)
            self._blocks.append(_Block(begun.number, begun.life, store, started.pop_all(), FORKS.count, []))
            _OPEN.append(self._blocks[-1])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not self._blocks:
            raise RuntimeError("this handle has no open block: it has already ended, or was never entered")
        block = self._blocks[-1]
        with block.started:
            try:
                self._note(kind, error, traceback)
                self._pass_on(error)
                if kind is None and self._strictness.assert_all_seeded:
                    self.assert_all_seeded()
                if kind is None and self._assert_all_used:
                    self.assert_all_used()
            finally:
                for number in self._queued_since(block.savepoint):
                    del self._queued[number]
                try:
                    # If the block raised, its exception matters, not that its server is gone too.
                    with contextlib.suppress(*([RuntimeError] if kind else [])):
                        if self._store.endpoint_url is not None:
                            end_sessions(self._store, block.savepoint, lambda: self._snapshot(block.savepoint).sessions)
                        self._state.do(commands.Rollback(since=block.savepoint))
                finally:
                    _OPEN.remove(self._blocks.pop())

    def _note(
        self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        """Add the calls to an exception that leaves the block."""
        # As a note on failed assertions only: pytest.raises(match=...) reads the notes of other exceptions.
        # Exceptions have notes since Python 3.11.
        if isinstance(error, AssertionError) and hasattr(error, "add_note"):  # pragma: >=3.11 cover
            error.add_note(f"{reporting.SECTION}:\n{call_log(self)}")

    def _pass_on(self, error: BaseException | None) -> None:
        """Keep the calls for the report of the block around this one, if no note has them."""
        noted = isinstance(error, AssertionError) and hasattr(error, "add_note")
        if error is not None and len(_OPEN) > 1 and not noted:
            ended = f"An inner block ended with {type(error).__name__}, after these calls:"
            _OPEN[-2].inner.append(f"{ended}\n{call_log(self)}")

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
        """Return a handle for one region, one account, or both. What is left out is inherited.

        Its seeds serve only sessions of that place, and its lists hold only what happened there.

        Args:
            region_name: a region of Rekognition; moto's MOTO_ALLOW_NONEXISTENT_REGION allows any.
            account_id: twelve digits.

        Raises:
            ValueError: for any other region or account.
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

        A scenario is queued by itself, together with its errors, which are outages and last. It is used once a session
        has got its steps and each of its errors was raised.

        Args:
            *steps: 1 to 1,000, in an order that a session of AWS can go through, or one scenario. The last one stays
                until the session expires, 180 seconds after it was created.
            session_id: the id that CreateFaceLivenessSession answers, a UUID in lower case; a new one if left out.
            optional: whether the seed may go unused.

        Raises:
            TypeError, ValueError: for steps that no session could go through, and for a session_id that exists or is
                queued already. Earlier seeds then stay queued.
        """
        seeds = seeds_of(
            steps, scope=self._scope, requested_id=session_id, optional=optional, queued_at=line_of_the_test()
        )
        return queue_all(self, seeds)

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

        https://docs.aws.amazon.com/rekognition/latest/APIReference/CommonErrors.html

        Args:
            code: an error that AWS models for the operation, such as "ThrottlingException", or one of AWS's common
                errors, such as "ExpiredTokenException". Any other code needs an http_status.
            message: the text of the error; AWS's own if left out or None, no text if "".
            operation: "GetFaceLivenessSessionResults", "CreateFaceLivenessSession", "StartFaceLivenessSession",
                "CompareFaces", "DetectFaces", or one of the operations on collections, such as "IndexFaces".
            times: how many calls get the error; None for all calls from now on, an outage. botocore repeats a call
                after throttling and 5xx, and all attempts of one call get the same answer.
            session_id: if given, only polls or the stream of that session get the error.
            http_status: the status of the answer, 400 to 599; AWS's own if left out.
            when: for StartFaceLivenessSession, whether the error refuses the stream ("start") or takes the place of the
                DisconnectionEvent at its "end". There the code can also be "StreamIdleTimeout" or "SessionExpired", for
                which the service closes the connection, and any other code with an http_status, which is not sent then.
                "ConnectionLost" is no answer at all with "connect", and a cut after the stream was accepted with
                "start", or after its video with "end".
            optional: whether the error may be raised less often.

        Raises:
            TypeError, ValueError: for an operation that does not exist, for a code that AWS does not have, and for
                arguments that do not go together, such as a session_id for an operation that names no session.
            ValueError: for StartFaceLivenessSession where no client can stream: in mock_aws without a server.
        """
        instead = call_for(code)
        if instead:
            raise TypeError(f"queue_error takes the code of an AWS error: write {instead}")
        seed = ErrorSeed(
            code=code,
            message=message,
            http_status=http_status,
            when=when,
            operation=operation_named(operation),
            times=times,
            session_id=session_id,
            optional=optional,
            scope=self._scope,
            queued_at=line_of_the_test(),
        )
        return queue_all(self, (seed,))

    def queue_exception(
        self,
        exception: Exception,
        *,
        operation: str = GET_RESULTS.name,
        times: int | None = 1,
        session_id: str | None = None,
        when: str = "start",
        optional: bool = False,
    ) -> Seed:
        """Queue a network failure for the next calls of an operation.

        The client raises the exception where the network would, after its own retries. On a server only
        ConnectionClosedError and ReadTimeoutError can happen: it shuts the connection, or does not answer. All
        attempts of one call fail alike.

        Args:
            exception: an instance of one of botocore's network errors, such as ReadTimeoutError, or an OSError.
            operation: as for queue_error, but not "StartFaceLivenessSession", which is not called through botocore.
            times: how many calls fail; None for all calls from now on.
            session_id: if given, only polls of that session fail.
            when: "start", the default, if the call never reaches AWS: nothing happens there. "end" if AWS carries it
                out and the answer is lost: CreateFaceLivenessSession has created a session, which took its seed, and
                code that creates again without the same ClientRequestToken makes a second one. A refused call loses
                nothing.
            optional: whether it may be raised less often.

        Raises:
            TypeError: for any other exception.
            ValueError: for one that cannot happen on a server, for another when, for an error of connecting, such as
                ConnectTimeoutError, with "end", and for StartFaceLivenessSession.
        """
        if code_of(exception):
            raise TypeError(f"queue_exception takes a network failure: write {call_for(exception)}")
        if not isinstance(exception, (HTTPClientError, NetworkError, OSError)):
            raise TypeError(
                "exception must be an instance of one of botocore's network errors, such as "
                f"ReadTimeoutError(endpoint_url='...'), or of OSError, not {checks.short_repr(exception)}"
            )
        if when == "end" and isinstance(exception, _CONNECTING):
            raise ValueError(
                f"{type(exception).__name__} means that there was no connection, so AWS never got the call: leave when "
                "out, or queue an error that loses an answer, ReadTimeoutError or ConnectionClosedError"
            )
        seed = ExceptionSeed(
            exception=exception,
            operation=operation_named(operation),
            times=times,
            session_id=session_id,
            when=when,
            optional=optional,
            scope=self._scope,
            queued_at=line_of_the_test(),
        )
        return queue_all(self, (seed,))

    def queue_delay(
        self,
        seconds: float,
        *,
        when: str = "start",
        times: int | None = 1,
        session_id: str | None = None,
        optional: bool = False,
    ) -> Seed:
        """Queue a delay in one phase of the next streams.

        It can be queued beside an error of the same phase, which is then late.

        https://docs.aws.amazon.com/rekognition/latest/APIReference/API_rekognitionstreaming_StartFaceLivenessSession.html

        Args:
            seconds: real seconds, whatever clock a test moves; above 0, at most 180.
            when: "connect" before the stream is accepted, with a 101 or an HTTP status; "start" before the first event;
                "end" before the DisconnectionEvent, until when the session is IN_PROGRESS.
            times: how many streams are late; None for all streams from now on.
            session_id: if given, only the stream of that session is delayed.
            optional: whether fewer streams may be late.

        Raises:
            TypeError, ValueError: for arguments outside of these ranges, and where no client can stream: in mock_aws
                without a server.
        """
        seed = DelaySeed(
            seconds=seconds,
            when=when,
            times=times,
            session_id=session_id,
            optional=optional,
            scope=self._scope,
            queued_at=line_of_the_test(),
        )
        return queue_all(self, (seed,))

    def withdraw(self) -> None:
        """Remove the seeds of this handle's region and account that are not used up, as if they had not been queued."""
        self._state.do(commands.Withdraw(**self._place))

    def add_session(self, *steps: Step, session_id: str | None = None) -> Session:
        """Add a session that exists now, for code that only polls. CREATED without steps; it never counts as unused.

        It belongs to the region and account of this handle, see at(), or else to boto3's default region and moto's
        default account. Polls return all the audit images of its steps. It expires 180 seconds from now.

        Args:
            *steps: as for queue.
            session_id: a UUID in lower case; a new one if left out.

        Raises:
            TypeError, ValueError: for steps that no session could go through, for another session_id, and for one that
                exists already.
        """
        place = placed(self._scope)
        command = commands.AddSession(
            steps=steps or (Created(),),
            session_id=session_id,
            region_name=place.region_name,
            account_id=place.account_id,
        )
        return session_of(self._store, self._state.do(command))

    def set_default(self, *steps: Step) -> None:
        """Set the steps of all sessions without a seed. Otherwise they are CREATED until they expire.

        Use it with care: after set_default(Succeeded(confidence=99.0)) no check can fail.

        Args:
            *steps: as for queue. The default for the narrowest scope wins, see at(); of equally narrow ones, the
                latest.

        Raises:
            TypeError, ValueError: for steps that no session could go through.
        """
        self._state.do(commands.SetDefault(steps=steps, **self._place))

    def set_after_expiry(self, step: Expired | ApiError) -> None:
        """Set what a poll gets once the three minutes are over, which AWS does not document.

        Args:
            step: Expired(), the default, for Status EXPIRED; ApiError("SessionNotFoundException") is also plausible.

        Raises:
            TypeError: for any other step.
        """
        self._state.do(commands.SetAfterExpiry(step=step, **self._place))

    def set_output_check(self, when: str) -> None:
        """Set when a session with an invalid S3 bucket or KMS key is refused, which AWS does not document.

        https://docs.aws.amazon.com/rekognition/latest/APIReference/API_rekognitionstreaming_StartFaceLivenessSession.html

        Args:
            when: "create", the default: CreateFaceLivenessSession gets an InvalidParameterException. "stream": the
                session is created, and StartFaceLivenessSession gets a ValidationException, for which AWS's reference
                gives these reasons. Images are then written later than by the create.

        Raises:
            ValueError: for anything else.
        """
        self._state.do(commands.SetOutputCheck(when=when, **self._place))

    def session(self, session_id: str) -> Session:
        """Return the session with this id, created or added. Reading it is not a poll.

        Args:
            session_id: the SessionId of AWS's answer.

        Raises:
            LookupError: if there is none in the region and account of this handle. The message lists the sessions that
                exist.
        """
        checks.text("session_id", session_id)
        try:
            command = commands.ShowSession(session_id=checks.session_id(session_id), **self._place)
        except ValueError:  # no session has such an id
            raise LookupError(reporting.unknown_session(session_id, self._snapshot().sessions)) from None
        return session_of(self._store, self._state.do(command))

    @property
    def sessions(self) -> list[Session]:
        """The sessions of this block, created or added, in order; without a block, those of the running mock."""
        found = self._snapshot(self._since, self._scope).sessions
        return [session_of(self._store, session) for session in found]

    @property
    def calls(self) -> list[Call]:
        """The calls of this block that the code under test made, in order; without a block, those of the mock."""
        return [*self._snapshot(self._since, self._scope).calls]

    def people_in(self, collection_id: str) -> list[str]:
        """Return whose faces are in a collection: a name for each face, in the order in which they were indexed.

        https://docs.aws.amazon.com/rekognition/latest/APIReference/API_IndexFaces.html

        Args:
            collection_id: the CollectionId, as the code under test created it in the region and account of this handle.

        Raises:
            TypeError: for anything but a str.
            LookupError: if there is none with this id, or several in different regions or accounts. The message lists
                the collections that exist.
        """
        if not re.fullmatch(commands.COLLECTION_ID, checks.text("collection_id", collection_id)):
            raise LookupError(reporting.not_one_collection(collection_id, (), self._snapshot().collections))
        return [*self._state.do(commands.ShowPeople(collection_id=collection_id, **self._place)).people]

    def assert_all_used(self) -> None:
        """Raise AssertionError if a seed that is not optional was never used, or was lost to a reset.

        The message lists the sessions that were created.
        """
        state, lost = self._with_lost_seeds()
        unused = [seed.text for seed in state.unused_seeds if not seed.optional and self._scope.covers(seed.scope)]
        if unused or lost:
            forked = self._store.endpoint_url is None and bool(self._blocks) and FORKS.count > self._blocks[-1].forks
            raise AssertionError(reporting.unused_seeds(unused, lost, state.sessions, state.calls, forked=forked))

    def assert_all_seeded(self) -> None:
        """Raise UnseededSessionError if a session without a seed, default or set_outcome was polled."""
        messages = self._snapshot(self._since).unseeded_polls
        if messages:
            left_out = len(messages) - _MOST_UNSEEDED
            more = [f"and {left_out:,} more sessions without a seed"] if left_out > 0 else []
            raise UnseededSessionError("\n\n".join([*messages[:_MOST_UNSEEDED], *more]))

    @property
    def _place(self) -> dict[str, str | None]:
        return self._scope.arguments()

    def _queued_since(self, savepoint: int) -> list[int]:
        return [number for number in list(self._queued) if number > savepoint]

    def _snapshot(
        self, since: int = 0, scope: Scope = ANYWHERE, seeds: Sequence[int] = (), limit: int | None = None
    ) -> StateView:
        command = commands.ShowState(since=since, seeds=tuple(seeds), limit=limit)
        return self._state.do(replace(command, region_name=scope.region_name, account_id=scope.account_id))

    def _with_lost_seeds(self) -> tuple[StateView, list[str]]:
        """Return the state of this block, and the seeds of this handle that it has lost."""
        numbers = self._queued_since(self._since)
        state = self._snapshot(self._since, seeds=numbers[:_MOST_ASKED])
        lost = [*self._lost(state.fates)]
        for start in range(_MOST_ASKED, len(numbers), _MOST_ASKED):
            lost += self._lost(self._snapshot(limit=0, seeds=numbers[start : start + _MOST_ASKED]).fates)
        return state, lost

    def _lost(self, fates: Mapping[str, str]) -> Iterator[str]:
        for number, fate in fates.items():
            part = self._queued[int(number)]
            if fate not in ("used", "withdrawn") and self._scope.covers(part.scope):
                yield f"{part.now().text}: {FATES[fate]}"

    def _is_outermost(self) -> bool:
        """Return whether no block is open on this server, whatever name the server is called by.

        Raises:
            RuntimeError: if the block would begin among seeds that others left behind.
        """
        if _OPEN:
            life = self._snapshot(limit=0).life
            if any(block.life == life for block in _OPEN):
                return False
        unused = [seed.text for seed in self._snapshot().unused_seeds if not seed.optional]
        if unused:
            raise RuntimeError(reporting.left_behind(str(self._store.endpoint_url), unused))
        return True


def _misplaced(value: object) -> str:
    if callable(value):
        return "the decorator needs its parentheses: write @FaceLiveness()"
    if isinstance(value, str):
        return f"pass the URL by name: FaceLiveness(endpoint_url={checks.short_repr(value)})"
    return f"pass arguments by name ({', '.join(_OPTIONS)}), not {checks.short_repr(value)}"


def queue_all(face_liveness: FaceLiveness, seeds: Sequence[AnySeed]) -> Seed:
    """Queue seeds, all of them at once, and return them as one."""
    place = seeds[0].scope.arguments()
    numbers = face_liveness._state.do(commands.QueueResults(results=tuple(seeds), **place)).seeds
    queued = Seed(face_liveness._store, seeds, numbers)
    if not seeds[0].optional:
        face_liveness._queued.update(zip(numbers, queued.parts, strict=True))
    return queued


def call_log(face_liveness: FaceLiveness, error: BaseException | None = None) -> str:
    """Return the calls, a line each, for the report of a test that failed with an error."""
    try:
        state, lost = face_liveness._with_lost_seeds()
        log = reporting.call_log(state, lost, face_liveness._scope, error)
        inner = face_liveness._blocks[-1].inner if face_liveness._blocks else []
        url = face_liveness._store.endpoint_url
        log = "\n\n".join([log, *inner])
        if url is None:
            return log
        called, in_server_mode = bool(state.calls or inner), face_liveness._needs_mock
        about = reporting.about_a_server(state, url, called=called, in_server_mode=in_server_mode)
        return "\n\n".join([log, *about])
    except RuntimeError as stopped:  # the test stopped the mock itself
        return str(stopped)


def _store_at(endpoint_url: str | None) -> Store:
    if endpoint_url is None:
        return LocalStore()
    # Importing it takes a good part of the import time of this package, and most tests have no server.
    from moto_liveness.control.remote import RemoteStore

    return RemoteStore(endpoint_url)
