"""How values look in JSON: their schemas, encoders and decoders.

The fields of steps, commands and views name their codec. A decoder never calls a constructor that reads files: a client
of a server must not be able to name one. A value that cannot be decoded raises what Python would raise for it.
"""

from __future__ import annotations

import base64
import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, TypeVar

from moto_liveness.core import checks

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

_T = TypeVar("_T")

Schema = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Codec:
    """How a value looks in JSON."""

    #: https://json-schema.org/draft/2020-12
    schema: Schema
    encode: Callable[[Any], Any] = lambda value: value
    #: Gets the name of the value, for messages, and its JSON. Without one, the class that gets the value checks it.
    decode: Callable[[str, Any], Any] = lambda _, value: value


def as_json(codec: Codec, key: str | None = None) -> Mapping[str, Any]:
    """Return the metadata of a dataclass field with this codec. Its key in JSON is its name unless another is given."""
    return {"codec": codec, "key": key}


def codecs_of(kind: Any) -> dict[str, tuple[Field[Any], Codec]]:
    """Return the fields of a dataclass that are in its JSON, by their keys."""
    found = ((one, one.metadata) for one in fields(kind) if "codec" in one.metadata)
    return {metadata["key"] or one.name: (one, metadata["codec"]) for one, metadata in found}


def is_required(one: Field[Any]) -> bool:
    """Return whether a field has no default."""
    return one.default is MISSING and one.default_factory is MISSING


def encode(kind: Any, value: object) -> dict[str, Any]:
    """Return the JSON of a value that has the fields of a dataclass."""
    return {key: codec.encode(getattr(value, one.name)) for key, (one, codec) in codecs_of(kind).items()}


def decode(kind: type[_T], given: Mapping[str, Any]) -> _T:
    """Return a dataclass from JSON that has all of its keys. Keys of a newer version are ignored."""
    return kind(**{one.name: codec.decode(key, given[key]) for key, (one, codec) in codecs_of(kind).items()})


def arguments(kind: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a dataclass from JSON in which the keys with a default may be missing."""
    known = codecs_of(kind).items()
    return {one.name: codec.decode(key, given[key]) for key, (one, codec) in known if key in given}


def require(kind: Any, what: str, given: Mapping[str, Any]) -> None:
    """Raise TypeError if JSON lacks a key that has no default."""
    missing = [key for key, (one, _) in codecs_of(kind).items() if is_required(one) and key not in given]
    if missing:
        raise TypeError(f"{what} needs {', '.join(missing)}")


def whole(kind: Any, name: str, value: object) -> Any:
    """Return a dataclass from a JSON object that has all of its keys and no others."""
    known = codecs_of(kind)
    given = members(value, name, *known)
    missing = [key for key in known if key not in given]
    if missing:
        raise TypeError(f"{name} needs {', '.join(missing)}")
    with about(name):
        return kind(**arguments(kind, given))


def members(value: object, what: str, *allowed: str) -> dict[str, Any]:
    """Return the members of a JSON object that has no other members than the allowed ones."""
    if not isinstance(value, dict):
        raise TypeError(f"{what} must be an object, not {checks.short_repr(value)}")
    for name in value:
        if name not in allowed:
            hint = checks.did_you_mean(name, allowed) if allowed else "It takes none."
            raise ValueError(f"{what} has no member {checks.short_repr(name)}. {hint}")
    return value


class about:  # noqa: N801  # contextlib.contextmanager would put its own frame into the traceback
    """Put the path of a member in front of the message of an error."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, (TypeError, ValueError)):
            raise type(error)(f"{self._path}: {error}") from None


def reference(name: str) -> Schema:
    """Return the schema that refers to another one by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def described(codec: Codec, description: str | None = None, **schema: Any) -> Codec:
    """Return a codec with more in its schema."""
    more = {"description": description} if description else {}
    return Codec({**more, **codec.schema, **schema}, codec.encode, codec.decode)


def nullable(codec: Codec, description: str | None = None) -> Codec:
    """Return a codec that takes null for None."""
    more = {"description": description} if description else {}
    return Codec(
        {**more, "anyOf": [codec.schema, {"type": "null"}]},
        lambda value: None if value is None else codec.encode(value),
        lambda name, value: None if value is None else codec.decode(name, value),
    )


def several(codec: Codec, sentence: str = "it must be a list", **limits: Any) -> Codec:
    """Return the codec of a tuple. The sentence is for any other value than a list."""
    return Codec(
        {"type": "array", "items": codec.schema, **limits},
        lambda values: [codec.encode(value) for value in values],
        lambda name, values: tuple(
            codec.decode(f"{name}[{number}]", value) for number, value in enumerate(checks.items(sentence, values))
        ),
    )


def view(kind: Any, name: str) -> Codec:
    """Return the codec of a view, whose schema has this name."""
    return Codec(reference(name), lambda value: encode(kind, value), lambda _, given: decode(kind, given))


def _decode_bytes(name: str, value: object) -> bytes:
    try:
        return base64.b64decode(checks.text(name, value), validate=True)
    except ValueError:
        raise ValueError(f"{name} must be a JPEG in base64: a server reads no files, so it takes no path") from None


def _encode_bytes(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _decode_number(name: str, value: object) -> int:
    # From a query it is text.
    if not re.fullmatch("[0-9]{1,18}", str(value)):
        raise ValueError(f"{name} must be a whole number, not {checks.short_repr(value)}")
    return int(str(value))


def _decode_seed(_name: str, value: object) -> int:
    if not re.fullmatch("[0-9]{1,18}", str(value)):
        raise LookupError(f"there is no seed {checks.short_repr(value)} here: name it by its number")
    return int(str(value))


def _decode_numbers(name: str, value: object) -> tuple[int, ...]:
    return tuple(_decode_number(name, number) for number in str(value).split(",")) if value else ()


def _decode_percent(name: str, value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        raise ValueError(f"{name} must be a number, not {checks.short_repr(value)}") from None


def _decode_time(_name: str, value: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(value)


TEXT = Codec({"type": "string"}, decode=checks.text)
INTEGER = Codec({"type": "integer"})
NUMBER = Codec({"type": "number"})
FLAG = Codec({"type": "boolean"}, decode=checks.flag)
OBJECT = Codec({"type": "object"})
BYTES = Codec({"type": "string", "contentEncoding": "base64"}, _encode_bytes, _decode_bytes)
TIME = Codec({"type": "string", "format": "date-time"}, datetime.datetime.isoformat, _decode_time)
PERCENT = Codec({"type": "number", "minimum": 0, "maximum": 100, "description": "Percent"})
#: The number of something that happened, in a query or a path.
COUNT = Codec({"type": "integer", "minimum": 0}, str, _decode_number)
#: The number of a seed, in a path.
SEED_NUMBER = Codec(COUNT.schema, str, _decode_seed)
#: Several of these numbers, separated by commas.
COUNTS = Codec(
    {"type": "string", "pattern": "^[0-9]+(,[0-9]+)*$"},
    lambda numbers: ",".join(map(str, numbers)),
    _decode_numbers,
)
#: The confidence that an application asks for, in a query.
THRESHOLD = Codec(
    {"type": "number", "minimum": 1, "maximum": 100, "default": 90, "description": "Percent"}, str, _decode_percent
)
REGION = Codec({"type": "string", "examples": ["us-east-1"]}, decode=checks.text)
ACCOUNT = Codec({"type": "string", "pattern": "^[0-9]{12}$"}, decode=checks.text)
UUID = Codec({"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"})
