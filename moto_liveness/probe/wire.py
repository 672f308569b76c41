"""Requests through boto3, and the reasons why an answer says nothing about a question."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit
from xml.etree.ElementTree import ParseError

import boto3
import botocore
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NetworkError
from botocore.parsers import ResponseParserError

from moto_liveness.probe.answers import CannotAskError
from moto_liveness.probe.masking import mask

#: Makes a client for a service in a region.
Clients: TypeAlias = Callable[[str, str], Any]

# AWS allows 5 requests a second: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_BETWEEN_REQUESTS = 0.25
# boto3 would sleep between its own retries, so there are none.
_BETWEEN_ATTEMPTS = (1, 2)
_CONFIG = Config(
    retries={"max_attempts": 0},
    connect_timeout=10,
    read_timeout=30,
    # The service refuses what it does not allow, not boto3.
    parameter_validation=False,
    # Nobody resolves bucket.localhost.
    s3={"addressing_style": "path"},
)
_AWS = re.compile(r"(vpce-[\w-]+\.)?rekognition(-fips)?\.[\w-]+\.((vpce\.)?amazonaws\.com|api\.aws)")
# What an error is if it is not an answer to the question.
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_REFUSED = {
    "IncompleteSignature",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_THROTTLED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "ThrottlingException",
    "TooManyRequestsException",
}
_ANY_PROXY = "Something else may have answered, such as a proxy: check HTTPS_PROXY and --endpoint-url."
_ANY_CREDENTIALS = (
    "Configure some for AWS, or choose them with --profile. A moto_liveness_server takes any: "
    "AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing."
)
#: What happened, and what to do.
NO_CREDENTIALS = ("boto3 found no credentials", _ANY_CREDENTIALS)
_UNREADABLE = ("boto3 could not read the answer", _ANY_PROXY)


class Response(NamedTuple):
    """An answer as it came over the wire: older releases of botocore drop members that they do not know."""

    http_status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def members(self) -> dict[str, Any] | None:
        """The body; None if it is not a JSON object."""
        try:
            members = json.loads(self.content)
        except ValueError:
            return None
        return members if isinstance(members, dict) else None

    @property
    def error(self) -> tuple[str, str]:
        """The code of an error and the first line of its text; empty for other answers."""
        members = self.members or {}
        code = str(members.get("__type") or members.get("Code") or "")
        # Some services put a namespace in front of the code.
        return code.rpartition("#")[2], _first_line(members.get("Message") or members.get("message") or "")

    @property
    def status(self) -> str:
        """The HTTP status with the code of an error, as in "403 ExpiredTokenException"."""
        return f"{self.http_status} {self.error[0]}".rstrip()

    @property
    def is_temporary(self) -> bool:
        """Whether another attempt may get another answer."""
        failed = self.members is not None and self.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return failed or self.error[0] in _THROTTLED


def clients_of(session: boto3.Session, endpoint_url: str | None) -> Clients:
    """Return clients with the credentials of a session, for one endpoint or for those of its configuration."""

    def make(service: str, region_name: str) -> Any:
        try:
            return session.client(service, region_name, endpoint_url=endpoint_url, config=_CONFIG)
        except (BotoCoreError, ValueError) as error:
            what = f"boto3 does not accept its configuration: {_one_line(error)}"
            raise CannotAskError(what, "Check the environment, the profile and --endpoint-url.") from None

    return functools.cache(make)


def clients_of_the_mock(session: boto3.Session) -> Clients:
    """Return clients for mock_aws, which do not use the credentials and the endpoints of the user's configuration."""
    config = _CONFIG.merge(Config(use_fips_endpoint=False, use_dualstack_endpoint=False))

    def make(service: str, region_name: str) -> Any:
        return session.client(
            service,
            region_name,
            endpoint_url=f"https://{service}.{region_name}.amazonaws.com",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=config,
        )

    return functools.cache(make)


def is_aws(endpoint_url: str) -> bool:
    """Return whether an endpoint is Rekognition's, and not a server of ours, which may run on a host of AWS.

    https://docs.aws.amazon.com/general/latest/gr/rekognition.html
    """
    return _AWS.fullmatch(urlsplit(endpoint_url).hostname or "") is not None


