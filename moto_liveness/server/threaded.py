"""Server: a moto_liveness_server inside the process of the tests, for clients that mock_aws does not reach."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from moto_liveness import _compat
from moto_liveness.control.face_liveness import FaceLiveness
from moto_liveness.control.local import LocalStore, always_ready
from moto_liveness.install import install, install_routes

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so


_STORE = LocalStore(always_ready)


class FaceLivenessServer:
    """A server for aiobotocore, subprocesses, containers, and tests in other languages; a context manager.

    It listens on 127.0.0.1, on a free port unless one is given, until the block ends. What was said to it is taken back
    then; its state is moto's in this process, so a mock_aws that starts here meanwhile resets it.

    Raises RuntimeError if Flask is missing, which comes with moto-liveness[server].
    """

    def __init__(self, *, port: int = 0) -> None:
        self._port = port

    def __enter__(self) -> FaceLivenessServer:
        install()
        install_routes()
        self._server: Any
        self._server, host, port = _compat.start_server("127.0.0.1", self._port)
        #: The endpoint_url for clients.
        self.endpoint_url = f"http://{host}:{port}"
        #: The handle: FaceLiveness(endpoint_url=...).
        self.face_liveness = FaceLiveness(endpoint_url=self.endpoint_url)
        self._mark = _STORE.mark()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()
        _STORE.take_back(self._mark)
