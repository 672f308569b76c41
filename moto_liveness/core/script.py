"""Core: the script of the running mock. What a test queued, its defaults, and the log of the calls that were made."""

from __future__ import annotations

import datetime
import itertools
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar

from moto_liveness.core.seeds import ErrorSeed, Scope, Seed, SessionSeed
from moto_liveness.core.steps import Created, Expired, Step

_T = TypeVar("_T")

# They go on when moto resets the script, so that what comes after a reset also comes after an earlier mark.
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Call:
    """One client call of the code under test, whatever the number of HTTP attempts that it took."""

    #: "CreateFaceLivenessSession" or "GetFaceLivenessSessionResults".
    operation: str
    #: The parameters, as they were sent.
    params: Mapping[str, Any]
    #: The session that was created or asked for; None if the call named none, or was refused before there was one.
    session_id: str | None
    #: The Status that was answered; None for CreateFaceLivenessSession and for an error.
    status: str | None
    #: The Confidence that was answered, in percent, None if there was none.
    confidence: float | None
    #: The code of the error that was answered, None if there was none.
    error: str | None
    #: The text of that error, None if there was none.
    message: str | None
    #: The region that the call was made in.
    region_name: str
    #: The account that the call was made for.
    account_id: str
    #: The time of the first attempt, in UTC, by the clock that freezegun and time-machine move.
    at: datetime.datetime
    #: Its place in the order of everything that a test said and that happened.
    number: int = field(repr=False, compare=False)

    @property
    def place(self) -> Scope:
        """Where the call was made, as a scope of its own."""
        return Scope(self.region_name, self.account_id)


class Settings(Generic[_T]):
    """What a test set for a scope: the last word for the narrowest scope counts."""

    def __init__(self) -> None:
        self._said: dict[Scope, list[tuple[int, _T]]] = {}

    def say(self, scope: Scope, number: int, value: _T) -> None:
        """Set the value for a scope."""
        self._said.setdefault(scope, []).append((number, value))

    def at(self, place: Scope, otherwise: _T) -> _T:
        """Return the value for a place."""
        return next((said[-1][1] for scope in place.around if (said := self._said.get(scope))), otherwise)

    def take_back(self, mark: int) -> None:
        """Forget what was said after the mark."""
        self._said = {scope: [one for one in said if one[0] <= mark] for scope, said in self._said.items()}


class Script:
    """Everything a test told the running mock, and everything the code under test asked of it.

    Who reads and writes more than one thing holds the lock.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.seeds: list[SessionSeed | ErrorSeed] = []
        self.calls: list[Call] = []
        self.defaults: Settings[tuple[Step, ...]] = Settings()
        self.after_expiry: Settings[Step] = Settings()
        self._queues: dict[Scope, deque[SessionSeed]] = {}
        self._errors: list[ErrorSeed] = []

    def next_number(self) -> int:
        """Return the next number: seeds, sessions, settings and calls have one each, in their order."""
        return next(_NUMBERS)

    def add(self, seeds: Iterable[SessionSeed | ErrorSeed]) -> None:
        """Queue the seeds, all of them or, if one is wrong, none."""
        with self.lock:
            for seed in seeds:
                seed.number = self.next_number()
                self.seeds.append(seed)
                if isinstance(seed, ErrorSeed):
                    self._errors.append(seed)
                else:
                    self._queues.setdefault(seed.scope, deque()).append(seed)

    def next_session_seed(self, place: Scope) -> SessionSeed | None:
        """Return the oldest unused seed for a session in this place, and leave it queued."""
        heads = [queue[0] for scope in place.around if (queue := self._queues.get(scope))]
        return min(heads, key=attrgetter("number"), default=None)

    def bind(self, seed: SessionSeed, session_id: str) -> None:
        """Take the seed, the first of its queue, out of it: a session got it."""
        self._queues[seed.scope].popleft()
        seed.session_id = session_id

    def default_steps(self, place: Scope) -> tuple[Step, ...]:
        """Return the steps of a session that nobody queued."""
        return self.defaults.at(place, (Created(),))

    def expiry_step(self, place: Scope) -> Step:
        """Return what a poll reports once the three minutes are over."""
        return self.after_expiry.at(place, Expired())

    def raise_error(self, operation: str, place: Scope, session_id: str | None) -> ErrorSeed | None:
        """Return the oldest queued error for a call, counted as raised."""
        for seed in self._errors:
            if seed.answers(operation, place, session_id):
                seed.raised += 1
                if seed.spent:
                    self._errors.remove(seed)
                return seed
        return None

    def withdraw(self, scope: Scope) -> None:
        """Withdraw what is left of the seeds in a scope."""
        with self.lock:
            self._keep(lambda seed: seed.used or not scope.covers(seed.scope))

    def take_back(self, mark: int) -> None:
        """Take back all that has come since a number was the last. What was used up since then stays used."""
        with self.lock:
            self._keep(lambda seed: seed.number <= mark)
            while self.calls and self.calls[-1].number > mark:
                self.calls.pop()
            self.defaults.take_back(mark)
            self.after_expiry.take_back(mark)

    def _keep(self, wanted: Callable[[Seed], bool]) -> None:
        self._queues = {scope: deque(filter(wanted, queue)) for scope, queue in self._queues.items()}
        self._errors = list(filter(wanted, self._errors))
        self.seeds = list(filter(wanted, self.seeds))
