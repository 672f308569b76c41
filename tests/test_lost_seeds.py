"""Seeds that vanish are reported, and seeds of others are not taken."""

from __future__ import annotations

import re

import pytest
import requests
from botocore.exceptions import ClientError, ConnectionClosedError
from moto import mock_aws
from time_machine import travel

from moto_liveness import FaceLiveness, FaceLivenessServer, Failed, UnseededSessionError
from moto_liveness.control.face_liveness import call_log
from moto_liveness.control.local import LocalStore
from moto_liveness.core.commands import ShowState
from tests import aws
from tests.aws import ALIVE, NOON, client, create, status
from tests.conftest import needs_flask

API = "http://motoapi.amazonaws.com/moto-api"
RESET = "moto was reset: an outermost mock_aws started or stopped in its process, or /moto-api/reset was called"
INNER = "it was queued while an inner block was open, and removed when that block ended"


PLACE = "us-east-1, account 123456789012"
QUEUED_AT = r", queued at [^:]*:\d+"


def lost(error: pytest.ExceptionInfo[AssertionError]) -> list[str]:
    lines = re.sub(QUEUED_AT, "", str(error.value)).splitlines()
    return lines[: lines.index("")]


def test_a_seed_that_a_reset_took_is_lost() -> None:
    with pytest.raises(AssertionError) as error, FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        requests.post(f"{API}/reset")

    assert lost(error) == ["1 seed was lost before use:", f"  - queue(Succeeded(confidence=97.3)): {RESET}"]


def test_a_seed_of_an_outer_handle_that_went_with_an_inner_block_is_lost() -> None:
    with pytest.raises(AssertionError) as error, FaceLiveness() as outer, FaceLiveness(assert_all_used=False):
        outer.queue(Failed())

    assert lost(error) == ["1 seed was lost before use:", f"  - queue(Failed()): {INNER}"]


