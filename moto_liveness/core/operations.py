"""AWS's operations, an entry each: its name, and the errors that AWS models for it.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moto_liveness.core import checks
from moto_liveness.core.codecs import Codec

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


class ServiceError(NamedTuple):
    """An error of AWS: its HTTP status, its text, and the HTTP status that goes with other texts."""

    http_status: int
    text: str
    http_status_by_text: Mapping[str, int]


def _error(http_status: int, text: str, **http_status_by_text: int) -> ServiceError:
    return ServiceError(http_status, text, http_status_by_text)


# The texts are those that AWS documents, except the one of SessionNotFoundException, which is ours.
_ERRORS = {
    "AccessDeniedException": _error(
        400,
        "User: {user_arn} is not authorized to perform: rekognition:{operation} because no identity-based policy "
        "allows the rekognition:{operation} action",
    ),
    "InternalServerError": _error(500, "Internal server error"),
    "InvalidParameterException": _error(400, "Request has invalid parameters"),
    "ProvisionedThroughputExceededException": _error(400, "Provisioned Rate exceeded."),
    "ThrottlingException": _error(500, "Service Unavailable", **{"Slow down": 400}),
}
#: AWS's common errors, which any operation can answer with. The texts are ours.
#: https://docs.aws.amazon.com/rekognition/latest/APIReference/CommonErrors.html
COMMON_ERRORS = {
    "ExpiredTokenException": _error(403, "The security token included in the request is expired"),
    "IncompleteSignature": _error(403, "The request signature does not conform to AWS standards"),
    "InternalFailure": _error(500, "The request processing has failed because of an unknown error"),
    "InvalidSignatureException": _error(403, "The request signature does not match the signature that was calculated"),
    "MalformedHttpRequestException": _error(400, "The request is malformed at the HTTP level"),
    "NotAuthorized": _error(401, "You do not have permission to perform this action"),
    "OptInRequired": _error(403, "The AWS access key ID needs a subscription for the service"),
    "RequestAbortedException": _error(400, "The request was aborted before a reply was sent"),
    "RequestEntityTooLargeException": _error(413, "The request entity is too large"),
    "RequestExpired": _error(400, "The request is more than 15 minutes away from its date stamp"),
    "RequestTimeoutException": _error(408, "Reading the request timed out"),
    "ServiceUnavailable": _error(503, "The request has failed due to a temporary failure of the server"),
    "UnknownOperationException": _error(404, "The action or operation requested is invalid"),
    "UnrecognizedClientException": _error(403, "The security token included in the request is invalid."),
    "ValidationError": _error(400, "The input fails to satisfy the constraints of the service"),
    "ValidationException": _error(400, "The input fails to satisfy the constraints of the service"),
}
_SESSION_NOT_FOUND = {"SessionNotFoundException": _error(400, "Session not found")}
# As the Smithy model of rekognitionstreaming has them. The texts are ours.
_STREAMING_ERRORS = {
    "AccessDeniedException": _error(403, _ERRORS["AccessDeniedException"].text),
    "InternalServerException": _error(500, "Internal server error"),
    "ServiceQuotaExceededException": _error(429, "The number of concurrent streams exceeds the quota of the account"),
    "ServiceUnavailableException": _error(503, "The service is temporarily unavailable"),
    "ThrottlingException": _error(429, "Rate exceeded"),
    "ValidationException": _error(400, "The request cannot be processed"),
}
# Of the operations with pictures: https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
_PICTURE_ERRORS = {
    "ImageTooLargeException": _error(400, "Image size is too large"),
    "InvalidImageFormatException": _error(400, "Request has invalid image format"),
    "InvalidS3ObjectException": _error(
        400, "Unable to get object metadata from S3. Check object key, region and/or access permissions."
    ),
}
# Of the operations on collections. Where the guide and public code have no text, it is the summary of the error.
# https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html
_NO_COLLECTION = {"ResourceNotFoundException": _error(400, "The collection id: {collection_id} does not exist")}
_QUOTA = {"ServiceQuotaExceededException": _error(400, "The size of the collection exceeds the allowed limit.")}
_PAGES = {"InvalidPaginationTokenException": _error(400, "Invalid Pagination Token")}
# What can end a stream: the errors that are events of it, and the ways in which the service or the network closes one.
_ENDINGS = {
    "InternalServerException",
    "ServiceQuotaExceededException",
    "ServiceUnavailableException",
    "ThrottlingException",
    "ValidationException",
}
#: The network closes a stream, in any of its phases.
LOST = "ConnectionLost"
#: How the service or the network closes a stream without an event, so without a text.
CLOSINGS = ("StreamIdleTimeout", "SessionExpired", LOST)
#: The phases of a stream: before the 101 or the HTTP status, before the first event, instead of the DisconnectionEvent.
PHASES = ("connect", "start", "end")

_SUFFIX = "Exception"
#: botocore's network errors that can happen on a connection that a server has accepted.
NETWORK_FAILURES = ("ConnectionClosedError", "ReadTimeoutError")


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation of AWS."""

    name: str
    errors: Mapping[str, ServiceError]
    #: Whether a call names the session that it is about.
    names_session: bool = False
    #: Whether a call names the collection that it is about.
    names_collection: bool = False
    #: Whether it is one of the operations on collections. All of them are ours, or all are moto's.
    on_collections: bool = False
    #: The members of its input that are pictures. moto answers the requests in which none of them says who is in it.
    pictures: tuple[str, ...] = ()
    #: What moto's own answer does with a drawing for an image that a test left out, for a warning; None for no warning.
    stock_on_drawings: str | None = None
    #: Whether moto has no answer of its own: then a picture that does not say who is in it causes a warning, and one
    #: that cannot be read an error.
    needs_people: bool = False
    #: What can end an answer that has begun; empty for operations that answer once.
    endings: Collection[str] = ()

    def check_code(
        self, code: object, otherwise: str = "queue_error takes any other code, with an http_status."
    ) -> str:
        """Return the code of an error of the operation, or of one of AWS's common errors.

        Args:
            otherwise: what to do with another code, for the message.
        """
        if checks.text("code", code) in self._all_errors:
            return str(code)
        hint = _owners(code) + _hint(code, self._all_errors)
        raise ValueError(
            f"{self.name} has no error {checks.short_repr(code)}. {hint}"
            f"AWS models: {', '.join(sorted(self.errors))}; common errors: {', '.join(COMMON_ERRORS)}. "
            f"{otherwise}"
        )

    def check_phase(self, when: object) -> None:
        """Raise ValueError unless it is a phase that calls of the operation have."""
        if when not in PHASES:
            raise ValueError(f"when must be 'connect', 'start' or 'end', not {checks.short_repr(when)}")
        if when != "start" and not self.endings:
            raise ValueError(
                f"only a stream has the phase {when!r}: add operation='StartFaceLivenessSession', or leave when out"
            )

    def check_ending(self, code: object) -> str:
        """Return the code of something that can end a stream."""
        if checks.text("code", code) in self.endings:
            return str(code)
        known = ", ".join(sorted(self.endings))
        raise ValueError(
            f"{checks.short_repr(code)} cannot end a stream. {_hint(code, self.endings)}Choose from: {known}; or give "
            "the http_status of any other code."
        )

    def error_text(self, code: str, user_arn: str, collection_id: str) -> str:
        """Return the text that AWS sends with an error; empty for a code that AWS does not have."""
        error = self._all_errors.get(code)
        values = {"operation": self.name, "user_arn": user_arn, "collection_id": collection_id}
        return error.text.format(**values) if error else ""

    def http_status(self, code: str, message: str) -> int:
        """Return the HTTP status of an error. AWS throttles with 500, but with 400 if the text is "Slow down"."""
        error = self._all_errors[code]
        return error.http_status_by_text.get(message, error.http_status)

    @property
    def _all_errors(self) -> dict[str, ServiceError]:
        # The entry of the operation itself wins.
        return {**COMMON_ERRORS, **self.errors}


