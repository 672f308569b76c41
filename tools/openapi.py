"""Make the OpenAPI document from the routes and from the classes whose fields are the keys in JSON.

Run it after a change to either: ``python tools/openapi.py`` writes moto_liveness/moto_api/openapi.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.calls import Call
from moto_liveness.core.challenge import Challenge
from moto_liveness.core.codecs import BYTES, codecs_of, is_required, reference
from moto_liveness.core.commands import LIFE, PATH_PARAMETER
from moto_liveness.core.face_details import FACE_SCHEMA
from moto_liveness.core.feedback import FEEDBACK_MESSAGES
from moto_liveness.core.images import MAX_BYTES
from moto_liveness.core.operations import COMMON_ERRORS, LOST, OPERATIONS
from moto_liveness.core.progress import MOST_STEPS
from moto_liveness.core.scenarios import Scenario, accepted, turned_away
from moto_liveness.core.seeds import DelaySeed, ErrorSeed, ExceptionSeed, SessionSeed
from moto_liveness.core.steps import STEPS, Step
from moto_liveness.core.views import (
    FATES,
    VERSION,
    BlockView,
    CollectionView,
    PeopleView,
    QueuedView,
    ScenariosView,
    SeedView,
    SessionView,
    StateView,
    StreamView,
)
from moto_liveness.moto_api.route import Route
from moto_liveness.moto_api.routes import ROUTES

_Schema = dict[str, Any]

# The errors of every route, and that of the routes that answer only pages of this machine.
_ANY = {
    "412": f"The server was restarted: {LIFE} names an earlier life",
    "500": "A bug of moto-liveness",
}
_REFUSED = {"403": "A browser sent the request for a page, or to a name, that is not on this machine"}

FILE = Path(__file__).parent.parent / "moto_liveness" / "moto_api" / "openapi.json"


def document() -> _Schema:
    """Return the document."""
    paths: dict[str, _Schema] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "moto-liveness",
            "version": str(VERSION),
            "description": "Scripts the outcome of Amazon Rekognition Face Liveness checks on a moto_liveness_server. "
            "The operations themselves are those of AWS, on the same server.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": {**_SCHEMAS, **{kind.__name__: _step(kind) for kind in STEPS}}},
    }


def _operation(route: Route) -> _Schema:
    command = route.command
    name = command.__name__[0].lower() + command.__name__[1:]
    operation: _Schema = {"operationId": name, "summary": (command.__doc__ or "").rstrip(".")}
    in_path = PATH_PARAMETER.findall(route.path)
    members = codecs_of(command)
    beside = {key: codec.schema for key, (_, codec) in members.items() if key not in in_path}
    required = [key for key, (one, _) in members.items() if is_required(one) and key in beside]
    parameters = [_parameter(key, "path", members[key][1].schema, True) for key in in_path]
    if command.in_query():
        parameters += [_parameter(key, "query", _given(schema), key in required) for key, schema in beside.items()]
    if parameters:
        operation["parameters"] = parameters
    if not command.in_query():
        operation["requestBody"] = {"required": bool(required), **_json(_object(beside, required))}
    operation["responses"] = {
        str(route.status): {"description": "Done", **_content(route)},
        "400": {"description": "The request is invalid; nothing has changed", **_error()},
        **{status: {"description": why, **_error()} for status, why in command.errors.items()},
    }
    if in_path:
        operation["responses"]["404"] = {"description": "Not found", **_error()}
    refused = {} if command.for_every_page else _REFUSED
    operation["responses"] |= {status: {"description": why, **_error()} for status, why in {**refused, **_ANY}.items()}
    return operation


def _parameter(name: str, place: str, schema: Any, required: bool) -> _Schema:
    return {"name": name, "in": place, "required": required, "schema": schema}


def _given(schema: Any) -> Any:
    # A query has no null: a key is there or left out.
    return schema["anyOf"][0] if {"type": "null"} in schema.get("anyOf", ()) else schema


def _content(route: Route) -> _Schema:
    answer = route.command.answer
    if answer is None:
        return {}
    return {"content": {media: {} for media in answer.media}} if answer.media else _json(answer.codec.schema)


def _error() -> _Schema:
    return _json(reference("Error"))


def _json(schema: Any) -> _Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _step(kind: type[Step]) -> _Schema:
    """Return the schema of a step: its status, and the arguments of its class."""
    schema = _of(kind)
    if kind.status is None:
        return schema
    return _object({"status": {"const": kind.status}, **schema["properties"]}, ["status", *schema["required"]])


def _of(kind: Any, description: str | None = None) -> _Schema:
    """Return the schema of a dataclass."""
    members = codecs_of(kind)
    required = [key for key, (one, _) in members.items() if is_required(one)]
    schema = _object({key: codec.schema for key, (_, codec) in members.items()}, required)
    return {"description": description, **schema} if description else schema


def _answered(kind: Any) -> _Schema:
    """Return the schema of a dataclass that is always answered as a whole."""
    schema = _of(kind)
    return {**schema, "required": list(schema["properties"])}


def _object(members: dict[str, Any], required: Iterable[str]) -> _Schema:
    return {"type": "object", "properties": members, "required": list(required), "additionalProperties": False}


_CODE = {"enum": list(FEEDBACK_MESSAGES)}
_FEEDBACK_TEXT = {"type": "string", "minLength": 1, "maxLength": 512}
_SCENARIOS = [scenario.name for scenario in (*accepted(), *turned_away(person="alice"))]
#: The codes of each operation, by the phases of a stream. Other operations have the start only.
_CODES = {
    name: {"connect": [LOST], "start": sorted([*operation.errors, LOST]), "end": sorted(operation.endings)}
    if operation.endings
    else {"connect": [], "start": sorted(operation.errors), "end": []}
    for name, operation in OPERATIONS.items()
}
#: A closed list, so that a typed client refuses a misspelt code.
_KNOWN_CODES = sorted(
    {code for operation in OPERATIONS.values() for code in (*COMMON_ERRORS, *operation.errors, *operation.endings)}
)
_RAW = {"type": "boolean", "default": False, "description": "Allows bytes that are not a picture"}


def _keys(command: str, *keys: str) -> _Schema:
    """Return the schemas of some keys of a command."""
    members = next(codecs_of(route.command) for route in ROUTES if route.command.__name__ == command)
    return {key: members[key][1].schema for key in keys}


def _other_error() -> _Schema:
    """Return the schema of an error with any other code."""
    schema = _of(ErrorSeed, "An error that AWS does not list; its http_status is required")
    keys = schema["properties"]
    others = {"error": {"type": "string", "minLength": 1}, "http_status": _given(keys["http_status"])}
    return {**schema, "properties": {**keys, **others}, "required": list(others)}


_RESULTS = (
    "Steps",
    "SessionSeed",
    "ResponseSeed",
    "ErrorSeed",
    "OtherErrorSeed",
    "ExceptionSeed",
    "DelaySeed",
    "ScenarioSeed",
)
_BESIDE = {key: _of(SessionSeed)["properties"][key] for key in ("session_id", "optional", "queued_at")}

_SCHEMAS: dict[str, _Schema] = {
    "Block": _answered(BlockView),
    "BoundingBox": _of(BoundingBox, "Ratios of the image"),
    "Call": _answered(Call),
    "Challenge": _of(Challenge),
    "Collection": _answered(CollectionView),
    "DelaySeed": _of(DelaySeed, "A delay in one phase of the next streams"),
    "Document": {"type": "object"},
    "Error": _object(
        {
            "message": {"type": "string"},
            "fate": {"description": "Why the seed is gone", "enum": list(FATES)},
        },
        ["message"],
    ),
    "ErrorCode": {"type": "string", "enum": _KNOWN_CODES, "x-operations": _CODES},
    "ErrorSeed": _of(ErrorSeed, "An error for the next calls of an operation"),
    "ExceptionSeed": _of(ExceptionSeed, "A network failure for the next calls of an operation"),
    "Face": FACE_SCHEMA,
    "Feedback": {
        "anyOf": [_CODE, {"type": "array", "prefixItems": [_CODE, _FEEDBACK_TEXT], "minItems": 2, "maxItems": 2}]
    },
    "Image": {
        "description": f"A JPEG of at most {MAX_BYTES:,} bytes, in base64",
        "anyOf": [
            BYTES.schema,
            _object(
                {
                    "data": BYTES.schema,
                    "bounding_box": {"anyOf": [reference("BoundingBox"), {"type": "null"}]},
                    "raw": _RAW,
                },
                ["data"],
            ),
        ],
    },
    "OtherErrorSeed": _other_error(),
    "People": _answered(PeopleView),
    "Queued": _answered(QueuedView),
    "Response": {
        "description": "What AWS answered once to GetFaceLivenessSessionResults, an error or a Status, as boto3 or the "
        "wire has it. An image without Bytes becomes a drawing",
        "type": "object",
        "properties": {"Status": {"enum": [kind.status for kind in STEPS if kind.status]}, "Error": {"type": "object"}},
    },
    "ResponseSeed": _object({"response": reference("Response"), **_BESIDE}, ["response"]),
    "ResponseStep": _object({"response": reference("Response")}, ["response"]),
    "Result": {"anyOf": [reference(name) for name in _RESULTS]},
    "Scenario": _answered(Scenario),
    "ScenarioSeed": {
        "description": "All of a scenario: the steps of its session, and its outages",
        **_object(
            {
                "scenario": {"enum": _SCENARIOS},
                **_keys("ShowScenarios", "threshold"),
                "person": {"anyOf": [_keys("ShowScenarios", "person")["person"], {"type": "null"}]},
                **_BESIDE,
            },
            ["scenario"],
        ),
    },
    "Scenarios": _answered(ScenariosView),
    "Seed": _answered(SeedView),
    "Session": _answered(SessionView),
    "SessionSeed": _of(SessionSeed),
    "State": _answered(StateView),
    "Stream": _answered(StreamView),
    "Step": {"anyOf": [*(reference(kind.__name__) for kind in STEPS), reference("ResponseStep")]},
    "Steps": {
        "description": "The only step of one session, or all of its steps",
        "anyOf": [
            reference("Step"),
            {"type": "array", "items": reference("Step"), "minItems": 1, "maxItems": MOST_STEPS},
        ],
    },
}


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), indent=2) + "\n")
