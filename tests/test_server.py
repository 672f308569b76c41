"""FaceLivenessServer, its fixture, TEST_SERVER_MODE and the commands."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
import responses
from moto import mock_aws
from moto.core.models import MockAWS
from werkzeug.serving import make_ssl_devcert

from moto_liveness import Created, FaceLiveness, FaceLivenessServer, Failed, Succeeded
from moto_liveness.control import remote
from moto_liveness.core.views import VERSION
from moto_liveness.server import command
from tests.aws import ALIVE, AUTHORIZATION, GET, SESSION_ID
from tests.conftest import needs_flask
from tests.waiting import INTERRUPT, PATIENCE, answering, wait_until

pytestmark = needs_flask


def has_ipv6() -> bool:
    # socket.has_ipv6 says whether Python was built with it. Many containers have no address all the same.
    with contextlib.suppress(OSError), socket.create_server(("::1", 0), family=socket.AF_INET6):
        return True
    return False


needs_ipv6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@pytest.fixture(scope="module")
def server() -> Iterator[FaceLivenessServer]:
    with FaceLivenessServer() as server:
        yield server


def client(endpoint_url: str) -> Any:
    return boto3.client("rekognition", "us-east-1", endpoint_url=endpoint_url, verify=False)


def send(endpoint_url: str, body: bytes, operation: str = "CreateFaceLivenessSession") -> requests.Response:
    headers = {"X-Amz-Target": f"RekognitionService.{operation}", "Authorization": AUTHORIZATION}
    return requests.post(endpoint_url, data=body, headers=headers)


def test_a_server_listens_on_a_free_port_of_this_machine(server: FaceLivenessServer) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.endpoint_url)


@pytest.mark.parametrize(
    ("host", "reached"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("127.0.0.2", "127.0.0.2")]
)
def test_chromium_finds_the_server_by_the_hosts_of_aws(host: str, reached: str) -> None:
    with FaceLivenessServer(host=host) as server:
        port = server.endpoint_url.rpartition(":")[2]

        assert server.chromium_args == [
            f"--host-resolver-rules=MAP *.amazonaws.com:443 {reached}:{port}",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ]


def test_a_server_has_a_handle_of_its_own(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        seed = face_liveness.queue(Created(), ALIVE)
        rekognition = client(server.endpoint_url)
        session_id = rekognition.create_face_liveness_session()["SessionId"]
        rekognition.get_face_liveness_session_results(SessionId=session_id)

        session = face_liveness.session(session_id)
        assert (seed.used, seed.session_id) == (True, session_id)
        assert (session.status, session.poll_count) == ("SUCCEEDED", 1)
        assert [call.status for call in face_liveness.calls] == [None, "CREATED"]
    assert server.face_liveness.sessions == []


def test_a_server_shows_whether_it_runs(server: FaceLivenessServer) -> None:
    assert repr(server) == f"<FaceLivenessServer at {server.endpoint_url}>"
    assert repr(FaceLivenessServer()) == "<FaceLivenessServer, not running>"
    assert repr(server.face_liveness) == (
        f"<FaceLiveness of {server.endpoint_url}, any region, any account, outside of a block>"
    )


def test_a_server_starts_once_at_a_time(server: FaceLivenessServer) -> None:
    with pytest.raises(RuntimeError) as error:
        server.__enter__()

    assert str(error.value) == (
        f"this server is already running at {server.endpoint_url}: make a second FaceLivenessServer()"
    )
    assert server.face_liveness.sessions == []


def test_a_server_can_stop_twice_and_start_again() -> None:
    server = FaceLivenessServer()
    with server:
        server.__exit__(None, None, None)

    with server:
        assert server.face_liveness.sessions == []


def test_a_block_on_a_server_complains_of_unused_seeds(server: FaceLivenessServer) -> None:
    with pytest.raises(AssertionError) as error, server.face_liveness as face_liveness:
        face_liveness.at("eu-west-1").queue(ALIVE)

    what, seed, *_ = str(error.value).splitlines()
    assert what == "1 seed was never used:"
    assert seed.startswith(
        "  - at(region_name='eu-west-1').queue(Succeeded(confidence=97.3)), queued at tests/test_server.py:"
    )
    assert server.face_liveness.sessions == []


def test_a_session_of_a_server_is_the_same_session_each_time(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        session = face_liveness.add_session()

        assert {session, face_liveness.session(session.id)} == set(face_liveness.sessions)
        assert session != face_liveness.add_session()


def test_a_seed_that_was_rolled_back_was_not_used(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        unused = face_liveness.queue(ALIVE, optional=True)
        face_liveness.queue_error("InternalServerError", operation="CreateFaceLivenessSession", times=2, optional=True)
        error = face_liveness.queue_error("InternalServerError", times=2, optional=True)
        send(server.endpoint_url, json.dumps({"SessionId": face_liveness.add_session().id}).encode(), GET)

        assert str(error).endswith(": raised 1 of 2 times")
    assert not unused.used


def test_a_port_that_is_in_use_is_named(server: FaceLivenessServer) -> None:
    port = int(server.endpoint_url.rpartition(":")[2])

    with pytest.raises(RuntimeError) as error, FaceLivenessServer(port=port):
        pass

    assert str(error.value) == f"the server cannot listen on 127.0.0.1:{port}: [Errno 98] Address already in use"


@pytest.mark.parametrize("endpoint_url", ["", "127.0.0.1:5000", "ftp://127.0.0.1"])
def test_an_endpoint_url_that_is_not_a_url_is_named(endpoint_url: str) -> None:
    with pytest.raises(ValueError, match="endpoint_url") as error:
        FaceLiveness(endpoint_url=endpoint_url)

    assert str(error.value) == f"endpoint_url must begin with http:// or https://, not {endpoint_url!r}"


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", "does not answer in JSON"),
        (b"HTTP/1.1 200 OK\r\n\r\n<html>", "does not answer in JSON"),
        (b"HTTP/1.1 200 OK\r\n\r\n{}", "sends an unexpected answer"),
    ],
)
def test_a_server_of_another_kind_is_named(answer: bytes, what: str) -> None:
    with answering(answer) as endpoint_url, pytest.raises(RuntimeError) as error:
        _ = FaceLiveness(endpoint_url=endpoint_url).sessions

    assert str(error.value) == (
        f"{endpoint_url} {what}: is it a moto_liveness_server? A plain moto_server has no such route."
    )


def test_a_connection_that_is_closed_without_an_answer_is_tried_once_more() -> None:
    lists = ("sessions", "calls", "unused_seeds", "outages", "unseeded_polls", "collections")
    empty: dict[str, list[object]] = {key: [] for key in lists}
    numbers = dict.fromkeys(("number", "forgotten_calls", "unused_seed_count"), 0)
    facts = {"version": VERSION, "life": "one", "default": None, "fates": {}, **numbers, **empty}
    state = json.dumps(facts).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(state), state)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for sent in (b"", answer):
                connection, _ = listening.accept()
                with connection:
                    connection.recv(9999)
                    connection.sendall(sent)

        thread = threading.Thread(target=serve)
        thread.start()
        calls = FaceLiveness(endpoint_url=f"http://127.0.0.1:{listening.getsockname()[1]}").calls
        thread.join()

    assert calls == []


def test_the_error_of_a_block_is_seen_when_its_server_is_gone_too() -> None:
    def block() -> None:
        with FaceLivenessServer() as server, server.face_liveness:
            server._started.close()
            raise KeyError("the real one")

    with pytest.raises(KeyError, match="the real one"):
        block()


def test_a_block_that_cannot_begin_leaves_no_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.script.Script.begin_block", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError), FaceLiveness():
        pass

    assert MockAWS._nested_count == 0


def test_a_remote_seed_prints_as_it_was_written(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        seed = face_liveness.queue_error("ThrottlingException", times=2, optional=True)

        assert str(seed).startswith("queue_error('ThrottlingException', ")
        assert (seed.used, seed.session_id, seed.optional) == (False, None, True)


def test_a_server_that_ended_forgets_what_was_said_to_it() -> None:
    with FaceLivenessServer() as first:
        first.face_liveness.queue(ALIVE)

    with FaceLivenessServer() as second:
        session_id = client(second.endpoint_url).create_face_liveness_session()["SessionId"]
        assert second.face_liveness.session(session_id).status == "CREATED"


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint_url = f"http://127.0.0.1:{free.getsockname()[1]}"

        with pytest.raises(RuntimeError) as error:
            FaceLiveness(endpoint_url=endpoint_url).queue(ALIVE)

    assert str(error.value) == (
        f"no moto_liveness_server answers at {endpoint_url}: [Errno 111] Connection refused. "
        "Start one with `moto_liveness_server`, or with `with FaceLivenessServer() as server:`."
    )


def test_a_server_that_is_not_ours_is_named(server: FaceLivenessServer) -> None:
    elsewhere = FaceLiveness(endpoint_url=f"{server.endpoint_url}/moto-api/nowhere")

    with pytest.raises(RuntimeError) as error:
        elsewhere.queue(ALIVE)

    assert str(error.value) == (
        f"{server.endpoint_url}/moto-api/nowhere/moto-api/static/rekognition/face-liveness-results answered "
        "404 NOT FOUND: is it a moto_liveness_server? A plain moto_server has no such route."
    )


def test_what_a_server_refuses_is_raised_as_python_would(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        session = face_liveness.add_session()
        with pytest.raises(ValueError, match=f"^session {session.id} exists already$"):
            face_liveness.add_session(session_id=session.id)
    with pytest.raises(RuntimeError, match=f"^session {session.id} is gone: "):
        session.set_outcome(ALIVE)
    assert session.status == "CREATED"  # as it was seen last
    assert repr(session) == f"<Session {session.id} in us-east-1, account 123456789012, at {server.endpoint_url}>"


def test_the_handle_a_server_and_a_user_s_own_responses_mocks_live_side_by_side(server: FaceLivenessServer) -> None:
    with responses.RequestsMock() as mocks, server.face_liveness as face_liveness:
        mocks.get("https://example.com/", body="the user's own")
        face_liveness.queue(ALIVE)
        session_id = client(server.endpoint_url).create_face_liveness_session()["SessionId"]

        assert face_liveness.session(session_id).status == "SUCCEEDED"
        assert requests.get("https://example.com/").text == "the user's own"


def test_a_session_of_a_server_can_be_looked_up_in_its_own_region_only(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        session = face_liveness.at("eu-west-1").add_session()

        assert face_liveness.at("eu-west-1").session(session.id) == session
        with pytest.raises(LookupError, match=f"^there is no session '{session.id}' here."):
            face_liveness.at("us-east-1").session(session.id)
        with pytest.raises(LookupError, match=f"^there is no session '{SESSION_ID}' here."):
            face_liveness.session(SESSION_ID)


def test_certificates_go_unchecked_on_loopback_addresses_only() -> None:
    hosts = ["localhost", "127.0.0.1", "127.1.2.3", "::1", "10.0.0.1", "example.com", None]

    assert [remote._is_loopback(host) for host in hosts] == [True, True, True, True, False, False, False]


def test_a_server_elsewhere_must_have_a_certificate_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = make_ssl_devcert(str(tmp_path / "cert"), host="localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    monkeypatch.setattr(remote, "_is_loopback", lambda _: False)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: shake_hands(listening, context))
        thread.start()
        with pytest.raises(RuntimeError, match="certificate verify failed"):
            _ = FaceLiveness(endpoint_url=f"https://127.0.0.1:{listening.getsockname()[1]}").calls
        thread.join()


def shake_hands(listening: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = listening.accept()
    with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True):
        pass


def test_a_handle_is_not_sent_through_the_proxies_of_the_environment(
    server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert isinstance(server.face_liveness.calls, list)


def test_the_seeds_of_one_place_can_be_withdrawn(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        face_liveness.at("eu-west-1").queue(ALIVE)
        kept = face_liveness.queue(ALIVE, optional=True)

        face_liveness.at("eu-west-1").withdraw()

        face_liveness.assert_all_used()
        assert not kept.used


def test_thirty_two_clients_at_once_lose_nothing(server: FaceLivenessServer) -> None:
    with server.face_liveness as face_liveness:
        seeds = [face_liveness.queue(Succeeded(confidence=2 + n)) for n in range(64)]

        def one(_: int) -> str:
            return str(send(server.endpoint_url, b"{}").json()["SessionId"])

        with ThreadPoolExecutor(32) as pool:
            ids = list(pool.map(one, range(64)))

        assert len(set(ids)) == 64
        assert {seed.session_id for seed in seeds} == set(ids)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "SerializationException"),
        (b"\xff\xfe{}", "SerializationException"),
        (b"[" * 100_000, "SerializationException"),
        (b'{"ClientRequestToken": 5}', "SerializationException"),
        (b'{"ClientRequestToken": "' + b"x" * 50_000_000 + b'"}', "ValidationException"),
    ],
    ids=["broken", "no utf-8", "too deep", "wrong type", "50 MB"],
)
def test_whatever_is_sent_to_the_operations_gets_an_answer(server: FaceLivenessServer, body: bytes, code: str) -> None:
    answer = send(server.endpoint_url, body)

    assert (answer.status_code, answer.json()["__type"]) == (400, code)


def test_fifty_megabytes_of_results_get_an_answer(server: FaceLivenessServer) -> None:
    body = b'{"results": [{"status": "' + b"x" * 50_000_000 + b'"}]}'

    answer = requests.post(f"{server.endpoint_url}/moto-api/static/rekognition/face-liveness-results", data=body)

    assert (answer.status_code, len(answer.json()["message"]) < 300) == (400, True)


def test_a_body_of_a_stock_operation_that_is_not_utf_8_is_moto_s_to_answer(server: FaceLivenessServer) -> None:
    assert send(server.endpoint_url, b"\xff\xfe{}", "DetectLabels").status_code == 500


def test_the_recorder_of_moto_records_and_replays(
    server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from moto.moto_api import recorder

    monkeypatch.setattr(recorder, "_location", str(tmp_path / "recording"))
    api = f"{server.endpoint_url}/moto-api"
    with server.face_liveness as face_liveness:
        requests.post(f"{api}/recorder/start-recording")
        requests.post(f"{api}/seed?a=42")
        requests.post(
            f"{api}/static/rekognition/face-liveness-results",
            json={"results": [{"status": "SUCCEEDED", "confidence": 1}]},
        )
        session_id = send(server.endpoint_url, b"{}").json()["SessionId"]
        requests.post(f"{api}/recorder/stop-recording")
        requests.post(f"{api}/reset")
        before = face_liveness.sessions

        requests.post(f"{api}/recorder/replay-recording")

        assert (before, [session.id for session in face_liveness.sessions]) == ([], [session_id])
        assert face_liveness.session(session_id).status == "SUCCEEDED"


SUITE_OF_A_SERVER = """
    import boto3
    import pytest
    from moto_liveness import *

    def check(endpoint_url):
        rekognition = boto3.client("rekognition", "us-east-1", endpoint_url=endpoint_url)
        session_id = rekognition.create_face_liveness_session()["SessionId"]
        return rekognition.get_face_liveness_session_results(SessionId=session_id)["Status"]

    def test_it_is_entered(face_liveness_server):
        face_liveness_server.face_liveness.set_default(Succeeded(97.3))
        assert check(face_liveness_server.endpoint_url) == "SUCCEEDED"

    def test_it_is_cleared(face_liveness_server):
        assert face_liveness_server.face_liveness.sessions == []

    def test_it_is_checked(face_liveness_server):
        face_liveness_server.face_liveness.queue(Failed())

    def test_it_is_strict(face_liveness_server):
        endpoint_url = face_liveness_server.endpoint_url
        with pytest.raises(Exception, match="UnseededSession"), FaceLiveness(endpoint_url=endpoint_url):
            check(endpoint_url)

    @pytest.mark.face_liveness(Failed(), assert_all_used=True)
    def test_the_marker_applies(face_liveness_server):
        assert check(face_liveness_server.endpoint_url) == "FAILED"

    def test_it_shows_its_calls(face_liveness_server):
        face_liveness_server.face_liveness.queue(Failed())
        assert check(face_liveness_server.endpoint_url) == "SUCCEEDED"

    @pytest.mark.face_liveness(Failed())
    def test_both_share_one_block(face_liveness, face_liveness_server):
        assert check(face_liveness_server.endpoint_url) == "FAILED"
        assert len(face_liveness.calls) == len(face_liveness_server.face_liveness.calls) == 2

    def test_the_server_of_the_session_is_the_same(make_face_liveness_server, face_liveness_server):
        assert make_face_liveness_server is face_liveness_server
