"""Requests through boto3."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import botocore
from botocore import xform_name
from botocore.exceptions import ClientError

from moto_liveness.probe.answers import Response, first_line
from moto_liveness.probe.failures import ATTEMPTS, RAISED, Failure, is_temporary, of_exception, of_response

# AWS allows 5 requests a second: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_BETWEEN_REQUESTS = 0.25


def send(client: Any, operation: str, params: Mapping[str, Any], sleep: Callable[[float], None]) -> Response:
    """Send a request to Rekognition, three times at most.

    Raises:
        CannotAskError: if the answer says nothing about a question.
    """
    unknown = unknown_member(client.meta.service_model.operation_model(operation).input_shape, params)
    if unknown:
        raise Failure.TOO_OLD.error(version=botocore.__version__, member=unknown)
    response = _attempt(client, operation, params, sleep)
    for seconds in range(1, ATTEMPTS):
        if is_temporary(response):
            sleep(seconds)
            response = _attempt(client, operation, params, sleep)
    failure = of_response(operation, response)
    if failure:
        raise failure
    return response


def send_to_s3(client: Any, operation: str, params: Mapping[str, str], sleep: Callable[[float], None]) -> Any:
    """Return what S3 answers. Raises CannotAskError for an error."""
    try:
        return _call(client, operation, params, sleep)
    except ClientError as error:
        code, text = error.response["Error"]["Code"], first_line(error.response["Error"].get("Message", ""))
        raise Failure.S3_REFUSED.error(operation=operation, code=code, text=text) from None


def unknown_member(shape: Any, params: Any) -> str | None:
    """Return the first member that a shape of botocore does not have; None if it has them all."""
    if isinstance(params, list):
        return next(filter(None, (unknown_member(shape.member, item) for item in params)), None)
    if not isinstance(params, Mapping):
        return None
    missing = (name for name in params if name not in shape.members)
    deeper = (unknown_member(shape.members[name], value) for name, value in params.items() if name in shape.members)
    return next(missing, None) or next(filter(None, deeper), None)


def _attempt(client: Any, operation: str, params: Mapping[str, Any], sleep: Callable[[float], None]) -> Response:
    responses: list[Response] = []

    def keep(http_response: Any, **_: Any) -> None:
        responses.append(Response(http_response.status_code, http_response.headers, http_response.content))

    client.meta.events.register("after-call.rekognition", keep)
    try:
        _call(client, operation, params, sleep)
    except ClientError as error:
        if not responses:
            raise of_exception(error) from None
    finally:
        client.meta.events.unregister("after-call.rekognition", keep)
    return responses[0]


def _call(client: Any, operation: str, params: Mapping[str, Any], sleep: Callable[[float], None]) -> Any:
    """Return what boto3 makes of the answer. Raises ClientError for an error, CannotAskError for no answer."""
    sleep(_BETWEEN_REQUESTS)
    try:
        return getattr(client, xform_name(operation))(**params)
    except RAISED as error:
        raise of_exception(error) from None
