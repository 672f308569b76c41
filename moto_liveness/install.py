"""The only place that plugs into moto.

moto has no plugin system, but it looks up the method of an operation on RekognitionResponse for every request. So
that class inherits the operations: FaceLivenessResponse, which gets a method for each entry of core/operations.py,
becomes one of its bases. Stock operations stay stock, a method that moto defines itself wins, and a mock or a server
that is already running gains the operations too.

Operations on pictures are moto's own, if it has them. They get a method in front of them, which leaves to moto every
request in which no picture says who is in it. The operations on collections are all ours, or all moto's.

Importing one of the modules below can make autoload.py call install(), so the functions import them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from moto_liveness.core import failures
from moto_liveness.core.commands import CONSOLE

# The classes that got a method, its name, and the method that was there before; None for none.
_REPLACED: list[tuple[type, str, Any]] = []

# moto's own dashboard, while ours is in its place.
_DASHBOARD: list[Any] = []


def install_all() -> None:
    """Give moto the operations and the routes, for a server. Raise RuntimeError if the import hook failed."""
    # The hook acts here, unless it has acted before.
    import moto.moto_api._internal.urls
    import moto.rekognition.responses  # noqa: F401

    failures.check()
    install()
    install_routes()


def install() -> None:
    """Give moto's Rekognition the operations. A second call changes nothing."""
    from moto.rekognition.responses import RekognitionResponse

    from moto_liveness.rekognition.request import IN_MOTO
    from moto_liveness.rekognition.responses import FaceLivenessResponse, dispatched, method_name, method_of

    if issubclass(RekognitionResponse, FaceLivenessResponse):
        return
    _leave_collections(vars(RekognitionResponse))
    RekognitionResponse.__bases__ = (FaceLivenessResponse, *RekognitionResponse.__bases__)
    for operation in dispatched():
        owner = RekognitionResponse if operation.pictures else FaceLivenessResponse
        name = method_name(operation)
        stock = vars(owner).get(name)
        if stock is not None:
            IN_MOTO.add(operation)
        _REPLACED.append((owner, name, stock))
        setattr(owner, name, method_of(operation, stock))


def _leave_collections(methods: Mapping[str, object]) -> None:
    """Leave all operations on collections to a moto that has one of them."""
    from moto_liveness.rekognition.responses import LEFT_TO_MOTO, dispatched, method_name

    ours = [operation for operation in dispatched() if operation.on_collections]
    motos = [operation.name for operation in ours if method_name(operation) in methods]
    if motos:
        LEFT_TO_MOTO.update(ours)
        failures.note(
            f"moto implements {', '.join(motos)} itself, so it answers all operations on collections, and cannot tell "
            "who is in a photo(). Upgrade moto-liveness."
        )


def uninstall() -> None:
    """Restore moto's Rekognition."""
    from moto.rekognition.responses import RekognitionResponse

    from moto_liveness.rekognition.request import IN_MOTO
    from moto_liveness.rekognition.responses import LEFT_TO_MOTO, FaceLivenessResponse

    LEFT_TO_MOTO.clear()
    IN_MOTO.clear()
    bases = (base for base in RekognitionResponse.__bases__ if base is not FaceLivenessResponse)
    RekognitionResponse.__bases__ = tuple(bases)
    while _REPLACED:
        owner, name, stock = _REPLACED.pop()
        if stock is None:
            delattr(owner, name)
        else:
            setattr(owner, name, stock)


def install_routes() -> None:
    """Give moto's own API the routes of moto_liveness.moto_api, before moto makes a server of it."""
    from moto.moto_api._internal.urls import url_paths

    from moto_liveness import _compat
    from moto_liveness.moto_api import route, routes

    url_paths.update(route.url_paths(routes.ROUTES))
    if not _DASHBOARD:
        _DASHBOARD.append(url_paths[_compat.DASHBOARD])
        url_paths[_compat.DASHBOARD] = _compat.linked_dashboard(_DASHBOARD[0], CONSOLE, "Face Liveness")


def uninstall_routes() -> None:
    """Restore moto's own API. A server that moto has already made of it keeps the routes."""
    from moto.moto_api._internal.urls import url_paths

    from moto_liveness import _compat
    from moto_liveness.moto_api import routes

    for route in routes.ROUTES:
        url_paths.pop(route.pattern, None)
    while _DASHBOARD:
        url_paths[_compat.DASHBOARD] = _DASHBOARD.pop()
