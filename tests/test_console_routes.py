"""The routes that the console is made of."""

from __future__ import annotations

import base64
import re
import socket
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from moto_liveness import (
    ApiError,
    Created,
    Expired,
    FaceLiveness,
    FaceLivenessServer,
    Failed,
    InProgress,
    Succeeded,
    _compat,
)
from moto_liveness.core.commands import HANDLE
from moto_liveness.core.progress import LIFETIME
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS
from moto_liveness.install import install_routes, uninstall_routes
from moto_liveness.moto_api import web
from tests.aws import ALIVE, JPEG, client, create, create_with_images, poll, status
from tests.conftest import needs_flask

API = "http://motoapi.amazonaws.com"
RESULTS = f"{API}/moto-api/static/rekognition/face-liveness-results"
STATE = f"{API}/moto-api/rekognition/face-liveness"
CONSOLE = "/moto-api/rekognition/face-liveness/console"
THROTTLING = {"error": "ThrottlingException", "operation": "CreateFaceLivenessSession", "times": None}


@pytest.fixture(autouse=True)
def mocked() -> Any:
    with FaceLiveness(assert_all_used=False, assert_all_seeded=False) as face_liveness:
        yield face_liveness


def seed(*results: object, **place: str) -> list[int]:
    numbers: list[int] = requests.post(RESULTS, json={"results": results, **place}).json()["seeds"]
    return numbers


def state(**query: str) -> dict[str, Any]:
    answer: dict[str, Any] = requests.get(STATE, params=query).json()
    return answer


def withdraw(number: int) -> requests.Response:
    return requests.delete(f"{STATE}/seeds/{number}")


def image(session_id: str, name: str) -> requests.Response:
    return requests.get(f"{STATE}/sessions/{session_id}/images/{name}")


def not_found(response: requests.Response) -> str:
    assert response.status_code == 404
    return str(response.json()["message"])


def test_one_seed_is_withdrawn_by_its_number() -> None:
    first, second = seed({"status": "FAILED"}, {"status": "SUCCEEDED", "confidence": 97.3})

    response = withdraw(first)

    assert response.status_code == 204
    assert [seed["number"] for seed in state()["unused_seeds"]] == [second]
    assert status(create()) == "SUCCEEDED"


def test_a_seed_that_was_withdrawn_by_its_number_is_not_unused(mocked: FaceLiveness) -> None:
    (number,) = seed({"status": "FAILED"})

    withdraw(number)

    mocked.assert_all_used()
    assert requests.get(f"{STATE}/seeds/{number}").json()["withdrawn"] is True


def test_an_outage_that_was_raised_is_withdrawn_by_its_number() -> None:
    (number,) = seed(THROTTLING)
    with pytest.raises(client().exceptions.ThrottlingException):
        create()

    withdraw(number)

    assert status(create()) == "CREATED"
    assert state()["outages"] == []
    assert requests.get(f"{STATE}/seeds/{number}").json()["withdrawn"] is False  # it was used


def test_a_seed_that_was_used_cannot_be_withdrawn() -> None:
    (number,) = seed({"status": "FAILED"})
    create()

    assert not_found(withdraw(number)) == f"seed {number} is not queued: it was already used"


def test_a_seed_cannot_be_withdrawn_twice() -> None:
    (number,) = seed({"status": "FAILED"})
    withdraw(number)

    assert not_found(withdraw(number)) == f"seed {number} is not queued: it was already withdrawn"


def test_a_seed_that_is_gone_cannot_be_withdrawn() -> None:
    (number,) = seed({"status": "FAILED"})
    requests.post(f"{API}/moto-api/reset")

    assert not_found(withdraw(number)) == (
        f"seed {number} is not queued: moto was reset: an outermost mock_aws started or stopped in its process, or "
        "/moto-api/reset was called"
    )
    assert not_found(requests.delete(f"{STATE}/seeds/first")) == "there is no seed 'first' here: name it by its number"


def test_an_outage_is_in_the_state_until_it_is_withdrawn() -> None:
    (number,) = seed({**THROTTLING, "optional": True})
    seed({"error": "ThrottlingException", "times": 3})

    before = state()["outages"]
    with pytest.raises(client().exceptions.ThrottlingException):
        create()
    after = state()["outages"]

    assert [outage["number"] for outage in (*before, *after)] == [number, number]
    assert [outage["used"] for outage in (*before, *after)] == [False, True]


def test_the_outages_are_those_of_a_place() -> None:
    (number,) = seed(THROTTLING, region="eu-west-1")

    assert state(region="us-east-1")["outages"] == []
    assert [outage["number"] for outage in state(region="eu-west-1")["outages"]] == [number]
    assert state(since=str(number))["outages"] == []


def test_a_seed_has_its_operation_and_its_error() -> None:
    seed({"status": "FAILED"}, THROTTLING, {"exception": "ReadTimeoutError"})

    seeds = [(seed["operation"], seed["error"]) for seed in state()["unused_seeds"]]

    assert seeds == [
        (None, None),
        ("CreateFaceLivenessSession", "ThrottlingException"),
        ("GetFaceLivenessSessionResults", "ReadTimeoutError"),
    ]


