"""Checks requests against botocore's model of the service, so new constraints are enforced without a change here.

The messages are AWS's own: the path of the member in lowerCamelCase, with list members counted from 1, then the
constraint. https://smithy.io/2.0/spec/constraint-traits.html
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, Shape, StructureShape

from moto_liveness.core import checks, strict_json
from moto_liveness.core.operations import Operation
from moto_liveness.rekognition.exceptions import serialization_error, validation_error

# "Any integer less than 0 will return 0, any integer above 4 will return 4 images": this range is a clamp.
# https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSessionRequestSettings.html
_CLAMPED = {"AuditImagesLimit"}

_LONGEST_VALUE = 1000
_LONGEST_LIST = 1000
_MOST_VIOLATIONS = 10

_AT_LEAST = "Member must have {} greater than or equal to {}"
_AT_MOST = "Member must have {} less than or equal to {}"
_PATTERN = "Member must satisfy regular expression pattern: {}"

# The numbers of each type, which are those of Java: https://smithy.io/2.0/spec/simple-types.html
_NUMBERS: dict[str, tuple[float, float]] = {
    "integer": (-(2**31), 2**31 - 1),
    "long": (-(2**63), 2**63 - 1),
    "float": (-3.4028235e38, 3.4028235e38),
}
_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "list": (list,),
    "map": (dict,),
    "string": (str,),
    "blob": (str,),
    "integer": (int,),
    "long": (int, float),
    "float": (int, float),
}


def parse(body: str) -> dict[str, Any]:
    """Return the parameters in a body. Raise SerializationException if it is not a JSON object."""
    try:
        params = _JSON.read(body or "{}")
    except ValueError as error:
        raise serialization_error(f"The request body is not valid JSON: {error}") from None
    if not isinstance(params, dict):
        raise serialization_error(f"The request body must be a JSON object, not {_json_type(params)}")
    return params


_JSON = strict_json.Decoder()


def check(operation: Operation, params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that the model knows. AWS ignores others, and takes null for absent.

    Raises:
        SerializationException, ValidationException: if the model does not allow them.
    """
    return check_shape(_input_shape(operation), params)


