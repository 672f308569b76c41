"""The regions that Rekognition does not have. On AWS no host answers there."""

from __future__ import annotations

from collections import OrderedDict

from botocore.exceptions import EndpointConnectionError

from moto_liveness.core import checks
from moto_liveness.core.regions import FaceLivenessRegionWarning, no_endpoint
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.rekognition.exceptions import unknown_region
from moto_liveness.rekognition.models import LivenessBackend, liveness_backends
from moto_liveness.rekognition.notices import tell
from moto_liveness.rekognition.request import Reply, Request
from moto_liveness.rekognition.script_backend import current_backend

# How many of these regions have a backend, and how many characters of their names a message has.
_MOST = 100
_LONGEST_NAME = 100


class NowhereBackend(LivenessBackend):
    """Stands for a region that Rekognition does not have: every call fails, whatever a test has queued."""

    def next_answer(self, request: Request, when: str = "start") -> None:
        """Return nothing: what is queued stays queued."""

    def _fail(self, request: Request) -> Reply:
        message = no_endpoint(checks.shortened(self.region_name, _LONGEST_NAME))
        tell(message, FaceLivenessRegionWarning, request.in_process)
        if not request.in_process:
            return Reply(unknown_region(message).answer)
        exception = EndpointConnectionError(endpoint_url=f"https://rekognition.{self.region_name}.amazonaws.com/")
        return Reply(ExceptionSeed(exception=exception, operation=request.operation), note=message)

    create_face_liveness_session = get_face_liveness_session_results = compare_faces = detect_faces = _fail
    create_collection = delete_collection = describe_collection = list_collections = _fail
    index_faces = list_faces = delete_faces = search_faces = search_faces_by_image = _fail


def backend_at(account_id: str, region_name: str) -> LivenessBackend:
    """Return the backend of a place."""
    try:
        return liveness_backends[account_id][region_name]
    except KeyError:
        # Kept for the attempts of one call. A client may name any region.
        nowhere: OrderedDict[Scope, LivenessBackend] = current_backend().nowhere
        found = nowhere.setdefault(Scope(region_name, account_id), NowhereBackend(region_name, account_id))
        if len(nowhere) > _MOST:
            nowhere.popitem(last=False)
        return found
