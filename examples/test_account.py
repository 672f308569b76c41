"""How moto-liveness tests that a face has one account: a collection knows whose faces it has."""

import account
import pytest
from account import COLLECTION, FaceIsLeftError, SignUp, accounts, delete_account, log_in, rekognition, sign_up, start
from botocore.exceptions import ClientError

from moto_liveness import FaceLiveness, Failed, Step, Succeeded, photo


@pytest.fixture(autouse=True)
def collection(face_liveness: FaceLiveness) -> None:  # noqa: ARG001  # the mock must run
    accounts.clear()
    rekognition.create_collection(CollectionId=COLLECTION)


def live(*people: str, confidence: float = 97.3, likeness: float = 99.9) -> Step:
    """Return the check of the people in front of the camera."""
    return Succeeded(confidence, reference_image=photo(*people, likeness=likeness))


@pytest.mark.parametrize("confidence", [97.3, 90.0])
def test_who_has_no_account_gets_one(face_liveness: FaceLiveness, confidence: float) -> None:
    face_liveness.queue(live("alice", confidence=confidence))

    assert sign_up("alice@example.com", start()) is SignUp.WELCOME
    assert face_liveness.people_in(COLLECTION) == ["alice"]


def test_who_has_an_account_gets_no_second_one(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(live("alice"))
    face_liveness.queue(live("alice", likeness=98.0))
    sign_up("alice@example.com", start())

    assert sign_up("somebody.else@example.com", start()) is SignUp.KNOWN
    assert face_liveness.people_in(COLLECTION) == ["alice"]


@pytest.mark.parametrize(("likeness", "expected"), [(95.0, SignUp.KNOWN), (94.9, SignUp.WELCOME)])
def test_faces_must_be_similar_enough(face_liveness: FaceLiveness, likeness: float, expected: SignUp) -> None:
    face_liveness.queue(live("alice"))
    face_liveness.queue(live("alice", likeness=likeness))
    sign_up("alice@example.com", start())

    assert sign_up("her.twin@example.com", start()) is expected


@pytest.mark.parametrize("step", [live("alice", confidence=89.9), Failed()], ids=repr)
def test_nobody_in_front_of_the_camera_is_never_looked_for(face_liveness: FaceLiveness, step: Step) -> None:
    face_liveness.queue(step)

    assert sign_up("alice@example.com", start()) is SignUp.NOT_LIVE
    assert [call.operation for call in face_liveness.calls] == [
        "CreateCollection",
        "CreateFaceLivenessSession",
        "GetFaceLivenessSessionResults",
    ]


@pytest.mark.parametrize(
    ("people", "expected"), [((), SignUp.NO_FACE), (("alice", "bob"), SignUp.NOT_ALONE)], ids=["nobody", "two people"]
)
def test_one_person_signs_up(face_liveness: FaceLiveness, people: tuple[str, ...], expected: SignUp) -> None:
    face_liveness.queue(live(*people))

    assert sign_up("alice@example.com", start()) is expected
    assert face_liveness.people_in(COLLECTION) == []


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("SearchFacesByImage", "ProvisionedThroughputExceededException"),
        ("SearchFacesByImage", "ResourceNotFoundException"),
        ("IndexFaces", "ServiceQuotaExceededException"),
    ],
)
def test_nobody_signs_up_while_aws_fails(face_liveness: FaceLiveness, operation: str, code: str) -> None:
    face_liveness.queue(live("alice"))
    face_liveness.queue_error(code, operation=operation)

    with pytest.raises(ClientError, match=code):
        sign_up("alice@example.com", start())
    assert accounts == {}


@pytest.mark.parametrize(
    "users", [("ann+lee@example.com", "ann_lee@example.com"), ("ann@example.com", "ann@example.org")], ids=" ".join
)
def test_users_of_similar_names_are_told_apart(face_liveness: FaceLiveness, users: tuple[str, str]) -> None:
    for person in ("ann", "anne", "ann", "anne"):
        face_liveness.queue(live(person))
    for user in users:
        sign_up(user, start())

    assert (log_in(start()), log_in(start())) == users


def test_a_stranger_does_not_log_in(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(live("alice"))
    face_liveness.queue(live("mallory"))
    sign_up("alice@example.com", start())

    assert log_in(start()) is None


def test_a_photo_in_front_of_the_camera_does_not_log_in(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(live("alice"))
    face_liveness.queue(live("alice", confidence=3.1))
    sign_up("alice@example.com", start())

    assert log_in(start()) is None


def test_the_face_goes_with_the_account(face_liveness: FaceLiveness) -> None:
    for person in ("alice", "bob"):
        face_liveness.queue(live(person))
        sign_up(f"{person}@example.com", start())

    delete_account("alice@example.com")

    assert face_liveness.people_in(COLLECTION) == ["bob"]
    assert [left.user for left in accounts.values()] == ["bob@example.com"]


def test_an_account_stays_while_its_face_cannot_be_deleted(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(live("alice"))
    sign_up("alice@example.com", start())
    (stored,) = accounts.values()
    stored.face_id = "00000000-1111-2222-3333-444444444444"  # of a collection that was made anew

    with pytest.raises(FaceIsLeftError):
        delete_account("alice@example.com")
    assert list(accounts.values()) == [stored]


def test_an_account_stays_while_aws_fails(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(live("alice"))
    sign_up("alice@example.com", start())
    face_liveness.queue_error("ProvisionedThroughputExceededException", operation="DeleteFaces")

    with pytest.raises(ClientError, match="ProvisionedThroughputExceededException"):
        delete_account("alice@example.com")
    assert len(accounts) == 1


def test_faces_of_no_account_are_found_on_every_page(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "PAGE", 1)
    for person in ("alice", "bob", "carol"):
        face_liveness.queue(live(person))
        sign_up(f"{person}@example.com", start())
    left = [accounts.pop(account.known_as(f"{person}@example.com")).face_id for person in ("alice", "carol")]

    assert account.faces_without_account() == left
