"""The page of the console: what it narrows, shows, keeps and escapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from botocore.exceptions import ClientError
from time_machine import travel

from moto_liveness import FaceLivenessServer, Succeeded
from moto_liveness.core.script import NUMBERS
from tests.browser.console import GET, MARKUP, OpenConsole, card, create, expect_text, news, poll, press, section
from tests.conftest import needs_flask
from tests.streaming import END_OF_VIDEO, HTTPClient, video

if TYPE_CHECKING:
    pass

pytestmark = [
    needs_flask,
    # The console seeds for a person, who may not go on; its sessions are created by hand.
    pytest.mark.face_liveness(assert_all_used=False, assert_all_seeded=False),
]


def test_account_and_region_narrow_the_page(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    session_id = create(application)
    card(page, session_id).wait_for()

    page.get_by_label("Region", exact=True).fill("eu-west-1")
    page.get_by_label("Region", exact=True).press("Enter")
    expect_text(section(page, "Sessions"), "No session yet.")
    press(section(page, "Next person"), "Queue spoof")
    expect_text(section(page, "Queue"), "for eu-west-1")

    assert poll(application, create(application))["Status"] == "CREATED"


def test_an_error_of_the_server_is_shown_as_its_sentence(open_console: OpenConsole) -> None:
    page = open_console(refused=1)
    place = section(page, "Next person")

    place.get_by_text("Custom outcome").click()
    place.get_by_label("CREATED for", exact=True).fill("200")
    place.get_by_label("Unit of CREATED").select_option("seconds")
    press(place, "Queue for the next person")

    sentence = page.get_by_role("alert").get_by_text("SUCCEEDED comes after 200 seconds, but a session is EXPIRED")
    assert sentence.inner_text().startswith("SUCCEEDED")
    press(page.get_by_role("alert"), "Dismiss")
    assert page.get_by_role("alert").inner_text() == ""


def test_an_action_that_fails_leaves_no_news_of_the_one_before(open_console: OpenConsole) -> None:
    page = open_console(refused=1)
    place = section(page, "Next person")
    press(place, "Queue spoof")
    news(page, "Queued for the next person: spoof.")
    place.get_by_text("Custom outcome").click()
    place.get_by_label("CREATED for", exact=True).fill("200")
    place.get_by_label("Unit of CREATED").select_option("seconds")

    press(place, "Queue for the next person")

    expect_text(page.get_by_role("alert"), "SUCCEEDED comes after 200 seconds")
    news(page, "")


def test_an_error_that_is_dismissed_gives_the_focus_back(open_console: OpenConsole) -> None:
    page = open_console(refused=1)
    place = section(page, "Next person")
    place.get_by_text("Custom outcome").click()
    place.get_by_label("CREATED for", exact=True).fill("1.5")
    button = place.get_by_role("button", name="Queue for the next person")
    button.press("Enter")

    page.get_by_role("alert").get_by_role("button", name="Dismiss").press("Enter")

    assert button.evaluate("button => button === document.activeElement")


def test_a_server_that_was_started_again_has_other_seeds_with_the_same_numbers(
    open_console: OpenConsole, face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = face_liveness_server.endpoint_url
    page = open_console()
    place = section(page, "Queue")
    press(section(page, "Next person"), "Queue throttled")
    press(section(page, "Next person"), "Queue spoof")
    expect_text(place, "spoof")

    # As after a start, with the numbers of the two seeds of the first scenario.
    monkeypatch.setattr(NUMBERS, "last", NUMBERS.last - 3)
    requests.post(f"{url}/moto-api/reset")
    outage = {"error": "InternalServerError", "times": None}
    again = {"results": [{"status": "FAILED"}, outage]}
    requests.post(f"{url}/moto-api/static/rekognition/face-liveness-results", json=again)
    press(place, "Withdraw FAILED")
    news(page, "Withdrawn: FAILED.")
    press(section(page, "Faults"), f"Withdraw InternalServerError for all calls of {GET}")
    news(page, f"Withdrawn: InternalServerError for all calls of {GET}.")

    assert requests.get(f"{url}/moto-api/rekognition/face-liveness").json()["unused_seeds"] == []


def test_the_countdown_follows_the_clock_of_the_server(open_console: OpenConsole, application: Any) -> None:
    with travel("2026-03-01T12:00:00Z", tick=False) as clock:
        page = open_console()
        session_id = create(application)
        expect_text(card(page, session_id).get_by_role("timer"), "left")

        clock.shift(181)

        expect_text(card(page, session_id).get_by_role("timer"), "over")
        expect_text(card(page, session_id), "EXPIRED")


def test_what_is_open_or_typed_stays_while_the_page_updates(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    first = create(application)
    card(page, first).get_by_text("Set outcome now").click()
    confidence = card(page, first).get_by_label("Confidence")
    confidence.fill("55")

    second = create(application)
    poll(application, first)
    expect_text(card(page, first), "Poll → CREATED")

    assert card(page, second).is_visible()
    assert confidence.input_value() == "55"
    assert confidence.evaluate("field => field === document.activeElement")


def test_a_page_that_nobody_looks_at_asks_nothing(open_console: OpenConsole) -> None:
    page = open_console()
    section(page, "Next person").get_by_text("spoof").first.wait_for()
    asked: list[str] = []
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    changed = "document.dispatchEvent(new Event('visibilitychange'))"

    page.evaluate(hide % "true" + changed)
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2_500)
    hidden = list(asked)
    with page.expect_request(re.compile("face-liveness\\?limit=")) as update:
        page.evaluate(hide % "false" + changed)

    assert hidden == []
    assert "x-moto-liveness-console" in update.value.headers  # so the server doesn't log it


def test_what_a_client_sends_is_text(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(Succeeded(97.3, reference_image=MARKUP.encode(), audit_images=[]))
    face_liveness_server.face_liveness.queue_error("ThrottlingException", MARKUP, operation=GET)
    page = open_console()
    token = re.sub("[^a-zA-Z0-9-_]", "-", MARKUP)
    session_id = create(application, ClientRequestToken=token)
    with pytest.raises(ClientError):
        application.create_face_liveness_session(
            Settings={"OutputConfig": {"S3Bucket": "not-there", "S3KeyPrefix": MARKUP}}
        )
    with pytest.raises(ClientError):
        poll(application, session_id)
    poll(application, session_id)
    card(page, session_id).get_by_text("Poll → ThrottlingException").click()
    expect_text(card(page, session_id), MARKUP)
    card(page, session_id).get_by_text("Create → a session").click()
    expect_text(card(page, session_id), token)
    page.get_by_text("Other calls").click()
    page.locator("#stray-calls summary").first.click()
    expect_text(page.locator("#stray-calls"), MARKUP)
    streamed = create(application)
    client = HTTPClient(face_liveness_server.endpoint_url)
    client.open(streamed, user_agent=MARKUP)
    client.send(video(MARKUP.encode()) + END_OF_VIDEO)
    client.rest()
    client.close()

    expect_text(card(page, streamed), MARKUP)
    assert page.locator("script:not([src]), img[src=x], img[onerror]").count() == 0


def test_the_console_works_over_https(open_console: OpenConsole, application: Any) -> None:
    page = open_console(secure=True)

    press(section(page, "Next person"), "Queue spoof")

    news(page, "Queued for the next person: spoof.")
    assert poll(application, create(application))["Confidence"] < 90
