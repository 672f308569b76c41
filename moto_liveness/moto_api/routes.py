"""The routes, beside moto's own under /moto-api. They work in a moto_liveness_server, and inside mock_aws.

Each is a few lines on the handle. An invalid request gets a 400 whose message says what is wrong.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import cast

from moto_liveness import _compat
from moto_liveness.control import serialize
from moto_liveness.control.local import LocalStore
from moto_liveness.control.remote import FACE_MODEL, PHOTOS, RESULTS, STATE
from moto_liveness.control.store import AnySeed
from moto_liveness.core import checks
from moto_liveness.core.images import is_picture
from moto_liveness.core.people import photo
from moto_liveness.core.scenarios import accepted, turned_away
from moto_liveness.core.script import Strictness
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.core.steps import ApiError, Expired
from moto_liveness.moto_api import web
from moto_liveness.moto_api.route import SCOPE, File, Redirect, Request, Route
from moto_liveness.rekognition.models import FaceLivenessSession
from moto_liveness.rekognitionstreaming import face_model

_STORE = LocalStore()
# The first bytes of a WebM.
_MATROSKA = b"\x1aE\xdf\xa3"
#: tools/openapi.py makes it.
_DOCUMENT = Path(__file__).parent / "openapi.json"


def queue_results(request: Request) -> object:
    """Queue results, one for each session, error or scenario: all of them or, if one is invalid, none."""
    results = request.members.get("results")
    if not isinstance(results, list) or not results:
        raise TypeError("results must be a list of results, one for each session")
    seeds = [seed for number, result in enumerate(results) for seed in _decode_result(number, result)]
    for seed in seeds:
        seed.scope = request.scope
    # Not through the handle: it would remember the seeds, and look for them at the end of a block that it has not.
    return {"seeds": [seed.number for seed in _STORE.add(seeds)]}


def show_state(request: Request) -> object:
    """Show the sessions, the calls and the seeds that are not used up, since a number of an earlier answer."""
    number, since = _STORE.last_number, request.count("since", 0)
    calls = [
        call
        for call in _STORE.calls(request.scope, since)
        if request.members.get("operation", call.operation) == call.operation
    ]
    sessions = _STORE.sessions(request.scope, since)
    limit = request.count("limit", len(calls) + len(sessions))
    default = _STORE.default(request.scope)
    return {
        "number": number,
        "sessions": [serialize.encode_session(session) for session in sessions[max(len(sessions) - limit, 0) :]],
        "calls": [serialize.encode_call(call) for call in calls[max(len(calls) - limit, 0) :]],
        "forgotten_calls": _STORE.forgotten_calls(),
        "unused_seeds": [serialize.describe_seed(seed) for seed in _STORE.unused_seeds(request.scope, since)],
        "outages": [serialize.describe_seed(seed) for seed in _STORE.outages(request.scope, since)],
        "unseeded_polls": _STORE.unseeded(since),
        "default": None if default is None else [serialize.encode_step(step) for step in default],
    }


def rollback(request: Request) -> object:
    """Forget everything that came after a number of an earlier answer."""
    _STORE.rollback(request.count("since"))
    return None


def show_seed(request: Request) -> object:
    """Show one seed."""
    return serialize.describe_seed(_STORE.seed(_number(request.name)))


def withdraw_seed(request: Request) -> object:
    """Withdraw one seed, also an outage that was raised."""
    _STORE.withdraw_seed(_number(request.name))
    return None


def set_strict(request: Request) -> object:
    """Set what is an error until a rollback: polls of sessions without a seed, and regions without Face Liveness."""
    flags = {name: checks.flag(name, value) for name, value in request.members.items()}
    _STORE.set_strictness(Strictness(**flags))
    return None


def withdraw(request: Request) -> object:
    """Remove the seeds that are not used up, all of them or those of a region or account."""
    request.face_liveness.withdraw()
    return None


def add_session(request: Request) -> object:
    """Add a session that exists now."""
    steps = serialize.decode_steps(request.members["steps"]) if "steps" in request.members else ()
    session = request.face_liveness.add_session(*steps, session_id=request.members.get("session_id"))
    return serialize.encode_session(session)


def show_session(request: Request) -> object:
    """Show one session."""
    return serialize.encode_session(request.face_liveness.session(request.name))


def show_image(request: Request) -> object:
    """Show an image that a poll would return now: "reference", or "audit-0" to "audit-3". It is not a poll."""
    session_id, name = request.names
    session = cast("FaceLivenessSession", request.face_liveness.session(session_id))
    images = session.images
    if name not in images:
        known = (
            f"Choose from: {', '.join(images)}."
            if images
            else f"It has none, because a poll would get {session.status or 'an error'}."
        )
        raise LookupError(f"session {session_id} has no image {checks.short_repr(name)} now. {known}")
    data = images[name].data
    return File(data, "image/jpeg" if is_picture(data) else "application/octet-stream")


def show_video(request: Request) -> object:
    """Show the video that a client streamed to a session."""
    stream = request.face_liveness.session(request.name).stream
    if stream is None:
        raise LookupError(f"nobody streamed to session {request.name}")
    video = stream.video
    return File(video, "video/webm" if video.startswith(_MATROSKA) else "application/octet-stream")


def show_console(request: Request) -> object:
    """Show the console, a page for a browser."""
    # A server answers with a slash at the end too, where the page would look for its files in the wrong place.
    return Redirect("../console") if request.path.endswith("/") else web.console_page()


def show_console_file(request: Request) -> object:
    """Show a file of the console."""
    return web.console_file(request.name)


def show_face_model(_: Request) -> object:
    """Show a face detector for Amplify's component, which sees a face in every picture."""
    return face_model.model_json()


