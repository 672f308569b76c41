"""Server: steps, seeds, sessions and calls as JSON and back. The keys are the keywords of Python.

What is wrong gets the sentence that Python would raise.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from moto_liveness.core import checks
from moto_liveness.core.challenge import Challenge
from moto_liveness.core.images import PLACEHOLDER_AUDIT_IMAGES, PLACEHOLDER_REFERENCE_IMAGE, BoundingBox, Image
from moto_liveness.core.progress import check_steps
from moto_liveness.core.script import Call
from moto_liveness.core.seeds import ErrorSeed, Scope, Seed, SessionSeed
from moto_liveness.core.session import Session
from moto_liveness.core.steps import ApiError, Created, Expired, Failed, Finished, InProgress, Step, Succeeded

_KINDS = {kind.status: kind for kind in (Created, InProgress, Succeeded, Failed, Expired)}
_WAIT = {"polls", "seconds"}
_ANALYSIS = {"confidence", "reference_image", "audit_images", "challenge", "sdk_type"}
_KEYS = {
    "CREATED": _WAIT,
    "IN_PROGRESS": _WAIT,
    "SUCCEEDED": _ANALYSIS | {"feedback"},
    "FAILED": _ANALYSIS,
    "EXPIRED": set[str](),
}


def members(value: object, what: str, *allowed: str) -> dict[str, Any]:
    """Return the members of a JSON object that has none but the allowed ones."""
    if not isinstance(value, dict):
        raise TypeError(f"{what} must be an object, not {checks.shown(value)}")
    for name in value:
        if name not in allowed:
            raise ValueError(f"{what} has no member {checks.shown(name)}. {checks.suggestion(name, allowed)}")
    return value


def decode_scope(body: Mapping[str, Any]) -> Scope:
    """Return where something applies: account_id and region, each any if it is left out."""
    region, account_id = body.get("region"), body.get("account_id")
    for name, value in (("region", region), ("account_id", account_id)):
        if value is not None:
            checks.text(name, value)
    return Scope(region, account_id)


def decode_steps(value: object) -> tuple[Step, ...]:
    """Return the steps of one session, from an object or a list of objects."""
    steps = check_steps(tuple(decode_step(step) for step in (value if isinstance(value, list) else [value])))
    if not steps:
        raise ValueError("steps must have at least one step, as in [{'status': 'SUCCEEDED', 'confidence': 97.3}]")
    return steps


def decode_step(value: object) -> Step:
    """Return a step: {"status": ...} with the keywords of its class, or {"error": code, "message": ...}."""
    if isinstance(value, dict) and "error" in value:
        step = members(value, "an error", "error", "message")
        return ApiError(step["error"], step.get("message", ""))
    if not isinstance(value, dict) or "status" not in value:
        raise TypeError(f"a step must be an object with a status or an error, not {checks.shown(value)}")
    status = checks.choice("status", value["status"], _KEYS)
    step = members(value, f"a step with status {status}", "status", *sorted(_KEYS[status]))
    arguments = {name: _decode_argument(name, argument) for name, argument in step.items() if name != "status"}
    if status == "SUCCEEDED" and "confidence" not in arguments:
        raise TypeError("a step with status SUCCEEDED needs a confidence, a percentage between 0 and 100")
    made: Step = _KINDS[status](**arguments)
    return made


def _decode_argument(name: str, value: Any) -> Any:
    if name == "reference_image" and value is not None:
        return _decode_image(value)
    if name == "audit_images" and value is not None:
        # Python takes any iterable, and a path for an image. Nothing that is sent may become one here.
        if not isinstance(value, list):
            raise TypeError(f"audit_images must be a list of images, not {checks.shown(value)}")
        return [_decode_image(image) for image in value]
    if name == "challenge" and value is not None:
        return Challenge(**_whole(value, "challenge", "type", "version"))
    return value


def _decode_image(value: object) -> Image:
    """Return an image: a JPEG in base64, or {"data": ..., "bounding_box": {"left": ...}}. A path means nothing here."""
    image = {"data": value} if isinstance(value, str) else members(value, "an image", "data", "bounding_box")
    try:
        data = base64.b64decode(checks.text("data", image.get("data")), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(
            "an image must be a JPEG in base64: a server reads no files, so a path means nothing to it"
        ) from None
    box = image.get("bounding_box")
    return (
        Image(data)
        if box is None
        else Image(data, BoundingBox(**_whole(box, "bounding_box", "left", "top", "width", "height")))
    )


def _whole(value: object, what: str, *names: str) -> dict[str, Any]:
    """Return the members of a JSON object that has all of the names and no other."""
    given = members(value, what, *names)
    missing = [name for name in names if name not in given]
    if missing:
        raise TypeError(f"{what} needs {', '.join(missing)}")
    return given


def decode_seed(value: object, scope: Scope) -> SessionSeed | ErrorSeed:
    """Return a seed: the steps of one session, {"steps": ..., "optional": true}, or {"error": code, ...} for a call."""
    if isinstance(value, dict) and "error" in value:
        keys = ("error", "message", "operation", "times", "session_id", "optional")
        arguments = {**members(value, "an error", *keys)}
        optional, code = checks.flag("optional", arguments.pop("optional", False)), arguments.pop("error")
        return ErrorSeed(scope, optional, code, **arguments)
    if isinstance(value, dict) and "steps" in value:
        seed = members(value, "a result", "steps", "optional")
        return SessionSeed(scope, checks.flag("optional", seed.get("optional", False)), decode_steps(seed["steps"]))
    return SessionSeed(scope, False, decode_steps(value))


def encode_seed(seed: SessionSeed | ErrorSeed) -> dict[str, Any]:
    """Return a seed as decode_seed takes it."""
    if isinstance(seed, SessionSeed):
        return {"steps": [encode_step(step) for step in seed.steps], "optional": seed.optional}
    return {
        "error": seed.code,
        "message": seed.message,
        "operation": seed.operation,
        "times": seed.times,
        "session_id": seed.session_id,
        "optional": seed.optional,
    }


def encode_step(step: Step) -> dict[str, Any]:
    """Return a step as decode_step takes it."""
    if isinstance(step, ApiError):
        return {"error": step.code, "message": step.message}
    if isinstance(step, (Created, InProgress)):
        return {"status": step.status, "polls": step.polls, "seconds": step.seconds}
    return {"status": step.status, **(_encode_analysis(step) if isinstance(step, (Succeeded, Failed)) else {})}


def _encode_analysis(step: Finished) -> dict[str, Any]:
    given: dict[str, Any] = {"confidence": step.confidence, "sdk_type": step.sdk_type, "feedback": step.feedback}
    given["challenge"] = step.challenge and asdict(step.challenge)
    given = {name: value for name, value in given.items() if value is not None}
    # The server has placeholders of its own.
    if step.reference_image != PLACEHOLDER_REFERENCE_IMAGE:
        given["reference_image"] = step.reference_image and _encode_image(step.reference_image)
    if step.audit_images != PLACEHOLDER_AUDIT_IMAGES:
        images = step.audit_images
        given["audit_images"] = None if images is None else [_encode_image(image) for image in images]
    return given


def _encode_image(image: Image) -> dict[str, Any]:
    return {"data": base64.b64encode(image.data).decode(), "bounding_box": asdict(image.bounding_box)}


def encode_session(session: Session, seed: int | None = None) -> dict[str, Any]:
    """Return what a test may know of a session, with the number of the seed that it got."""
    return {
        "session_id": session.id,
        "seed": seed,
        "status": session.status,
        "poll_count": session.poll_count,
        "request": session.request,
        "created_at": session.created_at.isoformat(),
        "region": session.region_name,
        "account_id": session.account_id,
        "audit_images_limit": session.audit_images_limit,
    }


def encode_call(call: Call) -> dict[str, Any]:
    """Return a call as decode_call takes it."""
    return {
        "number": call.number,
        "operation": call.operation,
        "params": call.params,
        "session_id": call.session_id,
        "status": call.status,
        "confidence": call.confidence,
        "error": call.error,
        "message": call.message,
        "region": call.region_name,
        "account_id": call.account_id,
        "at": call.at.isoformat(),
    }


def decode_call(value: Mapping[str, Any]) -> Call:
    """Return a call."""
    facts = {name: fact for name, fact in value.items() if name not in ("region", "at")}
    return Call(region_name=value["region"], at=datetime.datetime.fromisoformat(value["at"]), **facts)


def encode_unused(seed: Seed) -> dict[str, Any]:
    """Return what to say about a seed that is not used up: as it was written, and where it is for."""
    return {
        "number": seed.number,
        "seed": str(seed),
        "optional": seed.optional,
        "session_id": seed.session_id,
        "region": seed.scope.region_name,
        "account_id": seed.scope.account_id,
    }
