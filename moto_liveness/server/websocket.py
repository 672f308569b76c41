"""Streams over a WebSocket, with wsproto: one thread reads and writes, as a TLS connection needs it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Event, Ping, Request, TextMessage

from moto_liveness.rekognition.exceptions import ErrorAnswer
from moto_liveness.rekognitionstreaming.close_codes import CUT, NORMAL
from moto_liveness.rekognitionstreaming.events import exception
from moto_liveness.server.connection import GLANCE, LAST_SECONDS, MOST_ROUNDS, Gone, Malformed, cut, receive, send

_TEXT = Malformed("a message of the WebSocket is text: the event stream is binary")


class Connection:
    """A client that streams over a WebSocket."""

    def __init__(self, handler: Any) -> None:
        self._socket: socket.socket = handler.connection
        self._protocol = WSConnection(ConnectionType.SERVER)
        self._gone: Gone | None = None
        self._problem: Malformed | None = None
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in handler.headers.items()]
        # Raises RemoteProtocolError for a request that asks for no WebSocket.
        self._protocol.initiate_upgrade_connection(headers, handler.path)

    def has_left(self) -> bool:
        """See Connection.has_left."""
        return receive(self._socket, GLANCE) == b""  # and sends nothing before its stream is accepted

    def begin(self, session_id: str) -> None:  # noqa: ARG002  # over HTTP it is a header of the answer
        """Accept the stream."""
        next(event for event in self._protocol.events() if isinstance(event, Request))
        # Amplify for Android sets its clock by the date.
        self._send(AcceptConnection(extra_headers=[(b"date", formatdate(usegmt=True).encode())]))

    def refuse(self, answer: ErrorAnswer, wait: Callable[[], object]) -> None:
        """Accept the stream, and end it with an error: a browser would not see the status of a refusal."""
        self.begin("")
        wait()
        self.send(exception(answer.code, answer.message))
        self.close(NORMAL)

    def read(self, seconds: float) -> bytes | Malformed | Gone | None:
        """See Connection.read."""
        if self._gone is None and self._problem is None:
            data = receive(self._socket, seconds)
            if data is None:
                return None
            self._protocol.receive_data(data or None)
            received = [payload for event in self._protocol.events() for payload in self._payload_of(event)]
            # What came before the close frame, in one piece with it, counts.
            if any(received):
                return b"".join(received)
        problem, self._problem = self._problem, None
        return problem or self._gone

    def send(self, message: bytes) -> None:
        """Send a message of the event stream in a message of its own."""
        # A client that has closed its side, as AWS's SDK does after its last event, hears no messages any more.
        if self._protocol.state is ConnectionState.OPEN:
            self._send(BytesMessage(data=message))

    def close(self, close_code: int) -> None:
        """Close the WebSocket."""
        if close_code != CUT:
            self._send(CloseConnection(code=close_code))
            rounds = iter(range(MOST_ROUNDS))
            while next(rounds, None) is not None and isinstance(self.read(LAST_SECONDS), bytes):
                pass
        cut(self._socket)

    def part(self) -> None:
        """See Connection.part."""
        # Not with the client's own code, as wsproto would: Amplify would report an error after a cancel.
        if self._protocol.state is ConnectionState.REMOTE_CLOSING:
            self._send(CloseConnection(code=NORMAL))
        cut(self._socket)

    def _payload_of(self, event: Event) -> Iterator[bytes]:
        if isinstance(event, BytesMessage):
            yield bytes(event.data)
        elif isinstance(event, TextMessage):
            self._problem = _TEXT
        elif isinstance(event, CloseConnection):
            self._gone = Gone(int(event.code))
        elif isinstance(event, Ping) and self._protocol.state is ConnectionState.OPEN:
            self._send(event.response())

    def _send(self, event: Event) -> None:
        send(self._socket, self._protocol.send(event))
