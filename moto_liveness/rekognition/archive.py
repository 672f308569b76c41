"""The sessions that have expired, kept small: a server that is never reset remembers all of them.

What is left of one is its id, what it was created with, and how often it was polled. That takes 62 bytes, and as a
session it would take 700.
"""

from __future__ import annotations

import datetime
import struct
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from moto_liveness.core.seeds import SeedRecord
from moto_liveness.core.session import ScriptedSession
from moto_liveness.core.stream import RecordedStream

_S = TypeVar("_S", bound=ScriptedSession)

_FORMAT = struct.Struct("<dQQIB")


class Facts(NamedTuple):
    """What is kept of every expired session."""

    created_at: datetime.datetime
    number: int
    polled_unseeded: int
    poll_count: int
    audit_images_limit: int


class Extras(NamedTuple):
    """What is kept of an expired session that has it."""

    request: Mapping[str, Any]
    seed: SeedRecord | None
    stream: RecordedStream | None


_NO_EXTRAS = Extras({}, None, None)


class Archive(Generic[_S]):
    """Expired sessions in the order in which they were created.

    Somebody who holds a session while it expires goes on with that very object.
    """

    def __init__(self, revive: Callable[[str, Facts, Extras], _S]) -> None:
        self._revive = revive
        self._packed: dict[str, bytes] = {}
        self._extras: dict[str, Extras] = {}
        self._held: weakref.WeakValueDictionary[str, _S] = weakref.WeakValueDictionary()

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._packed

    def select(self, wanted: Callable[[Facts], bool]) -> Iterator[_S]:
        """Yield the sessions with wanted facts."""
        for session_id, packed in list(self._packed.items()):
            session = self.get(session_id) if wanted(_unpack(packed)) else None
            if session is not None:
                yield session

    def get(self, session_id: str) -> _S | None:
        """Return a session; None if it is not here."""
        held = self._held.get(session_id)
        packed = self._packed.get(session_id)
        if held is not None or packed is None:
            return held
        session = self._revive(session_id, _unpack(packed), self._extras.get(session_id, _NO_EXTRAS))
        self._held[session_id] = session
        return session

    def keep(self, session: _S, number: int, polled_unseeded: int) -> None:
        """Keep what is left of a session, instead of what is kept already."""
        created, polls, limit = session.created_at.timestamp(), session.poll_count, session.audit_images_limit
        self._packed[session.id] = _FORMAT.pack(created, number, polled_unseeded, polls, limit)
        extras = Extras(session.request, session.seed, session.stream)
        if any(extras):
            self._extras[session.id] = extras
        self._held[session.id] = session

    def rollback(self, savepoint: int) -> None:
        """Forget the sessions that were made after the savepoint."""
        while self._packed and _unpack(next(reversed(self._packed.values()))).number > savepoint:
            session_id, _ = self._packed.popitem()
            self._extras.pop(session_id, None)
            self._held.pop(session_id, None)


def _unpack(packed: bytes) -> Facts:
    timestamp, *numbers = _FORMAT.unpack(packed)
    return Facts(datetime.datetime.fromtimestamp(timestamp, datetime.timezone.utc), *numbers)
