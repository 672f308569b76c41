"""What tests with other threads and processes share: waiting for them, and ports for them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator

#: Seconds to wait for what is certain to happen. Only a failure waits so long, and a busy machine needs it.
PATIENCE = 60

#: What ends a command. On Windows, Ctrl-C goes to all processes of a console, this one too.
INTERRUPT = signal.SIGINT if os.name == "posix" else signal.SIGTERM


def wait_until(condition: Callable[[], object]) -> None:
    """Wait until another thread or process has done something."""
    end = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


@contextlib.contextmanager
def held_port() -> Iterator[int]:
    """Hold a port of this machine for a server.

    Servers set SO_REUSEADDR, which lets them take a port that is held with the same option while nobody listens on it.
    A socket that asks for any free port never gets this one.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        yield int(held.getsockname()[1])


def answers_on(port: int) -> bool:
    """Return whether a server listens on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), PATIENCE).close()
    except ConnectionError:
        return False
    return True


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Yield the URL of a server that answers one request with these bytes, whatever was asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection:
                connection.recv(9999)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(PATIENCE)
