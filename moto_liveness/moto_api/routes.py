"""Server: the routes, beside moto's own under /moto-api. They work in a moto_liveness_server, and inside mock_aws.

openapi.json describes them. A wrong request gets a JSON object whose "message" is the sentence that Python would raise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlparse

from moto_liveness import _compat
from moto_liveness.control import serialize as wire
from moto_liveness.control.local import LocalStore, always_ready, check_scope, sessions_in
from moto_liveness.control.remote import RESULTS, STATE
from moto_liveness.core import checks
from moto_liveness.core.seeds import Scope, SessionSeed
from moto_liveness.core.session import Session, check_session_id
from moto_liveness.core.steps import ApiError, Created, Expired
from moto_liveness.rekognition.script import current_script

_PLACE = ("account_id", "region")
_STORE = LocalStore(always_ready)
_DOCUMENT = Path(__file__).parent / "openapi.json"


class Request(NamedTuple):
    """What the routes need of a request."""

    path: str
    query: Mapping[str, list[str]]
    body: bytes

    def members(self, *allowed: str) -> dict[str, Any]:
        """Return the members of the body, a JSON object that has none but the allowed ones."""
        try:
            body = json.loads(self.body or b"{}", object_pairs_hook=_without_duplicates)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"the body is not valid JSON: {error}") from None
        return wire.members(body, "the body", *allowed)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        twice = next(name for n, (name, _) in enumerate(pairs) if name in dict(pairs[:n]))
        raise ValueError(f"{checks.shown(twice)} is there twice")
    return members


Answer = tuple[int, object]


class _UnknownSessionError(LookupError):
    """There is no session with the id of the path."""


def add_results(request: Request) -> Answer:
    """Queue results, all of them or, if one is wrong, none."""
    body = request.members(*_PLACE, "results")
    results = body.get("results")
    if not isinstance(results, list) or not results:
        raise TypeError("results must be a list of results, one for each session")
    scope = check_scope(wire.decode_scope(body))
    seeds = [_numbered(f"results[{n}]", wire.decode_seed, result, scope) for n, result in enumerate(results)]
    _STORE.add_all(seeds)
    return 201, {"seeds": [seed.number for seed in seeds]}


def show(_: Request) -> Answer:
    """Show the sessions, the calls and the seeds that are not used up."""
    with current_script().lock:
        seeds = _seeds()
        return 200, {
            "number": current_script().next_number(),
            "sessions": [wire.encode_session(one, seeds.get(one.id)) for one in sessions_in(Scope())],
            "calls": [wire.encode_call(call) for call in current_script().calls],
            "unused_seeds": [wire.encode_unused(seed) for seed in _STORE.unused_seeds()],
        }


def take_back(request: Request) -> Answer:
    """Take back what has come since a number was the last."""
    since = request.query.get("since", [""])[-1]
    if not re.fullmatch("[0-9]{1,18}", since):
        raise ValueError(f"since must be the number of an earlier answer, not {checks.shown(since)}")
    _STORE.take_back(int(since))
    return 204, None


def withdraw(request: Request) -> Answer:
    """Withdraw what is left of the seeds, of all or of those for a place."""
    _STORE.withdraw(check_scope(wire.decode_scope(request.members(*_PLACE))))
    return 204, None


def add_session(request: Request) -> Answer:
    """Add a session that exists now."""
    body = request.members(*_PLACE, "steps", "session_id")
    scope = check_scope(wire.decode_scope(body))
    place = Scope(scope.region_name or _compat.default_region(), scope.account_id or _compat.default_account())
    steps = wire.decode_steps(body["steps"]) if "steps" in body else (Created(),)
    session_id = body.get("session_id")
    if session_id is not None:
        check_session_id(session_id)
    return 201, wire.encode_session(_STORE.add_session(place, steps, session_id))


def show_session(request: Request) -> Answer:
    """Show one session."""
    session = _session(request)
    return 200, wire.encode_session(session, _seeds().get(session.id))


def set_outcome(request: Request) -> Answer:
    """Set the outcome of a session, from now on."""
    session = _session(request)
    session.set_outcome(*wire.decode_steps(request.members("steps").get("steps")))
    return 200, wire.encode_session(session, _seeds().get(session.id))


def set_default(request: Request) -> Answer:
    """Set the steps of the sessions that nobody queued."""
    body = request.members(*_PLACE, "steps")
    _STORE.set_default(check_scope(wire.decode_scope(body)), wire.decode_steps(body.get("steps")))
    return 204, None


def set_after_expiry(request: Request) -> Answer:
    """Set what a poll gets once the three minutes are over."""
    body = request.members(*_PLACE, "step")
    step = wire.decode_step(body.get("step"))
    if not isinstance(step, (Expired, ApiError)):
        raise TypeError("after three minutes a session is EXPIRED or answers with an error")
    _STORE.set_after_expiry(check_scope(wire.decode_scope(body)), step)
    return 204, None


def describe(_: Request) -> Answer:
    """Show the OpenAPI document of these routes."""
    return 200, json.loads(_DOCUMENT.read_text("utf-8"))


Verb = Callable[[Request], Answer]

#: Path (as moto writes paths, a regular expression) and method of each route.
ROUTES: dict[str, dict[str, Verb]] = {
    f"{RESULTS}$": {"POST": add_results},
    f"{STATE}$": {"GET": show, "DELETE": take_back},
    f"{STATE}/seeds$": {"DELETE": withdraw},
    f"{STATE}/sessions$": {"POST": add_session},
    f"{STATE}/sessions/(?P<session_id>[^/]+)$": {"GET": show_session, "PUT": set_outcome},
    f"{STATE}/default$": {"PUT": set_default},
    f"{STATE}/after-expiry$": {"PUT": set_after_expiry},
    f"{STATE}/openapi.json$": {"GET": describe},
}


def _seeds() -> dict[str | None, int]:
    """Return the number of the seed that each session got."""
    return {seed.session_id: seed.number for seed in current_script().seeds if isinstance(seed, SessionSeed)}


def _session(request: Request) -> Session:
    session_id = request.path.rpartition("/")[2]
    for session in sessions_in(Scope()):
        if session.id == session_id:
            return session
    raise _UnknownSessionError(f"there is no session {checks.shown(session_id)}.")


def _numbered(name: str, decode: Callable[[object, Scope], Any], value: object, scope: Scope) -> Any:
    try:
        return decode(value, scope)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from None


def handler(verbs: Mapping[str, Verb]) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    """Return what moto calls for a path."""

    def handle(request: Any, full_url: str, _headers: Any) -> tuple[int, dict[str, str], bytes]:
        method, body = _compat.http_request(request)
        url = urlparse(full_url)
        verb = verbs.get(method)
        answer: object
        if verb is None:
            status, answer = 405, _message(f"{method} does not exist for {url.path}. There is: {', '.join(verbs)}.")
        else:
            status, answer = _answer(verb, Request(url.path, parse_qs(url.query), body))
        sent = b"" if answer is None else json.dumps(answer).encode()
        return status, {"Content-Type": "application/json", "Allow": ", ".join(verbs)}, sent

    return handle


def _answer(verb: Verb, request: Request) -> Answer:
    try:
        return verb(request)
    except _UnknownSessionError as error:
        return 404, _message(str(error))
    except (TypeError, ValueError) as error:
        return 400, _message(str(error))


def _message(message: str) -> dict[str, str]:
    return {"message": message}
