"""What a handle returns: sessions, seeds and streams, each a store and the number of something in its state.

Their attributes are read from the state as it is now. Once the state is gone they keep the values that were read last.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar, cast
from weakref import WeakValueDictionary

from moto_liveness.control.store import Store
from moto_liveness.core import commands
from moto_liveness.core.challenge import Challenge
from moto_liveness.core.frozen import set_fields
from moto_liveness.core.lock import Lock
from moto_liveness.core.read_only import ReadOnly
from moto_liveness.core.script import SeedGoneError
from moto_liveness.core.seeds import AnySeed, SeedRecord
from moto_liveness.core.session import gone
from moto_liveness.core.steps import Step
from moto_liveness.core.stream import summary
from moto_liveness.core.views import SeedView, SessionView, StreamView, copy_of

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

_T = TypeVar("_T")


class _Now(Generic[_T]):
    """An attribute that is read from the state as it is now."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> _T:
        # The class itself shows the descriptor, for documentation.
        return cast("_T", self if instance is None else self._value(instance))

    def _value(self, instance: Any) -> Any:
        return getattr(instance._now(), self._name)


class _Always(_Now[_T]):
    """An attribute that never changes."""

    def _value(self, instance: Any) -> Any:
        return getattr(instance._seen, self._name)


class Stream(ReadOnly):
    """What the client of one face liveness session streamed. It can be read while the stream is open.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_rekognitionstreaming_StartFaceLivenessSession.html
    """

    _instead = "The client that streams changes it."

    #: The width of the video in pixels, as the client declared it when it opened the stream.
    width = _Always[int]()
    #: The height of the video in pixels, as the client declared it when it opened the stream.
    height = _Always[int]()
    #: The challenge that the client and the session agreed on.
    challenge = _Always[Challenge]()
    #: When the stream was opened, in UTC, by the clock that freezegun and time-machine move.
    started_at = _Always[datetime.datetime]()
    #: When the stream was over, in UTC, by the same clock; None while it is open.
    ended_at = _Now[datetime.datetime | None]()
    #: How many chunks of video arrived.
    chunks = _Now[int]()
    #: How many bytes of video arrived.
    size = _Now[int]()
    #: The ClientSessionInformationEvents as they were sent, in order.
    information = _Now[list[dict[str, Any]]]()
    #: The close code of a client that broke off before its video had ended; 1006 if the connection was lost.
    close_code = _Now[int | None]()
    #: The code of the error that ended the stream; None if there was none.
    error = _Now[str | None]()
    #: What the client calls itself, its x-amz-user-agent or user-agent.
    user_agent = _Always[str | None]()
    #: Whether the client is still sending its video. Meanwhile the session is IN_PROGRESS.
    recording = _Now[bool]()
    #: How long the person's check took, VideoEndTimestamp - VideoStartTimestamp; None without both.
    seconds = _Now[float | None]()
    #: The colors that the person was shown, as RGB, in order; empty for a challenge without light.
    colors = _Now[list[tuple[int, ...]]]()

    def __init__(self, session: Session, seen: StreamView) -> None:
        self._session = session
        self._seen = seen

    def __str__(self) -> str:
        return summary(self._now())

    def __repr__(self) -> str:
        return f"<Stream: {self}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and self._session == other._session

    def __hash__(self) -> int:
        return hash(self._session)

    @property
    def video(self) -> bytes:
        """The video as it was received, at most 10 MB. Write it to a file and watch it.

        A process keeps 256 MB of video. The oldest videos go first.

        Raises:
            LookupError: if this one is gone.
        """
        return self._session._store.do(commands.ShowVideo(session_id=self._session.id))

    def _now(self) -> StreamView:
        self._seen = self._session._now().stream or self._seen
        return self._seen


