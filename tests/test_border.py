"""The interface between a handle and the state: commands, views and the two stores."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import requests

from moto_liveness import Created, Expired, FaceLiveness, FaceLivenessServer, Failed, Stream, Succeeded
from moto_liveness.control import remote
from moto_liveness.control.face_liveness import call_log
from moto_liveness.control.local import LocalStore, State
from moto_liveness.control.store import Store
from moto_liveness.core.commands import COMMANDS, ShowState
from moto_liveness.core.seeds import SeedRecord, SessionSeed
from moto_liveness.core.views import SeedView, SessionView, StateView, StreamView
from moto_liveness.moto_api import routes
from tests.aws import ALIVE, JPEG, create, status
from tests.conftest import needs_flask
from tests.waiting import answering

STATE = "/moto-api/rekognition/face-liveness"
STATIC = "/moto-api/static/rekognition"
BEFORE = json.loads((Path(__file__).parent / "openapi.json").read_text())
NOW = json.loads((Path(routes.__file__).parent / "openapi.json").read_text())
PATH = "/etc/hostname"


def addresses(document: dict[str, Any]) -> dict[tuple[str, str], tuple[str, set[str]]]:
    return {
        (method, path): (operation["operationId"], set(operation["responses"]))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def public(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def test_generated_clients_find_what_they_were_made_of() -> None:
    then, now = addresses(BEFORE), addresses(NOW)

    for address, (name, statuses) in then.items():
        assert now[address][0] == name
        assert statuses <= now[address][1]
    assert set(BEFORE["components"]["schemas"]) <= set(NOW["components"]["schemas"])


def test_every_operation_lists_the_errors_that_any_can_have() -> None:
    for (_, path), (_, statuses) in addresses(NOW).items():
        assert {"412", "500"} <= statuses
        assert ("403" in statuses) == ("/face-model/" not in path)


def test_the_answers_have_every_member_that_they_had() -> None:
    for name, schema in BEFORE["components"]["schemas"].items():
        assert set(schema.get("properties", ())) <= set(NOW["components"]["schemas"][name].get("properties", ()))


def test_a_store_has_no_public_method_that_the_protocol_has_not() -> None:
    assert public(LocalStore) == public(Store)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_a_command_is_frozen_and_says_what_it_does(command: type) -> None:
    assert command.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert (command.__doc__ or "").endswith(".")


@pytest.mark.in_process
def test_the_state_has_every_attribute_of_its_views(face_liveness: FaceLiveness) -> None:
    create()
    state = State(ShowState())
    seed = SeedRecord(SessionSeed(steps=(ALIVE,)), 1)

    for view, value in ((StateView, state), (SessionView, state.sessions[0]), (SeedView, seed)):
        assert [field.name for field in dataclasses.fields(view) if not hasattr(value, field.name)] == []


@needs_flask
def test_the_report_of_a_failed_test_costs_one_request(
    make_face_liveness_server: FaceLivenessServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, str]] = []

    def request(method: str, url: str, data: bytes | None, headers: dict[str, str]) -> Any:
        asked.append((method, url))
        return ask(method, url, data, headers)

    ask = remote._request
    monkeypatch.setattr("tests.aws.ENDPOINT", make_face_liveness_server.endpoint_url)
    with FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url) as face_liveness:
        face_liveness.queue(ALIVE)
        status(create())
        monkeypatch.setattr(remote, "_request", request)

        log = call_log(face_liveness)

        assert [method for method, _ in asked] == ["GET"]
    assert log.splitlines()[1].endswith("-> SUCCEEDED with a confidence of 97.3 percent")


def test_a_block_stays_strict_when_moto_is_reset(face_liveness: FaceLiveness, reset: Any) -> None:
    reset()
    session_id = create()

    with pytest.raises(Exception, match="nothing was queued for it"):
        status(session_id)
    face_liveness.session(session_id).set_outcome(Created())
    reset()


def test_what_is_made_strict_by_hand_goes_with_a_reset(face_liveness: FaceLiveness, reset: Any, url: str) -> None:
    requests.put(f"{url}{STATE}/strict", json={"assert_all_seeded": False})
    assert status(create()) == "CREATED"
    reset()
    session_id = create()

    with pytest.raises(Exception, match="nothing was queued for it"):
        status(session_id)
    reset()


def test_strictness_ends_with_its_block(face_liveness: FaceLiveness, url: str) -> None:
    number = requests.post(f"{url}{STATE}/blocks", json={"assert_all_seeded": False}).json()["number"]
    inside = status(create())
    requests.delete(f"{url}{STATE}?since={number}")
    session_id = create()

    assert inside == "CREATED"
    with pytest.raises(Exception, match="nothing was queued for it"):
        status(session_id)
    requests.post(f"{url}/moto-api/reset")


def test_what_is_handed_out_keeps_what_was_seen_last(face_liveness: FaceLiveness, reset: Any) -> None:
    seed = face_liveness.queue(Failed())
    session = face_liveness.session(create())
    before = (session.status, session.poll_count, seed.session_id, str(seed))
    reset()

    assert (session.status, session.poll_count, seed.session_id, str(seed)) == before
    assert (seed.used, seed.withdrawn) == (True, False)
    with pytest.raises(RuntimeError, match=f"^session {session.id} is gone: "):
        session.set_outcome(Expired())


def test_a_seed_that_the_state_has_forgotten_stays_withdrawn(face_liveness: FaceLiveness, reset: Any, url: str) -> None:
    seed = face_liveness.queue(Failed())
    requests.delete(f"{url}{STATE}/seeds/{seed.number}")
    reset()

    assert (seed.used, seed.withdrawn) == (False, True)


def test_an_attribute_of_what_is_handed_out_cannot_be_set(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session()

    with pytest.raises(AttributeError) as error:
        session.status = "SUCCEEDED"

    assert str(error.value) == (
        "status cannot be set: it is read from the state. Use set_outcome(...) to change what polls report."
    )


def test_sessions_with_one_id_are_two_sessions(face_liveness: FaceLiveness, reset: Any, url: str) -> None:
    requests.post(f"{url}/moto-api/seed?a=42")
    first = face_liveness.add_session()
    reset()
    requests.post(f"{url}/moto-api/seed?a=42")
    second = face_liveness.add_session(Failed())

    assert (first.id, first.status, second.status) == (second.id, "CREATED", "FAILED")
    assert first != second
    with pytest.raises(RuntimeError, match=" is gone: "):
        first.set_outcome(ALIVE)


def test_a_stream_is_that_of_its_session(face_liveness: FaceLiveness) -> None:
    first, second = face_liveness.add_session(), face_liveness.add_session()
    view = StreamView(**dict.fromkeys(field.name for field in dataclasses.fields(StreamView)))

    assert {Stream(first, view), Stream(first, view)} == {Stream(first, view)}
    assert Stream(first, view) != Stream(second, view)


def test_of_many_seeds_every_lost_one_is_named(
    face_liveness: FaceLiveness, reset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.control.face_liveness._MOST_ASKED", 2)
    for _ in range(5):
        face_liveness.queue(Failed())
    reset()

    with pytest.raises(AssertionError, match=r"^5 seeds were lost before use:"):
        face_liveness.assert_all_used()
    face_liveness._queued.clear()


def test_a_seed_prints_what_it_is(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.at("eu-west-1").queue(Failed(), optional=True)

    assert repr(seed) == f"<Seed {seed.number}: at(region_name='eu-west-1').queue(Failed())>"
    assert (seed.region_name, seed.account_id) == ("eu-west-1", None)


def test_a_call_has_the_number_of_the_seed_that_its_session_got(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(ALIVE)
    create()
    face_liveness.set_default(Created())
    create()

    assert [call.seed for call in face_liveness.calls] == [seed.number, None]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"{STATIC}/face-liveness-results", {"results": [{"status": "FAILED", "reference_image": PATH}]}),
        ("POST", f"{STATIC}/face-liveness-results", {"results": [{"status": "FAILED", "audit_images": [PATH]}]}),
        ("POST", f"{STATIC}/face-liveness-results", {"results": [{"status": "FAILED", "audit_images": PATH}]}),
        (
            "POST",
            f"{STATIC}/face-liveness-results",
            {"results": [{"steps": {"status": "FAILED", "reference_image": {"data": PATH}}}]},
        ),
        ("POST", f"{STATE}/sessions", {"steps": {"status": "FAILED", "reference_image": PATH}}),
        (
            "PUT",
            f"{STATE}/sessions/{'1' * 8}-2222-3333-4444-555555555555",
            {"steps": {"status": "FAILED", "reference_image": PATH}},
        ),
        ("PUT", f"{STATE}/default", {"steps": {"status": "FAILED", "audit_images": [{"data": PATH}]}}),
        ("PUT", f"{STATE}/after-expiry", {"step": {"status": "FAILED", "reference_image": PATH}}),
        ("POST", f"{STATIC}/photos", {"people": ["alice"], "of": PATH}),
    ],
)
def test_json_never_names_a_file(
    face_liveness: FaceLiveness, url: str, monkeypatch: pytest.MonkeyPatch, method: str, path: str, body: object
) -> None:
    monkeypatch.setattr("pathlib.Path.read_bytes", lambda path: pytest.fail(f"{path} is read"))

    response = requests.request(method, f"{url}{path}", json=body)

    assert response.status_code == 400
    assert "base64" in response.json()["message"] or "must be a list of images" in response.json()["message"]


@pytest.mark.parametrize(
    ("facts", "version"),
    [
        ({"number": 7, "sessions": [], "calls": [], "unused_seeds": []}, 1),
        ({"number": 7, "version": 4, "sessions": [], "unused_seeds": []}, 4),
    ],
)
def test_a_server_with_other_routes_is_named(facts: dict[str, Any], version: int) -> None:
    answer = json.dumps(facts).encode()
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer)
    with answering(response) as endpoint_url, pytest.raises(RuntimeError) as error:
        _ = FaceLiveness(endpoint_url=endpoint_url).calls

    assert str(error.value) == (
        f"{endpoint_url} speaks version {version} of the routes, and this handle version 3: install the same "
        "release of moto-liveness on both sides"
    )


def test_the_images_of_a_seed_that_was_used_are_not_kept_for_it(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(Succeeded(97.3, reference_image=JPEG))
    create()

    assert str(seed).startswith("queue(Succeeded(confidence=97.3, reference_image=Image(<")
    assert not any(isinstance(value, SessionSeed) for part in seed.parts for value in vars(part).values())


@pytest.fixture
def url(request: pytest.FixtureRequest, face_liveness: FaceLiveness) -> str:
    """The URL of the routes, for the store of the test."""
    return face_liveness._store.endpoint_url or "http://motoapi.amazonaws.com"


@pytest.fixture
def reset(url: str) -> Any:
    return lambda: requests.post(f"{url}/moto-api/reset")
