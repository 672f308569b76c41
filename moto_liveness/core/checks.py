"""Checks that several values share, and the messages for wrong arguments."""

from __future__ import annotations

import contextlib
import difflib
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

# The largest number that AWS's Float, of 32 bits, can have.
_LARGEST = 3.4028235e38
_LARGEST_COUNT = 1_000_000_000
#: The most characters of a text that a test writes, such as the message of an error.
LONGEST_TEXT = 10_000
# How many names a message has, and how many characters of them.
_MOST_NAMES = 10
_LONGEST_NAMES = 200
# How messages print the values that somebody sent or wrote.
_printer: ContextVar[Callable[[object], str]] = ContextVar("_printer", default=repr)
_SESSION_ID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def number(
    name: str,
    value: object,
    *,
    unit: str = "a number",
    low: float = -_LARGEST,
    high: float = _LARGEST,
) -> float:
    """Return a finite number from low to high. The unit describes it in the message."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be {unit}, an int or a float, not {short_repr(value)}")
    if not low <= value <= high:
        raise ValueError(f"{name} must be {unit}, not {short_repr(value)}")
    return value


def integer(name: str, value: object) -> int:
    """Return an int; refuse True, which is one in Python."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, not {short_repr(value)}")
    return value


def count(name: str, value: object) -> int:
    """Return an int of at least 1."""
    whole = integer(name, value)
    if whole < 1:
        raise ValueError(f"{name} must be at least 1, not {short_repr(whole)}")
    if whole > _LARGEST_COUNT:
        raise ValueError(f"{name} must be at most {_LARGEST_COUNT:,}")
    return whole


def flag(name: str, value: object) -> bool:
    """Return True or False; refuse everything that is merely truthy or falsy."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be true or false, not {short_repr(value)}")
    return value


def text(name: str, value: object, shortest: int = 0, longest: int | None = None) -> str:
    """Return a str of shortest to longest characters; without a longest, of any greater length."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {short_repr(value)}")
    if len(value) < shortest or (longest is not None and len(value) > longest):
        if longest is None:
            raise ValueError(f"{name} must not be empty")
        raise ValueError(f"{name} must have {shortest} to {longest} characters, not {len(value)}")
    return value


def items(sentence: str, value: object) -> list[object]:
    """Return a list, as JSON has them; refuse anything else, with a sentence on what it must be."""
    if not isinstance(value, list):
        raise TypeError(f"{sentence}, not {short_repr(value)}")
    return value


def session_id(value: object) -> str:
    """Return a session id if it has the form of AWS's."""
    if not isinstance(value, str):
        raise TypeError(f"session_id must be a str, as session.id is, not {short_repr(value)}")
    if not _SESSION_ID.fullmatch(value):
        raise ValueError(f"session_id must be a UUID in lower case, as AWS makes them, not {short_repr(value)}")
    return value


def choice(name: str, value: object, known: Iterable[str]) -> str:
    """Return one of the known words; suggest the closest one for a misspelt word."""
    known = list(known)
    if isinstance(value, str) and value in known:
        return value
    raise ValueError(f"{name} {short_repr(value)} does not exist. {did_you_mean(value, known)}")


def no_attribute(instance: object, name: str) -> str:
    """Return the message for an attribute that does not exist; suggest the closest one, if it is close."""
    match = close_attribute(instance, name)
    return f"{type(instance).__name__} has no attribute {name!r}.{f' Did you mean {match!r}?' if match else ''}"


def close_attribute(instance: object, name: str) -> str | None:
    """Return the public attribute that a misspelt name probably stands for."""
    # dir() asks for __dict__, which may not exist either.
    names = [] if name.startswith("_") else dir(instance)
    return close_match(name, [known for known in names if not known.startswith("_")])


def did_you_mean(value: object, known: Iterable[str]) -> str:
    """Return "Did you mean 'x'?" if a known word is close, and the list of known words otherwise."""
    known = list(known)
    match = close_match(value, known)
    return f"Did you mean {match!r}?" if match else f"Choose from: {', '.join(known)}."


def close_match(value: object, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known word that a misspelt one probably stands for, whatever its case and underscores."""
    normalized = {word.lower().replace("_", ""): word for word in known}
    close = difflib.get_close_matches(str(value)[:100].lower().replace("_", ""), normalized, n=1, cutoff=cutoff)
    return normalized[close[0]] if close else None


def attribute_error(message: str, name: str) -> AttributeError:
    """Return an AttributeError without its object, to which Python 3.12 would add a suggestion of its own."""
    return AttributeError(message, name=name, obj=None)


@contextlib.contextmanager
def printing_json() -> Iterator[None]:
    """Print values in messages as the client of a route sent them, null instead of None, until the block ends."""
    before = _printer.set(_as_json)
    try:
        yield
    finally:
        _printer.reset(before)


def _as_json(value: object) -> str:
    # The message is JSON itself, where the double quotes of a text would be escaped.
    return repr(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=repr)


def short_repr(value: object) -> str:
    """Return a value for a message, cut after 100 characters: it may be an image."""
    return _cut(_printer.get()(value))


def exception_repr(exception: object) -> str:
    """Return an exception as Python; for one of botocore, whose repr is its text, the call that makes it."""
    arguments = getattr(exception, "kwargs", None)
    if not isinstance(arguments, dict):
        return _cut(repr(exception))
    return f"{type(exception).__name__}({', '.join(f'{name}={_cut(repr(arguments[name]))}' for name in arguments)})"


def _cut(printed: str) -> str:
    return printed if len(printed) <= 100 else f"{printed[:100]}..."


def shortened(text: str, longest: int = 1_000) -> str:
    """Return a text, cut after its longest number of characters."""
    return text if len(text) <= longest else f"{text[:longest]}... ({len(text):,} characters)"


def first_names(names: Iterable[str], number: int) -> str:
    """Return the first ten of so many names, and how many more they are."""
    named = shortened(", ".join(itertools.islice(names, _MOST_NAMES)), _LONGEST_NAMES)
    return f"{named}, and {number - _MOST_NAMES:,} more" if number > _MOST_NAMES else named


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: "1 seed" or "2 seeds"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