class Session(ReadOnly):
    """One face liveness session, created by the code under test or added with add_session.

    Its attributes can be read at any time; reading them is not a poll. Only set_outcome changes a session.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html
    """

    _instead = "Use set_outcome(...) to change what polls report."

    #: The SessionId, a UUID.
    id = _Always[str]()
    #: The parameters of CreateFaceLivenessSession, as Call.params has them; empty for an added session.
    request = _Always[Mapping[str, Any]]()
    #: When the session was created, in UTC, by the clock that freezegun and time-machine move.
    created_at = _Always[datetime.datetime]()
    #: The region that the session belongs to.
    region_name = _Always[str]()
    #: The account that the session belongs to.
    account_id = _Always[str]()
    #: How many audit images a poll returns at most, the AuditImagesLimit of the request, from 0 to 4.
    audit_images_limit = _Always[int]()
    #: The Status that a poll would report now; None if it would get an ApiError.
    status = _Now[str | None]()
    #: How many polls a step of this session has answered.
    poll_count = _Now[int]()
    #: Whether the session stays CREATED until a client streams to it.
    waits_for_stream = _Now[bool]()

    def __init__(self, store: Store, seen: SessionView) -> None:
        self._store = store
        self._seen = seen
        self._ended = False

    def __repr__(self) -> str:
        where = f"<Session {self.id} in {self.region_name}, account {self.account_id}"
        # Not its status on a server: a repr should not send a request.
        return (
            f"{where}: {self.status}>"
            if self._store.endpoint_url is None
            else f"{where}, at {self._store.endpoint_url}>"
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Session) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def stream(self) -> Stream | None:
        """What a client streamed to this session with StartFaceLivenessSession; None if nobody did."""
        seen = self._now().stream
        return None if seen is None else Stream(self, seen)

    def set_outcome(self, *steps: Step) -> None:
        """Replace the steps that are still to come, from now on, to decide the outcome while the test runs.

        While a client streams, it decides what comes after the stream; a Created(until="stream") is then over. If the
        request has an OutputConfig, the images of Succeeded are written to S3 at once.

        Args:
            *steps: as for FaceLiveness.queue. A session that was created without a seed counts as seeded from now on.

        Raises:
            TypeError, ValueError: for steps that no session could go through, and if the session is expired, or if a
                poll has already reported a later status than the first step: a session never goes back.
            RuntimeError: if the mock that the session belongs to has ended.
        """
        command = commands.SetOutcome(session_id=self.id, steps=steps)
        try:
            if self._in_state() is None:
                raise LookupError
            self._store.do(command)
        except LookupError:  # or it went between the two
            raise RuntimeError(gone(self.id)) from None

    @property
    def _identity(self) -> tuple[str, int, str | None]:
        # After /moto-api/seed moto's generator repeats itself.
        return self.id, self._seen.number, self._store.endpoint_url

    def _in_state(self) -> SessionView | None:
        if self._ended:
            return None
        try:
            found = self._store.do(commands.ShowSession(session_id=self.id))
        except LookupError:
            return None
        return found if found.number == self._seen.number else None

    def _now(self) -> SessionView:
        self._seen = self._in_state() or self._seen
        return self._seen


class Seed(ReadOnly):
    """What a test queued: the steps of one session, or an error for calls.

    The str of a seed is the call that queued it, and the line of the test. The seed of a scenario has several parts:
    the steps of its session, and its errors.
    """

    _instead = "Remove the seed with withdraw(), and queue another."

    #: Whether the seed may go unused.
    optional: bool
    #: The name of the scenario that it is a part of; None if it was queued by itself.
    scenario: str | None
    #: The region that it serves; None for any.
    region_name: str | None
    #: The account that it serves; None for any.
    account_id: str | None
    #: The line that queued it, as in ``tests/test_signup.py:12``.
    queued_at: str | None
    #: The call that queued it.
    call: str
    #: Its place in the order of everything that was seeded and that happened.
    number: int
    parts: list[Part]

    def __init__(self, store: Store, seeds: Sequence[AnySeed], numbers: Sequence[int]) -> None:
        first = seeds[0]
        set_fields(
            self,
            optional=first.optional,
            scenario=first.scenario,
            **first.scope.arguments(),
            queued_at=first.queued_at,
            call=first.call,
            number=numbers[0],
            parts=[Part(store, seed, number) for seed, number in zip(seeds, numbers, strict=True)],
        )

    def __str__(self) -> str:
        return "; ".join(part.now().text for part in self.parts)

    def __repr__(self) -> str:
        return f"<Seed {self.number}: {self.call}>"

    @property
    def used(self) -> bool:
        """Whether a session got the steps, and each error was raised as often as it was queued."""
        return all(part.used for part in self.parts)

    @property
    def withdrawn(self) -> bool:
        """Whether a test withdrew it, or what was left of it."""
        return any(part.withdrawn for part in self.parts)

    @property
    def session_id(self) -> str | None:
        """For steps, the session that got them, None before; for an error, the session that its calls must name."""
        return self.parts[0].now().session_id


class Part:
    """One seed in the state."""

    def __init__(self, store: Store, seed: AnySeed, number: int) -> None:
        self.scope = seed.scope
        self._store = store
        self._number = number
        self._fate: str | None = None
        self._seen = copy_of(SeedRecord(seed, number))
        if store.endpoint_url is None:  # where it costs no request
            self.now()

    def now(self) -> SeedView:
        """Return the seed as it is now, or as it was seen last."""
        try:
            self._seen, self._fate = self._store.do(commands.ShowSeed(number=self._number)), None
        except SeedGoneError as error:
            self._fate = error.fate
        return self._seen

    @property
    def used(self) -> bool:
        """Whether it is used up. A used seed stays used, whatever makes the state forget it."""
        return self.now().used or self._fate == "used"

    @property
    def withdrawn(self) -> bool:
        """Whether it was withdrawn."""
        return self.now().withdrawn or self._fate == "withdrawn"


_SESSIONS: WeakValueDictionary[tuple[Store, int, str], Session] = WeakValueDictionary()
_LOCK = Lock()


def session_of(store: Store, seen: SessionView) -> Session:
    """Return the session of a view: the same object as long as a test holds it."""
    with _LOCK:
        key = store, seen.number, seen.id
        session = _SESSIONS.get(key)
        if session is None:
            _SESSIONS[key] = session = Session(store, seen)
        return session


def end_sessions(store: Store, since: int, read: Callable[[], Iterable[SessionView]]) -> None:
    """Freeze the sessions of a block on a server at their state at its end, which is read only if a test holds any."""
    with _LOCK:
        held = {key: session for key, session in _SESSIONS.items() if key[0] == store and key[1] > since}
    for session in held.values():
        session._ended = True
    for seen in read() if held else ():
        if (store, seen.number, seen.id) in held:
            held[store, seen.number, seen.id]._seen = seen
