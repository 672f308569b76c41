"""The console in a headless Chromium: what a person does in it, and what an application then sees, and the reverse."""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError
from time_machine import travel

from moto_liveness import Created, FaceLivenessServer, Failed, InProgress, Succeeded, photo, scenarios
from moto_liveness.core.script import NUMBERS
from tests.browser.conftest import PATIENCE, OpenPage
from tests.browser.test_detector import expect_outcome, start_check
from tests.conftest import needs_flask
from tests.streaming import END_OF_VIDEO, HTTPClient, video

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

pytestmark = [
    needs_flask,
    # The console seeds for a person, who may not go on; its sessions are created by hand.
    pytest.mark.face_liveness(assert_all_used=False, assert_all_seeded=False),
]

CONSOLE = "/moto-api/rekognition/face-liveness/console"
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
#: Where the screenshots of docs/console.md go; none are made without it.
SCREENSHOTS = os.environ.get("MOTO_LIVENESS_SCREENSHOTS")
MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"
TIMES = "\N{MULTIPLICATION SIGN}"
CREATE = "CreateFaceLivenessSession"
GET = "GetFaceLivenessSessionResults"

OpenConsole = Callable[..., "Page"]


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


def create(application: Any, **params: Any) -> str:
    session_id: str = application.create_face_liveness_session(**params)["SessionId"]
    return session_id


def poll(application: Any, session_id: str) -> dict[str, Any]:
    results: dict[str, Any] = application.get_face_liveness_session_results(SessionId=session_id)
    return results


