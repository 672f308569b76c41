"""Streams that are refused when they open leave the session as it was."""

from __future__ import annotations

import pytest
from time_machine import travel

from moto_liveness import ApiError, Created, FaceLiveness, Failed, Step, scenarios
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core.regions import no_endpoint
from moto_liveness.core.scenarios import Scenario
from moto_liveness.core.scope import Scope
from moto_liveness.core.stream import reachable
from tests.aws import ALIVE, NOON, SESSION_ID, create, status
from tests.streaming import END_OF_VIDEO, START, conversation, stream, video
from tests.streams.shared import DONE, refused


def one_scenario(name: str) -> Scenario:
    return next(one for one in scenarios.turned_away() if one.name == name)


def test_choice_wrong_parameters_are_refused_in_the_words_of_the_other_operations(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert refused(session_id, VideoWidth="0") == (
        "ValidationException",
        (
            "2 validation errors detected: Value '0' at 'videoWidth' failed to satisfy constraint: Member must have "
            "length greater than or equal to 3; Value '0' at 'videoWidth' failed to satisfy constraint: Member must "
            "satisfy regular expression pattern: ^[0-9]{3,}$"
        ),
    )
    assert face_liveness.session(session_id).stream is None
    assert status(session_id) == "SUCCEEDED"


def test_choice_a_session_has_one_stream(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()
    opened = conversation(session_id)
    answer = ("ValidationException", f"session {session_id} was already streamed to: create a session for each check")

    assert refused(session_id) == answer
    opened.receive(video(b"a video") + END_OF_VIDEO)
    assert refused(session_id) == answer
    assert status(session_id) == "SUCCEEDED"


@pytest.mark.parametrize("step", [ALIVE, Failed()])
def test_a_session_that_was_polled_to_its_end_is_refused(face_liveness: FaceLiveness, step: Step) -> None:
    face_liveness.queue(step)
    session_id = create()
    status(session_id)

    assert refused(session_id) == (
        "ValidationException",
        (
            f"a poll already got {step.status} for session {session_id}: queue(Created(until='stream'), ...) "
            "makes it wait "
            "for its stream"
        ),
    )


def test_an_expired_session_is_refused(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(ALIVE)
        session_id = create()
        clock.shift(180)

        assert refused(session_id) == (
            "ValidationException",
            f"session {session_id} is EXPIRED: create a session for each check",
        )


@pytest.mark.parametrize(
    "outcome",
    [ApiError("SessionNotFoundException", "gone"), one_scenario("session_not_found"), None],
    ids=["step", "scenario", "after expiry"],
)
def test_a_session_that_polls_do_not_find_is_not_found_for_a_stream(
    face_liveness: FaceLiveness, outcome: Step | Scenario | None
) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))
        face_liveness.queue(Created() if outcome is None else outcome)
        session = face_liveness.session(create())
        clock.shift(180 if outcome is None else 0)

        text = "gone" if isinstance(outcome, ApiError) else "Session not found"
        assert refused(session.id) == ("SessionNotFoundException", text)
    assert session.stream is None


def test_another_error_of_polls_does_not_refuse_a_stream(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ApiError("ThrottlingException"), ALIVE)

    assert stream(create()) == DONE


def test_an_expired_session_is_refused_whatever_else_polls_get(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.set_after_expiry(ApiError("ThrottlingException"))
        face_liveness.queue(ALIVE)
        session_id = create()
        clock.shift(180)

        assert refused(session_id)[1] == f"session {session_id} is EXPIRED: create a session for each check"


def test_a_session_of_another_region_is_not_found_and_the_log_says_where_it_is(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert refused(session_id, Scope("eu-west-1", "123456789012")) == ("SessionNotFoundException", "Session not found")
    assert call_log(face_liveness).splitlines()[-1] == (
        f"StartFaceLivenessSession in eu-west-1, session {session_id} -> SessionNotFoundException: Session not found "
        "(that session is in us-east-1)"
    )


def test_the_log_says_in_which_account_a_session_is(face_liveness: FaceLiveness) -> None:
    session = face_liveness.at("us-east-1", "111122223333").add_session(ALIVE)

    assert refused(session.id)[0] == "SessionNotFoundException"
    assert call_log(face_liveness).endswith("(that session is in us-east-1, account 111122223333)")


def test_an_unknown_session_is_not_found(face_liveness: FaceLiveness) -> None:
    assert refused(SESSION_ID)[0] == "SessionNotFoundException"


def test_choice_a_stream_in_a_region_without_rekognition_is_refused_as_other_calls_are(
    face_liveness: FaceLiveness, caplog: pytest.LogCaptureFixture
) -> None:
    seed = face_liveness.queue_delay(3, when="connect", optional=True)

    code, message = refused(SESSION_ID, Scope("eu-north-1", "123456789012"))
    assert (code, message) == ("UnknownRegion", no_endpoint("eu-north-1"))
    assert call_log(face_liveness) == (
        f"StartFaceLivenessSession in eu-north-1, session {SESSION_ID} -> UnknownRegion: {message}"
    )
    assert caplog.messages == [message]
    assert not seed.used


@pytest.mark.parametrize("region_name", ["", "mars\n1", "x" * 60])
def test_a_region_is_shown_in_one_line(face_liveness: FaceLiveness, region_name: str) -> None:
    message = refused(SESSION_ID, Scope(region_name, "123456789012"))[1]

    assert message.startswith(f"Rekognition is not in {region_name!r}: on AWS no host answers there. ")


def test_choice_a_strict_block_refuses_streams_as_well() -> None:
    with reachable(), FaceLiveness(strict_regions=True) as face_liveness:
        session = face_liveness.at("eu-central-1").add_session(ALIVE)

        assert refused(session.id, Scope("eu-central-1", "123456789012")) == ("AccessDeniedException", "")
        assert [(call.operation, call.error) for call in face_liveness.calls] == [(START, "AccessDeniedException")]
        assert session.stream is None