"""


def test_the_fixture_serves_one_test_and_is_checked_like_the_other(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE_OF_A_SERVER)

    result = pytester.runpytest("-W", "error")

    result.assert_outcomes(passed=7, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_it_is_checked*",
            "AssertionError: 1 seed was never used:",
            "*test_it_shows_its_calls*",
            "*Captured face liveness calls*",
            "CreateFaceLivenessSession in us-east-1 -> session * (queue(Failed()), test_the_fixture_*.py:*)",
            "GetFaceLivenessSessionResults in us-east-1, session * -> FAILED",
        ]
    )


def test_while_a_server_runs_boto3_finds_credentials_that_do_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with FaceLivenessServer() as server:
        client(server.endpoint_url).create_face_liveness_session()
        inside = os.environ["AWS_ACCESS_KEY_ID"]

    assert (inside, "AWS_ACCESS_KEY_ID" in os.environ) == ("testing", False)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_does_not_exist_is_named(port: int) -> None:
    with pytest.raises(ValueError, match="port") as error:
        FaceLivenessServer(port=port)

    assert str(error.value) == f"port must be a number from 0 to 65535, not {port}"


@pytest.mark.parametrize("port", ["5000", 5000.5, True])
def test_a_port_is_an_int(port: Any) -> None:
    with pytest.raises(TypeError) as error:
        FaceLivenessServer(port=port)

    assert str(error.value) == f"port must be an int, not {port!r}"


def test_a_server_can_listen_on_another_address() -> None:
    with FaceLivenessServer(host="127.0.0.2") as server:
        assert server.endpoint_url.startswith("http://127.0.0.2:")


def test_without_flask_the_server_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto.moto_server.werkzeug_app", None)
    monkeypatch.delitem(sys.modules, "moto_liveness.server.handler", raising=False)

    with pytest.raises(RuntimeError) as error, FaceLivenessServer():
        pass

    assert str(error.value) == (
        "the server needs moto.moto_server.werkzeug_app, which is not installed: pip install 'moto-liveness[server]'"
    )


COMMANDS = [(command.run_server, "server"), (command.run_proxy, "proxy")]


@pytest.mark.parametrize(("run", "what"), COMMANDS)
def test_without_its_extra_a_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[list[str]], None], what: str
) -> None:
    monkeypatch.setitem(sys.modules, f"moto.{what}", None)

    with pytest.raises(SystemExit) as error:
        run(["-p", "1"])

    assert str(error.value) == (
        f"the {what} needs moto.{what}, which is not installed: pip install 'moto-liveness[{what}]'"
    )


@pytest.mark.parametrize(("run", "what"), COMMANDS)
def test_a_command_runs_moto_s_own_with_its_options(
    monkeypatch: pytest.MonkeyPatch, run: Callable[[list[str]], None], what: str
) -> None:
    ran: list[list[str]] = []
    module = pytest.importorskip(f"moto.{what}", reason=f"moto-liveness[{what}] is not installed here")
    monkeypatch.setattr(module, "main", ran.append)

    run(["-H", "0.0.0.0", "-p", "5001"])

    assert ran == [["-H", "0.0.0.0", "-p", "5001"]]


@pytest.fixture(params=["moto_liveness_server", "moto_liveness_server -s", "python -m moto_liveness"])
def command_line(request: pytest.FixtureRequest) -> list[str]:
    name, *options = request.param.split()
    return [str(Path(sys.executable).parent / name), *options]


@pytest.fixture
def endpoint_url(command_line: list[str], port: int) -> Iterator[str]:
    """A server in a process of its own."""
    with subprocess.Popen([*command_line, "-p", str(port)], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any(f"://127.0.0.1:{port}" in line for line in process.stderr)
        yield f"http{'s' if '-s' in command_line else ''}://127.0.0.1:{port}"
        process.send_signal(INTERRUPT)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_the_command_serves_and_ends_with_ctrl_c(endpoint_url: str) -> None:
    with FaceLiveness(endpoint_url=endpoint_url) as face_liveness:
        face_liveness.queue(ALIVE)
        session_id = client(endpoint_url).create_face_liveness_session()["SessionId"]

        assert face_liveness.session(session_id).status == "SUCCEEDED"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("localhost", "localhost"),
        pytest.param("::1", "[::1]", marks=needs_ipv6),
    ],
)
def test_the_first_lines_of_a_server_name_its_console(host: str, address: str) -> None:
    command = [str(Path(sys.executable).parent / "moto_liveness_server"), "-H", host, "-p", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = list(itertools.takewhile(lambda line: "Press CTRL+C" not in line, process.stderr))
        process.send_signal(INTERRUPT)

    url = next(line.split("Running on ")[1].strip() for line in lines if f"Running on http://{address}:" in line)
    (console,) = (line for line in lines if "Console on" in line)
    assert console == f" * Console on {url}/moto-api/rekognition/face-liveness/console\n"
    assert not url.endswith(":0")


TEST_SERVER_MODE = """
import boto3
from moto import mock_aws
from moto.core.models import MockAWS
from moto_liveness import FaceLiveness, Succeeded
from tests.aws import ALIVE, GET, SESSION_ID

