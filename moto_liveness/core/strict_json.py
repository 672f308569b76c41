"""JSON as every language reads it: finite numbers, nested no deeper than Python can write again."""

from __future__ import annotations

import json
import math
from typing import Any

#: How deep arrays and objects may be nested.
MOST_LEVELS = 100
_TOO_DEEP = f"it is nested more than {MOST_LEVELS} levels deep"
# An int of so many digits is finite as a number of JavaScript.
_MOST_DIGITS = 300


def _refuse_constant(name: str) -> None:
    # Python reads and writes them, but they are not JSON.
    raise ValueError(f"{name} is not a JSON value")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:20]} is not a finite number")
    return number


def _integer(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"a number has {len(text):,} digits")
    return int(text)


class Decoder(json.JSONDecoder):
    """A decoder for such JSON, made once: json.loads with an option would make one for each call."""

    def __init__(self, **options: Any) -> None:
        super().__init__(parse_constant=_refuse_constant, parse_float=_finite, parse_int=_integer, **options)

    def read(self, text: str) -> Any:
        """Return the value of a text. Raise ValueError if it is not such JSON."""
        try:
            value = self.decode(text)
        except RecursionError:
            raise ValueError(_TOO_DEEP) from None
        _check_depth(value)
        return value


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(MOST_LEVELS):
        level = [child for parent in level for child in _children(parent) if isinstance(child, (dict, list))]
        if not level:
            return
    raise ValueError(_TOO_DEEP)


def _children(value: object) -> list[Any]:
    if isinstance(value, dict):
        return [*value.values()]
    return value if isinstance(value, list) else []


def write(value: object) -> str:
    """Return a value as JSON. Raise ValueError for a number that is not finite."""
    return json.dumps(value, allow_nan=False)