def _owners(code: object) -> str:
    owners = [name for name, operation in OPERATIONS.items() if code in {*operation.errors, *operation.endings}]
    more = f" and {len(owners) - 2} more operations" if len(owners) > 3 else ""
    return f"It belongs to {', '.join(owners[:2] if more else owners)}{more}. " if owners else ""


def _hint(code: object, known: Collection[str]) -> str:
    if code in NETWORK_FAILURES:
        return f'Queue a network failure with queue_exception({code}(...)), or as "exception" over HTTP. '
    # Most codes end in "Exception", so require a closer match, and compare them without it first.
    stems = {known_code.removesuffix(_SUFFIX): known_code for known_code in known}
    stem = checks.close_match(re.sub(f"(?i){_SUFFIX}$", "", str(code)), stems, cutoff=0.75)
    match = stems[stem] if stem else checks.close_match(code, known, cutoff=0.75)
    return f"Did you mean {match!r}? " if match else ""


CREATE = Operation("CreateFaceLivenessSession", errors=_ERRORS)
GET_RESULTS = Operation(
    "GetFaceLivenessSessionResults",
    errors={**_ERRORS, **_SESSION_NOT_FOUND},
    names_session=True,
)
START_STREAM = Operation(
    "StartFaceLivenessSession",
    errors={**_STREAMING_ERRORS, **_SESSION_NOT_FOUND},
    names_session=True,
    endings={*_ENDINGS, *CLOSINGS},
)
COMPARE_FACES = Operation(
    "CompareFaces",
    errors={**_ERRORS, **_PICTURE_ERRORS},
    pictures=("SourceImage", "TargetImage"),
    stock_on_drawings="moto's own answer matches it with everything",
)
DETECT_FACES = Operation(
    "DetectFaces",
    errors={**_ERRORS, **_PICTURE_ERRORS},
    pictures=("Image",),
    needs_people=True,
)


