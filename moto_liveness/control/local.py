"""The store in this process: the state of its moto."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from operator import attrgetter

from moto_liveness import _compat
from moto_liveness.core import checks
from moto_liveness.core.calls import Call
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.script import NUMBERS
from moto_liveness.core.seeds import ErrorSeed, Seed, SessionSeed
from moto_liveness.core.session import Session
from moto_liveness.core.steps import Step
from moto_liveness.rekognition.models import FaceLivenessSession, LivenessBackend, liveness_backends
from moto_liveness.rekognition.script import current_script

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
    def lock(self) -> contextlib.AbstractContextManager[bool]:
        """Held, it lets several methods see the same state."""
        return current_script().lock

    def savepoint(self) -> int:
        return NUMBERS.last

    def rollback(self, savepoint: int) -> None:
        with current_script().lock:
            current_script().rollback(savepoint)
            for backend in _backends():
                backend.rollback(savepoint)
            _compat.keep_on_dashboard(FaceLivenessSession, lambda session: session.number <= savepoint)

    def add(self, seeds: Sequence[SessionSeed | ErrorSeed]) -> list[Seed]:
        current_script().add(seeds)
        return list(seeds)

    def withdraw(self, scope: Scope) -> None:
        current_script().withdraw(scope)

    def add_session(self, place: Scope, steps: tuple[Step, ...], session_id: str | None) -> Session:
        with current_script().lock:
            if session_id is not None and self.session(session_id):
                raise ValueError(f"session {session_id} exists already")
            return liveness_backends[str(place.account_id)][str(place.region_name)].add_session(steps, session_id)

    def set_default(self, scope: Scope, steps: tuple[Step, ...]) -> None:
        current_script().defaults.set(scope, steps)

    def set_after_expiry(self, scope: Scope, step: Step) -> None:
        current_script().after_expiry.set(scope, step)

    def session(self, session_id: str) -> FaceLivenessSession | None:
        found = (backend.sessions.get(session_id) for backend in _backends())
        return next(filter(None, found), None)

    def sessions(self, scope: Scope) -> list[Session]:
        with current_script().lock:
            sessions = [session for backend in _backends(scope) for session in backend.sessions.values()]
        return sorted(sessions, key=attrgetter("number"))

    def calls(self, scope: Scope) -> list[Call]:
        return [call for call in list(current_script().calls) if scope.covers(call.place)]

    def unused(self, scope: Scope, savepoint: int = 0) -> list[str]:
        seeds = [seed for seed in self.seeds(scope) if not seed.used and not seed.optional]
        return [str(seed) for seed in seeds if seed.number > savepoint]

    def seeds(self, scope: Scope) -> list[SessionSeed | ErrorSeed]:
        """Return all seeds of a scope in their order."""
        return [seed for seed in list(current_script().seeds) if scope.covers(seed.scope)]


def _backends(scope: Scope = ANYWHERE) -> list[LivenessBackend]:
    backends = [backend for account in list(liveness_backends.values()) for backend in list(account.values())]
    return [backend for backend in backends if scope.covers(backend.place)]
