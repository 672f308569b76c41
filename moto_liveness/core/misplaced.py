"""Errors and exceptions that a test author passes to a method that takes something else."""

from __future__ import annotations

from moto_liveness.core import checks


def code_of(value: object) -> str | None:
    """Return the code of AWS's error in a ClientError, its class, its response or an ApiError; None for others."""
    if isinstance(value, type):
        # The subclasses in client.exceptions have the names of codes; ClientError itself gets an example of one.
        return value.__name__.replace("ClientError", "ThrottlingException") if _is_a(value, "ClientError") else None
    response = getattr(value, "response", value)
    error = response.get("Error") if isinstance(response, dict) else None
    code = error.get("Code") if isinstance(error, dict) else getattr(value, "code", None)
    return code if isinstance(code, str) else None


def call_for(value: object) -> str | None:
    """Return the call that queues an error of AWS or a failure of the network; None for any other value."""
    code = code_of(value)
    if code is not None:
        return f"queue_error({checks.short_repr(code)})"
    kind = value if isinstance(value, type) else type(value)
    if not _is_a(kind, "HTTPClientError", "ConnectionError", "OSError"):
        return None
    return f"queue_exception({f'{kind.__name__}(...)' if kind is value else checks.exception_repr(value)})"


def _is_a(kind: type, *names: str) -> bool:
    # By name, because this layer does not import botocore.
    return any(base.__name__ in names for base in kind.__mro__)
