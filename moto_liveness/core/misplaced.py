"""Errors and exceptions that a test author passes to a method that takes something else."""

from __future__ import annotations

from moto_liveness.core import checks


def code_of(value: object) -> str | None:
    """Return the code of AWS's error in a ClientError, its class, its response or an ApiError; None for others."""
    if isinstance(value, type):
        # By its name: this layer has no botocore. The subclasses in client.exceptions have the names of codes, and
        # ClientError itself gets an example of one.
        is_error = any(base.__name__ == "ClientError" for base in value.__mro__)
        return value.__name__.replace("ClientError", "ThrottlingException") if is_error else None
    response = getattr(value, "response", value)
    error = response.get("Error") if isinstance(response, dict) else None
    code = error.get("Code") if isinstance(error, dict) else getattr(value, "code", None)
    return code if isinstance(code, str) else None


def call_for(value: object) -> str | None:
    """Return the call that queues an error or an exception; None for any other value."""
    code = code_of(value)
    if code is not None:
        return f"queue_error({checks.short_repr(code)})"
    if isinstance(value, Exception):
        return f"queue_exception({checks.exception_repr(value)})"
    if isinstance(value, type) and issubclass(value, Exception):
        return f"queue_exception({value.__name__}(...))"
    return None
