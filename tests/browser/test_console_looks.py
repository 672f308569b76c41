"""The console without a mouse, checked by axe, beside the component, and on screenshots."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from moto_liveness import Created, FaceLivenessServer, Failed, InProgress, Succeeded, scenarios
from tests.browser.conftest import OpenPage
from tests.browser.console import CREATE, GET, OpenConsole, card, create, expect_text, news, poll, press, section
from tests.browser.test_detector import expect_outcome, start_check
from tests.conftest import needs_flask

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [
    needs_flask,
    # The console seeds for a person, who may not go on; its sessions are created by hand.
    pytest.mark.face_liveness(assert_all_used=False, assert_all_seeded=False),
]

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
#: The folder for the screenshots of docs/console.md; without it none are made.
SCREENSHOTS = os.environ.get("MOTO_LIVENESS_SCREENSHOTS")


def test_a_person_without_a_mouse(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    section(page, "Next person").get_by_text("spoof").first.wait_for()

    def tab_to(name: str) -> None:
        for _ in range(100):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent.trim()") == name:
                return
        pytest.fail(f"Tab does not reach {name}")

    tab_to("Sessions")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "sessions-title"
    tab_to("Queue spoof")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    news(page, "Queued for the next person: spoof.")
    tab_to("Withdraw spoof")
    page.keyboard.press("Space")
    news(page, "Withdrawn: spoof.")
    assert page.evaluate("document.activeElement.id") == "queue-title"
    tab_to("Reset…")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")

    assert page.evaluate("document.activeElement.id") == "ask-reset"


def fill_the_page(server: FaceLivenessServer, application: Any) -> None:
    """Make one of everything that the console shows."""
    face_liveness = server.face_liveness
    spoof, *_ = scenarios.turned_away()
    face_liveness.queue_error("ThrottlingException", operation=GET)
    face_liveness.queue(Failed())
    create(application)
    with contextlib.suppress(ClientError):
        poll(application, create(application))
    face_liveness.queue(Created(), InProgress(polls=2), Succeeded(confidence=97.3))
    session_id = create(application, Settings={"AuditImagesLimit": 3})
    for _ in range(4):
        poll(application, session_id)
    face_liveness.queue(spoof)
    face_liveness.at(region_name="eu-west-1").queue(Succeeded(99.0, reference_image=None))
    face_liveness.queue_error("ThrottlingException", operation=CREATE, times=None, optional=True)
    face_liveness.set_default(Created(polls=2), Succeeded(confidence=45.0))


def open_everything(page: Page) -> None:
    page.locator("#session-list > li").nth(2).wait_for()
    page.locator(".scenarios li").first.wait_for()
    for _ in range(3):  # details in details
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        page.wait_for_load_state("networkidle")


def violations(page: Page) -> list[str]:
    if not AXE.exists():
        pytest.skip("axe-core is not installed here: npm install in tests/browser")
    page.evaluate(AXE.read_text("utf-8"))  # not a <script>, which the page's policy forbids
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    return [f"{one['id']}: {node['html']}" for one in found["violations"] for node in one["nodes"]]


LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "360px": {"color_scheme": "light", "viewport": {"width": 360, "height": 740}},
    "360px-dark": {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}},
}


def test_a_scenario_that_is_open_has_the_width_of_a_narrow_page(open_console: OpenConsole) -> None:
    page = open_console(**LOOKS["360px"])
    scenario = section(page, "Next person").locator(".scenarios li").first

    scenario.locator("summary").click()

    widths = [scenario.locator("details").bounding_box(), scenario.bounding_box()]
    assert widths[0]
    assert widths[1]
    assert widths[0]["width"] == widths[1]["width"]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer, look: str
) -> None:
    fill_the_page(face_liveness_server, application)
    # Colors that are on their way have another contrast.
    page = open_console(**LOOKS[look], reduced_motion="reduce")
    open_everything(page)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["viewport"]["width"]
    press(page, "Reset…")
    assert violations(page) == []


def test_a_stream_of_the_unmodified_component(
    open_console: OpenConsole, open_page: OpenPage, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(Created(until="stream"), Succeeded(confidence=97.3))
    page = open_console(viewport={"width": 1280, "height": 1600})
    check = open_page()
    start_check(check)
    expect_outcome(check, "Welcome")
    (session,) = face_liveness_server.face_liveness.sessions
    place = card(page, session.id)

    video = place.locator("video")
    video.evaluate("video => { video.muted = true; return video.play(); }")
    video.evaluate("video => new Promise(done => video.ontimeupdate = () => video.currentTime > 0.5 && done())")
    source = video.get_attribute("src")
    assert session.stream is not None
    assert video.evaluate("video => video.readyState") > 0
    assert place.locator(".colors li").all_inner_texts() == [f"rgb{color}" for color in session.stream.colors]
    assert place.locator("ellipse").count() == 1
    expect_text(place, "FaceMovementAndLightChallenge 2.0.0", "The oval: ", str(session.stream.user_agent))

    face_liveness_server.face_liveness.add_session()
    page.locator("#session-list > li").nth(1).wait_for()
    assert video.get_attribute("src") == source
    assert video.evaluate("video => video.currentTime") > 0.5  # no update has restarted it
    assert violations(page) == []
    take(page, "stream", place)


def test_the_console_on_screenshots(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer
) -> None:
    fill_the_page(face_liveness_server, application)
    for look in ("light", "dark", "360px"):
        page = open_console(**LOOKS[look])
        page.locator("#session-list canvas").first.wait_for()
        page.wait_for_load_state("networkidle")
        take(page, look)
        page.close()


def take(page: Page, name: str, place: Locator | None = None) -> None:
    """Make a screenshot for the documentation, if they are wanted: with 128 colors, a third of the size."""
    if SCREENSHOTS:
        picture = pytest.importorskip("PIL.Image").open(io.BytesIO((place or page).screenshot(scale="css")))
        picture.convert("RGB").quantize(128).save(Path(SCREENSHOTS) / f"console-{name}.png", optimize=True)
