"""The store on a moto_liveness_server, over HTTP.

It speaks through urllib3, which botocore brings, and not through requests: a user's own
`responses` mock would refuse that.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, InsecureRequestWarning, ProtocolError

from moto_liveness.control import reporting, serialize
from moto_liveness.control.store import AnySeed
from moto_liveness.core import checks
from moto_liveness.core.calls import Call
from moto_liveness.core.progress import check_steps
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.script import WAS_USED, WAS_WITHDRAWN, Strictness
from moto_liveness.core.seeds import Seed
from moto_liveness.core.session import Session, gone
from moto_liveness.core.steps import Step
from moto_liveness.core.stream import Stream

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises

#: The routes of the state, and the route for seeding, which has moto's own form.
STATE = "/moto-api/rekognition/face-liveness"
FACE_MODEL = f"{STATE}/face-model"
PHOTOS = "/moto-api/static/rekognition/photos"
RESULTS = "/moto-api/static/rekognition/face-liveness-results"

# Test servers are local: ignore the proxies of the environment. One pool a process keeps its connections alive.
_POOL = urllib3.PoolManager(cert_reqs="CERT_REQUIRED", retries=False, timeout=60)
# A server on this machine, started with -s, has made its certificate itself.
_LOOPBACK_POOL = urllib3.PoolManager(cert_reqs="CERT_NONE", retries=False, timeout=60)
for _pool in (_POOL, _LOOPBACK_POOL):
    os.register_at_fork(after_in_child=_pool.clear)

_ANOTHER_SERVER = "{what}: is it a moto_liveness_server? A plain moto_server has no such route."


class RemoteStore:
    """The state of a moto_liveness_server."""

    def __init__(self, endpoint_url: str) -> None:
        if not checks.text("endpoint_url", endpoint_url).startswith(("http://", "https://")):
            raise ValueError(f"endpoint_url must begin with http:// or https://, not {checks.short_repr(endpoint_url)}")
        self.endpoint_url = endpoint_url.rstrip("/")

    def send(self, method: str, path: str, body: object = None) -> Any:
        """Send a request and return the JSON of the answer. Raise what Python would raise for an error."""
        data = self.fetch(method, path, None if body is None else json.dumps(body).encode())
        try:
            return json.loads(data or b"null")
        except ValueError as error:
            raise RuntimeError(self._no_answer(error)) from None

    def fetch(self, method: str, path: str, data: bytes | None = None) -> bytes:
        """Send a request and return the bytes of the answer."""
        try:
            response = _request(method, f"{self.endpoint_url}{path}", data)
        except HTTPError as error:
            raise RuntimeError(self._no_answer(error)) from None
        if response.status >= 400:
            raise _error_of(response, f"{self.endpoint_url}{path}")
        return response.data

    def _no_answer(self, error: Exception) -> str:
        spoke = isinstance(error, ProtocolError) and isinstance(error.args[-1], http.client.HTTPException)
        if spoke or isinstance(error, ValueError):
            return _ANOTHER_SERVER.format(what=f"{self.endpoint_url} does not answer in JSON")
        return (
            f"no moto_liveness_server answers at {self.endpoint_url}: {error.__context__ or error}. "
            "Start one with `moto_liveness_server`, or with `with FaceLivenessServer() as server:`."
        )

    def state(self, scope: Scope = ANYWHERE, since: int = 0) -> dict[str, Any]:
        """Return the state of a scope, since a savepoint."""
        query = {name: value for name, value in serialize.encode_scope(scope).items() if value is not None}
        query |= {"since": str(since)} if since else {}
        state = self.send("GET", f"{STATE}?{urlencode(query)}" if query else STATE)
        if not isinstance(state, dict) or "unused_seeds" not in state:
            raise RuntimeError(_ANOTHER_SERVER.format(what=f"{self.endpoint_url} answers with something else"))
        return state

    def check_clean(self) -> None:
        unused = self.unused(ANYWHERE)
        if unused:
            raise RuntimeError(reporting.left_behind(self.endpoint_url, unused))
        # A test that was killed may have left its server strict.
        self._set_strictness(Strictness())

    def begin_block(self, strictness: Strictness) -> int:
        savepoint = int(self.state()["number"])
        self._set_strictness(strictness)
        return savepoint

    def _set_strictness(self, strictness: Strictness) -> None:
        self.send("PUT", f"{STATE}/strict", strictness._asdict())

    def rollback(self, savepoint: int) -> None:
        self.send("DELETE", f"{STATE}?since={savepoint}")

    def add(self, seeds: Sequence[AnySeed]) -> list[Seed]:
        results = [serialize.encode_seed(seed) for seed in seeds]
        numbers = self.send("POST", RESULTS, {**serialize.encode_scope(seeds[0].scope), "results": results})["seeds"]
        return [RemoteSeed(self, seed, number) for seed, number in zip(seeds, numbers, strict=True)]

    def fate(self, seed: Seed) -> str | None:
        try:
            self.send("GET", f"{STATE}/seeds/{seed.number}")
        except LookupError as error:
            fate = str(error).partition(": ")[2]
            return None if fate in (WAS_USED, WAS_WITHDRAWN) else fate
        return None

    def withdraw(self, scope: Scope) -> None:
        self.send("DELETE", f"{STATE}/seeds", serialize.encode_scope(scope))

    def add_session(self, place: Scope, steps: tuple[Step, ...], session_id: str | None) -> Session:
        body = {**serialize.encode_scope(place), "steps": _encoded(steps), "session_id": session_id}
        return self._session(self.send("POST", f"{STATE}/sessions", body))

    def set_default(self, scope: Scope, steps: tuple[Step, ...]) -> None:
        self.send("PUT", f"{STATE}/default", {**serialize.encode_scope(scope), "steps": _encoded(steps)})

    def set_after_expiry(self, scope: Scope, step: Step) -> None:
        self.send(
            "PUT", f"{STATE}/after-expiry", {**serialize.encode_scope(scope), "step": serialize.encode_step(step)}
        )

    def session(self, session_id: str) -> Session | None:
        try:
            checks.session_id(session_id)
        except ValueError:
            return None
        try:
            return self._session(self.send("GET", f"{STATE}/sessions/{session_id}"))
        except LookupError:
            return None

    def sessions(self, scope: Scope, since: int = 0) -> list[Session]:
        return [self._session(facts) for facts in self.state(scope, since)["sessions"]]

    def streams(self, since: int = 0) -> list[tuple[Session, Stream | None, bool]]:
        return [
            (self._session(facts), self.stream(facts), facts["waits_for_stream"])
            for facts in self.state(ANYWHERE, since)["sessions"]
        ]

    def stream(self, session: Mapping[str, Any]) -> Stream | None:
        """Return the stream of a session from its facts."""
        if session["stream"] is None:
            return None
        return RemoteStream(**serialize.decode_stream(session["stream"]), store=self, session_id=session["session_id"])

    def calls(self, scope: Scope, since: int = 0) -> list[Call]:
        return [serialize.decode_call(call) for call in self.state(scope, since)["calls"]]

    def unused(self, scope: Scope, since: int = 0) -> list[str]:
        return [seed["seed"] for seed in self.state(scope, since)["unused_seeds"] if not seed["optional"]]

    def unseeded(self, since: int = 0) -> list[str]:
        messages: list[str] = self.state(ANYWHERE, since)["unseeded_polls"]
        return messages

    def forgotten_calls(self) -> int:
        return int(self.state()["forgotten_calls"])

    def _session(self, facts: Mapping[str, Any]) -> RemoteSession:
        return RemoteSession(**serialize.decode_session(facts), store=self)


class RemoteSeed(Seed):
    """A seed on a server."""

    def __init__(self, store: RemoteStore, seed: AnySeed, number: int) -> None:
        super().__init__(
            optional=seed.optional,
            scope=seed.scope,
            number=number,
            queued_at=seed.queued_at,
            scenario=seed.scenario,
        )
        self._store = store
        self._as_queued = seed
        self._was_used = False

    def __str__(self) -> str:
        return str(self._facts["seed"])

    @property
    def call(self) -> str:
        return self._as_queued.call

    @property
    def used(self) -> bool:
        # A used seed stays used, even if a reset or a rollback makes the server forget it.
        self._was_used = self._was_used or self._facts["used"]
        return self._was_used

    @property
    def session_id(self) -> str | None:
        session_id: str | None = self._facts["session_id"]
        return session_id

    @property
    def _facts(self) -> dict[str, Any]:
        try:
            facts: dict[str, Any] = self._store.send("GET", f"{STATE}/seeds/{self.number}")
        except LookupError as error:
            return {**serialize.describe_seed(self._as_queued), "used": str(error).endswith(WAS_USED)}
        return facts


@dataclass(kw_only=True, eq=False, repr=False)
class RemoteSession(Session):
    """A session on a server. It is equal to every other view of the same session."""

    store: RemoteStore

    def __repr__(self) -> str:
        return f"<Session {self.id} in {self.region_name}, account {self.account_id}, at {self.store.endpoint_url}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemoteSession) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, str]:
        return self.id, self.store.endpoint_url

    @property
    def status(self) -> str | None:
        status: str | None = self._facts["status"]
        return status

    @property
    def poll_count(self) -> int:
        return int(self._facts["poll_count"])

    @property
    def stream(self) -> Stream | None:
        return self.store.stream(self._facts)

    @property
    def waits_for_stream(self) -> bool:
        return bool(self._facts["waits_for_stream"])

    def set_outcome(self, *steps: Step) -> None:
        checked = check_steps("set_outcome", steps)
        try:
            self.store.send("PUT", f"{STATE}/sessions/{self.id}", {"steps": _encoded(checked)})
        except LookupError:
            raise RuntimeError(gone(self)) from None

    @property
    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.store.send("GET", f"{STATE}/sessions/{self.id}")
        return facts


@dataclass(kw_only=True, eq=False, repr=False)
class RemoteStream(Stream):
    """A stream to a server, as it was when its session was asked for it."""

    store: RemoteStore
    session_id: str

    @property
    def video(self) -> bytes:
        return self.store.fetch("GET", f"{STATE}/sessions/{self.session_id}/video")


def _encoded(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [serialize.encode_step(step) for step in steps]


def _request(method: str, url: str, data: bytes | None) -> urllib3.BaseHTTPResponse:
    if url.startswith("http://") or not _is_loopback(urlsplit(url).hostname):
        return _request_through(_POOL, method, url, data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureRequestWarning)
        return _request_through(_LOOPBACK_POOL, method, url, data)


def _request_through(pool: urllib3.PoolManager, method: str, url: str, data: bytes | None) -> urllib3.BaseHTTPResponse:
    headers = {"Content-Type": "application/json"}
    try:
        return pool.request(method, url, body=data, headers=headers)
    except ProtocolError as error:
        if not isinstance(error.args[-1], http.client.RemoteDisconnected):
            raise
        # moto's proxy closes a connection that was to be kept alive, and so does a server that was started anew.
        return pool.request(method, url, body=data, headers=headers)


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _error_of(response: urllib3.BaseHTTPResponse, url: str) -> Exception:
    try:
        message = json.loads(response.data)["message"]
    except (ValueError, KeyError, TypeError):
        return RuntimeError(_ANOTHER_SERVER.format(what=f"{url} answered {response.status} {response.reason}"))
    kinds: dict[int, type[Exception]] = {400: ValueError, 404: LookupError, 410: LookupError}
    return kinds.get(response.status, RuntimeError)(message)
