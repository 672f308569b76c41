"""What a stream costs."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from benchmarks.conftest import Note, Row, client
from benchmarks.paired import Side
from benchmarks.stream_client import CHUNKS, MEGABYTES, events, head, stream
from moto_liveness import Created, FaceLivenessServer, Session, Succeeded
from moto_liveness.server.handler import StreamingRequestHandler

PATH = "/start-face-liveness-session"


@pytest.fixture(scope="module")
def sending() -> Iterator[Callable[[int, str, str], float]]:
    """Stream from a process of its own. Its seconds of CPU time are returned."""
    command = [sys.executable, "-m", "benchmarks.stream_client"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        requests, answers = process.stdin, process.stdout

        def send(port: int, path: str, session_id: str) -> float:
            requests.write(f"{port} {path} {session_id}\n")
            requests.flush()
            return float(answers.readline())

        yield send
        requests.close()


@pytest.fixture
def dropping(monkeypatch: Any) -> None:
    """Let the server read the body of a request to /drop, and do nothing with it."""
    answer = StreamingRequestHandler.run_wsgi

    def drop_or_answer(handler: StreamingRequestHandler) -> None:
        if handler.path != "/drop":
            answer(handler)
            return
        handler.close_connection = True
        body = handler.make_environ()["wsgi.input"]
        while body.read(65536):
            pass
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    monkeypatch.setattr(StreamingRequestHandler, "run_wsgi", drop_or_answer)


@pytest.mark.usefixtures("dropping")
def test_stream(row: Row, server: FaceLivenessServer, sending: Any) -> None:
    def to(path: str) -> Side:
        """Return a side in seconds of CPU time: those of this process, where the server is, and of the client."""

        def side() -> float:
            session = new_session(server)
            start = time.process_time()
            of_client: float = sending(port_of(server), path, session.id)
            return time.process_time() - start + of_client

        return side

    beside = "the same bytes, dropped by the same server"
    row(f"a stream of {MEGABYTES} MB", to(PATH), to("/drop"), beside=beside, bar=2.0)


def test_sixteen_streams_at_once(server: FaceLivenessServer, note: Note) -> None:
    sessions = [new_session(server) for _ in range(16)]
    start = time.perf_counter()
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda session: stream(port_of(server), PATH, session.id), sessions))
    seconds = time.perf_counter() - start
    video = b"".join(CHUNKS)
    whole = sum(session.stream is not None and session.stream.video == video for session in sessions)
    assert all(b"DisconnectionEvent" in answer for answer in answers)
    figure = f"{whole} of 16 whole, {seconds:.2f} s"
    note(f"16 streams of {MEGABYTES} MB at once", figure, bar="each byte accounted for")


@pytest.fixture
def pollers(server: FaceLivenessServer) -> Iterator[None]:
    """Let 32 clients poll."""
    rekognition, stop = client(server.endpoint_url), threading.Event()
    session = server.face_liveness.add_session()

    def poll() -> None:
        while not stop.is_set():
            rekognition.get_face_liveness_session_results(SessionId=session.id)

    threads = [threading.Thread(target=poll) for _ in range(32)]
    for thread in threads:
        thread.start()
    yield
    stop.set()
    for thread in threads:
        thread.join()


@pytest.mark.usefixtures("pollers")
def test_opening_a_stream_while_clients_poll(server: FaceLivenessServer, note: Note) -> None:
    times = sorted(opening(server) for _ in range(20))
    note("opening a stream while 32 clients poll", f"{times[10] * 1000:,.0f} ms, the median of 20", bar="report")


def test_what_the_mock_adds_to_a_check(server: FaceLivenessServer, note: Note) -> None:
    openings = sorted(opening(server) for _ in range(20))
    endings = sorted(ending(server) for _ in range(20))
    figure = f"{openings[10] * 1000:.1f} and {endings[10] * 1000:.1f} ms, the medians of 20"
    note("opening a stream, and ending it", figure, bar="0.2 s together")


def ending(server: FaceLivenessServer) -> float:
    """Return the seconds from the end of the video to the DisconnectionEvent."""
    *video, end = (b"%x\r\n%s\r\n" % (len(event), event) for event in events())
    with socket.create_connection(("127.0.0.1", port_of(server))) as connection:
        connection.sendall(head(PATH, new_session(server).id) + b"".join(video))
        while not server.face_liveness.sessions[-1].stream:
            pass
        start = time.perf_counter()
        connection.sendall(end)
        received = b""
        while b"DisconnectionEvent" not in received:
            received += connection.recv(65536)
        return time.perf_counter() - start


def opening(server: FaceLivenessServer) -> float:
    """Return the seconds from connecting to the first event."""
    session = new_session(server)
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port_of(server))) as connection:
        connection.sendall(head(PATH, session.id))
        received = b""
        while b"ChallengeEvent" not in received:
            received += connection.recv(65536)
        return time.perf_counter() - start


def port_of(server: FaceLivenessServer) -> int:
    """Return the port of a server."""
    return int(server.endpoint_url.rpartition(":")[2])


def new_session(server: FaceLivenessServer) -> Session:
    """Return a session that waits for its stream."""
    return server.face_liveness.add_session(Created(until="stream"), Succeeded(97.3))
