"""The store in this process: the state of its moto, which carries the commands out."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, cast

from moto_liveness import _compat
from moto_liveness.control import reporting
from moto_liveness.control.as_test import test_of
from moto_liveness.core import checks, commands
from moto_liveness.core.calls import Call
from moto_liveness.core.collections import FaceCollection
from moto_liveness.core.commands import Command, R
from moto_liveness.core.operations import START_STREAM
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.script import NUMBERS, Script, Strictness
from moto_liveness.core.seeds import CallSeed, SeedRecord, SessionSeed
from moto_liveness.core.steps import Step
from moto_liveness.core.stream import check_reachable, check_somebody_streams
from moto_liveness.core.unseeded import unseeded
from moto_liveness.core.views import VERSION, BlockView, CollectionView, PeopleView, QueuedView, StateView
from moto_liveness.rekognition.collections import Collection
from moto_liveness.rekognition.models import FaceLivenessSession, LivenessBackend, liveness_backends
from moto_liveness.rekognition.script_backend import current_script

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


@dataclass(frozen=True)
class LocalStore:
    """The state of moto in this process."""

    @property
    def endpoint_url(self) -> None:
        return None

    def do(self, command: Command[R]) -> R:
        if isinstance(command, commands.Scoped):
            check_scope(command.scope)
        # Not through the wrapper of functools, which a traceback would show.
        answer: R = _do.dispatch(type(command))(command)
        return answer

    def of_life(self, life: str) -> LocalStore:  # noqa: ARG002  # this process has only one
        return self


def check_scope(scope: Scope) -> Scope:
    """Return a scope whose account has twelve digits, and whose region is one of Rekognition's or allowed by moto."""
    if scope.account_id is not None and not re.fullmatch("[0-9]{12}", checks.text("account_id", scope.account_id)):
        raise ValueError(f"account_id must have twelve digits, not {checks.short_repr(scope.account_id)}")
    if scope.region_name is not None:
        # All accounts have the same regions, and moto keeps each account that is asked for.
        account = liveness_backends[_compat.default_account()]
        try:
            account[checks.text("region_name", scope.region_name)]
        except KeyError:
            hint = checks.did_you_mean(scope.region_name, sorted(account.regions))
            raise ValueError(f"Rekognition has no region {checks.short_repr(scope.region_name)}. {hint}") from None
    return scope


def placed(scope: Scope) -> Scope:
    """Return the place of a scope: boto3's default region and moto's default account for what it leaves open."""
    return check_scope(
        Scope(scope.region_name or _compat.default_region(), scope.account_id or _compat.default_account())
    )


