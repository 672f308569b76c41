"""Core: the script of the running mock. What a test queued, its defaults, and the log of the calls that were made."""

from __future__ import annotations

import datetime
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeVar

from moto_liveness import errors
from moto_liveness.outcomes import Created, Expired, Step

_T = TypeVar("_T")


@dataclass(frozen=True)
class Scope:
    """Where something applies: None is any region, or any account."""

    region_name: str | None = None
    account_id: str | None = None

    def covers(self, other: Scope) -> bool:
        """Return whether a place, or a narrower scope, lies in this one."""
        return self.region_name in (None, other.region_name) and self.account_id in (None, other.account_id)

    def around(self) -> Iterator[Scope]:
        """Yield the scopes that cover this place, the narrowest first."""
        yield self
        yield Scope(self.region_name, None)
        yield Scope(None, self.account_id)
        yield Scope(None, None)


@dataclass(eq=False)
class Seed:
    """What a test queued: the steps of one session, or an error for calls."""

    #: Where the seed applies.
    scope: Scope
    #: Whether it is no mistake if the seed stays unused.
    optional: bool
    #: The session: the one that got the steps, None before; for an error the one that its calls must name, if any.
    session_id: str | None = None
    number: int = field(default=0, repr=False)

    @property
    def used(self) -> bool:
        """Whether nothing is left of the seed: a session got the steps, or the error was raised all its times."""
        raise NotImplementedError

    @property
    def _where(self) -> str:
        scope = (("region_name", self.scope.region_name), ("account_id", self.scope.account_id))
        return "".join(f", {name}={value!r}" for name, value in scope if value is not None)


@dataclass(eq=False)
class SessionSeed(Seed):
    """The steps of one session that is still to be created."""

    steps: tuple[Step, ...] = ()

    @property
    def used(self) -> bool:
        """Whether a session got the steps."""
        return self.session_id is not None

    def __str__(self) -> str:
        return f"queue({', '.join(map(repr, self.steps))}{self._where})"


@dataclass(eq=False)
class ErrorSeed(Seed):
    """An error for calls that are still to be made; times=None is an outage."""

    code: str = ""
    message: str = ""
    operation: str = errors.GET
    times: int | None = 1
    raised: int = 0

    @property
    def used(self) -> bool:
        """Whether the error was raised all its times; an outage, whether it was raised at all."""
        return self.raised >= (self.times or 1)

    @property
    def spent(self) -> bool:
        """Whether it will never be raised again."""
        return self.times is not None and self.raised >= self.times

    def answers(self, operation: str, scope: Scope, session_id: str | None) -> bool:
        """Return whether a call is one that the error is for."""
        return self.operation == operation and self.scope.covers(scope) and self.session_id in (None, session_id)

    def __str__(self) -> str:
        arguments = [repr(self.code), *([repr(self.message)] if self.message else []), f"operation={self.operation!r}"]
        arguments += [f"times={self.times}"] if self.times != 1 else []
        arguments += [f"session_id={self.session_id!r}"] if self.session_id else []
        of = "" if self.times is None else f" of {self.times}"
        return f"queue_error({', '.join(arguments)}{self._where}): raised {self.raised}{of} times"


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

    @property
    def place(self) -> Scope:
        """Where the call was made, as a scope of its own."""
        return Scope(self.region_name, self.account_id)


@dataclass(frozen=True)
class Mark:
    """The state of a script at one moment."""

    number: int
    calls: int
    defaults: dict[Scope, tuple[Step, ...]]
    after_expiry: dict[Scope, Step]


class Script:
    """Everything a test told the running mock, and everything the code under test asked of it.

    Who reads and writes more than one thing holds the lock.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.seeds: list[Seed] = []
        self.calls: list[Call] = []
        self.defaults: dict[Scope, tuple[Step, ...]] = {}
        self.after_expiry: dict[Scope, Step] = {}
        self._number = 0
        self._queues: dict[Scope, deque[SessionSeed]] = {}
        self._errors: list[ErrorSeed] = []

    def number(self) -> int:
        """Return the next number of what is added: seeds and sessions have one each, in their order."""
        self._number += 1
        return self._number

    def add(self, seeds: Iterable[SessionSeed | ErrorSeed]) -> None:
        """Queue the seeds, all of them or, if one is wrong, none."""
        with self.lock:
            for seed in seeds:
                seed.number = self.number()
                self.seeds.append(seed)
                if isinstance(seed, ErrorSeed):
                    self._errors.append(seed)
                else:
                    self._queues.setdefault(seed.scope, deque()).append(seed)

    def next_session_seed(self, place: Scope) -> SessionSeed | None:
        """Return the oldest unused seed for a session in this place, and leave it queued."""
        heads = [queue[0] for scope in place.around() if (queue := self._queues.get(scope))]
        return min(heads, key=attrgetter("number"), default=None)

    def bind(self, seed: SessionSeed, session_id: str) -> None:
        """Take the seed, the first of its queue, out of it: a session got it."""
        self._queues[seed.scope].popleft()
        seed.session_id = session_id

    def default_steps(self, place: Scope) -> tuple[Step, ...]:
        """Return the steps of a session that nobody queued."""
        return _narrowest(self.defaults, place, (Created(),))

    def expiry_step(self, place: Scope) -> Step:
        """Return what a poll reports once the three minutes are over."""
        return _narrowest(self.after_expiry, place, Expired())

    def raise_error(self, operation: str, place: Scope, session_id: str | None) -> ErrorSeed | None:
        """Return the oldest queued error for a call, counted as raised."""
        for seed in self._errors:
            if seed.answers(operation, place, session_id):
                seed.raised += 1
                if seed.spent:
                    self._errors.remove(seed)
                return seed
        return None

    def mark(self) -> Mark:
        """Return the present state, for take_back."""
        with self.lock:
            return Mark(self._number, len(self.calls), dict(self.defaults), dict(self.after_expiry))

    def take_back(self, mark: Mark) -> None:
        """Take back what was added since the mark. What was used up since then stays used."""
        with self.lock:
            for queue in self._queues.values():
                while queue and queue[-1].number > mark.number:
                    queue.pop()
            self._errors = [seed for seed in self._errors if seed.number <= mark.number]
            self.seeds = [seed for seed in self.seeds if seed.number <= mark.number]
            del self.calls[mark.calls :]
            self.defaults, self.after_expiry = mark.defaults, mark.after_expiry


def _narrowest(settings: Mapping[Scope, _T], place: Scope, otherwise: _T) -> _T:
    return next((settings[scope] for scope in place.around() if scope in settings), otherwise)
