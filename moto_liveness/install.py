"""The only place that plugs into moto.

moto has no plugin system. For every request it looks the method of the operation up on RekognitionResponse, so that
class inherits the two operations: FaceLivenessResponse is put between it and its base. Stock operations stay stock,
what moto defines itself wins, and a mock or a server that is already running gains the operations too.
"""

from __future__ import annotations

from moto.rekognition.responses import RekognitionResponse

from moto_liveness.rekognition.responses import FaceLivenessResponse


def install() -> None:
    """Give moto's Rekognition the two operations. Doing it again changes nothing."""
    if not issubclass(RekognitionResponse, FaceLivenessResponse):
        RekognitionResponse.__bases__ = (FaceLivenessResponse, *RekognitionResponse.__bases__)


def uninstall() -> None:
    """Leave moto's Rekognition as moto has it."""
    bases = (base for base in RekognitionResponse.__bases__ if base is not FaceLivenessResponse)
    RekognitionResponse.__bases__ = tuple(bases)
