"""The commands: moto's own server and proxy, with the operations and the routes installed."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from moto_liveness import _compat
from moto_liveness.install import install, install_routes


def run_server(argv: list[str] | None = None) -> None:
    """Run moto_server with the operations; the options are those of moto_server."""
    _moto_main("server")(argv)


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
