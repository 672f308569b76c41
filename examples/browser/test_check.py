"""Tests of the page and its backend in a headless Chromium, with no AWS, no person and no face."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright", reason="Playwright is not installed here: pip install playwright")

from backend import PAGE, Settings, serving
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from moto_liveness import FaceLivenessServer, Succeeded

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the page is not built: npm install && npm run build")

SECONDS = 1000
# A check takes 2 to 7 seconds, most of them for the colors.
A_CHECK = 60 * SECONDS


@pytest.fixture(scope="module")
def browser(make_face_liveness_server: FaceLivenessServer) -> Iterator[Browser]:
    """A browser for which AWS's hosts are the mock."""
    with sync_playwright() as playwright:
        # None is the Chromium that "playwright install chromium" downloads.
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=make_face_liveness_server.chromium_args
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, face_liveness_server: FaceLivenessServer) -> Iterator[Page]:
    """The page of the application, as it is built for production."""
    # The mock has a certificate of its own.
    context = browser.new_context(ignore_https_errors=True, permissions=["camera"])
    with serving(Settings(endpoint_url=face_liveness_server.endpoint_url)) as url, context:
        page = context.new_page()
        # Without WebAssembly the component needs nothing but the face detector from its CDN.
        page.add_init_script("delete globalThis.WebAssembly")
        page.route("https://cognito-identity.*.amazonaws.com/", give_credentials)
        page.goto(url)
        yield page


def give_credentials(route: Route) -> None:
    """Answer for the identity pool, of which moto knows nothing: GetId, then GetCredentialsForIdentity."""
    keys = {"AccessKeyId": "testing", "SecretKey": "testing", "SessionToken": "testing", "Expiration": 4e9}
    route.fulfill(json={"IdentityId": "us-east-1:guest", "Credentials": keys})


def start_check(page: Page) -> None:
    page.get_by_role("button", name="Verify me").click()
    page.get_by_role("button", name="Start video check").click()


def test_a_live_person_is_welcome(page: Page, face_liveness_server: FaceLivenessServer) -> None:
    face_liveness_server.face_liveness.queue(Succeeded(confidence=97.3))

    start_check(page)

    expect(page.get_by_test_id("outcome")).to_have_text("Welcome", timeout=A_CHECK)
    (session,) = face_liveness_server.face_liveness.sessions
    assert session.stream is not None
    assert session.stream.colors[0] == (0, 0, 0)
    assert session.stream.video.startswith(b"\x1aE\xdf\xa3")  # a WebM, to write to a file and watch


def test_a_spoof_is_turned_away(page: Page, face_liveness_server: FaceLivenessServer) -> None:
    # The analysis of a spoof succeeds too. Only its confidence is low.
    face_liveness_server.face_liveness.queue(Succeeded(confidence=3.1))

    start_check(page)

    expect(page.get_by_test_id("outcome")).to_have_text("Turned away", timeout=A_CHECK)


def test_a_person_cancels(page: Page, face_liveness_server: FaceLivenessServer) -> None:
    face_liveness_server.face_liveness.queue(Succeeded(confidence=97.3))

    with page.expect_websocket() as streaming:
        start_check(page)
    page.get_by_text("Rec", exact=True).wait_for()  # the camera records
    with streaming.value.expect_event("close"):
        page.get_by_role("button", name="Cancel Liveness check").click()

    expect(page.get_by_test_id("outcome")).to_have_text("Cancelled")
    (session,) = face_liveness_server.face_liveness.sessions
    assert session.status == "FAILED"


def test_an_error_of_the_stream_is_shown(page: Page, face_liveness_server: FaceLivenessServer) -> None:
    face_liveness_server.face_liveness.queue_error("ThrottlingException", operation="StartFaceLivenessSession")

    page.get_by_role("button", name="Verify me").click()

    expect(page.get_by_test_id("outcome")).to_contain_text("SERVER_ERROR", timeout=A_CHECK)
