"""The messages of the handle, whole lines. Those of the values are in test_values.py."""

from __future__ import annotations

import re

import pytest
from moto import mock_aws

from moto_liveness import (
    ApiError,
    BoundingBox,
    Created,
    FaceLiveness,
    FaceLivenessServer,
    Failed,
    Image,
    InProgress,
    RatioWarning,
    Succeeded,
)
from moto_liveness.control.face_liveness import call_log
from tests.aws import ALIVE, client, create, poll, post, status

IDS = [f"{n}{n}{n}{n}{n}{n}{n}{n}-2222-3333-4444-555555555555" for n in range(10)]
ADVICE = 'If this is on purpose, see "For one seed" and "For one test" in docs/unused-seeds.md of the repository.'


# The lines of this file change with every edit of it: HERE stands for them.
HERE = ", queued at tests/test_messages.py:LINE"


def without_lines(text: str) -> list[str]:
    return re.sub(r"tests/test_messages.py:\d+", "tests/test_messages.py:LINE", text).splitlines()


@pytest.fixture
def unchecked() -> FaceLiveness:
    return FaceLiveness(assert_all_used=False, assert_all_seeded=False)


def complaint(face_liveness: FaceLiveness) -> list[str]:
    with pytest.raises(AssertionError) as error:
        face_liveness.assert_all_used()
    return without_lines(str(error.value))


