"""What a person seeds in the console, and what an application then sees."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from moto_liveness import FaceLivenessServer, Succeeded, photo
from tests.browser.console import (
    CREATE,
    GET,
    TIMES,
    OpenConsole,
    card,
    code_of,
    create,
    expect_text,
    news,
    poll,
    press,
    section,
)
from tests.conftest import needs_flask
from tests.streaming import START

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = [
    needs_flask,
    # The console seeds for a person, who may not go on; its sessions are created by hand.
    pytest.mark.face_liveness(assert_all_used=False, assert_all_seeded=False),
]


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

    place.get_by_text("Custom outcome").click()
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
    [("Failed", "FAILED"), ("Expired", "EXPIRED"), ("Created (permanent)", "CREATED")],
)
def test_an_outcome_without_a_confidence(
    open_console: OpenConsole, application: Any, status: str, expected: str
) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("Custom outcome").click()
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

    place.get_by_text("Custom outcome").click()
    place.get_by_label("Status").select_option("An AWS error")
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
    place.get_by_text("Custom outcome").click()
    press(place, "Queue for the next person")
    news(page, "Queued for the next person.")

    assert poll(application, create(application))["ReferenceImage"]["Bytes"] == photo("alice")


def test_everyone_from_now_on_and_the_way_back(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    place = section(page, "Next person")

    place.get_by_text("Custom outcome").click()
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
    expect_text(section(page, "Faults"), f"ThrottlingException for all calls of {GET}, raised 0 times")
    session_id = create(application)
    assert code_of(lambda: poll(application, session_id)) == "ThrottlingException"
    expect_text(section(page, "Faults"), f"ThrottlingException for all calls of {GET}, raised 1 time")
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
    button.wait_for()  # its request must not be mistaken for that of the reload

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

    # The page does not notice.
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
    expect_text(section(page, "Faults"), f"throttled: ThrottlingException for all calls of {GET}, raised 0 times")

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
    expect_text(faults, f"InternalServerError for all calls of {CREATE}, raised 2 times")
    press(faults, f"Withdraw InternalServerError for all calls of {CREATE}")
    news(page, f"Withdrawn: InternalServerError for all calls of {CREATE}.")

    assert codes == ["InternalServerError"] * 2
    assert create(application)
    section(page, "Queue").get_by_text("Nothing is queued.").wait_for()


def test_the_next_calls_are_throttled(open_console: OpenConsole, application: Any) -> None:
    page = open_console()
    faults = section(page, "Faults")

    faults.get_by_label("Operation").select_option(CREATE)
    faults.get_by_label("Calls").fill("2")
    press(faults, "Fail them")
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
    press(faults, "Fail them")
    news(page, f"ConnectionClosedError (the network fails) for the next 1 call of {CREATE}.")

    with pytest.raises(ConnectionClosedError):
        create(application)


@pytest.mark.parametrize(
    ("choice", "told", "queued"),
    [
        ("start ThrottlingException", "ThrottlingException", "ThrottlingException (instead of the stream)"),
        ("start ConnectionLost", "ConnectionLost (a cut after the 101)", "ConnectionLost (a cut after the 101)"),
        ("connect ConnectionLost", "ConnectionLost (no answer at all)", "ConnectionLost (no answer at all)"),
        (
            "end ConnectionLost",
            "ConnectionLost (at the end of the stream)",
            "ConnectionLost (a cut at the end of the stream)",
        ),
        ("delay connect", "The 101, 15 s late,", "15 seconds late (the 101)"),
        ("delay start", "The first events, 15 s late,", "15 seconds late (the first events)"),
    ],
)
def test_the_queue_names_the_phase_of_a_fault(open_console: OpenConsole, choice: str, told: str, queued: str) -> None:
    page = open_console()
    faults = section(page, "Faults")
    faults.get_by_label("Operation").select_option(START)
    faults.get_by_label("Fails with").select_option(value=choice)
    if choice.startswith("delay"):
        faults.get_by_label("Seconds").fill("15")

    press(faults, "Fail them")

    news(page, f"{told} for the next 1 call of {START}.")
    expect_text(section(page, "Queue"), f"{queued} for 1 call of {START}")


@pytest.mark.parametrize(
    ("operation", "choice", "phase"),
    [
        (CREATE, "start", ""),
        (START, "start", " (instead of the stream)"),
        (START, "end", " (at the end of the stream)"),
    ],
)
def test_a_code_that_aws_does_not_have(open_console: OpenConsole, operation: str, choice: str, phase: str) -> None:
    page = open_console()
    faults = section(page, "Faults")
    faults.get_by_label("Operation").select_option(operation)
    faults.get_by_label("Fails with").select_option(value=f"other {choice}")
    faults.get_by_label("Code", exact=True).fill("TeapotException")
    faults.get_by_label("HTTP status").fill("418")

    press(faults, "Fail them")

    news(page, f"TeapotException for the next 1 call of {operation}.")
    expect_text(section(page, "Queue"), f"TeapotException{phase} for 1 call of {operation}")


def test_a_code_with_a_space_is_refused_with_what_a_code_has(open_console: OpenConsole) -> None:
    page = open_console()
    faults = section(page, "Faults")
    faults.get_by_label("Fails with").select_option(value="other start")
    code = faults.get_by_label("Code", exact=True)

    code.fill("Teapot Exception")

    assert code.evaluate("field => field.validity.patternMismatch")
    assert code.get_attribute("title") == "Letters, digits and signs, without a space"


def test_an_outage_of_streams_names_its_phase(
    open_console: OpenConsole, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness = face_liveness_server.face_liveness
    face_liveness.queue_error("ConnectionLost", operation=START, when="connect", times=None, optional=True)

    expect_text(
        section(open_console(), "Faults"), f"ConnectionLost (no answer at all) for all calls of {START}, raised 0 times"
    )


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
