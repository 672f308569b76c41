"""The only place that plugs into moto.

moto has no plugin system. For every request it looks the method of the operation up on RekognitionResponse, so that
class inherits the two operations: FaceLivenessResponse is put between it and its base. Stock operations stay stock,
what moto defines itself wins, and a mock or a server that is already running gains the operations too.

Importing one of the modules below may make autoload.py call install() right behind it, so they are imported inside.
"""

from __future__ import annotations


def install() -> None:
    """Give moto's Rekognition the two operations. Doing it again changes nothing."""
    from moto.rekognition.responses import RekognitionResponse

    from moto_liveness.rekognition.responses import FaceLivenessResponse

    if not issubclass(RekognitionResponse, FaceLivenessResponse):
        RekognitionResponse.__bases__ = (FaceLivenessResponse, *RekognitionResponse.__bases__)


def uninstall() -> None:
    """Leave moto's Rekognition as moto has it."""
    from moto.rekognition.responses import RekognitionResponse

    from moto_liveness.rekognition.responses import FaceLivenessResponse

    bases = (base for base in RekognitionResponse.__bases__ if base is not FaceLivenessResponse)
    RekognitionResponse.__bases__ = tuple(bases)


def install_routes() -> None:
    """Give moto's own API the routes of moto_liveness.server, before a server is made of it."""
    from moto.moto_api._internal.urls import url_paths

    from moto_liveness.moto_api.routes import ROUTES, handler

    url_paths.update({f"{{0}}{path}": handler(verbs) for path, verbs in ROUTES.items()})


def uninstall_routes() -> None:
    """Leave moto's own API as moto has it. A server that has been made of it keeps the routes."""
    from moto.moto_api._internal.urls import url_paths

    from moto_liveness.moto_api.routes import ROUTES

    for path in ROUTES:
        url_paths.pop(f"{{0}}{path}", None)
