"""A Chromium and the page of examples/browser, built once. Where one of them is missing, these tests are skipped."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from moto_liveness import FaceLivenessServer
from tests.browser.console import CONSOLE, OpenConsole
from tests.pages import HOW_TO

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

EXAMPLE = Path(__file__).parents[2] / "examples" / "browser"

QUIETLY = ["--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
WITHOUT_PATIENCE = ["--fetch-retries=1", "--fetch-retry-mintimeout=2000"]

#: How long to wait for a check or an error, in milliseconds. A check takes 2 to 7 seconds; a machine may be slow.
PATIENCE = 60_000

_LOGGER = logging.getLogger(__name__)


def npm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["npm", *arguments], cwd=EXAMPLE, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def built_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the page of the example, built."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed here")
    if not (EXAMPLE / "node_modules").exists():
        if "PYTEST_XDIST_WORKER" in os.environ:
            pytest.skip("the workers of xdist would all install the page's packages: npm install in examples/browser")
        installed = npm("install", *QUIETLY, *WITHOUT_PATIENCE)
        if installed.returncode:
            pytest.skip(f"npm cannot install the packages of the page: {installed.stderr[:300]}")
    folder = tmp_path_factory.mktemp("page")
    built = npm("run", "build", "--", folder)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def find_chromium() -> str:
    """Return the path of Chromium, or skip the test."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or pytest.skip("Chromium is not installed here")


def section(title: str) -> str:
    """Return a section of the page about browsers."""
    page = (HOW_TO / "browser.md").read_text()
    return re.split(r"^## ", page.partition(f"## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.fixture
def project(built_page: Path, pytester: pytest.Pytester) -> Path:
    """The example, built, in an empty folder."""
    shutil.copytree(built_page, pytester.path / "dist")
    shutil.copy(EXAMPLE / "backend.py", pytester.path)
    return pytester.path


@pytest.fixture(scope="module")  # a process can have one sync_playwright at a time, and the example has its own
def chromium(make_face_liveness_server: FaceLivenessServer) -> Iterator[Browser]:
    """A headless Chromium with a camera of its own, for which AWS's hosts are the server of the tests."""
    pytest.importorskip("playwright", reason="Playwright is not installed here")
    from playwright.sync_api import sync_playwright

    executable = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=[*make_face_liveness_server.chromium_args, "--disable-gpu"],
        )
        yield browser
        browser.close()


OpenPage = Callable[..., "Page"]
#: Without WebAssembly the component asks its CDN for nothing but the face detector.
WITHOUT_WASM = "delete globalThis.WebAssembly;"


def give_credentials(route: Route) -> None:
    """Answer for an identity pool of Cognito: GetId, then GetCredentialsForIdentity."""
    keys = {"AccessKeyId": "testing", "SecretKey": "testing", "SessionToken": "testing", "Expiration": 4e9}
    route.fulfill(json={"IdentityId": "us-east-1:guest", "Credentials": keys})


def example() -> ModuleType:
    """Return the backend of the example."""
    sys.path.append(str(EXAMPLE))
    try:
        return importlib.import_module("backend")
    finally:
        sys.path.remove(str(EXAMPLE))


@pytest.fixture
def open_page(chromium: Browser, built_page: Path, face_liveness_server: FaceLivenessServer) -> Iterator[OpenPage]:
    """Return a function that opens the page of the example, with a backend of its own.

    query: the query of its URL. script: JavaScript that runs before the page's. Everything else replaces a setting of
    the backend.
    """
    backend = example()
    with contextlib.ExitStack() as opened:

        def open_page(*, query: str = "", script: str = "", **changed: Any) -> Page:
            settings = {
                "page": built_page,
                "endpoint_url": face_liveness_server.endpoint_url,
                **changed,
            }
            url = opened.enter_context(backend.serving(backend.Settings(**settings)))
            context = opened.enter_context(chromium.new_context(ignore_https_errors=True, permissions=["camera"]))
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.on("console", lambda message: _LOGGER.info("console: %s", message.text))
            page.on("pageerror", lambda error: _LOGGER.info("error in the page: %s", error))
            page.add_init_script(WITHOUT_WASM + script)
            page.route("https://cognito-identity.*.amazonaws.com/", give_credentials)
            page.goto(url + query)
            return page

        yield open_page


@pytest.fixture
def open_console(chromium: Browser, face_liveness_server: FaceLivenessServer) -> Iterator[OpenConsole]:
    """Return a function that opens the console. At the end the page must have logged nothing, and shown no dialog.

    secure: whether over https. refused: how many requests the server is to refuse, each of which Chromium logs.
    Everything else is an option of the browser's context.
    """
    logged: list[str] = []
    expected = 0
    with contextlib.ExitStack() as opened:

        def open_console(*, secure: bool = False, refused: int = 0, **options: Any) -> Page:
            nonlocal expected
            expected += refused
            context = opened.enter_context(chromium.new_context(ignore_https_errors=True, **options))
            context.set_default_timeout(PATIENCE / 4)
            page = context.new_page()
            page.on("console", lambda message: logged.append(message.text) if message.type != "debug" else None)
            page.on("pageerror", lambda error: logged.append(str(error)))
            page.on("dialog", lambda dialog: logged.append(dialog.message))
            server = face_liveness_server
            page.goto((server.streaming_endpoint_url if secure else server.endpoint_url) + CONSOLE)
            return page

        yield open_console
    refusals = [line for line in logged if line.startswith("Failed to load resource: the server responded")]
    assert [line for line in logged if line not in refusals] == []
    assert len(refusals) == expected


@pytest.fixture
def application(face_liveness_server: FaceLivenessServer) -> Any:
    """The backend of an application."""
    config = Config(retries={"max_attempts": 0})
    return boto3.client("rekognition", "us-east-1", endpoint_url=face_liveness_server.endpoint_url, config=config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how long the checks took that a test recorded."""
    for report in terminalreporter.getreports("passed"):
        for what, milliseconds in report.user_properties:
            if report.nodeid.startswith("tests/browser/"):
                terminalreporter.write_line(f"{what}, from the click to onAnalysisComplete: {milliseconds:,.0f} ms")
