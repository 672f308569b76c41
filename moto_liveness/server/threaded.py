"""A moto_liveness_server inside the process of the tests, for clients that mock_aws does not reach."""

from __future__ import annotations

from types import TracebackType

from moto_liveness import _compat
from moto_liveness.control.face_liveness import FaceLiveness
from moto_liveness.control.local import LocalStore
from moto_liveness.install import install, install_routes

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises

_STORE = LocalStore()


class FaceLivenessServer:
    """A server for aiobotocore, subprocesses, containers, and tests in other languages; a context manager.

    It listens on 127.0.0.1 until the block ends, and then forgets what it was told. Its state is that of moto in this
    process, so a mock_aws that starts meanwhile in this process resets it.

    port: the port to listen on; a free one if left out.

    Raises RuntimeError if Flask is missing, which comes with moto-liveness[server], and if the port is in use.
    """

    def __init__(self, *, port: int = 0) -> None:
        self._port = port

    def __enter__(self) -> FaceLivenessServer:
        install()
        install_routes()
        self._server, host, port = _compat.start_server("127.0.0.1", self._port)
        #: The endpoint_url for clients.
        self.endpoint_url = f"http://{host}:{port}"
        #: The handle: FaceLiveness(endpoint_url=...).
        self.face_liveness = FaceLiveness(endpoint_url=self.endpoint_url)
        self._savepoint = _STORE.savepoint()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()
        _STORE.rollback(self._savepoint)
