"""From an HTTP request to the backend and back: parsing, validation, queued errors, and the log of errors."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException

from moto_liveness import _compat
from moto_liveness.core.operations import CREATE, GET_RESULTS, Operation
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.core.unseeded import UnseededSessionError
from moto_liveness.rekognition import regions, validation
from moto_liveness.rekognition.attempts import Answer
from moto_liveness.rekognition.exceptions import (
    CONTENT_TYPE,
    UNSEEDED,
    ErrorAnswer,
    LivenessException,
    access_denied,
    serialization_error,
    unseeded_session,
)
from moto_liveness.rekognition.models import LivenessBackend, liveness_backends

_TARGETS = {f"RekognitionService.{operation.name}": operation for operation in (CREATE, GET_RESULTS)}

_Params = dict[str, Any]
#: Calls the backend with the parameters of a request, as they were sent and as the model knows them.
_Call = Callable[[LivenessBackend, _Params, _Params], Answer]


class FaceLivenessResponse(BaseResponse):
    """The operations. moto's own RekognitionResponse inherits from this class once install() has run.

    Stock operations run these overrides too, so the overrides must not change them.
    """

    # Whether botocore asks in this process, so that exceptions reach the code under test as they are.
    _face_liveness_in_process = False

    def create_face_liveness_session(self) -> TYPE_RESPONSE:
        """Answer CreateFaceLivenessSession."""
        return self._answer_face_liveness(CREATE, self._create_face_liveness_session)

    def get_face_liveness_session_results(self) -> TYPE_RESPONSE:
        """Answer GetFaceLivenessSessionResults."""
        return self._answer_face_liveness(GET_RESULTS, _get_results)

    @property
    def _face_liveness_backend(self) -> LivenessBackend:
        return liveness_backends[self.current_account][self.region]

    @property
    def _face_liveness_operation(self) -> Operation | None:
        return _TARGETS.get(self.headers.get("X-Amz-Target", ""))

    def _create_face_liveness_session(self, backend: LivenessBackend, request: _Params, params: _Params) -> Answer:
        regions.check(backend, self._face_liveness_in_process)
        return _create(backend, request, params)

    def _answer_face_liveness(self, operation: Operation, call: _Call) -> TYPE_RESPONSE:
        backend = self._face_liveness_backend
        attempt = operation.name, self.headers.get("amz-sdk-invocation-id"), self.body
        with backend.script.lock:
            answer = backend.attempts.answer(*attempt)
        if answer is None:
            # Without the lock: the backend takes it itself, but not while it writes to S3.
            answer = _answer(backend, operation, call, self.body)
            with backend.script.lock:
                backend.attempts.keep(*attempt, answer)
            if not self._face_liveness_in_process:
                backend.script.forget_calls()
        if isinstance(answer, ErrorAnswer):
            raise self._error(answer)
        if isinstance(answer, ExceptionSeed):
            self._fail(answer.exception)
            return 200, {}, b""
        # moto would search a str body for a <RequestId> to replace, at half the cost of a call with images.
        body = answer if isinstance(answer, bytes) else backend.serialize(answer)
        return 200, {"Content-Type": CONTENT_TYPE}, body

    def _error(self, answer: ErrorAnswer) -> Exception:
        if answer.code == UNSEEDED and self._face_liveness_in_process:
            return UnseededSessionError(answer.message)
        return LivenessException(answer)

    def _fail(self, exception: Exception) -> None:
        if self._face_liveness_in_process:
            raise _fresh(exception)
        _compat.break_connection(hold=type(exception).__name__ == "ReadTimeoutError")

    def _dispatch(self, request: Any, *rest: Any) -> TYPE_RESPONSE:
        self._face_liveness_in_process = not _compat.is_served(request)
        try:
            return super()._dispatch(request, *rest)
        except UnicodeDecodeError as error:
            operation = _TARGETS.get(request.headers.get("X-Amz-Target", ""))
            if operation is None:
                raise
            refused = serialization_error(f"The request body is not UTF-8: {error}")
            # moto stops before it knows the account and the region.
            account_id = request.headers.get("x-moto-account-id") or _compat.default_account()
            backend = liveness_backends[account_id][self.get_region_from_url(request, *rest[:1])]
            _log_error(backend, operation, {}, refused.answer)
            headers = {**dict(refused.get_headers()), "x-amzn-requestid": _compat.uuid4()}
            return refused.answer.http_status, headers, refused.answer.body

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


def _fresh(exception: Exception) -> Exception:
    """Return a copy: an exception that was raised keeps the frames of its caller alive."""
    try:
        return copy.copy(exception).with_traceback(None)
    except TypeError:  # its class takes other arguments than it passes on
        return exception.with_traceback(None)


def _create(backend: LivenessBackend, request: _Params, params: _Params) -> Answer:
    session = backend.create_face_liveness_session(
        kms_key_id=params.get("KmsKeyId"),
        settings=params.get("Settings", {}),
        client_request_token=params.get("ClientRequestToken"),
        request=request,
    )
    return b'{"SessionId": "%s"}' % session.id.encode()


def _get_results(backend: LivenessBackend, request: _Params, params: _Params) -> Answer:
    return backend.get_face_liveness_session_results(params["SessionId"], request)


def _answer(backend: LivenessBackend, operation: Operation, call: _Call, body: str) -> Answer:
    request: _Params = {}
    try:
        request = validation.parse(body)
        params = validation.check(operation, request)
        failure = backend.next_answer(operation, params.get("SessionId"))
        if failure is not None:
            exception = failure.exception
            _log(backend, operation, request, type(exception).__name__, str(exception))
            return failure
        return call(backend, request, params)
    except LivenessException as error:
        _log_error(backend, operation, request, error.answer)
        return error.answer
    except UnseededSessionError as error:
        answer = unseeded_session(str(error)).answer
        _log_error(backend, operation, request, answer)
        return answer


def _log_error(backend: LivenessBackend, operation: Operation, request: _Params, error: ErrorAnswer) -> None:
    _log(backend, operation, request, error.code, error.message)


def _log(backend: LivenessBackend, operation: Operation, request: _Params, code: str, message: str) -> None:
    session_id = request.get("SessionId")
    with backend.script.lock:
        backend.log(operation, request, session_id if isinstance(session_id, str) else None, error=(code, message))


def _readable(body: str) -> _Params:
    try:
        return validation.parse(body)
    except LivenessException:
        return {}
