"""AWS's operations, an entry each: its name, its service, the shape of its input and the errors that AWS models for it.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moto_liveness.core import checks

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


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
_SESSION_NOT_FOUND = {"SessionNotFoundException": _error(400, "Session not found")}


@dataclass(frozen=True, eq=False)
class Operation:
    """An operation of AWS."""

    name: str
    #: The name of its input in botocore's model of the service.
    input_shape: str
    errors: Mapping[str, ServiceError]
    #: Whether a call names the session that it is about.
    names_session: bool
    service: str = "rekognition"

    def check_code(self, code: object) -> str:
        """Return the code of an error that AWS models for the operation."""
        if checks.text("code", code) in self.errors:
            return str(code)
        # All codes end in "Exception", so require a closer match.
        match = checks.close_match(code, self.errors, cutoff=0.75)
        hint = f"Did you mean {match!r}? " if match else ""
        modelled = ", ".join(sorted(self.errors))
        raise ValueError(f"{self.name} has no error {checks.short_repr(code)}. {hint}AWS models: {modelled}.")

    def error_text(self, code: str, user_arn: str) -> str:
        """Return the text that AWS sends with an error."""
        return self.errors[code].text.format(operation=self.name, user_arn=user_arn)

    def http_status(self, code: str, message: str) -> int:
        """Return the HTTP status of an error. AWS throttles with 500, but with 400 if the text is "Slow down"."""
        error = self.errors[code]
        return error.http_status_by_text.get(message, error.http_status)


CREATE = Operation(
    "CreateFaceLivenessSession",
    input_shape="CreateFaceLivenessSessionRequest",
    errors=_ERRORS,
    names_session=False,
)
GET_RESULTS = Operation(
    "GetFaceLivenessSessionResults",
    input_shape="GetFaceLivenessSessionResultsRequest",
    errors={**_ERRORS, **_SESSION_NOT_FOUND},
    names_session=True,
)
OPERATIONS = {operation.name: operation for operation in (CREATE, GET_RESULTS)}


def operation_named(name: object) -> Operation:
    """Return the operation that AWS spells like this."""
    return OPERATIONS[checks.choice("operation", name, OPERATIONS)]
