"""Who may ask: browsers for pages of this machine, and everything that is not a browser."""

from __future__ import annotations

import pytest
import requests

from moto_liveness import FaceLiveness, FaceLivenessServer
from moto_liveness.core.commands import COMMANDS
from moto_liveness.moto_api.browsers import ALLOWED_ORIGINS, refusal
from tests.conftest import needs_flask
from tests.test_border import STATE

CHROMIUM = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"
LOCAL = ["127.0.0.1:5000", "127.9.9.9", "localhost:5000", "LOCALHOST", "app.localhost:1", "[::1]:5000", "0.0.0.0:5000"]


def refused(what: str, how: str = "for a page of") -> str:
    return (
        f"a browser sent this request {how} {what!r}, which is not on this machine. To allow it, name it in the "
        "environment of the server, as in MOTO_LIVENESS_ALLOWED_ORIGINS=http://app.example:3000"
    )


@pytest.mark.parametrize("host", LOCAL)
def test_a_page_of_this_machine_may_ask(host: str) -> None:
    for origin in ("http://localhost:3000", "https://127.0.0.1", "http://[::1]:8080", "capacitor://localhost"):
        for site in ("same-origin", "same-site", "cross-site"):
            assert refusal({"Host": host, "Origin": origin, "Sec-Fetch-Site": site}, "127.0.0.1") is None
        assert refusal({"Host": host, "Origin": origin}, "127.0.0.1") is None


@pytest.mark.parametrize("site", ["same-origin", "none", "same-site"])
def test_what_a_page_of_this_machine_shows_has_no_origin(site: str) -> None:
    assert refusal({"Host": "localhost:5000", "Sec-Fetch-Site": site}, "127.0.0.1") is None


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://10.0.0.7",
        "null",
        "http://127.0.0.1.nip.io",
        "x y",
        "http://evil.example@localhost",
        "http://evil.example\\@localhost",
        "http://[::1].evil.example",
    ],
)
def test_a_page_of_another_site_may_not(origin: str) -> None:
    for host in LOCAL:
        assert refusal({"Host": host, "Origin": origin, "Sec-Fetch-Site": "cross-site"}, "127.0.0.1") == refused(origin)
        assert refusal({"Host": host, "Origin": origin}, "127.0.0.1") == refused(origin)


def test_a_picture_in_a_page_of_another_site_is_refused_with_and_without_its_referer() -> None:
    headers = {"Host": "localhost:5000", "Sec-Fetch-Site": "cross-site"}

    assert refusal(headers, "127.0.0.1") == refused("another site")
    assert refusal({**headers, "Referer": "https://evil.example/"}, "127.0.0.1") == refused("https://evil.example/")
    assert refusal({**headers, "Referer": "http://127.0.0.1:3000/"}, "127.0.0.1") is None


@pytest.mark.parametrize("host", ["evil.example:5000", "moto:5000", "10.0.0.7", "", "[:"])
def test_a_browser_may_ask_by_the_names_of_this_machine_only(host: str) -> None:
    headers = {"Host": host, "Sec-Fetch-Site": "same-origin"}

    assert refusal(headers, "127.0.0.1") == (refused(host, "to the name") if host else None)
    assert refusal({**headers, "Origin": f"http://{host}"}, "127.0.0.1") is not None


def test_a_rebound_name_is_refused_although_a_browser_adds_nothing_over_http() -> None:
    rebound = {"Host": "evil.example:5000", "User-Agent": CHROMIUM}

    assert refusal(rebound, "127.0.0.1") == refused("evil.example:5000", "to the name")


@pytest.mark.parametrize("host", ["moto:5000", "10.0.0.7:5000", "[fe80::1]:5000", "host.docker.internal", "a.test", ""])
def test_names_that_nobody_can_point_here_are_as_before(host: str) -> None:
    assert refusal({"Host": host, "User-Agent": CHROMIUM}, "127.0.0.1") is None


@pytest.mark.parametrize("agent", ["curl/8.5.0", "Boto3/1.42", "Playwright/1.50", "node", ""])
def test_what_is_not_a_browser_may_ask_by_any_name(agent: str) -> None:
    for host in ("aws.example.com", "moto:5000", "localhost"):
        assert refusal({"Host": host, "User-Agent": agent, "Sec-Fetch-Mode": "cors"}, "127.0.0.1") is None


