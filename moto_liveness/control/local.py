"""Test wing: where a handle keeps what a test says, and finds what happened: moto in this process."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import attrgetter

from moto_liveness import _compat
from moto_liveness.core import checks
from moto_liveness.core.script import Call
from moto_liveness.core.seeds import ErrorSeed, Scope, Seed, SessionSeed
from moto_liveness.core.session import Session
from moto_liveness.core.steps import Step
from moto_liveness.rekognition.models import FaceLivenessSession, LivenessBackend, liveness_backends
from moto_liveness.rekognition.script import current_script

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

_NO_MOCK = (
    "no mock is active: what is said now would be lost, and what happened is gone, because mock_aws resets everything "
    "when it starts and when it ends. Use the handle inside `with FaceLiveness() as face_liveness:`, in a test that "
    "takes the pytest fixture face_liveness, or while @mock_aws runs the test."
)


def backends_in(scope: Scope) -> list[LivenessBackend]:
    """Return the backends in use in a scope."""
    backends = [backend for account in list(liveness_backends.values()) for backend in list(account.values())]
    return [backend for backend in backends if scope.covers(backend.place)]


def sessions_in(scope: Scope) -> list[FaceLivenessSession]:
    """Return the sessions in a scope, in the order of their creation."""
    with current_script().lock:
        sessions = [session for backend in backends_in(scope) for session in backend.sessions.values()]
    return sorted(sessions, key=attrgetter("number"))


def take_back(mark: int) -> None:
    """Take back what was added since a number was the last: seeds, settings, calls and sessions."""
    with current_script().lock:
        current_script().take_back(mark)
        for backend in backends_in(Scope()):
            backend.forget(mark)
        _compat.keep_on_dashboard(FaceLivenessSession, lambda session: session.number <= mark)


def check_mock() -> None:
    """Raise RuntimeError if no mock is active."""
    if not _compat.mock_is_active():
        raise RuntimeError(_NO_MOCK)


def always_ready() -> None:
    """Accept everything: a server is always there."""


def check_scope(scope: Scope) -> Scope:
    """Return a scope whose account has twelve digits, and whose region is one of Rekognition's or allowed by moto."""
    if scope.account_id is not None and not re.fullmatch("[0-9]{12}", checks.text("account_id", scope.account_id)):
        raise ValueError(f"account_id must have twelve digits, not {checks.shown(scope.account_id)}")
    if scope.region_name is not None:
        account = liveness_backends[scope.account_id or _compat.default_account()]
        try:
            account[checks.text("region_name", scope.region_name)]
        except KeyError:
            suggestion = checks.suggestion(scope.region_name, sorted(account.regions))
            raise ValueError(f"Rekognition has no region {checks.shown(scope.region_name)}. {suggestion}") from None
    return scope


class LocalStore:
    """The state of moto in this process. The verbs are explained at FaceLiveness.

    ready raises RuntimeError if what is said now would be lost.
    """

    def __init__(self, ready: Callable[[], None]) -> None:
        self.ready = ready

    def mark(self) -> int:
        """Return a number that comes after all that was said and happened."""
        self.ready()
        return current_script().next_number()

    def take_back(self, mark: int) -> None:
        """Take back all that has come since a mark."""
        take_back(mark)

    def add(self, seed: SessionSeed | ErrorSeed) -> Seed:
        """Queue a seed, and return what the test may know of it."""
        self.add_all([seed])
        return seed

    def add_all(self, seeds: Sequence[SessionSeed | ErrorSeed]) -> None:
        """Queue seeds, all of them at once."""
        self.ready()
        current_script().add(seeds)

    def withdraw(self, scope: Scope) -> None:
        """Withdraw the seeds that are not used up."""
        self.ready()
        current_script().withdraw(scope)

    def add_session(self, place: Scope, steps: tuple[Step, ...], session_id: str | None) -> Session:
        """Add a session that exists now."""
        self.ready()
        with current_script().lock:
            if session_id is not None and any(session_id in backend.sessions for backend in backends_in(Scope())):
                raise ValueError(f"session {session_id} exists already")
            backend = liveness_backends[str(place.account_id)][str(place.region_name)]
            return backend.add_session(steps, session_id)

    def set_default(self, scope: Scope, steps: tuple[Step, ...]) -> None:
        """Set the steps of sessions that nobody queued."""
        self.ready()
        script = current_script()
        script.defaults.say(scope, script.next_number(), steps)

    def set_after_expiry(self, scope: Scope, step: Step) -> None:
        """Set what a poll reports once the three minutes are over."""
        self.ready()
        script = current_script()
        script.after_expiry.say(scope, script.next_number(), step)

    def sessions(self, scope: Scope) -> list[Session]:
        """Return the sessions, in their order."""
        self.ready()
        return list(sessions_in(scope))

    def calls(self, scope: Scope) -> list[Call]:
        """Return the calls, in their order."""
        self.ready()
        return [call for call in list(current_script().calls) if scope.covers(call.place)]

    def unused(self, scope: Scope, mark: int = 0) -> list[str]:
        """Return the seeds since a mark that are neither used nor optional, as they were written."""
        return [
            str(seed)
            for seed in self.unused_seeds()
            if seed.number > mark and not seed.optional and scope.covers(seed.scope)
        ]

    def unused_seeds(self) -> list[SessionSeed | ErrorSeed]:
        """Return all seeds that are not used up."""
        self.ready()
        return [seed for seed in list(current_script().seeds) if not seed.used]
