"""Breaks the connection of a request to a server, for a network failure that a test queued.

It works on any werkzeug server, including moto's ThreadedMotoServer, which has no handler of ours.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from typing import Any

_HELD: set[socket.socket] = set()
_MOST_BYTES = 64 * 1024


def break_connection(environ: Mapping[str, Any], *, hold: bool) -> None:
    """Shut the connection of a request with this environ.

    With hold it first stays open, whatever the client sends, until the client leaves, the server stops, or nothing has
    arrived for 180 seconds, the life of a session.
    """
    connection: socket.socket = environ["werkzeug.socket"]
    if hold:
        _HELD.add(connection)
        with contextlib.suppress(OSError):
            connection.settimeout(180)
            while connection.recv(_MOST_BYTES):
                pass
        _HELD.discard(connection)
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def break_held_connections() -> None:
    """Shut the held connections, because their server stops."""
    for connection in list(_HELD):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
