"""The commands: moto's own server and proxy, with the operations and the routes installed."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path

from moto_liveness import _compat
from moto_liveness.core.stream import reachable
from moto_liveness.install import install, install_routes
from moto_liveness.server.certificate import Certificate, Tls
from moto_liveness.server.connection import Streams


def run_server(argv: list[str] | None = None) -> None:
    """Run moto_server with the operations; the options are those of moto_server.

    It answers http and https on its port, whether or not -s asks for TLS. The certificate is one for localhost, unless
    -c and -k name another.
    """
    main = _moto_main("server")
    from moto_liveness.server.handler import handler_for

    streams = Streams()
    with reachable(), _compat.command_with(handler_for(streams, Tls(_own_certificate(argv)))):
        try:
            main(argv)
        finally:
            streams.stop()


def _own_certificate(argv: list[str] | None) -> Certificate | None:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("-c", "--ssl-cert", type=Path)
    options.add_argument("-k", "--ssl-key", type=Path)
    given, _ = options.parse_known_args(argv)
    return Certificate(given.ssl_cert, given.ssl_key) if given.ssl_cert and given.ssl_key else None


def run_proxy(argv: list[str] | None = None) -> None:
    """Run moto_proxy with the operations; the options are those of moto_proxy."""
    _compat.run_proxy(_moto_main("proxy"), argv)


def _moto_main(what: str) -> Callable[[list[str] | None], None]:
    install()
    install_routes()
    try:
        main: Callable[[list[str] | None], None] = importlib.import_module(f"moto.{what}").main
    except ModuleNotFoundError as error:
        sys.exit(_compat.NOT_INSTALLED.format(what=what, missing=error.name))
    return main
