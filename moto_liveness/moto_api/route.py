"""A route: where it is, what it takes, and how an HTTP request reaches it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlparse

from moto_liveness import _compat
from moto_liveness.control import serialize
from moto_liveness.control.face_liveness import FaceLiveness, handle_of_this_process
from moto_liveness.core import checks
from moto_liveness.core.scope import Scope
from moto_liveness.core.stream import VideoDroppedError

_HANDLE = handle_of_this_process()

#: The keys of a request that is about one region or account.
SCOPE = ("account_id", "region")

# A browser must not guess what the bytes of a client are, and must not show what was true before.
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


@dataclass(frozen=True)
class Request:
    """What the function of a route gets."""

    #: A handle for the region and account of the request.
    face_liveness: FaceLiveness
    scope: Scope
    #: The members of the body, or the parameters of the query.
    members: dict[str, Any]
    #: The path of the URL, which may end with a slash that the route has not.
    path: str
    #: The segments of the path that name something, such as a session or a seed.
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The first segment of the path that names something."""
        return self.names[0]

    def count(self, name: str, default: int | None = None) -> int:
        """Return a parameter of the query that is a whole number."""
        if default is None and name not in self.members:
            raise ValueError(f"{name} is missing, the number of an earlier answer")
        given = self.members.get(name, str(default))
        if not re.fullmatch("[0-9]{1,18}", given):
            raise ValueError(f"{name} must be a whole number, not {checks.short_repr(given)}")
        return int(given)

    def number(self, name: str, default: float) -> float:
        """Return a parameter of the query that is a number."""
        given = self.members.get(name, str(default))
        try:
            return float(given)
        except ValueError:
            raise ValueError(f"{name} must be a number, not {checks.short_repr(given)}") from None


class File(NamedTuple):
    """An answer that is not JSON."""

    data: bytes
    content_type: str
    headers: Mapping[str, str] = MappingProxyType({})


class Redirect(NamedTuple):
    """An answer that sends a browser elsewhere."""

    #: Relative to the URL of the request.
    location: str


@dataclass(frozen=True)
class Route:
    """A method and a path, the function that answers them, and the keys that the function takes."""

    method: str
    #: As OpenAPI writes paths: "/sessions/{session_id}".
    path: str
    answer: Callable[[Request], object]
    optional: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    in_query: bool = False
    #: The schema of the answer; None for no answer.
    response: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status of an answer."""
        if self.response is None:
            return 204
        return 201 if self.method == "POST" else 200

    @property
    def pattern(self) -> str:
        """The path as moto writes paths: a regular expression behind a host."""
        return "{0}" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path) + "$"

    def request(self, path: str, query: str, body: bytes) -> Request:
        """Return the request. Raise ValueError or TypeError if it has other keys than the route takes."""
        allowed = (*self.required, *self.optional)
        parameters = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
        members = serialize.members(parameters, "the query", *(allowed if self.in_query else ()))
        if not self.in_query:
            members = serialize.members(_parse(body), "the body", *allowed)
        scope = serialize.decode_scope(members)
        face_liveness = _HANDLE.at(scope.region_name, scope.account_id)
        named = re.search(self.pattern.removeprefix("{0}"), path)
        return Request(face_liveness, scope, members, path, tuple(map(unquote, named.groups() if named else ())))


def url_paths(routes: Sequence[Route]) -> dict[str, Callable[..., tuple[int, dict[str, str], bytes]]]:
    """Return the routes as moto's url_paths have them: a handler for each path."""
    by_pattern: dict[str, dict[str, Route]] = {}
    for route in routes:
        by_pattern.setdefault(route.pattern, {})[route.method] = route
    return {pattern: _handler(methods) for pattern, methods in by_pattern.items()}


def _handler(methods: dict[str, Route]) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    def handle(request: Any, full_url: str, _headers: Any) -> tuple[int, dict[str, str], bytes]:
        method, body = _compat.http_request(request)
        url = urlparse(full_url)
        if method in methods:
            status, answer = _answer(methods[method], url.path, url.query, body)
        else:
            status, answer = 405, _message(f"{url.path} has no method {method}. Choose from: {', '.join(methods)}.")
        if isinstance(answer, Redirect):
            status, answer = 308, File(b"", "text/plain", {"Location": answer.location})
        if not isinstance(answer, File):
            answer = File(b"" if answer is None else json.dumps(answer).encode(), "application/json")
        headers = {"Content-Type": answer.content_type, "Allow": ", ".join(methods), **_HEADERS, **answer.headers}
        return status, headers, answer.data

    return handle


def _answer(route: Route, path: str, query: str, body: bytes) -> tuple[int, object]:
    try:
        return route.status, route.answer(route.request(path, query, body))
    except (TypeError, ValueError) as error:
        return 400, _message(str(error))
    except LookupError as error:
        if isinstance(error, (KeyError, IndexError)):  # a bug, not an unknown session
            raise
        return 410 if isinstance(error, VideoDroppedError) else 404, _message(str(error))


def _message(message: str) -> dict[str, str]:
    return {"message": message}


def _parse(body: bytes) -> object:
    try:
        return json.loads(body or b"{}", object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the body is not valid JSON: {error}") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"{checks.short_repr(name)} is there twice")
        members[name] = value
    return members
