"""From an HTTP request to the backend and back: one pipeline for all operations that come through moto's dispatch."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from moto.core.common_types import TYPE_RESPONSE
from moto.core.responses import BaseResponse
from moto.core.utils import camelcase_to_underscores
from werkzeug.exceptions import HTTPException

from moto_liveness import _compat
from moto_liveness.core.operations import NETWORK_FAILURES, OPERATIONS, Operation
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.core.unseeded import UnseededSessionError
from moto_liveness.rekognition import faces
from moto_liveness.rekognition.breaking import break_connection
from moto_liveness.rekognition.cached import Cached
from moto_liveness.rekognition.exceptions import (
    CONTENT_TYPE,
    UNSEEDED,
    ErrorAnswer,
    LivenessException,
    access_denied,
    serialization_error,
    unseeded_session,
)
from moto_liveness.rekognition.models import LivenessBackend
from moto_liveness.rekognition.nowhere import NowhereBackend, backend_at
from moto_liveness.rekognition.request import Answer, Reply, Request
from moto_liveness.rekognition.results import Results

#: A method of moto's class for responses.
Method = Callable[[Any], Any]

_NOTHING = Reply(None)


def answer(backend: LivenessBackend, request: Request) -> Answer | None:
    """Return the answer to a request, the same one for all attempts of a call; None if it is moto's to answer."""
    _ = request.logged, request.ignored  # read before the lock is held: megabytes of JSON take seconds
    with backend.script.lock:
        found = backend.attempts.answer(request)
        if found is not None:
            return found
        reply = _reply(backend, request)
        _log(backend, request, reply)
        if reply.sent is not None:
            backend.attempts.keep(request, reply.sent)
        return reply.sent


def _reply(backend: LivenessBackend, request: Request) -> Reply:
    try:
        if request.is_ours:
            _ = request.params  # an invalid request takes no queued answer
        failure = backend.next_answer(request)
        if failure is not None:
            return Reply(_at(failure, request))
        method: Callable[[Request], Reply] = getattr(backend, method_name(request.operation))
        reply = method(request) if request.is_ours else faces.left_to_moto(request)
        lost = backend.next_answer(request, "end")
        return _without_answer(reply, _at(lost, request)) if lost else reply
    except LivenessException as error:
        return Reply(error.answer, note=backend.note_on_error(request))
    except UnseededSessionError as error:
        return Reply(unseeded_session(str(error)).answer)
    except Warning:  # with -W error, before anything has changed
        raise
    except BaseException as error:  # of a subscriber of the bucket that images were written to
        _log(backend, request, error=(type(error).__name__, str(error)))
        raise


def _without_answer(reply: Reply, lost: ExceptionSeed) -> Reply:
    step = reply.answer.step.status if isinstance(reply.answer, Results) else None
    session = f"session {reply.session_id}" if reply.session_id else step
    note = ", ".join(filter(None, [session, reply.note, "carried out before the answer was lost"]))
    return reply._replace(lost=lost, note=note)


def _at(failure: ExceptionSeed, request: Request) -> ExceptionSeed:
    """Return the network failure as a client of a server sees it, for the log."""
    if request.in_process or request.endpoint_url is None or failure.error not in NETWORK_FAILURES:
        return failure
    exception: Any = type(failure.exception)
    return replace(failure, exception=exception(endpoint_url=request.endpoint_url))


def _log(
    backend: LivenessBackend, request: Request, reply: Reply = _NOTHING, error: tuple[str, str] | None = None
) -> None:
    results = reply.answer if isinstance(reply.answer, Results) else None
    backend.log(
        request.operation,
        request.logged,
        reply.session_id or request.session_id,
        step=results.step if results else None,
        error=error or reply.error,
        seed=reply.seed,
        note=", ".join(filter(None, [reply.note or request.who, request.ignored])) or None,
        people=request.people if reply.people is None else reply.people,
        collection_id=request.collection_id,
        in_process=request.in_process,
    )


