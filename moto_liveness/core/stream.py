"""A stream: what one StartFaceLivenessSession carried.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_rekognitionstreaming_StartFaceLivenessSession.html
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto_liveness.core import checks
from moto_liveness.core.challenge import CHALLENGES, Challenge
from moto_liveness.core.steps import Step, Wait

if TYPE_CHECKING:
    from moto_liveness.core.views import StreamView

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises

#: "The maximum video size for Face Liveness is 10 MB":
#: https://docs.aws.amazon.com/rekognition/latest/dg/face-liveness-requirements.html
LARGEST_VIDEO = 10 * 1024 * 1024
#: How many bytes of information events a stream may have; Amplify sends a few KB.
LARGEST_INFORMATION = 1024 * 1024
#: How many bytes of video a process keeps.
_MOST_BYTES = 256 * 1024 * 1024


class VideoDroppedError(LookupError):
    """The video is gone, because later ones needed its room."""


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
    information: list[dict[str, Any]] = field(default_factory=list)
    close_code: int | None = None
    error: str | None = None
    user_agent: str | None = None
    recording: bool = True
    number: int = 0
    #: How many bytes the information events had.
    informed: int = 0
    _parts: list[bytes] | None = field(default_factory=list)

    @property
    def video(self) -> bytes:
        """The video as it was received. Raise VideoDroppedError if it is gone."""
        parts = self._parts  # another thread may drop it now
        if parts is None:
            raise VideoDroppedError(
                f"the video of {self.size:,} bytes is gone: {_MOST_BYTES // 1024**2} MB of later videos needed its room"
            )
        return b"".join(parts)

    @property
    def kept(self) -> int:
        """How many bytes of video are kept."""
        return 0 if self._parts is None else self.size

    def record(self, chunk: bytes) -> None:
        """Add a chunk of video."""
        self.chunks += 1
        self.size += len(chunk)
        if self._parts is not None:
            self._parts.append(chunk)

    def drop_video(self) -> None:
        """Drop the video."""
        self._parts = None

    @property
    def seconds(self) -> float | None:
        """How long the person's check took: VideoEndTimestamp - VideoStartTimestamp; None if the client lacked one."""
        start, end = (self._latest(name) for name in ("VideoStartTimestamp", "VideoEndTimestamp"))
        return None if start is None or end is None else (end - start) / 1000

    @property
    def colors(self) -> list[tuple[int, ...]]:
        """The colors that the person was shown, as RGB, in their order; empty for a challenge without light."""
        shown = [challenge["ColorDisplayed"] for challenge in self._challenges if challenge.get("ColorDisplayed")]
        in_order = sorted(shown, key=lambda color: color["SequenceNumber"])
        return [tuple(color["CurrentColor"]["RGB"]) for color in in_order]

    @property
    def _challenges(self) -> Iterator[dict[str, Any]]:
        # Only what the model knows was checked, and null is absent.
        found = (event["Challenge"].get(name) for event in self.information for name in CHALLENGES)
        return (challenge for challenge in found if challenge is not None)

    def _latest(self, name: str) -> float | None:
        values = [challenge[name] for challenge in self._challenges if challenge.get(name) is not None]
        return values[-1] if values else None


def summary(stream: RecordedStream | StreamView) -> str:
    """Return how much video a stream carried."""
    return f"{checks.plural(stream.chunks, 'chunk')} of video, {stream.size:,} bytes"


def make_room(streams: Iterable[RecordedStream]) -> None:
    """Drop the videos of the oldest streams until all of them together fit."""
    with_video = [stream for stream in streams if stream.kept]
    surplus = sum(stream.kept for stream in with_video) - _MOST_BYTES
    for stream in with_video:
        if surplus <= 0:
            return
        surplus -= stream.kept
        stream.drop_video()


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


def check_reachable(steps: Iterable[Step]) -> None:
    """Raise ValueError if a step waits for a stream and no client could ever stream."""
    if any(isinstance(step, Wait) and step.until for step in steps) and not _SERVERS:
        raise ValueError(
            "nobody can stream to this process, so CREATED with until='stream' would never end: start a "
            "FaceLivenessServer or a moto_liveness_server, or decide during the test with session.set_outcome(...)"
        )