def send(client: Any, operation: str, params: Mapping[str, Any], sleep: Callable[[float], None]) -> Response:
    """Send a request to Rekognition, three times at most.

    Raises CannotAskError if the answer says nothing about a question.
    """
    unknown = unknown_member(client.meta.service_model.operation_model(operation).input_shape, params)
    if unknown:
        raise CannotAskError(f"botocore {botocore.__version__} does not know {unknown}")
    response = _attempt(client, operation, params, sleep)
    for seconds in _BETWEEN_ATTEMPTS:
        if not response.is_temporary:
            break
        sleep(seconds)
        response = _attempt(client, operation, params, sleep)
    _check(operation, response)
    return response


def send_to_s3(client: Any, operation: str, params: Mapping[str, str], sleep: Callable[[float], None]) -> Any:
    """Return what S3 answers. Raises CannotAskError for an error."""
    sleep(_BETWEEN_REQUESTS)
    try:
        return getattr(client, xform_name(operation))(**params)
    except ClientError as error:
        code, text = error.response["Error"]["Code"], _first_line(error.response["Error"].get("Message", ""))
        raise CannotAskError(f"S3 refused {operation}: {code}: {text}".rstrip(" .:")) from None
    except (BotoCoreError, ParseError, ResponseParserError) as error:
        raise _failure(error) from None


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
    sleep(_BETWEEN_REQUESTS)
    responses: list[Response] = []

    def keep(http_response: Any, **_: Any) -> None:
        responses.append(Response(http_response.status_code, http_response.headers, http_response.content))

    client.meta.events.register("after-call.rekognition", keep)
    try:
        getattr(client, xform_name(operation))(**params)
    except ClientError as error:
        if not responses:  # the error is not of Rekognition, but of the service that gives out the credentials
            raise _failure(error) from None
    except (BotoCoreError, ResponseParserError) as error:
        raise _failure(error) from None
    except (AttributeError, TypeError, ValueError):
        # botocore expects an error to be a JSON object, and every body to be UTF-8.
        raise CannotAskError(*_UNREADABLE) from None
    finally:
        client.meta.events.unregister("after-call.rekognition", keep)
    return responses[0]


def _check(operation: str, response: Response) -> None:
    if response.members is None:
        content_type = response.headers.get("Content-Type", "no type")
        raise CannotAskError(f"the answer was not JSON ({response.http_status}, {content_type})", _ANY_PROXY)
    code, text = response.error[0], mask(response.error[1], {}).rstrip(".")
    if code in _EXPIRED:
        what = f"the credentials have expired ({response.status})"
        raise CannotAskError(what, "Log in again, then repeat the command.")
    if code in _REFUSED:
        what = f"the credentials were not accepted ({response.status}: {text})"
        raise CannotAskError(what, "Check them, the clock of this machine, and --region.")
    if code == "AccessDeniedException" and f"not authorized to perform: rekognition:{operation}" in text:
        what = f"the credentials lack the permission rekognition:{operation}"
        raise CannotAskError(what, f"Allow it, or choose others with --profile. The answer was: {text}.")
    if response.is_temporary:
        what = f"{len(_BETWEEN_ATTEMPTS) + 1} attempts got {response.status}"
        raise CannotAskError(what, "Wait a minute, then repeat the command.")


def _first_line(text: object) -> str:
    # Below it, AWS repeats the headers of a request whose signature is wrong, one of which is the session token.
    return str(text).partition("\n")[0]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")


def _failure(error: Exception) -> CannotAskError:
    if isinstance(error, NoCredentialsError):  # those of the session are gone meanwhile
        return CannotAskError(*NO_CREDENTIALS)
    if isinstance(error, (ParseError, ResponseParserError)):
        return CannotAskError(*_UNREADABLE)
    text = _one_line(error)
    if isinstance(error, ClientError):
        what = f"boto3 got no credentials: {mask(text, {})}"
        return CannotAskError(what, "Log in again, or choose others with --profile.")
    if isinstance(error, (HTTPClientError, NetworkError)):
        return CannotAskError(f"no answer: {text}", "Check the network, HTTPS_PROXY and --endpoint-url.")
    return CannotAskError(f"boto3 could not ask: {text}")
