"""What happens in a region that does not serve Face Liveness."""

from __future__ import annotations

from moto_liveness.core.operations import CREATE
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS, FaceLivenessRegionWarning, not_served
from moto_liveness.core.scope import Scope
from moto_liveness.core.script import Script
from moto_liveness.rekognition.exceptions import service_error
from moto_liveness.rekognition.notices import tell


def check(place: Scope, script: Script, in_process: bool) -> None:
    """Warn of a region that does not serve Face Liveness, or refuse it as AWS does.

    A warning that is an error, as with -W error, refuses the call before anything has changed.
    """
    if place.region_name in FACE_LIVENESS_REGIONS:
        return
    if script.strictness.strict_regions:
        raise service_error(CREATE, "AccessDeniedException", str(place.account_id), message="")
    tell(not_served(str(place.region_name)), FaceLivenessRegionWarning, in_process)
