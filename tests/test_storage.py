"""OutputConfig and KmsKeyId: the images in moto's S3."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.s3.models import S3Backend

from moto_liveness import Created, Expired, FaceLiveness, Failed, InProgress, Succeeded
from moto_liveness.control.local import LocalStore
from moto_liveness.core.commands import Rollback
from moto_liveness.core.script import NUMBERS
from tests.aws import JPEG, client, create, create_with_images, get, poll, status
from tests.waiting import PATIENCE

ALIVE = Succeeded(confidence=97.3, reference_image=JPEG, audit_images=[JPEG + b"0", JPEG + b"1"])


@pytest.fixture(autouse=True)
def bucket(face_liveness: FaceLiveness) -> str:
    client("s3").create_bucket(Bucket="images")
    return "images"


def keys() -> list[str]:
    return [item["Key"] for item in client("s3").list_objects_v2(Bucket="images").get("Contents", [])]


def stored(key: str) -> dict[str, Any]:
    answer: dict[str, Any] = client("s3").get_object(Bucket="images", Key=key)
    return answer


def create_for_s3(limit: int = 4, **params: Any) -> str:
    return create(Settings={"AuditImagesLimit": limit, "OutputConfig": {"S3Bucket": "images"}}, **params)


def test_images_are_in_s3_and_not_in_the_answer(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create_for_s3()

    results = get(session_id)

    images = [results["ReferenceImage"], *results["AuditImages"]]
    assert [image["S3Object"] for image in images] == [
        {"Bucket": "images", "Name": f"{session_id}/{name}.jpg"} for name in ("reference", "audit-0", "audit-1")
    ]
    assert [set(image) for image in images] == [{"S3Object", "BoundingBox"}] * 3
    assert [stored(image["S3Object"]["Name"])["Body"].read() for image in images] == [JPEG, JPEG + b"0", JPEG + b"1"]


def test_a_prefix_is_followed_by_a_slash(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)

    session_id = create(Settings={"OutputConfig": {"S3Bucket": "images", "S3KeyPrefix": "audit"}})

    assert keys() == [f"audit/{session_id}/reference.jpg"]


def test_only_as_many_audit_images_are_stored_as_were_asked_for(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)

    session_id = create_for_s3(limit=1)

    assert keys() == [f"{session_id}/audit-0.jpg", f"{session_id}/reference.jpg"]


def test_images_are_stored_at_create_if_the_session_is_finished_then(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)

    create_for_s3()

    assert len(keys()) == 3


def test_images_are_stored_at_the_poll_that_finds_the_session_finished(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created(), InProgress(), ALIVE)
    session_id = create_for_s3()

    counts = []
    for _ in range(3):
        status(session_id)
        counts.append(len(keys()))

    assert counts == [0, 0, 3]


def test_images_are_stored_when_the_outcome_is_set(face_liveness: FaceLiveness) -> None:
    session_id = create_for_s3()

    face_liveness.session(session_id).set_outcome(ALIVE)

    assert len(keys()) == 3


def test_images_are_stored_once(face_liveness: FaceLiveness) -> None:
    client("s3").put_bucket_versioning(Bucket="images", VersioningConfiguration={"Status": "Enabled"})
    face_liveness.queue(ALIVE)
    session_id = create_for_s3(limit=0)

    answers = [get(session_id) for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert len(client("s3").list_object_versions(Bucket="images")["Versions"]) == 1


def test_another_outcome_stores_its_own_images(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create_for_s3(limit=0)

    face_liveness.session(session_id).set_outcome(Succeeded(confidence=50.0, reference_image=JPEG + b" another"))

    name = get(session_id)["ReferenceImage"]["S3Object"]["Name"]
    assert stored(name)["Body"].read() == JPEG + b" another"


@pytest.mark.parametrize("step", [Failed(), Expired(), InProgress()], ids=lambda step: step.status)
def test_an_outcome_without_images_stores_nothing(face_liveness: FaceLiveness, step: Failed) -> None:
    face_liveness.queue(step)

    status(create_for_s3())

    assert keys() == []


def test_a_failed_session_with_images_stores_them_too(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Failed(reference_image=JPEG))

    results = get(create_for_s3())

    assert results["ReferenceImage"]["S3Object"]["Name"] in keys()


def test_the_version_is_answered_in_a_versioned_bucket_only(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    face_liveness.queue(ALIVE)
    plain = get(create_for_s3(limit=0))["ReferenceImage"]["S3Object"]
    client("s3").put_bucket_versioning(Bucket="images", VersioningConfiguration={"Status": "Enabled"})

    versioned = get(create_for_s3(limit=0))["ReferenceImage"]["S3Object"]

    assert "Version" not in plain
    assert versioned["Version"] == client("s3").head_object(Bucket="images", Key=versioned["Name"])["VersionId"]


@pytest.mark.parametrize("spelling", ["id", "arn", "alias", "alias arn"])
def test_images_are_encrypted_with_the_kms_key(face_liveness: FaceLiveness, spelling: str) -> None:
    key = client("kms").create_key()["KeyMetadata"]
    client("kms").create_alias(AliasName="alias/faces", TargetKeyId=key["KeyId"])
    alias_arn = key["Arn"].rpartition(":key/")[0] + ":alias/faces"
    spellings = {"id": key["KeyId"], "arn": key["Arn"], "alias": "alias/faces", "alias arn": alias_arn}
    face_liveness.queue(ALIVE)

    session_id = create_for_s3(KmsKeyId=spellings[spelling])

    answer = stored(f"{session_id}/reference.jpg")
    assert (answer["ServerSideEncryption"], answer["SSEKMSKeyId"]) == ("aws:kms", key["Arn"])


def test_a_kms_key_without_an_output_config_changes_nothing(face_liveness: FaceLiveness) -> None:
    key_id = client("kms").create_key()["KeyMetadata"]["KeyId"]
    face_liveness.queue(ALIVE)

    assert poll(create(KmsKeyId=key_id))["ReferenceImage"]["Bytes"] == JPEG


def refused(**params: Any) -> str:
    with pytest.raises(ClientError) as error:
        create(**params)
    assert error.value.response["Error"]["Code"] == "InvalidParameterException"
    return str(error.value.response["Error"]["Message"])


def test_a_bucket_that_does_not_exist_is_refused_at_create(face_liveness: FaceLiveness) -> None:
    assert refused(Settings={"OutputConfig": {"S3Bucket": "nowhere"}}) == (
        "Request has invalid parameters: S3 bucket 'nowhere' does not exist in account 123456789012."
    )


def test_a_bucket_of_another_account_is_refused_at_create(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "111122223333")

    assert refused(Settings={"OutputConfig": {"S3Bucket": "images"}}) == (
        "Request has invalid parameters: S3 bucket 'images' does not exist in account 111122223333."
    )


def test_a_bucket_of_another_region_is_refused_at_create(face_liveness: FaceLiveness) -> None:
    europe = {"LocationConstraint": "eu-west-1"}
    client("s3").create_bucket(Bucket="european-images", CreateBucketConfiguration=europe)

    assert refused(Settings={"OutputConfig": {"S3Bucket": "european-images"}}) == (
        "Request has invalid parameters: S3 bucket 'european-images' is in eu-west-1, but must be in the region of the "
        "session, us-east-1."
    )


@pytest.mark.parametrize("key_id", ["alias/nowhere", "arn:aws:kms:us-east-1:123456789012:key/fixed"])
def test_a_key_that_moto_does_not_know_is_accepted(face_liveness: FaceLiveness, key_id: str) -> None:
    face_liveness.queue(ALIVE)

    session_id = create_for_s3(KmsKeyId=key_id)

    assert stored(f"{session_id}/reference.jpg")["SSEKMSKeyId"] == key_id


def test_a_key_that_is_pending_deletion_is_refused_at_create(face_liveness: FaceLiveness) -> None:
    key_id = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("kms").schedule_key_deletion(KeyId=key_id)

    assert refused(KmsKeyId=key_id) == (
        f"Request has invalid parameters: KMS key '{key_id}' is PendingDeletion, but must be Enabled."
    )


def test_a_disabled_key_is_refused_at_create(face_liveness: FaceLiveness) -> None:
    key_id = client("kms").create_key()["KeyMetadata"]["KeyId"]
    client("kms").disable_key(KeyId=key_id)

    assert refused(KmsKeyId=key_id) == (
        f"Request has invalid parameters: KMS key '{key_id}' is Disabled, but must be Enabled."
    )


def test_a_refused_request_creates_no_session_and_takes_no_seed(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(ALIVE)

    refused(Settings={"OutputConfig": {"S3Bucket": "nowhere"}})

    assert (face_liveness.sessions, seed.used) == ([], False)
    assert poll(create_with_images(0))["Confidence"] == 97.3


def test_an_outcome_that_cannot_be_stored_is_refused_and_changes_nothing(face_liveness: FaceLiveness) -> None:
    face_liveness.set_default(Created())
    session = face_liveness.session(create_for_s3())
    client("s3").delete_bucket(Bucket="images")

    with pytest.raises(ValueError, match=r"^Request has invalid parameters: S3 bucket 'images' does not exist in"):
        session.set_outcome(ALIVE)

    assert status(session.id) == "CREATED"


def test_an_outcome_without_images_needs_no_bucket(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Created(), Failed())
    session_id = create_for_s3()
    status(session_id)
    client("s3").delete_bucket(Bucket="images")

    assert status(session_id) == "FAILED"


@pytest.mark.in_process
def test_a_write_that_fails_midway_leaves_no_object_and_is_logged(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    face_liveness.queue(Created(), ALIVE)
    session_id = create_for_s3()
    status(session_id)
    put, written = S3Backend.put_object, []

    def fail_at_the_second(self: S3Backend, *args: Any, **kwargs: Any) -> Any:
        written.append(kwargs["key_name"])
        return put(self, *args, **kwargs) if len(written) == 1 else 1 / 0

    with monkeypatch.context() as patch:
        patch.setattr(S3Backend, "put_object", fail_at_the_second)
        with pytest.raises(ZeroDivisionError):
            poll(session_id)

    assert (len(written), keys()) == (2, [])
    assert [call.error for call in face_liveness.calls] == [None, None, "ZeroDivisionError"]
    assert (face_liveness.session(session_id).poll_count, status(session_id)) == (1, "SUCCEEDED")


@pytest.mark.in_process
@pytest.mark.parametrize("first", [(), (Created(),)], ids=["at create", "at a poll"])
def test_a_subscriber_of_the_bucket_may_poll_while_the_images_are_written(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch, first: tuple[Created, ...]
) -> None:
    put, seen = S3Backend.put_object, []

    def notify(self: S3Backend, *args: Any, **kwargs: Any) -> Any:
        key = put(self, *args, **kwargs)
        session_id = kwargs["key_name"].partition("/")[0]
        thread = threading.Thread(target=lambda: seen.append(status(session_id)))
        thread.start()
        thread.join(PATIENCE)
        seen.append(status(session_id))
        return key

    monkeypatch.setattr(S3Backend, "put_object", notify)
    face_liveness.queue(*first, ALIVE)
    session_id = create_for_s3(limit=0)
    statuses = [status(session_id) for _ in (*first, ALIVE)]

    assert seen == ["IN_PROGRESS", "IN_PROGRESS"]
    assert statuses[-1] == "SUCCEEDED"
    assert face_liveness.session(session_id).poll_count == len(statuses)


@pytest.mark.in_process
def test_another_outcome_while_the_images_are_written_is_the_one_that_is_reported(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = S3Backend.put_object
    face_liveness.queue(Created(), ALIVE)
    session_id = create_for_s3(limit=0)
    status(session_id)

    def decide_otherwise(self: S3Backend, *args: Any, **kwargs: Any) -> Any:
        face_liveness.session(session_id).set_outcome(InProgress())
        return put(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(S3Backend, "put_object", decide_otherwise)
        seen = [status(session_id)]

    assert [*seen, status(session_id)] == ["IN_PROGRESS", "IN_PROGRESS"]


@pytest.mark.in_process
def test_a_rollback_while_the_images_are_written_causes_no_second_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with FaceLiveness(assert_all_used=False) as face_liveness:
        client("s3").create_bucket(Bucket="images")
        savepoint = NUMBERS.last
        seed = face_liveness.queue(ALIVE, optional=True)

        def roll_back(*_: Any, **__: Any) -> None:
            LocalStore().do(Rollback(since=savepoint))
            raise ZeroDivisionError

        monkeypatch.setattr(S3Backend, "put_object", roll_back)
        with pytest.raises(ZeroDivisionError):
            create_for_s3()

        assert (face_liveness.sessions, seed.used) == ([], False)


@pytest.mark.in_process
def test_an_exception_while_storing_the_default_leaves_no_half_made_session(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    face_liveness.set_default(ALIVE)
    with monkeypatch.context() as patch:
        patch.setattr(S3Backend, "put_object", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            create_for_s3()

    assert face_liveness.sessions == []
    assert [call.error for call in face_liveness.calls] == ["ZeroDivisionError"]


@pytest.mark.in_process
def test_an_exception_while_storing_leaves_no_half_made_session(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = face_liveness.queue(ALIVE)
    with monkeypatch.context() as patch:
        patch.setattr("moto.s3.models.S3Backend.put_object", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            create_for_s3(ClientRequestToken="a")

    assert (face_liveness.sessions, seed.used) == ([], False)
    assert create_for_s3(ClientRequestToken="a") == seed.session_id