def test_unused_seeds_are_listed_next_to_the_sessions(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        face_liveness.at("us-east-1").queue(ALIVE)
        face_liveness.queue_error("ThrottlingException", times=2)
        session_id = client(region_name="eu-west-1").create_face_liveness_session()["SessionId"]

        assert complaint(face_liveness) == [
            "2 seeds were never used:",
            f"  - at(region_name='us-east-1').queue(Succeeded(confidence=97.3)){HERE}",
            (
                "  - queue_error('ThrottlingException', operation='GetFaceLivenessSessionResults', times=2)"
                f"{HERE}: raised 0 of 2 times"
            ),
            "",
            "Sessions that were created:",
            f"  - {session_id} in eu-west-1, account 123456789012, without a seed",
            "",
            ADVICE,
        ]


def test_one_unused_seed_without_a_session(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        face_liveness.queue(Created(), InProgress(polls=2), ALIVE)

        assert complaint(face_liveness) == [
            "1 seed was never used:",
            f"  - queue(Created(), InProgress(polls=2), Succeeded(confidence=97.3)){HERE}",
            "",
            "No session was created.",
            "",
            ADVICE,
        ]


def test_each_kind_of_unused_error_is_told_as_it_was_written(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        face_liveness.queue_error("InternalServerError", "on fire", session_id=IDS[1])
        face_liveness.queue_error("ThrottlingException", operation="CreateFaceLivenessSession", times=None)
        face_liveness.at("eu-west-1", "111122223333").queue_error("InternalServerError", times=3)

        assert complaint(face_liveness)[:4] == [
            "3 seeds were never used:",
            (
                "  - queue_error('InternalServerError', 'on fire', operation='GetFaceLivenessSessionResults', "
                f"session_id='{IDS[1]}'){HERE}: raised 0 of 1 times"
            ),
            (
                "  - queue_error('ThrottlingException', operation='CreateFaceLivenessSession', times=None)"
                f"{HERE}: raised 0 times"
            ),
            (
                "  - at(region_name='eu-west-1', account_id='111122223333').queue_error('InternalServerError', "
                f"operation='GetFaceLivenessSessionResults', times=3){HERE}: raised 0 of 3 times"
            ),
        ]


def test_an_error_that_was_raised_less_often_than_queued_is_unused(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        face_liveness.queue_error("InternalServerError", times=2)
        with pytest.raises(client().exceptions.InternalServerError):
            poll(create())

        assert complaint(face_liveness)[1] == (
            "  - queue_error('InternalServerError', operation='GetFaceLivenessSessionResults', times=2)"
            f"{HERE}: raised 1 of 2 times"
        )


def test_a_long_list_is_cut_and_counted(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        for n in range(60):
            face_liveness.queue(Failed(confidence=40 + n / 2))

        lines = complaint(face_liveness)

    assert lines[0] == "60 seeds were never used:"
    assert lines[25:28] == [
        f"  - queue(Failed(confidence=52.0)){HERE}",
        "  ... 10 more ...",
        f"  - queue(Failed(confidence=57.5)){HERE}",
    ]
    assert lines[51:53] == [f"  - queue(Failed(confidence=69.5)){HERE}", ""]


def test_optional_seeds_cause_no_complaint() -> None:
    with FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE, optional=True)
        face_liveness.queue_error("ThrottlingException", optional=True)

        face_liveness.assert_all_used()


def test_a_narrowed_handle_complains_of_its_own_seeds(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        face_liveness.at("us-east-1").queue(ALIVE)

        face_liveness.at("eu-west-1").assert_all_used()
        assert complaint(face_liveness.at("us-east-1"))[0] == "1 seed was never used:"


def test_leaving_the_block_complains() -> None:
    with pytest.raises(AssertionError, match=r"^1 seed was never used:"), FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)


def test_a_block_that_raises_keeps_its_own_error() -> None:
    def interrupted() -> None:
        with FaceLiveness() as face_liveness:
            face_liveness.queue(ALIVE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


def test_a_mock_is_stopped_after_a_complaint() -> None:
    with pytest.raises(AssertionError), FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)

    with pytest.raises(RuntimeError):
        FaceLiveness().queue(ALIVE)


def test_a_nested_block_complains_of_its_own_seeds_only() -> None:
    with mock_aws():
        FaceLiveness().queue(ALIVE)
        with FaceLiveness() as inner:
            inner.assert_all_used()


NO_MOCK = (
    "no mock is active: mock_aws clears all state when it starts and when it stops, so this seed would be lost, and "
    "earlier calls are gone. Use the handle inside `with FaceLiveness() as face_liveness:`, in a test that takes the "
    "pytest fixture face_liveness, or while @mock_aws runs the test."
)


@pytest.mark.parametrize(
    "use",
    [
        lambda handle: handle.queue(ALIVE),
        lambda handle: handle.queue_error("ThrottlingException"),
        lambda handle: handle.withdraw(),
        lambda handle: handle.add_session(),
        lambda handle: handle.set_default(ALIVE),
        lambda handle: handle.set_after_expiry(ApiError("SessionNotFoundException")),
        lambda handle: handle.session(IDS[0]),
        lambda handle: handle.sessions,
        lambda handle: handle.calls,
        lambda handle: handle.assert_all_used(),
    ],
)
def test_without_a_mock_every_verb_names_the_ways_to_use_it(use: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._SERVERS", [])

    with pytest.raises(RuntimeError) as error:
        use(FaceLiveness())  # type: ignore[operator]

    assert str(error.value) == NO_MOCK


def test_the_handle_of_mock_aws_beside_a_server_names_the_one_of_the_server(server: FaceLivenessServer) -> None:
    with pytest.raises(RuntimeError) as error:
        FaceLiveness().queue(ALIVE)

    assert str(error.value) == (
        "no mock is active, but a server is: FaceLiveness() scripts mock_aws in this process. Use the handle of the "
        "server, face_liveness_server.face_liveness; for mock_aws, take the fixture face_liveness or open a block."
    )


def test_an_unknown_session_is_answered_with_the_known_ones(face_liveness: FaceLiveness) -> None:
    face_liveness.add_session(session_id=IDS[1])
    face_liveness.at("eu-west-1").add_session(session_id=IDS[2])

    with pytest.raises(LookupError) as error:
        face_liveness.session(IDS[0])

    assert str(error.value).splitlines() == [
        f"there is no session '{IDS[0]}' here.",
        "",
        "Sessions that exist:",
        f"  - {IDS[1]} in us-east-1, account 123456789012",
        f"  - {IDS[2]} in eu-west-1, account 123456789012",
    ]


def test_a_session_of_another_region_is_answered_with_where_it_is(face_liveness: FaceLiveness) -> None:
    face_liveness.add_session(session_id=IDS[1])

    with pytest.raises(LookupError) as error:
        face_liveness.at("eu-west-1").session(IDS[1])

    assert str(error.value).splitlines()[2:] == [
        "Sessions that exist:",
        f"  - {IDS[1]} in us-east-1, account 123456789012",
    ]


def test_an_unknown_session_where_there_is_none(face_liveness: FaceLiveness) -> None:
    with pytest.raises(LookupError) as error:
        face_liveness.session(IDS[0])

    assert str(error.value).splitlines() == [f"there is no session '{IDS[0]}' here.", "", "No session exists."]


def test_a_session_that_a_test_added_is_not_one_that_was_created(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        face_liveness.add_session()
        face_liveness.queue(ALIVE)

        assert complaint(face_liveness)[3] == "No session was created."


def test_the_outcome_of_a_session_that_is_gone_is_refused() -> None:
    with FaceLiveness() as face_liveness:
        session = face_liveness.add_session(session_id=IDS[1])

    with FaceLiveness(), pytest.raises(RuntimeError) as error:
        session.set_outcome(ALIVE)

    assert str(error.value) == f"session {IDS[1]} is gone: the mock in which it was created has ended or was reset"


def test_the_call_log_ends_with_the_seeds_that_were_not_used(unchecked: FaceLiveness) -> None:
    with unchecked as face_liveness:
        face_liveness.at("eu-west-1").queue(ALIVE)
        session_id = create()

        assert without_lines(call_log(face_liveness)) == [
            f"CreateFaceLivenessSession in us-east-1 -> session {session_id} (no seed)",
            "",
            "Seeds that were not used:",
            f"  - at(region_name='eu-west-1').queue(Succeeded(confidence=97.3)){HERE}",
        ]


def test_the_call_log_after_the_mock_says_that_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.stream._SERVERS", [])

    assert call_log(FaceLiveness()) == NO_MOCK


def test_the_call_log_has_a_line_for_each_call(face_liveness: FaceLiveness) -> None:
    with pytest.warns(RatioWarning):
        face_liveness.queue(InProgress(), Succeeded(confidence=0.97))
    face_liveness.queue_error("ThrottlingException")
    session_id = create()
    post("GetFaceLivenessSessionResults", {"SessionId": session_id})
    status(session_id)
    status(session_id)
    post("GetFaceLivenessSessionResults", {"SessionId": session_id}, region_name="eu-west-1")
    post("GetFaceLivenessSessionResults", {})

    about = f"GetFaceLivenessSessionResults in us-east-1, session {session_id} ->"
    seed = "queue(InProgress(), Succeeded(confidence=0.97)), tests/test_messages.py:LINE"
    assert without_lines(call_log(face_liveness)) == [
        f"CreateFaceLivenessSession in us-east-1 -> session {session_id} ({seed})",
        f"{about} ThrottlingException: Service Unavailable",
        f"{about} IN_PROGRESS",
        f"{about} SUCCEEDED with a confidence of 0.97 percent",
        (
            f"GetFaceLivenessSessionResults in eu-west-1, session {session_id} -> "
            "SessionNotFoundException: Session not found (that session is in us-east-1)"
        ),
        (
            "GetFaceLivenessSessionResults in us-east-1 -> ValidationException: 1 validation error detected: "
            "Value null at 'sessionId' failed to satisfy constraint: Member must not be null"
        ),
    ]


def test_the_call_log_of_a_test_that_called_nothing(face_liveness: FaceLiveness) -> None:
    assert call_log(face_liveness).splitlines()[0] == "No face liveness call was answered."


def test_no_image_is_printed(face_liveness: FaceLiveness) -> None:
    box = BoundingBox(left=0, top=0, width=1, height=1)
    seed = face_liveness.queue(Succeeded(97.3, reference_image=Image(b"\xff\xd8\xff secret", box)), optional=True)

    (printed,) = without_lines(str(seed))
    box = "BoundingBox(left=0, top=0, width=1, height=1)"
    assert printed == f"queue(Succeeded(confidence=97.3, reference_image=Image(<10 bytes>, {box}))){HERE}"
