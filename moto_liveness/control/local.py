"""The store in this process: the state of its moto."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from moto_liveness import _compat
from moto_liveness.control.store import AnySeed
from moto_liveness.core import checks
from moto_liveness.core.calls import Call
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.script import NUMBERS, Strictness
from moto_liveness.core.seeds import CallSeed, Seed, SessionSeed
from moto_liveness.core.session import Session
from moto_liveness.core.steps import Step
from moto_liveness.core.stream import Stream, check_reachable
from moto_liveness.rekognition.models import FaceLivenessSession, LivenessBackend, liveness_backends
from moto_liveness.rekognition.script_backend import current_script

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


def check_scope(scope: Scope) -> Scope:
    """Return a scope whose account has twelve digits, and whose region is one of Rekognition's or allowed by moto."""
    if scope.account_id is not None and not re.fullmatch("[0-9]{12}", checks.text("account_id", scope.account_id)):
        raise ValueError(f"account_id must have twelve digits, not {checks.short_repr(scope.account_id)}")
    if scope.region_name is not None:
        account = liveness_backends[scope.account_id or _compat.default_account()]
        try:
            account[checks.text("region_name", scope.region_name)]
        except KeyError:
            hint = checks.did_you_mean(scope.region_name, sorted(account.regions))
            raise ValueError(f"Rekognition has no region {checks.short_repr(scope.region_name)}. {hint}") from None
    return scope


class LocalStore:
    """The state of moto in this process."""

    @property
    def last_number(self) -> int:
        """The number of the last thing that happened: a savepoint."""
        return NUMBERS.last

    def check_clean(self) -> None:
        pass  # an outermost mock_aws has just reset everything

    def begin_block(self, strictness: Strictness) -> int:
        savepoint = NUMBERS.last
        self.set_strictness(strictness)
        return savepoint

    def set_strictness(self, strictness: Strictness) -> None:
        """Make something an error until a rollback."""
        current_script().strictness.set(ANYWHERE, strictness)

    def rollback(self, savepoint: int) -> None:
        with current_script().lock:
            current_script().rollback(savepoint)
            for backend in _backends():
                backend.rollback(savepoint)
            _compat.keep_on_dashboard(FaceLivenessSession, lambda session: session.number <= savepoint)

    def add(self, seeds: Sequence[AnySeed]) -> list[Seed]:
        for seed in seeds:
            check_reachable(seed.steps if isinstance(seed, SessionSeed) else ())
        with current_script().lock:
            ids = [seed.requested_id for seed in seeds if isinstance(seed, SessionSeed) and seed.requested_id]
            for session_id in ids:
                self._check_unused(session_id)
            if len(set(ids)) < len(ids):
                raise ValueError(f"session {max(ids, key=ids.count)} is queued twice")
            current_script().add(seeds)
        return list(seeds)

    def _check_unused(self, session_id: str) -> None:
        if self.session(session_id):
            raise ValueError(f"session {session_id} exists already")
        if current_script().expects(session_id):
            raise ValueError(f"session {session_id} is queued already")

    def fate(self, seed: Seed) -> str | None:
        return None if any(known is seed for known in current_script().seeds) else current_script().fate(seed.number)

    def withdraw(self, scope: Scope) -> None:
        current_script().withdraw(scope)

    def withdraw_seed(self, number: int) -> None:
        """Withdraw one seed; raise LookupError with its fate if it is not queued any more."""
        current_script().withdraw_seed(number)

    def add_session(self, place: Scope, steps: tuple[Step, ...], session_id: str | None) -> Session:
        check_reachable(steps)
        with current_script().lock:
            if session_id is not None:
                self._check_unused(session_id)
            return liveness_backends[str(place.account_id)][str(place.region_name)].add_session(steps, session_id)

    def set_default(self, scope: Scope, steps: tuple[Step, ...]) -> None:
        check_reachable(steps)
        current_script().defaults.set(scope, steps)

    def default(self, scope: Scope) -> tuple[Step, ...] | None:
        """Return the steps of sessions without a seed; None if no test set them for this scope or a wider one."""
        return current_script().defaults.at(scope)

    def set_after_expiry(self, scope: Scope, step: Step) -> None:
        current_script().after_expiry.set(scope, step)

    def session(self, session_id: str) -> FaceLivenessSession | None:
        found = (backend.session(session_id) for backend in _backends())
        return next(filter(None, found), None)

    def sessions(self, scope: Scope, since: int = 0) -> list[Session]:
        sessions = (session for backend in _backends(scope) for session in backend.sessions(since))
        return [*sorted(sessions, key=attrgetter("number"))]

    def streams(self, since: int = 0) -> list[tuple[Session, Stream | None, bool]]:
        sessions = self.sessions(ANYWHERE, since)
        return [(session, session.stream, session.waits_for_stream) for session in sessions]

    def calls(self, scope: Scope, since: int = 0) -> list[Call]:
        return [call for call in list(current_script().calls) if call.number > since and scope.covers(call.place)]

    def unused(self, scope: Scope, since: int = 0) -> list[str]:
        return [str(seed) for seed in self.unused_seeds(scope, since) if not seed.optional]

    def unused_seeds(self, scope: Scope, since: int = 0) -> list[AnySeed]:
        """Return the seeds that are neither used up nor withdrawn, in their order."""
        seeds = [seed for seed in list(current_script().seeds) if not seed.used and not seed.withdrawn]
        return [seed for seed in seeds if seed.number > since and scope.covers(seed.scope)]

    def outages(self, scope: Scope, since: int = 0) -> list[CallSeed]:
        """Return the outages, raised or not, that still go on."""
        outages = current_script().outages()
        return [seed for seed in outages if seed.number > since and scope.covers(seed.scope)]

    def seed(self, number: int) -> AnySeed:
        """Return a seed; raise LookupError with its fate if it is gone."""
        for seed in current_script().seeds:
            if seed.number == number:
                return seed
        raise LookupError(f"there is no seed {number} here: {current_script().fate(number)}")

    def unseeded(self, since: int = 0) -> list[str]:
        sessions = [session for backend in _backends() for session in backend.polled_unseeded(since)]
        return [session.unseeded_message() for session in sessions]

    def forgotten_calls(self) -> int:
        return current_script().forgotten_calls


def _backends(scope: Scope = ANYWHERE) -> list[LivenessBackend]:
    backends = [backend for account in list(liveness_backends.values()) for backend in list(account.values())]
    return [backend for backend in backends if scope.covers(backend.place)]
