"""What happens in a region that does not serve Face Liveness."""

from __future__ import annotations

from moto_liveness.core.operations import Operation
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS, FaceLivenessRegionWarning, not_served
from moto_liveness.core.scope import Scope
from moto_liveness.core.script import Script
from moto_liveness.rekognition.exceptions import service_error
from moto_liveness.rekognition.notices import tell


def refuse(place: Scope, script: Script, operation: Operation) -> None:
    """Refuse a call in a region that does not serve Face Liveness, as AWS does, if the test is strict."""
    if place.region_name not in FACE_LIVENESS_REGIONS and script.strictness.strict_regions:
        raise service_error(operation, "AccessDeniedException", str(place.account_id), message="")


def warn(place: Scope, in_process: bool) -> None:
    """Warn of a region that does not serve Face Liveness.

    A warning that is an error, as with -W error, refuses the call before anything has changed.
    """
    if place.region_name not in FACE_LIVENESS_REGIONS:
        tell(not_served(str(place.region_name)), FaceLivenessRegionWarning, in_process)
