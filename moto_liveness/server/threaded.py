"""A moto_liveness_server inside the process of the tests, for clients that mock_aws does not reach."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING

from moto_liveness import _compat
from moto_liveness.control.face_liveness import FaceLiveness
from moto_liveness.control.local import LocalStore
from moto_liveness.core import checks
from moto_liveness.core.commands import FACE_MODEL, Rollback
from moto_liveness.core.frozen import set_fields
from moto_liveness.core.read_only import ReadOnly
from moto_liveness.core.script import NUMBERS
from moto_liveness.core.stream import reachable
from moto_liveness.install import install_all
from moto_liveness.rekognition.breaking import break_held_connections
from moto_liveness.server.certificate import Tls
from moto_liveness.server.connection import Clients, Streams

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

_STORE = LocalStore()
# The addresses on which localhost reaches the server. The certificate names no other host.
_LOCAL = ("127.0.0.1", "0.0.0.0", "::1", "::")

_OF_A_RUNNING_SERVER = ("endpoint_url", "streaming_endpoint_url", "face_model_url", "face_liveness")


class FaceLivenessServer(ReadOnly):
    """A server for aiobotocore, subprocesses, containers, and tests in other languages; a context manager.

    It answers http and https on one port, StartFaceLivenessSession and the face detector of Amplify's CDN included, so
    a page with Amplify's component can stream to it. It listens until the block ends, and then rolls back everything
    that was seeded. It sets dummy credentials while it runs, unless the environment has some. The state is that of moto
    in this process, so a mock_aws that starts in this process resets it.

    Args:
        host: the address to listen on; "0.0.0.0" for containers.
        port: the port to listen on; a free one if left out.

    Raises:
        TypeError, ValueError: for a host that is not a str or is empty, and for a port that is not an int from 0 to
            65535.
        RuntimeError: if Flask is missing, which comes with moto-liveness[server], if the port is in use, and if the
            operations could not be installed when moto was imported.
    """

    #: The endpoint_url for clients.
    endpoint_url: str
    #: The endpoint for streams: endpointOverride of Amplify's component, endpoint of AWS's SDK for JavaScript.
    streaming_endpoint_url: str
    #: A face detector that sees a face in every picture: faceModelUrl of Amplify's component.
    face_model_url: str
    #: The handle: FaceLiveness(endpoint_url=...).
    face_liveness: FaceLiveness

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = checks.text("host", host, 1)
        self._port = checks.integer("port", port)
        if not 0 <= port <= 65535:
            raise ValueError(f"port must be a number from 0 to 65535, not {checks.short_repr(port)}")
        self._tls = Tls()
        self._started = contextlib.ExitStack()
        self._running = False

    if not TYPE_CHECKING:  # pragma: no branch  # or type checkers would accept any name

        def __getattr__(self, name: str) -> object:
            if name in _OF_A_RUNNING_SERVER:
                raise AttributeError(
                    f"the server has no {name} yet: use it inside `with FaceLivenessServer() as server:`"
                )
            verb = checks.close_attribute(FaceLiveness, name)
            if verb and not checks.close_attribute(self, name):
                message = f"the server has no attribute {name!r}, but its handle has: .face_liveness.{verb}"
                raise checks.attribute_error(message, name)
            return super().__getattr__(name)

    def __repr__(self) -> str:
        return f"<FaceLivenessServer at {self.endpoint_url}>" if self._running else "<FaceLivenessServer, not running>"

    def _not_settable(self, name: str, value: object) -> str:
        if name in dir(self) or name in _OF_A_RUNNING_SERVER:
            return f"{name} cannot be set: it is the server's. Pass host and port, as in FaceLivenessServer(port=5000)"
        return super()._not_settable(name, value)

    def __enter__(self) -> FaceLivenessServer:
        if self._running:
            raise RuntimeError(
                f"this server is already running at {self.endpoint_url}: make a second FaceLivenessServer()"
            )
        install_all()
        with contextlib.ExitStack() as started:
            # After the last answer.
            started.callback(_STORE.do, Rollback(since=NUMBERS.last))
            host, port = self._serve(started)
            started.callback(break_held_connections)
            started.enter_context(reachable())
            # Before the rollback takes their sessions away.
            started.callback(self._streams.stop)
            started.enter_context(_credentials())
            named = f"[{host}]" if ":" in host else host
            endpoint_url = f"http://{named}:{port}"
            streaming_endpoint_url = f"https://{'localhost' if host in _LOCAL else named}:{port}"
            set_fields(
                self,
                endpoint_url=endpoint_url,
                streaming_endpoint_url=streaming_endpoint_url,
                face_model_url=f"{streaming_endpoint_url}{FACE_MODEL}/model.json",
                face_liveness=FaceLiveness(endpoint_url=endpoint_url),
            )
            self._started, self._running = started.pop_all(), True
        return self

    @property
    def certificate(self) -> str:
        """The path of the server's certificate in PEM, for NODE_EXTRA_CA_CERTS. Made once per user, and kept."""
        return str(self._tls.certificate.certificate)

    @property
    def chromium_args(self) -> list[str]:
        """Arguments for Chromium that resolve AWS's hosts to this server and provide a fake camera.

        Pass them to launch(args=...) of Playwright, or to Selenium. The certificate is not AWS's, so the browser must
        accept any: ignore_https_errors of Playwright, acceptInsecureCerts of Selenium.
        """
        address = self.endpoint_url.removeprefix("http://").replace("0.0.0.0", "127.0.0.1")
        return [
            f"--host-resolver-rules=MAP *.amazonaws.com:443 {address}",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ]

    def _serve(self, started: contextlib.ExitStack) -> tuple[str, int]:
        try:
            from moto_liveness.server.handler import handler_for
        except ModuleNotFoundError as error:
            raise RuntimeError(_compat.NOT_INSTALLED.format(what="server", missing=error.name)) from None
        self._streams, clients = Streams(), Clients()
        server = _compat.make_server(self._host, self._port, handler_for(self._streams, self._tls, clients))
        started.callback(clients.stop)
        thread = threading.Thread(target=server.serve_forever, name="FaceLivenessServer", daemon=True)
        thread.start()
        started.callback(server.server_close)
        started.callback(thread.join)
        started.callback(server.shutdown)
        host, port = server.server_address[:2]
        return str(host), int(port)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._running = False
        self._started.close()


@contextlib.contextmanager
def _credentials() -> Iterator[None]:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    if any(name in os.environ for name in names):
        yield
        return
    os.environ.update(dict.fromkeys(names, "testing"))
    try:
        yield
    finally:
        for name in names:
            os.environ.pop(name, None)
