"""Amplify's FaceLivenessDetector, unmodified, in a headless Chromium: the page of examples/browser and the server."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from moto_liveness import Challenge, Created, FaceLivenessServer, Failed, InProgress, Session, Step, Stream, Succeeded
from tests.browser.conftest import PATIENCE, OpenPage
from tests.conftest import needs_flask

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = needs_flask

START = "StartFaceLivenessSession"
LIGHT = Challenge("FaceMovementAndLightChallenge", "2.0.0")
MOVEMENT = Challenge("FaceMovementChallenge", "1.0.0")
ALIVE = Succeeded(confidence=97.3)
# Records the close codes that the component receives: Playwright does not report them.
CLOSE_CODES = """
window.closeCodes = [];
window.WebSocket = class extends WebSocket {
  constructor(...args) {
    super(...args);
    this.addEventListener("close", ({ code }) => closeCodes.push(code));
  }
};
"""


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()


def start_check(page: Page) -> None:
    press(page, "Verify me")
    press(page, "Start video check")


def expect_outcome(page: Page, text: str | re.Pattern[str]) -> None:
    from playwright.sync_api import expect

    outcome = page.get_by_test_id("outcome")
    expect(outcome).to_have_text(re.compile("."), timeout=PATIENCE)  # any: a wrong one fails at once
    expect(outcome).to_have_text(text)


def marks(page: Page) -> dict[str, float]:
    """When things happened in the page, in milliseconds; of several clicks the first, which starts the check."""
    entries = "performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime]).reverse()"
    return dict(page.evaluate(entries))


def duration(page: Page) -> float:
    """How long a check took, in milliseconds."""
    happened = marks(page)
    return happened["onAnalysisComplete"] - happened["click"]


def callbacks(page: Page) -> set[str]:
    return {name for name in marks(page) if name.startswith("on")}


def only_session(server: FaceLivenessServer) -> Session:
    (session,) = server.face_liveness.sessions
    return session


def only_stream(server: FaceLivenessServer) -> Stream:
    stream = only_session(server).stream
    assert stream is not None
    return stream


def first_frame(video: bytes) -> tuple[int, int]:
    """Decode the first key frame of a WebM with VP8, and return its size: with a RIFF header, it is a WebP."""
    image = pytest.importorskip("PIL.Image")
    frame = video[video.index(b"\x9d\x01\x2a") - 3 :]  # after the three bytes of its tag comes its start code
    frame = frame[: len(frame) // 2 * 2]
    webp = b"WEBPVP8 " + len(frame).to_bytes(4, "little") + frame
    picture = image.open(io.BytesIO(b"RIFF" + len(webp).to_bytes(4, "little") + webp))
    picture.load()
    size: tuple[int, int] = picture.size
    return size


def test_a_check_with_light_is_passed(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer, record_property: Callable[[str, object], None]
) -> None:
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page()

    start_check(page)

    expect_outcome(page, "Welcome")
    assert callbacks(page) == {"onAnalysisComplete"}
    assert only_session(face_liveness_server).status == "SUCCEEDED"
    stream = only_stream(face_liveness_server)
    assert stream.challenge == LIGHT
    assert len(stream.colors) == 8
    assert stream.colors[0] == (0, 0, 0)
    assert len(set(stream.colors)) > 1
    assert stream.seconds is not None
    assert 3 < stream.seconds < 60
    record_property("a check with light", duration(page))


def test_a_check_with_movement_alone_is_passed(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer, record_property: Callable[[str, object], None]
) -> None:
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)

    expect_outcome(page, "Welcome")
    assert callbacks(page) == {"onAnalysisComplete"}
    stream = only_stream(face_liveness_server)
    assert stream.challenge == MOVEMENT
    assert stream.colors == []
    record_property("a check with movement alone", duration(page))


def test_the_challenge_of_the_step_is_the_one_the_person_gets(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(Succeeded(confidence=97.3, challenge=MOVEMENT))
    page = open_page()

    start_check(page)

    expect_outcome(page, "Welcome")
    assert only_stream(face_liveness_server).challenge == MOVEMENT


def test_the_video_arrives_as_it_was_recorded(open_page: OpenPage, face_liveness_server: FaceLivenessServer) -> None:
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)

    expect_outcome(page, "Welcome")
    stream = only_stream(face_liveness_server)
    assert stream.chunks > 0
    assert stream.size == len(stream.video) > 0
    assert stream.close_code is None
    assert stream.error is None
    assert first_frame(stream.video) == (stream.width, stream.height) == (640, 480)


def test_the_page_asks_aws_s_own_hosts_and_nothing_leaves_the_machine(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page(challenge=MOVEMENT.type)
    hosts = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).hostname))

    start_check(page)

    expect_outcome(page, "Welcome")
    # The last one is answered by Playwright; the rule of the resolver brings the others to the server.
    assert hosts == {
        "localhost",
        "streaming-rekognition.us-east-1.amazonaws.com",
        "cdn.liveness.rekognition.amazonaws.com",
        "cognito-identity.us-east-1.amazonaws.com",
    }


def test_the_session_is_in_progress_while_the_start_screen_is_up(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page(challenge=MOVEMENT.type)

    press(page, "Verify me")
    page.get_by_role("button", name="Start video check").wait_for()

    assert only_session(face_liveness_server).status == "IN_PROGRESS"
    press(page, "Start video check")
    expect_outcome(page, "Welcome")


def test_a_check_without_the_start_screen_is_passed(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page(query="?no-start-screen", challenge=MOVEMENT.type)

    press(page, "Verify me")

    expect_outcome(page, "Welcome")


@pytest.mark.parametrize("step", [Succeeded(confidence=3.1), Failed()], ids=repr)
def test_a_check_is_not_passed(open_page: OpenPage, face_liveness_server: FaceLivenessServer, step: Step) -> None:
    face_liveness_server.face_liveness.queue(step)
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)

    expect_outcome(page, "Turned away")


@pytest.mark.face_liveness(assert_all_seeded=False)
def test_nobody_passes_a_check_that_no_test_seeded(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer
) -> None:
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)

    expect_outcome(page, "Turned away")
    assert only_stream(face_liveness_server).chunks > 0


def test_the_analysis_takes_some_polls(open_page: OpenPage, face_liveness_server: FaceLivenessServer) -> None:
    face_liveness_server.face_liveness.queue(Created(until="stream"), InProgress(polls=2), ALIVE)
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)

    expect_outcome(page, "Welcome")
    assert only_session(face_liveness_server).poll_count == 3


def test_the_component_shows_that_it_verifies_until_the_analysis_is_over(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer
) -> None:
    face_liveness_server.face_liveness.queue(Created(until="stream"), InProgress())
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)
    page.get_by_text("Verifying").first.wait_for()
    assert only_session(face_liveness_server).status == "IN_PROGRESS"
    assert callbacks(page) == set()
    only_session(face_liveness_server).set_outcome(ALIVE)

    expect_outcome(page, "Welcome")


def test_a_person_tries_again(open_page: OpenPage, face_liveness_server: FaceLivenessServer) -> None:
    face_liveness_server.face_liveness.queue(Succeeded(confidence=3.1))
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)
    expect_outcome(page, "Turned away")
    start_check(page)

    expect_outcome(page, "Welcome")
    first, second = face_liveness_server.face_liveness.sessions
    assert first.stream is not None
    assert second.stream is not None


def test_a_person_cancels(open_page: OpenPage, face_liveness_server: FaceLivenessServer) -> None:
    face_liveness_server.face_liveness.queue(ALIVE)
    page = open_page(challenge=LIGHT.type, script=CLOSE_CODES)

    with page.expect_websocket() as streaming:
        start_check(page)
    page.get_by_text("Rec", exact=True).wait_for()  # before it records, the component leaves the socket open
    with streaming.value.expect_event("close"):
        press(page, "Cancel Liveness check")

    expect_outcome(page, "Cancelled")
    assert callbacks(page) == {"onUserCancel"}
    # To a server that answers with 4003, a component that is still on the page reports an error.
    assert page.evaluate("closeCodes") == [1000]
    assert only_stream(face_liveness_server).close_code == 4003
    assert only_session(face_liveness_server).status == "FAILED"


def test_a_session_that_does_not_exist_is_an_error(open_page: OpenPage) -> None:
    page = open_page()
    page.route(
        "**/api/sessions", lambda route: route.fulfill(json={"sessionId": "11111111-2222-3333-4444-555555555555"})
    )

    press(page, "Verify me")

    expect_outcome(page, re.compile("SERVER_ERROR: .*Session not found"))
    assert callbacks(page) == {"onError"}


def test_a_session_of_another_region_is_an_error(open_page: OpenPage, face_liveness_server: FaceLivenessServer) -> None:
    page = open_page()
    page.route("**/api/config", lambda route: route.fulfill(json={**route.fetch().json(), "region": "eu-west-1"}))
    page.reload()

    press(page, "Verify me")

    expect_outcome(page, re.compile("SERVER_ERROR: .*Session not found"))
    assert only_session(face_liveness_server).stream is None
    assert only_session(face_liveness_server).status == "CREATED"


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerException", "AccessDeniedException"])
def test_an_error_at_the_start(open_page: OpenPage, face_liveness_server: FaceLivenessServer, code: str) -> None:
    face_liveness_server.face_liveness.queue_error(code, "It is queued.", operation=START, when="start")
    page = open_page()

    press(page, "Verify me")

    expect_outcome(page, re.compile("SERVER_ERROR: .*It is queued[.]"))
    assert callbacks(page) == {"onError"}
    assert only_session(face_liveness_server).status == "CREATED"


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("InternalServerException", "It is queued[.]"),
        ("ValidationException", "It is queued[.]"),
        ("StreamIdleTimeout", "[(]code 4001"),
        ("SessionExpired", "[(]code 4003"),
        ("ConnectionLost", "[(]code 1006"),
    ],
)
def test_an_error_at_the_end(
    open_page: OpenPage, face_liveness_server: FaceLivenessServer, code: str, shown: str
) -> None:
    message = "It is queued." if code.endswith("Exception") else None
    face_liveness_server.face_liveness.queue(ALIVE)
    face_liveness_server.face_liveness.queue_error(code, message, operation=START, when="end")
    page = open_page(challenge=MOVEMENT.type)

    start_check(page)

    expect_outcome(page, re.compile(f"SERVER_ERROR: .*{shown}"))
    assert callbacks(page) == {"onError"}
    assert only_stream(face_liveness_server).error == code
    assert only_session(face_liveness_server).status == "FAILED"


def test_without_a_face_model_there_is_no_check(open_page: OpenPage, face_liveness_server: FaceLivenessServer) -> None:
    # A negative control: the other checks pass because of the synthetic face.
    page = open_page()
    page.route("https://cdn.liveness.rekognition.amazonaws.com/**", lambda route: route.abort())

    start_check(page)

    expect_outcome(page, re.compile("RUNTIME_ERROR: .*blazeface model"))
    assert callbacks(page) == {"onError"}
    # The component leaves the stream open until its page goes.
    assert only_stream(face_liveness_server).ended_at is None
