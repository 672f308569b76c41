"""What Get returns in each status: the table of members, and the values in them."""

from __future__ import annotations

import base64

import pytest
from moto import mock_aws

from moto_liveness import (
    BoundingBox,
    Challenge,
    Created,
    Expired,
    FaceLiveness,
    Failed,
    Image,
    InProgress,
    Succeeded,
)
from tests.aws import JPEG, client, create, create_with_images, get, poll, status


@pytest.mark.parametrize(
    ("step", "members"),
    [
        (Created(), {"SessionId", "Status"}),
        (InProgress(), {"SessionId", "Status", "Challenge"}),
        (
            Succeeded(confidence=97.3),
            {"SessionId", "Status", "Confidence", "ReferenceImage", "AuditImages", "Challenge", "Feedback"},
        ),
        (Failed(), {"SessionId", "Status", "Challenge"}),
        (Expired(), {"SessionId", "Status"}),
    ],
    ids=lambda value: getattr(value, "status", ""),
)
def test_each_status_has_its_members_and_no_other(
    face_liveness: FaceLiveness, step: Succeeded, members: set[str]
) -> None:
    face_liveness.queue(step)
    session_id = create()

    results = get(session_id)

    assert set(results) == members
    assert (results["SessionId"], results["Status"]) == (session_id, step.status)


def test_succeeded_with_everything_has_every_member(face_liveness: FaceLiveness) -> None:
    box = BoundingBox(left=0.25, top=-0.1, width=0.5, height=1.2)
    face_liveness.queue(
        Succeeded(
            confidence=99.91615295410156,
            reference_image=Image(JPEG, box),
            audit_images=[JPEG + b" 0", Image(JPEG + b" 1", box)],
            challenge=Challenge("FaceMovementChallenge", "1.0.0"),
            feedback=["LOW_LIGHTING_DETECTED", ("EYES_CLOSED_DETECTED", "Open your eyes.")],
            sdk_type="web",
        )
    )
    session_id = create_with_images(4)

    results = get(session_id)

    assert results["Confidence"] == 99.91615295410156
    assert results["ReferenceImage"] == {
        "Bytes": base64.b64encode(JPEG).decode(),
        "BoundingBox": {"Left": 0.25, "Top": -0.1, "Width": 0.5, "Height": 1.2},
    }
    assert [base64.b64decode(image["Bytes"]) for image in results["AuditImages"]] == [JPEG + b" 0", JPEG + b" 1"]
    assert results["Challenge"] == {"Type": "FaceMovementChallenge", "Version": "1.0.0"}
    assert results["Feedback"] == [
        {"Code": "LOW_LIGHTING_DETECTED", "Message": "The lighting was too dark. Move to a brighter place."},
        {"Code": "EYES_CLOSED_DETECTED", "Message": "Open your eyes."},
    ]
    assert results["Metadata"] == {"SDKType": "web"}


@pytest.mark.filterwarnings("ignore::moto_liveness.RatioWarning")
@pytest.mark.parametrize("confidence", [0, 0.0, 1e-30, 0.97, 12, 50.0, 99.91615295410156, 100])
def test_the_confidence_is_answered_as_it_was_given(face_liveness: FaceLiveness, confidence: float) -> None:
    face_liveness.queue(Succeeded(confidence))

    assert poll(create())["Confidence"] == confidence


def test_succeeded_without_a_reference_image_has_no_such_member(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=97.3, reference_image=None, audit_images=None))

    results = poll(create_with_images(4))

    assert "ReferenceImage" not in results
    assert results["AuditImages"] == []


def test_audit_images_are_an_empty_list_unless_the_request_wants_some(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=97.3))

    assert poll(create())["AuditImages"] == []


@pytest.mark.parametrize(("asked", "returned"), [(0, 0), (1, 1), (4, 4)])
def test_as_many_audit_images_are_returned_as_were_asked_for(
    face_liveness: FaceLiveness, asked: int, returned: int
) -> None:
    face_liveness.queue(Succeeded(confidence=97.3))

    assert len(poll(create_with_images(asked))["AuditImages"]) == returned


def test_the_default_images_are_all_different(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(confidence=97.3))

    results = poll(create_with_images(4))

    images = {image["Bytes"] for image in [results["ReferenceImage"], *results["AuditImages"]]}
    assert len(images) == 5


def test_failed_can_carry_what_succeeded_carries(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Failed(confidence=99.0, reference_image=JPEG, audit_images=[JPEG], sdk_type="android"))

    results = get(create_with_images(4))

    assert set(results) == {
        *("SessionId", "Status", "Confidence", "ReferenceImage", "AuditImages", "Challenge", "Metadata"),
    }
    assert (results["Status"], results["Confidence"]) == ("FAILED", 99.0)


def test_the_challenge_in_progress_is_the_one_of_the_result(face_liveness: FaceLiveness) -> None:
    challenge = Challenge("FaceMovementChallenge", "1.0.0")
    face_liveness.queue(InProgress(), Succeeded(confidence=97.3, challenge=challenge))
    session_id = create()

    answers = [get(session_id)["Challenge"] for _ in range(2)]

    assert answers == [{"Type": "FaceMovementChallenge", "Version": "1.0.0"}] * 2


@mock_aws
def test_without_a_block_a_session_without_a_seed_is_created() -> None:
    session_id = create()

    assert [status(session_id) for _ in range(3)] == ["CREATED"] * 3


def test_an_answer_has_the_headers_of_aws(face_liveness: FaceLiveness) -> None:
    response = client().create_face_liveness_session()["ResponseMetadata"]

    assert response["HTTPStatusCode"] == 200
    assert response["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"
    assert response["HTTPHeaders"]["x-amzn-requestid"] == response["RequestId"]
