"""A stream: what one StartFaceLivenessSession carried.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_rekognitionstreaming_StartFaceLivenessSession.html
"""

from __future__ import annotations

import contextlib
import datetime
import json
import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from moto_liveness.core import checks
from moto_liveness.core.challenge import CHALLENGES, LIGHT, Challenge
from moto_liveness.core.progress import waits_for_stream
from moto_liveness.core.steps import Step

if TYPE_CHECKING:
    from moto_liveness.core.views import StreamView

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

#: "The maximum video size for Face Liveness is 10 MB":
#: https://docs.aws.amazon.com/rekognition/latest/dg/face-liveness-requirements.html
LARGEST_VIDEO = 10 * 1024 * 1024
#: How many bytes of information events a stream may have. Amplify sends a few KB, and the state shows all of them.
LARGEST_INFORMATION = 128 * 1024
#: How many bytes of video and of information events a process keeps.
_MOST_BYTES = 256 * 1024 * 1024
# How many seconds a poll waits for the client of the stream to be told: real ones, whatever clock a test moves.
_LONGEST_ANNOUNCEMENT = 2.0
_TIMESTAMPS = ("VideoStartTimestamp", "VideoEndTimestamp")


class VideoDroppedError(LookupError):
    """The video was dropped to make room for later ones."""


@dataclass(kw_only=True, eq=False, repr=False)
class RecordedStream:
    """A stream that this process records. It has the attributes of a StreamView."""

    width: int
    height: int
    #: The challenge that the client and the session agreed on.
    challenge: Challenge
    started_at: datetime.datetime
    ended_at: datetime.datetime | None = None
    chunks: int = 0
    size: int = 0
    close_code: int | None = None
    error: str | None = None
    user_agent: str | None = None
    recording: bool = True
    number: int = 0
    #: How many bytes the information events had.
    informed: int = 0
    #: How many bytes of video and of information events are kept.
    kept: int = 0
    #: Set once the client was told that the results can be read, or did not listen.
    announced: threading.Event = field(default_factory=threading.Event)
    # Not a list of its chunks: those of a few bytes would take many times their size.
    _video: bytearray | None = field(default_factory=bytearray)
    # JSON, because the objects of Python would take up to 44 times its size.
    _events: list[bytes] = field(default_factory=list)
    # What is read of the events whenever the state is shown: the colors with their numbers, and the latest timestamps.
    _colors: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    _timestamps: dict[str, float] = field(default_factory=dict)

    @property
    def video(self) -> bytes:
        """The video as it was received. Raise VideoDroppedError if it is gone."""
        video = self._video  # another thread may drop it now
        if video is None:
            raise VideoDroppedError(
                f"the video of {self.size:,} bytes was dropped to make room for {_MOST_BYTES // 1024**2} MB of later "
                "videos"
            )
        return bytes(video)

    def record(self, chunk: bytes) -> None:
        """Add a chunk of video."""
        self.chunks += 1
        self.size += len(chunk)
        if self._video is not None:
            self._video += chunk
            self.kept += len(chunk)

    def inform(self, event: dict[str, Any], data: bytes) -> None:
        """Add an information event, which the client sent as this JSON."""
        self.informed += len(data)
        if self._video is not None:
            self._events.append(data)
            self.kept += len(data)
            for kind in CHALLENGES:
                self._note(kind, event["Challenge"].get(kind) or {})

    def wait_for_announcement(self) -> None:
        """Wait until the client was told that the results can be read. At most two seconds, if it does not listen."""
        self.announced.wait(_LONGEST_ANNOUNCEMENT)
        self.announced.set()

    def drop(self) -> None:
        """Drop the video and the information events."""
        self._video, self._events, self._colors, self._timestamps, self.kept = None, [], [], {}, 0

    @property
    def information(self) -> list[dict[str, Any]]:
        """The ClientSessionInformationEvents as they were sent, in order. They are dropped with the video."""
        return [json.loads(data) for data in self._events]

    @property
    def seconds(self) -> float | None:
        """How long the person's check took: VideoEndTimestamp - VideoStartTimestamp; None without both."""
        start, end = map(self._timestamps.get, _TIMESTAMPS)
        return None if start is None or end is None else (end - start) / 1000

    @property
    def colors(self) -> list[tuple[int, ...]]:
        """The colors that the person was shown, as RGB, in order; empty for a challenge without light."""
        return [rgb for _, rgb in sorted(self._colors, key=itemgetter(0))]

    def _note(self, kind: str, challenge: dict[str, Any]) -> None:
        # Only members of the model were validated, and null stands for absent.
        given = {name: challenge[name] for name in _TIMESTAMPS if challenge.get(name) is not None}
        self._timestamps.update(given)
        # Only a challenge with light has this member.
        color = challenge.get("ColorDisplayed") if kind == LIGHT else None
        if color:
            self._colors.append((color["SequenceNumber"], tuple(color["CurrentColor"]["RGB"])))


def summary(stream: RecordedStream | StreamView) -> str:
    """Return how much video a stream carried."""
    return f"{checks.plural(stream.chunks, 'chunk')} of video, {stream.size:,} bytes"


class Recordings:
    """The streams whose videos and information events are kept, the oldest first, and how many bytes these have."""

    def __init__(self) -> None:
        self._streams: deque[RecordedStream] = deque()
        self._size = 0

    def __len__(self) -> int:
        return len(self._streams)

    def add(self, stream: RecordedStream, size: int) -> None:
        """Note that a stream has grown by so many bytes, and drop the oldest ones until all of them together fit."""
        if not stream.kept:  # it has been dropped
            return
        if stream.kept == size:  # its first bytes
            self._streams.append(stream)
        self._size += size
        while self._size > _MOST_BYTES:
            oldest = self._streams.popleft()
            self._size -= oldest.kept
            oldest.drop()

    def rollback(self, savepoint: int) -> None:
        """Forget the streams that were opened after the savepoint."""
        self._streams = deque(stream for stream in self._streams if stream.number <= savepoint)
        self._size = sum(stream.kept for stream in self._streams)


# The servers of this process that answer streams.
_SERVERS: list[object] = []


@contextlib.contextmanager
def reachable() -> Iterator[None]:
    """Declare that clients can stream to this process."""
    server = object()
    _SERVERS.append(server)
    try:
        yield
    finally:
        _SERVERS.remove(server)


def check_somebody_streams(call: str) -> None:
    """Raise ValueError if no client could ever stream. The call is what a test queued for a stream."""
    if not _SERVERS:
        raise ValueError(
            f"nobody can stream to this process, so nothing would ever get {call}: start a FaceLivenessServer or a "
            "moto_liveness_server"
        )


def is_reachable() -> bool:
    """Return whether a server runs in this process."""
    return bool(_SERVERS)


def check_reachable(steps: tuple[Step, ...]) -> None:
    """Raise ValueError if a step waits for a stream and no client could ever stream."""
    if waits_for_stream(steps) and not is_reachable():
        raise ValueError(
            "nobody can stream to this process, so CREATED with until='stream' would never end: start a "
            "FaceLivenessServer or a moto_liveness_server, or decide during the test with session.set_outcome(...)"
        )
