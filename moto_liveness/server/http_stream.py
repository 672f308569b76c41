"""Streams over HTTP/1.1: both bodies are chunked and open at the same time."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto_liveness import _compat
from moto_liveness.rekognition.exceptions import ErrorAnswer
from moto_liveness.rekognitionstreaming.close_codes import CUT, NORMAL
from moto_liveness.rekognitionstreaming.events import error_body
from moto_liveness.server.connection import (
    GLANCE,
    MOST_ROUNDS,
    Gone,
    InputEnded,
    Malformed,
    Received,
    cut,
    drain,
    receive,
    send,
)

_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}")
_LENGTH = re.compile("[0-9]{1,15}")
_LONGEST_LINE = 4096
# Waiting for it takes real seconds, where a test may have replaced time.sleep.
_NEVER = threading.Event()
_EVENT_STREAM = "application/vnd.amazon.eventstream"


class Body:
    """Takes the bytes of a request's body out of its chunks, or counts them up to its Content-Length.

    https://www.rfc-editor.org/rfc/rfc9112#section-7.1
    """

    def __init__(self, length: int | None) -> None:
        #: How many bytes are still to come: of the chunk, or of a body that is not chunked.
        self._left = length or 0
        self._chunked = length is None
        #: The beginning of a line with a size.
        self._line = b""
        self.ended = length == 0
        #: Why the rest of the body cannot be read.
        self.problem: str | None = None

    def feed(self, data: bytes) -> bytes:
        """Return the bytes of the body, up to a chunk without a size."""
        pieces: list[bytes] = []
        try:
            pieces.extend(() if self.problem else self._pieces(self._line + data))
        except ValueError as error:
            self.problem = str(error)
        return b"".join(pieces)

    def _pieces(self, data: bytes) -> Iterator[bytes]:
        place, self._line = 0, b""
        while place < len(data) and not self.ended:
            if self._left:
                piece = data[place : place + self._left]
                place += len(piece)
                self._left -= len(piece)
                self.ended = not self._chunked and not self._left
                yield piece
                continue
            # A line with a size, behind the one that ends the chunk before.
            start = place + 2 * data.startswith(b"\r\n", place)
            end = data.find(b"\r\n", start)
            if end < 0 and len(data) - place < _LONGEST_LINE:
                self._line = data[place:]
                return
            # Of a line without an end only the beginning is looked at.
            end = end if end >= 0 else len(data)
            size = data[start:end].partition(b";")[0].strip()
            if not _SIZE.fullmatch(size) or end == len(data):
                raise ValueError(f"a chunk of the body begins with {size[:20]!r}, not with its size")
            self._left, place = int(size, 16), end + 2
            self.ended = self._left == 0


class Connection:
    """A client that streams over HTTP/1.1."""

    def __init__(self, handler: Any) -> None:
        self._handler = handler
        self._socket: socket.socket = handler.connection
        length = handler.headers.get("Content-Length", "")
        chunked = "chunked" in handler.headers.get("Transfer-Encoding", "").lower()
        self._body = Body(None if chunked else int(length) if _LENGTH.fullmatch(length) else 0)
        self._told = self._gone = False
        #: What came before the stream was accepted.
        self._early = bytearray(self._body.feed(_buffered(handler)))

    def has_left(self) -> bool:
        """See Connection.has_left."""
        for _ in range(MOST_ROUNDS):
            data = receive(self._socket, GLANCE)
            if not data:
                # Once its body has ended, it may have closed only the half that it sends on.
                return data == b"" and not self._body.ended
            self._early += self._body.feed(data)
        return False

    def begin(self, session_id: str) -> None:
        """Accept the stream."""
        headers = {
            "Content-Type": _EVENT_STREAM,
            "Transfer-Encoding": "chunked",
            "x-amz-rekognition-streaming-liveness-session-id": session_id,
        }
        self._send_head(200, headers)

    def refuse(self, answer: ErrorAnswer, wait: Callable[[], object]) -> None:
        """Answer with an error, in the form of a REST service."""
        wait()
        headers = {"x-amzn-errortype": answer.code, "Content-Type": "application/json"}
        self.answer(answer.http_status, headers, error_body(answer.message))

    def answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Answer without a stream. The body is as long as the headers say, or is not sent to a HEAD."""
        self._send_head(status, {"Content-Length": str(len(body)), **headers})
        send(self._socket, body)
        drain(self._socket)

    def read(self, seconds: float) -> Received | None:
        """See Connection.read."""
        if self._early:
            early, self._early = bytes(self._early), bytearray()
            return early
        if (self._body.ended or self._body.problem) and not self._told:
            self._told = True
            return Malformed(self._body.problem) if self._body.problem else InputEnded()
        if self._gone:  # and may still listen
            _NEVER.wait(seconds)
            return None
        data = receive(self._socket, seconds)
        if data is None:
            return None
        if not data:
            self._gone = self._body.ended
            return None if self._gone else Gone(CUT)
        return self._body.feed(data)

    def send(self, message: bytes) -> None:
        """Send a message, in a chunk of its own."""
        send(self._socket, b"%x\r\n%s\r\n" % (len(message), message))

    def close(self, close_code: int) -> None:
        """End the body. HTTP has no close codes: the body breaks off if the stream did not end well."""
        if close_code == NORMAL:
            send(self._socket, b"0\r\n\r\n")
            drain(self._socket)
        cut(self._socket)

    def part(self) -> None:
        """See Connection.part."""
        cut(self._socket)

    def _send_head(self, status: int, headers: dict[str, str]) -> None:
        self._handler.send_response(status)
        for name, value in {**headers, "x-amzn-requestid": _compat.uuid4(), "Connection": "close"}.items():
            self._handler.send_header(name, value)
        self._socket.settimeout(None)
        self._handler.end_headers()


def _buffered(handler: Any) -> bytes:
    """Return what the handler has read beyond the headers. It must not read any more: a timeout would break it."""
    handler.connection.setblocking(False)
    try:
        with contextlib.suppress(ssl.SSLWantReadError):
            data: bytes = handler.rfile.read1(1024 * 1024) or b""
            return data
        return b""
    finally:
        handler.connection.setblocking(True)
