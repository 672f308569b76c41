"""Service: the errors that AWS sends, in the two shapes that it has for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from werkzeug.exceptions import HTTPException

from moto_liveness import _compat
from moto_liveness.core import operations as errors

CONTENT_TYPE = "application/x-amz-json-1.1"


class LivenessException(HTTPException):
    """An error answer. moto turns any HTTPException that a handler raises into a response."""

    def __init__(self, error_code: str, message: str, status: int, body: dict[str, str]) -> None:
        super().__init__(description=json.dumps(body))
        self.code = status
        self.error_code = error_code
        self.message = message

    def get_headers(self, *_: Any) -> list[tuple[str, str]]:
        """Return the headers that AWS sends with an error of a JSON service."""
        return [("Content-Type", CONTENT_TYPE)]


def service_error(code: str, operation: str, account_id: str, message: str = "") -> LivenessException:
    """Return an error that the operation models; the message is AWS's own unless given.

    https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
    """
    # moto calls a user without IAM identity "moto", in STS's GetCallerIdentity for example.
    message = message or errors.text(code, operation, f"arn:aws:sts::{account_id}:user/moto")
    return _coral(code, message, errors.http_status(code, message))


def invalid_parameter(problem: str) -> LivenessException:
    """Return an InvalidParameterException that says which parameter is wrong, and how."""
    return _coral("InvalidParameterException", f"Request has invalid parameters: {problem}", 400)


def validation_error(violations: Sequence[str]) -> LivenessException:
    """Return the error for a request that violates constraints of the service model."""
    errors_ = "error" if len(violations) == 1 else "errors"
    message = f"{len(violations)} validation {errors_} detected: {'; '.join(violations)}"
    return LivenessException("ValidationException", message, 400, {"__type": "ValidationException", "message": message})


def serialization_error(message: str) -> LivenessException:
    """Return the error for a body that cannot be read."""
    body = {"__type": "SerializationException", "Message": message}
    return LivenessException("SerializationException", message, 400, body)


def denied(error: HTTPException, operation: str) -> LivenessException:
    """Return the JSON error for an IAM denial, which moto sends as XML."""
    code, message = _compat.iam_denial(error)
    if code == "AccessDeniedException":
        action = f"rekognition:{operation}"
        message += f" because no identity-based policy allows the {action} action"
    return _coral(code, message, 400)


def _coral(code: str, message: str, status: int) -> LivenessException:
    body = {"__type": code, "Code": code, "Logref": _compat.uuid4(), "Message": message}
    return LivenessException(code, message, status, body)