def check_shape(shape: Shape, params: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters that a shape knows, as check does."""
    nodes = list(_walk(shape, params, ""))
    violations = [(constraint, *rest) for member, *rest in nodes for constraint in _broken(member, rest[0])]
    if violations:
        told = [_sentence(*violation) for violation in violations[:_MOST_VIOLATIONS]]
        raise validation_error(told, len(violations))
    known: dict[str, Any] = _known(shape, params)
    return known


def names(operation: Operation) -> Iterable[str]:
    """Return the names of the parameters that the model knows."""
    known: Iterable[str] = _input_shape(operation).members
    return known


def ignored(operation: Operation, params: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the members that the model does not know, each with the path of what it is in."""
    return _unknown(_input_shape(operation), params, "")


def _unknown(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, item in value.items():
            if name in shape.members:
                yield from _unknown(shape.members[name], item, f"{path}{name}.")
            else:
                yield path, name
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for number, item in enumerate(value, start=1):
            yield from _unknown(shape.member, item, f"{path}{number}.")


@functools.cache
def _input_shape(operation: Operation) -> StructureShape:
    model = botocore.session.get_session().get_service_model("rekognition")
    shape: StructureShape = model.shape_for(f"{operation.name}Request")
    return shape


def _walk(shape: Shape, value: Any, path: str) -> Iterator[tuple[Shape, Any, str]]:
    """Yield each shape with its value and path. A required member that is absent has the value None."""
    _check_type(shape, value, path)
    yield shape, value, path
    if isinstance(shape, MapShape) and len(value) <= _longest(shape):
        for key, item in value.items():
            _check_type(shape.value, item, f"{path}.{key}.value")
    for member, item, where in _members(shape, value, path):
        if item is None:
            yield member, None, where
        else:
            yield from _walk(member, item, where)


def _members(shape: Shape, value: Any, path: str) -> Iterator[tuple[Shape, Any, str]]:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            item = value.get(name)
            if item is not None or name in shape.required_members:
                yield member, item, f"{path}.{name[0].lower()}{name[1:]}".lstrip(".")
    elif isinstance(shape, ListShape) and len(value) <= _longest(shape):
        for number, item in enumerate(value, start=1):
            yield shape.member, item, f"{path}.{number}.member"


def _longest(shape: ListShape | MapShape) -> int:
    # The number of members is checked before they are. Most limits of the model are lower than this one, which is for
    # lists and maps that could be of any length.
    longest: int = shape.metadata.get("max", _LONGEST_LIST)
    return longest


def _check_type(shape: Shape, value: Any, path: str) -> None:
    expected = _TYPES.get(shape.type_name, (object,))
    if not isinstance(value, expected) or not _in_range(shape, value):
        where = checks.shortened(path)  # the keys of a map are in it
        raise serialization_error(f"{_json_type(value)} can not be converted to {shape.type_name} at '{where}'")


def _in_range(shape: Shape, value: Any) -> bool:
    if shape.type_name not in _NUMBERS:
        return True
    low, high = _NUMBERS[shape.type_name]
    # bool is a subclass of int in Python, but true is not an integer in JSON.
    return not isinstance(value, bool) and low <= value <= high


def _known(shape: Shape, value: Any) -> Any:
    if isinstance(shape, StructureShape):
        members = shape.members
        return {
            name: _known(members[name], item) for name, item in value.items() if name in members and item is not None
        }
    return [_known(shape.member, item) for item in value] if isinstance(shape, ListShape) else value


def _sentence(constraint: str, value: Any, path: str) -> str:
    printed = "null" if value is None else f"'{_printed(value)}'"
    return f"Value {printed} at '{path}' failed to satisfy constraint: {constraint}"


def _broken(shape: Shape, value: Any) -> Iterator[str]:
    if value is None:
        yield "Member must not be null"
        return
    constraints: Mapping[str, Any] = {} if shape.name in _CLAMPED else shape.metadata
    if isinstance(shape, (ListShape, MapShape)):
        constraints = {**constraints, "max": _longest(shape)}
    size, noun = _measured(shape, value)
    if "min" in constraints and size < constraints["min"]:
        yield _AT_LEAST.format(noun, constraints["min"])
    if "max" in constraints and size > constraints["max"]:
        yield _AT_MOST.format(noun, constraints["max"])
    if "pattern" in constraints and not _pattern(constraints["pattern"]).fullmatch(value):
        yield _PATTERN.format(constraints["pattern"])
    if "enum" in constraints and value not in constraints["enum"]:
        yield f"Member must satisfy enum value set: [{', '.join(constraints['enum'])}]"
    if constraints.get("union") and len(_known(shape, value)) != 1:
        yield f"Member must be one member of the union: [{', '.join(shape.members)}]"
    if isinstance(shape, MapShape) and size <= _longest(shape):
        for member, which, items in ((shape.key, "keys", value), (shape.value, "value", value.values())):
            if any(sentence for item in items for sentence in _broken(member, item)):
                yield f"Map {which} must satisfy constraint: [{', '.join(_constraints(member))}]"


def _constraints(shape: Shape) -> Iterator[str]:
    """Yield the constraints of the keys or the values of a map, which AWS lists in full."""
    constraints: Mapping[str, Any] = shape.metadata
    yield _AT_MOST.format("length", constraints["max"])
    yield _AT_LEAST.format("length", constraints["min"])
    yield _PATTERN.format(constraints["pattern"])


@functools.cache
def _pattern(text: str) -> re.Pattern[str]:
    # The model's patterns are Java's, in which \d is ASCII only. Python has no \p{L}, \p{N} and \p{Z}.
    python = text.replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\w").replace(r"\p{Z}", r"\s")
    return re.compile(python, re.ASCII if python == text else re.UNICODE)


def _measured(shape: Shape, value: Any) -> tuple[float, str]:
    if shape.type_name == "blob":
        return blob_size(value), "length"
    return (len(value), "length") if isinstance(value, (str, list, dict)) else (value, "value")


def blob_size(text: str) -> int:
    """Return how many bytes a blob has, which is base64: three for four characters."""
    return len(text) * 3 // 4 - text[-2:].count("=")


def _printed(value: Any) -> str:
    # AWS echoes the whole value. A megabyte of it does not help anyone who reads the message, and takes seconds.
    if isinstance(value, dict):
        value = dict(itertools.islice(value.items(), _LONGEST_VALUE))
    elif isinstance(value, list):
        value = value[:_LONGEST_VALUE]
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):  # a map, as Java prints it
        value = f"{{{', '.join(f'{key}={item}' for key, item in value.items())}}}"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def _json_type(value: Any) -> str:
    names = {
        dict: "OBJECT_VALUE",
        list: "ARRAY_VALUE",
        str: "STRING_VALUE",
        bool: "BOOLEAN_VALUE",
        type(None): "NULL_VALUE",
    }
    return names.get(type(value), "NUMBER_VALUE")
