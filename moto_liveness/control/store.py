"""Where a handle keeps what a test says and finds what happened. The methods are explained at FaceLiveness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias

from moto_liveness.core.calls import Call
from moto_liveness.core.scope import Scope
from moto_liveness.core.script import Strictness
from moto_liveness.core.seeds import CallSeed, Seed, SessionSeed
from moto_liveness.core.session import Session
from moto_liveness.core.steps import Step
from moto_liveness.core.stream import Stream

AnySeed: TypeAlias = "SessionSeed | CallSeed"


class Store(Protocol):
    """The state of moto, in this process or on a server. If no server answers, every method raises RuntimeError.

    Whatever lists what happened does so since a savepoint: a number that follows everything that happened before it.
    """

    def check_clean(self) -> None:
        """Raise RuntimeError if an outermost block would begin among seeds that others left behind."""

    def begin_block(self, strictness: Strictness) -> int:
        """Make something an error until the block ends, and return its savepoint."""

    def rollback(self, savepoint: int) -> None:
        """Forget everything that came after a savepoint."""

    def add(self, seeds: Sequence[AnySeed]) -> list[Seed]:
        """Queue seeds of one scope, all of them at once, and return them as the test sees them."""

    def fate(self, seed: Seed) -> str | None:
        """Return why a seed is gone; None if it is not."""

    def withdraw(self, scope: Scope) -> None:
        """Remove the seeds that are not used up."""

    def add_session(self, place: Scope, steps: tuple[Step, ...], session_id: str | None) -> Session:
        """Add a session that exists now."""

    def set_default(self, scope: Scope, steps: tuple[Step, ...]) -> None:
        """Set the steps of sessions without a seed."""

    def set_after_expiry(self, scope: Scope, step: Step) -> None:
        """Set what a poll reports once the three minutes are over."""

    def session(self, session_id: str) -> Session | None:
        """Return a session of any region and account; None if there is none."""

    def sessions(self, scope: Scope, since: int = 0) -> list[Session]:
        """Return the sessions in their order."""

    def streams(self, since: int = 0) -> list[tuple[Session, Stream | None, bool]]:
        """Return the sessions, each with its stream and whether it still waits for one."""

    def calls(self, scope: Scope, since: int = 0) -> list[Call]:
        """Return the calls in their order."""

    def unused(self, scope: Scope, since: int = 0) -> list[str]:
        """Return the seeds that are neither used up nor optional nor withdrawn, as they were written."""

    def unseeded(self, since: int = 0) -> list[str]:
        """Return the messages about polls of sessions without a seed."""

    def forgotten_calls(self) -> int:
        """Return how many of the oldest calls a server has forgotten."""
