"""CreateFaceLivenessSession: what the request decides."""

from __future__ import annotations

import uuid

import botocore
import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.moto_api._internal import mock_random
from time_machine import travel

from moto_liveness import Created, FaceLiveness, Failed, InProgress, Succeeded
from moto_liveness.control.face_liveness import call_log
from moto_liveness.rekognition import challenge_preferences
from moto_liveness.rekognition.request import PREFERENCES
from tests import aws
from tests.aws import NOON, client, create, create_with_images, get, needs_challenges, poll, post, status

LIGHT = "FaceMovementAndLightChallenge"
MOVEMENT = "FaceMovementChallenge"


def test_a_session_id_is_a_uuid(face_liveness: FaceLiveness) -> None:
    session_id = create()

    assert str(uuid.UUID(session_id)) == session_id


def test_session_ids_follow_the_seed_of_moto(face_liveness: FaceLiveness) -> None:
    ids = []
    for _ in range(2):
        requests.post(f"{aws.ENDPOINT or 'http://motoapi.amazonaws.com'}/moto-api/reset")
        mock_random.seed(42)
        ids.append(create())

    assert ids[0] == ids[1]


@mock_aws
def test_mock_aws_is_enough() -> None:
    assert status(create()) == "CREATED"


@pytest.mark.parametrize(("sent", "limit"), [(-5, 0), (0, 0), (3, 3), (4, 4), (5, 4), (1000, 4)])
def test_audit_images_limit_is_clamped_not_refused(face_liveness: FaceLiveness, sent: int, limit: int) -> None:
    face_liveness.queue(Succeeded(confidence=97.3))

    session_id = post("CreateFaceLivenessSession", {"Settings": {"AuditImagesLimit": sent}}).json()["SessionId"]

    assert face_liveness.session(session_id).audit_images_limit == limit
    assert len(poll(session_id)["AuditImages"]) == limit


def test_the_same_token_returns_the_same_session_and_takes_no_second_seed(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=97.3))
    seed = face_liveness.queue(Failed())

    first, second = (create(ClientRequestToken="sign-up-1") for _ in range(2))
    third = create(ClientRequestToken="sign-up-2")

    assert first == second != third == seed.session_id


