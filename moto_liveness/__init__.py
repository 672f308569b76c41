"""Amazon Rekognition Face Liveness for moto.

After importing this package, the operations work inside mock_aws. The import is cheap, because pytest does it on every
run to find the plugin: the rest of the package, moto and boto3 are imported only on first use.

PYTEST_DONT_REWRITE: there is no assert to rewrite, so pytest need not warn that it was imported too early.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from moto_liveness.autoload import watch

if TYPE_CHECKING:
    from moto_liveness import scenarios
    from moto_liveness.control.face_liveness import FaceLiveness
    from moto_liveness.control.objects import Seed, Session, Stream
    from moto_liveness.core.bounding_box import BoundingBox
    from moto_liveness.core.calls import Call
    from moto_liveness.core.challenge import Challenge
    from moto_liveness.core.feedback import FeedbackSource
    from moto_liveness.core.images import Image, ImageSource
    from moto_liveness.core.people import UnmarkedPhotoWarning, photo
    from moto_liveness.core.ratios import RatioWarning
    from moto_liveness.core.regions import FaceLivenessRegionWarning
    from moto_liveness.core.steps import ApiError, Created, Expired, Failed, InProgress, Step, Succeeded
    from moto_liveness.core.unseeded import UnseededSessionError
    from moto_liveness.server.threaded import FaceLivenessServer

__all__ = [
    "ApiError",
    "BoundingBox",
    "Call",
    "Challenge",
    "Created",
    "Expired",
    "FaceLiveness",
    "FaceLivenessRegionWarning",
    "FaceLivenessServer",
    "Failed",
    "FeedbackSource",
    "Image",
    "ImageSource",
    "InProgress",
    "RatioWarning",
    "Seed",
    "Session",
    "Step",
    "Stream",
    "Succeeded",
    "UnmarkedPhotoWarning",
    "UnseededSessionError",
    "photo",
    "scenarios",
]

_HOMES = {
    "BoundingBox": "core.bounding_box",
    "Call": "core.calls",
    "Challenge": "core.challenge",
    "FaceLiveness": "control.face_liveness",
    "FaceLivenessRegionWarning": "core.regions",
    "FaceLivenessServer": "server.threaded",
    "FeedbackSource": "core.feedback",
    "Image": "core.images",
    "ImageSource": "core.images",
    "RatioWarning": "core.ratios",
    "Seed": "control.objects",
    "Session": "control.objects",
    "Stream": "control.objects",
    "UnmarkedPhotoWarning": "core.people",
    "UnseededSessionError": "core.unseeded",
    "photo": "core.people",
}


if not TYPE_CHECKING:  # pragma: no branch  # or type checkers would accept any name

    def __getattr__(name: str) -> object:
        __tracebackhide__ = True  # pytest shows the line of the test
        if name not in __all__:
            from moto_liveness.core.misspelt import error_for

            raise error_for(__name__, name, __all__)
        try:
            if name == "scenarios":  # a module
                return importlib.import_module(f"{__name__}.{name}")
            return getattr(importlib.import_module(f"{__name__}.{_HOMES.get(name, 'core.steps')}"), name)
        except AttributeError as error:
            # An AttributeError from here would mean that the name does not exist, and Python would drop it.
            raise ImportError(
                f"moto_liveness.{name} cannot be imported: {error}. The traceback of that error leads to the code "
                "to fix; if that is moto-liveness, report it."
            ) from error

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


watch()
