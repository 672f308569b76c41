"""StartFaceLivenessSession with the AWS SDK for JavaScript, unmodified: its default handler, and its WebSocket."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from moto_liveness import Created, FaceLiveness, FaceLivenessServer
from moto_liveness.control.objects import Session, Stream
from tests.aws import ALIVE
from tests.conftest import needs_flask
from tests.streaming import LIGHT, START
from tests.waiting import wait_until

NODE = Path(__file__).parent / "node"
PACKAGES = json.loads((NODE / "package.json").read_text())["dependencies"]
pytestmark = [
    needs_flask,
    pytest.mark.skipif(
        shutil.which("node") is None or not all((NODE / "node_modules" / name).exists() for name in PACKAGES),
        reason="Node or its packages are not installed here (npm install in tests/node)",
    ),
]
needs_wsproto = pytest.mark.skipif(
    importlib.util.find_spec("wsproto") is None, reason="WebSockets need wsproto, which moto-liveness[server] brings"
)

OPENING = ["ChallengeEvent", "ServerSessionInformationEvent"]
WHOLE = [*OPENING, "DisconnectionEvent"]
KB = 1024
MB = 1024 * KB
# The errors that AWS models, with the HTTP status of each.
AT_THE_START = {
    "AccessDeniedException": 403,
    "InternalServerException": 500,
    "ServiceQuotaExceededException": 429,
    "ServiceUnavailableException": 503,
    "SessionNotFoundException": 400,
    "ThrottlingException": 429,
    "ValidationException": 400,
}
# These two are errors of the operation, not events of its stream. Over a WebSocket the SDK does not know them.
NO_EVENTS = ("AccessDeniedException", "SessionNotFoundException")
AT_THE_END = [code for code in AT_THE_START if code not in NO_EVENTS]
TEXT = "not today"
# What ends a stream without an event: the service closes it, or the connection is cut.
WITHOUT_AN_EVENT = ["StreamIdleTimeout", "SessionExpired", "ConnectionLost"]


class Thrown(NamedTuple):
    """An error that the SDK threw."""

    name: str
    message: str
    #: Whether it is of the class of this name that the SDK exports.
    modeled: bool = False
    status: int | None = None


@dataclass(frozen=True)
class Shown:
    """What the SDK showed of a stream."""

    #: The names of the events, in their order.
    events: list[str]
    #: The SessionId of the answer.
    answered: str | None
    #: The colors in ServerSessionInformationEvent.
    colors: list[list[int]]
    #: The Status of the results that it asked for as soon as it saw DisconnectionEvent.
    statuses: list[str]
    error: Thrown | None
    #: Of the video that was sent.
    sha256: str


@dataclass(frozen=True)
class Sdk:
    """The SDK in a process of its own."""

    server: FaceLivenessServer
    transport: str
    endpoint: str

    def stream(self, *sessions: str, chunks: Sequence[int] = (KB,), end: str = "video") -> list[Shown]:
        """Stream to sessions, to all at once. See node/stream.mjs."""
        plan = {
            "endpoint": getattr(self.server, self.endpoint),
            "resultsEndpoint": self.server.endpoint_url,
            "transport": self.transport,
            "sessions": sessions,
            "chunks": chunks,
            "end": end,
        }
        done = subprocess.run(
            ["node", "stream.mjs"],
            cwd=NODE,
            env={**os.environ, "NODE_EXTRA_CA_CERTS": self.server.certificate},
            input=json.dumps(plan),
            capture_output=True,
            text=True,
            timeout=120,  # a hanging stream fails here; a busy machine does not
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return [self._shown(**printed) for printed in json.loads(done.stdout)]

    @staticmethod
    def _shown(error: dict[str, object] | None, **others: object) -> Shown:
        return Shown(error=error and Thrown(**error), **others)  # type: ignore[arg-type]


@pytest.fixture
def http(make_face_liveness_server: FaceLivenessServer) -> Sdk:
    return Sdk(make_face_liveness_server, "http", "endpoint_url")


@pytest.fixture
def https(make_face_liveness_server: FaceLivenessServer) -> Sdk:
    return Sdk(make_face_liveness_server, "http", "streaming_endpoint_url")


@pytest.fixture
def websocket(make_face_liveness_server: FaceLivenessServer) -> Sdk:
    return Sdk(make_face_liveness_server, "websocket", "streaming_endpoint_url")


WEBSOCKET = pytest.param("websocket", marks=needs_wsproto)


@pytest.fixture(params=["http", WEBSOCKET])
def sdk(request: pytest.FixtureRequest) -> Sdk:
    found: Sdk = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def face_liveness(make_face_liveness_server: FaceLivenessServer) -> Iterator[FaceLiveness]:
    requests.post(f"{make_face_liveness_server.endpoint_url}/moto-api/reset")
    with FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url) as handle:
        yield handle


def add_session(face_liveness: FaceLiveness) -> Session:
    return face_liveness.add_session(Created(until="stream"), ALIVE)


def add_failing_sessions(
    face_liveness: FaceLiveness, codes: Sequence[str], when: str, message: str | None = None
) -> list[str]:
    """Add a session for each error, and return their ids."""
    sessions = [add_session(face_liveness).id for _ in codes]
    for code, session_id in zip(codes, sessions, strict=True):
        face_liveness.queue_error(code, message, operation=START, when=when, session_id=session_id)
    return sessions


def errors_logged(face_liveness: FaceLiveness) -> list[tuple[str | None, str | None]]:
    """Return the session and the error of each StartFaceLivenessSession: a retry would be one more."""
    return sorted((call.session_id, call.error) for call in face_liveness.calls if call.operation == START)


def ended(session: Session) -> Stream:
    """Return the stream of a client that is gone, which the server may learn a moment later."""
    wait_until(lambda: session.stream is None or session.stream.ended_at)
    assert session.stream is not None
    return session.stream


@pytest.mark.parametrize("sdk", ["http", "https", WEBSOCKET], indirect=True)
def test_a_whole_check(face_liveness: FaceLiveness, sdk: Sdk) -> None:
    session = add_session(face_liveness)

    [shown] = sdk.stream(session.id, chunks=(3 * KB, 5 * KB, 1))

    assert shown.error is None
    assert (shown.events, shown.answered) == (WHOLE, session.id)
    assert shown.statuses == ["SUCCEEDED"]
    assert len(shown.colors) == 8
    found = session.stream
    assert found is not None
    assert hashlib.sha256(found.video).hexdigest() == shown.sha256
    assert (found.chunks, found.size, found.seconds) == (3, 8 * KB + 1, 2.0)
    assert [list(color) for color in found.colors] == shown.colors
    assert (found.width, found.height) == (640, 480)
    assert (found.challenge.type, found.challenge.version) == (LIGHT, "2.0.0")
    assert "aws-sdk-js" in str(found.user_agent)
    assert (found.close_code, found.error) == (None, None)
    assert found.ended_at is not None
    assert errors_logged(face_liveness) == [(session.id, None)]


def test_the_end_of_the_input_ends_the_video(face_liveness: FaceLiveness, http: Sdk) -> None:
    session = add_session(face_liveness)

    [shown] = http.stream(session.id, end="input")

    assert (shown.error, shown.events, shown.statuses) == (None, WHOLE, ["SUCCEEDED"])


@needs_wsproto
def test_the_sdk_closes_its_websocket_after_its_input_and_its_session_succeeds(
    face_liveness: FaceLiveness, websocket: Sdk
) -> None:
    session = add_session(face_liveness)

    [shown] = websocket.stream(session.id, end="input")

    # Whether it still sees DisconnectionEvent is up to the SDK, which closes its side straight away.
    assert shown.error is None
    assert shown.events[:2] == OPENING
    assert session.status == "SUCCEEDED"
    assert session.stream is not None
    assert hashlib.sha256(session.stream.video).hexdigest() == shown.sha256
    assert session.stream.close_code is None


def test_errors_at_the_start_are_thrown_as_their_classes_with_their_status_and_not_retried(
    face_liveness: FaceLiveness, http: Sdk
) -> None:
    sessions = add_failing_sessions(face_liveness, [*AT_THE_START], "start", TEXT)

    shown = http.stream(*sessions)

    assert [one.error for one in shown] == [
        Thrown(code, TEXT, modeled=True, status=status) for code, status in AT_THE_START.items()
    ]
    assert errors_logged(face_liveness) == sorted(zip(sessions, AT_THE_START, strict=True))
    assert [face_liveness.session(session).stream for session in sessions] == [None] * len(sessions)


@needs_wsproto
def test_errors_at_the_start_of_a_websocket_are_thrown_as_their_classes_if_they_can_be_events(
    face_liveness: FaceLiveness, websocket: Sdk
) -> None:
    sessions = add_failing_sessions(face_liveness, [*AT_THE_START], "start", TEXT)

    shown = dict(zip(AT_THE_START, websocket.stream(*sessions), strict=True))

    for code in AT_THE_END:
        assert shown[code].error == Thrown(code, TEXT, modeled=True)
    for code in NO_EVENTS:
        error = shown[code].error
        assert error is not None
        assert (error.name, error.modeled) == (code, False)
        # Newer releases of the SDK append a hint.
        assert json.loads(error.message.partition("\n")[0]) == {"Message": TEXT}
    assert [one.events for one in shown.values()] == [[]] * len(sessions)
    assert errors_logged(face_liveness) == sorted(zip(sessions, AT_THE_START, strict=True))
    assert [face_liveness.session(session).stream for session in sessions] == [None] * len(sessions)


def test_errors_at_the_end_are_thrown_as_their_classes(face_liveness: FaceLiveness, sdk: Sdk) -> None:
    sessions = add_failing_sessions(face_liveness, AT_THE_END, "end", TEXT)

    shown = sdk.stream(*sessions)

    assert [one.events for one in shown] == [OPENING] * len(sessions)
    assert [one.error for one in shown] == [Thrown(code, TEXT, modeled=True) for code in AT_THE_END]
    assert errors_logged(face_liveness) == sorted(zip(sessions, AT_THE_END, strict=True))
    assert [face_liveness.session(session).status for session in sessions] == ["FAILED"] * len(sessions)


@pytest.mark.parametrize(
    ("sdk", "thrown"),
    # The SDK reports no close code: over a WebSocket the events just end, without a DisconnectionEvent.
    [("http", Thrown("Error", "aborted")), pytest.param("websocket", None, marks=needs_wsproto)],
    indirect=["sdk"],
)
def test_streams_that_end_without_an_event(face_liveness: FaceLiveness, sdk: Sdk, thrown: Thrown | None) -> None:
    sessions = add_failing_sessions(face_liveness, WITHOUT_AN_EVENT, "end")

    shown = sdk.stream(*sessions)

    assert [one.events for one in shown] == [OPENING] * len(sessions)
    assert [one.error for one in shown] == [thrown] * len(sessions)
    assert errors_logged(face_liveness) == sorted(zip(sessions, WITHOUT_AN_EVENT, strict=True))
    assert [face_liveness.session(session).status for session in sessions] == ["FAILED"] * len(sessions)


@pytest.mark.parametrize(
    ("sdk", "close_code"),
    [("http", 1006), pytest.param("websocket", 1000, marks=needs_wsproto)],
    indirect=["sdk"],
)
def test_a_client_that_is_destroyed_breaks_its_stream_off(
    face_liveness: FaceLiveness, sdk: Sdk, close_code: int
) -> None:
    session = add_session(face_liveness)

    [shown] = sdk.stream(session.id, end="destroy")

    assert shown.events == OPENING
    assert ended(session).close_code == close_code
    assert session.status == "FAILED"


@needs_wsproto
def test_an_input_that_fails_breaks_its_websocket_off(face_liveness: FaceLiveness, websocket: Sdk) -> None:
    session = add_session(face_liveness)

    [shown] = websocket.stream(session.id, end="failure")

    assert shown.error == Thrown("Error", "the camera is gone")
    assert ended(session).close_code == 1000
    assert session.status == "FAILED"


def test_six_streams_of_4_mb_at_once_arrive_byte_by_byte(face_liveness: FaceLiveness, sdk: Sdk) -> None:
    sessions = [add_session(face_liveness) for _ in range(6)]

    shown = sdk.stream(*(session.id for session in sessions), chunks=[256 * KB] * 16)

    assert [(one.error, one.events, one.statuses) for one in shown] == [(None, WHOLE, ["SUCCEEDED"])] * 6
    streams = [stream for session in sessions if (stream := session.stream) is not None]
    assert [(stream.chunks, stream.size) for stream in streams] == [(16, 4 * MB)] * 6
    assert [hashlib.sha256(stream.video).hexdigest() for stream in streams] == [one.sha256 for one in shown]
    assert len({one.sha256 for one in shown}) == 6


def test_a_video_of_12_mb_is_refused(face_liveness: FaceLiveness, sdk: Sdk) -> None:
    session = add_session(face_liveness)

    [shown] = sdk.stream(session.id, chunks=[MB] * 12)

    assert shown.events == OPENING
    message = "the video is larger than 10 MB, 10,485,760 bytes"
    assert shown.error == Thrown("ValidationException", message, modeled=True)
    assert (session.status, session.poll_count) == ("FAILED", 0)
    assert session.stream is not None
    assert (session.stream.chunks, session.stream.size) == (10, 10 * MB)
