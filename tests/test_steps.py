"""How a session goes through its steps: by polls, by the clock, by set_outcome."""

from __future__ import annotations

import datetime

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time
from time_machine import travel

from moto_liveness import ApiError, Created, Expired, FaceLiveness, Failed, InProgress, Succeeded
from tests.aws import ALIVE, NOON, create, poll, status


def statuses(session_id: str, polls: int) -> list[str]:
    return [status(session_id) for _ in range(polls)]


def test_a_step_without_polls_or_seconds_takes_one_poll_and_the_last_stays(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created(), InProgress(), ALIVE)

    assert statuses(create(), 4) == ["CREATED", "IN_PROGRESS", "SUCCEEDED", "SUCCEEDED"]


def test_polls_say_how_many_polls_a_step_takes(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created(polls=2), InProgress(polls=3), Failed())

    assert statuses(create(), 6) == ["CREATED"] * 2 + ["IN_PROGRESS"] * 3 + ["FAILED"]


def test_seconds_are_those_of_freezegun(face_liveness: FaceLiveness) -> None:
    with freeze_time(NOON) as clock:
        face_liveness.queue(Created(seconds=5), InProgress(seconds=2.5), ALIVE)
        session_id = create()
        seen = {}
        for second in (0.0, 4.9, 5.0, 7.4, 7.5, 100.0):
            clock.move_to(NOON + datetime.timedelta(seconds=second))
            seen[second] = status(session_id)

    assert seen == {
        0.0: "CREATED",
        4.9: "CREATED",
        5.0: "IN_PROGRESS",
        7.4: "IN_PROGRESS",
        7.5: "SUCCEEDED",
        100.0: "SUCCEEDED",
    }