class State:
    """The state as a StateView has it. Each attribute is computed when it is read."""

    version = VERSION

    def __init__(self, command: commands.ShowState) -> None:
        self._command = command
        self._scope = command.scope
        self.life = NUMBERS.life
        #: The savepoint: what happens from here on has a larger number, even if the other attributes show it already.
        self.number = NUMBERS.last

    @property
    def sessions(self) -> Sequence[FaceLivenessSession]:
        """The sessions in order."""
        limit = self._command.limit
        sessions = [one for backend in _backends(self._scope) for one in backend.sessions(self._since, limit)]
        return self._latest(sorted(sessions, key=attrgetter("number")))

    @property
    def calls(self) -> Sequence[Call]:
        """The calls in order."""
        wanted = self._command.operation
        with self._script.lock:
            found = (
                call
                for call in reversed(self._script.calls)
                if call.number > self._since and self._scope.covers(call.place) and wanted in (None, call.operation)
            )
            return [*islice(found, self._command.limit)][::-1]

    @property
    def forgotten_calls(self) -> int:
        """How many of the oldest calls this process has forgotten."""
        return self._script.forgotten_calls

    @property
    def collections(self) -> Sequence[FaceCollection]:
        """The collections in order."""
        found = [collection for backend in _backends(self._scope) for collection in backend.collections]
        return self._latest(sorted(found, key=attrgetter("number")))

    @property
    def unused_seeds(self) -> Sequence[SeedRecord]:
        """The seeds that are neither used up nor withdrawn, in order."""
        return [*islice(self._unused(), self._command.limit)]

    @property
    def unused_seed_count(self) -> int:
        """How many unused seeds there are, whatever the limit."""
        return sum(1 for _ in self._unused())

    @property
    def outages(self) -> Sequence[SeedRecord]:
        """The outages, raised or not, that still go on."""
        return [*islice(self._covered(self._script.outages()), self._command.limit)]

    @property
    def unseeded_polls(self) -> Sequence[str]:
        """The messages about polls of sessions without a seed."""
        limit = self._command.limit
        sessions = [one for backend in _backends() for one in backend.polled_unseeded(self._since, limit)]
        sessions.sort(key=attrgetter("polled_unseeded"))
        script = self._script
        beside = (script.waiting(), script.lost(), script.unanswered()) if sessions else ((), (), ())
        return [unseeded(session, *beside) for session in self._latest(sessions)]

    @property
    def default(self) -> tuple[Step, ...] | None:
        """The steps of sessions without a seed; None if no test set them for this scope or a wider one."""
        return self._script.defaults.at(self._scope)

    @property
    def fates(self) -> Mapping[str, str]:
        """What happened to those seeds in the request that are gone."""
        script = self._script
        return {str(number): script.fate(number) for number in self._command.seeds if number not in script.seeds}

    @property
    def _since(self) -> int:
        return self._command.since

    @property
    def _script(self) -> Script:
        return current_script()

    def _unused(self) -> Iterator[SeedRecord]:
        return (
            seed for seed in self._covered(list(self._script.seeds.values())) if not seed.used and not seed.withdrawn
        )

    def _covered(self, seeds: Iterable[SeedRecord]) -> Iterator[SeedRecord]:
        since, scope = self._since, self._scope
        return (seed for seed in seeds if seed.number > since and (scope == ANYWHERE or scope.covers(seed.scope)))

    def _latest(self, found: list[Any]) -> list[Any]:
        limit = self._command.limit
        return found if limit is None else found[max(len(found) - limit, 0) :]


# Carries out a command and returns its answer: the state itself, which has the attributes of the view.
@functools.singledispatch
def _do(command: Command[Any]) -> Any:
    raise NotImplementedError(type(command).__name__)


@_do.register
def _queue(command: commands.QueueResults) -> QueuedView:
    sessions = [seed for seed in command.results if isinstance(seed, SessionSeed)]
    for seed in sessions:
        check_reachable(seed.steps)
    for call in command.results:
        if isinstance(call, CallSeed) and call.operation is START_STREAM:
            check_somebody_streams(call.call)
    with current_script().lock:
        ids = Counter(seed.requested_id for seed in sessions if seed.requested_id)
        for session_id, times in ids.items():
            _check_unused(session_id)
            if times > 1:
                raise ValueError(f"session {session_id} is queued twice")
        return QueuedView(seeds=current_script().add(command.results))


def _check_unused(session_id: str) -> None:
    if _found(session_id):
        raise ValueError(f"session {session_id} exists already")
    if current_script().expects(session_id):
        raise ValueError(f"session {session_id} is queued already")


@_do.register
def _show_state(command: commands.ShowState) -> State:
    return State(command)


@_do.register
def _show_people(command: commands.ShowPeople) -> PeopleView:
    with current_script().lock:
        every = State(commands.ShowState()).collections
        here = [one for one in every if one.id == command.collection_id and command.scope.covers(one.place)]
        if len(here) != 1:
            views = cast("list[CollectionView]", here), cast("list[CollectionView]", every)
            raise LookupError(reporting.not_one_collection(command.collection_id, *views))
        return PeopleView(people=here[0].people)


@_do.register
def _roll_back(command: commands.Rollback) -> None:
    with current_script().lock:
        current_script().rollback(command.since)
        for backend in _backends():
            backend.rollback(command.since)
        _compat.keep_on_dashboard(FaceLivenessSession, lambda session: session.number <= command.since)
        _compat.show_on_dashboard(Collection, [one for backend in _backends() for one in backend.collections])


