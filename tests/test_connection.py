"""The connection of a stream, where the timing of a real client would decide."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from email.message import Message
from typing import Any, cast

import pytest

from moto_liveness import FaceLiveness
from moto_liveness.rekognition.exceptions import ErrorAnswer
from moto_liveness.server import http_stream
from moto_liveness.server.connection import Gone, InputEnded, Malformed, Streams, converse, receive
from tests.aws import ALIVE
from tests.streaming import END_OF_VIDEO, answers, conversation, video


class Scripted:
    """A connection whose client does what the test says, and that remembers what it was told."""

    def __init__(self, *reads: bytes | InputEnded | Malformed | Gone | None, deaf: bool = False) -> None:
        self._reads = list(reads)
        self._deaf = deaf
        self.close_code: int | None = None
        self.parted = False
        self.sent: list[bytes] = []

    def begin(self, session_id: str) -> None:
        if self._deaf:
            raise BrokenPipeError

    def refuse(self, answer: ErrorAnswer) -> None:
        raise NotImplementedError

    def read(self, seconds: float) -> bytes | InputEnded | Malformed | Gone | None:
        return self._reads.pop(0)

    def send(self, message: bytes) -> None:
        if self._deaf:
            raise BrokenPipeError
        self.sent.append(message)

    def close(self, close_code: int) -> None:
        self.close_code = close_code

    def part(self) -> None:
        self.parted = True


@pytest.fixture
def face_liveness(environment: None) -> Iterator[FaceLiveness]:
    with FaceLiveness() as handle:
        yield handle


def test_a_client_that_cannot_be_told_anything_breaks_its_stream_off(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)

    converse(conversation(session.id), Scripted(deaf=True), Streams())

    assert session.status == "FAILED"
    assert session.stream is not None
    assert session.stream.close_code == 1006


def test_silence_does_not_end_a_stream(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    connection = Scripted(None, video(b"a video"), None, END_OF_VIDEO)

    converse(conversation(session.id), connection, Streams())

    assert (session.status, connection.close_code) == ("SUCCEEDED", 1000)


def test_the_end_of_the_input_ends_the_video(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)

    converse(conversation(session.id), Scripted(video(b"a video"), InputEnded()), Streams())

    assert session.status == "SUCCEEDED"


def test_the_session_has_failed_before_a_close_is_answered(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    connection = Scripted(Gone(4003))

    converse(conversation(session.id), connection, Streams())

    assert (session.status, connection.parted) == ("FAILED", True)


def test_a_server_that_stops_ends_the_stream(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    connection, streams = Scripted(), Streams()
    streams.stop()

    converse(conversation(session.id), connection, streams)

    assert (session.status, connection.close_code) == ("FAILED", 1001)


def test_a_socket_that_fails_is_a_client_that_is_gone() -> None:
    with socket.socket() as never_connected:
        assert receive(never_connected, 1) == b""


class Handler:
    """What a connection uses of werkzeug's request handler."""

    def __init__(self, connection: socket.socket, buffered: bytes, **headers: str) -> None:
        self.connection = connection
        self.rfile = io.BufferedReader(cast("Any", io.BytesIO(buffered)))
        self.headers = Message()
        for name, value in headers.items():
            self.headers[name.replace("_", "-")] = value


@pytest.fixture
def sockets() -> Iterator[tuple[socket.socket, socket.socket]]:
    server, client = socket.socketpair()
    with server, client:
        yield server, client


def test_what_was_read_with_the_headers_belongs_to_the_body(sockets: tuple[socket.socket, socket.socket]) -> None:
    connection = http_stream.Connection(Handler(sockets[0], b"3\r\nabc\r\n0\r\n\r\n", Transfer_Encoding="chunked"))

    assert connection.read(0.01) == b"abc"
    assert isinstance(connection.read(0.01), InputEnded)
    assert connection.read(0.01) is None


def test_a_client_that_has_said_everything_may_close_its_half(sockets: tuple[socket.socket, socket.socket]) -> None:
    server, client = sockets
    connection = http_stream.Connection(Handler(server, b"abc", Content_Length="3"))
    client.shutdown(socket.SHUT_WR)

    assert connection.read(0.01) == b"abc"
    assert isinstance(connection.read(0.01), InputEnded)
    assert [connection.read(0.01), connection.read(0.01)] == [None, None]


def test_a_client_that_leaves_before_the_end_of_its_body_is_gone(sockets: tuple[socket.socket, socket.socket]) -> None:
    server, client = sockets
    connection = http_stream.Connection(Handler(server, b"", Transfer_Encoding="chunked"))
    assert connection.read(0.01) is None
    client.close()

    assert isinstance(connection.read(0.01), Gone)


@pytest.mark.parametrize("ends", [False, True])
def test_a_client_that_closes_its_half_before_a_late_stream_waits_for_it_if_its_body_has_ended(
    sockets: tuple[socket.socket, socket.socket], ends: bool
) -> None:
    server, client = sockets
    connection = http_stream.Connection(Handler(server, b"", Transfer_Encoding="chunked"))
    client.sendall(b"3\r\nabc\r\n" + b"0\r\n\r\n" * ends)
    client.shutdown(socket.SHUT_WR)

    assert connection.has_left() is not ends
    assert connection.read(0.01) == b"abc"


def test_a_client_that_still_sends_waits_for_a_late_stream(sockets: tuple[socket.socket, socket.socket]) -> None:
    server, client = sockets
    connection = http_stream.Connection(Handler(server, b"", Transfer_Encoding="chunked"))
    client.sendall(b"3\r\nabc\r\n")

    assert not connection.has_left()
    assert connection.read(0.01) == b"abc"


def test_a_client_that_sends_without_end_before_a_late_stream_has_not_left(
    sockets: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_stream, "MOST_ROUNDS", 1)
    server, client = sockets
    connection = http_stream.Connection(Handler(server, b"", Transfer_Encoding="chunked"))
    client.sendall(b"3\r\nabc\r\n")

    assert not connection.has_left()
    assert connection.read(0.01) == b"abc"


def test_what_arrives_before_late_first_events_follows_them(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    connection = Scripted(None, video(b"a video"), END_OF_VIDEO, Gone(1000))

    converse(conversation(session.id), connection, Streams(), 0.05)

    assert [answer.name for answer in answers(b"".join(connection.sent))][1:] == [
        "ServerSessionInformationEvent",
        "DisconnectionEvent",
    ]
    assert session.status == "SUCCEEDED"


def test_a_body_without_sizes_is_not_a_body(sockets: tuple[socket.socket, socket.socket]) -> None:
    connection = http_stream.Connection(Handler(sockets[0], b"no size\r\n", Transfer_Encoding="chunked"))

    assert isinstance(connection.read(0.01), Malformed)


def test_a_body_that_cannot_be_read_is_refused(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    connection = Scripted(Malformed("no size"))

    converse(conversation(session.id), connection, Streams())

    assert (session.status, connection.close_code) == ("FAILED", 1000)
    assert face_liveness.calls[-1].message == "no size"


def test_a_message_is_sent_in_a_chunk(sockets: tuple[socket.socket, socket.socket]) -> None:
    server, client = sockets
    http_stream.Connection(Handler(server, b"", Content_Length="0")).send(b"a message")

    assert client.recv(100) == b"9\r\na message\r\n"
