"""The errors that AWS sends, in its two JSON shapes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException

from moto_liveness import _compat
from moto_liveness.core.operations import GET_RESULTS, Operation

CONTENT_TYPE = "application/x-amz-json-1.1"
#: Not a code of AWS: no test has set the outcome of the session.
UNSEEDED = "UnseededSession"
#: Not a code of AWS either: on AWS no host answers in this region.
UNKNOWN_REGION = "UnknownRegion"


class ErrorAnswer(NamedTuple):
    """What AWS sends for an error."""

    code: str
    message: str
    http_status: int
    body: str


class LivenessException(HTTPException):
    """Raises an error answer. moto turns every HTTPException into a response."""

    def __init__(self, answer: ErrorAnswer) -> None:
        super().__init__(description=answer.body)
        self.code = answer.http_status
        self.answer = answer

    def get_headers(self, *_: Any) -> list[tuple[str, str]]:
        """Return the headers of an error of a JSON service."""
        return [("Content-Type", CONTENT_TYPE)]


def service_error(
    operation: Operation,
    code: str,
    account_id: str,
    message: str | None = None,
    http_status: int | None = None,
    collection_id: str | None = None,
) -> LivenessException:
    """Return an error of the operation, with AWS's own text and status unless there are others.

    https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
    """
    # moto calls a user without IAM identity "moto", for example in STS's GetCallerIdentity.
    if message is None:
        message = operation.error_text(code, f"arn:aws:sts::{account_id}:user/moto", str(collection_id))
    return _coral(code, message, http_status or operation.http_status(code, message))


def session_not_found(account_id: str) -> LivenessException:
    """Return the error for a session id that is unknown in this region and account."""
    return service_error(GET_RESULTS, "SessionNotFoundException", account_id)


def invalid_parameter(problem: str) -> LivenessException:
    """Return an InvalidParameterException that says which parameter is wrong, and how."""
    return _coral("InvalidParameterException", f"Request has invalid parameters: {problem}", 400)


def validation_error(violations: Sequence[str], number: int) -> LivenessException:
    """Return the error for a request that violates constraints of the service model, with the first of so many."""
    noun = "error" if number == 1 else "errors"
    more = f"; and {number - len(violations):,} more" if number > len(violations) else ""
    message = f"{number} validation {noun} detected: {'; '.join(violations)}{more}"
    return _error("ValidationException", message, 400, {"__type": "ValidationException", "message": message})


def serialization_error(message: str) -> LivenessException:
    """Return the error for a body that cannot be read."""
    body = {"__type": "SerializationException", "Message": message}
    return _error("SerializationException", message, 400, body)


def unseeded_session(message: str) -> LivenessException:
    """Return the answer over HTTP to a poll that is an UnseededSessionError in Python."""
    return _error(UNSEEDED, message, 400, {"__type": UNSEEDED, "message": message})


def unknown_region(message: str) -> LivenessException:
    """Return the answer over HTTP in a region whose host does not exist on AWS."""
    return _error(UNKNOWN_REGION, message, 400, {"__type": UNKNOWN_REGION, "message": message})


def access_denied(error: HTTPException, operation: Operation) -> LivenessException:
    """Return the JSON error for an IAM denial, which moto sends as XML."""
    code, message = _compat.iam_denial(error)
    if code == "AccessDeniedException":
        message += f" because no identity-based policy allows the rekognition:{operation.name} action"
    return _coral(code, message, 400)


def _coral(code: str, message: str, http_status: int) -> LivenessException:
    text = {"Code": code, "Logref": _compat.uuid4(), "Message": message} if message else {}
    return _error(code, message, http_status, {"__type": code, **text})


def _error(code: str, message: str, http_status: int, body: dict[str, str]) -> LivenessException:
    return LivenessException(ErrorAnswer(code, message, http_status, json.dumps(body)))