def section(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def press(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def news(page: Page, text: str) -> None:
    from playwright.sync_api import expect

    expect(page.get_by_role("status")).to_have_text(text)


def card(page: Page, session_id: str) -> Locator:
    return section(page, "Sessions").locator("#session-list > li").filter(has_text=session_id)


def expect_text(place: Locator, *texts: str) -> None:
    from playwright.sync_api import expect

    for text in texts:
        expect(place).to_contain_text(text)


def code_of(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as raised:
        call()
    return str(raised.value.response["Error"]["Code"])


def test_a_person_is_a_spoof_and_the_application_sees_it(open_console: OpenConsole, application: Any) -> None:
    page = open_console()

    press(section(page, "Next person"), "Queue spoof")
    expect_text(section(page, "Queue"), "spoof")
    session_id = create(application, Settings={"AuditImagesLimit": 2})
    results = poll(application, session_id)

    assert results["Status"] == "SUCCEEDED"
    assert results["Confidence"] < 90
    section(page, "Queue").get_by_text("Nothing is queued.").wait_for()
    expect_text(
        card(page, session_id), "SUCCEEDED", "Create → a session", f"Poll → SUCCEEDED, {results['Confidence']:g} %"
    )


def test_the_images_of_a_session_are_shown(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    press(section(page, "Next person"), "Queue with audit images")
    news(page, "Queued for the next person: with audit images.")
    session_id = create(application, Settings={"AuditImagesLimit": 2})

    images = card(page, session_id).get_by_role("img")
    images.nth(2).wait_for()
    page.wait_for_load_state("networkidle")

    assert images.evaluate_all("all => all.map(image => [image.width, image.height])") == [[640, 480]] * 3
    assert [image.get_attribute("aria-label") for image in images.all()] == [
        f"Image {name} of session {session_id}" for name in ("reference", "audit-0", "audit-1")
    ]


def test_an_outcome_of_ones_own(open_console: OpenConsole, application: Any, tmp_path: Path) -> None:
    (tmp_path / "alice.jpg").write_bytes(photo("alice"))
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("An outcome of your own").click()
    place.get_by_label("Confidence").fill("88.5")
    place.get_by_label("Reference image").select_option("A JPEG of your own")
    place.get_by_label("JPEG", exact=True).set_input_files(tmp_path / "alice.jpg")
    place.get_by_label("Audit images").select_option("1")
    place.get_by_label("CREATED for", exact=True).fill("1")
    place.get_by_label("IN_PROGRESS for", exact=True).fill("2")
    press(place, "Queue for the next person")
    news(page, "Queued for the next person.")

    session_id = create(application, Settings={"AuditImagesLimit": 4})
    statuses = [poll(application, session_id)["Status"] for _ in range(3)]
    results = poll(application, session_id)
    assert statuses == ["CREATED", "IN_PROGRESS", "IN_PROGRESS"]
    assert results["Confidence"] == 88.5
    assert results["ReferenceImage"]["Bytes"] == photo("alice")
    assert [image["Bytes"] for image in results["AuditImages"]] == [photo("alice")]
    expect_text(card(page, session_id), "Poll → CREATED", f"Poll {TIMES}2 → IN_PROGRESS", "Poll → SUCCEEDED, 88.5 %")


@pytest.mark.parametrize(
    ("status", "expected"),
    [("Failed", "FAILED"), ("Expired", "EXPIRED"), ("Created, and stays so", "CREATED")],
)
def test_an_outcome_without_a_confidence(
    open_console: OpenConsole, application: Any, status: str, expected: str
) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("An outcome of your own").click()
    place.get_by_label("Status").select_option(status)
    press(place, "Queue for the next person")
    news(page, "Queued for the next person.")

    results = poll(application, create(application))
    assert results["Status"] == expected
    assert "Confidence" not in results
    assert "ReferenceImage" not in results


def test_an_outcome_that_is_an_error(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("An outcome of your own").click()
    place.get_by_label("Status").select_option("An error of AWS")
    place.get_by_label("Error code").select_option("SessionNotFoundException")
    press(place, "Queue for the next person")
    news(page, "Queued for the next person.")

    session_id = create(application)
    assert code_of(lambda: poll(application, session_id)) == "SessionNotFoundException"
    expect_text(card(page, session_id), "Poll → SessionNotFoundException")


def test_a_person_in_the_pictures(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_label("Person in the pictures").fill("alice")
    place.get_by_text("An outcome of your own").click()
    press(place, "Queue for the next person")
    news(page, "Queued for the next person.")

    assert poll(application, create(application))["ReferenceImage"]["Bytes"] == photo("alice")


def test_everyone_from_now_on_and_the_way_back(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("An outcome of your own").click()
    press(place, "Everyone from now on")
    expect_text(place, "Everyone else: SUCCEEDED 97.3 %")
    everyone = [poll(application, create(application))["Status"] for _ in range(2)]
    press(place, "Back to CREATED")
    expect_text(place, "Everyone else: CREATED")

    assert everyone == ["SUCCEEDED", "SUCCEEDED"]
    assert poll(application, create(application))["Status"] == "CREATED"


def test_everyone_is_throttled_until_the_way_back(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    place = section(page, "Next person")

    press(place, "Everyone throttled")
    expect_text(section(page, "Faults"), "ThrottlingException, raised 0 times")
    session_id = create(application)
    assert code_of(lambda: poll(application, session_id)) == "ThrottlingException"
    expect_text(section(page, "Faults"), "ThrottlingException, raised 1 time")
    press(place, "Back to CREATED")
    news(page, "Everyone else stays CREATED.")

    assert poll(application, session_id)["Status"]


def test_a_new_threshold_counts_for_the_click_that_leaves_its_field(
    open_console: OpenConsole, application: Any
) -> None:
    page = open_console()
    place = section(page, "Next person")
    threshold = place.get_by_label("Threshold")

    # A hand takes longer to click than the server takes to answer.
    threshold.fill("50")
    place.get_by_role("button", name="Queue just below", exact=True).click(delay=500)
    news(page, "Queued for the next person: just below.")
    threshold.fill("60")
    press(place, "Everyone just below")
    expect_text(place, "Everyone else: SUCCEEDED 59.99 %")

    assert [poll(application, create(application))["Confidence"] for _ in range(2)] == [49.99, 59.99]


def test_a_threshold_can_be_typed_before_the_scenarios_are_there(open_console: OpenConsole) -> None:
    page = open_console()
    place = section(page, "Next person")
    button = place.get_by_role("button", name="Queue just below", exact=True)
    button.wait_for()  # its request must not be taken for the one of the reload

    def type_first(route: Route) -> None:
        place.get_by_label("Threshold").fill("50")
        route.continue_()

    page.route("**/scenarios?*", type_first)
    page.reload()

    button.wait_for()
    assert place.get_by_label("Threshold").input_value() == "50"


def test_everyone_is_somebody_else_than_the_person_who_was_taken_out(open_console: OpenConsole) -> None:
    page = open_console()
    place = section(page, "Next person")
    person = place.get_by_label("Person in the pictures")
    person.fill("alice")
    person.blur()
    button = place.get_by_role("button", name="Everyone somebody else", exact=True)
    button.wait_for()

    # The page does not learn of it.
    person.evaluate("(field) => { field.value = ''; }")
    button.click()

    expect_text(page.get_by_role("alert"), 'The scenario "somebody else" needs a person in the pictures.')


def test_the_outcome_of_a_session_is_set(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    session_id = create(application)
    poll(application, session_id)
    expect_text(card(page, session_id), "CREATED", "Poll → CREATED")

    card(page, session_id).get_by_text("Set outcome now").click()
    card(page, session_id).get_by_label("Confidence").fill("12")
    press(card(page, session_id), "Set outcome")

    expect_text(card(page, session_id).locator(".status"), "SUCCEEDED")
    assert poll(application, session_id)["Confidence"] == 12


def test_the_images_are_those_of_the_outcome_that_was_set(
    open_console: OpenConsole, face_liveness_server: FaceLivenessServer, tmp_path: Path
) -> None:
    (tmp_path / "wide.jpg").write_bytes(photo("alice"))
    session = face_liveness_server.face_liveness.add_session(
        Succeeded(97.3, reference_image=photo("bob"), audit_images=[])
    )
    page = open_console()
    card(page, session.id).get_by_role("img").wait_for()

    card(page, session.id).get_by_text("Set outcome now").click()
    card(page, session.id).get_by_label("Reference image").select_option("A JPEG of your own")
    card(page, session.id).get_by_label("JPEG", exact=True).set_input_files(tmp_path / "wide.jpg")
    card(page, session.id).get_by_label("Audit images").select_option("0")
    with page.expect_response(re.compile("/images/reference$")) as shown:
        press(card(page, session.id), "Set outcome")

    assert requests.get(shown.value.url).content == photo("alice")


def test_a_queued_person_is_withdrawn(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    press(section(page, "Next person"), "Queue spoof")
    expect_text(section(page, "Queue"), "spoof")

    press(section(page, "Queue"), "Withdraw spoof")

    section(page, "Queue").get_by_text("Nothing is queued.").wait_for()
    assert poll(application, create(application))["Status"] == "CREATED"


def test_a_scenario_is_withdrawn_with_its_outage(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    press(section(page, "Next person"), "Queue throttled")
    expect_text(section(page, "Faults"), "throttled: ThrottlingException, raised 0 times")

    press(section(page, "Queue"), "Withdraw throttled")

    news(page, "Withdrawn: throttled.")
    section(page, "Queue").get_by_text("Nothing is queued.").wait_for()
    assert section(page, "Faults").get_by_text("raised").count() == 0
    assert poll(application, create(application))["Status"] == "CREATED"


def test_an_outage_on_and_off(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    faults = section(page, "Faults")

    faults.get_by_label(f"Code for {CREATE}").select_option("InternalServerError")
    press(faults, f"Start outage of {CREATE}")
    news(page, f"{CREATE} is out: InternalServerError.")
    codes = [code_of(lambda: create(application)) for _ in range(2)]
    expect_text(faults, "InternalServerError, raised 2 times")
    press(faults, "Withdraw InternalServerError")
    news(page, "Withdrawn: InternalServerError.")

    assert codes == ["InternalServerError"] * 2
    assert create(application)
    section(page, "Queue").get_by_text("Nothing is queued.").wait_for()


def test_the_next_calls_are_throttled(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    faults = section(page, "Faults")

    faults.get_by_label("Operation").select_option(CREATE)
    faults.get_by_label("Calls").fill("2")
    press(faults, "Let them fail")
    news(page, f"ThrottlingException for the next 2 calls of {CREATE}.")
    expect_text(section(page, "Queue"), "ThrottlingException")

    assert [code_of(lambda: create(application)) for _ in range(2)] == ["ThrottlingException"] * 2
    assert create(application)
    page.get_by_text("Other calls").click()
    expect_text(page.locator("#stray-calls"), f"Create {TIMES}2 → ThrottlingException")


def test_the_network_fails(open_console: OpenConsole, application: Any) -> None:
    from botocore.exceptions import ConnectionClosedError

    page = open_console()
    faults = section(page, "Faults")

    faults.get_by_label("Operation").select_option(CREATE)
    faults.get_by_label("Fails with").select_option("ConnectionClosedError")
    press(faults, "Let them fail")
    news(page, f"ConnectionClosedError for the next 1 call of {CREATE}.")

    with pytest.raises(ConnectionClosedError):
        create(application)


def test_reset_asks_first(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    session_id = create(application)
    card(page, session_id).wait_for()

    press(page, "Reset…")
    press(page.get_by_role("dialog"), "Keep it")
    assert card(page, session_id).is_visible()
    press(page, "Reset…")
    press(page.get_by_role("dialog"), "Reset")

    expect_text(section(page, "Sessions"), "No session yet.")


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

    place.get_by_text("An outcome of your own").click()
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
    place.get_by_text("An outcome of your own").click()
    place.get_by_label("CREATED for", exact=True).fill("200")
    place.get_by_label("Unit of CREATED").select_option("seconds")

    press(place, "Queue for the next person")

    expect_text(page.get_by_role("alert"), "SUCCEEDED comes after 200 seconds")
    news(page, "")


def test_an_error_that_is_dismissed_gives_the_focus_back(open_console: OpenConsole) -> None:
    page = open_console(refused=1)
    place = section(page, "Next person")
    place.get_by_text("An outcome of your own").click()
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
    press(place, "Withdraw queue(Failed())")
    news(page, "Withdrawn: queue(Failed()).")
    press(section(page, "Faults"), "Withdraw InternalServerError")
    news(page, "Withdrawn: InternalServerError.")

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
    """Let one of everything be there."""
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


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(
    open_console: OpenConsole, application: Any, face_liveness_server: FaceLivenessServer, look: str
) -> None:
    fill_the_page(face_liveness_server, application)
    page = open_console(**LOOKS[look])
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
    assert video.evaluate("video => video.currentTime") > 0.5  # no update has begun it anew
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
