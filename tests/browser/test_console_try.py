"""What the console shows of a session to people who do not read Python, and how they try it without an application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests

from moto_liveness import Created, FaceLivenessServer, Failed, Succeeded, scenarios
from tests.browser.console import OpenConsole, card, code_of, create, expect_text, news, poll, press, section
from tests.conftest import needs_flask

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [needs_flask, pytest.mark.face_liveness(assert_all_used=False, assert_all_seeded=False)]


def has_class(place: Locator, name: str) -> bool:
    return name in (place.get_attribute("class") or "").split()


def test_the_header_of_a_session_names_its_seed_and_its_confidence(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer
) -> None:
    spoof = scenarios.turned_away(90)[0]
    for seeded in (spoof, Succeeded(97.3)):
        face_liveness_server.face_liveness.queue(seeded)
    page = open_console()
    low, high = create(application), create(application)

    expect_text(card(page, low).locator("h3"), "SUCCEEDED, 3.1 %", "spoof")
    expect_text(card(page, high).locator("h3"), "SUCCEEDED, 97.3 %", "SUCCEEDED 97.3 %")
    assert "97.3\N{NO-BREAK SPACE}%" in (card(page, high).locator(".seeded").text_content() or "")
    assert has_class(card(page, low).locator(".status"), "below")
    assert not has_class(card(page, high).locator(".status"), "below")


def test_a_success_that_the_application_has_not_seen_is_not_green(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer
) -> None:
    throttled = next(one for one in scenarios.turned_away(90) if one.name == "throttled")
    for seeded in (Succeeded(97.3), throttled):
        face_liveness_server.face_liveness.queue(seeded)
    page = open_console()
    seen, unseen = create(application), create(application)
    expect_text(card(page, seen).locator(".status"), "SUCCEEDED, 97.3 %, not reported yet")
    face_liveness_server.face_liveness.withdraw()

    face_liveness_server.face_liveness.queue_error("ThrottlingException", optional=True)
    assert code_of(lambda: poll(application, unseen)) == "ThrottlingException"
    poll(application, seen)

    card(page, seen).locator(".status").get_by_text("SUCCEEDED, 97.3 %", exact=True).wait_for()
    assert not has_class(card(page, seen).locator(".status"), "ahead")
    assert has_class(card(page, unseen).locator(".status"), "ahead")


def test_a_success_whose_poll_is_not_among_the_latest_calls_counts_as_seen(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.set_default(Succeeded(97.3))
    seen = create(application)
    poll(application, seen)
    other = create(application)
    for _ in range(50):
        poll(application, other)

    page = open_console()

    card(page, seen).locator(".status").get_by_text("SUCCEEDED, 97.3 %", exact=True).wait_for()
    assert not has_class(card(page, seen).locator(".status"), "ahead")


def test_a_session_without_a_seed_looks_different_from_one_that_is_pending_on_purpose(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(Created())
    page = open_console()
    pending, forgotten = create(application), create(application)

    expect_text(card(page, forgotten).locator(".seeded"), "without a seed")
    expect_text(card(page, pending).locator(".seeded"), "CREATED")
    assert has_class(card(page, forgotten).locator(".seeded"), "unseeded")
    assert not has_class(card(page, pending).locator(".seeded"), "unseeded")


def test_the_queue_is_in_words_and_in_sight(
    open_console: OpenConsole, face_liveness_server: FaceLivenessServer
) -> None:
    page = open_console()
    face_liveness_server.face_liveness.queue(Created(polls=2), Succeeded(97.3))
    face_liveness_server.face_liveness.queue_error("ThrottlingException", times=3)

    expect_text(section(page, "Queue"), "CREATED for 2 polls, then SUCCEEDED 97.3 %")
    expect_text(section(page, "Queue"), "ThrottlingException for 3 calls of GetFaceLivenessSessionResults")
    expect_text(page.locator("#queue-summary"), "Queue: CREATED for 2 polls, then SUCCEEDED 97.3 %, and 1 more")


def test_a_scenario_with_an_outage_says_that_it_hits_everybody(open_console: OpenConsole) -> None:
    page = open_console()
    rows = section(page, "Next person").locator(".scenarios li")

    expect_text(rows.filter(has_text="throttled"), "its fault affects every session")
    assert "everybody" not in rows.filter(has_text="spoof").inner_text()


def test_an_outcome_can_be_set_only_where_one_can_be_set(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    press(section(page, "Next person"), "Queue failed")
    session_id = create(application)
    setting = card(page, session_id).get_by_text("Set outcome now")
    setting.wait_for()

    poll(application, session_id)

    setting.wait_for(state="hidden")


def test_a_session_can_be_tried_without_an_application(open_console: OpenConsole) -> None:
    page = open_console()
    press(section(page, "Next person"), "Queue spoof")
    press(section(page, "Sessions"), "Create and poll a session")

    news(page, "A session was created and polled.")
    expect_text(section(page, "Sessions"), "SUCCEEDED, 3.1 %", "Create → a session", "Poll → SUCCEEDED, 3.1 %")


def test_what_a_client_needs_can_be_copied(open_console: OpenConsole, face_liveness_server: FaceLivenessServer) -> None:
    page = open_console(permissions=["clipboard-read", "clipboard-write"])
    section(page, "Sessions").get_by_role("button", name="Copy the environment variable").click()
    page.get_by_text("Copied").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied == f"AWS_ENDPOINT_URL_REKOGNITION={face_liveness_server.endpoint_url}"


@pytest.mark.parametrize(
    ("queued", "code"),
    [
        (Failed(), "    face_liveness.queue(Failed())"),
        (scenarios.turned_away(90)[0], f"    face_liveness.queue({scenarios.turned_away(90)[0].steps[0]})"),
        (None, "    face_liveness.queue(Created())"),
    ],
)
def test_a_session_is_shown_as_a_test_and_as_json(
    open_console: OpenConsole,
    application: Any,
    face_liveness_server: FaceLivenessServer,
    queued: Any,
    code: str,
) -> None:
    if queued is not None:
        face_liveness_server.face_liveness.queue(queued)
    page = open_console(viewport={"width": 360, "height": 740})
    session_id = create(application)

    press(card(page, session_id), "As a test")
    link = card(page, session_id).get_by_role("link", name="As JSON").get_attribute("href")

    expect_text(card(page, session_id).locator("pre").last, "def test_it(face_liveness):", code)
    card(page, session_id).get_by_role("button", name="Copy the test").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert requests.get(str(link)).json()["session_id"] == session_id


def test_what_aws_answered_once_is_queued(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("A response from a log").click()
    place.get_by_label("A response or an error").fill(json.dumps({"Status": "SUCCEEDED", "Confidence": 61.4}))
    press(place, "Queue the response")
    news(page, "Queued for the next person: the response.")

    assert poll(application, create(application))["Confidence"] == 61.4


def test_a_ratio_is_asked_about_in_its_field(open_console: OpenConsole) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("Custom outcome").click()
    place.get_by_label("Confidence").fill("0.97")

    expect_text(place.locator(".ratio"), "0.97 is 0.97 percent: is it a ratio?")
    boxes = [place.locator(f".outcome [name={name}]").bounding_box() for name in ("status", "confidence")]
    assert len({box["y"] for box in boxes if box}) == 1
