"""Why something could not be asked: all failures, and which of them an exception or an answer is."""

from __future__ import annotations

import enum
from xml.etree.ElementTree import ParseError

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NetworkError
from botocore.parsers import ResponseParserError

from moto_liveness.core.regions import FACE_LIVENESS_REGIONS
from moto_liveness.probe.answers import Response
from moto_liveness.probe.masking import mask

#: How often a request is sent before a temporary error is a failure.
ATTEMPTS = 3
#: What boto3 raises, beside ClientError. botocore expects an error to be a JSON object, and every body to be UTF-8.
RAISED = (AttributeError, BotoCoreError, ParseError, ResponseParserError, TypeError, ValueError)

_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
_NOT_ACCEPTED = {
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
_ANY_CREDENTIALS = (
    "Configure some for AWS, or choose them with --profile. A moto_liveness_server takes any: "
    "AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing."
)
_SERVED = (
    "AWS answers so where it does not serve Face Liveness. "
    f"Choose another --region: {', '.join(FACE_LIVENESS_REGIONS)}."
)
_ANY_PROXY = "Something else may have answered, such as a proxy: check HTTPS_PROXY and --endpoint-url."


class CannotAskError(Exception):
    """Nothing can be learnt from a request: it got no answer, or one that is not about the question."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(f"{why}. {advice}".rstrip())
        #: What happened, without a full stop.
        self.why = why


class Failure(enum.Enum):
    """What happened, and what to do, with braces for the facts."""

    BAD_CONFIGURATION = (
        "boto3 does not accept its configuration: {text}",
        "Check the environment, the profile and --endpoint-url.",
    )
    BAD_PROFILE = "{text}"
    BUCKET_ELSEWHERE = "the bucket is in {found}, and must be in {region}"
    CREDENTIALS_EXPIRED = "the credentials have expired ({status})", "Log in again, then repeat the command."
    CREDENTIALS_MISSING = "boto3 found no credentials", _ANY_CREDENTIALS
    CREDENTIALS_NOT_ACCEPTED = (
        "the credentials were not accepted ({status}: {text})",
        "Check them, the clock of this machine, and --region.",
    )
    CREDENTIALS_NOT_GIVEN = "boto3 got no credentials: {text}", "Log in again, or choose others with --profile."
    MOCK_ELSEWHERE = (
        "mock_aws sends everything to {server}, because TEST_SERVER_MODE or TEST_PROXY_MODE is set",
        "Unset it: the answers are compared with those of the mock in this process.",
    )
    NOT_JSON = "the answer was not JSON ({status}, {content_type})", _ANY_PROXY
    NOT_READABLE = "boto3 could not read the answer", _ANY_PROXY
    NOT_SENT = "boto3 could not ask: {text}"
    NOT_SERVED = (
        "CreateFaceLivenessSession got an AccessDeniedException with an empty message in {region}",
        _SERVED,
    )
    NO_ANSWER = "no answer: {text}", "Check the network, HTTPS_PROXY and --endpoint-url."
    NO_PERMISSION = (
        "the credentials lack the permission rekognition:{operation}",
        "Allow it, or choose others with --profile. The answer was: {text}.",
    )
    NO_SESSION = "CreateFaceLivenessSession answered {status}: {text}"
    NO_SESSION_ID = "CreateFaceLivenessSession answered 200 without a SessionId"
    RECORD_NOT_WRITABLE = "cannot write the record to {path}: {text}"
    REGION_UNKNOWN = "Rekognition has no region {region}", "{hint}"
    REPORT_NOT_WRITABLE = "cannot write the report: {text}"
    S3_REFUSED = "S3 refused {operation}: {code}: {text}"
    TEMPORARY = f"{ATTEMPTS} attempts got {{status}}", "Wait a minute, then repeat the command."
    TOO_OLD = "botocore {version} does not know {member}"

    def __init__(self, why: str, advice: str = "") -> None:
        self._why = why
        self._advice = advice

    def error(self, **facts: object) -> CannotAskError:
        """Return the failure with its facts, as an exception to raise."""
        return CannotAskError(self._why.format(**facts).rstrip(" .:"), self._advice.format(**facts))


def is_temporary(response: Response) -> bool:
    """Return whether another attempt may get another answer."""
    failed = response.members is not None and response.http_status >= 500
    return failed or response.error[0] in _THROTTLED


def of_response(operation: str, response: Response) -> CannotAskError | None:
    """Return why an answer says nothing about a question; None if it says something."""
    code, text = response.error[0], mask(response.error[1], {}).rstrip(".")
    if response.members is None:
        content_type = response.headers.get("Content-Type", "no type")
        return Failure.NOT_JSON.error(status=response.status, content_type=content_type)
    if code in _EXPIRED:
        return Failure.CREDENTIALS_EXPIRED.error(status=response.status)
    if code in _NOT_ACCEPTED:
        return Failure.CREDENTIALS_NOT_ACCEPTED.error(status=response.status, text=text)
    if code == "AccessDeniedException" and f"not authorized to perform: rekognition:{operation}" in text:
        return Failure.NO_PERMISSION.error(operation=operation, text=text)
    return Failure.TEMPORARY.error(status=response.status) if is_temporary(response) else None


def of_exception(error: Exception) -> CannotAskError:
    """Return what boto3 raised as a failure."""
    text = one_line(error)
    if isinstance(error, NoCredentialsError):  # those of the session are gone meanwhile
        return Failure.CREDENTIALS_MISSING.error()
    if isinstance(error, ClientError):  # not of Rekognition, but of the service that gives out the credentials
        return Failure.CREDENTIALS_NOT_GIVEN.error(text=mask(text, {}))
    if isinstance(error, (HTTPClientError, NetworkError)):
        return Failure.NO_ANSWER.error(text=text)
    return Failure.NOT_SENT.error(text=text) if isinstance(error, BotoCoreError) else Failure.NOT_READABLE.error()


def one_line(error: Exception) -> str:
    """Return the text of an exception on one line."""
    return " ".join(str(error).split())
