"""Core: the two operations, and the errors that AWS models for them.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

from moto_liveness.core import checks

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

CREATE = "CreateFaceLivenessSession"
GET = "GetFaceLivenessSessionResults"
OPERATIONS = (CREATE, GET)

# Code: HTTP status and text. The texts are the ones AWS documents, but for SessionNotFoundException (ours).
_ERRORS = {
    "AccessDeniedException": (
        400,
        (
            "User: {user_arn} is not authorized to perform: rekognition:{operation} because no identity-based policy "
            "allows the rekognition:{operation} action"
        ),
    ),
    "InternalServerError": (500, "Internal server error"),
    "InvalidParameterException": (400, "Request has invalid parameters"),
    "ProvisionedThroughputExceededException": (400, "Provisioned Rate exceeded."),
    "SessionNotFoundException": (400, "Session not found"),
    "ThrottlingException": (500, "Service Unavailable"),
}


def check_operation(operation: object) -> str:
    """Return the operation, spelt as AWS spells it."""
    return checks.choice("operation", operation, OPERATIONS)


def check_code(operation: str, code: object) -> str:
    """Return the code of an error that AWS models for the operation."""
    modelled = [name for name in _ERRORS if operation == GET or name != "SessionNotFoundException"]
    if checks.text("code", code) not in modelled:
        # They all end alike, so more must be alike than elsewhere.
        meant = checks.meant(code, modelled, likeness=0.75)
        hint = f"{meant} " if meant else ""
        raise ValueError(f"{operation} has no error {checks.shown(code)}. {hint}AWS models: {', '.join(modelled)}.")
    return str(code)


def http_status(code: str, message: str) -> int:
    """Return the HTTP status of an error. AWS throttles with 500, and with 400 where the text is "Slow down"."""
    if (code, message) == ("ThrottlingException", "Slow down"):
        return 400
    return _ERRORS[code][0]


def text(code: str, operation: str, user_arn: str) -> str:
    """Return the text that AWS sends with an error."""
    return _ERRORS[code][1].format(operation=operation, user_arn=user_arn)
