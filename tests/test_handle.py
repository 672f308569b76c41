"""FaceLiveness: the handle, its lists, its scopes and its block."""

from __future__ import annotations

import datetime

import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws
from time_machine import travel

from moto_liveness import Created, FaceLiveness, Failed, InProgress
from tests.aws import ALIVE, SESSION_ID, client, create, poll, post, status
from tests.test_values import KNOWN_ERRORS

ELSEWHERE = {"x-moto-account-id": "111122223333"}


def test_a_seed_tells_which_session_got_it(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(ALIVE)
    before = (seed.used, seed.session_id, seed.optional)

    session_id = create()

    assert before == (False, None, False)
    assert (seed.used, seed.session_id) == (True, session_id)


def test_a_seed_that_fails_to_validate_leaves_the_earlier_ones(face_liveness: FaceLiveness) -> None:
    face_liveness.set_default(Created())
    face_liveness.queue(ALIVE)

    with pytest.raises(ValueError, match="cannot follow"):
        face_liveness.queue(Failed(), Created())

    assert [status(create()), status(create())] == ["SUCCEEDED", "CREATED"]


@pytest.mark.parametrize("verb", ["queue", "set_default"])
def test_a_verb_without_steps_says_what_it_needs(face_liveness: FaceLiveness, verb: str) -> None:
    with pytest.raises(ValueError, match="needs at least one step") as error:
        getattr(face_liveness, verb)()

    assert str(error.value) == f"{verb}() needs at least one step, as in {verb}(Succeeded(confidence=97.3))"


@pytest.mark.parametrize("verb", ["queue", "set_default"])
def test_a_session_has_at_most_a_thousand_steps(face_liveness: FaceLiveness, verb: str) -> None:
    with pytest.raises(ValueError, match="takes at most") as error:
        getattr(face_liveness, verb)(*[Created()] * 1_000, Failed())

    assert str(error.value) == f"{verb}() takes at most 1,000 steps, not 1,001: polls= repeats a step"


def test_a_seed_without_a_region_serves_any_region_and_account(face_liveness: FaceLiveness) -> None:
    for step in (ALIVE, Failed(), InProgress()):
        face_liveness.queue(step)

    client(region_name="eu-west-1").create_face_liveness_session()
    post("CreateFaceLivenessSession", {}, **ELSEWHERE)
    create()

    assert [session.status for session in face_liveness.sessions] == ["SUCCEEDED", "FAILED", "IN_PROGRESS"]


def test_a_seed_at_a_region_waits_for_a_session_there(face_liveness: FaceLiveness) -> None:
    face_liveness.set_default(Created())
    face_liveness.at("eu-west-1").queue(ALIVE)

    here = status(create())
    there = client(region_name="eu-west-1").create_face_liveness_session()["SessionId"]

    assert (here, poll(there, "eu-west-1")["Status"]) == ("CREATED", "SUCCEEDED")


def test_a_seed_at_an_account_waits_for_a_session_of_it(face_liveness: FaceLiveness) -> None:
    face_liveness.at(account_id="111122223333").queue(ALIVE)

    here = create()
    there = post("CreateFaceLivenessSession", {}, **ELSEWHERE).json()["SessionId"]

    assert [face_liveness.session(one).status for one in (here, there)] == ["CREATED", "SUCCEEDED"]


def test_seeds_of_several_scopes_are_taken_in_the_order_in_which_they_were_queued(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Failed())
    face_liveness.at("us-east-1").queue(ALIVE)
    face_liveness.queue(InProgress())

    assert [status(create()) for _ in range(3)] == ["FAILED", "SUCCEEDED", "IN_PROGRESS"]


def test_at_narrows_step_by_step(face_liveness: FaceLiveness) -> None:
    there = face_liveness.at("eu-west-1").at(account_id="111122223333")

    assert repr(there).endswith(", eu-west-1, account 111122223333, inside its block>")


def test_the_lists_of_a_narrowed_handle_hold_what_happened_there(face_liveness: FaceLiveness) -> None:
    create()
    there = client(region_name="eu-west-1").create_face_liveness_session()["SessionId"]
    europe = face_liveness.at("eu-west-1")

    assert [session.id for session in europe.sessions] == [there]
    assert [call.session_id for call in europe.calls] == [there]
    with pytest.raises(LookupError):
        face_liveness.at("us-east-1").session(there)


@pytest.mark.parametrize(
    ("region_name", "message"),
    [
        ("eu-west1", "Rekognition has no region 'eu-west1'. Did you mean 'eu-west-1'?"),
        ("EU_WEST_1", "Rekognition has no region 'EU_WEST_1'. Did you mean 'eu-west-1'?"),
    ],
)
def test_at_refuses_a_region_that_does_not_exist(face_liveness: FaceLiveness, region_name: str, message: str) -> None:
    with pytest.raises(ValueError, match="no region") as error:
        face_liveness.at(region_name)

    assert str(error.value) == message


@pytest.mark.parametrize("account_id", ["1234", "12345678901x"])
def test_at_refuses_what_is_not_an_account(face_liveness: FaceLiveness, account_id: str) -> None:
    with pytest.raises(ValueError, match="twelve digits") as error:
        face_liveness.at(account_id=account_id)

    assert str(error.value) == f"account_id must have twelve digits, not {account_id!r}"


def test_at_needs_no_region_of_rekognition_for_an_account(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")

    assert face_liveness.at(account_id="111122223333").calls == []


def test_at_allows_any_region_where_moto_does(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto.core.base_backend.allow_unknown_region", lambda: True)

    assert face_liveness.at("mars-1").add_session().region_name == "mars-1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"code": "ThrottlingException", "operation": "GetFaceLivenessSessionResult"},
            "operation 'GetFaceLivenessSessionResult' does not exist. Did you mean 'GetFaceLivenessSessionResults'?",
        ),
        (
            {"code": "ThrottlingException", "operation": "create_face_liveness_session"},
            "operation 'create_face_liveness_session' does not exist. Did you mean 'CreateFaceLivenessSession'?",
        ),
        (
            {"code": "SessionNotFoundException", "operation": "CreateFaceLivenessSession"},
            (
                "CreateFaceLivenessSession has no error 'SessionNotFoundException'. It belongs to "
                "GetFaceLivenessSessionResults, StartFaceLivenessSession. "
                + KNOWN_ERRORS.replace("SessionNotFoundException, ", "")
                + " For any other code, give its http_status."
            ),
        ),
        (
            {"code": "ThrottlingException", "times": 0},
            "times must be at least 1, not 0",
        ),
        (
            {"code": "ThrottlingException", "session_id": "abc"},
            "session_id must be a UUID in lower case, as AWS makes them, not 'abc'",
        ),
        (
            {"code": "ThrottlingException", "operation": "CreateFaceLivenessSession", "session_id": SESSION_ID},
            "CreateFaceLivenessSession names no session: leave session_id out",
        ),
    ],
)
def test_queue_error_refuses_what_aws_would_not_answer(
    face_liveness: FaceLiveness, arguments: dict[str, str], message: str
) -> None:
    with pytest.raises(ValueError, match=r"\w") as error:
        face_liveness.queue_error(**arguments)  # type: ignore[arg-type]

    assert str(error.value) == message