@_do.register
def _withdraw(command: commands.Withdraw) -> None:
    current_script().withdraw(command.scope)


@_do.register
def _show_seed(command: commands.ShowSeed) -> SeedRecord:
    return current_script().record(command.number)


@_do.register
def _withdraw_seed(command: commands.WithdrawSeed) -> None:
    current_script().withdraw_seed(command.number)


@_do.register
def _add_session(command: commands.AddSession) -> FaceLivenessSession:
    check_reachable(command.steps)
    place = placed(command.scope)
    with current_script().lock:
        if command.session_id is not None:
            _check_unused(command.session_id)
        backend = liveness_backends[str(place.account_id)][str(place.region_name)]
        return backend.add_session(command.steps, command.session_id)


@_do.register
def _show_session(command: commands.ShowSession) -> FaceLivenessSession:
    return _session(command.session_id, command.scope)


@_do.register
def _show_image(command: commands.ShowImage) -> bytes:
    session = _session(command.session_id, command.scope)
    images = session.images
    if command.name not in images:
        known = (
            f"Choose from: {', '.join(images)}."
            if images
            else f"It has none, because a poll would get {session.status or 'an error'}."
        )
        raise LookupError(f"session {session.id} has no image {checks.short_repr(command.name)} now. {known}")
    return images[command.name].data


@_do.register
def _show_video(command: commands.ShowVideo) -> bytes:
    stream = _session(command.session_id, command.scope).stream
    if stream is None:
        raise LookupError(f"nobody streamed to session {command.session_id}")
    return stream.video


@_do.register
def _show_test(command: commands.ShowTest) -> bytes:
    with current_script().lock:
        session = _session(command.session_id, command.scope)
        faults = [*_beside(session.seed)] if session.seed and session.seed.scenario else []
        return test_of(session, faults).encode()


def _beside(seed: SeedRecord) -> Iterator[CallSeed]:
    """Yield the other parts of the scenario of a session's seed, which were queued right after it."""
    seeds = current_script().seeds
    number = seed.number + 1
    while number in seeds and isinstance(part := seeds[number].seed, CallSeed) and part.scenario == seed.scenario:
        yield part
        number += 1


@_do.register
def _set_outcome(command: commands.SetOutcome) -> FaceLivenessSession:
    session = _session(command.session_id)
    session.set_outcome(command.steps)
    return session


@_do.register
def _begin_block(command: commands.BeginBlock) -> BlockView:
    strictness = Strictness(command.assert_all_seeded, command.strict_regions)
    number = current_script().begin_block(strictness, outermost=command.outermost)
    return BlockView(number=number, life=NUMBERS.life)


@_do.register
def _set_strict(command: commands.SetStrict) -> None:
    current_script().set_strictness(Strictness(command.assert_all_seeded, command.strict_regions))


@_do.register
def _set_default(command: commands.SetDefault) -> None:
    check_reachable(command.steps)
    current_script().defaults.set(command.scope, command.steps)


@_do.register
def _set_after_expiry(command: commands.SetAfterExpiry) -> None:
    current_script().after_expiry.set(command.scope, command.step)


@_do.register
def _set_output_check(command: commands.SetOutputCheck) -> None:
    current_script().output_check.set(command.scope, command.when)


def _found(session_id: str) -> FaceLivenessSession | None:
    found = (backend.session(session_id) for backend in _backends())
    return next(filter(None, found), None)


def _session(session_id: str, scope: Scope = ANYWHERE) -> FaceLivenessSession:
    session = _found(session_id)
    if session is None or not scope.covers(session.place):
        known = cast("StateView", State(commands.ShowState())).sessions
        raise LookupError(reporting.unknown_session(session_id, known))
    return session


def _backends(scope: Scope = ANYWHERE) -> list[LivenessBackend]:
    backends = [backend for account in list(liveness_backends.values()) for backend in list(account.values())]
    return [backend for backend in backends if scope.covers(backend.place)]
