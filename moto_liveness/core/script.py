"""The script of the running mock: what a test queued, its defaults, and the log of the calls that were made."""

from __future__ import annotations

import datetime
import itertools
import secrets
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from operator import attrgetter, itemgetter
from typing import Any, Generic, NamedTuple, TypeVar

from moto_liveness.core.calls import Call
from moto_liveness.core.clock import now
from moto_liveness.core.forks import after_fork_in_child
from moto_liveness.core.lock import Lock
from moto_liveness.core.operations import Operation
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import AnySeed, CallSeed, DelaySeed, SeedRecord
from moto_liveness.core.session import ScriptedSession
from moto_liveness.core.steps import Expired, Step
from moto_liveness.core.stream import RecordedStream, Recordings
from moto_liveness.core.views import FATES

_T = TypeVar("_T")

_MOST_CALLS = 10_000
_MOST_EXPIRED = 10_000
_CHUNK = 100
_MOST_ROLLBACKS = 1_000
# How many values of a setting are kept for a rollback to an earlier answer, in addition to those that open blocks
# return to.
_MOST_VALUES = 20
# How many blocks can be open: clients may begin blocks and never end them.
_MOST_BLOCKS = 1_000

# How many seeds that are used up or withdrawn are kept.
_MOST_SPENT = 10_000
# What happened to the last seeds that were used or withdrawn, by their numbers. A reset of moto does not forget it.
_ENDED: OrderedDict[int, str] = OrderedDict()
_MOST_ENDED = 100_000


class LostSeed(NamedTuple):
    """A seed for a session that was still queued when moto was reset."""

    number: int
    text: str
    scope: Scope
    at: datetime.datetime


# The last seeds that a reset of moto took.
_LOST: deque[LostSeed] = deque(maxlen=1_000)


class SeedGoneError(LookupError):
    """A seed is not in the state any more; the fate says why."""

    def __init__(self, message: str, fate: str) -> None:
        super().__init__(message)
        self.fate = fate


class Numbers:
    """Counts everything that is seeded and that happens, in its order.

    The count goes on when moto resets the script, so whatever follows a reset also follows an earlier savepoint.
    """

    def __init__(self) -> None:
        self.last = 0
        self._lock = Lock()
        self.begin_life()

    def begin_life(self) -> None:
        """Make a new id: a restarted process counts from 0, and a forked one counts by itself."""
        self.life = secrets.token_hex(8)

    def next(self) -> int:
        """Return the next number."""
        with self._lock:
            self.last += 1
            return self.last


NUMBERS = Numbers()
after_fork_in_child(NUMBERS.begin_life)


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
                self._values[scope] = _needed(values)

    def at(self, place: Scope) -> _T | None:
        """Return the value for a place; None if there is none."""
        if not self._values:  # as in most tests, and every call asks
            return None
        found = ((scope.narrowness, *values[-1]) for scope in place.wider if (values := self._values.get(scope)))
        # Of a region and an account neither is narrower.
        return max(found, key=itemgetter(0, 1), default=(0, 0, None))[2]

    def rollback(self, savepoint: int) -> None:
        """Forget the values that were set after the savepoint."""
        kept = (
            (scope, [numbered for numbered in values if numbered[0] <= savepoint])
            for scope, values in self._values.items()
        )
        # Each test may have an account of its own.
        self._values = {scope: values for scope, values in kept if values}


class Strictness(NamedTuple):
    """Which conditions the innermost open block treats as errors."""

    assert_all_seeded: bool = False
    strict_regions: bool = False


# What the open blocks treat as errors, each with a number that follows its savepoint. A reset of moto leaves them: the
# blocks are still open.
_BLOCKS: list[tuple[int, Strictness]] = []


def _needed(values: list[tuple[int, _T]]) -> list[tuple[int, _T]]:
    """Return the last values of a setting, and the earlier ones that an open block returns to."""
    spans = ((number, end) for (number, _), (end, _) in itertools.pairwise(values))
    needed = {number for number, end in spans if any(number < block < end for block, _ in _BLOCKS)}
    return [value for value in values[:-_MOST_VALUES] if value[0] in needed] + values[-_MOST_VALUES:]