def test_seconds_are_those_of_time_machine(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(InProgress(seconds=60), ALIVE)
        session_id = create()
        before = status(session_id)
        clock.shift(60)

        assert (before, status(session_id)) == ("IN_PROGRESS", "SUCCEEDED")


def test_the_clock_can_pass_several_steps_between_two_polls(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(Created(seconds=1), InProgress(seconds=1), ALIVE)
        session_id = create()
        clock.shift(2)

        assert status(session_id) == "SUCCEEDED"


def test_seconds_behind_polls_begin_with_the_last_of_the_polls(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(Created(polls=1), InProgress(seconds=10), ALIVE)
        session_id = create()
        clock.shift(50)
        seen = [status(session_id)]
        for shift in (9.9, 0.1):
            clock.shift(shift)
            seen.append(status(session_id))

    assert seen == ["CREATED", "IN_PROGRESS", "SUCCEEDED"]


def test_polls_behind_seconds_count_from_there(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(Created(seconds=10), InProgress(polls=2), ALIVE)
        session_id = create()
        seen = [status(session_id)]
        clock.shift(10)
        seen += statuses(session_id, 3)

    assert seen == ["CREATED", "IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]


def test_an_api_error_answers_one_poll_and_the_session_goes_on(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ApiError("InternalServerError"), ALIVE)
    session_id = create()

    with pytest.raises(ClientError, match="InternalServerError"):
        poll(session_id)

    assert status(session_id) == "SUCCEEDED"


def test_an_api_error_stays_as_the_last_step(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE, ApiError("SessionNotFoundException"))
    session_id = create()

    assert status(session_id) == "SUCCEEDED"
    for _ in range(2):
        with pytest.raises(ClientError, match="SessionNotFoundException"):
            poll(session_id)


def test_a_finished_session_can_still_expire(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE, Expired())

    assert statuses(create(), 2) == ["SUCCEEDED", "EXPIRED"]


def test_two_seeds_are_two_sessions_first_in_first_out(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    face_liveness.queue(Failed())

    sessions = [create(), create()]

    assert [status(session_id) for session_id in reversed(sessions)] == ["FAILED", "SUCCEEDED"]


def test_set_outcome_decides_during_the_test(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created())
    session_id = create()
    before = status(session_id)

    face_liveness.session(session_id).set_outcome(InProgress(), ALIVE)

    assert [before, *statuses(session_id, 2)] == ["CREATED", "IN_PROGRESS", "SUCCEEDED"]


def test_seconds_of_an_outcome_begin_when_it_is_set(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        session_id = create()
        clock.shift(60)
        face_liveness.session(session_id).set_outcome(InProgress(seconds=10), ALIVE)
        before = status(session_id)
        clock.shift(10)

        assert (before, status(session_id)) == ("IN_PROGRESS", "SUCCEEDED")


def test_an_outcome_can_be_set_again_before_it_was_reported(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)

    session.set_outcome(Failed())

    assert status(session.id) == "FAILED"


def test_an_outcome_cannot_take_back_what_was_reported(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    status(session.id)

    with pytest.raises(ValueError, match=r"^IN_PROGRESS cannot follow SUCCEEDED: a session never goes back$"):
        session.set_outcome(InProgress(), ALIVE)

    assert status(session.id) == "SUCCEEDED"


def test_an_error_in_between_does_not_let_a_session_go_back(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    status(session.id)

    with pytest.raises(ValueError, match="a session never goes back"):
        session.set_outcome(ApiError("InternalServerError"), InProgress(), ALIVE)


def test_the_outcome_that_was_reported_can_be_set_again(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    status(session.id)

    session.set_outcome(ALIVE, Expired())

    assert statuses(session.id, 2) == ["SUCCEEDED", "EXPIRED"]


def test_an_api_error_can_be_the_outcome_at_any_time(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)
    status(session.id)

    session.set_outcome(ApiError("SessionNotFoundException"))

    with pytest.raises(ClientError, match="SessionNotFoundException"):
        poll(session.id)


def test_an_expired_session_has_no_outcome_any_more(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        session = face_liveness.add_session(session_id="11111111-2222-3333-4444-555555555555")
        clock.shift(180)

        with pytest.raises(ValueError, match="is EXPIRED") as error:
            session.set_outcome(ALIVE)

    assert str(error.value) == (
        "session 11111111-2222-3333-4444-555555555555 is EXPIRED, 180 seconds after it was created at "
        "2026-03-01 12:00:00+00:00: its outcome cannot change"
    )


def test_an_outcome_needs_a_step(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session()

    with pytest.raises(ValueError, match=r"^set_outcome\(\) needs at least one step, as in set_outcome\(Succeeded\("):
        session.set_outcome()


def test_reading_a_session_is_not_a_poll(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created(), ALIVE)
    session = face_liveness.session(create())

    read = [session.status, session.status]

    assert (read, session.poll_count) == (["CREATED", "CREATED"], 0)
    assert (status(session.id), session.status, session.poll_count) == ("CREATED", "SUCCEEDED", 1)


def test_a_session_tells_what_was_asked_for(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False):
        request = {"Settings": {"AuditImagesLimit": 2}, "ClientRequestToken": "sign-up-1"}
        session = face_liveness.session(create(**request))

    assert session.request == request
    assert session.created_at == NOON
    assert (session.region_name, session.account_id) == ("us-east-1", "123456789012")
    assert session.audit_images_limit == 2


@pytest.mark.in_process
def test_a_session_prints_with_its_place_and_status(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(ALIVE)

    assert repr(session) == f"<Session {session.id} in us-east-1, account 123456789012: SUCCEEDED>"


def test_the_status_of_an_expired_session_is_what_a_poll_would_report(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        session = face_liveness.add_session()
        clock.shift(180)
        expired = session.status
        face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))

        assert (expired, session.status) == ("EXPIRED", None)


def test_the_status_of_a_session_that_answers_with_an_error_is_none(face_liveness: FaceLiveness) -> None:
    assert face_liveness.add_session(ApiError("SessionNotFoundException")).status is None


def test_of_two_defaults_of_which_neither_is_narrower_the_later_one_wins(face_liveness: FaceLiveness) -> None:
    region, account = face_liveness.at("us-east-1"), face_liveness.at(account_id="123456789012")
    region.set_default(Failed())
    account.set_default(Succeeded(97.3))
    later = status(create())
    region.set_default(InProgress())
    latest = status(create())
    face_liveness.set_default(Created())
    wider = status(create())
    face_liveness.at("us-east-1", "123456789012").set_default(Failed())
    account.set_default(Created())

    assert (later, latest, wider, status(create())) == ("SUCCEEDED", "IN_PROGRESS", "IN_PROGRESS", "FAILED")
