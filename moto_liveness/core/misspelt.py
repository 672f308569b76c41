"""A misspelt name of the package."""

from __future__ import annotations

import opcode
import sys
from collections.abc import Collection

from moto_liveness.core import checks


def error_for(module: str, name: str, known: Collection[str], hint: str | None = None) -> Exception:
    """Return the error that a module's __getattr__ raises for a name that it does not have.

    Args:
        hint: what the name stands for; the closest known name if left out.
    """
    match = hint if hint or name.startswith("_") else checks.close_match(name, known)
    message = f"module {module!r} has no attribute {name!r}"
    if match is None:
        return AttributeError(message)
    message = f"{message}. Did you mean {match!r}?"
    # `from module import name` replaces an AttributeError and its message.
    frame = sys._getframe(2)
    imports = opcode.opname[frame.f_code.co_code[frame.f_lasti]] == "IMPORT_FROM"
    return ImportError(message, name=module) if imports else checks.attribute_error(message, name)
