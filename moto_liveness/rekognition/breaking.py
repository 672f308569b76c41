"""Breaks the connection of a request to a server, for a network failure that a test queued.

It works on any werkzeug server, including moto's ThreadedMotoServer, which has no handler of ours.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
from collections.abc import Mapping
from typing import Any

_HELD: set[socket.socket] = set()


def break_connection(environ: Mapping[str, Any], *, hold: bool) -> None:
    """Shut the connection of a request with this environ.

    With hold it first stays open until the client leaves, the server stops, or 180 seconds, the life of a session, are
    over.
    """
    connection: socket.socket = environ["werkzeug.socket"]
    if hold:
        _HELD.add(connection)
        with contextlib.suppress(OSError), selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            selector.select(180)
        _HELD.discard(connection)
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def break_held_connections() -> None:
    """Shut the held connections, because their server stops."""
    for connection in list(_HELD):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
