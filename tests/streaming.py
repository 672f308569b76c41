"""What the tests of streams share: events as AWS's clients send them, and two clients that send them."""

from __future__ import annotations

import base64
import contextlib
import json
import select
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from moto_liveness.core.scope import Scope
from moto_liveness.rekognitionstreaming.claims import Arrival
from moto_liveness.rekognitionstreaming.eventstream import Decoder, Message, encode
from moto_liveness.rekognitionstreaming.protocol import Conversation, Reply
from tests.waiting import PATIENCE

START = "StartFaceLivenessSession"
LIGHT = "FaceMovementAndLightChallenge"
MOVEMENT = "FaceMovementChallenge"
VERSIONS = f"{LIGHT}_2.0.0,{MOVEMENT}_1.0.0"
PLACE = Scope("us-east-1", "123456789012")
CHALLENGE_ID = "a1b2c3d4-0000-4000-8000-0123456789ab"
NOON_MILLIS = 1772366400000
_PATH = "/start-face-liveness-session"
_WORDS = ("session-id", "video-width", "video-height", "challenge-versions")
_SCOPE = "20260301/{}/rekognition/aws4_request"


def parameters(session_id: str, **others: str) -> dict[str, Any]:
    """Return the parameters of StartFaceLivenessSession."""
    return {
        "SessionId": session_id,
        "VideoWidth": "640",
        "VideoHeight": "480",
        "ChallengeVersions": VERSIONS,
        **others,
    }


def event(name: str, payload: object) -> bytes:
    """Return an event without its envelope."""
    headers = {":message-type": "event", ":event-type": name, ":content-type": "application/json"}
    return encode(headers, json.dumps(payload).encode())


def envelope(inner: bytes) -> bytes:
    """Return the envelope that clients sign."""
    return encode({":date": "now", ":chunk-signature": "32 bytes"}, inner)


def video(chunk: bytes) -> bytes:
    data = base64.b64encode(chunk).decode()
    return envelope(event("VideoEvent", {"VideoChunk": data, "TimestampMillis": NOON_MILLIS}))


def information(challenge: str = LIGHT, **members: object) -> bytes:
    challenges = {challenge: {"ChallengeId": CHALLENGE_ID, **members}}
    return envelope(event("ClientSessionInformationEvent", {"Challenge": challenges}))


def color(number: int, *rgb: int) -> bytes:
    shown = {"CurrentColor": {"RGB": rgb}, "SequenceNumber": number, "CurrentColorStartTimestamp": NOON_MILLIS}
    return information(ColorDisplayed=shown)


END_OF_VIDEO = video(b"")
END_OF_INPUT = envelope(b"")


class Answer(NamedTuple):
    """A message of the service."""

    name: str
    payload: dict[str, Any]


def answers(data: bytes) -> list[Answer]:
    """Return the messages that the service sent."""
    return [_answer(message) for message in Decoder().feed(data)]


def _answer(message: Message) -> Answer:
    name = message.headers.get(":event-type") or message.headers[":exception-type"]
    return Answer(str(name), json.loads(message.payload))


class Heard(Conversation):
    """A stream whose client gets each reply at once."""

    def _answer(self, take: Callable[[], None]) -> Reply:
        reply = super()._answer(take)
        if reply.close_code is not None:
            self.sent()
        return reply


def conversation(session_id: str, place: Scope = PLACE, **others: str) -> Heard:
    """Open a stream without a connection."""
    return Heard(Arrival(place, parameters(session_id, **others)), "a test")


def said(reply: Reply) -> tuple[list[str], int | None]:
    """Return the names of the messages in a reply, and its close code."""
    # One event a message: some clients decode one of each message of a WebSocket.
    return [answer.name for message in reply.messages for [answer] in [answers(message)]], reply.close_code


def stream(session_id: str, place: Scope = PLACE) -> tuple[list[str], int | None]:
    """Stream a video from its first to its last byte, and return how the service ends it."""
    return said(conversation(session_id, place).receive(video(b"a video") + END_OF_VIDEO))


