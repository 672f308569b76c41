"""What AWS does not say, and what we chose: each line of docs/what-aws-does-not-say.md has its test."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from time_machine import travel

from moto_liveness import (
    ApiError,
    Created,
    Expired,
    FaceLiveness,
    FaceLivenessRegionWarning,
    Failed,
    Image,
    InProgress,
    Succeeded,
)
from moto_liveness.core.feedback import FEEDBACK_MESSAGES
from tests import aws
from tests.aws import JPEG, NOON, client, create, create_with_images, get, needs_challenges, poll, post, status


def stored_keys() -> list[str]:
    return [item["Key"] for item in client("s3").list_objects_v2(Bucket="images")["Contents"]]


def test_choice_after_three_minutes_get_answers_status_expired(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        session_id = create()
        clock.shift(180)

        assert get(session_id) == {"SessionId": session_id, "Status": "EXPIRED"}


def test_choice_after_three_minutes_session_not_found_can_be_picked(face_liveness: FaceLiveness) -> None:
    face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))
    with travel(NOON, tick=False) as clock:
        session_id = create()
        clock.shift(180)

        with pytest.raises(client().exceptions.SessionNotFoundException):
            poll(session_id)


def test_choice_created_carries_no_other_members(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created())

    assert set(get(create())) == {"SessionId", "Status"}


@pytest.mark.parametrize(
    ("step", "members"),
    [
        (InProgress(), {"SessionId", "Status", "Challenge"}),
        (Failed(), {"SessionId", "Status", "Challenge"}),
        (Expired(), {"SessionId", "Status"}),
    ],
    ids=lambda value: getattr(value, "status", ""),
)
def test_choice_members_of_the_other_statuses_without_a_result(
    face_liveness: FaceLiveness, step: Failed, members: set[str]
) -> None:
    face_liveness.queue(step)

    assert set(get(create())) == members


def test_choice_failed_carries_a_confidence_only_if_it_is_seeded(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Failed(confidence=99.0))

    assert poll(create())["Confidence"] == 99.0


def test_choice_a_repeated_token_returns_its_session_whatever_the_other_parameters(face_liveness: FaceLiveness) -> None:
    first = create(ClientRequestToken="a", Settings={"AuditImagesLimit": 1})

    assert create(ClientRequestToken="a", Settings={"AuditImagesLimit": 4}) == first


def test_choice_a_token_dies_with_its_session_after_three_minutes(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        first = create(ClientRequestToken="a")
        clock.shift(179.9)
        second = create(ClientRequestToken="a")
        clock.shift(0.1)
        third = create(ClientRequestToken="a")

    assert first == second != third


@needs_challenges
def test_choice_the_newest_version_of_the_first_preference_that_can_be_met(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress())
    versions = {"Minimum": "1.0.0", "Maximum": "2.0.0"}
    preferences = [{"Type": "FaceMovementAndLightChallenge", "Versions": versions}, {"Type": "FaceMovementChallenge"}]

    challenge = get(create(Settings={"ChallengePreferences": preferences}))["Challenge"]

    assert challenge == {"Type": "FaceMovementAndLightChallenge", "Version": "2.0.0"}


@needs_challenges
def test_choice_preferences_that_cannot_be_met_are_an_invalid_parameter_at_create(face_liveness: FaceLiveness) -> None:
    preference = {"Type": "FaceMovementChallenge", "Versions": {"Minimum": "9.0.0"}}

    with pytest.raises(client().exceptions.InvalidParameterException):
        create(Settings={"ChallengePreferences": [preference]})


def test_choice_a_bad_bucket_is_an_invalid_parameter_at_create(face_liveness: FaceLiveness) -> None:
    with pytest.raises(client().exceptions.InvalidParameterException):
        create_with_images(OutputConfig={"S3Bucket": "nowhere"})


def test_choice_a_bucket_in_another_region_is_an_invalid_parameter_at_create(face_liveness: FaceLiveness) -> None:
    client("s3").create_bucket(Bucket="images")
    settings = {"OutputConfig": {"S3Bucket": "images"}}
    elsewhere = client(region_name="us-west-2")

    with pytest.raises(elsewhere.exceptions.InvalidParameterException):
        elsewhere.create_face_liveness_session(Settings=settings)


def test_the_check_of_a_bucket_can_be_left_to_the_stream(face_liveness: FaceLiveness) -> None:
    face_liveness.set_output_check("stream")
    face_liveness.queue(Succeeded(confidence=97.3))
    session_id = create_with_images(OutputConfig={"S3Bucket": "nowhere"})

    with pytest.raises(client().exceptions.InvalidParameterException):
        poll(session_id)


@pytest.mark.parametrize("limit", [-1, 5])
def test_choice_an_audit_images_limit_out_of_range_is_accepted(face_liveness: FaceLiveness, limit: int) -> None:
    session_id = post("CreateFaceLivenessSession", {"Settings": {"AuditImagesLimit": limit}}).json()["SessionId"]

    assert face_liveness.session(session_id).audit_images_limit == min(max(limit, 0), 4)


def test_choice_a_disabled_kms_key_is_an_invalid_parameter_at_create(face_liveness: FaceLiveness) -> None:
    key_id = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("kms").disable_key(KeyId=key_id)

    with pytest.raises(client().exceptions.InvalidParameterException):
        create(KmsKeyId=key_id)


def test_choice_a_kms_key_that_moto_does_not_know_is_accepted(face_liveness: FaceLiveness) -> None:
    assert create(KmsKeyId="alias/nowhere")


def test_choice_a_region_without_face_liveness_answers_with_a_warning(face_liveness: FaceLiveness) -> None:
    if aws.ENDPOINT is None:
        with pytest.warns(FaceLivenessRegionWarning):
            client(region_name="eu-central-1").create_face_liveness_session()
    else:
        client(region_name="eu-central-1").create_face_liveness_session()

    assert [session.region_name for session in face_liveness.sessions] == ["eu-central-1"]


def test_choice_the_texts_of_the_common_errors(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("ExpiredTokenException")

    with pytest.raises(ClientError) as error:
        poll(create())

    assert error.value.response["Error"]["Message"] == "The security token included in the request is expired"


def test_choice_bytes_are_answered_as_they_are(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=97.3, reference_image=b"face"))

    assert poll(create())["ReferenceImage"]["Bytes"] == b"face"


@pytest.mark.parametrize("prefix", ["audit/", "audit"])
def test_choice_a_prefix_that_ends_in_a_slash_gets_no_second_one(face_liveness: FaceLiveness, prefix: str) -> None:
    client("s3").create_bucket(Bucket="images")
    face_liveness.queue(Succeeded(confidence=97.3))

    session_id = create(Settings={"OutputConfig": {"S3Bucket": "images", "S3KeyPrefix": prefix}})

    assert stored_keys() == [f"audit/{session_id}/reference.jpg"]


def test_choice_create_takes_a_prefix_with_a_slash_and_writes_nothing(face_liveness: FaceLiveness) -> None:
    client("s3").create_bucket(Bucket="images")
    face_liveness.queue(Created())

    create(Settings={"OutputConfig": {"S3Bucket": "images", "S3KeyPrefix": "audit/"}})

    assert client("s3").list_objects_v2(Bucket="images")["KeyCount"] == 0


def test_choice_audit_images_are_named_audit_0_jpg_and_on(face_liveness: FaceLiveness) -> None:
    client("s3").create_bucket(Bucket="images")
    face_liveness.queue(Succeeded(confidence=97.3, reference_image=None))

    session_id = create_with_images(2, OutputConfig={"S3Bucket": "images"})

    assert stored_keys() == [f"{session_id}/audit-0.jpg", f"{session_id}/audit-1.jpg"]


def test_choice_images_in_s3_are_image_jpeg(face_liveness: FaceLiveness) -> None:
    client("s3").create_bucket(Bucket="images")
    face_liveness.queue(Succeeded(confidence=97.3))
    session_id = create(Settings={"OutputConfig": {"S3Bucket": "images"}})

    stored = client("s3").head_object(Bucket="images", Key=f"{session_id}/reference.jpg")

    assert stored["ContentType"] == "image/jpeg"


def test_choice_images_that_cannot_be_stored_any_more_are_an_invalid_parameter_at_the_poll(
    face_liveness: FaceLiveness,
) -> None:
    client("s3").create_bucket(Bucket="images")
    face_liveness.queue(Created(), Succeeded(confidence=97.3))
    session_id = create(Settings={"OutputConfig": {"S3Bucket": "images"}})
    status(session_id)
    client("s3").delete_bucket(Bucket="images")

    with pytest.raises(client().exceptions.InvalidParameterException):
        poll(session_id)

    assert face_liveness.session(session_id).poll_count == 1


def test_choice_the_text_of_session_not_found(face_liveness: FaceLiveness) -> None:
    with pytest.raises(ClientError) as error:
        poll("11111111-2222-3333-4444-555555555555")

    assert error.value.response["Error"] == {"Code": "SessionNotFoundException", "Message": "Session not found"}


def test_choice_a_session_of_another_region_is_not_found(face_liveness: FaceLiveness) -> None:
    session_id = create()

    with pytest.raises(client(region_name="us-west-2").exceptions.SessionNotFoundException):
        poll(session_id, region_name="us-west-2")


def test_choice_a_malformed_session_id_is_a_validation_exception(face_liveness: FaceLiveness) -> None:
    answer = post("GetFaceLivenessSessionResults", {"SessionId": "a-text-of-36-letters-that-is-no-uuid"}).json()

    assert answer == {
        "__type": "ValidationException",
        "message": "1 validation error detected: Value 'a-text-of-36-letters-that-is-no-uuid' at 'sessionId' failed to "
        "satisfy constraint: Member must satisfy regular expression pattern: "
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    }


def test_choice_the_headers_of_an_error(face_liveness: FaceLiveness) -> None:
    headers = post("GetFaceLivenessSessionResults", {"SessionId": "11111111-2222-3333-4444-555555555555"}).headers

    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert headers["x-amzn-requestid"]
    assert "x-amzn-errortype" not in headers


def test_choice_the_texts_of_feedback(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=12.0, feedback=list(FEEDBACK_MESSAGES)))

    feedback = get(create())["Feedback"]

    assert {item["Code"]: item["Message"] for item in feedback} == FEEDBACK_MESSAGES


def test_choice_the_text_of_a_serialization_exception(face_liveness: FaceLiveness) -> None:
    answer = post("GetFaceLivenessSessionResults", {"SessionId": 5}).json()

    assert answer == {
        "__type": "SerializationException",
        "Message": "NUMBER_VALUE can not be converted to string at 'sessionId'",
    }


def test_choice_an_image_without_a_box_has_the_face_in_the_middle(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=97.3, reference_image=Image(JPEG)))

    box = poll(create())["ReferenceImage"]["BoundingBox"]

    assert (box["Left"] + box["Width"] / 2, box["Top"] + box["Height"] / 2) == pytest.approx((0.5, 0.5))


def test_choice_a_session_that_was_added_returns_all_its_audit_images(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(Succeeded(confidence=97.3, audit_images=[JPEG, JPEG, JPEG]))

    assert len(poll(session.id)["AuditImages"]) == 3


def test_choice_a_request_is_checked_before_a_queued_error_is_raised(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue_error("ThrottlingException", optional=True)

    answer = post("GetFaceLivenessSessionResults", {"SessionId": "x"}).json()

    assert (answer["__type"], seed.used) == ("ValidationException", False)


def test_choice_a_denied_user_without_iam_identity_is_moto_s_user(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("AccessDeniedException", operation="CreateFaceLivenessSession")

    with pytest.raises(ClientError) as error:
        create()

    assert error.value.response["Error"]["Message"] == (
        "User: arn:aws:sts::123456789012:user/moto is not authorized to perform: rekognition:CreateFaceLivenessSession "
        "because no identity-based policy allows the rekognition:CreateFaceLivenessSession action"
    )


@mock_aws
def test_choice_a_session_that_nobody_seeded_is_created_until_it_expires() -> None:
    with travel(NOON, tick=False) as clock:
        session_id = create()
        seen = [status(session_id), status(session_id)]
        clock.shift(180)

        assert [*seen, status(session_id)] == ["CREATED", "CREATED", "EXPIRED"]
