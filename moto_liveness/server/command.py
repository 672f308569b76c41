"""The commands: moto's own server and proxy, with the operations and the routes installed."""

from __future__ import annotations

import importlib
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path

from moto_liveness import _compat
from moto_liveness.core.commands import CONSOLE
from moto_liveness.core.lines import printed
from moto_liveness.core.stream import reachable
from moto_liveness.install import install_all
from moto_liveness.server.certificate import Certificate, Tls
from moto_liveness.server.connection import Clients, Streams

_RUNNING = re.compile(r" \* Running on (https?://[^\s/]+)")


def run_server(argv: list[str] | None = None) -> None:
    """Run moto_server with the operations; the options are those of moto_server.

    It answers http and https on its port, whether or not -s asks for TLS. The certificate is one for localhost, unless
    -c and -k name another.
    """
    main = _moto_main("server")
    from moto_liveness.server.handler import handler_for

    streams = Streams()
    logging.getLogger("werkzeug").addFilter(_name_the_console)
    with reachable(), _compat.command_with(lambda files: handler_for(streams, _tls(files), Clients())):
        try:
            main(argv)
        finally:
            streams.stop()


def _name_the_console(record: logging.LogRecord) -> bool:
    """Say where the console is below werkzeug's own line, which names the port even if it was left to the system."""
    message = record.getMessage()
    # The first address is the one of this machine, even if the server listens on all of them.
    if running := _RUNNING.search(message):
        record.msg, record.args = f"{message}\n * Console on {running[1]}{CONSOLE}", ()
    return True


def _tls(files: tuple[str, str] | None) -> Tls:
    if files is None:
        return Tls()
    tls = Tls(Certificate(*map(Path, files)))
    try:
        _ = tls.context
    except OSError as error:
        sys.exit(f"the server cannot use the certificate {files[0]} with the key {files[1]}: {error}")
    return tls


def run_proxy(argv: list[str] | None = None) -> None:
    """Run moto_proxy with the operations; the options are those of moto_proxy."""
    _compat.run_proxy(_moto_main("proxy"), argv)


def _moto_main(what: str) -> Callable[[list[str] | None], None]:
    with printed(f"moto_liveness_{what}"):
        install_all()
    try:
        main: Callable[[list[str] | None], None] = importlib.import_module(f"moto.{what}").main
    except ModuleNotFoundError as error:
        sys.exit(_compat.NOT_INSTALLED.format(what=what, missing=error.name))
    return main
