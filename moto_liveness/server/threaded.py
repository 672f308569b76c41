"""A moto_liveness_server inside the process of the tests, for clients that mock_aws does not reach."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from types import TracebackType

from moto_liveness import _compat
from moto_liveness.control.face_liveness import FaceLiveness
from moto_liveness.control.local import LocalStore
from moto_liveness.core import checks
from moto_liveness.install import install, install_routes

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises

_STORE = LocalStore()


class FaceLivenessServer:
    """A server for aiobotocore, subprocesses, containers, and tests in other languages; a context manager.

    It listens until the block ends, and then forgets what it was told. Meanwhile boto3 finds credentials that do
    nothing, unless the environment has some. The state is that of moto in this process, so a mock_aws that starts in
    this process resets it.

    host: the address to listen on; "0.0.0.0" for containers.
    port: the port to listen on; a free one if left out.

    Raises RuntimeError if Flask is missing, which comes with moto-liveness[server], and if the port is in use.
    """

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._host = checks.text("host", host)
        self._port = int(checks.number("port", port, unit="a port, from 0 to 65535", low=0, high=65535))

    def __enter__(self) -> FaceLivenessServer:
        install()
        install_routes()
        with contextlib.ExitStack() as started:
            server, host, port = _compat.start_server(self._host, self._port)
            started.callback(server.stop)
            started.callback(_compat.break_held_connections)
            started.callback(_STORE.rollback, _STORE.last_number)
            started.enter_context(_credentials())
            #: The endpoint_url for clients.
            self.endpoint_url = f"http://{host}:{port}"
            #: The handle: FaceLiveness(endpoint_url=...).
            self.face_liveness = FaceLiveness(endpoint_url=self.endpoint_url)
            self._started = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
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