def test_the_id_of_a_session_can_be_chosen(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(ALIVE, session_id=SESSION_ID)

    assert (create(), seed.session_id, status(SESSION_ID)) == (SESSION_ID, SESSION_ID, "SUCCEEDED")
    assert str(seed).startswith(f"queue(Succeeded(confidence=97.3), session_id='{SESSION_ID}'), queued at ")


@pytest.mark.parametrize("taken_by", ["add_session", "queue"])
def test_an_id_that_is_taken_cannot_be_queued(face_liveness: FaceLiveness, taken_by: str) -> None:
    if taken_by == "queue":
        face_liveness.queue(ALIVE, session_id=SESSION_ID, optional=True)
    else:
        face_liveness.add_session(session_id=SESSION_ID)

    with pytest.raises(ValueError, match=SESSION_ID) as error:
        face_liveness.queue(ALIVE, session_id=SESSION_ID)

    assert str(error.value) == f"session {SESSION_ID} {'is queued' if taken_by == 'queue' else 'exists'} already"


def test_an_id_that_was_withdrawn_can_be_queued_again(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Failed(), session_id=SESSION_ID)
    face_liveness.withdraw()
    face_liveness.queue(ALIVE, session_id=SESSION_ID)

    assert (create(), status(SESSION_ID)) == (SESSION_ID, "SUCCEEDED")


def test_an_added_session_needs_a_default_region_of_rekognition(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")

    with pytest.raises(ValueError, match=r"^Rekognition has no region 'eu-north-1'\. "):
        face_liveness.add_session()


@pytest.mark.parametrize("session_id", ["", "a/b", "%2f", "x?y=1"])
def test_what_is_not_an_id_is_an_unknown_session(face_liveness: FaceLiveness, session_id: str) -> None:
    with pytest.raises(LookupError, match=r"^there is no session "):
        face_liveness.session(session_id)


def test_an_id_that_is_queued_cannot_be_added(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE, session_id=SESSION_ID, optional=True)

    with pytest.raises(ValueError, match=f"^session {SESSION_ID} is queued already$"):
        face_liveness.add_session(session_id=SESSION_ID)


def test_a_new_session_does_not_get_an_id_that_is_queued(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SESSION_ID.replace("1", "2")
    ids = iter([SESSION_ID, other])
    face_liveness.at("eu-west-1").queue(ALIVE, session_id=SESSION_ID, optional=True)
    monkeypatch.setattr("moto_liveness._compat.uuid4", lambda: next(ids, other))

    assert create() == other


def test_a_queued_id_must_be_one_of_aws(face_liveness: FaceLiveness) -> None:
    with pytest.raises(ValueError, match=r"^session_id must be a UUID in lower case, as AWS makes them, not 'abc'$"):
        face_liveness.queue(ALIVE, session_id="abc")


def test_withdrawn_seeds_are_gone_and_are_not_unused(face_liveness: FaceLiveness) -> None:
    face_liveness.set_default(Created())
    used = face_liveness.queue(ALIVE)
    session_id = create()
    face_liveness.queue(Failed())
    face_liveness.queue_error("InternalServerError")

    face_liveness.withdraw()

    assert (used.used, status(session_id), status(create())) == (True, "SUCCEEDED", "CREATED")


def test_an_added_session_exists_now(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(InProgress(), ALIVE, session_id=SESSION_ID)

    assert [status(SESSION_ID), status(SESSION_ID)] == ["IN_PROGRESS", "SUCCEEDED"]
    assert (session.request, session.region_name, session.account_id) == ({}, "us-east-1", "123456789012")


def test_an_added_session_without_steps_is_created(face_liveness: FaceLiveness) -> None:
    assert face_liveness.add_session().status == "CREATED"


def test_an_added_session_takes_no_seed_and_is_not_unused(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(ALIVE)
    face_liveness.add_session(Failed())

    assert not seed.used
    assert status(create()) == "SUCCEEDED"


def test_an_added_session_lies_in_the_default_region_of_boto3(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    assert face_liveness.add_session().region_name == "eu-west-1"


def test_an_added_session_lies_in_us_east_1_without_a_default_region(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    assert face_liveness.add_session().region_name == "us-east-1"


def test_an_added_session_lies_in_the_account_of_moto(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")

    assert face_liveness.add_session().account_id == "111122223333"


def test_an_added_session_lies_where_at_says(face_liveness: FaceLiveness) -> None:
    session = face_liveness.at("eu-west-1", "111122223333").add_session()

    assert (session.region_name, session.account_id) == ("eu-west-1", "111122223333")


def test_an_id_cannot_be_added_twice(face_liveness: FaceLiveness) -> None:
    face_liveness.add_session(session_id=SESSION_ID)

    with pytest.raises(ValueError, match="exists already") as error:
        face_liveness.add_session(session_id=SESSION_ID)

    assert str(error.value) == f"session {SESSION_ID} exists already"


def test_an_id_that_is_not_a_str_is_refused(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(session_id=SESSION_ID)

    with pytest.raises(TypeError) as error:
        face_liveness.queue_error("InternalServerError", session_id=session)  # type: ignore[arg-type]

    assert str(error.value).startswith(f"session_id must be a str, as session.id is, not <Session {SESSION_ID} in ")


@pytest.mark.parametrize("session_id", ["abc", "11111111-2222-3333-4444-55555555555A"])
def test_an_id_that_aws_would_not_make_is_refused(face_liveness: FaceLiveness, session_id: str) -> None:
    with pytest.raises(ValueError, match="must be a UUID") as error:
        face_liveness.add_session(session_id=session_id)

    assert str(error.value) == f"session_id must be a UUID in lower case, as AWS makes them, not {session_id!r}"


def test_a_default_serves_the_sessions_that_nobody_queued(face_liveness: FaceLiveness) -> None:
    face_liveness.set_default(InProgress(), ALIVE)
    face_liveness.queue(Failed())

    first, second = create(), create()

    assert [status(first), status(second), status(second)] == ["FAILED", "IN_PROGRESS", "SUCCEEDED"]


def test_the_default_of_the_narrowest_scope_wins(face_liveness: FaceLiveness) -> None:
    face_liveness.at("eu-west-1").set_default(Failed())
    face_liveness.set_default(ALIVE)

    there = client(region_name="eu-west-1").create_face_liveness_session()["SessionId"]

    assert (status(create()), poll(there, "eu-west-1")["Status"]) == ("SUCCEEDED", "FAILED")


def test_calls_tell_what_was_asked_and_answered(face_liveness: FaceLiveness) -> None:
    noon = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)
    face_liveness.queue(ALIVE)
    face_liveness.queue_error("InternalServerError")
    with travel(noon, tick=False):
        session_id = create(ClientRequestToken="a")
        with pytest.raises(ClientError):
            poll(session_id)
        poll(session_id)

    created, failed, polled = face_liveness.calls

    assert (created.operation, created.params) == ("CreateFaceLivenessSession", {"ClientRequestToken": "a"})
    assert (created.session_id, created.status, created.error) == (session_id, None, None)
    assert (failed.operation, failed.params) == ("GetFaceLivenessSessionResults", {"SessionId": session_id})
    assert (failed.session_id, failed.status, failed.error) == (session_id, None, "InternalServerError")
    assert failed.message == "Internal server error"
    assert (polled.session_id, polled.status, polled.confidence, polled.error) == (session_id, "SUCCEEDED", 97.3, None)
    assert (polled.region_name, polled.account_id, polled.at) == ("us-east-1", "123456789012", noon)


def test_a_refused_request_is_a_call_too(face_liveness: FaceLiveness) -> None:
    post("GetFaceLivenessSessionResults", {"SessionId": 5})
    post("GetFaceLivenessSessionResults", "no json")

    assert [(call.params, call.session_id, call.error) for call in face_liveness.calls] == [
        ({"SessionId": 5}, None, "SerializationException"),
        ({}, None, "SerializationException"),
    ]


def test_the_lists_are_copies(face_liveness: FaceLiveness) -> None:
    create()

    face_liveness.calls.clear()
    face_liveness.sessions.clear()

    assert (len(face_liveness.calls), len(face_liveness.sessions)) == (1, 1)


def test_a_plain_handle_works_inside_mock_aws() -> None:
    with mock_aws():
        FaceLiveness().queue(ALIVE)

        assert status(create()) == "SUCCEEDED"


@mock_aws
def test_a_plain_handle_works_inside_the_decorator() -> None:
    FaceLiveness().set_default(ALIVE)

    assert status(create()) == "SUCCEEDED"


def test_the_block_starts_and_ends_a_mock() -> None:
    with FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        assert status(create()) == "SUCCEEDED"

    with pytest.raises(RuntimeError):
        face_liveness.queue(ALIVE)


def test_leaving_a_nested_block_takes_back_what_was_added_inside_it() -> None:
    with FaceLiveness() as outer:
        outer.queue(Failed(), optional=True)
        outer.set_default(InProgress())
        before = outer.add_session(session_id=SESSION_ID)
        with FaceLiveness(assert_all_used=False) as inner:
            inner.set_default(ALIVE)
            used = create(ClientRequestToken="a")
            inner.queue(ALIVE)
            inner.queue_error("InternalServerError")
            inner.add_session()

        assert [session.id for session in outer.sessions] == [before.id]
        assert outer.calls == []
        after = create(ClientRequestToken="a")
        assert (after != used, status(after)) == (True, "IN_PROGRESS")


def test_a_nested_block_leaves_the_seeds_that_were_there() -> None:
    with mock_aws():
        outer = FaceLiveness()
        outer.queue(Failed())
        outer.queue_error("InternalServerError", times=2)
        with FaceLiveness() as inner:
            inner.queue_error("ThrottlingException", optional=True)
        session_id = create()

        assert [poll_error(session_id), poll_error(session_id)] == ["InternalServerError"] * 2
        assert status(session_id) == "FAILED"


def poll_error(session_id: str) -> str:
    with pytest.raises(ClientError) as error:
        poll(session_id)
    return str(error.value.response["Error"]["Code"])


def test_a_reset_inside_a_nested_block_leaves_nothing_of_the_block() -> None:
    with mock_aws():
        outer = FaceLiveness()
        outer.set_default(Failed())
        with FaceLiveness(assert_all_used=False) as inner:
            requests.post("http://motoapi.amazonaws.com/moto-api/reset")
            inner.set_default(ALIVE)
            inner.queue(ALIVE)
            with pytest.raises(AssertionError, match="1 seed was never used"):
                inner.assert_all_used()

        assert status(create()) == "CREATED"


def test_a_handle_can_be_entered_again() -> None:
    face_liveness = FaceLiveness()
    for step in (ALIVE, Failed()):
        with face_liveness:
            face_liveness.queue(step)
            assert status(create()) == step.status


@pytest.mark.parametrize("region_name", [None, "eu-west-1"])
def test_a_narrowed_handle_is_a_block_too(region_name: str | None) -> None:
    with mock_aws():
        handle = FaceLiveness().at(region_name)

    with handle as face_liveness:
        assert face_liveness.sessions == []
