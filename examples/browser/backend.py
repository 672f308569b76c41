"""The backend of the page: creates Face Liveness sessions, judges their results, and serves the built page.

`python backend.py` serves http://localhost:8000. It knows nothing of a mock: AWS_ENDPOINT_URL_REKOGNITION, which boto3
reads by itself, replaces AWS.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

PAGE = Path(__file__).parent / "dist"
THRESHOLD = 90


@dataclass(frozen=True)
class Settings:
    """What differs from deployment to deployment.

    endpoint_url: where boto3 finds Rekognition; None leaves it to boto3.
    identity_pool_id: the Cognito identity pool whose guests may call rekognition:StartFaceLivenessSession.
    challenge: the type of challenge to prefer; None leaves it to AWS.
    page: the folder with the built page.
    """

    region: str = "us-east-1"
    endpoint_url: str | None = None
    identity_pool_id: str = "us-east-1:11111111-2222-3333-4444-555555555555"
    challenge: str | None = None
    page: Path = PAGE


class Checks:
    """The Face Liveness checks of an application.

    A real one also remembers which session belongs to which user: the page must not choose whose result it reads.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._rekognition = boto3.client("rekognition", region_name=settings.region, endpoint_url=settings.endpoint_url)

    def create(self) -> str:
        """Create the session that the page streams its video to, and return its id."""
        preferences = [{"Type": self.settings.challenge}] if self.settings.challenge else []
        session = self._rekognition.create_face_liveness_session(Settings={"ChallengePreferences": preferences})
        return str(session["SessionId"])

    def verdict(self, session_id: str) -> str:
        """Return what the page shows, or "Pending" while there is nothing to show yet."""
        results = self._rekognition.get_face_liveness_session_results(SessionId=session_id)
        if results["Status"] in ("CREATED", "IN_PROGRESS"):
            return "Pending"
        # SUCCEEDED means that the analysis is finished. Whether the person is real, only the confidence says.
        if results["Status"] == "SUCCEEDED" and results["Confidence"] >= THRESHOLD:
            return "Welcome"
        return "Turned away"

    def page_settings(self) -> dict[str, Any]:
        """Return what the page needs to know. It is readable by everyone, so it holds no secrets."""
        return {"region": self.settings.region, "identityPoolId": self.settings.identity_pool_id}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers under /api/, and serves the files of the page."""

    def __init__(self, checks: Checks, *args: Any) -> None:
        self.checks = checks
        super().__init__(*args, directory=str(checks.settings.page))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/api/sessions":
            self._answer(lambda: {"sessionId": self.checks.create()})
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_GET(self) -> None:
        if self.path == "/api/config":
            self._answer(self.checks.page_settings)
        elif self.path.startswith("/api/sessions/"):
            session_id = self.path.rpartition("/")[2]
            self._answer(lambda: {"verdict": self.checks.verdict(session_id)})
        else:
            super().do_GET()

    def _answer(self, ask: Callable[[], dict[str, Any]]) -> None:
        try:
            status, body = HTTPStatus.OK, ask()
        except ClientError as error:
            status, body = HTTPStatus.BAD_GATEWAY, {"error": str(error)}
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the output of the tests short: print no line for each request."""


def make_server(settings: Settings, port: int = 0) -> http.server.ThreadingHTTPServer:
    """Return a server for localhost, the only host whose pages get the camera without https."""
    handler = functools.partial(Handler, Checks(settings))
    return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Serve the page in a thread, for tests, and yield its URL."""
    with make_server(settings) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    environment = {"region": "AWS_REGION", "identity_pool_id": "COGNITO_IDENTITY_POOL_ID"}
    settings = Settings(**{name: os.environ[key] for name, key in environment.items() if key in os.environ})
    with make_server(settings, port=8000) as server:
        server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
