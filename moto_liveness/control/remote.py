"""Server: a handle's store on a server elsewhere. Its methods are those of store.LocalStore, over HTTP."""

from __future__ import annotations

import datetime
import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from moto_liveness.control import serialize as wire
from moto_liveness.core import checks
from moto_liveness.core.progress import check_some_steps
from moto_liveness.core.script import Call
from moto_liveness.core.seeds import ErrorSeed, Scope, Seed, SessionSeed
from moto_liveness.core.session import Session, gone
from moto_liveness.core.steps import Step

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

#: Where the routes are, and where moto's own form of seeding is.
STATE = "/moto-api/rekognition/face-liveness"
RESULTS = "/moto-api/static/rekognition/face-liveness-results"

# A server for tests is near, so no proxy of the environment stands between; with -s it has made its certificate itself.
_OPENER = urllib.request.build_opener(
    urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
)
_SECONDS = 60
_ANOTHER_SERVER = "{what}: is it a moto_liveness_server? A plain moto_server has no such route."


class RemoteStore:
    """The state of a moto_liveness_server."""

    def __init__(self, endpoint_url: str, ready: Callable[[], None]) -> None:
        if not checks.text("endpoint_url", endpoint_url).startswith(("http://", "https://")):
            raise ValueError(f"endpoint_url must begin with http:// or https://, not {checks.shown(endpoint_url)}")
        self.endpoint_url = endpoint_url.rstrip("/")
        self._ready = ready

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Send a request and return the JSON of the answer. An error of the server is raised as Python would."""
        self._ready()
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.endpoint_url}{path}", data, headers, method=method)
        try:
            with _OPENER.open(request, timeout=_SECONDS) as response:
                return json.loads(response.read() or "null")
        except urllib.error.HTTPError as error:
            raise _as_python_would(error) from None
        except OSError as error:
            raise RuntimeError(
                f"no moto_liveness_server answers at {self.endpoint_url}: {error}. "
                "Start one with `moto_liveness_server`, or with `with FaceLivenessServer() as server:`."
            ) from None
        except (http.client.HTTPException, ValueError):
            raise RuntimeError(_ANOTHER_SERVER.format(what=f"{self.endpoint_url} does not answer in JSON")) from None

    def state(self) -> dict[str, Any]:
        state = self.ask("GET", STATE)
        if not isinstance(state, dict) or "unused_seeds" not in state:
            raise RuntimeError(_ANOTHER_SERVER.format(what=f"{self.endpoint_url} answers with something else"))
        return state

    def mark(self) -> int:
        return int(self.state()["number"])

    def take_back(self, mark: int) -> None:
        self.ask("DELETE", f"{STATE}?since={mark}")

    def add(self, seed: SessionSeed | ErrorSeed) -> Seed:
        answer = self.ask("POST", RESULTS, {**_where(seed.scope), "results": [wire.encode_seed(seed)]})
        return RemoteSeed(self, seed, answer["seeds"][0])

    def add_session(self, place: Scope, steps: tuple[Step, ...], session_id: str | None) -> Session:
        body = {**_where(place), "steps": _encoded(steps), "session_id": session_id}
        return RemoteSession(self, self.ask("POST", f"{STATE}/sessions", body))

    def set_default(self, scope: Scope, steps: tuple[Step, ...]) -> None:
        self.ask("PUT", f"{STATE}/default", {**_where(scope), "steps": _encoded(steps)})

    def set_after_expiry(self, scope: Scope, step: Step) -> None:
        self.ask("PUT", f"{STATE}/after-expiry", {**_where(scope), "step": wire.encode_step(step)})

    def sessions(self, scope: Scope) -> list[Session]:
        sessions = self.state()["sessions"]
        return [RemoteSession(self, facts) for facts in sessions if scope.covers(wire.decode_scope(facts))]

    def calls(self, scope: Scope) -> list[Call]:
        calls = map(wire.decode_call, self.state()["calls"])
        return [call for call in calls if scope.covers(call.place)]

    def unused(self, scope: Scope, mark: int = 0) -> list[str]:
        return [
            seed["seed"]
            for seed in self.unused_seeds()
            if seed["number"] > mark and not seed["optional"] and scope.covers(wire.decode_scope(seed))
        ]

    def unused_seeds(self) -> list[dict[str, Any]]:
        seeds: list[dict[str, Any]] = self.state()["unused_seeds"]
        return seeds


class RemoteSeed(Seed):
    """A seed on a server."""

    def __init__(self, store: RemoteStore, seed: SessionSeed | ErrorSeed, number: int) -> None:
        self.scope, self.optional, self.number = seed.scope, seed.optional, number
        self._store = store
        self._seed = seed
        self._seen_used = False

    def __str__(self) -> str:
        return next(
            (one["seed"] for one in self._store.unused_seeds() if one["number"] == self.number), str(self._seed)
        )

    @property
    def used(self) -> bool:
        # A used seed stays used. One that was taken back is not among the unused ones, and was not used either.
        self._seen_used = self._seen_used or (
            self.number not in {one["number"] for one in self._store.unused_seeds()}
            and (isinstance(self._seed, ErrorSeed) or self.session_id is not None)
        )
        return self._seen_used

    @property
    def session_id(self) -> str | None:
        if isinstance(self._seed, ErrorSeed):
            return self._seed.session_id
        sessions = self._store.state()["sessions"]
        return next((facts["session_id"] for facts in sessions if facts["seed"] == self.number), None)


class RemoteSession(Session):
    """A session on a server."""

    def __init__(self, store: RemoteStore, facts: Mapping[str, Any]) -> None:
        super().__init__(
            id=facts["session_id"],
            request=facts["request"],
            created_at=datetime.datetime.fromisoformat(facts["created_at"]),
            region_name=facts["region"],
            account_id=facts["account_id"],
            audit_images_limit=facts["audit_images_limit"],
        )
        self._store = store

    def __repr__(self) -> str:
        return f"<Session {self.id} in {self.region_name}, account {self.account_id}, at {self._store.endpoint_url}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RemoteSession) and (self.id, self._where) == (other.id, other._where)

    def __hash__(self) -> int:
        return hash((self.id, self._where))

    @property
    def _where(self) -> str:
        return self._store.endpoint_url

    @property
    def status(self) -> str | None:
        status: str | None = self._now()["status"]
        return status

    @property
    def poll_count(self) -> int:
        return int(self._now()["poll_count"])

    def set_outcome(self, *steps: Step) -> None:
        checked = check_some_steps("set_outcome", steps)
        try:
            self._store.ask("PUT", f"{STATE}/sessions/{self.id}", {"steps": _encoded(checked)})
        except LookupError:
            raise RuntimeError(gone(self)) from None

    def _now(self) -> dict[str, Any]:
        facts: dict[str, Any] = self._store.ask("GET", f"{STATE}/sessions/{self.id}")
        return facts


def _where(scope: Scope) -> dict[str, str | None]:
    return {"region": scope.region_name, "account_id": scope.account_id}


def _encoded(steps: tuple[Step, ...]) -> list[dict[str, Any]]:
    return [wire.encode_step(step) for step in steps]


def _as_python_would(error: urllib.error.HTTPError) -> Exception:
    body = error.read()
    try:
        message = json.loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        return RuntimeError(_ANOTHER_SERVER.format(what=f"{error.url} answered {error.code} {error.reason}"))
    kinds: dict[int, type[Exception]] = {400: ValueError, 404: LookupError}
    return kinds.get(error.code, RuntimeError)(message)
