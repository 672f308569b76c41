"""The three minutes of a session, with both clocks."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time
from time_machine import travel

from moto_liveness import ApiError, Created, Expired, FaceLiveness, Failed, InProgress, Succeeded
from moto_liveness.core.clock import now, with_own_clock
from tests.aws import NOON, create, get, poll, status

Clock = Callable[[float], None]
StoppedClock = Callable[[], AbstractContextManager[Clock]]


@contextmanager
def freezegun_clock() -> Iterator[Clock]:
    with freeze_time(NOON) as frozen:
        yield lambda seconds: frozen.tick(datetime.timedelta(seconds=seconds))


@contextmanager
def time_machine_clock() -> Iterator[Clock]:
    with travel(NOON, tick=False) as traveller:
        yield traveller.shift


# Not a fixture: pytest times its own phases by the clock that these freeze.
with_both_clocks = pytest.mark.parametrize(
    "clock", [freezegun_clock, time_machine_clock], ids=["freezegun", "time-machine"]
)


@with_both_clocks
@pytest.mark.parametrize(
    "step", [Created(), InProgress(), Succeeded(confidence=97.3), Failed()], ids=lambda s: s.status
)
def test_every_session_is_expired_after_180_seconds(
    face_liveness: FaceLiveness, clock: StoppedClock, step: Failed
) -> None:
    with clock() as advance:
        face_liveness.queue(step)
        session_id = create()

        advance(179.9)
        before = status(session_id)
        advance(0.1)

        assert (before, get(session_id)) == (step.status, {"SessionId": session_id, "Status": "EXPIRED"})


@with_both_clocks
def test_an_expired_session_has_lost_its_results(face_liveness: FaceLiveness, clock: StoppedClock) -> None:
    with clock() as advance:
        face_liveness.queue(Succeeded(confidence=97.3))
        session_id = create()
        first = get(session_id)
        advance(181)

        assert set(first) - set(get(session_id)) == {
            "Confidence",
            "ReferenceImage",
            "AuditImages",
            "Challenge",
            "Feedback",
        }


@with_both_clocks
def test_expired_stays_even_if_the_clock_goes_back(face_liveness: FaceLiveness, clock: StoppedClock) -> None:
    with clock() as advance:
        face_liveness.queue(Succeeded(confidence=97.3))
        session_id = create()
        advance(180)
        seen = [status(session_id)]
        advance(-180)

        assert [*seen, status(session_id)] == ["EXPIRED", "EXPIRED"]


@with_both_clocks
def test_session_not_found_can_be_chosen_for_after_the_three_minutes(
    face_liveness: FaceLiveness, clock: StoppedClock
) -> None:
    with clock() as advance:
        face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))
        session_id = create()
        advance(180)

        with pytest.raises(ClientError, match=r"SessionNotFoundException.*: Session not found$"):
            poll(session_id)


@with_both_clocks
def test_what_comes_after_expiry_can_differ_by_region(face_liveness: FaceLiveness, clock: StoppedClock) -> None:
    with clock() as advance:
        face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))
        face_liveness.at("us-east-1").set_after_expiry(Expired())
        session_id = create()
        advance(180)

        assert status(session_id) == "EXPIRED"


def test_a_seeded_expired_is_the_status_whatever_was_chosen(face_liveness: FaceLiveness) -> None:
    face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))
    face_liveness.queue(Expired())

    assert status(create()) == "EXPIRED"


def test_only_expired_or_an_error_can_come_after_expiry(face_liveness: FaceLiveness) -> None:
    with pytest.raises(TypeError) as error:
        face_liveness.set_after_expiry(Failed())  # type: ignore[arg-type]

    assert str(error.value) == "only EXPIRED or an error can come after the three minutes, not FAILED"


@pytest.mark.in_process
def test_a_clock_of_its_own_passes_the_three_minutes_without_waiting(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created())
    with travel(NOON, tick=False):
        with with_own_clock() as sleep:
            session_id = create()
            sleep(179)
            sleep(0.5)
            before = status(session_id)
            sleep(0.5)

            assert (before, status(session_id), now()) == ("CREATED", "EXPIRED", NOON + datetime.timedelta(seconds=180))

        assert now() == NOON