@pytest.mark.parametrize("served", [False, pytest.param(True, marks=needs_flask)])
def test_a_session_whose_seed_a_reset_took_says_so_everywhere(
    served: bool, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_url = request.getfixturevalue("make_face_liveness_server").endpoint_url if served else None
    monkeypatch.setattr(aws, "ENDPOINT", endpoint_url)

    with (
        travel(NOON, tick=False),
        pytest.raises(UnseededSessionError) as at_the_end,
        FaceLiveness(endpoint_url=endpoint_url) as face_liveness,
    ):
        face_liveness.at("eu-west-1").queue(Failed())
        face_liveness.queue(Failed(), optional=True)
        face_liveness.queue(ALIVE)
        requests.post(f"{endpoint_url}/moto-api/reset" if served else f"{API}/reset")
        session_id = create()
        with pytest.raises(ClientError if served else UnseededSessionError, match="its seed was lost"):
            status(session_id)
        report = call_log(face_liveness)

    assert re.sub(QUEUED_AT, "", str(at_the_end.value)).splitlines() == [
        f"session {session_id} was polled, but its seed was lost before it was created in {PLACE}.",
        f"  - queue(Succeeded(confidence=97.3)), was lost at 12:00:00 UTC: {RESET}",
        "",
        "Queue the outcome after the reset, and before the code under test creates the session.",
    ]
    assert re.sub(QUEUED_AT, "", report).splitlines()[2:] == [
        "",
        "Seeds that were lost:",
        f"  - at(region_name='eu-west-1').queue(Failed()): {RESET}",
        f"  - queue(Succeeded(confidence=97.3)): {RESET}",
    ]


@pytest.mark.usefixtures("face_liveness")
def test_a_session_whose_seed_went_with_a_lost_answer_says_so() -> None:
    west = client(region_name="eu-west-1")
    with pytest.raises(UnseededSessionError) as error, FaceLiveness(endpoint_url=aws.ENDPOINT) as inner:
        inner.queue(ALIVE)
        first = create_without_an_answer(inner)
        second = create()
        elsewhere = west.create_face_liveness_session()["SessionId"]
        with pytest.raises((ClientError, UnseededSessionError)):
            status(second)
        with pytest.raises((ClientError, UnseededSessionError)):
            west.get_face_liveness_session_results(SessionId=elsewhere)

    assert re.sub(r", [^,]*\.py:\d+", "", str(error.value)).splitlines() == [
        f"session {second} was polled, but an earlier create in {PLACE} took its seed, and the answer was lost.",
        (
            f"  - session {first}, queue(Succeeded(confidence=97.3)), carried out before the answer was lost: "
            "ConnectionClosedError"
        ),
        "",
        "A create with the same ClientRequestToken finds that session; otherwise queue an outcome for each create.",
        "",
        (
            f"session {elsewhere} was polled, but nothing was queued for it when it was created in eu-west-1, "
            "account 123456789012."
        ),
        "",
        (
            "Queue the outcome before the code under test creates the session, or call set_default(Created()) if it "
            "should stay pending."
        ),
    ]


def test_a_session_that_a_repeated_create_found_has_its_seed() -> None:
    with pytest.raises(UnseededSessionError, match="nothing was queued for it"), FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        create_without_an_answer(face_liveness, ClientRequestToken="once")
        create(ClientRequestToken="once")
        status(create())


def test_an_unused_seed_says_which_create_took_the_one_before_it() -> None:
    with pytest.raises(AssertionError) as error, FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        first = create_without_an_answer(face_liveness)
        face_liveness.queue(Failed())

    assert f"  - {first} in {PLACE}, whose answer was lost: ConnectionClosedError" in str(error.value).splitlines()


def create_without_an_answer(face_liveness: FaceLiveness, **params: str) -> str:
    lost = ConnectionClosedError(endpoint_url="AWS")
    face_liveness.queue_exception(lost, operation="CreateFaceLivenessSession", when="end")
    with pytest.raises(ConnectionClosedError):
        create(**params)
    return str(face_liveness.calls[-1].session_id)


def test_a_seed_that_an_inner_block_lost_is_forgotten_with_it() -> None:
    with pytest.raises(UnseededSessionError, match="nothing was queued for it"), FaceLiveness():
        with FaceLiveness(assert_all_used=False) as inner:
            inner.queue(ALIVE)
            requests.post(f"{API}/reset")
        status(create())


def test_unused_and_lost_seeds_are_told_apart() -> None:
    with pytest.raises(AssertionError) as error, FaceLiveness() as outer:
        with FaceLiveness(assert_all_used=False):
            outer.queue(Failed())
        outer.queue(ALIVE)

    assert re.sub(QUEUED_AT, "", str(error.value)).splitlines()[:5] == [
        "1 seed was never used:",
        "  - queue(Succeeded(confidence=97.3))",
        "",
        "1 seed was lost before use:",
        f"  - queue(Failed()): {INNER}",
    ]


@pytest.mark.parametrize("how", ["withdrawn", "optional", "used"])
def test_what_is_not_lost(how: str) -> None:
    with FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE, optional=how == "optional")
        if how == "used":
            status(create())
        if how == "withdrawn":
            face_liveness.withdraw()
        if how != "withdrawn":
            requests.post(f"{API}/reset")


def test_rollbacks_one_after_the_other_are_remembered_as_one() -> None:
    with FaceLiveness(assert_all_used=False) as outer:
        seeds = []
        for _ in range(3):
            with FaceLiveness(assert_all_used=False):
                seeds.append(outer.queue(ALIVE))

        fates = LocalStore().do(ShowState(seeds=tuple(seed.number for seed in seeds))).fates
        assert list(fates.values()) == ["rolled_back"] * 3


