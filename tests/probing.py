"""What the tests of the probe share: a run of the command, a bucket, and a proxy."""

from __future__ import annotations

import dataclasses
import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import botocore
import botocore.loaders
import pytest
from botocore.config import Config
from time_machine import travel

from moto_liveness import FaceLivenessServer
from moto_liveness.probe.command import run_probe
from moto_liveness.probe.service import Service, clients_of
from tests.aws import CREATE_INPUT, NOON

PROG = "python -m moto_liveness probe: "
NO_VIDEO = "AWS writes the images after a video, and the probe streams none"
HTML = b"<html><p>Sign in to the guest network</html>"
needs_endpoints_in_the_environment = pytest.mark.skipif(
    "ignore_configured_endpoint_urls" not in Config.OPTION_DEFAULTS, reason="this botocore reads no AWS_ENDPOINT_URL"
)
create_loader = functools.cache(botocore.loaders.create_loader)
# What this botocore is too old for.
TOO_OLD = {
    "preferences_that_cannot_be_met_are_an_invalid_parameter_at_create": (
        f"could not be asked (botocore {botocore.__version__} does not know ChallengePreferences)"
    )
}
if "ChallengePreferences" in CREATE_INPUT.members["Settings"].members:
    TOO_OLD = {}


@dataclasses.dataclass
class Ran:
    """What a run of the command left."""

    code: int
    out: list[str]
    err: list[str]

    @property
    def rows(self) -> dict[str, str]:
        """The table: the verdict on each question, with the reason if there is one."""
        found = {}
        for line in self.out:
            verdict, _, rest = line.partition("  ")
            name, _, why = rest.strip().partition(" ")
            if verdict in ("same", "different", "could not be asked"):
                found[name] = f"{verdict} {why}".strip()
        return found

    @property
    def different(self) -> list[str]:
        return [name for name, verdict in self.rows.items() if verdict == "different"]


class Prober:
    """Runs the command in this process, on a clock that stands still unless the command sleeps."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.slept: list[float] = []
        self.prompts: list[str] = []

    def run(
        self,
        *argv: str,
        agree: Callable[[], Any] = lambda: None,
        answer: str = "y",
        sleep: Callable[[float], Any] = lambda _: None,
    ) -> Ran:
        """agree: what happens while the prompt waits. By then the mock has answered, and resets nothing any more."""

        def ask_user(prompt: str) -> str:
            self.prompts.append(prompt)
            agree()
            return answer

        with travel(NOON, tick=False) as clock:

            def pass_time(seconds: float) -> None:
                self.slept.append(seconds)
                sleep(seconds)
                clock.shift(seconds)

            code = run_probe(argv, ask_user=ask_user, sleep=pass_time)
        captured = self._capsys.readouterr()
        err = [line for line in captured.err.splitlines() if '"POST /' not in line and "HTTP/1.1" not in line]
        return Ran(code, captured.out.splitlines(), err)


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session()


def service_of(region_name: str = "us-east-1", endpoint_url: str | None = None) -> Service:
    """Return what the command asks, without its waiting. Its session is made once: it reads the models of AWS."""
    return Service(clients_of(_session(), endpoint_url), region_name, lambda _: None)


def make_bucket(server: FaceLivenessServer, region_name: str = "us-east-1") -> Any:
    s3 = boto3.client("s3", region_name, endpoint_url=server.endpoint_url)
    place = {"LocationConstraint": region_name}
    s3.create_bucket(Bucket="my-bucket", **({} if region_name == "us-east-1" else {"CreateBucketConfiguration": place}))
    return s3


@contextmanager
def proxy_that_answers(http_status: int, body: bytes = HTML, content_type: str = "text/html") -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(http_status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