class Client:
    """A minimal client over a socket."""

    def __init__(self, url: str, cafile: str | None = None) -> None:
        parts = urlsplit(url)
        self._socket: socket.socket = socket.create_connection(("127.0.0.1", int(parts.port or 0)), timeout=PATIENCE)
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=cafile)
            self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        self._decoder = Decoder()
        self._messages: list[Answer] = []
        #: The close code of the service; None while the stream is open.
        self.close_code: int | None = None
        self.status = 0
        self._file: Any = None
        self.pongs: list[bytes] = []

    def open(
        self,
        session_id: str,
        region_name: str = "us-east-1",
        access_key: str = "testing",
        user_agent: str = "a test",
    ) -> None:
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        raise NotImplementedError

    def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def _read(self) -> Iterator[bytes]:
        raise NotImplementedError

    def next(self) -> Answer | None:
        """Return the next message of the service; None if there are no more."""
        while not self._messages and self.close_code is None:
            for data in self._read():
                self._messages += [_answer(message) for message in self._decoder.feed(data)]
        return self._messages.pop(0) if self._messages else None

    @property
    def has_arrived(self) -> bool:
        """Whether something from the service can be read without waiting."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def rest(self) -> list[str]:
        """Return the names of all messages that are still to come."""
        return [answer.name for answer in iter(self.next, None)]

    def close(self) -> None:
        """Close the socket without a close frame."""
        with contextlib.suppress(OSError):  # the service has left before
            self._socket.shutdown(socket.SHUT_RDWR)
        if self._file is not None:
            self._file.close()
        self._socket.close()

    def reset(self) -> None:
        """Leave with a reset of the connection, as a process that is killed may."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if self._file is not None:
            self._file.close()
        self._socket.close()

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(65536)
        except ConnectionError:
            return b""


class WebSocketClient(Client):
    """A client over a WebSocket."""

    def open(
        self,
        session_id: str,
        region_name: str = "us-east-1",
        access_key: str = "testing",
        user_agent: str = "a test",
    ) -> None:
        from wsproto import ConnectionType, WSConnection
        from wsproto.events import Request

        given = dict(zip(_WORDS, parameters(session_id).values(), strict=True))
        query = {"X-Amz-Credential": f"{access_key}/{_SCOPE.format(region_name)}", "user-agent": user_agent, **given}
        self.protocol = WSConnection(ConnectionType.CLIENT)
        target = f"{_PATH}-websocket?{urlencode(query)}"
        self._socket.sendall(self.protocol.send(Request(host="localhost", target=target)))
        while self.protocol.state.name == "CONNECTING":
            self._messages += [_answer(message) for data in self._read() for message in self._decoder.feed(data)]

    def send(self, data: bytes) -> None:
        from wsproto.events import BytesMessage

        self._socket.sendall(self.protocol.send(BytesMessage(data=data)))

    def leave(self, close_code: int) -> None:
        """Close the stream with a code."""
        from wsproto.events import CloseConnection

        self._socket.sendall(self.protocol.send(CloseConnection(code=close_code)))

    def _read(self) -> Iterator[bytes]:
        from wsproto.events import BytesMessage, CloseConnection, Pong

        data = self._receive()
        self.protocol.receive_data(data or None)
        for happened in self.protocol.events():
            if isinstance(happened, BytesMessage):
                yield bytes(happened.data)
            elif isinstance(happened, Pong):
                self.pongs.append(bytes(happened.payload))
            elif isinstance(happened, CloseConnection):
                self.close_code = int(happened.code)
                if data and self.protocol.state.name == "REMOTE_CLOSING":
                    with contextlib.suppress(OSError):  # the server may be gone already
                        self._socket.sendall(self.protocol.send(happened.response()))


class HTTPClient(Client):
    """A client over HTTP/1.1."""

    def open(
        self,
        session_id: str,
        region_name: str = "us-east-1",
        access_key: str = "testing",
        user_agent: str = "a test",
    ) -> None:
        given = dict(zip(_WORDS, parameters(session_id).values(), strict=True))
        headers = {
            "Host": "localhost",
            "Authorization": f"AWS4-HMAC-SHA256 Credential={access_key}/{_SCOPE.format(region_name)}, Signature=none",
            "User-Agent": user_agent,
            "Transfer-Encoding": "chunked",
            **{f"x-amz-rekognition-streaming-liveness-{word}": value for word, value in given.items()},
        }
        lines = [f"POST {_PATH} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self._socket.sendall("\r\n".join(lines).encode())
        self._file = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(b"%x\r\n%s\r\n" % (len(data), data))

    def end_body(self) -> None:
        self._socket.sendall(b"0\r\n\r\n")

    def say_no_more(self) -> None:
        """Close the half of the connection that this client sends on."""
        self._socket.shutdown(socket.SHUT_WR)

    def _read(self) -> Iterator[bytes]:
        if not self.status:
            self._read_head()
            if self.status != 200:
                self.close_code = 1000
                body = json.loads(self._file.read(int(self.headers["content-length"])))
                self._messages.append(Answer(self.headers["x-amzn-errortype"], body))
                return
        size = int(self._file.readline() or b"-1", 16)
        if size <= 0:  # the last chunk, or none
            self.close_code = 1000 if size == 0 else 1006
            return
        yield self._file.read(size)
        self._file.readline()

    def _read_head(self) -> None:
        self.status = int(self._file.readline().split()[1])
        lines = iter(lambda: self._file.readline().strip().decode(), "")
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
