"""Service: from the HTTP request to the backend and back."""

from __future__ import annotations

from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException

from moto_liveness.core import operations as errors
from moto_liveness.rekognition.exceptions import CONTENT_TYPE, denied, serialization_error
from moto_liveness.rekognition.models import LivenessBackend, liveness_backends

_TARGETS = {f"RekognitionService.{operation}": operation for operation in errors.OPERATIONS}


class FaceLivenessResponse(BaseResponse):
    """The two operations. moto's own RekognitionResponse inherits them once install() has put this class in between.

    So everything here is also asked by the stock operations, and must leave them as they are.
    """

    @property
    def _face_liveness_backend(self) -> LivenessBackend:
        return liveness_backends[self.current_account][self.region]

    @property
    def _face_liveness_operation(self) -> str | None:
        return _TARGETS.get(self.headers.get("X-Amz-Target", ""))

    def create_face_liveness_session(self) -> TYPE_RESPONSE:
        """Answer CreateFaceLivenessSession."""
        return self._answer_face_liveness(errors.CREATE)

    def get_face_liveness_session_results(self) -> TYPE_RESPONSE:
        """Answer GetFaceLivenessSessionResults."""
        return self._answer_face_liveness(errors.GET)

    def _answer_face_liveness(self, operation: str) -> TYPE_RESPONSE:
        # All attempts of one client call carry the same id:
        # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
        invocation_id = self.headers.get("amz-sdk-invocation-id")
        # In a str body moto would look for a <RequestId> to replace, at half of the cost of a call with images.
        body = self._face_liveness_backend.answer(operation, self.body, invocation_id)
        return 200, {"Content-Type": CONTENT_TYPE}, body

    def _dispatch(self, request: Any, *rest: Any) -> TYPE_RESPONSE:
        try:
            return super()._dispatch(request, *rest)
        except UnicodeDecodeError as error:
            if request.headers.get("X-Amz-Target") not in _TARGETS:
                raise
            refused = serialization_error(f"The request body is not UTF-8: {error}")
            return 400, dict(refused.get_headers()), str(refused.description)

    def _get_action(self) -> str:
        # moto takes the body for a query string first: an S3KeyPrefix "&Action=DetectLabels" would be the operation.
        return self._face_liveness_operation or super()._get_action()

    def _authenticate_and_authorize_normal_action(self, *args: Any) -> None:
        try:
            super()._authenticate_and_authorize_normal_action(*args)
        except HTTPException as error:
            if self._face_liveness_operation is None:
                raise
            self.response_headers["Content-Type"] = CONTENT_TYPE
            denial = denied(error, self._face_liveness_operation)
            self._face_liveness_backend.log_denial(self._face_liveness_operation, self.body, denial)
            raise denial from None