def test_the_default_is_in_the_state(mocked: FaceLiveness) -> None:
    assert state()["default"] is None

    mocked.set_default(InProgress(polls=2), Succeeded(97.3, reference_image=None))

    assert state()["default"] == [
        {"status": "IN_PROGRESS", "polls": 2},
        {"status": "SUCCEEDED", "confidence": 97.3, "reference_image": None},
    ]


def test_the_default_is_the_one_of_the_place(mocked: FaceLiveness) -> None:
    mocked.set_default(Failed())
    mocked.at(region_name="eu-west-1").set_default(Created())

    assert state(region="eu-west-1")["default"] == [{"status": "CREATED"}]
    assert state(region="us-east-1")["default"] == state()["default"] == [{"status": "FAILED"}]


def test_an_image_is_the_one_that_a_poll_returns(mocked: FaceLiveness) -> None:
    mocked.queue(ALIVE)
    session_id = create_with_images(2)

    shown = {name: image(session_id, name) for name in ("reference", "audit-0", "audit-1")}

    results = poll(session_id)
    polled = [results["ReferenceImage"], *results["AuditImages"]]
    assert [response.content for response in shown.values()] == [one["Bytes"] for one in polled]
    assert {response.headers["Content-Type"] for response in shown.values()} == {"image/jpeg"}
    assert {response.headers["X-Content-Type-Options"] for response in shown.values()} == {"nosniff"}


def test_a_session_has_the_names_of_its_images(mocked: FaceLiveness) -> None:
    mocked.queue(Created(), ALIVE)
    session_id = create_with_images(2)
    url = f"{STATE}/sessions/{session_id}"

    before = requests.get(url).json()["images"]
    poll(session_id)

    assert (before, requests.get(url).json()["images"]) == ([], ["reference", "audit-0", "audit-1"])


def test_showing_an_image_is_not_a_poll(mocked: FaceLiveness) -> None:
    session = mocked.add_session(ALIVE)

    image(session.id, "reference")

    assert (session.poll_count, mocked.calls) == (0, [])


def test_bytes_that_are_not_a_picture_are_not_shown_as_one(mocked: FaceLiveness) -> None:
    session = mocked.add_session(Succeeded(97.3, reference_image=b"<script>"))

    response = image(session.id, "reference")

    assert (response.content, response.headers["Content-Type"]) == (b"<script>", "application/octet-stream")


@pytest.mark.parametrize(
    ("step", "name", "sentence"),
    [
        (ALIVE, "audit-4", "Choose from: reference, audit-0, audit-1, audit-2, audit-3."),
        (Succeeded(97.3, audit_images=[JPEG]), "face", "Choose from: reference, audit-0."),
        (Created(), "reference", "It has none, because a poll would get CREATED."),
        (Expired(), "reference", "It has none, because a poll would get EXPIRED."),
        (Failed(), "reference", "It has none, because a poll would get FAILED."),
        (ApiError("ThrottlingException"), "reference", "It has none, because a poll would get an error."),
    ],
    ids=repr,
)
def test_an_image_that_is_not_there_is_not_found(mocked: FaceLiveness, step: Any, name: str, sentence: str) -> None:
    session = mocked.add_session(step)

    assert not_found(image(session.id, name)) == f"session {session.id} has no image '{name}' now. {sentence}"


def test_an_image_of_an_unknown_session_is_not_found() -> None:
    assert not_found(image("nobody", "reference")).startswith("there is no session 'nobody'")


def test_an_image_is_found_in_its_own_region_only(mocked: FaceLiveness) -> None:
    session = mocked.at(region_name="eu-west-1").add_session(ALIVE)
    url = f"{STATE}/sessions/{session.id}/images/reference"

    assert requests.get(url, params={"region": "us-east-1"}).status_code == 404
    assert requests.get(url, params={"region": "eu-west-1"}).status_code == 200


def test_the_console_is_a_page_with_a_policy() -> None:
    response = requests.get(API + CONSOLE)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Content-Security-Policy"] == (
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    )
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def test_every_file_that_the_page_names_exists() -> None:
    page = requests.get(API + CONSOLE).text
    names = re.findall(r'(?:href|src)="console/([^"]+)"', page)
    for name in names:  # it grows: the modules name others
        text = requests.get(f"{API}{CONSOLE}/{name}").text
        names += [named for named in re.findall(r'from "\./([^"]+)"', text) if named not in names]

    types = {name: requests.get(f"{API}{CONSOLE}/{name}").headers["Content-Type"] for name in names}

    assert {path.name for path in web._FOLDER.iterdir()} == {*names, "index.html"}
    assert set(types.values()) == {
        "image/svg+xml; charset=utf-8",
        "text/css; charset=utf-8",
        "text/javascript; charset=utf-8",
    }


