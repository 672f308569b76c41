"""Steps, seeds, sessions and calls as JSON and back. The keys of a step are the fields of its class.

A value that cannot be decoded raises what Python would raise for it.
"""

from __future__ import annotations

import base64
import binascii
import datetime
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any

from moto_liveness.control.scenario import network_failure, seeds_of
from moto_liveness.control.store import AnySeed
from moto_liveness.core import checks
from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.calls import Call
from moto_liveness.core.challenge import Challenge
from moto_liveness.core.images import Image, is_picture
from moto_liveness.core.operations import NETWORK_FAILURES, operation_named
from moto_liveness.core.scenarios import Scenario, scenario_named
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import CallSeed, ErrorSeed, ExceptionSeed, SessionSeed
from moto_liveness.core.session import ScriptedSession, Session
from moto_liveness.core.steps import STEPS, ApiError, Step
from moto_liveness.core.stream import Stream

_STATUSES: dict[str, type[Step]] = {kind.status: kind for kind in STEPS if kind.status}


def members(value: object, what: str, *allowed: str) -> dict[str, Any]:
    """Return the members of a JSON object that has no other members than the allowed ones."""
    if not isinstance(value, dict):
        raise TypeError(f"{what} must be an object, not {checks.short_repr(value)}")
    for name in value:
        if name not in allowed:
            hint = checks.did_you_mean(name, allowed) if allowed else "It takes none."
            raise ValueError(f"{what} has no member {checks.short_repr(name)}. {hint}")
    return value


def _whole(value: object, what: str, *names: str) -> dict[str, Any]:
    """Return the members of a JSON object that has all of the names and no others."""
    given = members(value, what, *names)
    missing = [name for name in names if name not in given]
    if missing:
        raise TypeError(f"{what} needs {', '.join(missing)}")
    return given


def encode_scope(scope: Scope) -> dict[str, str | None]:
    """Return a scope in moto's keys."""
    return {"region": scope.region_name, "account_id": scope.account_id}


def decode_scope(given: Mapping[str, Any]) -> Scope:
    """Return a scope from moto's keys; any region or account if a key is left out."""
    for name in ("region", "account_id"):
        if given.get(name) is not None:
            checks.text(name, given[name])
    return Scope(given.get("region"), given.get("account_id"))


def decode_steps(value: object) -> tuple[Step, ...]:
    """Return the steps of one session, from an object or a list of objects."""
    if value == []:
        raise ValueError('steps must have at least one step, as in [{"status": "SUCCEEDED", "confidence": 97.3}]')
    return tuple(map(decode_step, value if isinstance(value, list) else [value]))


def decode_step(value: object) -> Step:
    """Return a step, from {"status": ...} with the fields of its class, or {"error": code, "message": ...}."""
    if isinstance(value, dict) and "error" in value:
        given = members(value, "an error", "error", "message")
        return ApiError(given["error"], given.get("message"))
    if isinstance(value, dict) and value and "status" not in value:
        return _refuse_step(value)
    if not isinstance(value, dict) or "status" not in value:
        raise TypeError(f"a step must be an object with a status or an error, not {checks.short_repr(value)}")
    status = checks.choice("status", value["status"], _STATUSES)
    kind = _STATUSES[status]
    given = members(value, f"a step with status {status}", "status", *(field.name for field in fields(kind)))
    missing = [field.name for field in fields(kind) if field.default is MISSING and field.name not in given]
    if missing:
        raise TypeError(f"a step with status {status} needs {', '.join(missing)}")
    return kind(**{name: _decode_argument(name, argument) for name, argument in given.items() if name != "status"})


def _refuse_step(value: dict[str, Any]) -> Step:
    name = next((name for name in value if checks.close_match(name, ("status", "error"))), next(iter(value)))
    hint = checks.did_you_mean(name, ("status", "error"))
    raise ValueError(f"a step has no member {checks.short_repr(name)}, and needs a status or an error. {hint}")


def _decode_argument(name: str, value: Any) -> Any:
    decode = _DECODERS.get(name)
    return value if decode is None or value is None else decode(value)


