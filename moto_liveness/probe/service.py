"""One side of the comparison, which the scripts of the questions talk to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from moto_liveness.core.operations import CREATE, GET_RESULTS
from moto_liveness.probe.answers import Answer, Response
from moto_liveness.probe.clients import Clients, is_aws
from moto_liveness.probe.failures import Failure
from moto_liveness.probe.masking import mask
from moto_liveness.probe.wire import send, send_to_s3


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
        return None if is_aws(endpoint_url) else endpoint_url

    def for_a_question(self) -> Service:
        """Return the service for another question, with ids of its own."""
        return replace(self, names={})

    def at(self, region_name: str) -> Service:
        """Return the service in another region, for the same question."""
        return replace(self, region_name=region_name)

    def made_up(self, label: str) -> str:
        """Return a token or name that nobody has used; the label stands for it in the answers."""
        name = f"moto-liveness-probe-{uuid4().hex}"
        self.names[name] = f"<{label}>"
        return name

    def create(self, params: Mapping[str, Any]) -> Answer:
        """Send CreateFaceLivenessSession."""
        return self._answer(CREATE.name, params)

    def get(self, session_id: object) -> Answer:
        """Send GetFaceLivenessSessionResults."""
        return self._answer(GET_RESULTS.name, {"SessionId": session_id})

    def headers_of_get(self, session_id: str) -> Answer:
        """Send GetFaceLivenessSessionResults, and return the headers that AWS's protocol has instead of the body."""
        response = self._send(GET_RESULTS.name, {"SessionId": session_id})
        headers = {name.lower(): value for name, value in response.headers.items()}
        # The other headers of AWS are ids.
        ids = {name: "<id>" for name in headers if name.startswith("x-amz")}
        seen = ids | {name: headers[name] for name in ("content-type", "x-amzn-errortype") if name in headers}
        return Answer(GET_RESULTS.name, response.http_status, self.mask(seen))

    def session(self, params: Mapping[str, Any] | None = None) -> str:
        """Return the id of a new session that the question needs.

        Raises:
            CannotAskError: if there is none.
        """
        response = self._send(CREATE.name, params or {})
        if response.error == ("AccessDeniedException", ""):
            raise Failure.NOT_SERVED.error(region=self.region_name)
        if response.http_status != HTTPStatus.OK:
            raise Failure.NO_SESSION.error(status=response.status, text=self.mask(response.error[1]))
        if not response.session_id:
            raise Failure.NO_SESSION_ID.error()
        return response.session_id

    def keys(self) -> Answer:
        """Return the keys of the objects under the prefix."""
        return Answer("ListObjectVersions", HTTPStatus.OK, {"Keys": [self.mask(key) for key, _ in self._objects()]})

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
            raise Failure.BUCKET_ELSEWHERE.error(found=region_name, region=self.region_name)

    def mask(self, value: Any) -> Any:
        """Return a JSON value with placeholders for ids, account numbers and the names of this question."""
        return mask(value, {self.bucket: "<bucket>", self.prefix: "<prefix>"} | self.names)

    def _objects(self) -> Iterator[tuple[str, str]]:
        # Of a bucket without versions these are its objects.
        listed = self._send_to_s3("ListObjectVersions", Prefix=f"{self.prefix}/")
        for found in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ())):
            yield found["Key"], found["VersionId"]

    def _answer(self, operation: str, params: Mapping[str, Any]) -> Answer:
        response = self._send(operation, params)
        return Answer(operation, response.http_status, self.mask(response.members))

    def _send(self, operation: str, params: Mapping[str, Any]) -> Response:
        response = send(self.clients("rekognition", self.region_name), operation, params, self.sleep)
        if response.session_id:
            number = sum(label.startswith("<session ") for label in self.names.values()) + 1
            self.names.setdefault(response.session_id, f"<session {number}>")
        return response

    def _send_to_s3(self, operation: str, **params: str) -> Any:
        client = self.clients("s3", self.region_name)
        return send_to_s3(client, operation, {"Bucket": self.bucket, **params}, self.sleep)