with FaceLiveness() as face_liveness:
    face_liveness.queue(Succeeded(97.3))
    rekognition = boto3.client("rekognition", "us-east-1")
    session_id = rekognition.create_face_liveness_session()["SessionId"]
    print(rekognition.get_face_liveness_session_results(SessionId=session_id)["Status"], len(face_liveness.calls))
try:
    face_liveness.calls
except RuntimeError as error:
    print(str(error)[:19])
"""


def test_test_server_mode_sends_the_handle_to_the_server_too(server: FaceLivenessServer) -> None:
    environment = {**os.environ, "TEST_SERVER_MODE": "true", "TEST_SERVER_MODE_ENDPOINT": server.endpoint_url}

    printed = subprocess.run(
        [sys.executable, "-c", TEST_SERVER_MODE], env=environment, capture_output=True, text=True, check=True
    ).stdout

    assert printed.splitlines() == ["SUCCEEDED 2", "no mock is active: "]


def test_the_proxy_answers_the_operations_and_the_handle(port: int) -> None:
    pytest.importorskip("moto.proxy", reason="moto-liveness[proxy] is not installed here")
    environment = {**os.environ, "TEST_PROXY_MODE": "true", "MOTO_PROXY_PORT": str(port), "PYTHONUNBUFFERED": "1"}
    proxy = [str(Path(sys.executable).parent / "moto_liveness_proxy"), "-p", str(port)]
    with subprocess.Popen(
        proxy, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert any(f":{port} ..." in line for line in process.stdout)
        script = [sys.executable, "-W", "ignore", "-c", TEST_SERVER_MODE]
        done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
        process.send_signal(INTERRUPT)

    assert done.stdout.splitlines() == ["SUCCEEDED 2", "no mock is active: "], done.stderr


def test_test_server_mode_has_its_endpoint(monkeypatch: pytest.MonkeyPatch, server: FaceLivenessServer) -> None:
    monkeypatch.setattr("moto.settings.TEST_SERVER_MODE", True)
    monkeypatch.setenv("TEST_SERVER_MODE_ENDPOINT", server.endpoint_url)

    with mock_aws():
        assert FaceLiveness().queue(ALIVE, optional=True).used is False
        assert server.face_liveness.calls == []


def test_test_proxy_mode_has_its_endpoint_too(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("TEST_PROXY_MODE", "true")
    monkeypatch.setenv("MOTO_PROXY_PORT", str(port))

    with pytest.raises(RuntimeError, match="no mock is active"):
        FaceLiveness().queue(Failed())


@mock_aws
def test_a_server_and_a_mock_of_one_process_share_their_state(server: FaceLivenessServer) -> None:
    FaceLiveness().queue(ALIVE)

    assert json.loads(send(server.endpoint_url, b"{}").text)["SessionId"] == FaceLiveness().sessions[0].id


@pytest.mark.parametrize("secure", [False, True])
@pytest.mark.parametrize("after", ["nothing", "a request", "a beginning"])
def test_a_server_that_has_ended_answers_on_no_connection(secure: bool, after: str) -> None:
    others = set(threading.enumerate())

    def threads() -> list[threading.Thread]:
        found = set(threading.enumerate()) - others
        return [thread for thread in found if "process_request_thread" in thread.name]

    with FaceLivenessServer() as server:
        connection = socket.create_connection(("127.0.0.1", int(server.endpoint_url.rpartition(":")[2])), PATIENCE)
        if secure and after == "a beginning":
            connection.sendall(b"\x16\x03\x01")
        elif secure:
            context = ssl.create_default_context(cafile=server.certificate)
            connection = context.wrap_socket(connection, server_hostname="localhost")
        if after == "a request":
            # Its thread may be gone at once: werkzeug ends every connection with its answer.
            connection.sendall(b"GET /moto-api/data.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert connection.recv(9) == b"HTTP/1.1 "
        elif after == "a beginning" and not secure:
            connection.sendall(b"GET /moto-api")
        if after != "a request":
            wait_until(threads)
    with connection, contextlib.suppress(OSError):
        connection.sendall(b"GET /moto-api/data.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        rest = b"".join(iter(lambda: connection.recv(65536), b""))
        assert rest.count(b"HTTP/1.1 ") == 0

    wait_until(lambda: not threads())


def test_a_server_that_ends_sends_the_answer_that_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(*_: object, **__: object) -> list[str]:
        asked.set()
        go_on.wait(PATIENCE)
        return []

    monkeypatch.setattr("moto_liveness.control.local.State.unseeded_polls", property(slow))
    answers: list[int] = []
    with FaceLivenessServer() as server:
        url = f"{server.endpoint_url}/moto-api/rekognition/face-liveness"
        thread = threading.Thread(target=lambda: answers.append(requests.get(url).status_code))
        thread.start()
        asked.wait(PATIENCE)
        threading.Timer(0.2, go_on.set).start()
    thread.join(PATIENCE)

    assert answers == [200]


@needs_ipv6
def test_a_server_listens_on_an_address_of_ipv6() -> None:
    with FaceLivenessServer(host="::1") as server:
        port = server.endpoint_url.rpartition(":")[2]

        assert server.endpoint_url == f"http://[::1]:{port}"
        assert server.streaming_endpoint_url == f"https://localhost:{port}"
        assert server.face_liveness.sessions == []


def test_a_server_needs_a_host() -> None:
    with pytest.raises(ValueError, match=r"^host must not be empty$"):
        FaceLivenessServer(host="")