class FaceLivenessResponse(BaseResponse):
    """What moto's own RekognitionResponse inherits once install() has run. moto makes one for each request.

    Stock operations run these overrides too, so the overrides must not change them.
    """

    # Whether botocore asks in this process, so that exceptions reach the code under test as they are.
    _face_liveness_in_process = False
    # The environ of a request to a server.
    _face_liveness_environ: Mapping[str, Any] = MappingProxyType({})

    @Cached
    def _face_liveness_request(self) -> Request | None:
        """The request; None for a stock operation, and for one on unmarked pictures in a region without Rekognition."""
        operation = _operation_of(self.headers)
        if operation is None:
            return None
        backend, attempt = self._face_liveness_backend, self.headers.get("amz-sdk-invocation-id")
        in_process, environ = self._face_liveness_in_process, self._face_liveness_environ
        endpoint_url: str | None = self.uri if in_process else None
        if not in_process and "HTTP_HOST" in environ:
            endpoint_url = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}/"
        request = Request(operation, backend.place, self.body, attempt, in_process, endpoint_url)
        return None if isinstance(backend, NowhereBackend) and not request.is_ours else request

    @functools.cached_property
    def _face_liveness_backend(self) -> LivenessBackend:
        return backend_at(self.current_account, self.region)

    def _answer_face_liveness(self, request: Request, stock: Method) -> Any:
        backend = self._face_liveness_backend
        found = answer(backend, request)
        if found is None:
            return stock(self)
        if isinstance(found, ErrorAnswer):
            raise _error(found, request.in_process)
        if not isinstance(found, (bytes, Results)):
            if request.in_process:
                raise _fresh(found.exception)
            break_connection(self._face_liveness_environ, hold=type(found.exception).__name__ == "ReadTimeoutError")
            return 200, {}, b""
        # moto would search a str body for a <RequestId> to replace, at half the cost of a call with images.
        body = found if isinstance(found, bytes) else backend.serialize(found)
        return 200, {"Content-Type": CONTENT_TYPE}, body

    def _dispatch(self, request: Any, *rest: Any) -> TYPE_RESPONSE:
        self._face_liveness_in_process = not _compat.is_served(request)
        self._face_liveness_environ = getattr(request, "environ", {})
        try:
            return super()._dispatch(request, *rest)
        except UnicodeDecodeError as error:
            operation = _operation_of(request.headers)
            if operation is None:
                raise
            refused = serialization_error(f"The request body is not UTF-8: {error}")
            # moto stops before it knows the account and the region.
            account_id = request.headers.get("x-moto-account-id") or _compat.default_account()
            backend = backend_at(account_id, self.get_region_from_url(request, *rest[:1]))
            _log(backend, Request(operation, backend.place, "", None, False), Reply(refused.answer))
            headers = {**dict(refused.get_headers()), "x-amzn-requestid": _compat.uuid4()}
            return refused.answer.http_status, headers, refused.answer.body

    def _get_action(self) -> str:
        # moto parses the body as a query string first, so an S3KeyPrefix "&Action=DetectLabels" would be the operation.
        request = self._face_liveness_request
        action: str = request.operation.name if request is not None and request.is_ours else super()._get_action()
        return action

    def _authenticate_and_authorize_normal_action(self, *args: Any) -> None:
        try:
            super()._authenticate_and_authorize_normal_action(*args)
        except HTTPException as error:
            request = self._face_liveness_request
            if request is None or not request.is_ours:
                raise
            self.response_headers["Content-Type"] = CONTENT_TYPE
            denial = access_denied(error, request.operation)
            _log(self._face_liveness_backend, request, Reply(denial.answer))
            raise denial from None


#: The operations on collections, if this moto has one of them itself: two halves would be two collections.
LEFT_TO_MOTO: set[Operation] = set()


def dispatched() -> list[Operation]:
    """Return the operations that come through moto's dispatch: those that do not stream and are not left to moto."""
    return list(filter(_is_dispatched, OPERATIONS.values()))


def _is_dispatched(operation: Operation) -> bool:
    return not operation.endings and operation not in LEFT_TO_MOTO


@functools.cache
def method_name(operation: Operation) -> str:
    """Return the name of the method of an operation, for moto's class and for the backend."""
    name: str = camelcase_to_underscores(operation.name)
    return name


def method_of(operation: Operation, stock: Method | None) -> Method:
    """Return the method of an operation for moto's class: ours in front of moto's own, if there is one."""

    def method(self: FaceLivenessResponse) -> Any:
        request = self._face_liveness_request
        if request is None or request.operation is not operation:
            return (stock or _not_implemented)(self)
        return self._answer_face_liveness(request, stock or _not_implemented)

    return method


def _not_implemented(self: FaceLivenessResponse) -> Any:
    # The words of moto's BaseResponse.
    raise NotImplementedError(f"The {camelcase_to_underscores(self._get_action())} action has not been implemented")


def _operation_of(headers: Any) -> Operation | None:
    service, _, name = headers.get("X-Amz-Target", "").partition(".")
    operation = OPERATIONS.get(name) if service == "RekognitionService" else None
    return operation if operation and _is_dispatched(operation) else None


def _error(error: ErrorAnswer, in_process: bool) -> Exception:
    if error.code == UNSEEDED and in_process:
        return UnseededSessionError(error.message)
    return LivenessException(error)


def _fresh(exception: Exception) -> Exception:
    """Return a copy: an exception that was raised keeps the frames of its caller alive."""
    try:
        return copy.copy(exception).with_traceback(None)
    except TypeError:  # its class takes other arguments than it passes on
        return exception.with_traceback(None)