def show_face_weights(_: Request) -> object:
    """Show the weights of that face detector."""
    return File(face_model.weights(), "application/octet-stream")


def set_outcome(request: Request) -> object:
    """Set the outcome of a session, from now on."""
    session = request.face_liveness.session(request.name)
    session.set_outcome(*serialize.decode_steps(request.members.get("steps")))
    return serialize.encode_session(session)


def set_default(request: Request) -> object:
    """Set the steps of sessions without a seed."""
    request.face_liveness.set_default(*serialize.decode_steps(request.members.get("steps")))
    return None


def set_after_expiry(request: Request) -> object:
    """Set what a poll gets once the three minutes of a session are over."""
    step = cast("Expired | ApiError", serialize.decode_step(request.members.get("step")))
    request.face_liveness.set_after_expiry(step)
    return None


def show_scenarios(request: Request) -> object:
    """Show the scenarios, the outcomes that an application must survive, for a threshold and a person."""
    person = request.members.get("person")
    threshold = request.number("threshold", 90)
    kinds = {"accepted": accepted(threshold, person), "turned_away": turned_away(threshold, person)}
    return {name: [serialize.encode_scenario(scenario) for scenario in found] for name, found in kinds.items()}


def make_photo(request: Request) -> object:
    """Make a picture that says who is in it, for CompareFaces and DetectFaces."""
    given = {name: value for name, value in request.members.items() if value is not None}
    people = given.pop("people", None)
    if not isinstance(people, list):
        raise TypeError(f"people must be a list of names, not {checks.short_repr(people)}")
    if "of" in given:
        given["of"] = serialize.decode_bytes("of", given["of"])
    if "bounding_boxes" in given:
        given["bounding_boxes"] = serialize.decode_boxes(given["bounding_boxes"])
    return File(photo(*people, **given), "image/jpeg")


def show_openapi(_: Request) -> object:
    """Show this document."""
    return json.loads(_DOCUMENT.read_text("utf-8"))


def _decode_result(number: int, result: object) -> list[AnySeed]:
    try:
        seeds = serialize.decode_seeds(result)
        if any(isinstance(seed, ExceptionSeed) for seed in seeds) and not _compat.can_break_connections():
            raise ValueError("moto's proxy cannot break a connection: use moto_liveness_server")
        return seeds
    except (TypeError, ValueError) as error:
        raise ValueError(f"results[{number}]: {error}") from None


def _number(name: str) -> int:
    if not re.fullmatch("[0-9]{1,18}", name):
        raise LookupError(f"there is no seed {checks.short_repr(name)} here: seeds have numbers")
    return int(name)


#: The page.
CONSOLE = f"{STATE}/console"
_SEED = f"{STATE}/seeds/{{number}}"
_SESSION = f"{STATE}/sessions/{{session_id}}"

ROUTES = (
    Route("POST", RESULTS, queue_results, SCOPE, ("results",), response="Queued"),
    Route("POST", PHOTOS, make_photo, ("likeness", "of", "bounding_boxes"), ("people",), response="Photo"),
    Route("GET", f"{STATE}/scenarios", show_scenarios, ("threshold", "person"), in_query=True, response="Scenarios"),
    Route("GET", STATE, show_state, (*SCOPE, "since", "limit", "operation"), in_query=True, response="State"),
    Route("DELETE", STATE, rollback, (), ("since",), in_query=True),
    Route("DELETE", f"{STATE}/seeds", withdraw, SCOPE),
    Route("GET", _SEED, show_seed, in_query=True, response="Seed"),
    Route("DELETE", _SEED, withdraw_seed),
    Route("POST", f"{STATE}/sessions", add_session, (*SCOPE, "steps", "session_id"), response="Session"),
    Route("GET", _SESSION, show_session, SCOPE, in_query=True, response="Session"),
    Route("GET", f"{_SESSION}/images/{{name}}", show_image, SCOPE, in_query=True, response="Picture"),
    Route("GET", f"{_SESSION}/video", show_video, SCOPE, in_query=True, response="Video"),
    Route("PUT", _SESSION, set_outcome, (), ("steps",), response="Session"),
    Route("PUT", f"{STATE}/strict", set_strict, ("assert_all_seeded", "strict_regions")),
    Route("PUT", f"{STATE}/default", set_default, SCOPE, ("steps",)),
    Route("PUT", f"{STATE}/after-expiry", set_after_expiry, SCOPE, ("step",)),
    Route("GET", f"{FACE_MODEL}/model.json", show_face_model, in_query=True, response="Document"),
    Route("GET", f"{FACE_MODEL}/face.bin", show_face_weights, in_query=True, response="Weights"),
    Route("GET", CONSOLE, show_console, in_query=True, response="Page"),
    Route("GET", f"{CONSOLE}/{{file}}", show_console_file, in_query=True, response="PageFile"),
    Route("GET", f"{STATE}/openapi.json", show_openapi, in_query=True, response="Document"),
)
