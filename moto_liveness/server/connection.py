"""The connection of one stream: what both transports share, and the loop that passes bytes back and forth."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol, TypeAlias

from moto_liveness.rekognition.exceptions import ErrorAnswer
from moto_liveness.rekognitionstreaming.close_codes import CUT
from moto_liveness.rekognitionstreaming.protocol import Conversation

# How long a stream waits for its client before it looks at the clock and at the test again, in seconds.
_TICK = 0.1
_MOST_BYTES = 256 * 1024
#: How long to look whether a client has left. Without any time, TLS could not tell.
GLANCE = 0.01
#: How long a client may take for its last words, and how long a stopping server waits for its next stream to end.
LAST_SECONDS = 2.0
#: How often a server reads before its first words, and after its last ones.
MOST_ROUNDS = 1_000


class InputEnded:
    """The client has nothing more to send, and still listens."""


class Malformed(NamedTuple):
    """The client sent something that cannot be read."""

    problem: str


class Gone(NamedTuple):
    """The client is gone, with a close code."""

    close_code: int


#: What a read of a connection can find.
Received: TypeAlias = "bytes | InputEnded | Malformed | Gone"


class Connection(Protocol):
    """A connection to a client that streams."""

    def has_left(self) -> bool:
        """Return whether the client has given up waiting for the stream to be accepted."""

    def begin(self, session_id: str) -> None:
        """Accept the stream."""

    def refuse(self, answer: ErrorAnswer, wait: Callable[[], object]) -> None:
        """Answer with an error instead of a stream, after a wait."""

    def read(self, seconds: float) -> Received | None:
        """Return what arrived meanwhile; None for nothing."""

    def send(self, message: bytes) -> None:
        """Send a message of the event stream."""

    def close(self, close_code: int) -> None:
        """End the stream, and wait until the client has seen it."""

    def part(self) -> None:
        """Complete the closing handshake of a client that leaves."""


def converse(conversation: Conversation, connection: Connection, streams: Streams, delay: float = 0) -> None:
    """Run a stream until it ends. Its first events are so many seconds late."""
    with streams.one():
        try:
            connection.begin(conversation.session_id)
            early = _listen(connection, streams, delay)
            reply = conversation.opening()
            while True:
                streams.wait(reply.delay)
                for message in reply.messages:
                    connection.send(message)
                if reply.close_code is not None:
                    conversation.sent()
                    connection.close(reply.close_code)
                    return
                received = early.popleft() if early else None if streams.stopping else connection.read(_TICK)
                if isinstance(received, Gone):
                    # First the session: a client that sees the answer may ask for the results at once.
                    conversation.break_off(received.close_code)
                    connection.part()
                    return
                if isinstance(received, Malformed):
                    reply = conversation.refuse(received.problem)
                elif isinstance(received, InputEnded):
                    reply = conversation.end_input()
                elif received is not None:
                    reply = conversation.receive(received)
                else:
                    reply = conversation.stop() if streams.stopping else conversation.poll()
        except OSError:  # the client is gone
            pass
        finally:
            conversation.break_off(CUT)


def _listen(connection: Connection, streams: Streams, seconds: float) -> deque[Received]:
    """Wait so many seconds, or until the client leaves, and return what arrived meanwhile."""
    early: deque[Received] = deque()
    if seconds:
        waiting = threading.Thread(target=streams.wait, args=(seconds,), daemon=True)
        waiting.start()
        while waiting.is_alive() and len(early) < MOST_ROUNDS:
            received = connection.read(_TICK)
            if received is not None:
                early.append(received)
            if isinstance(received, Gone):
                return early
        waiting.join()
    return early


class Streams:
    """The open streams of one server."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._changed = threading.Condition()
        self._open = 0

    @property
    def stopping(self) -> bool:
        """Whether the server stops."""
        return self._stopped.is_set()

    def wait(self, seconds: float) -> None:
        """Wait so many real seconds, or until the server stops. No clock that a test moves counts them."""
        if seconds:
            self._stopped.wait(seconds)

    @contextlib.contextmanager
    def one(self) -> Iterator[None]:
        """Count an open stream."""
        with self._changed:
            self._open += 1
        try:
            yield
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def stop(self) -> None:
        """Close the open streams, and wait for that."""
        self._stopped.set()
        with self._changed:
            # Not wait_for, whose clock a test may have stopped.
            while self._open and self._changed.wait(LAST_SECONDS):
                pass


class Clients:
    """The connections of one server. Browsers open some ahead of need, and other clients keep theirs."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._handlers: set[Any] = set()

    @contextlib.contextmanager
    def one(self, handler: Any) -> Iterator[None]:
        """Track a connection by its handler, whose request is the socket."""
        with self._changed:
            self._handlers.add(handler)
        try:
            yield
        finally:
            with self._changed:
                self._handlers.remove(handler)
                self._changed.notify_all()

    def stop(self) -> None:
        """End the connections, after the answers that are on their way, and wait for that."""
        for how in (socket.SHUT_RD, socket.SHUT_RDWR):
            with self._changed:
                for handler in self._handlers:
                    with contextlib.suppress(OSError):
                        # Not the method of a TLS socket, which would go on without TLS.
                        socket.socket.shutdown(handler.request, how)
                while self._handlers and self._changed.wait(LAST_SECONDS):
                    pass


def receive(connected: socket.socket, seconds: float) -> bytes | None:
    """Return what arrives meanwhile: None for nothing, no bytes if the client is gone."""
    connected.settimeout(seconds)
    try:
        return connected.recv(_MOST_BYTES)
    except TimeoutError:
        return None
    except OSError:
        return b""


def send(connected: socket.socket, data: bytes) -> None:
    """Send all of it."""
    connected.settimeout(LAST_SECONDS)
    connected.sendall(data)


def drain(connected: socket.socket) -> None:
    """Read on until the client leaves: one that still sends would see a reset instead of the last words.

    No clock limits it, because a test may have stopped them all: a silent client is given up, and an endless one too.
    """
    rounds = iter(range(MOST_ROUNDS))
    while next(rounds, None) is not None and receive(connected, LAST_SECONDS):
        pass


def cut(connected: socket.socket) -> None:
    """Shut the connection in both directions."""
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
