"""StartFaceLivenessSession over sockets: both transports, with and without TLS, and servers that stop."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from time_machine import travel

from moto_liveness import Created, FaceLiveness, FaceLivenessServer, InProgress
from moto_liveness.control.face_liveness import call_log
from moto_liveness.server import http_stream
from moto_liveness.server.certificate import Certificate, localhost_certificate
from moto_liveness.server.connection import Streams
from tests import aws
from tests.aws import ALIVE, NOON, SESSION_ID, create, poll, status
from tests.conftest import needs_flask
from tests.streaming import (
    END_OF_INPUT,
    END_OF_VIDEO,
    LIGHT,
    NOON_MILLIS,
    START,
    Client,
    HTTPClient,
    WebSocketClient,
    color,
    envelope,
    event,
    information,
    video,
)
from tests.waiting import INTERRUPT, PATIENCE, answers_on, wait_until

needs_wsproto = pytest.mark.skipif(
    importlib.util.find_spec("wsproto") is None, reason="WebSockets need wsproto, which moto-liveness[server] brings"
)
pytestmark = needs_flask

TRANSPORTS = [pytest.param(HTTPClient, id="http"), pytest.param(WebSocketClient, id="websocket", marks=needs_wsproto)]
Connect = Callable[[str], Client]


@pytest.fixture
def server(make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> FaceLivenessServer:
    requests.post(f"{make_face_liveness_server.endpoint_url}/moto-api/reset")
    monkeypatch.setattr(aws, "ENDPOINT", make_face_liveness_server.endpoint_url)
    return make_face_liveness_server


@pytest.fixture
def face_liveness(server: FaceLivenessServer) -> Iterator[FaceLiveness]:
    with FaceLiveness(endpoint_url=server.endpoint_url) as handle:
        yield handle


@pytest.fixture(params=TRANSPORTS)
def transport(request: pytest.FixtureRequest) -> type[Client]:
    kind: type[Client] = request.param
    return kind


@pytest.fixture
def connect(server: FaceLivenessServer, transport: type[Client]) -> Iterator[Connect]:
    """Open streams, and leave them at the end."""
    clients: list[Client] = []

    def open_stream(session_id: str, **arguments: str) -> Client:
        clients.append(transport(server.endpoint_url))
        clients[-1].open(session_id, **arguments)
        return clients[-1]

    yield open_stream
    for client in clients:
        client.close()


def flood_with_video(client: Client) -> None:
    """Send until the server leaves."""
    with contextlib.suppress(OSError):
        for _ in range(100_000):
            client.send(video(b"x"))


@pytest.mark.parametrize("endpoint", ["endpoint_url", "streaming_endpoint_url"])
def test_a_whole_check(
    face_liveness: FaceLiveness, server: FaceLivenessServer, transport: type[Client], endpoint: str
) -> None:
    face_liveness.queue(Created(until="stream"), ALIVE)
    session = face_liveness.session(create())
    assert status(session.id) == "CREATED"
    client = transport(getattr(server, endpoint), server.certificate)
    client.open(session.id)

    assert client.next() == ("ChallengeEvent", {"Type": LIGHT, "Version": "2.0.0"})
    information_event = client.next()
    assert information_event is not None
    assert information_event.name == "ServerSessionInformationEvent"
    assert status(session.id) == "IN_PROGRESS"
    client.send(information(VideoStartTimestamp=NOON_MILLIS))
    client.send(color(0, 0, 0, 0))
    for chunk in (b"one, ", b"two"):
        client.send(video(chunk))
    client.send(information(VideoEndTimestamp=NOON_MILLIS + 2000))
    client.send(END_OF_VIDEO)
    assert client.rest() == ["DisconnectionEvent"]
    assert client.close_code == 1000
    assert poll(session.id)["Status"] == "SUCCEEDED"

    found = session.stream
    assert found is not None
    assert (found.video, found.chunks, found.size, found.seconds) == (b"one, two", 2, 8, 2.0)
    assert (found.colors, found.user_agent, found.width) == ([(0, 0, 0)], "a test", 640)
    assert found.ended_at is not None
    assert call_log(face_liveness).splitlines()[-2] == (
        f"StartFaceLivenessSession in us-east-1, session {session.id} -> 2 chunks of video, 8 bytes, 1 color; "
        "SUCCEEDED with a confidence of 97.3 percent"
    )
    client.close()


def test_a_streamed_session_is_as_the_openapi_document_says(
    face_liveness: FaceLiveness, server: FaceLivenessServer, connect: Connect
) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed here")
    state = f"{server.endpoint_url}/moto-api/rekognition/face-liveness"
    session = face_liveness.add_session(ALIVE)
    client = connect(session.id)
    client.send(color(0, 0, 0, 0) + video(b"a video") + END_OF_VIDEO)
    client.rest()
    document = requests.get(f"{state}/openapi.json").json()

    schema = {"$ref": "#/components/schemas/Session", "components": document["components"]}
    jsonschema.validate(requests.get(f"{state}/sessions/{session.id}").json(), schema)


def test_a_stream_is_read_while_it_is_open(face_liveness: FaceLiveness, connect: Connect) -> None:
    face_liveness.queue(Created(until="stream"), ALIVE)
    session = face_liveness.session(create())
    assert session.waits_for_stream
    client = connect(session.id)
    client.send(video(b"a video"))
    wait_until(lambda: session.stream and session.stream.chunks)

    assert session.stream is not None
    assert (session.stream.video, session.stream.ended_at) == (b"a video", None)
    assert not session.waits_for_stream
    assert call_log(face_liveness).endswith(
        f"Streams that are still open:\n  - {session.id} in us-east-1, account 123456789012: "
        "1 chunk of video, 7 bytes; the video has not ended"
    )


def test_a_body_that_ends_ends_the_video(face_liveness: FaceLiveness, server: FaceLivenessServer) -> None:
    face_liveness.queue(ALIVE)
    client = HTTPClient(server.endpoint_url)
    client.open(create())
    client.send(video(b"a video"))
    client.end_body()

    assert client.rest()[-1] == "DisconnectionEvent"
    assert client.headers["x-amz-rekognition-streaming-liveness-session-id"]
    assert client.headers["x-amzn-requestid"]
    assert client.headers["content-type"] == "application/vnd.amazon.eventstream"
    client.close()


def test_the_end_frame_ends_the_video(face_liveness: FaceLiveness, connect: Connect) -> None:
    face_liveness.queue(ALIVE)
    client = connect(create())
    client.send(video(b"a video"))
    client.send(END_OF_INPUT)

    assert client.rest()[-1] == "DisconnectionEvent"


def test_messages_may_come_in_pieces(face_liveness: FaceLiveness, connect: Connect) -> None:
    face_liveness.queue(ALIVE)
    client = connect(create())
    data = video(b"a video") + END_OF_VIDEO
    for position in range(0, len(data), 50):
        client.send(data[position : position + 50])

    assert client.rest()[-1] == "DisconnectionEvent"


def test_an_analysis_holds_the_stream_open_until_the_outcome_is_set(
    face_liveness: FaceLiveness, connect: Connect
) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    client = connect(session.id)
    client.send(video(b"a video") + END_OF_VIDEO)
    wait_until(lambda: session.stream and session.stream.chunks)
    session.set_outcome(ALIVE)

    assert client.rest()[-1] == "DisconnectionEvent"
    assert status(session.id) == "SUCCEEDED"


@pytest.mark.parametrize("late", [b"\xff" * 20, envelope(event("AudioEvent", {})), END_OF_INPUT])
def test_what_follows_the_video_is_thrown_away(face_liveness: FaceLiveness, connect: Connect, late: bytes) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    client = connect(session.id)
    client.send(video(b"a video") + END_OF_VIDEO + late)
    client.send(late)
    wait_until(lambda: session.stream and not session.stream.recording)
    client.send(late)
    session.set_outcome(ALIVE)

    assert status(session.id) == "SUCCEEDED"
    assert client.rest()[-1] == "DisconnectionEvent"
    assert (client.close_code, status(session.id)) == (1000, "SUCCEEDED")


def test_a_body_that_breaks_after_the_video_is_thrown_away(
    face_liveness: FaceLiveness, server: FaceLivenessServer
) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    client = HTTPClient(server.endpoint_url)
    client.open(session.id)
    client.send(video(b"a video") + END_OF_VIDEO)
    client.send_bytes(b"no size\r\n")
    wait_until(lambda: session.stream and not session.stream.recording)
    session.set_outcome(ALIVE)

    assert client.rest()[-1] == "DisconnectionEvent"
    assert status(session.id) == "SUCCEEDED"
    client.close()


def test_a_poll_that_gets_the_result_follows_the_disconnection(face_liveness: FaceLiveness, connect: Connect) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(InProgress(seconds=3), ALIVE)
        session = face_liveness.session(create())
        client = connect(session.id)
        client.send(video(b"a video") + END_OF_VIDEO)
        assert [client.next() is not None for _ in range(2)] == [True, True]
        wait_until(lambda: session.stream and not session.stream.recording)
        clock.shift(3)

        assert status(session.id) == "SUCCEEDED"
        assert client.has_arrived
        assert client.rest() == ["DisconnectionEvent"]


def test_a_client_that_goes_away_breaks_its_stream_off(face_liveness: FaceLiveness, connect: Connect) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    client = connect(session.id)
    client.send(video(b"a video"))
    client.close()
    wait_until(lambda: session.stream and session.stream.ended_at)

    assert status(session.id) == "FAILED"
    assert session.stream is not None
    assert session.stream.close_code == 1006


@needs_wsproto
def test_choice_a_cancel_is_answered_with_1000(face_liveness: FaceLiveness, server: FaceLivenessServer) -> None:
    face_liveness.queue(ALIVE)
    session = face_liveness.session(create())
    client = WebSocketClient(server.endpoint_url)
    client.open(session.id)
    client.next()
    client.leave(4003)
    client.rest()

    assert client.close_code == 1000
    wait_until(lambda: session.stream and session.stream.ended_at)
    assert session.stream is not None
    assert session.stream.close_code == 4003
    client.close()


def test_a_connection_that_is_reset_breaks_its_stream_off(face_liveness: FaceLiveness, connect: Connect) -> None:
    session = face_liveness.add_session(ALIVE)
    client = connect(session.id)
    client.next()
    client.reset()
    wait_until(lambda: session.stream and session.stream.ended_at)

    assert session.stream is not None
    assert session.stream.close_code == 1006


def test_a_client_that_has_said_everything_may_still_listen(
    face_liveness: FaceLiveness, server: FaceLivenessServer
) -> None:
    face_liveness.queue(InProgress())
    session = face_liveness.session(create())
    client = HTTPClient(server.endpoint_url)
    client.open(session.id)
    client.send(video(b"a video"))
    client.end_body()
    client.say_no_more()
    wait_until(lambda: session.stream and session.stream.chunks)
    session.set_outcome(ALIVE)

    assert client.rest()[-1] == "DisconnectionEvent"
    client.close()


def test_a_server_depends_on_no_clock_that_a_test_can_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced: list[str] = []
    ticked, tick = threading.Event(), http_stream._NEVER.wait
    monkeypatch.setattr(http_stream._NEVER, "wait", lambda seconds: (ticked.set(), tick(seconds)))
    monkeypatch.setattr("time.sleep", lambda _: replaced.append("time.sleep"))
    monkeypatch.setattr(threading.Condition, "wait_for", lambda *_: replaced.append("wait_for"))
    with FaceLivenessServer() as server:
        client = HTTPClient(server.endpoint_url)
        client.open(server.face_liveness.add_session(InProgress()).id)
        client.send(video(b"a video"))
        client.end_body()
        client.say_no_more()
        assert ticked.wait(PATIENCE)

    assert client.rest() == ["ChallengeEvent", "ServerSessionInformationEvent"]
    assert replaced == []
    client.close()


@needs_wsproto
def test_a_ping_is_answered(face_liveness: FaceLiveness, server: FaceLivenessServer) -> None:
    from wsproto.events import Ping, Pong

    client = WebSocketClient(server.endpoint_url)
    client.open(face_liveness.add_session(ALIVE).id)
    client.send_bytes(client.protocol.send(Ping(payload=b"are you there")) + client.protocol.send(Pong()))
    client.send(video(b"a video") + END_OF_VIDEO)

    assert client.rest()[-1] == "DisconnectionEvent"
    assert client.pongs == [b"are you there"]
    client.close()


@needs_wsproto
def test_a_text_message_ends_the_stream(face_liveness: FaceLiveness, server: FaceLivenessServer) -> None:
    from wsproto.events import TextMessage

    session = face_liveness.add_session(ALIVE)
    client = WebSocketClient(server.endpoint_url)
    client.open(session.id)
    client.send_bytes(client.protocol.send(TextMessage(data="{}")))
    *_, last = iter(client.next, None)

    message = "a message of the WebSocket is text: the event stream is binary"
    assert last == ("ValidationException", {"Message": message})
    assert status(session.id) == "FAILED"
    client.close()


@needs_wsproto
def test_what_is_not_a_frame_ends_the_stream(face_liveness: FaceLiveness, server: FaceLivenessServer) -> None:
    session = face_liveness.add_session(ALIVE)
    client = WebSocketClient(server.endpoint_url)
    client.open(session.id)
    client.send_bytes(b"\xff" * 20)
    client.rest()

    wait_until(lambda: session.stream and session.stream.ended_at)
    assert status(session.id) == "FAILED"
    client.close()


@needs_wsproto
def test_a_client_may_close_straight_after_its_last_event(
    face_liveness: FaceLiveness, server: FaceLivenessServer
) -> None:
    from wsproto.events import BytesMessage, CloseConnection

    face_liveness.queue(Created(until="stream"), ALIVE)
    session = face_liveness.session(create())
    client = WebSocketClient(server.endpoint_url)
    client.open(session.id)
    last = [BytesMessage(data=video(b"a video") + END_OF_INPUT), CloseConnection(code=1000)]
    client.send_bytes(b"".join(map(client.protocol.send, last)))
    client.rest()

    assert client.close_code == 1000
    assert status(session.id) == "SUCCEEDED"
    assert session.stream is not None
    assert session.stream.close_code is None
    client.close()


def test_an_empty_parameter_is_empty_and_not_absent(face_liveness: FaceLiveness, connect: Connect) -> None:
    client = connect("")
    answer = client.next()

    assert answer is not None
    assert answer.name == "ValidationException"
    assert answer.payload["Message"].startswith(
        "2 validation errors detected: Value '' at 'sessionId' failed to satisfy constraint: Member must have length "
        "greater than or equal to 36; "
    )


def test_choice_a_session_that_does_not_exist(
    face_liveness: FaceLiveness, connect: Connect, transport: type[Client]
) -> None:
    client = connect(SESSION_ID)

    assert client.next() == ("SessionNotFoundException", {"Message": "Session not found"})
    assert client.status == (400 if transport is HTTPClient else 0)
    assert client.rest() == []
    assert client.close_code == 1000


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("AccessDeniedException", 403),
        ("InternalServerException", 500),
        ("ServiceQuotaExceededException", 429),
        ("ServiceUnavailableException", 503),
        ("ThrottlingException", 429),
        ("ValidationException", 400),
    ],
)
def test_an_error_at_the_start_has_its_status_over_http(
    face_liveness: FaceLiveness, server: FaceLivenessServer, code: str, status: int
) -> None:
    session = face_liveness.add_session(ALIVE)
    face_liveness.queue_error(code, "no", operation=START)
    client = HTTPClient(server.endpoint_url)
    client.open(session.id)

    assert client.next() == (code, {"Message": "no"})
    assert client.status == status
    assert session.stream is None
    client.close()


@pytest.mark.parametrize("when", ["start", "end"])
def test_choice_an_error_of_a_stream_without_a_text_has_an_empty_body(
    face_liveness: FaceLiveness, connect: Connect, when: str
) -> None:
    session = face_liveness.add_session(ALIVE)
    face_liveness.queue_error("ThrottlingException", "", operation=START, when=when)
    client = connect(session.id)
    if when == "end":
        client.send(video(b"a video") + END_OF_VIDEO)

    *_, last = iter(client.next, None)
    assert last == ("ThrottlingException", {})


@pytest.mark.parametrize(
    ("code", "close_code"), [("StreamIdleTimeout", 4001), ("SessionExpired", 4003), ("ConnectionLost", 1006)]
)
def test_a_stream_ends_without_an_event(
    face_liveness: FaceLiveness, connect: Connect, transport: type[Client], code: str, close_code: int
) -> None:
    session = face_liveness.add_session(ALIVE)
    face_liveness.queue_error(code, operation=START, when="end")
    client = connect(session.id)
    client.send(video(b"a video") + END_OF_VIDEO)

    assert client.rest() == ["ChallengeEvent", "ServerSessionInformationEvent"]
    # There are no close codes in HTTP: the body just breaks off.
    assert client.close_code == (close_code if transport is WebSocketClient else 1006)
    assert session.stream is not None
    assert session.stream.error == code


def test_no_answer_at_all_until_the_client_gives_up(
    face_liveness: FaceLiveness, server: FaceLivenessServer, transport: type[Client]
) -> None:
    session = face_liveness.add_session(ALIVE)
    face_liveness.queue_error("ConnectionLost", operation=START, when="connect")
    client = transport(server.endpoint_url)

    def wait_for_an_answer() -> None:
        with contextlib.suppress(Exception):  # it ends with its socket
            client.open(session.id)

    opening = threading.Thread(target=wait_for_an_answer)
    opening.start()
    wait_until(lambda: [call.error for call in face_liveness.calls] == ["ConnectionLost"])
    client.send_bytes(bytes(32 * 1024 * 1024))  # more than the buffers between hold

    assert not client.has_arrived
    assert (session.stream, session.status) == (None, "SUCCEEDED")
    client.close()
    opening.join(PATIENCE)


def test_a_cut_right_after_the_stream_was_accepted(
    face_liveness: FaceLiveness, server: FaceLivenessServer, connect: Connect
) -> None:
    session = face_liveness.add_session(ALIVE)
    face_liveness.queue_error("ConnectionLost", operation=START)
    client = connect(session.id)

    assert client.rest() == []
    assert client.close_code == 1006
    assert session.stream is None
    again = type(client)(server.endpoint_url)
    again.open(session.id)
    assert again.next() is not None
    again.close()


@pytest.mark.parametrize("when", ["connect", "start", "end"])
@pytest.mark.parametrize("error", [None, "ThrottlingException"])
def test_a_phase_that_is_late(
    face_liveness: FaceLiveness, server: FaceLivenessServer, transport: type[Client], when: str, error: str | None
) -> None:
    session = face_liveness.add_session(ALIVE)
    result = {"delay": 0.3, "when": when}
    requests.post(
        f"{server.endpoint_url}/moto-api/static/rekognition/face-liveness-results", json={"results": [result]}
    ).raise_for_status()
    if error is not None and when != "connect":
        face_liveness.queue_error(error, operation=START, when=when)
    waited: list[float] = []
    with pytest.MonkeyPatch.context() as patched:
        real = Streams.wait
        patched.setattr(Streams, "wait", lambda streams, late: (waited.append(late), real(streams, late))[1])
        client = transport(server.endpoint_url)
        client.open(session.id)
        with contextlib.suppress(ConnectionError):  # refused
            client.send(video(b"a video") + END_OF_VIDEO)
        last = client.rest()[-1]

    assert last == ("DisconnectionEvent" if error is None or when == "connect" else error)
    assert [late for late in waited if late] == [0.3]
    client.close()


def test_a_client_that_leaves_before_late_first_events_breaks_its_stream_off_at_once(
    face_liveness: FaceLiveness, connect: Connect
) -> None:
    session = face_liveness.add_session(ALIVE)
    face_liveness.queue_delay(100)
    client = connect(session.id)
    client.close()
    wait_until(lambda: session.stream and session.stream.ended_at)

    assert session.stream is not None
    assert (session.status, session.stream.close_code) == ("FAILED", 1006)


def test_a_delay_ends_with_its_server(transport: type[Client]) -> None:
    with FaceLivenessServer() as server:
        session = server.face_liveness.add_session(ALIVE)
        server.face_liveness.queue_delay(100)
        client = transport(server.endpoint_url)
        client.open(session.id)
        wait_until(lambda: session.stream)

    client.rest()
    assert client.close_code == (1001 if transport is WebSocketClient else 1006)
    client.close()


def test_choice_a_client_that_does_not_wait_for_a_late_stream_leaves_the_session_as_it_was(
    face_liveness: FaceLiveness, server: FaceLivenessServer, transport: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    late, left = threading.Event(), threading.Event()
    monkeypatch.setattr(Streams, "wait", lambda *_: (late.set(), left.wait(PATIENCE)))
    session = face_liveness.add_session(ALIVE)
    face_liveness.queue_delay(15, when="connect")
    client = transport(server.endpoint_url)

    def give_up() -> None:
        assert late.wait(PATIENCE)
        client.close()
        left.set()

    leaving = threading.Thread(target=give_up)
    leaving.start()
    with contextlib.suppress(Exception):  # there is no answer
        client.open(session.id)
    leaving.join(PATIENCE)
    wait_until(lambda: [call.error for call in face_liveness.calls] == ["ConnectionLost"])

    assert (session.stream, session.status) == (None, "SUCCEEDED")


def test_a_stream_that_is_late_beyond_its_test_is_dropped(
    server: FaceLivenessServer, transport: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    late, over = threading.Event(), threading.Event()
    monkeypatch.setattr(Streams, "wait", lambda *_: (late.set(), over.wait(PATIENCE)))
    client = transport(server.endpoint_url)

    def wait_for_an_answer(session_id: str) -> None:
        with contextlib.suppress(Exception):  # there is none
            client.open(session_id)

    with FaceLiveness(endpoint_url=server.endpoint_url) as face_liveness:
        face_liveness.queue_delay(3, when="connect")
        opening = threading.Thread(target=wait_for_an_answer, args=(face_liveness.add_session(ALIVE).id,))
        opening.start()
        assert late.wait(PATIENCE)
    with FaceLiveness(endpoint_url=server.endpoint_url) as face_liveness:
        face_liveness.queue_error("ThrottlingException", operation=START, optional=True)
        over.set()
        wait_until(lambda: client.has_arrived)

        assert client._receive() == b""
        assert (face_liveness.calls, [seed.raised for seed in face_liveness._snapshot().unused_seeds]) == ([], [0])
    client.close()
    opening.join(PATIENCE)


def test_a_stream_whose_end_is_late_ends_with_its_server(transport: type[Client]) -> None:
    with FaceLivenessServer() as server:
        session = server.face_liveness.add_session(ALIVE)
        server.face_liveness.queue_delay(100, when="end")
        client = transport(server.endpoint_url)
        client.open(session.id)
        client.send(video(b"a video") + END_OF_VIDEO)
        wait_until(lambda: session.stream and session.stream.chunks)

    assert client.rest()[-1] == "DisconnectionEvent"
    assert client.close_code == 1000
    client.close()


def test_a_clock_that_moves_ends_an_open_stream(face_liveness: FaceLiveness, connect: Connect) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(ALIVE)
        client = connect(create())
        client.next()
        clock.shift(180)
        client.rest()

    assert client.close_code in (4003, 1006)


def test_choice_the_region_is_that_of_the_signature(face_liveness: FaceLiveness, connect: Connect) -> None:
    session = face_liveness.at("eu-west-1").add_session(ALIVE)
    client = connect(session.id, region_name="eu-west-1")  # type: ignore[call-arg]
    client.send(video(b"a video") + END_OF_VIDEO)

    assert client.rest()[-1] == "DisconnectionEvent"


def test_a_video_that_is_too_large_is_refused_while_the_client_still_sends(
    face_liveness: FaceLiveness, connect: Connect
) -> None:
    session = face_liveness.add_session(ALIVE)
    client = connect(session.id)
    try:
        for _ in range(12):
            client.send(video(b"x" * 1024 * 1024))
    except ConnectionError:  # the server has said everything
        pass

    assert client.rest()[-1] == "ValidationException"


def test_sixteen_streams_claim_one_session_and_one_wins(
    face_liveness: FaceLiveness, server: FaceLivenessServer, transport: type[Client]
) -> None:
    session = face_liveness.add_session(Created(until="stream"), ALIVE)
    start = threading.Barrier(16)
    ends: list[str] = []

    def claim() -> None:
        client = transport(server.endpoint_url)
        start.wait(PATIENCE)
        client.open(session.id)
        first = client.next()
        if first is not None and first.name == "ChallengeEvent":
            client.send(video(b"a video") + END_OF_VIDEO)
        ends.append((client.rest() or [str(first and first.name)])[-1])
        client.close()

    threads = [threading.Thread(target=claim) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ends) == ["DisconnectionEvent"] + ["ValidationException"] * 15


@pytest.mark.parametrize(
    ("method", "path", "sentence"),
    [
        ("GET", "/start-face-liveness-session", "/start-face-liveness-session takes POST only, not GET"),
        (
            "POST",
            "/start-face-liveness-session-websocket",
            "/start-face-liveness-session-websocket takes GET only, not POST",
        ),
    ],
)
def test_the_paths_take_one_method(server: FaceLivenessServer, method: str, path: str, sentence: str) -> None:
    answer = requests.request(method, server.endpoint_url + path)

    assert (answer.status_code, answer.text) == (405, sentence)


@needs_wsproto
@pytest.mark.parametrize("path", [b"", b"?x=\xff"])
def test_an_upgrade_that_is_not_one_is_refused(server: FaceLivenessServer, path: bytes) -> None:
    request = b"GET /start-face-liveness-session-websocket%s HTTP/1.1\r\nUpgrade: websocket\r\n\r\n" % path
    with socket.create_connection(("127.0.0.1", int(server.endpoint_url.rpartition(":")[2]))) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 426 ")


def test_bytes_that_are_not_tls_behind_a_handshake_cause_no_traceback(
    server: FaceLivenessServer, capfd: pytest.CaptureFixture[str]
) -> None:
    context = ssl.create_default_context(cafile=server.certificate)
    address = ("127.0.0.1", int(server.endpoint_url.rpartition(":")[2]))
    with (
        socket.create_connection(address, PATIENCE) as plain,
        context.wrap_socket(plain.dup(), server_hostname="localhost") as secure,
    ):
        plain.sendall(b"no TLS at all")
        try:
            received = secure.recv(100)
        except ConnectionResetError:  # the server left without reading all of it, as on Python 3.14
            received = b""

    assert received == b""
    assert "Traceback" not in capfd.readouterr().err


def test_a_certificate_that_cannot_be_read_is_the_fault_of_the_server(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with FaceLivenessServer() as server:
        server._tls._own = Certificate(Path("/nowhere.pem"), Path("/nowhere.key"))
        with pytest.raises(OSError):  # noqa: PT011
            ssl.get_server_certificate(("127.0.0.1", int(server.endpoint_url.rpartition(":")[2])))
        wait_until(lambda: any("the server has no TLS: " in message for message in caplog.messages))


def test_another_host_has_its_own_streaming_endpoint() -> None:
    with FaceLivenessServer(host="127.0.0.2") as server:
        assert server.streaming_endpoint_url.startswith("https://127.0.0.2:")


def test_a_silent_client_blocks_nobody(face_liveness: FaceLiveness, server: FaceLivenessServer) -> None:
    port = int(server.endpoint_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        assert requests.get(f"{server.endpoint_url}/moto-api/rekognition/face-liveness").ok


def test_everything_else_is_answered_over_tls_as_well(server: FaceLivenessServer) -> None:
    answer = requests.get(server.face_model_url, verify=server.certificate, headers={"Origin": "http://localhost"})

    assert answer.json()["format"] == "graph-model"
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost"
    weights = requests.get(server.face_model_url.replace("model.json", "face.bin"), verify=server.certificate)
    assert len(weights.content) == 896 * 17 * 4


def refuse_certificate(server: FaceLivenessServer) -> None:
    port = int(server.endpoint_url.rpartition(":")[2])
    with pytest.raises(ssl.SSLError), socket.create_connection(("127.0.0.1", port)) as connection:
        ssl.create_default_context().wrap_socket(connection, server_hostname="localhost")


def broken_handshakes(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    said = " - - [", "a client broke off its TLS handshake: "
    return [(r.levelname, r.message.partition("] ")[2]) for r in caplog.records if all(t in r.message for t in said)]


def test_a_client_that_refuses_the_certificate_is_a_line_and_no_traceback(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with FaceLivenessServer() as server:
        refuse_certificate(server)
        wait_until(lambda: broken_handshakes(caplog))

    ((level, line),) = broken_handshakes(caplog)
    assert level == "WARNING"
    assert line.rstrip().endswith(
        ". A browser does that once for each host before it accepts the certificate. A client that does not try again "
        "does not trust the certificate: docs/streaming.md of the repository says how to make it"
    )
    assert "Traceback" not in capfd.readouterr().err


def test_a_refused_certificate_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "werkzeug")
    with FaceLivenessServer() as server:
        for count in (1, 2, 3):
            refuse_certificate(server)
            wait_until(lambda: len(broken_handshakes(caplog)) == count)  # noqa: B023

    assert [level for level, _ in broken_handshakes(caplog)] == ["WARNING", "DEBUG", "DEBUG"]


def test_a_refused_certificate_is_not_worth_a_warning_after_a_client_has_succeeded(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG", "werkzeug")
    with FaceLivenessServer() as server:
        assert requests.get(server.face_model_url, verify=server.certificate).ok
        refuse_certificate(server)
        wait_until(lambda: broken_handshakes(caplog))

    assert [level for level, _ in broken_handshakes(caplog)] == ["DEBUG"]


def test_a_stream_that_no_test_said_anything_about_is_a_line_in_the_log(
    server: FaceLivenessServer, transport: type[Client], caplog: pytest.LogCaptureFixture
) -> None:
    session_id = create()
    client = transport(server.endpoint_url)
    client.open(session_id)
    client.send(video(b"a video") + END_OF_VIDEO)
    client.rest()
    client.close()
    said = f"StartFaceLivenessSession: no outcome was queued for this session: {session_id} is FAILED"
    wait_until(lambda: any(said in message for message in caplog.messages))


def test_streams_that_are_open_when_the_server_stops_are_closed(transport: type[Client]) -> None:
    with FaceLivenessServer() as server:
        session = server.face_liveness.add_session(ALIVE)
        client = transport(server.endpoint_url)
        client.open(session.id)
        client.next()
        flood = threading.Thread(target=flood_with_video, args=(client,), daemon=True)
        flood.start()
    flood.join(PATIENCE)

    client.rest()
    assert client.close_code == (1001 if transport is WebSocketClient else 1006)
    client.close()


@needs_wsproto
def test_the_path_of_websockets_takes_nothing_else(server: FaceLivenessServer) -> None:
    answer = requests.get(f"{server.endpoint_url}/start-face-liveness-session-websocket")

    assert answer.status_code == 426
    assert answer.text == "this path takes WebSockets only; HTTP goes to /start-face-liveness-session"


def test_without_wsproto_websockets_are_answered_with_a_sentence(
    server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wsproto.utilities", None)
    answer = requests.get(f"{server.endpoint_url}/start-face-liveness-session-websocket")

    assert answer.status_code == 501
    assert answer.text == (
        "streams over a WebSocket need wsproto, which is not installed: pip install 'moto-liveness[server]'"
    )


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Length": "3"}, b"abc"),
        ({"Transfer-Encoding": "chunked"}, b"no size\r\n"),
        ({"Transfer-Encoding": "chunked"}, b"5" * 5000),
        ({}, b""),
    ],
)
def test_a_body_that_is_not_an_event_stream_ends_the_stream(
    face_liveness: FaceLiveness, server: FaceLivenessServer, headers: dict[str, str], body: bytes
) -> None:
    session = face_liveness.add_session(ALIVE)
    port = int(server.endpoint_url.rpartition(":")[2])
    prefix = "x-amz-rekognition-streaming-liveness-"
    sent = {
        f"{prefix}session-id": session.id,
        f"{prefix}video-width": "640",
        f"{prefix}video-height": "480",
        f"{prefix}challenge-versions": f"{LIGHT}_2.0.0",
        "Expect": "100-continue",
        **headers,
    }
    lines = ["POST /start-face-liveness-session HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")
    wait_until(lambda: session.stream and session.stream.ended_at)
    assert status(session.id) == "FAILED"


# The video over HTTP.


def test_a_video_that_is_gone_is_a_lookup_error(
    face_liveness: FaceLiveness, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._MOST_BYTES", 5)
    session = face_liveness.add_session(ALIVE)
    client = connect(session.id)
    client.send(video(b"a video") + video(b" of two chunks") + END_OF_VIDEO)
    client.rest()

    found = session.stream
    assert found is not None
    assert found.size == 21
    with pytest.raises(LookupError, match=r"^the video of 21 bytes was dropped to make room for 0 MB of later videos$"):
        _ = found.video


def test_a_session_without_a_stream_has_no_video(face_liveness: FaceLiveness, server: FaceLivenessServer) -> None:
    session = face_liveness.add_session(ALIVE)
    answer = requests.get(f"{server.endpoint_url}/moto-api/rekognition/face-liveness/sessions/{session.id}/video")

    assert (answer.status_code, answer.json()) == (404, {"message": f"nobody streamed to session {session.id}"})


def test_a_webm_is_answered_as_one(face_liveness: FaceLiveness, server: FaceLivenessServer, connect: Connect) -> None:
    session = face_liveness.add_session(ALIVE)
    client = connect(session.id)
    client.send(video(b"\x1aE\xdf\xa3 and so on") + END_OF_VIDEO)
    client.rest()
    answer = requests.get(f"{server.endpoint_url}/moto-api/rekognition/face-liveness/sessions/{session.id}/video")

    assert (answer.headers["Content-Type"], answer.content) == ("video/webm", b"\x1aE\xdf\xa3 and so on")


# The command.


@pytest.mark.parametrize("options", [[], ["--ssl"]])
def test_the_command_answers_http_and_https_on_its_port(
    tmp_path: Path, transport: type[Client], options: list[str], port: int
) -> None:
    command = [sys.executable, "-m", "moto_liveness", "-p", str(port), *options]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers_on(port))
        plain, secure = f"http://127.0.0.1:{port}", f"https://localhost:{port}"
        face_liveness = FaceLiveness(endpoint_url=plain)
        ssl.get_server_certificate(("localhost", port))  # it is made with the first handshake
        [certificate] = tmp_path.glob("moto-liveness/localhost-*/certificate.pem")
        session = face_liveness.add_session(Created(until="stream"), ALIVE)
        client = transport(secure, str(certificate))
        client.open(session.id)
        client.send(video(b"a video") + END_OF_VIDEO)
        assert client.rest()[-1] == "DisconnectionEvent"
        client.close()
        other = transport(plain)
        other.open(face_liveness.add_session(ALIVE).id)
        other.next()
        process.send_signal(INTERRUPT)
        other.rest()
        assert other.close_code == (1001 if transport is WebSocketClient else 1006)
        other.close()
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_the_command_takes_a_certificate_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import moto.server

    from moto_liveness.server import command

    seen: list[dict[str, Any]] = []
    monkeypatch.setattr(moto.server, "run_simple", lambda *_, **options: seen.append(options))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    mine = localhost_certificate()
    command.run_server(["-c", str(mine.certificate), "-k", str(mine.key)])

    [options] = seen
    assert "ssl_context" not in options
    assert options["request_handler"].tls.certificate == mine


def test_a_certificate_that_does_not_exist_stops_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    from moto_liveness.server import command

    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as error:
        command.run_server(["-c", "no.pem", "-k", "no.key"])

    # Python 3.15 adds the file.
    assert str(error.value).removesuffix(": 'no.pem'") == (
        "the server cannot use the certificate no.pem with the key no.key: [Errno 2] No such file or directory"
    )