def test_a_token_is_forgotten_with_its_session(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        first = create(ClientRequestToken="a")
        create(ClientRequestToken="b")
        clock.shift(180)
        second = create(ClientRequestToken="a")
        clock.shift(-180)

        # The clock may go back: the token belongs to the later session, and the other one is forgotten.
        assert create(ClientRequestToken="a") == second != first
        assert create(ClientRequestToken="b") != first


def test_a_token_belongs_to_its_region_and_account(face_liveness: FaceLiveness) -> None:
    europe = client(region_name="eu-west-1").create_face_liveness_session(ClientRequestToken="a")["SessionId"]
    other = post("CreateFaceLivenessSession", {"ClientRequestToken": "a"}, **{"x-moto-account-id": "111122223333"})

    assert len({create(ClientRequestToken="a"), europe, other.json()["SessionId"]}) == 3


def test_without_preferences_the_challenge_is_face_movement_and_light(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress())

    assert get(create())["Challenge"] == {"Type": LIGHT, "Version": "2.0.0"}


@needs_challenges
@pytest.mark.parametrize(
    ("preferences", "challenge"),
    [
        ([{"Type": MOVEMENT}], (MOVEMENT, "1.0.0")),
        ([{"Type": LIGHT}, {"Type": MOVEMENT}], (LIGHT, "2.0.0")),
        ([{"Type": LIGHT, "Versions": {"Maximum": "1.9.9"}}], (LIGHT, "1.0.0")),
        ([{"Type": LIGHT, "Versions": {"Minimum": "1.0.0", "Maximum": "2.0.0"}}], (LIGHT, "2.0.0")),
        ([{"Type": LIGHT, "Versions": {"Minimum": "3.0.0"}}, {"Type": MOVEMENT}], (MOVEMENT, "1.0.0")),
        ([], (LIGHT, "2.0.0")),
    ],
)
def test_the_challenge_is_the_first_preference_that_can_be_met(
    face_liveness: FaceLiveness, preferences: list[dict[str, object]], challenge: tuple[str, str]
) -> None:
    face_liveness.queue(InProgress())
    session_id = create(Settings={"ChallengePreferences": preferences})

    assert tuple(get(session_id)["Challenge"].values()) == challenge


@needs_challenges
def test_preferences_that_cannot_be_met_create_no_session(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(Succeeded(confidence=97.3), optional=True)

    with pytest.raises(ClientError) as error:
        create(Settings={"ChallengePreferences": [{"Type": MOVEMENT, "Versions": {"Minimum": "1.0.1"}}]})

    assert error.value.response["Error"] == {
        "Code": "InvalidParameterException",
        "Message": "Request has invalid parameters: Settings.ChallengePreferences allows no known challenge. "
        "Choose from: FaceMovementAndLightChallenge 2.0.0, 1.0.0; FaceMovementChallenge 1.0.0.",
    }
    assert (face_liveness.sessions, seed.used) == ([], False)


def test_sessions_belong_to_one_region(face_liveness: FaceLiveness) -> None:
    session_id = create()

    with pytest.raises(client(region_name="eu-west-1").exceptions.SessionNotFoundException):
        poll(session_id, "eu-west-1")


def test_sessions_belong_to_one_account(face_liveness: FaceLiveness) -> None:
    session_id = create()

    answer = post("GetFaceLivenessSessionResults", {"SessionId": session_id}, **{"x-moto-account-id": "111122223333"})

    assert (answer.status_code, answer.json()["__type"]) == (400, "SessionNotFoundException")


def test_nothing_is_left_of_a_mock_that_ended() -> None:
    with mock_aws():
        session_id = create()
    with mock_aws(), pytest.raises(client().exceptions.SessionNotFoundException):
        poll(session_id)


def test_the_reset_of_moto_resets_sessions_seeds_and_calls(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Failed(), optional=True)
    face_liveness.set_default(Succeeded(confidence=97.3))
    create()

    requests.post(f"{aws.ENDPOINT or 'http://motoapi.amazonaws.com'}/moto-api/reset")

    assert (face_liveness.sessions, face_liveness.calls) == ([], [])
    # The strictness of the block is gone too.
    assert face_liveness.session(create()).status == "CREATED"


@pytest.mark.filterwarnings("ignore::moto_liveness.FaceLivenessRegionWarning")
def test_a_region_that_does_not_exist_is_moto_s_to_refuse_or_allow(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto.core.base_backend.allow_unknown_region", lambda: True)

    session_id = post("CreateFaceLivenessSession", {}, region_name="mars-1").json()["SessionId"]

    assert face_liveness.session(session_id).region_name == "mars-1"


def test_an_s3_key_prefix_that_looks_like_a_query_string_is_still_a_prefix(face_liveness: FaceLiveness) -> None:
    client("s3").create_bucket(Bucket="images")
    config = {"S3Bucket": "images", "S3KeyPrefix": "a&Action=DetectLabels&b="}

    session_id = create_with_images(OutputConfig=config)

    assert face_liveness.session(session_id).request["Settings"]["OutputConfig"] == config


def test_a_repeated_poll_of_created_is_not_a_new_session(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created(), Succeeded(confidence=97.3))
    session_id = create()

    assert {poll(session_id)["SessionId"] for _ in range(3)} == {session_id}


def test_members_that_aws_ignores_are_a_note_in_the_log(face_liveness: FaceLiveness) -> None:
    client("s3").create_bucket(Bucket="images")
    face_liveness.set_default(InProgress())
    config = {"S3Bucket": "images", "S3Prefix": "audit/"}
    session_id = post(
        "CreateFaceLivenessSession", {"Settings": {"OutputConfig": config}, "Tags": [], "ClientRequestToken": "a"}
    ).json()["SessionId"]
    post("GetFaceLivenessSessionResults", {"SessionId": session_id, "x" * 300: 1})

    created, polled = face_liveness.calls
    assert created.note == "set_default, AWS ignores Settings.OutputConfig.S3Prefix, Tags"
    assert polled.note == f"AWS ignores {'x' * 200}... (300 characters)"
    assert call_log(face_liveness).splitlines()[0] == (
        f"CreateFaceLivenessSession in us-east-1 -> session {session_id} (set_default, AWS ignores "
        "Settings.OutputConfig.S3Prefix, Tags)"
    )


@needs_challenges
def test_members_inside_of_lists_are_ignored_too(face_liveness: FaceLiveness) -> None:
    preferences = [{"Type": MOVEMENT, "Version": "1.0.0"}]
    post("CreateFaceLivenessSession", {"Settings": {"ChallengePreferences": preferences}})

    assert face_liveness.calls[0].note == "no seed, AWS ignores Settings.ChallengePreferences.1.Version"


def test_a_server_says_once_that_its_botocore_is_too_old_for_preferences(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(challenge_preferences, "_TOLD", [])
    monkeypatch.setattr(challenge_preferences.validation, "ignored", lambda *_: [PREFERENCES])
    for _ in range(2):
        post("CreateFaceLivenessSession", {"Settings": {"ChallengePreferences": [{"Type": MOVEMENT}]}})

    told = [record.getMessage() for record in caplog.records if record.name == "moto_liveness"]
    sentence = (
        f"botocore {botocore.__version__} does not know ChallengePreferences, so this server ignores those that "
        "clients send: install botocore 1.38.32 or later"
    )
    assert told == [sentence] * (aws.ENDPOINT is not None)
    assert [call.note for call in face_liveness.calls] == ["no seed"] * 2
