"""From an HTTP request to the backend and back: parsing, validation, queued errors, and the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException

from moto_liveness.core.operations import CREATE, GET_RESULTS, OPERATIONS, Operation
from moto_liveness.rekognition import validation
from moto_liveness.rekognition.exceptions import (
    CONTENT_TYPE,
    ErrorAnswer,
    LivenessException,
    access_denied,
    serialization_error,
)
from moto_liveness.rekognition.models import Answer, LivenessBackend, liveness_backends

_TARGETS = {f"RekognitionService.{operation.name}": operation for operation in OPERATIONS.values()}

_Params = dict[str, Any]
#: Calls the backend with the parameters of a request, as they were sent and as the model knows them.
_Call = Callable[[LivenessBackend, _Params, _Params], Answer]


class FaceLivenessResponse(BaseResponse):
    """The operations. moto's own RekognitionResponse inherits from this class once install() has run.

    Stock operations run these overrides too, so the overrides must not change them.
    """

    def create_face_liveness_session(self) -> TYPE_RESPONSE:
        """Answer CreateFaceLivenessSession."""
        return self._answer_face_liveness(CREATE, _create)

    def get_face_liveness_session_results(self) -> TYPE_RESPONSE:
        """Answer GetFaceLivenessSessionResults."""
        return self._answer_face_liveness(GET_RESULTS, _get_results)

    @property
    def _face_liveness_backend(self) -> LivenessBackend:
        return liveness_backends[self.current_account][self.region]

    @property
    def _face_liveness_operation(self) -> Operation | None:
        return _TARGETS.get(self.headers.get("X-Amz-Target", ""))

    def _answer_face_liveness(self, operation: Operation, call: _Call) -> TYPE_RESPONSE:
        backend = self._face_liveness_backend
        # Clients repeat a call after a 5xx or throttling. All attempts carry the same id, and get the first answer:
        # https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
        invocation_id = self.headers.get("amz-sdk-invocation-id")
        with backend.script.lock:
            answer = backend.answers.get(invocation_id or "") or _answer(backend, operation, call, self.body)
            if invocation_id:
                backend.answers[invocation_id] = answer
        if isinstance(answer, ErrorAnswer):
            raise LivenessException(answer)
        # moto would search a str body for a <RequestId> to replace, at half the cost of a call with images.
        body = answer if isinstance(answer, bytes) else backend.serialize(answer)
        return 200, {"Content-Type": CONTENT_TYPE}, body

    def _dispatch(self, request: Any, *rest: Any) -> TYPE_RESPONSE:
        try:
            return super()._dispatch(request, *rest)
        except UnicodeDecodeError as error:
            if request.headers.get("X-Amz-Target") not in _TARGETS:
                raise
            refused = serialization_error(f"The request body is not UTF-8: {error}")
            return 400, dict(refused.get_headers()), refused.answer.body

    def _get_action(self) -> str:
        # moto parses the body as a query string first, so an S3KeyPrefix "&Action=DetectLabels" would be the operation.
        operation = self._face_liveness_operation
        return operation.name if operation else super()._get_action()

    def _authenticate_and_authorize_normal_action(self, *args: Any) -> None:
        operation = self._face_liveness_operation
        try:
            super()._authenticate_and_authorize_normal_action(*args)
        except HTTPException as error:
            if operation is None:
                raise
            self.response_headers["Content-Type"] = CONTENT_TYPE
            denial = access_denied(error, operation)
            _log_error(self._face_liveness_backend, operation, _readable(self.body), denial.answer)
            raise denial from None


def _create(backend: LivenessBackend, request: _Params, params: _Params) -> Answer:
    session = backend.create_face_liveness_session(
        kms_key_id=params.get("KmsKeyId"),
        settings=params.get("Settings", {}),
        client_request_token=params.get("ClientRequestToken"),
        request=request,
    )
    backend.log(CREATE, request, session.id)
    return b'{"SessionId": "%s"}' % session.id.encode()


def _get_results(backend: LivenessBackend, request: _Params, params: _Params) -> Answer:
    results = backend.get_face_liveness_session_results(params["SessionId"])
    backend.log(GET_RESULTS, request, results.session_id, results)
    return results


def _answer(backend: LivenessBackend, operation: Operation, call: _Call, body: str) -> Answer:
    request: _Params = {}
    try:
        request = validation.parse(body)
        params = validation.check(operation, request)
        backend.raise_queued_error(operation, params.get("SessionId"))
        return call(backend, request, params)
    except LivenessException as error:
        _log_error(backend, operation, request, error.answer)
        return error.answer


def _log_error(backend: LivenessBackend, operation: Operation, request: _Params, error: ErrorAnswer) -> None:
    session_id = request.get("SessionId")
    backend.log(operation, request, session_id if isinstance(session_id, str) else None, error=error)


def _readable(body: str) -> _Params:
    try:
        return validation.parse(body)
    except LivenessException:
        return {}
