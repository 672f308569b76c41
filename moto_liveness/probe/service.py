"""One side of the comparison, which the scripts of the questions talk to through boto3."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4
from xml.etree.ElementTree import ParseError

import boto3
import botocore
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NetworkError
from botocore.parsers import ResponseParserError

from moto_liveness.core.operations import CREATE, GET_RESULTS
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS
from moto_liveness.probe.answers import Answer, CannotAskError
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


class _Response(NamedTuple):
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


def clients_of(session: boto3.Session, endpoint_url: str | None) -> Clients:
    """Return clients with the credentials of a session, for one endpoint or for those of its configuration."""

    def make(service: str, region_name: str) -> Any:
        return session.client(service, region_name, endpoint_url=endpoint_url, config=_CONFIG)

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
    """Return whether an endpoint is one of AWS. The configuration of boto3 may name another, as --endpoint-url does."""
    host = urlsplit(endpoint_url).hostname or ""
    return host.endswith((".amazonaws.com", ".api.aws"))


class Service:
    """Rekognition in a region, as one question sees it: AWS, a server or the mock.

    bucket: a bucket in the region, and the prefix under which the question may look for objects and delete them.
    """

    def __init__(
        self,
        clients: Clients,
        region_name: str,
        sleep: Callable[[float], None],
        *,
        bucket: str | None = None,
        prefix: str = "",
        names: dict[str, str] | None = None,
    ) -> None:
        self._clients = clients
        self._sleep = sleep
        #: What stands for the ids of this question.
        self._names = {} if names is None else names
        self.region_name = region_name
        self.bucket = bucket or ""
        self.prefix = prefix
        self._names |= {name: label for name, label in ((self.bucket, "<bucket>"), (prefix, "<prefix>")) if name}

    def at(self, region_name: str) -> Service:
        """Return the service in another region, for the same question."""
        place = {"bucket": self.bucket, "prefix": self.prefix}
        return Service(self._clients, region_name, self._sleep, names=self._names, **place)

    def made_up(self, label: str) -> str:
        """Return a token or name that nobody has used; the label stands for it in the answers."""
        name = f"moto-liveness-probe-{uuid4().hex}"
        self._names[name] = f"<{label}>"
        return name

    def create(self, params: Mapping[str, Any]) -> Answer:
        """Send CreateFaceLivenessSession."""
        return self._answer(CREATE.name, self._request(CREATE.name, params))

    def get(self, session_id: object) -> Answer:
        """Send GetFaceLivenessSessionResults."""
        return self._answer(GET_RESULTS.name, self._request(GET_RESULTS.name, {"SessionId": session_id}))

    def headers_of_get(self, session_id: str) -> Answer:
        """Send GetFaceLivenessSessionResults, and return the headers that AWS's protocol has instead of the body."""
        response = self._request(GET_RESULTS.name, {"SessionId": session_id})
        headers = {name.lower(): value for name, value in response.headers.items()}
        # The other headers of AWS are ids.
        ids = {name: "<id>" for name in headers if name.startswith("x-amz")}
        seen = ids | {name: headers[name] for name in ("content-type", "x-amzn-errortype") if name in headers}
        return Answer(GET_RESULTS.name, response.http_status, mask(seen, self._names))

    def session(self, params: Mapping[str, Any] | None = None) -> str:
        """Return the id of a new session that the question needs."""
        response = self._request(CREATE.name, params or {})
        check_created(self._answer(CREATE.name, response), self.region_name)
        return str((response.members or {})["SessionId"])

    def keys(self) -> Answer:
        """Return the keys of the objects under the prefix."""
        return Answer(
            "ListObjectVersions", HTTPStatus.OK, {"Keys": [mask(key, self._names) for key, _ in self._objects()]}
        )

    def delete_objects(self) -> int:
        """Delete all versions of the objects under the prefix, and return how many there were."""
        objects = list(self._objects())
        for key, version in objects:
            self._s3("delete_object", Bucket=self.bucket, Key=key, VersionId=version)
        return len(objects)

    def check_bucket(self) -> None:
        """Raise CannotAskError if the bucket is in another region, or cannot be found."""
        found = self._s3("get_bucket_location", Bucket=self.bucket)["LocationConstraint"] or "us-east-1"
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
        region_name = {"EU": "eu-west-1"}.get(found, found)
        if region_name != self.region_name:
            raise CannotAskError(f"the bucket is in {region_name}, and must be in {self.region_name}")

    def _objects(self) -> Iterator[tuple[str, str]]:
        # Of a bucket without versions these are its objects.
        listed = self._s3("list_object_versions", Bucket=self.bucket, Prefix=f"{self.prefix}/")
        for found in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())):
            yield found["Key"], found["VersionId"]

    def _s3(self, method: str, **params: str) -> Any:
        self._sleep(_BETWEEN_REQUESTS)
        try:
            return getattr(self._clients("s3", self.region_name), method)(**params)
        except ClientError as error:
            code, text = error.response["Error"]["Code"], mask(error.response["Error"].get("Message", ""), self._names)
            raise CannotAskError(f"S3 refused {method}: {code}: {text}".rstrip(" .")) from None
        except (BotoCoreError, ParseError, ResponseParserError) as error:
            raise _failure(error, self._names) from None

    def _answer(self, operation: str, response: _Response) -> Answer:
        members = response.members or {}
        if "SessionId" in members:
            number = sum(label.startswith("<session ") for label in self._names.values()) + 1
            self._names.setdefault(members["SessionId"], f"<session {number}>")
        return Answer(operation, response.http_status, mask(members, self._names))

    def _request(self, operation: str, params: Mapping[str, Any]) -> _Response:
        """Send a request, three times at most. Raise CannotAskError if the answer says nothing about the question."""
        client = self._clients("rekognition", self.region_name)
        unknown = unknown_member(client.meta.service_model.operation_model(operation).input_shape, params)
        if unknown:
            raise CannotAskError(f"botocore {botocore.__version__} does not know {unknown}")
        response = self._attempt(client, operation, params)
        for seconds in _BETWEEN_ATTEMPTS:
            if not _is_temporary(response):
                break
            self._sleep(seconds)
            response = self._attempt(client, operation, params)
        self._check(operation, response)
        return response

    def _attempt(self, client: Any, operation: str, params: Mapping[str, Any]) -> _Response:
        self._sleep(_BETWEEN_REQUESTS)
        responses: list[_Response] = []

        def keep(http_response: Any, **_: Any) -> None:
            responses.append(_Response(http_response.status_code, http_response.headers, http_response.content))

        client.meta.events.register("after-call.rekognition", keep)
        try:
            getattr(client, xform_name(operation))(**params)
        except ClientError:
            pass  # it has been kept
        except (BotoCoreError, ResponseParserError) as error:
            raise _failure(error, self._names) from None
        finally:
            client.meta.events.unregister("after-call.rekognition", keep)
        return responses[0]

    def _check(self, operation: str, response: _Response) -> None:
        members = response.members
        if members is None:
            raise _not_json(response.http_status, response.headers.get("Content-Type", "no type"))
        code, text = _error_of(members)
        named = f"{response.http_status} {code}"
        if code in _EXPIRED:
            raise CannotAskError(f"the credentials have expired ({named})", "Log in again, then repeat the command.")
        if code in _REFUSED:
            what = f"the credentials were not accepted ({named}: {mask(text, self._names).rstrip('.')})"
            raise CannotAskError(what, "Check them, the clock of this machine, and --region.")
        if code == "AccessDeniedException" and f"not authorized to perform: rekognition:{operation}" in text:
            what = f"the credentials lack the permission rekognition:{operation}"
            raise CannotAskError(
                what, f"Allow it, or choose others with --profile. The answer was: {mask(text, self._names)}"
            )
        if _is_temporary(response):
            what = f"{len(_BETWEEN_ATTEMPTS) + 1} attempts got {named}"
            raise CannotAskError(what, "Wait a minute, then repeat the command.")


