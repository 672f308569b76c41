"""werkzeug's request handler, with TLS on the same port, StartFaceLivenessSession and the CDN of Amplify's component.

Everything else is answered as moto's server answers it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from moto_liveness import _compat
from moto_liveness.core.commands import HANDLE
from moto_liveness.core.scope import Scope
from moto_liveness.rekognition.breaking import break_connection
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognitionstreaming import claims
from moto_liveness.rekognitionstreaming.protocol import Conversation
from moto_liveness.server import cdn, http_stream
from moto_liveness.server.certificate import Tls
from moto_liveness.server.connection import Clients, Connection, Streams, converse

if TYPE_CHECKING:
    from werkzeug.serving import WSGIRequestHandler as _Handler
else:
    _Handler = _compat.request_handler()

# Clients of AWS can be told another host, but no other path.
_HTTP_PATH = "/start-face-liveness-session"
_WEBSOCKET_PATH = "/start-face-liveness-session-websocket"
_METHODS = {_HTTP_PATH: "POST", _WEBSOCKET_PATH: "GET"}
_HEADER = "x-amz-rekognition-streaming-liveness-"
_NAMES = {
    "SessionId": "session-id",
    "VideoWidth": "video-width",
    "VideoHeight": "video-height",
    "ChallengeVersions": "challenge-versions",
}
_NO_WSPROTO = "streams over a WebSocket need wsproto, which is not installed: pip install 'moto-liveness[server]'"
_NO_WEBSOCKET = "this path takes WebSockets only; HTTP goes to /start-face-liveness-session"
_NO_WASM = (
    "the page asks for the WebAssembly of TensorFlow.js, which this server does not have: delete "
    "globalThis.WebAssembly before the scripts of the page run, as docs/how-to/browser.md of the repository shows"
)
_CONSOLE = "X-Moto-Liveness-Console"
_BROKEN_OFF = (
    "a client broke off its TLS handshake: %s. A browser does that once for each host before it accepts the "
    "certificate. A client that does not try again does not trust the certificate: docs/streaming.md of the repository "
    "says how to make it"
)
# The first byte of a TLS connection.
_HANDSHAKE = b"\x16"


class StreamingRequestHandler(_Handler):
    """Answers requests as moto's server does, and streams."""

    protocol_version = "HTTP/1.1"
    streams: Streams
    clients: Clients
    tls: Tls
    _refused = False

    def __init__(self, request: Any, client_address: Any, server: Any) -> None:
        self.request = request
        with self.clients.one(self):
            super().__init__(request, client_address, server)

    def setup(self) -> None:
        """Speak TLS if the client does. In the connection's own thread, so a silent client does not block others."""
        try:
            speaks_tls = self.request.recv(1, socket.MSG_PEEK) == _HANDSHAKE
            context = self.tls.context if speaks_tls else None
        except OSError as error:
            self._refused = True
            self.log("error", "the server has no TLS: %s", error)
        else:
            if context is not None:
                self._shake_hands(context)
        super().setup()

    def _shake_hands(self, context: ssl.SSLContext) -> None:
        try:
            # In two steps, so that a server that stops can shut it meanwhile.
            self.request = context.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
            self.request.do_handshake()
        except OSError as error:
            self._refused = True
            self.log(self.tls.level, _BROKEN_OFF, error)
        self.tls.level = "debug"

    def handle(self) -> None:
        """Answer the requests of the connection."""
        if not self._refused:
            with contextlib.suppress(ssl.SSLError):  # bytes that are not TLS; werkzeug expects them of its own TLS only
                super().handle()

    def finish(self) -> None:
        """Close the connection. The server would close the socket that TLS took the place of."""
        with contextlib.suppress(OSError):
            super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()

    def make_environ(self) -> Any:
        """Return the environ with the scheme of this connection."""
        environ = super().make_environ()
        environ[_compat.LISTENS_ON] = self.server.host
        if isinstance(self.request, ssl.SSLSocket):
            environ["wsgi.url_scheme"] = "https"
        return environ

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log a request, except those of handles and the console, which would bury those of the application."""
        headers = getattr(self, "headers", {})  # missing after a request line that is not HTTP
        if HANDLE not in headers and _CONSOLE not in headers:
            super().log_request(code, size)

    def run_wsgi(self) -> None:
        """Answer a request."""
        path = urlsplit(self.path).path
        if found := cdn.answer(self.command, path, self.headers.get("If-None-Match")):
            self._answer(*found)
        elif path.startswith(cdn.WASM):
            self.log("warning", _NO_WASM)
            self._say(404, _NO_WASM)
        elif path not in _METHODS:
            super().run_wsgi()
        elif self.command != _METHODS[path]:
            self._say(405, f"{path} takes {_METHODS[path]} only, not {self.command}")
        elif path == _HTTP_PATH:
            self._stream_over_http()
        else:
            self._stream_over_websocket()

    def _stream_over_http(self) -> None:
        given = {name: self.headers.get(_HEADER + word) for name, word in _NAMES.items()}
        credential = self.headers.get("Authorization", "").partition("Credential=")[2]
        self._stream(http_stream.Connection(self), given, credential, None)

    def _stream_over_websocket(self) -> None:
        try:
            from h11 import ProtocolError  # wsproto reads requests with it
            from wsproto.utilities import RemoteProtocolError

            from moto_liveness.server import websocket
        except ModuleNotFoundError:
            self.log("error", _NO_WSPROTO)
            self._say(501, _NO_WSPROTO)
            return
        query = {
            name: values[-1] for name, values in parse_qs(urlsplit(self.path).query, keep_blank_values=True).items()
        }
        given = {name: query.get(word) for name, word in _NAMES.items()}
        user_agent = query.get("x-amz-user-agent") or query.get("user-agent")
        try:
            connection = websocket.Connection(self)
        except (RemoteProtocolError, ProtocolError, UnicodeError):
            self._say(426, _NO_WEBSOCKET)
            return
        self._stream(connection, given, query.get("X-Amz-Credential", ""), user_agent)

    def _say(self, status: int, sentence: str) -> None:
        self._answer(status, {"Content-Type": "text/plain"}, sentence.encode())

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.close_connection = True
        http_stream.Connection(self).answer(status, headers, body)

    def _stream(
        self, connection: Connection, given: dict[str, str | None], credential: str, user_agent: str | None
    ) -> None:
        # The rest of the connection isn't HTTP, or it is an unfinished body.
        self.close_connection = True
        params = {name: value for name, value in given.items() if value is not None}
        agent = user_agent or self.headers.get("x-amz-user-agent") or self.headers.get("User-Agent")
        with contextlib.suppress(OSError, claims.OutlivedError):
            # The messages are small: one would wait 40 ms for the acknowledgement of the one before.
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            late = 0.0
            try:
                arrival = claims.Arrival(self._place(credential), params)
                late_answer = arrival.delay("connect")
                self.streams.wait(late_answer)
                if late_answer and connection.has_left():
                    arrival.leave()
                    return
                if arrival.unanswered():
                    break_connection({"werkzeug.socket": self.connection}, hold=True)
                    return
                late = arrival.delay("start")
                conversation = Conversation(arrival, agent)
            except LivenessException as error:
                connection.refuse(error.answer, lambda: self.streams.wait(late))
                return
            except claims.StreamClosed as closed:
                connection.begin(params["SessionId"])
                self.streams.wait(late)
                connection.close(closed.close_code)
                return
            converse(conversation, connection, self.streams, late)
            if conversation.unseeded:
                self.log("warning", "StartFaceLivenessSession: %s", conversation.unseeded)

    def _place(self, credential: str) -> Scope:
        """Return the region and the account, from <access key>/<day>/<region>/rekognition/aws4_request."""
        access_key, *rest = credential.split("/")
        region_name = rest[1] if len(rest) > 1 else _compat.default_region()
        return Scope(region_name, _compat.account_of(access_key, self.headers.get("x-moto-account-id")))


def handler_for(streams: Streams, tls: Tls, clients: Clients) -> type[StreamingRequestHandler]:
    """Return the handler of one server."""
    its_own = {"streams": streams, "tls": tls, "clients": clients}
    return type("StreamingRequestHandler", (StreamingRequestHandler,), its_own)
