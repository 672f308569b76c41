"""The routes that the console is made of."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests

from moto_liveness import (
    ApiError,
    Created,
    Expired,
    FaceLiveness,
    Failed,
    InProgress,
    Succeeded,
)
from tests.aws import ALIVE, JPEG, client, create, create_with_images, poll, status

API = "http://motoapi.amazonaws.com"
RESULTS = f"{API}/moto-api/static/rekognition/face-liveness-results"
STATE = f"{API}/moto-api/rekognition/face-liveness"
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

    assert not_found(withdraw(number)) == f"seed {number} is not queued: it was used before"


def test_a_seed_cannot_be_withdrawn_twice() -> None:
    (number,) = seed({"status": "FAILED"})
    withdraw(number)

    assert not_found(withdraw(number)) == f"seed {number} is not queued: it was withdrawn before"


def test_a_seed_that_is_gone_cannot_be_withdrawn() -> None:
    (number,) = seed({"status": "FAILED"})
    requests.post(f"{API}/moto-api/reset")

    assert not_found(withdraw(number)) == (
        f"seed {number} is not queued: moto was reset: an outermost mock_aws started or stopped in its process, or "
        "/moto-api/reset was called"
    )
    assert not_found(requests.delete(f"{STATE}/seeds/first")) == "there is no seed 'first' here: seeds have numbers"


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


def test_a_picture_of_a_default_is_in_the_state(mocked: FaceLiveness) -> None:
    mocked.set_default(Succeeded(97.3, reference_image=JPEG))

    (step,) = state()["default"]

    assert base64.b64decode(step["reference_image"]["data"]) == JPEG