@needs_flask
def test_a_seed_of_a_server_that_was_used_before_the_reset_is_not_lost(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    monkeypatch.setattr("tests.aws.ENDPOINT", endpoint_url)
    with FaceLiveness(endpoint_url=endpoint_url) as face_liveness:
        seed = face_liveness.queue(ALIVE)
        create()
        requests.post(f"{endpoint_url}/moto-api/reset")

    assert seed.used


@needs_flask
def test_an_error_of_a_server_that_was_raised_too_seldom_before_the_reset_is_lost(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    monkeypatch.setattr("tests.aws.ENDPOINT", endpoint_url)
    with pytest.raises(AssertionError, match="1 seed was lost before use"):  # noqa: SIM117
        with FaceLiveness(endpoint_url=endpoint_url) as face_liveness:
            face_liveness.queue_error("InvalidParameterException", operation="CreateFaceLivenessSession", times=2)
            with pytest.raises(ClientError):
                create()
            requests.post(f"{endpoint_url}/moto-api/reset")


def test_withdrawing_leaves_a_used_seed_as_it_is() -> None:
    with FaceLiveness() as face_liveness:
        used, waiting = face_liveness.queue(ALIVE), face_liveness.queue(Failed())
        create()

        face_liveness.withdraw()

        assert (used.withdrawn, waiting.withdrawn) == (False, True)


def test_a_withdrawn_seed_is_not_lost_to_a_reset() -> None:
    with FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        face_liveness.withdraw()
        requests.post(f"{API}/reset")


def test_an_outage_that_was_raised_can_be_withdrawn() -> None:
    with FaceLiveness() as face_liveness:
        face_liveness.set_default(ALIVE)
        face_liveness.queue_error("InvalidParameterException", times=None)
        session_id = create()
        with pytest.raises(ClientError):
            status(session_id)

        face_liveness.withdraw()

        assert status(session_id) == "SUCCEEDED"


@needs_flask
def test_a_mock_that_starts_in_the_process_of_a_server_loses_its_seeds(
    make_face_liveness_server: FaceLivenessServer,
) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    with pytest.raises(AssertionError) as error, FaceLiveness(endpoint_url=endpoint_url) as face_liveness:
        face_liveness.queue(ALIVE)
        with mock_aws():
            pass

    assert lost(error) == ["1 seed was lost before use:", f"  - queue(Succeeded(confidence=97.3)): {RESET}"]


@needs_flask
def test_a_block_does_not_begin_on_a_server_with_seeds_of_nobody(make_face_liveness_server: FaceLivenessServer) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    plain = FaceLiveness(endpoint_url=endpoint_url)
    plain.queue(ALIVE)
    plain.queue(Failed(), optional=True)
    try:
        with pytest.raises(RuntimeError) as error, FaceLiveness(endpoint_url=endpoint_url):
            pass
    finally:
        plain.withdraw()

    advice = "Sessions of this block would take them. Queue seeds inside a block, or remove them first:"
    assert re.sub(QUEUED_AT, "", str(error.value)).splitlines() == [
        f"{endpoint_url} has 1 unused seed that no open block queued:",
        "  - queue(Succeeded(confidence=97.3))",
        "",
        f"{advice} FaceLiveness(endpoint_url='{endpoint_url}').withdraw().",
    ]


@needs_flask
def test_a_nested_block_begins_among_the_seeds_of_the_outer_one(make_face_liveness_server: FaceLivenessServer) -> None:
    endpoint_url = make_face_liveness_server.endpoint_url
    with FaceLiveness(endpoint_url=endpoint_url, assert_all_used=False) as outer:
        outer.queue(ALIVE)
        with FaceLiveness(endpoint_url=endpoint_url) as inner:
            assert inner.sessions == []


def test_the_lists_of_a_block_hold_what_happened_in_it() -> None:
    with mock_aws():
        before = create()
        with FaceLiveness() as face_liveness:
            inside = create()

            assert [session.id for session in face_liveness.sessions] == [inside]
            assert [call.session_id for call in face_liveness.calls] == [inside]
            assert face_liveness.session(before).id == before
