"""What happens in a region that does not serve Face Liveness."""

from __future__ import annotations

from moto_liveness.core.operations import CREATE
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS, FaceLivenessRegionWarning, not_served
from moto_liveness.rekognition.exceptions import service_error
from moto_liveness.rekognition.models import LivenessBackend
from moto_liveness.rekognition.notices import tell


def check(backend: LivenessBackend, in_process: bool) -> None:
    """Warn of a region that does not serve Face Liveness, or refuse it as AWS does.

    A warning that is an error, as with -W error, refuses the call before anything has changed.
    """
    if backend.region_name in FACE_LIVENESS_REGIONS:
        return
    if backend.script.strictness.strict_regions:
        raise service_error(CREATE, "AccessDeniedException", backend.account_id, message="")
    tell(not_served(backend.region_name), FaceLivenessRegionWarning, in_process)
