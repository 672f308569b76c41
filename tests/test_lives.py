"""A block belongs to one server, and to one life of it; a command is carried out once."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from moto_liveness import Created, FaceLiveness, FaceLivenessServer, Failed
from moto_liveness.core.commands import COMMAND
from moto_liveness.core.script import NUMBERS
from moto_liveness.moto_api.repeats import Repeats
from tests.aws import ALIVE, create, status
from tests.conftest import needs_flask
from tests.waiting import PATIENCE

pytestmark = needs_flask
RESULTS = "/moto-api/static/rekognition/face-liveness-results"


@contextlib.contextmanager
def serving(port: int) -> Iterator[str]:
    """A server in a process of its own."""
    command = [str(Path(sys.executable).parent / "moto_liveness_server"), "-p", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any(f"://127.0.0.1:{port}" in line for line in process.stderr)
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGINT)


def started_anew(endpoint_url: str) -> str:
    return (
        f"{endpoint_url} was restarted while this block was open: the block's seeds, sessions and calls are gone. "
        "Start the server before the block, and keep it running until the block has ended."
    )


def test_a_block_tells_that_its_server_was_started_anew(port: int) -> None:
    with contextlib.ExitStack() as stack:
        with pytest.raises(RuntimeError) as at_the_end, contextlib.ExitStack() as block:
            with serving(port) as endpoint_url:
                face_liveness = block.enter_context(FaceLiveness(endpoint_url=endpoint_url))
                face_liveness.queue(ALIVE)
            stack.enter_context(serving(port))
            other = FaceLiveness(endpoint_url=endpoint_url)
            seed = other.queue(Failed())

            with pytest.raises(RuntimeError) as at_the_next_call:
                face_liveness.queue(ALIVE)

        assert str(at_the_next_call.value) == str(at_the_end.value) == started_anew(endpoint_url)
        assert not seed.used  # and it was not rolled back
        assert [one["number"] for one in state(endpoint_url)["unused_seeds"]] == [seed.number]
        other.withdraw()
        with FaceLiveness(endpoint_url=endpoint_url) as another:
            assert another.calls == []


def state(endpoint_url: str) -> dict[str, list[dict[str, object]]]:
    answer: dict[str, list[dict[str, object]]] = requests.get(
        f"{endpoint_url}/moto-api/rekognition/face-liveness"
    ).json()
    return answer


def test_a_block_without_checks_tells_it_too(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    lax = FaceLiveness(endpoint_url=endpoint_url, assert_all_used=False, assert_all_seeded=False)
    with monkeypatch.context() as patch, pytest.raises(RuntimeError) as error, lax:
        patch.setattr(NUMBERS, "life", "another")

    assert str(error.value) == started_anew(endpoint_url)
    requests.delete(f"{endpoint_url}/moto-api/rekognition/face-liveness?since=0")  # what it could not roll back


def test_a_seed_and_a_session_of_a_life_are_not_those_of_another(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url, assert_all_used=False) as face_liveness:
        seed, session = face_liveness.queue(ALIVE), face_liveness.add_session()
        with monkeypatch.context() as patch:
            patch.setattr(NUMBERS, "life", "another")

            with pytest.raises(RuntimeError, match="was restarted"):
                _ = seed.used
            with pytest.raises(RuntimeError, match="was restarted"):
                session.set_outcome(ALIVE)


def test_a_handle_without_a_block_goes_on_with_a_server_that_was_started_anew(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    face_liveness = FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url)
    before = face_liveness.sessions
    monkeypatch.setattr(NUMBERS, "life", "another")

    assert face_liveness.sessions == before


def test_a_block_does_not_begin_among_seeds_on_a_server_because_another_is_open_elsewhere(
    make_face_liveness_server: FaceLivenessServer, port: int
) -> None:
    with serving(port) as endpoint_url, FaceLiveness(endpoint_url=endpoint_url), FaceLiveness():
        left = FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url)
        # In this process: the open block in it is about the same state.
        seed = left.queue(ALIVE)
        with FaceLiveness(endpoint_url=left._store.endpoint_url, assert_all_used=False):
            pass
        left.withdraw()
        assert seed.withdrawn

    with FaceLiveness(), serving(port) as endpoint_url:
        FaceLiveness(endpoint_url=endpoint_url).queue(Failed())
        with pytest.raises(RuntimeError) as error, FaceLiveness(endpoint_url=endpoint_url):
            pass

    assert str(error.value).startswith(f"{endpoint_url} has 1 unused seed that no open block queued:")


def test_a_server_is_the_same_by_another_name(make_face_liveness_server: FaceLivenessServer) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    with FaceLiveness(endpoint_url=endpoint_url) as outer:
        outer.queue(ALIVE, optional=True)
        outer.queue(Failed())
        with FaceLiveness(endpoint_url=endpoint_url.replace("127.0.0.1", "localhost"), assert_all_used=False):
            outer.withdraw()


def test_a_seed_that_another_handle_or_the_console_withdrew_is_not_lost(
    make_face_liveness_server: FaceLivenessServer,
) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    with FaceLiveness(endpoint_url=endpoint_url) as face_liveness:
        face_liveness.queue(ALIVE)
        FaceLiveness(endpoint_url=endpoint_url).withdraw()
        seed = face_liveness.queue_error("ThrottlingException", times=2)
        requests.delete(f"{endpoint_url}/moto-api/rekognition/face-liveness/seeds/{seed.number}")
        requests.post(f"{endpoint_url}/moto-api/reset")


def test_what_a_session_shows_at_the_end_of_its_block_can_be_read_afterwards(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FaceLivenessServer() as server:
        monkeypatch.setattr("tests.aws.ENDPOINT", server.endpoint_url)
        with FaceLiveness(endpoint_url=server.endpoint_url) as face_liveness:
            face_liveness.queue(Created(), ALIVE)
            session = face_liveness.session(create())
            other = face_liveness.add_session()
            face_liveness.add_session()
            assert [status(session.id), status(session.id)] == ["CREATED", "SUCCEEDED"]

    assert (session.status, session.poll_count, other.status) == ("SUCCEEDED", 2, "CREATED")
    with pytest.raises(RuntimeError, match="is gone"):
        session.set_outcome(ALIVE)


def relay(listening: socket.socket, target: tuple[str, int], losses: int) -> None:
    """Pass requests on to a server, and lose the answers to the first ones."""
    for number in range(losses + 1):
        client, _ = listening.accept()
        with client, socket.create_connection(target) as server:
            server.sendall(message(client))
            answer = message(server)
            if number == losses:
                client.sendall(answer)


def message(connection: socket.socket) -> bytes:
    """Return the next request or answer of a connection."""
    with connection.makefile("rb") as file:
        head = b"".join(iter(file.readline, b"\r\n"))
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return head + b"\r\n" + file.read(int(length.group(1)) if length else 0)


def test_a_command_whose_answer_is_lost_is_carried_out_once(make_face_liveness_server: FaceLivenessServer) -> None:
    port = int(make_face_liveness_server.endpoint_url.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=relay, args=(listening, ("127.0.0.1", port), 1))
        thread.start()
        face_liveness = FaceLiveness(endpoint_url=f"http://127.0.0.1:{listening.getsockname()[1]}")
        seed = face_liveness.queue(ALIVE)
        thread.join(PATIENCE)
    unused = state(make_face_liveness_server.endpoint_url)["unused_seeds"]
    FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url).withdraw()

    assert [one["number"] for one in unused] == [seed.number]


def test_a_repeated_command_waits_for_the_first_one() -> None:
    repeats: Repeats[int] = Repeats()
    began, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def work() -> int:
        began.set()
        go_on.wait(PATIENCE)
        done.append(1)
        return 7

    first = threading.Thread(target=repeats.answer, args=("one", work))
    first.start()
    began.wait(PATIENCE)
    answers: list[int] = []
    second = threading.Thread(target=lambda: answers.append(repeats.answer("one", work)))
    second.start()
    go_on.set()
    first.join(PATIENCE)
    second.join(PATIENCE)

    assert (answers, done) == ([7], [1])


def test_a_repeated_command_fails_as_the_first_one_did() -> None:
    repeats: Repeats[int] = Repeats()
    failures = iter([KeyError("first"), KeyError("second")])

    def fail() -> int:
        raise next(failures)

    for _ in range(2):
        with pytest.raises(KeyError, match="first"):
            repeats.answer("one", fail)


def test_the_last_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.moto_api.repeats._MOST", 2)
    repeats: Repeats[int] = Repeats()
    for number in range(3):
        repeats.answer(str(number), lambda: 1)

    assert [repeats.answer(str(number), lambda: 2) for number in (2, 1, 0)] == [1, 1, 2]


def test_an_id_is_that_of_one_command(make_face_liveness_server: FaceLivenessServer) -> None:
    endpoint_url, headers = make_face_liveness_server.endpoint_url, {COMMAND: "the same"}
    queued = requests.post(f"{endpoint_url}{RESULTS}", '{"results": [{"status": "FAILED"}]}', headers=headers)
    added = requests.post(f"{endpoint_url}/moto-api/rekognition/face-liveness/sessions", "{}", headers=headers)
    photos = [
        requests.post(f"{endpoint_url}/moto-api/static/rekognition/photos", f'{{"people": {people}}}', headers=headers)
        for people in ("[]", '["alice"]')
    ]
    FaceLiveness(endpoint_url=endpoint_url).withdraw()

    assert [*queued.json()] == ["seeds"]
    assert added.json()["status"] == "CREATED"
    assert photos[0].content != photos[1].content


def test_a_command_without_an_id_is_never_a_repeat(make_face_liveness_server: FaceLivenessServer) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    body = json.dumps({"results": [{"status": "FAILED"}]})
    seeds = [
        requests.post(f"{endpoint_url}{RESULTS}", body, headers=headers).json()["seeds"]
        for headers in ({}, {}, {COMMAND: "mine"}, {COMMAND: "mine"})
    ]
    FaceLiveness(endpoint_url=endpoint_url).withdraw()

    assert seeds[0] != seeds[1]
    assert seeds[2] == seeds[3]
