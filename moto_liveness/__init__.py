"""Amazon Rekognition Face Liveness for moto.

Importing this package is enough: inside mock_aws the two operations work. It stays cheap, because pytest imports it on
every run to find the plugin: nothing of the package, of moto or of boto3 is imported before it is asked for.

PYTEST_DONT_REWRITE: there is no assert here to rewrite, so pytest need not mind if it comes later than this import.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from moto_liveness.autoload import watch

if TYPE_CHECKING:
    from moto_liveness.control.face_liveness import FaceLiveness
    from moto_liveness.core.challenge import Challenge
    from moto_liveness.core.images import BoundingBox, Image
    from moto_liveness.core.script import Call
    from moto_liveness.core.seeds import Seed
    from moto_liveness.core.session import Session
    from moto_liveness.core.steps import ApiError, Created, Expired, Failed, InProgress, Step, Succeeded
    from moto_liveness.server.threaded import FaceLivenessServer

__all__ = [
    "ApiError",
    "BoundingBox",
    "Call",
    "Challenge",
    "Created",
    "Expired",
    "FaceLiveness",
    "FaceLivenessServer",
    "Failed",
    "Image",
    "InProgress",
    "Seed",
    "Session",
    "Step",
    "Succeeded",
]

_HOMES = {
    "BoundingBox": "core.images",
    "Call": "core.script",
    "Challenge": "core.challenge",
    "FaceLiveness": "control.face_liveness",
    "FaceLivenessServer": "server.threaded",
    "Image": "core.images",
    "Seed": "core.seeds",
    "Session": "core.session",
}


if not TYPE_CHECKING:  # pragma: no branch  # a type checker would take every name for one that exists

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'core.steps')}"), name)


watch()
