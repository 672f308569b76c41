"""How moto-liveness tests a document check, with pictures that say who is in them."""

import pytest
from document import BUCKET, SignUp, s3, sign_up, start, upload_document

from moto_liveness import FaceLiveness, Failed, Step, Succeeded, photo


@pytest.fixture(autouse=True)
def bucket(face_liveness: FaceLiveness) -> None:  # noqa: ARG001  # the mock must run
    s3.create_bucket(Bucket=BUCKET)
    # Somebody else is a user too, so that a wrong key finds a document as well.
    upload_document("mallory", photo("mallory"))


def live(name: str, confidence: float = 97.3, likeness: float = 99.9) -> Step:
    """Return the check of a person in front of the camera."""
    return Succeeded(confidence, reference_image=photo(name, likeness=likeness))


def test_the_holder_of_the_document_is_welcome(face_liveness: FaceLiveness) -> None:
    upload_document("alice", photo("alice"))
    face_liveness.queue(live("alice"))

    assert sign_up("alice", start()) is SignUp.WELCOME


def test_somebody_elses_document_is_refused(face_liveness: FaceLiveness) -> None:
    upload_document("alice", photo("alice"))
    face_liveness.queue(live("mallory"))

    assert sign_up("alice", start()) is SignUp.NOT_THE_HOLDER


@pytest.mark.parametrize(
    ("likeness", "expected"), [(95.0, SignUp.WELCOME), (94.9, SignUp.NOT_THE_HOLDER), (50.0, SignUp.NOT_THE_HOLDER)]
)
def test_a_bad_picture_must_be_similar_enough(face_liveness: FaceLiveness, likeness: float, expected: SignUp) -> None:
    upload_document("alice", photo("alice", likeness=likeness))
    face_liveness.queue(live("alice"))

    assert sign_up("alice", start()) is expected


@pytest.mark.parametrize("step", [live("alice", confidence=3.1), live("alice", confidence=89.9), Failed()], ids=repr)
def test_nobody_in_front_of_the_camera_is_never_compared(face_liveness: FaceLiveness, step: Step) -> None:
    upload_document("alice", photo("alice"))
    face_liveness.queue(step)

    assert sign_up("alice", start()) is SignUp.NOT_LIVE
    assert [call.operation for call in face_liveness.calls] == [
        "CreateFaceLivenessSession",
        "GetFaceLivenessSessionResults",
    ]


@pytest.mark.parametrize("document", [photo(), photo("alice", "bob")], ids=["nobody", "two people"])
def test_a_document_has_one_face(face_liveness: FaceLiveness, document: bytes) -> None:
    upload_document("alice", document)
    face_liveness.queue(live("alice"))

    assert sign_up("alice", start()) is SignUp.UNREADABLE


def test_the_person_is_compared_with_the_document(face_liveness: FaceLiveness) -> None:
    upload_document("alice", photo("alice"))
    face_liveness.queue(live("alice"))
    sign_up("alice", start())

    compared = face_liveness.calls[-1]
    assert (compared.operation, compared.people) == ("CompareFaces", (("alice",), ("alice",)))