def unknown_member(shape: Any, params: Any) -> str | None:
    """Return the first member that a shape of botocore does not have; None if it has them all."""
    if isinstance(params, list):
        return next(filter(None, (unknown_member(shape.member, item) for item in params)), None)
    if not isinstance(params, Mapping):
        return None
    missing = (name for name in params if name not in shape.members)
    deeper = (unknown_member(shape.members[name], value) for name, value in params.items() if name in shape.members)
    return next(missing, None) or next(filter(None, deeper), None)


def check_created(answer: Answer, region_name: str) -> None:
    """Raise CannotAskError if the answer to CreateFaceLivenessSession is not a session."""
    code, text = _error_of(answer.seen)
    if (code, text) == ("AccessDeniedException", ""):
        raise CannotAskError(
            f"CreateFaceLivenessSession got an AccessDeniedException with an empty message in {region_name}",
            "AWS answers so where it does not serve Face Liveness. Choose another --region: "
            f"{', '.join(FACE_LIVENESS_REGIONS)}.",
        )
    if answer.http_status != HTTPStatus.OK:
        raise CannotAskError(f"CreateFaceLivenessSession answered {answer.http_status} {code}: {text}".rstrip(" .:"))


def _error_of(members: Mapping[str, Any]) -> tuple[str, str]:
    code = str(members.get("__type") or members.get("Code") or members.get("code") or "")
    # Some services put a namespace in front of the code.
    text = str(members.get("Message") or members.get("message") or "")
    return code.rpartition("#")[2], text


def _is_temporary(response: _Response) -> bool:
    if response.members is None:
        return False
    return response.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR or _error_of(response.members)[0] in _THROTTLED


def _not_json(http_status: int, content_type: str) -> CannotAskError:
    return CannotAskError(f"the answer was not JSON ({http_status}, {content_type})", _ANY_PROXY)


def _failure(error: Exception, names: Mapping[str, str]) -> CannotAskError:
    # Some have several lines.
    text = " ".join(str(error).split()).rstrip(".")
    if isinstance(error, NoCredentialsError):  # those of the session are gone meanwhile
        return CannotAskError(*NO_CREDENTIALS)
    if isinstance(error, (HTTPClientError, NetworkError)):
        return CannotAskError(f"no answer: {text}", "Check the network, HTTPS_PROXY and --endpoint-url.")
    if isinstance(error, (ParseError, ResponseParserError)):
        return CannotAskError("boto3 could not read the answer", _ANY_PROXY)
    return CannotAskError(f"boto3 could not ask: {mask(text, names)}")
