"""The store on a moto_liveness_server, over HTTP.

It uses urllib3, which botocore brings, and not requests, which a user's own `responses` mock would intercept.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import secrets
import warnings
from dataclasses import dataclass, field, replace
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, InsecureRequestWarning, ProtocolError

from moto_liveness.core import checks, strict_json
from moto_liveness.core.codecs import Codec, codecs_of
from moto_liveness.core.commands import COMMAND, HANDLE, LIFE, PATH_PARAMETER, Command, R
from moto_liveness.core.forks import after_fork_in_child
from moto_liveness.core.lines import untold
from moto_liveness.core.script import SeedGoneError
from moto_liveness.core.views import VERSION

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

# Test servers are local: ignore the proxies of the environment. One pool per process keeps its connections alive.
_POOL = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", retries=False, timeout=60)
# A server on this machine, started with -s, has made its certificate itself.
_LOOPBACK_POOL = urllib3.PoolManager(cert_reqs="CERT_NONE", retries=False, timeout=60)
for _pool in (_POOL, _LOOPBACK_POOL):
    after_fork_in_child(_pool.clear)

_ANOTHER_SERVER = "{what}: is it a moto_liveness_server? A plain moto_server has no such route."


@dataclass(frozen=True)
class RemoteStore:
    """The state of a moto_liveness_server."""

    url: str
    #: The life of the server that its commands are for; None for any.
    life: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not checks.text("endpoint_url", self.url).startswith(("http://", "https://")):
            raise ValueError(f"endpoint_url must begin with http:// or https://, not {checks.short_repr(self.url)}")

    @property
    def endpoint_url(self) -> str:
        return self.url.rstrip("/")

    def do(self, command: Command[R]) -> R:
        method, path, body = _request_of(command)
        data = self._send(method, f"{self.endpoint_url}{path}", body)
        answer = command.answer
        if answer is None or answer.media:
            return cast("R", data if answer else None)
        return cast("R", self._decode(answer.codec, data))

    def of_life(self, life: str) -> RemoteStore:
        return replace(self, life=life)

    def _send(self, method: str, url: str, body: dict[str, Any] | None) -> bytes:
        # The server carries out a command with an id once, so the handle can ask again for an answer that got lost.
        headers = {"Content-Type": "application/json", COMMAND: secrets.token_hex(8), HANDLE: "python"}
        headers |= {LIFE: self.life} if self.life else {}
        try:
            response = _request(method, url, None if body is None else strict_json.write(body).encode(), headers)
        except HTTPError as error:
            raise RuntimeError(self._no_answer(error)) from None
        if response.status == http.client.PRECONDITION_FAILED:
            raise RuntimeError(
                f"{self.endpoint_url} was restarted while this block was open: the block's seeds, sessions and "
                "calls are gone. Start the server before the block, and keep it running until the block has ended."
            )
        if response.status >= 400:
            raise _error_of(response, url)
        return response.data

    def _decode(self, codec: Codec, data: bytes) -> object:
        try:
            given = json.loads(data or b"null")
        except ValueError as error:
            raise RuntimeError(self._no_answer(error)) from None
        try:
            with untold():
                view: object = codec.decode("answer", given)
        except (KeyError, TypeError):
            view = None
        if view is None or getattr(view, "version", VERSION) != VERSION:
            raise RuntimeError(self._wrong_version(given))
        return view

    def _no_answer(self, error: Exception) -> str:
        spoke = isinstance(error, ProtocolError) and isinstance(error.args[-1], http.client.HTTPException)
        if spoke or isinstance(error, ValueError):
            return _ANOTHER_SERVER.format(what=f"{self.endpoint_url} does not answer in JSON")
        return (
            f"no moto_liveness_server answers at {self.endpoint_url}: {error.__context__ or error}. "
            "Start one with `moto_liveness_server`, or with `with FaceLivenessServer() as server:`."
        )

    def _wrong_version(self, given: Any) -> str:
        if not isinstance(given, dict) or not {"unused_seeds", "session_id", "seed", "seeds", "number"} & given.keys():
            return _ANOTHER_SERVER.format(what=f"{self.endpoint_url} sends an unexpected answer")
        return (
            f"{self.endpoint_url} speaks version {given.get('version', 1)} of the routes, and this handle version "
            f"{VERSION}: install the same release of moto-liveness on both sides"
        )


def _request_of(command: Command[Any]) -> tuple[str, str, dict[str, Any] | None]:
    """Return the method, the path with its query, and the body of a command."""
    method, path = command.at
    known = codecs_of(type(command)).items()
    values = {key: (getattr(command, one.name), one.default, codec) for key, (one, codec) in known}
    in_path = {key: values.pop(key) for key in PATH_PARAMETER.findall(path)}
    path = PATH_PARAMETER.sub(lambda named: quote(str(in_path[named[1]][0]), safe=""), path)
    given = {key: codec.encode(value) for key, (value, default, codec) in values.items() if value != default}
    if command.in_query():
        return method, f"{path}?{urlencode(given)}" if given else path, None
    return method, path, given


def _request(method: str, url: str, data: bytes | None, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
    if url.startswith("http://") or not _is_loopback(urlsplit(url).hostname):
        return _request_through(_POOL, method, url, data, headers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)
        return _request_through(_LOOPBACK_POOL, method, url, data, headers)


def _request_through(
    pool: urllib3.PoolManager, method: str, url: str, data: bytes | None, headers: dict[str, str]
) -> urllib3.BaseHTTPResponse:
    try:
        return pool.request(method, url, body=data, headers=headers)
    except ProtocolError as error:
        if not isinstance(error.args[-1], ConnectionError):  # RemoteDisconnected is one
            raise
        # moto's proxy closes a connection that was to be kept alive, and so does a server that was restarted.
        return pool.request(method, url, body=data, headers=headers)


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _error_of(response: urllib3.BaseHTTPResponse, url: str) -> Exception:
    try:
        answer = json.loads(response.data)
        message = answer["message"]
    except (ValueError, KeyError, TypeError):
        return RuntimeError(_ANOTHER_SERVER.format(what=f"{url} answered {response.status} {response.reason}"))
    if "fate" in answer:
        return SeedGoneError(message, answer["fate"])
    kinds: dict[int, type[Exception]] = {400: ValueError, 404: LookupError, 410: LookupError}
    return kinds.get(response.status, RuntimeError)(message)
