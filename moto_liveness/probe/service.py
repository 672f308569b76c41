"""One side of the comparison, which the scripts of the questions talk to."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from moto_liveness.core.operations import CREATE, GET_RESULTS
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS
from moto_liveness.probe.answers import ANY_PROXY, ATTEMPTS, RAISED, Answer, CannotAskError, check, of_exception
from moto_liveness.probe.masking import mask

#: Makes a client for a service in a region.
Clients: TypeAlias = Callable[[str, str], Any]

_CONFIG = Config(
    # boto3 would sleep between its own retries, so there are none.
    retries={"max_attempts": 0},
    connect_timeout=10,
    read_timeout=30,
    # The service refuses what it does not allow, not boto3.
    parameter_validation=False,
    # bucket.localhost does not resolve.
    s3={"addressing_style": "path"},
)
# The hosts of Rekognition itself: a server of ours may run on another host of AWS.
# https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_AWS = re.compile(r"(vpce-[\w-]+\.)?rekognition(-fips)?\.[\w-]+\.((vpce\.)?amazonaws\.com|api\.aws)")
# AWS allows 5 requests a second: https://docs.aws.amazon.com/general/latest/gr/rekognition.html
_BETWEEN_REQUESTS = 0.25


@dataclass(frozen=True)
class Service:
    """Rekognition in a region, as one question sees it: AWS, a server or the mock.

    Args:
        bucket: a bucket in the region, and the prefix under which the question may look for objects and delete them.
        names: what stands for the ids of this question.
    """

    clients: Clients
    region_name: str
    sleep: Callable[[float], None]
    bucket: str = ""
    prefix: str = ""
    names: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint_url(self) -> str | None:
        """Where the requests go; None for AWS."""
        endpoint_url = str(self.clients("rekognition", self.region_name).meta.endpoint_url)
        return None if _AWS.fullmatch(urlsplit(endpoint_url).hostname or "") else endpoint_url

    def made_up(self, label: str) -> str:
        """Return a token or name that nobody has used; the label stands for it in the answers."""
        name = f"moto-liveness-probe-{uuid4().hex}"
        self.names[name] = f"<{label}>"
        return name

    def create(self, params: Mapping[str, Any]) -> Answer:
        """Send CreateFaceLivenessSession."""
        return self._send(CREATE.name, params)

    def get(self, session_id: object) -> Answer:
        """Send GetFaceLivenessSessionResults."""
        return self._send(GET_RESULTS.name, {"SessionId": session_id})

    def headers_of_get(self, session_id: str) -> Answer:
        """Send GetFaceLivenessSessionResults, and return the headers that AWS's protocol has instead of the body."""
        answer = self.get(session_id)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        # The other headers of AWS are ids.
        ids = {name: "<id>" for name in headers if name.startswith("x-amz")}
        seen = ids | {name: headers[name] for name in ("content-type", "x-amzn-errortype") if name in headers}
        return replace(answer, seen=seen)

    def session(self, params: Mapping[str, Any] | None = None) -> str:
        """Return the id of a new session that the question needs.

        Raises:
            CannotAskError: if there is none.
        """
        answer = self.create(params or {})
        if (answer.code, answer.text) == ("AccessDeniedException", ""):
            raise CannotAskError(
                f"{CREATE.name} got an AccessDeniedException with an empty message in {self.region_name}",
                "AWS answers so where it does not serve Face Liveness. "
                f"Choose another --region: {', '.join(FACE_LIVENESS_REGIONS)}.",
            )
        if answer.http_status != 200:
            raise CannotAskError(f"{CREATE.name} answered {answer.status}: {self.mask(answer.text)}")
        if not answer.session_id:
            raise CannotAskError(f"{CREATE.name} answered 200 without a SessionId")
        return answer.session_id

    def keys(self) -> Answer:
        """Return the keys of the objects under the prefix."""
        return Answer("ListObjectVersions", 200, {"Keys": [key for key, _ in self._objects()]})

    def delete_objects(self) -> int:
        """Delete all versions of the objects under the prefix, and return how many there were."""
        objects = list(self._objects())
        for key, version in objects:
            self._send_to_s3("DeleteObject", Key=key, VersionId=version)
        return len(objects)

    def check_bucket(self) -> None:
        """Raise CannotAskError if the bucket is in another region, or cannot be found."""
        found = self._send_to_s3("GetBucketLocation")["LocationConstraint"] or "us-east-1"
        # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
        region_name = {"EU": "eu-west-1"}.get(found, found)
        if region_name != self.region_name:
            raise CannotAskError(f"the bucket is in {region_name}, and must be in {self.region_name}")

    def mask(self, value: Any) -> Any:
        """Return a JSON value with placeholders for ids, account numbers and the names of this question."""
        return mask(value, {self.bucket: "<bucket>", self.prefix: "<prefix>"} | self.names)

    def _objects(self) -> Iterator[tuple[str, str]]:
        # Of a bucket without versions these are its objects.
        listed = self._send_to_s3("ListObjectVersions", Prefix=f"{self.prefix}/")
        for found in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())):
            yield found["Key"], found["VersionId"]

    def _send(self, operation: str, params: Mapping[str, Any]) -> Answer:
        """Send a request to Rekognition, three times at most."""
        answer = self._attempt(operation, params)
        for seconds in range(1, ATTEMPTS):
            if answer.is_temporary:
                self.sleep(seconds)
                answer = self._attempt(operation, params)
        check(answer)
        if answer.session_id:
            number = sum(label.startswith("<session ") for label in self.names.values()) + 1
            self.names.setdefault(answer.session_id, f"<session {number}>")
        return answer

    def _attempt(self, operation: str, params: Mapping[str, Any]) -> Answer:
        http_response = self._call("rekognition", operation, params)["http_response"]
        status, headers = http_response.status_code, http_response.headers
        try:
            # An object: boto3 reads nothing else.
            return Answer(operation, status, json.loads(http_response.content), headers)
        except ValueError:
            content_type = headers.get("Content-Type", "no type")
            raise CannotAskError(f"the answer was not JSON ({status}, {content_type})", ANY_PROXY) from None

    def _send_to_s3(self, operation: str, **params: str) -> Any:
        parsed = self._call("s3", operation, {"Bucket": self.bucket, **params})
        if "Error" in parsed:
            error = Answer(operation, parsed["http_response"].status_code, parsed["Error"])
            raise CannotAskError(f"S3 refused {operation}: {error.code}: {error.text}")
        return parsed

    def _call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """Return what boto3 makes of an answer, of an error too, and the answer as it came as its "http_response"."""
        self.sleep(_BETWEEN_REQUESTS)
        client = self.clients(service, self.region_name)
        client.meta.events.register("after-call", _keep, unique_id=__name__)
        try:
            return getattr(client, xform_name(operation))(**params)
        except RAISED as error:
            if isinstance(error, ClientError) and "http_response" in error.response:
                return error.response
            raise of_exception(error) from None


def _keep(http_response: Any, parsed: dict[str, Any], **_: Any) -> None:
    parsed["http_response"] = http_response


def clients_of(session: boto3.Session, endpoint_url: str | None) -> Clients:
    """Return clients with the credentials of a session, for one endpoint or for those of its configuration."""

    @functools.cache
    def make(service: str, region_name: str) -> Any:
        try:
            return session.client(service, region_name, endpoint_url=endpoint_url, config=_CONFIG)
        except (BotoCoreError, ValueError) as error:
            why = f"boto3 does not accept its configuration: {error}"
            raise CannotAskError(why, "Check the environment, the profile and --endpoint-url.") from None

    return make


def clients_of_the_mock(session: boto3.Session) -> Clients:
    """Return clients for mock_aws, which do not use the credentials and the endpoints of the user's configuration."""

    @functools.cache
    def make(service: str, region_name: str) -> Any:
        return session.client(
            service,
            region_name,
            endpoint_url=f"https://{service}.{region_name}.amazonaws.com",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=_CONFIG.merge(Config(use_fips_endpoint=False, use_dualstack_endpoint=False)),
        )

    return make
