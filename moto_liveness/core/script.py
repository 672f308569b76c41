"""The script of the running mock: what a test queued, its defaults, and the log of the calls that were made."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from moto_liveness.core.calls import Call
from moto_liveness.core.lock import Lock
from moto_liveness.core.operations import Operation
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import CallSeed, Seed, SessionSeed
from moto_liveness.core.session import ScriptedSession
from moto_liveness.core.steps import Expired, Step
from moto_liveness.core.stream import RecordedStream, Recordings

_T = TypeVar("_T")

_MOST_CALLS = 10_000
_MOST_EXPIRED = 10_000
_CHUNK = 100
_MOST_ROLLBACKS = 1_000
# How many earlier values of a setting a rollback can return to.
_MOST_VALUES = 1_000

#: The fate of a seed that a reset or a rollback took after it was used.
WAS_USED = "it was used before"
#: The fate of a seed that was withdrawn.
WAS_WITHDRAWN = "it was withdrawn before"
# How many seeds that are used up or withdrawn are kept.
_MOST_SPENT = 10_000
# The numbers of the last used and of the last withdrawn seeds. A reset of moto does not forget them.
_USED: deque[int] = deque(maxlen=100_000)
_WITHDRAWN: deque[int] = deque(maxlen=100_000)


class Numbers:
    """Counts everything that is seeded and that happens, in its order.

    The count goes on when moto resets the script, so whatever follows a reset also follows an earlier savepoint.
    """

    def __init__(self) -> None:
        self.last = 0
        self._lock = Lock()

    def next(self) -> int:
        """Return the next number."""
        with self._lock:
            self.last += 1
            return self.last


NUMBERS = Numbers()


class Settings(Generic[_T]):
    """What a test set for scopes: the latest value for the narrowest scope wins."""

    def __init__(self, lock: Lock) -> None:
        self._lock = lock
        self._values: dict[Scope, list[tuple[int, _T]]] = {}

    def set(self, scope: Scope, value: _T) -> None:
        """Set the value for a scope."""
        with self._lock:
            values = self._values.setdefault(scope, [])
            if not values or values[-1][1] != value:
                values.append((NUMBERS.next(), value))
                del values[:-_MOST_VALUES]

    def at(self, place: Scope) -> _T | None:
        """Return the value for a place; None if there is none."""
        if not self._values:  # as in most tests, and every call asks
            return None
        return next((values[-1][1] for scope in place.wider if (values := self._values.get(scope))), None)

    def rollback(self, savepoint: int) -> None:
        """Forget the values that were set after the savepoint."""
        self._values = {
            scope: [numbered for numbered in values if numbered[0] <= savepoint]
            for scope, values in self._values.items()
        }


class Strictness(NamedTuple):
    """What the innermost open block makes an error."""

    assert_all_seeded: bool = False
    strict_regions: bool = False


class Script:
    """Everything that a test told the running mock, and every call that the mock answered.

    Hold the lock for anything that spans more than one attribute.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.seeds: list[SessionSeed | CallSeed] = []
        self.calls: list[Call] = []
        self.forgotten_calls = 0
        #: The steps of sessions without a seed; Created() unless set.
        self.defaults: Settings[tuple[Step, ...]] = Settings(self.lock)
        #: What a poll reports once the three minutes are over; Expired() unless set.
        self.after_expiry: Settings[Step] = Settings(self.lock)
        #: What the open blocks make an error. The innermost block, the latest, wins.
        self.strictness: Settings[Strictness] = Settings(self.lock)
        self.streams = Recordings()
        #: The sessions that have expired, the oldest first.
        self.expired: deque[ScriptedSession] = deque()
        self._rolled_back: list[tuple[int, int]] = []
        self._requested: set[str | None] = set()
        # Used up or withdrawn, the first ones first.
        self._spent: deque[SessionSeed | CallSeed] = deque()
        self._queues: dict[Scope, deque[SessionSeed]] = {}
        self._answers: list[CallSeed] = []

    def add(self, seeds: Iterable[SessionSeed | CallSeed]) -> None:
        """Queue seeds, all of them at once."""
        with self.lock:
            for seed in seeds:
                seed.number = NUMBERS.next()
                self.seeds.append(seed)
                if isinstance(seed, CallSeed):
                    self._answers.append(seed)
                else:
                    self._requested.add(seed.requested_id)
                    self._queues.setdefault(seed.scope, deque()).append(seed)

    def next_session_seed(self, place: Scope) -> SessionSeed | None:
        """Return the oldest unused seed for a session in this place, and leave it queued."""
        heads = [queue[0] for scope in place.wider if (queue := self._queues.get(scope))]
        return min(heads, key=attrgetter("number"), default=None)

    def bind(self, seed: SessionSeed, session_id: str) -> None:
        """Take a seed, the first in its queue, for a session."""
        self._queues[seed.scope].popleft()
        self._requested.discard(seed.requested_id)
        seed.use(session_id)
        _USED.append(seed.number)
        self._retire(seed)

    def unbind(self, seed: SessionSeed, steps: tuple[Step, ...]) -> None:
        """Queue a seed again in its place, because its session could not be created."""
        seed.unuse(steps)
        _USED.remove(seed.number)
        if seed in self.seeds:  # or it went with a rollback meanwhile
            self._spent.remove(seed)
            self._requested.add(seed.requested_id)
            self._queues[seed.scope] = deque(sorted([*self._queues[seed.scope], seed], key=attrgetter("number")))

    def expects(self, session_id: str) -> bool:
        """Return whether a queued seed requests this id for its session."""
        return session_id in self._requested

    def next_answer(
        self, operation: Operation, place: Scope, session_id: str | None, when: str = "start"
    ) -> CallSeed | None:
        """Return the oldest queued error or exception for a call, and count it as raised."""
        with self.lock:
            for seed in self._answers:
                if seed.answers(operation, place, session_id, when):
                    used_before = seed.used
                    seed.raised += 1
                    if seed.used and not used_before:
                        _USED.append(seed.number)
                    if seed.spent:
                        self._answers.remove(seed)
                        self._retire(seed)
                    return seed
        return None

    def expiry_step(self, place: Scope) -> Step:
        """Return what a poll reports once the three minutes are over."""
        return self.after_expiry.at(place) or Expired()

    def forget_calls(self) -> None:
        """Keep the last 10,000 calls: the log of a server that is never reset would grow forever."""
        with self.lock:
            surplus = len(self.calls) - _MOST_CALLS
            # In chunks, because each removal moves the rest of the list.
            if surplus >= _CHUNK:
                del self.calls[:surplus]
                self.forgotten_calls += surplus

    def keep_expired(self, session: ScriptedSession) -> ScriptedSession | None:
        """Keep the last 10,000 expired sessions: return the one that is to be forgotten for this one."""
        self.expired.append(session)
        return self.expired.popleft() if len(self.expired) > _MOST_EXPIRED else None

    def record(self, stream: RecordedStream, chunk: bytes) -> None:
        """Add a chunk to the video of a stream. The oldest videos make room for it."""
        with self.lock:
            stream.record(chunk)
            self.streams.add(stream, len(chunk))

    def inform(self, stream: RecordedStream, event: dict[str, Any], size: int) -> None:
        """Add an information event to a stream. The oldest videos make room for it."""
        with self.lock:
            stream.inform(event, size)
            self.streams.add(stream, size)

    def withdraw(self, scope: Scope) -> None:
        """Withdraw the seeds in a scope that are not used up. They stay known, so nobody reports them as lost."""
        with self.lock:
            for seed in self._queued():
                if scope.covers(seed.scope):
                    self._withdraw(seed)
            self._keep_queued(lambda seed: not scope.covers(seed.scope))

    def withdraw_seed(self, number: int) -> None:
        """Withdraw one seed that is still queued. Raise LookupError with the fate of one that is not."""
        with self.lock:
            seed = next((seed for seed in self._queued() if seed.number == number), None)
            if seed is None:
                raise LookupError(f"seed {number} is not queued: {self.fate(number)}")
            self._withdraw(seed)
            self._keep_queued(lambda queued: queued is not seed)

    def outages(self) -> list[CallSeed]:
        """Return the errors and exceptions that every call gets until they are withdrawn, in their order."""
        with self.lock:
            return [seed for seed in self._answers if seed.times is None]

    def rollback(self, savepoint: int) -> None:
        """Forget everything after a savepoint. A seed from before it that was used since stays used."""
        with self.lock:
            self.seeds = [seed for seed in self.seeds if seed.number <= savepoint]
            self._spent = deque(seed for seed in self._spent if seed.number <= savepoint)
            self._keep_queued(lambda seed: seed.number <= savepoint)
            self.streams.rollback(savepoint)
            self.expired = deque(session for session in self.expired if session.number <= savepoint)
            while self.calls and self.calls[-1].number > savepoint:
                self.calls.pop()
            for settings in (self.defaults, self.after_expiry, self.strictness):
                settings.rollback(savepoint)
            self._note_rollback(savepoint)

    def fate(self, number: int) -> str:
        """Return what happened to a seed that is not here any more."""
        if number in _USED:
            return WAS_USED
        if number in _WITHDRAWN:
            return WAS_WITHDRAWN
        if number > NUMBERS.last:
            return "there has never been one"
        if any(first < number <= last for first, last in self._rolled_back):
            return "it was queued while an inner block was open, and went with that block"
        return "moto was reset: an outermost mock_aws started or stopped in its process, or /moto-api/reset was called"

    def _withdraw(self, seed: SessionSeed | CallSeed) -> None:
        # An outage that was raised is used, and ends all the same.
        seed.withdrawn = not seed.used
        if seed.withdrawn:
            _WITHDRAWN.append(seed.number)
        self._retire(seed)

    def _retire(self, seed: SessionSeed | CallSeed) -> None:
        self._spent.append(seed)
        if len(self._spent) > _MOST_SPENT:
            self.seeds.remove(self._spent.popleft())

    def _queued(self) -> list[SessionSeed | CallSeed]:
        return [*self._answers, *(seed for queue in self._queues.values() for seed in queue)]

    def _note_rollback(self, savepoint: int) -> None:
        earlier = [(first, last) for first, last in self._rolled_back if first < savepoint]
        if earlier and earlier[-1][1] >= savepoint:
            savepoint = earlier.pop()[0]
        self._rolled_back = [*earlier, (savepoint, NUMBERS.last)][-_MOST_ROLLBACKS:]

    def _keep_queued(self, wanted: Callable[[Seed], bool]) -> None:
        self._queues = {scope: deque(filter(wanted, queue)) for scope, queue in self._queues.items()}
        self._answers = list(filter(wanted, self._answers))
        self._requested = {seed.requested_id for queue in self._queues.values() for seed in queue}
