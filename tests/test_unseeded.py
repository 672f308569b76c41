"""Polling a session whose outcome no test has set is an error at that line."""

from __future__ import annotations

import contextlib
import json
import re

import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws
from time_machine import travel

from moto_liveness import Created, FaceLiveness, FaceLivenessServer, Failed, UnseededSessionError
from moto_liveness.rekognition.script_backend import current_script
from tests.aws import ALIVE, AUTHORIZATION, GET, NOON, SESSION_ID, create, poll, post, status
from tests.conftest import needs_flask

ADVICE = (
    "Queue the outcome before the code under test creates the session, or call set_default(Created()) if it should "
    "stay pending."
)
HERE = "tests/test_unseeded.py"


def test_the_poll_raises_and_passes_through_boto3() -> None:
    with pytest.raises(AssertionError) as error, FaceLiveness() as face_liveness:
        session_id = create()
        with pytest.raises(UnseededSessionError) as at_the_line:
            status(session_id)
        face_liveness.assert_all_seeded()

    assert type(error.value) is UnseededSessionError
    where = "us-east-1, account 123456789012"
    assert str(at_the_line.value).splitlines() == [
        f"session {session_id} was polled, but nothing was queued for it when it was created in {where}.",
        "",
        ADVICE,
    ]


def test_the_message_names_the_seeds_that_did_not_reach_the_session() -> None:
    with pytest.raises(UnseededSessionError) as error, FaceLiveness() as face_liveness:
        face_liveness.at("eu-west-1").queue(ALIVE)
        face_liveness.at(account_id="111122223333").queue(ALIVE)
        session_id = create()
        face_liveness.queue(Failed())
        status(session_id)

    assert [re.sub(r":\d+", "", line) for line in without(str(error.value))] == [
        f"  - at(region_name='eu-west-1').queue({ALIVE}), queued at {HERE}, serves another region",
        f"  - at(account_id='111122223333').queue({ALIVE}), queued at {HERE}, serves another account",
        f"  - queue(Failed()), queued at {HERE}, came after the session was created",
    ]


def without(message: str) -> list[str]:
    return [line for line in message.splitlines() if line.startswith("  - ")]


def test_if_the_code_under_test_swallows_it_the_end_says_it_again() -> None:
    def swallow() -> None:
        with FaceLiveness():
            session_id = create()
            with contextlib.suppress(AssertionError):
                status(session_id)

    with pytest.raises(UnseededSessionError, match=r"^session .* was polled, but nothing was queued"):
        swallow()


def test_creating_alone_stays_free(face_liveness: FaceLiveness) -> None:
    assert create()


@pytest.mark.parametrize("pending", ["queue", "set_default", "add_session", "set_outcome"])
def test_pending_can_be_on_purpose(face_liveness: FaceLiveness, pending: str) -> None:
    if pending == "add_session":
        session_id = face_liveness.add_session().id
    elif pending == "set_outcome":
        session_id = create()
        face_liveness.session(session_id).set_outcome(Created())
    else:
        getattr(face_liveness, pending)(Created())
        session_id = create()

    assert status(session_id) == "CREATED"


def test_a_block_can_allow_it() -> None:
    with FaceLiveness(assert_all_seeded=False):
        assert status(create()) == "CREATED"


@mock_aws
def test_without_a_block_the_session_is_created_and_a_check_still_finds_the_poll() -> None:
    face_liveness = FaceLiveness()
    face_liveness.assert_all_seeded()
    session_id = create()

    assert status(session_id) == "CREATED"
    with pytest.raises(UnseededSessionError, match=f"^session {session_id} was polled"):
        face_liveness.assert_all_seeded()


def test_a_queued_error_answers_first_and_is_not_a_seed_for_the_session() -> None:
    with pytest.raises(UnseededSessionError), FaceLiveness() as face_liveness:
        face_liveness.queue_error("InternalServerError")
        session_id = create()
        with pytest.raises(ClientError, match="InternalServerError"):
            poll(session_id)
        status(session_id)


def test_after_three_minutes_the_answer_is_expired(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        session_id = create()
        clock.shift(180)

        assert status(session_id) == "EXPIRED"


def test_the_innermost_block_decides() -> None:
    with FaceLiveness() as outer:
        with FaceLiveness(assert_all_seeded=False):
            status(create())
        with pytest.raises(UnseededSessionError), FaceLiveness():
            status(create())

        outer.assert_all_seeded()


def test_a_poll_in_an_inner_block_is_forgotten_with_it() -> None:
    with FaceLiveness() as outer:
        session_id = create()
        with FaceLiveness(assert_all_seeded=False):
            status(session_id)

        outer.assert_all_seeded()


def test_the_call_log_has_the_first_line_of_it() -> None:
    with pytest.raises(UnseededSessionError), FaceLiveness() as face_liveness:
        session_id = create()
        try:
            status(session_id)
        finally:
            call = face_liveness.calls[-1]

    assert (call.operation, call.error) == (GET, "UnseededSession")


@needs_flask
def test_over_http_it_is_an_error_of_its_own(make_face_liveness_server: FaceLivenessServer) -> None:
    server = make_face_liveness_server
    headers = {"X-Amz-Target": f"RekognitionService.{GET}", "Authorization": AUTHORIZATION}
    with pytest.raises(UnseededSessionError) as error, FaceLiveness(endpoint_url=server.endpoint_url):
        created = {**headers, "X-Amz-Target": "RekognitionService.CreateFaceLivenessSession"}
        session_id = requests.post(server.endpoint_url, data="{}", headers=created).json()["SessionId"]
        answer = requests.post(server.endpoint_url, data=json.dumps({"SessionId": session_id}), headers=headers)

    assert (answer.status_code, answer.json()["__type"]) == (400, "UnseededSession")
    assert answer.json()["message"] == str(error.value)


@needs_flask
def test_a_test_that_was_killed_does_not_leave_its_server_strict(make_face_liveness_server: FaceLivenessServer) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    requests.put(f"{endpoint_url}/moto-api/rekognition/face-liveness/strict", json={"assert_all_seeded": True})

    with FaceLiveness(endpoint_url=endpoint_url):
        pass

    assert current_script().strictness == (False, False)


def test_strict_takes_two_flags() -> None:
    with FaceLiveness(assert_all_used=False):
        url = "http://motoapi.amazonaws.com/moto-api/rekognition/face-liveness/strict"

        accepted = requests.put(url, json={"assert_all_seeded": False, "strict_regions": True})
        refused = requests.put(url, json={"assert_all_seeded": "yes"})

    assert accepted.status_code == 204
    assert refused.json() == {"message": "assert_all_seeded must be true or false, not 'yes'"}


def test_an_unknown_session_is_still_not_found(face_liveness: FaceLiveness) -> None:
    assert post(GET, {"SessionId": SESSION_ID}).json()["__type"] == "SessionNotFoundException"
