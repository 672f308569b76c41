"""A misspelt name of the package."""

from __future__ import annotations

import opcode
import sys
from collections.abc import Collection

from moto_liveness.core import checks


def error_for(module: str, name: str, known: Collection[str], hint: str = "") -> Exception:
    """Return the error that a module's __getattr__ raises for a name that it does not have.

    Args:
        hint: what to say instead of the closest known name.
    """
    match = None if hint or name.startswith("_") else checks.close_match(name, known)
    if match:
        hint = f". Did you mean {match!r}?"
    message = f"module {module!r} has no attribute {name!r}{hint}"
    if not hint:
        return AttributeError(message)
    # `from module import name` replaces an AttributeError and its message.
    frame = sys._getframe(2)
    imports = opcode.opname[frame.f_code.co_code[frame.f_lasti]] == "IMPORT_FROM"
    return ImportError(message, name=module) if imports else checks.attribute_error(message, name)
