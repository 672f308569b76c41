"""The unchanged page through mitmproxy: docs/how-to/phones.md, in a browser that follows the proxy as a phone does."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from moto_liveness import FaceLivenessServer, Succeeded
from tests.browser.conftest import PATIENCE, WITHOUT_WASM, example, find_chromium, give_credentials
from tests.conftest import needs_flask
from tests.pages import HOW_TO
from tests.waiting import answers_on, held_port, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: mitmproxy has an environment of its own.
MITMDUMP = os.environ.get("MITMDUMP") or shutil.which("mitmdump")
pytestmark = [
    needs_flask,
    pytest.mark.skipif(MITMDUMP is None, reason="mitmproxy is not installed here: MITMDUMP names its program"),
]


@contextlib.contextmanager
def proxy(command: str, server: FaceLivenessServer, folder: Path) -> Iterator[str]:
    """Run a command of the page in front of a server; yield the URL of the proxy."""
    mapped = command.replace("\\\n", "").replace("http://127.0.0.1:5000", server.endpoint_url)
    _, *arguments = shlex.split(mapped)
    with held_port() as port, (folder / "log").open("w") as log:
        own = ["--listen-host", "127.0.0.1", "--listen-port", str(port), "--set", f"confdir={folder}"]
        process = subprocess.Popen([str(MITMDUMP), *own, *arguments], stdout=log, stderr=log)
        try:
            wait_until(lambda: process.poll() is not None or answers_on(port))
            assert process.poll() is None, (folder / "log").read_text()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@pytest.fixture(scope="module")
def plain_chromium() -> Iterator[Browser]:
    """A Chromium that knows nothing about the server."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        arguments = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield browser
        browser.close()


def commands() -> list[str]:
    return re.findall(r"^\$ (mitmdump (?:.*\\\n)*.*)$", (HOW_TO / "phones.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("number", [0, 1], ids=["all of AWS", "Rekognition only"])
def test_the_page_streams_through_the_proxy(
    plain_chromium: Browser, built_page: Path, face_liveness_server: FaceLivenessServer, tmp_path: Path, number: int
) -> None:
    from playwright.sync_api import expect

    session = face_liveness_server.face_liveness.queue(Succeeded(confidence=97.3))
    backend = example()
    settings = backend.Settings(page=built_page, endpoint_url=face_liveness_server.endpoint_url)
    with (
        proxy(commands()[number], face_liveness_server, tmp_path) as url,
        backend.serving(settings) as page_url,
        plain_chromium.new_context(
            ignore_https_errors=True, permissions=["camera"], proxy={"server": url, "bypass": "localhost"}
        ) as context,
    ):
        page = context.new_page()
        page.add_init_script(WITHOUT_WASM)
        page.route("https://cognito-identity.*.amazonaws.com/", give_credentials)
        page.goto(page_url)
        page.get_by_role("button", name="Verify me").click()
        page.get_by_role("button", name="Start video check").click(timeout=PATIENCE)
        expect(page.get_by_test_id("outcome")).to_have_text("Welcome", timeout=PATIENCE)

    assert session.used
    (checked,) = face_liveness_server.face_liveness.sessions
    assert checked.stream is not None
    assert checked.stream.video
