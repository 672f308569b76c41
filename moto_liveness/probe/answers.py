"""Answers, and which of them, and of boto3's exceptions, say nothing about a question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

import botocore
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NetworkError
from botocore.parsers import ResponseParserError

from moto_liveness.probe.masking import mask

#: How often a request is sent before a temporary error is a failure.
ATTEMPTS = 3
#: What boto3 raises. It looks up each member of a request in its model, expects an error to be a JSON object, and
#: every body to be UTF-8.
RAISED = (AttributeError, BotoCoreError, ClientError, KeyError, ParseError, ResponseParserError, TypeError, ValueError)
#: What to do if an answer is of no form that AWS has.
ANY_PROXY = "Something else may have answered, such as a proxy: check HTTPS_PROXY and --endpoint-url."

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


@dataclass(frozen=True)
class Answer:
    """The answer to one request.

    It is as it came over the wire: older releases of botocore drop members that they do not know.
    """

    #: The operation that was requested.
    request: str
    http_status: int
    #: The members of the body. A question about headers has the headers here instead.
    seen: Mapping[str, Any]
    #: Not a part of what is compared.
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def code(self) -> str:
        """The code of an error; empty for other answers."""
        code = str(self.seen.get("__type") or self.seen.get("Code") or "")
        # Some services put a namespace in front of the code.
        return code.rpartition("#")[2]

    @property
    def text(self) -> str:
        """The first line of the text of an error; empty for other answers."""
        # Below it, AWS repeats the headers of a request whose signature is wrong. One of them is the session token.
        return str(self.seen.get("Message") or self.seen.get("message") or "").partition("\n")[0]

    @property
    def status(self) -> str:
        """The HTTP status with the code of an error, as in "403 ExpiredTokenException"."""
        return f"{self.http_status} {self.code}".rstrip()

    @property
    def is_temporary(self) -> bool:
        """Whether another attempt may get another answer."""
        return self.http_status >= 500 or self.code in _THROTTLED

    @property
    def session_id(self) -> str:
        """The SessionId; empty if there is none."""
        session_id = self.seen.get("SessionId")
        return session_id if isinstance(session_id, str) else ""


class CannotAskError(Exception):
    """Nothing can be learnt from a request: it got no answer, or one that is not about the question.

    Args:
        why: what happened.
        advice: what to do, in whole sentences.
    """

    def __init__(self, why: str, advice: str = "") -> None:
        #: What happened, on one line and without a full stop.
        self.why = re.sub(r"\s*\n\s*", " ", why).rstrip(" .:")
        super().__init__(f"{self.why}. {advice}".rstrip())


def check(answer: Answer) -> None:
    """Raise CannotAskError if an answer says nothing about a question."""
    code, status, text = answer.code, answer.status, mask(answer.text, {}).rstrip(".")
    if code in _EXPIRED:
        raise CannotAskError(f"the credentials have expired ({status})", "Log in again, then repeat the command.")
    if code in _NOT_ACCEPTED:
        raise CannotAskError(
            f"the credentials were not accepted ({status}: {text})",
            "Check them, the clock of this machine, and --region.",
        )
    if code == "AccessDeniedException" and f"not authorized to perform: rekognition:{answer.request}" in text:
        raise CannotAskError(
            f"the credentials lack the permission rekognition:{answer.request}",
            f"Allow it, or choose others with --profile. The answer was: {text}.",
        )
    if answer.is_temporary:
        raise CannotAskError(f"{ATTEMPTS} attempts got {status}", "Wait a minute, then repeat the command.")


def of_exception(error: Exception) -> CannotAskError:
    """Return what boto3 raised as a failure."""
    if isinstance(error, NoCredentialsError):
        return CannotAskError(
            "boto3 found no credentials",
            "Configure some for AWS, or choose them with --profile. A moto_liveness_server takes any: "
            "AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing.",
        )
    if isinstance(error, ClientError):  # of the service that gives out the credentials
        advice = "Log in again, or choose others with --profile."
        return CannotAskError(f"boto3 got no credentials: {mask(str(error), {})}", advice)
    if isinstance(error, (HTTPClientError, NetworkError)):
        return CannotAskError(f"no answer: {error}", "Check the network, HTTPS_PROXY and --endpoint-url.")
    if isinstance(error, KeyError):
        return CannotAskError(f"botocore {botocore.__version__} does not know {error.args[0]}")
    if isinstance(error, BotoCoreError):
        return CannotAskError(f"boto3 could not ask: {error}")
    return CannotAskError("boto3 could not read the answer", ANY_PROXY)