def test_the_page_suggests_the_regions_that_serve_face_liveness() -> None:
    page = requests.get(API + CONSOLE).text

    (options,) = re.findall('<datalist id="regions">(.*?)</datalist>', page, re.DOTALL)

    assert re.findall('value="(.*?)"', options) == list(FACE_LIVENESS_REGIONS)


def test_the_page_counts_down_the_life_of_a_session() -> None:
    assert f"const LIFE = {LIFETIME.seconds};" in requests.get(f"{API}{CONSOLE}/sessions.js").text


# The page finds its files beside console, not in it.
@needs_flask
def test_a_slash_at_the_end_of_the_console_leads_to_the_page(make_face_liveness_server: FaceLivenessServer) -> None:
    url = make_face_liveness_server.endpoint_url + CONSOLE

    response = requests.get(f"{url}/")

    assert [first.status_code for first in response.history] == [308]
    assert (response.status_code, response.url) == (200, url)


@pytest.mark.parametrize(
    "name", ["nothing.js", "index.html", "..%2Fopenapi.json", "..", "%2Fetc%2Fpasswd", ".", "openapi.json"]
)
def test_a_name_that_is_not_a_file_of_the_console_is_not_found(name: str) -> None:
    with pytest.raises(LookupError, match="the console has no file"):
        web.console_file(requests.utils.unquote(name))
    assert requests.get(f"{API}{CONSOLE}/{name}").status_code in (404, 405)


def test_nothing_in_the_console_makes_html_of_text() -> None:
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|createContextualFragment|setHTML"
        r"|\beval\b|new Function|javascript:|\bstyle=|\son\w+=|https?://(?!www\.w3\.org/2000/svg)"
    )

    found = {path.name: forbidden.findall(path.read_text("utf-8")) for path in web._FOLDER.iterdir()}

    assert found == {name: [] for name in found}


def test_the_dashboard_of_moto_links_to_the_console() -> None:
    page = _compat.linked_dashboard(lambda: "<ul><li><a>Home</a>\n</li><li>About</li></ul>", "console", "Face Liveness")

    assert page() == (
        '<ul><li><a>Home</a>\n</li>\n<li class="nav-item"><a class="nav-link" href="console">Face Liveness</a></li>'
        "<li>About</li></ul>"
    )


@pytest.mark.parametrize("page", ["<h1>Moto</h1>", (200, {}, b"")])
def test_a_dashboard_without_a_place_for_the_link_stays_as_it_is(page: object) -> None:
    assert _compat.linked_dashboard(lambda: page, "console", "Face Liveness")() == page


# "Home" on the dashboard leads to the second path.
@needs_flask
@pytest.mark.parametrize("dashboard", ["/moto-api/", "/moto-api"])
def test_the_link_on_the_dashboard_leads_to_the_console(
    make_face_liveness_server: FaceLivenessServer, dashboard: str
) -> None:
    url = make_face_liveness_server.endpoint_url + dashboard

    (path,) = re.findall(r'href="([^"]+)">Face Liveness<', requests.get(url).text)

    assert urljoin(url, path) == make_face_liveness_server.endpoint_url + CONSOLE


@needs_flask
@pytest.mark.parametrize(
    ("headers", "logged"), [({}, 1), ({"X-Moto-Liveness-Console": "update"}, 0), ({HANDLE: "python"}, 0)]
)
def test_the_updates_of_the_console_and_of_handles_are_not_logged(
    make_face_liveness_server: FaceLivenessServer,
    caplog: pytest.LogCaptureFixture,
    headers: dict[str, str],
    logged: int,
) -> None:
    url = f"{make_face_liveness_server.endpoint_url}/moto-api/rekognition/face-liveness"

    with caplog.at_level("INFO", "werkzeug"):
        requests.get(url, headers=headers)

    assert len(caplog.records) == logged


@needs_flask
def test_a_request_that_is_not_http_is_logged(
    make_face_liveness_server: FaceLivenessServer, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = make_face_liveness_server.endpoint_url.removeprefix("http://").split(":")

    with caplog.at_level("INFO", "werkzeug"), socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET / and / too HTTP/1.1\r\n\r\n")
        while connection.recv(1024):
            pass

    assert len(caplog.records) > 0


def test_uninstalling_the_routes_restores_the_dashboard() -> None:
    from moto.moto_api._internal.urls import response_instance, url_paths

    install_routes()
    uninstall_routes()
    try:
        assert url_paths[_compat.DASHBOARD] == response_instance.dashboard
    finally:
        install_routes()
    assert url_paths[_compat.DASHBOARD] != response_instance.dashboard


def test_a_picture_of_a_default_is_in_the_state(mocked: FaceLiveness) -> None:
    mocked.set_default(Succeeded(97.3, reference_image=JPEG))

    (step,) = state()["default"]

    assert base64.b64decode(step["reference_image"]["data"]) == JPEG
