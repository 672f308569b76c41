"""A route: the address of a command, and how an HTTP request becomes the command and its answer a response."""

from __future__ import annotations

import contextlib
import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import ParseResult, parse_qs, unquote, urlparse

from moto_liveness import _compat
from moto_liveness.core import checks, strict_json
from moto_liveness.core.codecs import arguments, codecs_of, is_required, members, require
from moto_liveness.core.commands import COMMAND, HANDLE, LIFE, PATH_PARAMETER, Command
from moto_liveness.core.lines import told, untold
from moto_liveness.core.script import NUMBERS, SeedGoneError
from moto_liveness.core.stream import VideoDroppedError
from moto_liveness.moto_api import browsers
from moto_liveness.moto_api.repeats import Repeats
from moto_liveness.rekognition.notices import tell

# A browser must not guess the type of a client's bytes, and must not show an old answer.
_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}
_LOG = logging.getLogger("moto_liveness")


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
        return "{0}" + PATH_PARAMETER.sub(r"(?P<\1>[^/]+)", self.path) + "$"

    def command_of(self, path: str, query: str, body: bytes) -> Command[Any]:
        """Return the command of a request. Raise ValueError or TypeError if it has other keys than the command."""
        known = codecs_of(self.command).items()
        required_first = sorted(known, key=lambda item: not is_required(item[1][0]))
        keys = [key for key, _ in required_first if f"{{{key}}}" not in self.path]
        parameters = {name: values[-1] for name, values in parse_qs(query, keep_blank_values=True).items()}
        what = "the query"
        given = members(parameters, what, *(keys if self.command.in_query() else ()))
        if not self.command.in_query():
            what = "the body"
            given = members(_parse(body), what, *keys)
        # A path may have a trailing slash on a server.
        named = re.search(self.pattern.removeprefix("{0}"), path.rstrip("/"))
        in_path = {name: unquote(value) for name, value in named.groupdict().items()} if named else {}
        require(self.command, what, {**given, **in_path})
        return self.command(**arguments(self.command, {**given, **in_path}))

    def encode(self, done: object) -> object:
        """Return the content of the response: JSON, a file, or None."""
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
        for_every_page = all(route.command.for_every_page for route in methods.values())
        refused = None if for_every_page else browsers.refusal(headers, _compat.listening_address(request))
        # A handle has warned in its own process, and its test is written in Python.
        with untold() if HANDLE in headers else _for_http():
            status, answer = (403, _message(refused)) if refused else _reply(methods, method, url, body, headers)
        if answer.content_type.startswith("text/html") and url.path.endswith("/"):
            # With a trailing slash, which a server accepts too, the page would look for its files in the wrong place.
            status, answer = 308, File(b"", "text/plain", {"Location": f"../{url.path.split('/')[-2]}"})
        named = {"Content-Type": answer.content_type, "Allow": ", ".join(methods)}
        return status, {**named, **_HEADERS, **answer.headers}, answer.data

    return handle


def _reply(
    methods: Mapping[str, Route], method: str, url: ParseResult, body: bytes, headers: Mapping[str, str]
) -> tuple[int, File]:
    if headers.get(LIFE) not in (None, NUMBERS.life):
        return 412, _message("the server was restarted: its earlier seeds, sessions and calls are gone")
    if method == "OPTIONS":  # the preflight of a browser; moto's server adds the headers of the answer
        return 204, _json(None)
    if method not in methods:
        return 405, _message(f"{url.path} has no method {method}. Choose from: {', '.join(methods)}.")
    answer, given = methods[method].command.answer, headers.get(COMMAND)
    # A command that changes nothing can be repeated, and a picture is too large to keep.
    once = given is not None and method != "GET" and not (answer and answer.media)
    command_id = (given, method, url.path, url.query) if once else None
    return _REPEATS.answer(command_id, lambda: _answer(methods[method], url.path, url.query, body))


@contextlib.contextmanager
def _for_http() -> Iterator[None]:
    with told(_log), checks.printing_json():
        yield


def _log(message: str, category: type[Warning]) -> None:
    tell(message, category, in_process=False)


def _answer(route: Route, path: str, query: str, body: bytes) -> tuple[int, File]:
    try:
        return _carried_out(route, path, query, body)
    except Exception as error:  # noqa: BLE001  # whatever a bug raises
        what = f"{type(error).__name__}: {error}"[:200]
        sentence = (
            f"{route.method} {path} failed, which is a bug of moto-liveness: {what}. Report it with the traceback in "
            "the log of the server."
        )
        _LOG.exception(sentence)
        return 500, _message(sentence)


def _carried_out(route: Route, path: str, query: str, body: bytes) -> tuple[int, File]:
    try:
        done = route.do(route.command_of(path, query, body))
    except (TypeError, ValueError) as error:
        return 400, _message(str(error))
    except LookupError as error:
        if isinstance(error, (KeyError, IndexError)):  # a bug, not an unknown session
            raise
        if isinstance(error, SeedGoneError):
            return 404, _json({"message": str(error), "fate": error.fate})
        return 410 if isinstance(error, VideoDroppedError) else 404, _message(str(error))
    answer = route.encode(done)
    return route.status, answer if isinstance(answer, File) else _json(answer)


def _json(value: object) -> File:
    return File(b"" if value is None else strict_json.write(value).encode(), "application/json")


def _message(message: str) -> File:
    return _json({"message": message})


def _parse(body: bytes) -> object:
    try:
        return _BODY.read(body.decode(json.detect_encoding(body)) if body else "{}")
    except ValueError as error:
        raise ValueError(f"the body is not valid JSON: {error}") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f"duplicate key {checks.short_repr(name)}")
        members[name] = value
    return members


_BODY = strict_json.Decoder(object_pairs_hook=_without_duplicates)
_REPEATS: Repeats[tuple[int, File]] = Repeats()
