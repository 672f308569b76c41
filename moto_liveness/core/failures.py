"""The failures and notes of the import hook, kept until a test uses this package.

The hook acts inside moto's imports, for users of plain moto too, so it must neither raise there nor warn: a filter may
turn a warning into an error.
"""

from __future__ import annotations

import warnings

from moto_liveness.core import checks

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

# The imported module and what the hook raised after it.
_FAILURES: list[tuple[str, Exception]] = []
_NOTES: list[str] = []


def remember(module: str, error: Exception) -> None:
    """Keep the error that the hook raised after the import of a module."""
    _FAILURES.append((module, error))


def note(message: str) -> None:
    """Keep a warning, once."""
    _NOTES[:] = [message]


def check() -> None:
    """Raise RuntimeError if the hook failed. Its cause is the first error. Emit its notes as warnings, once."""
    if _FAILURES:
        module, error = _FAILURES[0]
        raise RuntimeError(
            f"moto-liveness failed when {module} was imported: {checks.short_repr(error)}. The traceback of "
            "that error leads to the code to fix; if that is moto-liveness, report it."
        ) from error
    while _NOTES:
        warnings.warn(_NOTES.pop(), stacklevel=3)