def _decode_image(value: object) -> Image:
    """Return an image, from base64 or {"data": ..., "bounding_box": {"left": ...}, "raw": true}, never from a path.

    raw allows bytes that are not a picture: "images/alice" is base64 too, and probably meant as a path.
    """
    image = {"data": value} if isinstance(value, str) else members(value, "an image", "data", "bounding_box", "raw")
    data = decode_bytes("an image", checks.text("data", image.get("data")))
    if data and not is_picture(data) and not checks.flag("raw", image.get("raw", False)):
        raise ValueError(
            f"the image is not a JPEG in base64, it begins with {data[:8]!r}: AWS sends JPEG. "
            'Pass a JPEG, or {"data": ..., "raw": true} for bytes that are answered as they are.'
        )
    box = image.get("bounding_box")
    return Image(data, None if box is None else _decode_box(box))


def decode_bytes(name: str, value: object) -> bytes:
    """Return bytes from base64."""
    try:
        return base64.b64decode(checks.text(name, value), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{name} must be a JPEG in base64: a server reads no files, so it takes no path") from None


def decode_boxes(value: object) -> list[BoundingBox]:
    """Return bounding boxes from a list of objects."""
    if not isinstance(value, list):
        raise TypeError(f"bounding_boxes must be a list of boxes, not {checks.short_repr(value)}")
    return [_decode_box(box) for box in value]


def _decode_box(value: object) -> BoundingBox:
    return BoundingBox(**_whole(value, "bounding_box", *(field.name for field in fields(BoundingBox))))


def _decode_images(value: object) -> list[Image]:
    # Python takes any iterable here, and a path as an image. A client must not be able to name either.
    if not isinstance(value, list):
        raise TypeError(f"audit_images must be a list of images, not {checks.short_repr(value)}")
    return [_decode_image(image) for image in value]


def _decode_challenge(value: object) -> Challenge:
    return Challenge(**_whole(value, "challenge", *(field.name for field in fields(Challenge))))


_DECODERS: dict[str, Callable[[Any], object]] = {
    "reference_image": _decode_image,
    "audit_images": _decode_images,
    "challenge": _decode_challenge,
}


def encode_step(step: Step) -> dict[str, Any]:
    """Return a step as decode_step takes it, without the arguments that have their defaults."""
    values = {field.name: (getattr(step, field.name), field.default) for field in fields(step)}
    given = {name: _encode_argument(value) for name, (value, default) in values.items() if value != default}
    return {"status": step.status, **given} if step.status else {"error": given.pop("code"), **given}


def _encode_argument(value: object) -> object:
    if isinstance(value, Image):
        raw = {} if is_picture(value.data) else {"raw": True}
        return {"data": base64.b64encode(value.data).decode(), "bounding_box": asdict(value.bounding_box), **raw}
    if isinstance(value, Challenge):
        return asdict(value)
    return [_encode_argument(item) for item in value] if isinstance(value, tuple) else value


_CALL_KEYS = ("operation", "times", "session_id", "optional", "queued_at", "scenario")


def decode_seeds(value: object) -> list[AnySeed]:
    """Return the seeds of a scenario, from {"scenario": name, ...}, or one seed as decode_seed does."""
    if isinstance(value, dict) and "scenario" in value and not {"steps", "error", "exception"} & set(value):
        named = ("scenario", "threshold", "person")
        given = members(value, "a scenario", *named, "session_id", "optional", "queued_at")
        scenario = scenario_named(given["scenario"], given.get("threshold", 90), given.get("person"))
        beside = {name: argument for name, argument in given.items() if name not in named}
        return seeds_of((scenario,), requested_id=beside.pop("session_id", None), **beside)
    return [decode_seed(value)]


def decode_seed(value: object) -> AnySeed:
    """Return a seed, from a step, a list of steps, {"steps": ...}, {"error": code, ...} or {"exception": name, ...}."""
    if isinstance(value, dict) and "error" in value:
        given = _call_seed(value, "an error", "error", "message", "http_status", "when")
        return ErrorSeed(code=given.pop("error"), **given)
    if isinstance(value, dict) and "exception" in value:
        given = _call_seed(value, "an exception", "exception")
        return ExceptionSeed(exception=_decode_exception(given.pop("exception")), **given)
    if isinstance(value, dict) and "steps" in value:
        given = {**members(value, "a result", "steps", "optional", "session_id", "queued_at", "scenario")}
        return SessionSeed(steps=decode_steps(given.pop("steps")), requested_id=given.pop("session_id", None), **given)
    if isinstance(value, list) and value and all(isinstance(step, dict) and "error" in step for step in value):
        raise ValueError(
            'a list is one session, and this one has nothing but errors: write {"steps": [...]} if its polls get them, '
            'or {"error": ...} without a list for the next calls'
        )
    return SessionSeed(steps=decode_steps(value))


def _call_seed(value: dict[str, Any], what: str, *keys: str) -> dict[str, Any]:
    given = {**members(value, what, *keys, *_CALL_KEYS)}
    if "operation" in given:
        given["operation"] = operation_named(given["operation"])
    return given


def _decode_exception(name: object) -> Exception:
    if not isinstance(name, str) or name not in NETWORK_FAILURES:
        raise ValueError(
            f"exception {checks.short_repr(name)} cannot happen on a connection that a server has accepted. "
            f"Choose from: {', '.join(NETWORK_FAILURES)}."
        )
    return network_failure(name)


def encode_seed(seed: AnySeed) -> dict[str, Any]:
    """Return a seed as decode_seed takes it."""
    if isinstance(seed, SessionSeed):
        steps = [encode_step(step) for step in seed.steps]
        given: dict[str, Any] = {"steps": steps, "session_id": seed.requested_id}
    else:
        given = {"operation": seed.operation.name, "times": seed.times, "session_id": seed.session_id}
    if isinstance(seed, ErrorSeed):
        given |= {"error": seed.code, "message": seed.message, "http_status": seed.http_status}
        given |= {"when": seed.when}
    if isinstance(seed, ExceptionSeed):
        _decode_exception(seed.error)
        given |= {"exception": seed.error}
    return {**given, "optional": seed.optional, "queued_at": seed.queued_at, "scenario": seed.scenario}


def encode_scenario(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario with its steps as decode_steps takes them."""
    steps = [encode_step(step) for step in scenario.steps]
    return {field.name: getattr(scenario, field.name) for field in fields(Scenario)} | {"steps": steps}


def describe_seed(seed: AnySeed) -> dict[str, Any]:
    """Return what a test may know of a seed, with the call that queued it."""
    return {
        "number": seed.number,
        "seed": str(seed),
        "operation": seed.operation.name if isinstance(seed, CallSeed) else None,
        "error": seed.error if isinstance(seed, CallSeed) else None,
        "used": seed.used,
        "optional": seed.optional,
        "withdrawn": seed.withdrawn,
        "scenario": seed.scenario,
        "session_id": seed.session_id,
        **encode_scope(seed.scope),
    }


def encode_session(session: Session) -> dict[str, Any]:
    """Return what a test may know of a session, with the number of the seed that it got."""
    seed = session.seed if isinstance(session, ScriptedSession) else None
    now = {"seed": seed.number if seed else None, "status": session.status, "poll_count": session.poll_count}
    now["number"] = getattr(session, "number", 0)
    images = {"images": [*getattr(session, "images", ())]}
    stream = {"stream": session.stream and encode_stream(session.stream), "waits_for_stream": session.waits_for_stream}
    return {**now, **images, **stream, **_encode_fields(Session, session)}


def decode_session(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a session."""
    return _decode_fields(Session, facts)


def encode_stream(stream: Stream) -> dict[str, Any]:
    """Return what a test may know of a stream, without its video."""
    facts = _encode_fields(Stream, stream)
    return {**facts, "challenge": asdict(stream.challenge), "seconds": stream.seconds, "colors": stream.colors}


def decode_stream(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a stream."""
    return {**_decode_fields(Stream, facts), "challenge": Challenge(**facts["challenge"])}


def encode_call(call: Call) -> dict[str, Any]:
    """Return a call as decode_call takes it."""
    return _encode_fields(Call, call)


def decode_call(facts: Mapping[str, Any]) -> Call:
    """Return a call."""
    given = _decode_fields(Call, facts)
    return Call(**{**given, "people": tuple(None if names is None else tuple(names) for names in given["people"])})


# The fields whose key is another one: a session is always named by its id, and region is moto's own key.
_KEYS = {"id": "session_id", "region_name": "region"}
_TIMES = ("at", "created_at", "started_at", "ended_at")


def _encode_fields(kind: type[Call | Session | Stream], value: Call | Session | Stream) -> dict[str, Any]:
    facts = {field.name: getattr(value, field.name) for field in fields(kind)}
    facts |= {name: facts[name].isoformat() for name in _TIMES if facts.get(name)}
    return {_KEYS.get(name, name): fact for name, fact in facts.items()}


def _decode_fields(kind: type[Call | Session | Stream], facts: Mapping[str, Any]) -> dict[str, Any]:
    given = {field.name: facts[_KEYS.get(field.name, field.name)] for field in fields(kind)}
    times = {name: datetime.datetime.fromisoformat(given[name]) for name in _TIMES if given.get(name)}
    return {**given, **times}