def _on_collection(name: str, errors: Mapping[str, ServiceError], *, pictures: tuple[str, ...] = ()) -> Operation:
    return Operation(
        name,
        errors={**_ERRORS, **errors},
        names_collection=True,
        on_collections=True,
        pictures=pictures,
        needs_people=bool(pictures),
    )


CREATE_COLLECTION = _on_collection(
    "CreateCollection",
    {
        "ResourceAlreadyExistsException": _error(400, "The collection id: {collection_id} already exists"),
        **_QUOTA,
    },
)
DESCRIBE_COLLECTION = _on_collection(
    "DescribeCollection", {"ResourceNotFoundException": _error(400, "Collection:{collection_id} not found!")}
)
LIST_COLLECTIONS = Operation(
    "ListCollections",
    errors={
        **_ERRORS,
        **_PAGES,
        "ResourceNotFoundException": _error(400, "The resource specified in the request cannot be found."),
    },
    on_collections=True,
)
DELETE_COLLECTION = _on_collection("DeleteCollection", _NO_COLLECTION)
INDEX_FACES = _on_collection("IndexFaces", {**_PICTURE_ERRORS, **_NO_COLLECTION, **_QUOTA}, pictures=("Image",))
SEARCH_FACES_BY_IMAGE = _on_collection(
    "SearchFacesByImage",
    {
        **_PICTURE_ERRORS,
        **_NO_COLLECTION,
        "InvalidParameterException": _error(400, "There are no faces in the image. Should be at least 1."),
    },
    pictures=("Image",),
)
SEARCH_FACES = _on_collection(
    "SearchFaces",
    {**_NO_COLLECTION, "InvalidParameterException": _error(400, "faceId was not found in the collection.")},
)
LIST_FACES = _on_collection("ListFaces", {**_NO_COLLECTION, **_PAGES})
DELETE_FACES = _on_collection("DeleteFaces", _NO_COLLECTION)
_COLLECTIONS = (
    CREATE_COLLECTION,
    DESCRIBE_COLLECTION,
    LIST_COLLECTIONS,
    DELETE_COLLECTION,
    INDEX_FACES,
    SEARCH_FACES_BY_IMAGE,
    SEARCH_FACES,
    LIST_FACES,
    DELETE_FACES,
)
_ALL = (CREATE, GET_RESULTS, START_STREAM, COMPARE_FACES, DETECT_FACES, *_COLLECTIONS)
#: The entries by their names. install() gives moto's Rekognition a method for each of those that do not stream.
OPERATIONS = {operation.name: operation for operation in _ALL}


def operation_named(name: object) -> Operation:
    """Return the operation with this name, in AWS's spelling."""
    return OPERATIONS[checks.choice("operation", name, OPERATIONS)]


OPERATION = Codec({"enum": list(OPERATIONS)}, lambda operation: operation.name, lambda _, name: operation_named(name))
