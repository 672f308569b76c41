"""The script of the running mock: what a test queued, its defaults, and the log of the calls that were made."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from operator import attrgetter
from typing import Generic, TypeVar

from moto_liveness.core.calls import Call
from moto_liveness.core.operations import Operation
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import ErrorSeed, Seed, SessionSeed
from moto_liveness.core.steps import Created, Expired, Step

_T = TypeVar("_T")


class Numbers:
    """Counts everything that is seeded and that happens, in its order.

    The count goes on when moto resets the script, so whatever follows a reset also follows an earlier savepoint.
    """

    def __init__(self) -> None:
        self.last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """Return the next number."""
        with self._lock:
            self.last += 1
            return self.last


NUMBERS = Numbers()


class Settings(Generic[_T]):
    """What a test set for scopes: the latest value for the narrowest scope wins."""

    def __init__(self, default: _T, lock: AbstractContextManager[object]) -> None:
        self._default = default
        self._lock = lock
        self._values: dict[Scope, list[tuple[int, _T]]] = {}

    def set(self, scope: Scope, value: _T) -> None:
        """Set the value for a scope."""
        with self._lock:
            self._values.setdefault(scope, []).append((NUMBERS.next(), value))

    def at(self, place: Scope) -> _T:
        """Return the value for a place."""
        return next((values[-1][1] for scope in place.wider if (values := self._values.get(scope))), self._default)

    def rollback(self, savepoint: int) -> None:
        """Forget the values that were set after the savepoint."""
        self._values = {
            scope: [numbered for numbered in values if numbered[0] <= savepoint]
            for scope, values in self._values.items()
        }


class Script:
    """Everything that a test told the running mock, and every call that the mock answered.

    Hold the lock for anything that spans more than one attribute.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.seeds: list[SessionSeed | ErrorSeed] = []
        self.calls: list[Call] = []
        #: The steps of sessions without a seed.
        self.defaults: Settings[tuple[Step, ...]] = Settings((Created(),), self.lock)
        #: What a poll reports once the three minutes are over.
        self.after_expiry: Settings[Step] = Settings(Expired(), self.lock)
        self._queues: dict[Scope, deque[SessionSeed]] = {}
        self._errors: list[ErrorSeed] = []

    def add(self, seeds: Iterable[SessionSeed | ErrorSeed]) -> None:
        """Queue seeds, all of them at once."""
        with self.lock:
            for seed in seeds:
                seed.number = NUMBERS.next()
                self.seeds.append(seed)
                if isinstance(seed, ErrorSeed):
                    self._errors.append(seed)
                else:
                    self._queues.setdefault(seed.scope, deque()).append(seed)

    def next_session_seed(self, place: Scope) -> SessionSeed | None:
        """Return the oldest unused seed for a session in this place, and leave it queued."""
        heads = [queue[0] for scope in place.wider if (queue := self._queues.get(scope))]
        return min(heads, key=attrgetter("number"), default=None)

    def bind(self, seed: SessionSeed, session_id: str) -> None:
        """Take a seed, the first in its queue, for a session."""
        self._queues[seed.scope].popleft()
        seed.session_id = session_id

    def raise_error(self, operation: Operation, place: Scope, session_id: str | None) -> ErrorSeed | None:
        """Return the oldest queued error for a call, and count it as raised."""
        for seed in self._errors:
            if seed.answers(operation, place, session_id):
                seed.raised += 1
                if seed.spent:
                    self._errors.remove(seed)
                return seed
        return None

    def withdraw(self, scope: Scope) -> None:
        """Remove the seeds in a scope that are not used up."""
        with self.lock:
            self._keep(lambda seed: seed.used or not scope.covers(seed.scope))

    def rollback(self, savepoint: int) -> None:
        """Forget everything after a savepoint. A seed from before it that was used since stays used."""
        with self.lock:
            self._keep(lambda seed: seed.number <= savepoint)
            while self.calls and self.calls[-1].number > savepoint:
                self.calls.pop()
            self.defaults.rollback(savepoint)
            self.after_expiry.rollback(savepoint)

    def _keep(self, wanted: Callable[[Seed], bool]) -> None:
        self._queues = {scope: deque(filter(wanted, queue)) for scope, queue in self._queues.items()}
        self._errors = list(filter(wanted, self._errors))
        self.seeds = list(filter(wanted, self.seeds))
