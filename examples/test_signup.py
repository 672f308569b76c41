"""How moto-liveness tests a sign-up check. Run it with `python -m pytest examples`."""

import pytest
from botocore.exceptions import ClientError
from signup import Verdict, start_check, verdict, wait_for_verdict

from moto_liveness import ApiError, Created, Expired, FaceLiveness, Failed, InProgress, Step, Succeeded


def test_a_live_person_is_accepted(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=97.3))

    assert verdict(start_check()) is Verdict.ACCEPTED


@pytest.mark.parametrize("confidence", [0.0, 12.5, 89.99])
def test_a_photo_is_rejected(face_liveness: FaceLiveness, confidence: float) -> None:
    # SUCCEEDED means that the analysis is finished. That the person is real, only the confidence says.
    face_liveness.queue(Succeeded(confidence))

    assert verdict(start_check()) is Verdict.REJECTED


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Failed(), Verdict.REJECTED),
        (Failed(confidence=99.0), Verdict.REJECTED),
        (Succeeded(confidence=99.0, reference_image=None), Verdict.REJECTED),
        (Expired(), Verdict.TRY_AGAIN),
        (ApiError("SessionNotFoundException"), Verdict.TRY_AGAIN),
        (Created(), Verdict.PENDING),
    ],
    ids=repr,
)
def test_everything_else_that_can_happen(face_liveness: FaceLiveness, step: Step, expected: Verdict) -> None:
    face_liveness.queue(step)

    assert verdict(start_check()) is expected


def test_waiting_takes_as_many_polls_as_the_person_takes(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created(), InProgress(polls=2), Succeeded(confidence=97.3))
    session_id = start_check()

    assert wait_for_verdict(session_id, pause=0) is Verdict.ACCEPTED
    assert face_liveness.session(session_id).poll_count == 4


def test_the_person_looks_away_after_the_page_was_opened(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created())
    session_id = start_check()
    assert verdict(session_id) is Verdict.PENDING

    face_liveness.session(session_id).set_outcome(Succeeded(confidence=3.1, feedback=["FACE_NOT_VISIBLE"]))

    assert verdict(session_id) is Verdict.REJECTED


def test_aws_has_an_outage(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore sleeps between its attempts
    face_liveness.queue_error("InternalServerError", times=None)

    with pytest.raises(ClientError, match="InternalServerError"):
        verdict(start_check())


@pytest.mark.face_liveness(Succeeded(confidence=97.3))
def test_a_marker_does_it_too() -> None:
    assert verdict(start_check()) is Verdict.ACCEPTED
