"""A route: the address of a command, and how an HTTP request becomes the command and its answer a response."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlparse

from moto_liveness import _compat
from moto_liveness.core import checks
from moto_liveness.core.codecs import arguments, codecs_of, is_required, members
from moto_liveness.core.commands import HANDLE, Command
from moto_liveness.core.lines import told, untold
from moto_liveness.core.script import SeedGoneError
from moto_liveness.core.stream import VideoDroppedError
from moto_liveness.rekognition.notices import tell

# A browser must not guess what the bytes of a client are, and must not show what was true before.
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
# A part of a path that names something.
_NAMED = re.compile(r"\{(\w+)\}")


class File(NamedTuple):
    """An answer that is not JSON."""

    data: bytes
    content_type: str
    headers: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Route:
    """A command over HTTP."""

    command: type[Command[Any]]
    #: Carries the command out.
    do: Callable[[Any], object]

    @property
    def method(self) -> str:
        """The method of the request."""
        return self.command.at[0]

    @property
    def path(self) -> str:
        """The path, as OpenAPI writes paths: "/sessions/{session_id}"."""
        return self.command.at[1]

    @property
    def status(self) -> int:
        """The HTTP status of an answer."""
        if self.command.answer is None:
            return 204
        return 201 if self.method == "POST" else 200

    @property
    def pattern(self) -> str:
        """The path as moto writes paths: a regular expression behind a host."""
        return "{0}" + _NAMED.sub(r"(?P<\1>[^/]+)", self.path) + "$"

    def answer(self, path: str, query: str, body: bytes) -> object:
        """Carry out the command of a request. Raise ValueError or TypeError if it has other keys than the command."""
        known = codecs_of(self.command).items()
        required_first = sorted(known, key=lambda item: not is_required(item[1][0]))
        keys = [key for key, _ in required_first if f"{{{key}}}" not in self.path]
        parameters = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
        given = members(parameters, "the query", *(keys if self.command.in_query() else ()))
        if not self.command.in_query():
            given = members(_parse(body), "the body", *keys)
        # A server answers with a slash at the end too.
        named = re.search(self.pattern.removeprefix("{0}"), path.rstrip("/"))
        in_path = {name: unquote(value) for name, value in named.groupdict().items()} if named else {}
        done = self.do(self.command(**arguments(self.command, {**given, **in_path})))
        answer = self.command.answer
        return done if answer is None or answer.media or isinstance(done, dict) else answer.codec.encode(done)


def url_paths(routes: Sequence[Route]) -> dict[str, Callable[..., tuple[int, dict[str, str], bytes]]]:
    """Return the routes as moto's url_paths have them: a handler for each path."""
    by_pattern: dict[str, dict[str, Route]] = {}
    for route in routes:
        by_pattern.setdefault(route.pattern, {})[route.method] = route
    return {pattern: _handler(methods) for pattern, methods in by_pattern.items()}


def _handler(methods: dict[str, Route]) -> Callable[..., tuple[int, dict[str, str], bytes]]:
    def handle(request: Any, full_url: str, headers: Any) -> tuple[int, dict[str, str], bytes]:
        method, body = _compat.http_request(request)
        url = urlparse(full_url)
        if method in methods:
            # A handle has warned in its own process.
            with untold() if HANDLE in headers else told(_log):
                status, answer = _answer(methods[method], url.path, url.query, body)
        else:
            status, answer = 405, _message(f"{url.path} has no method {method}. Choose from: {', '.join(methods)}.")
        if isinstance(answer, File) and answer.content_type.startswith("text/html") and url.path.endswith("/"):
            # A server answers with a slash at the end too, where the page would look for its files in the wrong place.
            status, answer = 308, File(b"", "text/plain", {"Location": f"../{url.path.split('/')[-2]}"})
        if not isinstance(answer, File):
            answer = File(b"" if answer is None else json.dumps(answer).encode(), "application/json")
        answered = {"Content-Type": answer.content_type, "Allow": ", ".join(methods), **_HEADERS, **answer.headers}
        return status, answered, answer.data

    return handle


def _log(message: str, category: type[Warning]) -> None:
    tell(message, category, in_process=False)


def _answer(route: Route, path: str, query: str, body: bytes) -> tuple[int, object]:
    try:
        return route.status, route.answer(path, query, body)
    except (TypeError, ValueError) as error:
        return 400, _message(str(error))
    except LookupError as error:
        if isinstance(error, (KeyError, IndexError)):  # a bug, not an unknown session
            raise
        if isinstance(error, SeedGoneError):
            return 404, {**_message(str(error)), "fate": error.fate}
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
