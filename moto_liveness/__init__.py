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
    from moto_liveness.control import FaceLiveness
    from moto_liveness.details import Challenge
    from moto_liveness.images import BoundingBox, Image
    from moto_liveness.outcomes import ApiError, Created, Expired, Failed, InProgress, Step, Succeeded
    from moto_liveness.script import Call
    from moto_liveness.seeds import Seed
    from moto_liveness.server.threaded import FaceLivenessServer
    from moto_liveness.session import Session

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
    "BoundingBox": "images",
    "Call": "script",
    "Challenge": "details",
    "FaceLiveness": "control",
    "FaceLivenessServer": "server.threaded",
    "Image": "images",
    "Seed": "seeds",
    "Session": "session",
}


if not TYPE_CHECKING:  # pragma: no branch  # a type checker would take every name for one that exists

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'outcomes')}"), name)


watch()
