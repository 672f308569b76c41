"""Core: the checks that several values share, with the sentences that a wrong argument gets."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterable

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so


def number(
    name: str,
    value: object,
    *,
    unit: str = "a number",
    low: float = -sys.float_info.max,
    high: float = sys.float_info.max,
) -> float:
    """Return a finite number from low to high; everything else is refused with the name and the unit."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be {unit}, an int or a float, not {shown(value)}")
    if not low <= value <= high:
        raise ValueError(f"{name} must be {unit}, not {shown(value)}")
    return value


def count(name: str, value: object) -> int:
    """Return a whole number of at least 1."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, not {shown(value)}")
    if value < 1:
        raise ValueError(f"{name} must be at least 1, not {value!r}")
    return value


def flag(name: str, value: object) -> bool:
    """Return True or False; "no" is neither."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be True or False, not {shown(value)}")
    return value


def text(name: str, value: object, shortest: int = 0, longest: int | None = None) -> str:
    """Return a text of shortest to longest characters."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {shown(value)}")
    if len(value) < shortest or (longest is not None and len(value) > longest):
        raise ValueError(f"{name} must have {shortest} to {longest} characters, not {len(value)}")
    return value


def choice(name: str, value: object, known: Iterable[str]) -> str:
    """Return one of the known words; a near miss is answered with the word that was probably meant."""
    known = list(known)
    if isinstance(value, str) and value in known:
        return value
    raise ValueError(f"{name} {shown(value)} does not exist. {suggestion(value, known)}")


def suggestion(value: object, known: Iterable[str]) -> str:
    """Return "Did you mean 'x'?" where something known is close, and everything that is known where nothing is."""
    known = list(known)
    return meant(value, known) or f"There is: {', '.join(known)}."


def meant(value: object, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return "Did you mean 'x'?" where something known is close, and nothing where nothing is."""
    lowered = {word.lower().replace("_", ""): word for word in known}
    close = difflib.get_close_matches(str(value).lower().replace("_", ""), lowered, n=1, cutoff=likeness)
    return f"Did you mean {lowered[close[0]]!r}?" if close else ""


def shown(value: object) -> str:
    """Return a value for a message: nobody wants to read all of an image."""
    printed = repr(value)
    return printed if len(printed) <= 100 else f"{printed[:100]}..."


def plural(count: int, noun: str) -> str:
    """Return the count with its noun, as in "1 seed" or "2 seeds"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
