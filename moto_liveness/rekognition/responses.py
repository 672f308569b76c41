"""From an HTTP request to the backend and back: parsing, validation, queued errors, and the log of errors."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores
from werkzeug.exceptions import HTTPException

from moto_liveness import _compat
from moto_liveness.core.operations import CREATE, GET_RESULTS, Operation
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.core.unseeded import UnseededSessionError
from moto_liveness.rekognition import faces, regions, validation
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

_PICTURE_TARGETS = {f"RekognitionService.{operation.name}": operation for operation in faces.PICTURES}

_Params = dict[str, Any]
#: Calls the backend with the parameters of a request, as they were sent and as the model knows them.
_Call = Callable[[LivenessBackend, _Params, _Params], Answer]
#: moto's own method of an operation.
_Stock = Callable[[Any], Any]


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

    def _answer_faces(self, operation: Operation, stock: _Stock) -> TYPE_RESPONSE | str:
        """Answer an operation on pictures. Where no picture says who is in it, moto answers as without the plugin."""
        try:
            backend = self._face_liveness_backend
        except KeyError:  # a region without Rekognition
            return stock(self)  # type: ignore[no-any-return]
        request = _readable(faces.parse, self.body)
        pictures = faces.pictures_of(operation, request, backend)
        in_process = self._face_liveness_in_process
        if any(picture.people is not None for picture in pictures):
            call = functools.partial(faces.answer, operation, pictures=pictures, in_process=in_process)
            return self._answer_face_liveness(operation, call, lambda _: faces.whole(request))
        queued = self._queued_answer(backend, operation, request)
        if queued is not None:
            return self._send(backend, queued)
        faces.warn_of_drawings(operation, pictures, in_process)
        with backend.script.lock:
            people = tuple(picture.names for picture in pictures)
            backend.log(operation, faces.shortened(request), None, note=faces.STOCK, people=people)
        if not in_process:
            backend.script.forget_calls()
        answer: TYPE_RESPONSE | str = stock(self)
        return answer

    def _queued_answer(self, backend: LivenessBackend, operation: Operation, request: _Params) -> Answer | None:
        """Return what a test queued for a request that moto answers otherwise, for all of its attempts."""
        attempt = operation.name, self.headers.get("amz-sdk-invocation-id"), self.body
        with backend.script.lock:
            kept = backend.attempts.answer(*attempt) if backend.attempts.keeps(operation.name) else None
        queued = kept or _next_answer(backend, operation, request)
        if queued is not None and kept is None:
            with backend.script.lock:
                backend.attempts.keep(*attempt, queued)
        return queued

    @property
    def _operation_on_photos(self) -> Operation | None:
        operation = _PICTURE_TARGETS.get(self.headers.get("X-Amz-Target", ""))
        if operation is None:
            return None
        pictures = faces.pictures_of(operation, _readable(faces.parse, self.body), self._face_liveness_backend)
        return operation if any(picture.people is not None for picture in pictures) else None

    def _create_face_liveness_session(self, backend: LivenessBackend, request: _Params, params: _Params) -> Answer:
        regions.check(backend, self._face_liveness_in_process)
        return _create(backend, request, params)

    def _answer_face_liveness(
        self, operation: Operation, call: _Call, parse: Callable[[str], _Params] = validation.parse
    ) -> TYPE_RESPONSE:
        backend = self._face_liveness_backend
        attempt = operation.name, self.headers.get("amz-sdk-invocation-id"), self.body
        with backend.script.lock:
            answer = backend.attempts.answer(*attempt)
        if answer is None:
            # Without the lock: the backend takes it itself, but not while it writes to S3.
            answer = _answer(backend, operation, call, functools.partial(parse, self.body))
            with backend.script.lock:
                backend.attempts.keep(*attempt, answer)
            if not self._face_liveness_in_process:
                backend.script.forget_calls()
        return self._send(backend, answer)

    def _send(self, backend: LivenessBackend, answer: Answer) -> TYPE_RESPONSE:
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
        if operation:
            return operation.name
        action: str = super()._get_action()
        on_pictures = _PICTURE_TARGETS.get(self.headers.get("X-Amz-Target", ""))
        if on_pictures is None or on_pictures.name == action:
            return action
        return on_pictures.name if self._operation_on_photos else action

    def _authenticate_and_authorize_normal_action(self, *args: Any) -> None:
        try:
            super()._authenticate_and_authorize_normal_action(*args)
        except HTTPException as error:
            operation = self._face_liveness_operation or self._operation_on_photos
            if operation is None:
                raise
            self.response_headers["Content-Type"] = CONTENT_TYPE
            denial = access_denied(error, operation)
            _log_error(self._face_liveness_backend, operation, _readable(validation.parse, self.body), denial.answer)
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


def _answer(backend: LivenessBackend, operation: Operation, call: _Call, parse: Callable[[], _Params]) -> Answer:
    request: _Params = {}
    try:
        request = parse()
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


def _next_answer(backend: LivenessBackend, operation: Operation, request: _Params) -> Answer | None:
    try:
        failure = backend.next_answer(operation, None)
    except LivenessException as error:
        _log_error(backend, operation, request, error.answer)
        return error.answer
    if failure is not None:
        _log(backend, operation, request, type(failure.exception).__name__, str(failure.exception))
    return failure


def answers_faces(operation: Operation, stock: _Stock | None) -> _Stock:
    """Return a method for moto's class: ours in front of moto's own, which some versions do not have."""

    def method(self: FaceLivenessResponse) -> TYPE_RESPONSE | str:
        return self._answer_faces(operation, stock or _not_implemented)

    return method


def _not_implemented(self: FaceLivenessResponse) -> TYPE_RESPONSE | str:
    # The words of moto's BaseResponse.
    raise NotImplementedError(f"The {camelcase_to_underscores(self._get_action())} action has not been implemented")


def _log_error(backend: LivenessBackend, operation: Operation, request: _Params, error: ErrorAnswer) -> None:
    _log(backend, operation, request, error.code, error.message)


def _log(backend: LivenessBackend, operation: Operation, request: _Params, code: str, message: str) -> None:
    session_id = request.get("SessionId")
    note: str | None = None
    people: tuple[tuple[str, ...] | None, ...] = ()
    if operation in faces.PICTURES:
        pictures = faces.pictures_of(operation, request, backend)
        note, people = faces.who(pictures), tuple(picture.names for picture in pictures)
        request = faces.shortened(request)
    with backend.script.lock:
        named = session_id if isinstance(session_id, str) else None
        backend.log(operation, request, named, error=(code, message), note=note, people=people)


def _readable(parse: Callable[[str], _Params], body: str) -> _Params:
    try:
        return parse(body)
    except LivenessException:
        return {}