class Script:
    """Everything that a test seeded in the running mock, and every call that the mock answered.

    Hold the lock for anything that spans more than one attribute.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        #: By their numbers, the oldest first.
        self.seeds: dict[int, SeedRecord] = {}
        self.calls: list[Call] = []
        self.forgotten_calls = 0
        #: The steps of sessions without a seed; Created() unless set.
        self.defaults: Settings[tuple[Step, ...]] = Settings(self.lock)
        #: What a poll reports once the three minutes are over; Expired() unless set.
        self.after_expiry: Settings[Step] = Settings(self.lock)
        #: When a bucket or KMS key that is invalid is refused; at "create" unless set.
        self.output_check: Settings[str] = Settings(self.lock)
        self.streams = Recordings()
        #: The sessions that have expired, the oldest first.
        self.expired: deque[ScriptedSession] = deque()
        self._rolled_back: list[tuple[int, int]] = []
        self._requested: set[str | None] = set()
        # Used up or withdrawn, the first ones first.
        self._spent: deque[SeedRecord] = deque()
        self._queues: dict[Scope, deque[SeedRecord]] = {}
        self._answers: list[SeedRecord] = []
        # Set without a block, over HTTP.
        self._strictness: list[tuple[int, Strictness]] = []

    def add(self, seeds: Iterable[AnySeed]) -> tuple[int, ...]:
        """Queue seeds, all of them at once, and return their numbers."""
        with self.lock:
            records = [SeedRecord(seed, NUMBERS.next()) for seed in seeds]
            for record in records:
                self.seeds[record.number] = record
                if isinstance(record.seed, CallSeed):
                    self._answers.append(record)
                else:
                    self._requested.add(record.requested_id)
                    self._queues.setdefault(record.scope, deque()).append(record)
        return tuple(record.number for record in records)

    @property
    def strictness(self) -> Strictness:
        """What is an error now: the latest setting wins, that of the innermost block."""
        return max([(0, Strictness()), *self._strictness, *_BLOCKS], key=itemgetter(0))[1]

    def set_strictness(self, strictness: Strictness) -> None:
        """Set what is an error, until a reset or a rollback."""
        with self.lock:
            self._strictness.append((NUMBERS.next(), strictness))
            del self._strictness[:-_MOST_VALUES]

    def begin_block(self, strictness: Strictness, *, outermost: bool = False) -> int:
        """Make something an error until a rollback to the savepoint that this returns.

        Args:
            outermost: whether all open blocks are those of tests that were killed, which nothing will end.
        """
        with self.lock:
            if outermost:
                _BLOCKS.clear()
                self._strictness.clear()
            savepoint = NUMBERS.last
            _BLOCKS.append((NUMBERS.next(), strictness))
            del _BLOCKS[:-_MOST_BLOCKS]
            return savepoint

    def waiting(self) -> list[SeedRecord]:
        """Return the seeds that wait for a session, in order."""
        with self.lock:
            return sorted((seed for queue in self._queues.values() for seed in queue), key=attrgetter("number"))

    def next_session_seed(self, place: Scope) -> SeedRecord | None:
        """Return the oldest unused seed for a session in this place, and leave it queued."""
        heads = [queue[0] for scope in place.wider if (queue := self._queues.get(scope))]
        return min(heads, key=attrgetter("number"), default=None)

    def bind(self, seed: SeedRecord, session_id: str) -> None:
        """Take a seed, the first in its queue, for a session."""
        self._queues[seed.scope].popleft()
        self._requested.discard(seed.requested_id)
        seed.use(session_id)
        self._retire(seed, "used")

    def unbind(self, seed: SeedRecord, steps: tuple[Step, ...]) -> None:
        """Queue a seed again in its place, because its session could not be created."""
        seed.unuse(steps)
        _ENDED.pop(seed.number, None)
        if seed.number in self.seeds:  # or it went with a rollback meanwhile
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
        return self._next(
            lambda seed: not isinstance(seed, DelaySeed) and seed.answers(operation, place, session_id, when)
        )

    def next_delay(self, operation: Operation, place: Scope, session_id: str | None, when: str) -> float:
        """Return how many seconds late a phase of a stream is, and count the delay as raised."""
        seed = self._next(lambda seed: isinstance(seed, DelaySeed) and seed.answers(operation, place, session_id, when))
        return seed.seconds if isinstance(seed, DelaySeed) else 0

    def _next(self, wanted: Callable[[CallSeed], bool]) -> CallSeed | None:
        with self.lock:
            for record in self._answers:
                seed = record.seed
                if isinstance(seed, CallSeed) and wanted(seed):
                    record.count()
                    if record.used:
                        _note_end(record.number, "used")
                    if record.spent:
                        self._answers.remove(record)
                        self._retire(record, "used")
                    return seed
        return None

    def expiry_step(self, place: Scope) -> Step:
        """Return what a poll reports once the three minutes are over."""
        return self.after_expiry.at(place) or Expired()

    def checks_output_at_stream(self, place: Scope) -> bool:
        """Return whether an invalid bucket or KMS key is refused when a client streams, and not by the create."""
        return self.output_check.at(place) == "stream"

    def forget_calls(self) -> None:
        """Keep the last 10,000 calls: the log of a server that is never reset would grow forever."""
        with self.lock:
            surplus = len(self.calls) - _MOST_CALLS
            # In chunks, because each removal moves the rest of the list.
            if surplus >= _CHUNK:
                del self.calls[:surplus]
                self.forgotten_calls += surplus

    def keep_expired(self, session: ScriptedSession) -> ScriptedSession | None:
        """Keep the last 10,000 expired sessions: return the one to forget instead, if any."""
        self.expired.append(session)
        return self.expired.popleft() if len(self.expired) > _MOST_EXPIRED else None

    def record_chunk(self, stream: RecordedStream, chunk: bytes) -> None:
        """Add a chunk to the video of a stream. The oldest videos make room for it."""
        with self.lock:
            stream.record(chunk)
            self.streams.add(stream, len(chunk))

    def inform(self, stream: RecordedStream, event: dict[str, Any], data: bytes) -> None:
        """Add an information event to a stream. The oldest videos make room for it."""
        with self.lock:
            stream.inform(event, data)
            self.streams.add(stream, len(data))

    def lose(self) -> None:
        """Note the seeds that go with a reset of moto."""
        with self.lock:
            queued = [seed for queue in self._queues.values() for seed in queue if not seed.optional]
            for seed in sorted(queued, key=attrgetter("number")):
                _LOST.append(LostSeed(seed.number, seed.text, seed.scope, now()))

    def lost(self) -> list[LostSeed]:
        """Return the seeds of the open blocks that a reset of moto took."""
        return [lost for lost in list(_LOST) if _BLOCKS and lost.number > _BLOCKS[0][0]]

    def unanswered(self) -> list[Call]:
        """Return the creates that took a seed, and whose sessions no answer named."""
        with self.lock:
            creates = [call for call in self.calls if call.seed is not None]
        answered = {call.session_id for call in creates if call.error is None}
        return [call for call in creates if call.session_id not in answered]

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
                fate = self.fate(number)
                raise SeedGoneError(f"seed {number} is not queued: {FATES[fate]}", fate)
            self._withdraw(seed)
            self._keep_queued(lambda queued: queued is not seed)

    def outages(self) -> list[SeedRecord]:
        """Return the errors and exceptions that every call gets until they are withdrawn, in order."""
        with self.lock:
            return [seed for seed in self._answers if seed.times is None]

    def rollback(self, savepoint: int) -> None:
        """Forget everything after a savepoint. A seed from before it that was used since stays used."""
        with self.lock:
            self.seeds = {number: seed for number, seed in self.seeds.items() if number <= savepoint}
            self._spent = deque(seed for seed in self._spent if seed.number <= savepoint)
            self._keep_queued(lambda seed: seed.number <= savepoint)
            self.streams.rollback(savepoint)
            self.expired = deque(session for session in self.expired if session.number <= savepoint)
            while self.calls and self.calls[-1].number > savepoint:
                self.calls.pop()
            for settings in (self.defaults, self.after_expiry, self.output_check):
                settings.rollback(savepoint)
            for strictnesses in (self._strictness, _BLOCKS):
                strictnesses[:] = [numbered for numbered in strictnesses if numbered[0] <= savepoint]
            self._note_rollback(savepoint)
            while _LOST and _LOST[-1].number > savepoint:
                _LOST.pop()

    def record(self, number: int) -> SeedRecord:
        """Return a seed. Raise SeedGoneError if it is not here any more."""
        found = self.seeds.get(number)
        if found is None:
            fate = self.fate(number)
            raise SeedGoneError(f"there is no seed {number} here: {FATES[fate]}", fate)
        return found

    def fate(self, number: int) -> str:
        """Return what happened to a seed that is not here any more, as a key of FATES."""
        if number in _ENDED:
            return _ENDED[number]
        if number > NUMBERS.last:
            return "unknown"
        return "rolled_back" if self.rolled_back(number) else "reset"

    def rolled_back(self, number: int) -> bool:
        """Return whether what has this number went with its block."""
        return any(first < number <= last for first, last in self._rolled_back)

    def _withdraw(self, seed: SeedRecord) -> None:
        seed.withdraw()
        self._retire(seed, "withdrawn" if seed.withdrawn else "used")

    def _retire(self, seed: SeedRecord, fate: str) -> None:
        _note_end(seed.number, fate)
        self._spent.append(seed)
        if len(self._spent) > _MOST_SPENT:
            del self.seeds[self._spent.popleft().number]

    def _queued(self) -> list[SeedRecord]:
        return [*self._answers, *(seed for queue in self._queues.values() for seed in queue)]

    def _note_rollback(self, savepoint: int) -> None:
        earlier = [(first, last) for first, last in self._rolled_back if first < savepoint]
        if earlier and earlier[-1][1] >= savepoint:
            savepoint = earlier.pop()[0]
        self._rolled_back = [*earlier, (savepoint, NUMBERS.last)][-_MOST_ROLLBACKS:]

    def _keep_queued(self, wanted: Callable[[SeedRecord], bool]) -> None:
        self._queues = {scope: deque(filter(wanted, queue)) for scope, queue in self._queues.items()}
        self._answers = list(filter(wanted, self._answers))
        self._requested = {seed.requested_id for queue in self._queues.values() for seed in queue}


def _note_end(number: int, fate: str) -> None:
    _ENDED[number] = fate
    if len(_ENDED) > _MOST_ENDED:
        _ENDED.popitem(last=False)
