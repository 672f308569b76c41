"""The regions that Rekognition does not have. On AWS no host answers there."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import EndpointConnectionError

from moto_liveness.core.operations import START_STREAM
from moto_liveness.core.regions import FaceLivenessRegionWarning, no_endpoint
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.rekognition.exceptions import LivenessException, unknown_region
from moto_liveness.rekognition.models import LivenessBackend, liveness_backends
from moto_liveness.rekognition.notices import tell
from moto_liveness.rekognition.request import Reply, Request
from moto_liveness.rekognition.script_backend import current_backend

# How many of these regions, in how many accounts, have a backend.
_MOST = 100


class NowhereBackend(LivenessBackend):
    """Stands for a region that Rekognition does not have: every call fails, whatever a test has queued."""

    def next_answer(self, request: Request, when: str = "start") -> None:
        """Return nothing: what is queued stays queued."""

    def refusal_of_stream(self, params: Mapping[str, Any]) -> LivenessException:
        """Return the answer to a stream, which always comes to a server, and log it."""
        refusal = unknown_region(self._tell(in_process=False))
        self.log(START_STREAM, params, params.get("SessionId"), error=refusal.answer[:2])
        return refusal

    def _tell(self, *, in_process: bool) -> str:
        message = no_endpoint(self.region_name)
        tell(message, FaceLivenessRegionWarning, in_process)
        return message

    def _fail(self, request: Request) -> Reply:
        message = self._tell(in_process=request.in_process)
        if not request.in_process:
            return Reply(unknown_region(message).answer)
        exception = EndpointConnectionError(endpoint_url=request.endpoint_url)
        return Reply(ExceptionSeed(exception=exception, operation=request.operation), note=message)

    create_face_liveness_session = get_face_liveness_session_results = compare_faces = detect_faces = _fail
    create_collection = delete_collection = describe_collection = list_collections = _fail
    index_faces = list_faces = delete_faces = search_faces = search_faces_by_image = _fail


def backend_at(account_id: str, region_name: str) -> LivenessBackend:
    """Return the backend of a place."""
    try:
        return liveness_backends[account_id][region_name]
    except KeyError:
        # Kept, so that all attempts of a call get one answer, and bounded, because a client may name any region.
        nowhere: OrderedDict[Scope, LivenessBackend] = current_backend().nowhere
        found = nowhere.setdefault(Scope(region_name, account_id), NowhereBackend(region_name, account_id))
        if len(nowhere) > _MOST:
            nowhere.popitem(last=False)
        return found
