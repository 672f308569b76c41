"""A page of another site asks the server: Chromium says where the page is from, and the server refuses it."""

from __future__ import annotations

import contextlib
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from moto_liveness import FaceLivenessServer, Failed
from moto_liveness.moto_api.browsers import ALLOWED_ORIGINS
from tests.browser.console import CONSOLE
from tests.conftest import needs_flask

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = needs_flask
STATE = CONSOLE.rpartition("/")[0]
ASK = """async ([url, method]) => {
  try {
    return (await fetch(url, { method })).status;
  } catch (error) {
    return String(error);
  }
}"""
SHOW = """(url) => new Promise((resolve) => {
  const image = new Image();
  image.addEventListener("load", () => resolve("shown"));
  image.addEventListener("error", () => resolve("not shown"));
  image.src = url;
})"""
FAILED = "TypeError: Failed to fetch"


class EmptyPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def port_of_page() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), EmptyPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium in which every name under example is one of this machine, as after a rebinding of DNS."""
    pytest.importorskip("playwright", reason="Playwright is not installed here")
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        pytest.skip("Chromium is not installed here")
    with sync_playwright() as playwright, contextlib.ExitStack() as opened:
        rules = ["--host-resolver-rules=MAP *.example 127.0.0.1", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=executable, args=rules)
        opened.callback(browser.close)
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with contextlib.closing(browser.new_context()) as context:
        yield context.new_page()


def asked(page: Page, server: FaceLivenessServer) -> list[object]:
    """Return what a page gets for reading, for deleting, for a picture and for the face model."""
    state = f"{server.endpoint_url}{STATE}"
    return [
        page.evaluate(ASK, [state, "GET"]),
        page.evaluate(ASK, [f"{state}?since=999999999", "DELETE"]),
        page.evaluate(SHOW, f"{state}/console/icon.svg"),
        page.evaluate(ASK, [f"{state}/face-model/model.json", "GET"]),
    ]


def test_a_page_of_another_site_gets_the_face_model_only(
    page: Page, port_of_page: int, face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = f"http://page.example:{port_of_page}"
    page.goto(origin)

    assert asked(page, face_liveness_server) == [403, FAILED, "not shown", 200]
    monkeypatch.setenv(ALLOWED_ORIGINS, origin)
    assert asked(page, face_liveness_server) == [200, 204, "shown", 200]


def test_a_page_of_this_machine_may_ask(
    page: Page, port_of_page: int, face_liveness_server: FaceLivenessServer
) -> None:
    for host in ("localhost", "127.0.0.1"):
        page.goto(f"http://{host}:{port_of_page}")

        assert asked(page, face_liveness_server) == [200, 204, "shown", 200]


def test_a_page_whose_name_was_rebound_to_this_machine_reads_nothing(
    page: Page, face_liveness_server: FaceLivenessServer
) -> None:
    port = face_liveness_server.endpoint_url.rpartition(":")[2]
    page.goto(f"http://rebound.example:{port}{STATE}/face-model/model.json")

    assert page.evaluate(ASK, [STATE, "GET"]) == 403
    assert page.evaluate(ASK, [f"{STATE}?since=999999999", "DELETE"]) == 403
    assert page.evaluate(ASK, [f"{STATE}/console", "GET"]) == 403


def test_the_console_shows_the_sentence_of_a_bug(
    page: Page, face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import expect

    with monkeypatch.context() as patch:
        patch.setattr("moto_liveness.control.local.State.default", float("inf"))
        page.goto(f"{face_liveness_server.endpoint_url}{CONSOLE}")
        expect(page.locator("#error")).to_contain_text(f"GET {STATE} failed, which is a bug of moto-liveness: ")
    expect(page.locator("#error")).to_be_hidden()


def test_the_console_shows_that_an_answer_is_not_json(page: Page, face_liveness_server: FaceLivenessServer) -> None:
    from playwright.sync_api import expect

    page.route(re.compile(rf".*{STATE}\?.*"), lambda route: route.fulfill(body='{"number": Infinity}'))
    page.goto(f"{face_liveness_server.endpoint_url}{CONSOLE}")

    expect(page.locator("#error")).to_contain_text("The server answered with something that is not JSON.")


def test_the_console_says_how_many_seeds_it_leaves_out(page: Page, face_liveness_server: FaceLivenessServer) -> None:
    from playwright.sync_api import expect

    for _ in range(53):
        face_liveness_server.face_liveness.queue(Failed(), optional=True)
    page.goto(f"{face_liveness_server.endpoint_url}{CONSOLE}")

    expect(page.get_by_text("and 3 more")).to_be_visible()
