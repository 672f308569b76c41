"""Make the OpenAPI document from the routes and from the classes whose fields are the keys in JSON.

Run it after a change to either: ``python tools/openapi.py`` writes moto_liveness/moto_api/openapi.json.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.calls import Call
from moto_liveness.core.challenge import CHALLENGES, Challenge
from moto_liveness.core.feedback import FEEDBACK_MESSAGES
from moto_liveness.core.images import MAX_AUDIT_IMAGES, MAX_BYTES
from moto_liveness.core.operations import GET_RESULTS, NETWORK_FAILURES, OPERATIONS
from moto_liveness.core.people import LIKENESS
from moto_liveness.core.scenarios import Scenario, accepted, turned_away
from moto_liveness.core.steps import STEPS, ApiError, Step
from moto_liveness.core.stream import Stream
from moto_liveness.moto_api.route import Route
from moto_liveness.moto_api.routes import ROUTES

_Schema = dict[str, Any]

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
            "version": "1",
            "description": "Scripts the outcome of Amazon Rekognition Face Liveness checks on a moto_liveness_server. "
            "The operations themselves are those of AWS, on the same server.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": {**_SCHEMAS, **{kind.__name__: _step(kind) for kind in STEPS}}},
    }


def _operation(route: Route) -> _Schema:
    summary = inspect.getdoc(route.answer) or ""
    name = re.sub(r"_(\w)", lambda match: match[1].upper(), route.answer.__name__)
    operation: _Schema = {"operationId": name, "summary": summary.rstrip(".")}
    in_path = re.findall(r"\{(\w+)\}", route.path)
    in_query = (*route.required, *route.optional) if route.in_query else ()
    parameters = [{"name": key, "in": "path", "required": True, "schema": _PARAMETERS[key]} for key in in_path]
    parameters += [
        {"name": key, "in": "query", "required": key in route.required, "schema": _PARAMETERS[key]} for key in in_query
    ]
    if parameters:
        operation["parameters"] = parameters
    if not route.in_query:
        schema = _object({key: _MEMBERS[key] for key in (*route.required, *route.optional)}, route.required)
        operation["requestBody"] = {"required": bool(route.required), **_json(schema)}
    answer = _content(route.response) if route.response else {}
    operation["responses"] = {
        str(route.status): {"description": "Done", **answer},
        "400": {"description": "The request is invalid; nothing has changed", **_json(_ref("Error"))},
    }
    if route.response == "Video":
        operation["responses"]["410"] = {"description": "Later videos needed its room", **_json(_ref("Error"))}
    if in_path:
        operation["responses"]["404"] = {"description": "Not found", **_json(_ref("Error"))}
    return operation


def _content(name: str) -> _Schema:
    if name in _FILES:
        return {"content": {content_type: {} for content_type in _FILES[name]}}
    return _json(_ref(name))


def _step(kind: type[Step]) -> _Schema:
    """Return the schema of a step: its status, and the arguments of its class."""
    if kind is ApiError:
        return _object({"error": _ref("ErrorCode"), "message": _MEMBERS["message"]}, ("error",))
    arguments = inspect.signature(kind).parameters.values()
    required = [argument.name for argument in arguments if argument.default is argument.empty]
    members = {
        argument.name: _nullable(_MEMBERS[argument.name]) if "None" in argument.annotation else _MEMBERS[argument.name]
        for argument in arguments
    }
    return _object({"status": {"const": kind.status}, **members}, ("status", *required))


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: _Schema) -> _Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _object(members: dict[str, _Schema], required: Iterable[str]) -> _Schema:
    return {
        "type": "object",
        "properties": members,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: _Schema, **limits: int) -> _Schema:
    return {"type": "array", "items": items, **limits}


def _nullable(schema: _Schema) -> _Schema:
    return {"anyOf": [schema, {"type": "null"}]}


#: The answers that are not JSON.
_FILES = {
    "Page": ["text/html; charset=utf-8"],
    "PageFile": [
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
        "image/svg+xml; charset=utf-8",
    ],
    "Photo": ["image/jpeg"],
    "Picture": ["image/jpeg", "application/octet-stream"],
    "Video": ["video/webm", "application/octet-stream"],
    "Weights": ["application/octet-stream"],
}

_TEXT = {"type": "string"}
_ANY_OBJECT = {"type": "object"}
_INTEGER = {"type": "integer"}
_TIME = {"type": "string", "format": "date-time"}
_BASE64 = {"type": "string", "contentEncoding": "base64"}
_RAW = {"type": "boolean", "default": False, "description": "Allows bytes that are not a picture"}
_UUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"}
_ACCOUNT = {"type": "string", "pattern": "^[0-9]{12}$"}
_REGION = {"type": "string", "examples": ["us-east-1"]}
_CODE = {"enum": list(FEEDBACK_MESSAGES)}
_PERSON = {"type": "string", "minLength": 1, "maxLength": 100, "description": "Whose face the pictures show"}
_SCENARIOS = [scenario.name for scenario in (*accepted(), *turned_away(person="alice"))]
_THRESHOLD = {"type": "number", "minimum": 1, "maximum": 100, "default": 90, "description": "Percent"}
_FEEDBACK_TEXT = {"type": "string", "minLength": 1, "maxLength": 512}

#: The parameters of paths and queries.
_PARAMETERS: dict[str, _Schema] = {
    "account_id": _ACCOUNT,
    "file": {"type": "string", "minLength": 1},
    "limit": {"type": "integer", "minimum": 0, "description": "At most so many sessions and calls, the latest"},
    "name": {"enum": ["reference", *(f"audit-{number}" for number in range(MAX_AUDIT_IMAGES))]},
    "number": {"type": "integer", "minimum": 0},
    "operation": {"enum": list(OPERATIONS)},
    "person": _PERSON,
    "region": _REGION,
    "session_id": {"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9-]+$"},
    "since": {"type": "integer", "minimum": 0, "description": "The number of an earlier answer"},
    "threshold": _THRESHOLD,
}

#: The keys of bodies. A key means the same wherever it stands.
_MEMBERS: dict[str, _Schema] = {
    "account_id": {"description": "The account; any if left out", **_nullable(_ACCOUNT)},
    "assert_all_seeded": {"type": "boolean", "default": False},
    "audit_images": _list(_ref("Image"), maxItems=MAX_AUDIT_IMAGES),
    "challenge": _ref("Challenge"),
    "confidence": {"type": "number", "minimum": 0, "maximum": 100, "description": "Percent"},
    "exception": {"enum": list(NETWORK_FAILURES)},
    "feedback": _list(_ref("Feedback"), maxItems=10),
    "http_status": _nullable({"type": "integer", "minimum": 400, "maximum": 599}),
    "message": {"description": "AWS's own if left out", **_nullable(_TEXT)},
    "operation": {"enum": list(OPERATIONS), "default": GET_RESULTS.name},
    "optional": {"type": "boolean", "default": False},
    "bounding_boxes": _list(_ref("BoundingBox")),
    "likeness": {"type": "number", "minimum": 0, "maximum": 100, "default": LIKENESS, "description": "Percent"},
    "of": {"description": "A JPEG of your own", **_BASE64},
    "people": _list({"type": "string", "minLength": 1, "maxLength": 100}, maxItems=100),
    "person": _nullable(_PERSON),
    "polls": {"type": "integer", "minimum": 1},
    "queued_at": {"description": "The line of a test that queued it", **_nullable(_TEXT)},
    "reference_image": _ref("Image"),
    "region": {"description": "The region; any if left out", **_nullable(_REGION)},
    "results": _list(_ref("Result"), minItems=1),
    "scenario": {"description": "The scenario that it is a part of", **_nullable({"type": "string", "minLength": 1})},
    "sdk_type": {"type": "string", "minLength": 1, "maxLength": 64},
    "seconds": {"type": "number", "minimum": 1e-6, "maximum": 1e9},
    "session_id": _nullable(_UUID),
    "step": {"anyOf": [_ref("Expired"), _ref("ApiError")]},
    "steps": _ref("Steps"),
    "threshold": _THRESHOLD,
    "strict_regions": {"type": "boolean", "default": False},
    "until": {"const": "stream", "description": "Lasts until a client streams its video"},
    "when": {"enum": ["start", "end"], "default": "start", "description": "For StartFaceLivenessSession"},
    "times": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null", "description": "An outage"}], "default": 1},
}

_SEED_FACTS: dict[str, _Schema] = {
    "number": _INTEGER,
    "seed": {"type": "string", "description": "The call that queues it in Python"},
    "operation": {"description": "null for steps", **_nullable({"enum": list(OPERATIONS)})},
    "error": {"description": "A code of AWS or the name of an exception; null for steps", **_nullable(_TEXT)},
    "used": {"type": "boolean"},
    "optional": {"type": "boolean"},
    "withdrawn": {"type": "boolean"},
    "scenario": _nullable(_TEXT),
    "session_id": _nullable(_TEXT),
    "region": _nullable(_TEXT),
    "account_id": _nullable(_TEXT),
}
_SESSION_FACTS: dict[str, _Schema] = {
    "session_id": _TEXT,
    "number": _INTEGER,
    "seed": _nullable(_INTEGER),
    "status": {"enum": [kind.status for kind in STEPS]},
    "poll_count": _INTEGER,
    "request": _ANY_OBJECT,
    "created_at": _TIME,
    "region": _TEXT,
    "account_id": _TEXT,
    "audit_images_limit": {"type": "integer", "minimum": 0, "maximum": MAX_AUDIT_IMAGES},
    "images": {"description": "The images that a poll would return now", **_list(_PARAMETERS["name"])},
    "stream": _nullable(_ref("Stream")),
    "waits_for_stream": {"type": "boolean"},
}
_SCENARIO_TYPES: dict[str, _Schema] = {
    "steps": _list(_ref("Step"), minItems=1),
    "errors": _list(_ref("ErrorCode")),
    "exceptions": _list({"enum": list(NETWORK_FAILURES)}),
}
_SCENARIO_FACTS: dict[str, _Schema] = {field.name: _SCENARIO_TYPES.get(field.name, _TEXT) for field in fields(Scenario)}
_STREAM_TYPES: dict[str, _Schema] = {
    "challenge": _ref("Challenge"),
    "close_code": _nullable(_INTEGER),
    "ended_at": _nullable(_TIME),
    "error": _nullable(_TEXT),
    "information": _list(_ANY_OBJECT),
    "recording": {"type": "boolean"},
    "started_at": _TIME,
    "user_agent": _nullable(_TEXT),
}
_STREAM_FACTS: dict[str, _Schema] = {
    **{field.name: _STREAM_TYPES.get(field.name, _INTEGER) for field in fields(Stream)},
    "colors": _list(_list(_INTEGER)),
    "seconds": _nullable({"type": "number"}),
}
_BOX: dict[str, _Schema] = {field.name: {"type": "number"} for field in fields(BoundingBox)}
_PEOPLE = _list(_nullable(_list(_TEXT)))
_CALL_TYPES = {
    "people": _PEOPLE,
    "at": _TIME,
    "confidence": _nullable({"type": "number"}),
    "number": _INTEGER,
    "params": _ANY_OBJECT,
}
_CALL_FACTS = {
    {"region_name": "region"}.get(field.name, field.name): _CALL_TYPES.get(field.name, _nullable(_TEXT))
    for field in fields(Call)
}

_STATE_FACTS: dict[str, _Schema] = {
    "number": _INTEGER,
    "sessions": _list(_ref("Session")),
    "calls": _list(_ref("Call")),
    "forgotten_calls": _INTEGER,
    "unused_seeds": _list(_ref("Seed")),
    "outages": {"description": "What all calls get until it is withdrawn, used or not", **_list(_ref("Seed"))},
    "unseeded_polls": _list(_TEXT),
    "default": {"description": "The steps of sessions without a seed, if set", **_nullable(_list(_ref("Step")))},
}

#: The codes of each operation, at the start of an answer and at the end of a stream.
_CODES = {
    name: {"start": sorted(operation.errors), "end": sorted(operation.endings)}
    for name, operation in OPERATIONS.items()
}

#: The keys of every seed for calls.
_OF_CALLS = ("operation", "times", "session_id", "optional", "queued_at", "scenario")


def _members(*keys: str) -> dict[str, _Schema]:
    return {key: _MEMBERS[key] for key in keys}


_SCHEMAS: dict[str, _Schema] = {
    "BoundingBox": {"description": "Ratios of the image", **_object(_BOX, _BOX)},
    "Call": _object(_CALL_FACTS, _CALL_FACTS),
    "Challenge": _object(
        {"type": {"enum": list(CHALLENGES)}, "version": {"type": "string", "examples": ["2.0.0"]}},
        [field.name for field in fields(Challenge)],
    ),
    "Document": _ANY_OBJECT,
    "Error": _object({"message": _TEXT}, ["message"]),
    "ErrorCode": {"type": "string", "examples": sorted(GET_RESULTS.errors), "x-operations": _CODES},
    "ErrorSeed": {
        "description": "An error for the next calls of an operation",
        **_object({"error": _ref("ErrorCode"), **_members("message", "http_status", "when", *_OF_CALLS)}, ["error"]),
    },
    "ExceptionSeed": {
        "description": "A failure of the network for the next calls of an operation",
        **_object(_members("exception", *_OF_CALLS), ["exception"]),
    },
    "Feedback": {
        "anyOf": [_CODE, {"type": "array", "prefixItems": [_CODE, _FEEDBACK_TEXT], "minItems": 2, "maxItems": 2}]
    },
    "Image": {
        "description": f"A JPEG of at most {MAX_BYTES:,} bytes, in base64",
        "anyOf": [
            _BASE64,
            _object({"data": _BASE64, "bounding_box": _nullable(_ref("BoundingBox")), "raw": _RAW}, ["data"]),
        ],
    },
    "Queued": _object({"seeds": _list(_INTEGER)}, ["seeds"]),
    "Result": {
        "anyOf": [
            _ref("Steps"),
            _ref("SessionSeed"),
            _ref("ErrorSeed"),
            _ref("ExceptionSeed"),
            _ref("ScenarioSeed"),
        ]
    },
    "Scenario": _object(_SCENARIO_FACTS, _SCENARIO_FACTS),
    "ScenarioSeed": {
        "description": "All of a scenario: the steps of its session, and its outages",
        **_object(
            {
                "scenario": {"enum": _SCENARIOS},
                **_members("threshold", "person", "session_id", "optional", "queued_at"),
            },
            ["scenario"],
        ),
    },
    "Scenarios": _object(
        {"accepted": _list(_ref("Scenario")), "turned_away": _list(_ref("Scenario"))}, ["accepted", "turned_away"]
    ),
    "Seed": _object(_SEED_FACTS, _SEED_FACTS),
    "Session": _object(_SESSION_FACTS, _SESSION_FACTS),
    "SessionSeed": _object(_members("steps", "session_id", "optional", "queued_at", "scenario"), ["steps"]),
    "State": _object(_STATE_FACTS, _STATE_FACTS),
    "Stream": _object(_STREAM_FACTS, _STREAM_FACTS),
    "Step": {"anyOf": [_ref(kind.__name__) for kind in STEPS]},
    "Steps": {
        "description": "The only step of one session, or all of its steps",
        "anyOf": [_ref("Step"), _list(_ref("Step"), minItems=1)],
    },
}


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), indent=2) + "\n")