def test_the_address_that_the_server_listens_on_is_of_this_machine() -> None:
    headers = {"Host": "10.0.0.7:5000", "Origin": "http://10.0.0.7:5000", "Sec-Fetch-Site": "same-origin"}

    assert refusal(headers, "10.0.0.7") is None
    assert refusal(headers, "0.0.0.0") is not None


@pytest.mark.parametrize(
    ("listens_on", "host"),
    [
        ("MyHost", "myhost"),
        ("myhost.", "MYHOST"),
        ("LOCALHOST", "localhost"),
        ("2001:DB8::0:1", "[2001:db8::1]"),
        ("2001:db8::1", "[2001:DB8:0:0:0:0:0:1]"),
    ],
)
def test_names_and_addresses_are_compared_as_browsers_write_them(listens_on: str, host: str) -> None:
    url = f"http://{host}:5000"

    assert refusal({"Host": f"{host}:5000", "Origin": url, "Sec-Fetch-Site": "same-origin"}, listens_on) is None
    assert refusal({"Host": "localhost", "Origin": url, "Sec-Fetch-Site": "cross-site"}, listens_on) is None


def test_the_environment_names_more_origins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        ALLOWED_ORIGINS, "http://app:3000, https://preview.example http://moto:5000,tunnel.example [2001:DB8:0::1]"
    )

    def may(origin: str, host: str = "localhost:5000") -> bool:
        return refusal({"Host": host, "Origin": origin, "Sec-Fetch-Site": "cross-site"}, "127.0.0.1") is None

    assert may("http://app:3000")
    assert may("http://app:3000", "moto:5000")
    assert may("https://preview.example:443", "preview.example")
    assert may("https://tunnel.example:8443", "tunnel.example")
    assert may("http://[2001:db8::1]:3000", "[2001:db8::1]:5000")
    assert not may("http://app:3001")
    assert not may("http://preview.example")
    assert not may("http://app:3000", "other:5000")
    assert not may("null")


def test_a_name_without_a_scheme_may_have_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ALLOWED_ORIGINS, "app:3000")

    assert refusal({"Host": "localhost", "Origin": "https://app:3000"}, None) is None
    assert refusal({"Host": "localhost", "Origin": "https://app:3001"}, None) == refused("https://app:3001")


@needs_flask
def test_a_server_refuses_every_route_but_the_face_model(make_face_liveness_server: FaceLivenessServer) -> None:
    statuses: dict[bool, set[int]] = {True: set(), False: set()}
    for command in COMMANDS:
        method, path = command.at
        url = make_face_liveness_server.endpoint_url + path.replace("{number}", "1").replace("{file}", "console.css")
        answer = requests.request(method, url, data="{}", headers={"Origin": "https://evil.example"})
        statuses[command.for_every_page].add(answer.status_code)
        if not command.for_every_page:
            assert answer.json() == {"message": refused("https://evil.example")}

    assert statuses == {True: {200}, False: {403}}


@needs_flask
def test_a_server_answers_the_preflights_of_what_is_allowed(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{make_face_liveness_server.endpoint_url}{STATE}/default"
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}

    def preflight(origin: str) -> requests.Response:
        return requests.options(url, headers={"Origin": origin, **asked})

    allowed = preflight("http://localhost:3000")
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (204, "http://localhost:3000")
    assert "PUT" in allowed.headers["Access-Control-Allow-Methods"]
    assert allowed.headers["Access-Control-Allow-Headers"] == "content-type"
    assert preflight("https://preview.example").status_code == 403
    monkeypatch.setenv(ALLOWED_ORIGINS, "https://preview.example")
    assert preflight("https://preview.example").status_code == 204


@needs_flask
def test_a_server_is_asked_by_the_address_that_it_listens_on() -> None:
    with FaceLivenessServer(host="127.0.0.2") as server:
        url = server.endpoint_url
        answer = requests.get(f"{url}{STATE}", headers={"Origin": url, "Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 200


def test_inside_a_mock_pages_are_refused_too() -> None:
    with FaceLiveness():
        url = f"http://motoapi.amazonaws.com{STATE}"
        foreign = requests.get(url, headers={"Origin": "https://evil.example"})
        own = requests.get(url, headers={"Origin": "http://localhost:3000"})

    assert (foreign.status_code, own.status_code) == (403, 200)
