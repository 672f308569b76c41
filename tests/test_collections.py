"""The nine operations on collections, for pictures that say who is in them."""

from __future__ import annotations

import base64
import json
import re
import uuid
import warnings
from collections.abc import Iterator
from typing import Any

import moto.utilities.utils
import pytest
import requests
from botocore.exceptions import ClientError
from moto.core.model_instances import reset_model_data
from moto.rekognition.responses import RekognitionResponse
from time_machine import travel

from moto_liveness import BoundingBox, FaceLiveness, FaceLivenessServer, Succeeded, UnmarkedPhotoWarning, photo
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core import collections
from moto_liveness.core.images import PLACEHOLDER_REFERENCE_IMAGE
from moto_liveness.core.operations import OPERATIONS
from moto_liveness.install import install, uninstall
from tests import aws
from tests.aws import MODEL, NOON, client, create, poll, post

NINE = [name for name, operation in OPERATIONS.items() if operation.on_collections]
UNMARKED = b"\xff\xd8\xff a picture of nobody in particular"
NOBODY = "00000000-1111-2222-3333-444444444444"
ALICE = base64.b64encode(photo("alice")).decode()
# A valid request for each.
REQUESTS: dict[str, dict[str, Any]] = {
    "CreateCollection": {"CollectionId": "others"},
    "DescribeCollection": {"CollectionId": "users"},
    "ListCollections": {},
    "DeleteCollection": {"CollectionId": "users"},
    "IndexFaces": {"CollectionId": "users", "Image": {"Bytes": ALICE}},
    "SearchFacesByImage": {"CollectionId": "users", "Image": {"Bytes": ALICE}},
    "SearchFaces": {"CollectionId": "users", "FaceId": NOBODY},
    "ListFaces": {"CollectionId": "users"},
    "DeleteFaces": {"CollectionId": "users", "FaceIds": [NOBODY]},
}


@pytest.fixture
def users(face_liveness: FaceLiveness) -> str:
    """The id of a collection without faces."""
    client().create_collection(CollectionId="users")
    return "users"


def index(picture: bytes, user: str | None = None, collection: str = "users", **others: Any) -> dict[str, Any]:
    """Index the faces of a picture; return the answer."""
    named = {} if user is None else {"ExternalImageId": user}
    return dict(client().index_faces(CollectionId=collection, Image={"Bytes": picture}, **named, **others))


def face_ids(answer: dict[str, Any]) -> list[str]:
    return [record["Face"]["FaceId"] for record in answer["FaceRecords"]]


def search(picture: bytes, collection: str = "users", **others: Any) -> dict[str, Any]:
    return dict(client().search_faces_by_image(CollectionId=collection, Image={"Bytes": picture}, **others))


def found(answer: dict[str, Any]) -> list[tuple[float, str | None]]:
    return [(match["Similarity"], match["Face"].get("ExternalImageId")) for match in answer["FaceMatches"]]


def refused(operation: str, **params: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as error:
        getattr(client(), operation)(**params)
    response = error.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


# One face, one account.


def test_a_person_who_has_an_account_is_found_by_the_reference_image(face_liveness: FaceLiveness, users: str) -> None:
    index(photo("alice"), "user-1")
    face_liveness.queue(Succeeded(confidence=97.3, reference_image=photo("alice", likeness=96.0)))
    selfie = poll(create())["ReferenceImage"]["Bytes"]

    assert found(search(selfie)) == [(96.0, "user-1")]
    assert found(search(photo("mallory"))) == []


def test_the_face_goes_with_the_account(face_liveness: FaceLiveness, users: str) -> None:
    ids = face_ids(index(photo("alice"), "user-1"))
    assert face_liveness.people_in("users") == ["alice"]

    client().delete_faces(CollectionId="users", FaceIds=ids)

    assert face_liveness.people_in("users") == []
    assert found(search(photo("alice"))) == []


# Collections.


def test_a_collection_is_created_described_listed_and_deleted(face_liveness: FaceLiveness) -> None:
    arn = "arn:aws:rekognition:us-east-1:123456789012:collection/users"
    with travel(NOON, tick=False):
        created = client().create_collection(CollectionId="users", Tags={"team": "sign-up"})
    index(photo("alice", "bob"))

    described = client().describe_collection(CollectionId="users")

    del created["ResponseMetadata"], described["ResponseMetadata"]
    assert created == {"StatusCode": 200, "CollectionArn": arn, "FaceModelVersion": "7.0"}
    assert described.pop("CreationTimestamp") == NOON
    assert described.pop("UserCount", 0) == 0  # an older botocore does not know it
    assert described == {"FaceCount": 2, "FaceModelVersion": "7.0", "CollectionARN": arn}
    assert client().list_collections()["CollectionIds"] == ["users"]
    assert client().delete_collection(CollectionId="users")["StatusCode"] == 200
    assert client().list_collections()["CollectionIds"] == []


def test_the_creation_timestamp_is_a_number(users: str) -> None:
    answer = post("DescribeCollection", {"CollectionId": users}).json()

    assert isinstance(answer["CreationTimestamp"], float)
    assert answer["UserCount"] == 0


def test_choice_the_face_model_version(users: str) -> None:
    answers = [index(photo("alice")), search(photo("alice")), client().list_faces(CollectionId=users)]

    assert {answer["FaceModelVersion"] for answer in answers} == {"7.0"}
    assert client().list_collections()["FaceModelVersions"] == ["7.0"]


def test_choice_collections_are_listed_in_the_order_of_their_creation(face_liveness: FaceLiveness) -> None:
    for name in ("zebras", "users", "1"):
        client().create_collection(CollectionId=name)

    assert client().list_collections()["CollectionIds"] == ["zebras", "users", "1"]


def test_an_account_and_a_region_have_their_own_collections(users: str) -> None:
    assert post("ListCollections", {}, **{"x-moto-account-id": "111122223333"}).json()["CollectionIds"] == []
    assert client(region_name="eu-west-1").list_collections()["CollectionIds"] == []
    with pytest.raises(ClientError, match="The collection id: users does not exist"):
        client(region_name="eu-west-1").list_faces(CollectionId=users)


@pytest.mark.skipif(not hasattr(moto.utilities.utils, "get_partition"), reason="this moto has no partitions yet")
def test_a_govcloud_collection_has_an_arn_of_its_partition(face_liveness: FaceLiveness) -> None:
    arn = client(region_name="us-gov-west-1").create_collection(CollectionId="users")["CollectionArn"]

    assert arn == "arn:aws-us-gov:rekognition:us-gov-west-1:123456789012:collection/users"


# Indexing.


def test_a_face_record_has_the_face_and_its_detail(users: str) -> None:
    box = BoundingBox(left=0.1, top=0.2, width=0.3, height=0.4)

    answer = index(photo("alice", bounding_boxes=[box]), "user-1", DetectionAttributes=["DEFAULT"])

    ((record,), face) = answer["FaceRecords"], answer["FaceRecords"][0]["Face"]
    sides = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
    assert face.keys() == {"FaceId", "BoundingBox", "ImageId", "ExternalImageId", "Confidence"}
    assert (face["BoundingBox"], face["ExternalImageId"], face["Confidence"]) == (sides, "user-1", 99.99)
    assert record["FaceDetail"].keys() == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert answer["UnindexedFaces"] == []
    assert "OrientationCorrection" not in answer


def test_attributes_are_returned_if_they_are_asked_for(users: str) -> None:
    (record,) = index(photo("alice"), DetectionAttributes=["ALL"])["FaceRecords"]

    assert record["FaceDetail"]["EyesOpen"]["Value"] is True


def test_without_an_external_image_id_a_face_has_none(users: str) -> None:
    (record,) = index(photo("alice"))["FaceRecords"]

    assert "ExternalImageId" not in record["Face"]


def test_the_largest_faces_are_indexed_and_max_faces_cuts(face_liveness: FaceLiveness, users: str) -> None:
    answer = index(photo("alice", "bob", "carol"), MaxFaces=2)

    assert face_liveness.people_in("users") == ["alice", "bob"]
    (left_out,) = answer["UnindexedFaces"]
    assert left_out["Reasons"] == ["EXCEEDS_MAX_FACES"]
    assert left_out["FaceDetail"]["BoundingBox"]["Width"] < answer["FaceRecords"][1]["Face"]["BoundingBox"]["Width"]
    assert len({record["Face"]["ImageId"] for record in answer["FaceRecords"]}) == 1


def test_a_picture_without_a_face_adds_nothing(face_liveness: FaceLiveness, users: str) -> None:
    assert index(photo())["FaceRecords"] == []
    assert face_liveness.people_in("users") == []


def test_choice_the_same_picture_and_external_image_id_are_stored_once(face_liveness: FaceLiveness, users: str) -> None:
    first, again = index(photo("alice"), "user-1"), index(photo("alice"), "user-1")

    assert face_ids(first) == face_ids(again)
    assert face_liveness.people_in("users") == ["alice"]


def test_another_external_image_id_or_picture_is_another_face(face_liveness: FaceLiveness, users: str) -> None:
    answers = [index(photo("alice"), "user-1"), index(photo("alice"), "user-2"), index(photo("alice"))]
    answers.append(index(photo("alice", likeness=90.0), "user-1"))

    assert len({face_id for answer in answers for face_id in face_ids(answer)}) == 4
    assert face_liveness.people_in("users") == ["alice"] * 4


def test_a_face_that_max_faces_left_out_is_indexed_by_a_later_call(face_liveness: FaceLiveness, users: str) -> None:
    first = index(photo("alice", "bob"), "group", MaxFaces=1)

    later = index(photo("alice", "bob"), "group")

    assert face_ids(later)[:1] == face_ids(first)
    assert face_liveness.people_in("users") == ["alice", "bob"]


def test_choice_the_image_id_is_a_version_5_uuid_of_the_bytes(users: str) -> None:
    first, same, other = (
        index(picture, user)
        for picture, user in (
            (photo("alice"), "user-1"),
            (photo("alice"), "user-2"),
            (photo("bob"), "user-1"),
        )
    )

    image_ids = [answer["FaceRecords"][0]["Face"]["ImageId"] for answer in (first, same, other)]
    assert uuid.UUID(image_ids[0]).version == 5
    assert image_ids[0] == image_ids[1] != image_ids[2]


@pytest.mark.in_process
def test_face_ids_are_those_of_moto_s_generator(users: str) -> None:
    def seeded() -> list[str]:
        requests.post("http://motoapi.amazonaws.com/moto-api/seed?a=42")
        return [*face_ids(index(photo("alice"), "user-1")), *face_ids(index(photo("alice"), "user-2"))]

    first = seeded()
    client().delete_collection(CollectionId="users")
    client().create_collection(CollectionId="users")

    assert seeded() == first
    requests.post("http://motoapi.amazonaws.com/moto-api/seed?a=42")
    assert face_ids(index(photo("alice"), "user-3"))[0] not in first


@pytest.mark.parametrize("quality", ["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"])
def test_choice_quality_never_filters(face_liveness: FaceLiveness, users: str, quality: str) -> None:
    index(photo("alice", likeness=2.0), QualityFilter=quality)

    assert face_liveness.people_in("users") == ["alice"]
    assert found(search(photo("alice"), QualityFilter=quality, FaceMatchThreshold=0)) == [(2.0, None)]


@pytest.fixture
def bucket(users: str) -> str:
    client("s3").create_bucket(Bucket="documents")
    client("s3").put_object(Bucket="documents", Key="alice.jpg", Body=photo("alice"))
    return "documents"


def test_pictures_come_from_s3(face_liveness: FaceLiveness, bucket: str) -> None:
    image = {"S3Object": {"Bucket": bucket, "Name": "alice.jpg"}}
    answer = client().index_faces(CollectionId="users", Image=image, ExternalImageId="user-1")

    assert found(client().search_faces_by_image(CollectionId="users", Image=image)) == [(99.9, "user-1")]
    assert answer["FaceRecords"][0]["Face"]["ImageId"] == index(photo("alice"))["FaceRecords"][0]["Face"]["ImageId"]


# Searching.


def test_the_most_similar_come_first_then_the_oldest(users: str) -> None:
    for number, likeness in enumerate((90.0, 95.0, 90.0, 99.0)):
        index(photo("alice", likeness=likeness), f"user-{number}")
    index(photo("bob"), "bob")

    answer = search(photo("alice", likeness=98.0))

    assert found(answer) == [(98.0, "user-3"), (95.0, "user-1"), (90.0, "user-0"), (90.0, "user-2")]


@pytest.mark.parametrize(
    ("threshold", "similarities"),
    [({}, [80.0]), ({"FaceMatchThreshold": 79.9}, [80.0, 79.9]), ({"FaceMatchThreshold": 0}, [80.0, 79.9])],
)
def test_what_is_at_least_the_threshold_matches(
    users: str, threshold: dict[str, float], similarities: list[float]
) -> None:
    index(photo("alice", likeness=80.0))
    index(photo("alice", likeness=79.9))
    index(photo("bob"))

    assert [similarity for similarity, _ in found(search(photo("alice"), **threshold))] == similarities


def test_the_largest_face_of_a_group_is_searched(users: str) -> None:
    index(photo("bob"), "bob")

    answer = search(photo("alice", "bob"))

    assert found(answer) == []
    assert answer["SearchedFaceBoundingBox"]["Left"] == 0.175
    assert answer["SearchedFaceConfidence"] == 99.99


def test_choice_a_search_returns_80_matches_unless_max_faces_is_given(users: str) -> None:
    for number in range(81):
        index(photo("alice"), f"user-{number}")

    assert len(search(photo("alice"))["FaceMatches"]) == 80
    assert len(search(photo("alice"), MaxFaces=81)["FaceMatches"]) == 81
    assert found(search(photo("alice"), MaxFaces=1)) == [(99.9, "user-0")]


def test_a_search_for_a_picture_without_a_face_is_refused(users: str) -> None:
    code, text, status = refused("search_faces_by_image", CollectionId=users, Image={"Bytes": photo()})

    assert (code, status) == ("InvalidParameterException", 400)
    assert text == "There are no faces in the image. Should be at least 1."


def test_search_faces_finds_the_other_faces_of_a_person(users: str) -> None:
    (first,) = face_ids(index(photo("alice"), "user-1"))
    index(photo("alice", likeness=90.0), "user-2")
    index(photo("bob"), "user-3")

    answer = client().search_faces(CollectionId=users, FaceId=first)

    assert answer["SearchedFaceId"] == first
    assert found(answer) == [(90.0, "user-2")]
    assert found(client().search_faces(CollectionId=users, FaceId=first, FaceMatchThreshold=91)) == []


# Listing.


def test_pages_are_of_max_results_and_a_token_leads_to_the_next(users: str) -> None:
    ids = [face_id for number in range(5) for face_id in face_ids(index(photo("alice"), f"user-{number}"))]

    pages = [
        [face["FaceId"] for face in page["Faces"]]
        for page in client().get_paginator("list_faces").paginate(CollectionId=users, PaginationConfig={"PageSize": 2})
    ]

    assert pages == [ids[:2], ids[2:4], ids[4:]]


def test_the_pages_of_collections_too(face_liveness: FaceLiveness) -> None:
    for name in ("a", "b", "c"):
        client().create_collection(CollectionId=name)

    pages = client().get_paginator("list_collections").paginate(PaginationConfig={"PageSize": 1})

    assert [(page["CollectionIds"], page["FaceModelVersions"]) for page in pages] == [
        ([name], ["7.0"]) for name in ("a", "b", "c")
    ]


def test_a_face_that_goes_between_two_pages_skips_no_other(users: str) -> None:
    ids = [face_id for number in range(4) for face_id in face_ids(index(photo("alice"), f"user-{number}"))]
    first = client().list_faces(CollectionId=users, MaxResults=2)
    client().delete_faces(CollectionId=users, FaceIds=ids[:2])

    second = client().list_faces(CollectionId=users, MaxResults=2, NextToken=first["NextToken"])

    assert [face["FaceId"] for face in second["Faces"]] == ids[2:]
    assert "NextToken" not in second


def test_choice_a_page_has_1000_unless_max_results_says_more(users: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for number in range(251):
        ids += face_ids(index(photo("a", "b", "c", "d"), f"user-{number}"))

    assert len(client().list_faces(CollectionId=users)["Faces"]) == 1000
    assert len(client().list_faces(CollectionId=users, MaxResults=0)["Faces"]) == 1000
    assert len(client().list_faces(CollectionId=users, MaxResults=1004)["Faces"]) == 1004


def test_faces_can_be_listed_by_their_ids(users: str) -> None:
    ids = [face_id for number in range(3) for face_id in face_ids(index(photo("alice"), f"user-{number}"))]

    answer = post("ListFaces", {"CollectionId": users, "FaceIds": [ids[2], NOBODY, ids[0]]}).json()

    known = "FaceIds" in MODEL.operation_model("ListFaces").input_shape.members  # since botocore 1.29.152
    assert [face["FaceId"] for face in answer["Faces"]] == ([ids[0], ids[2]] if known else ids)


@pytest.mark.skipif(
    "UserId" not in MODEL.operation_model("ListFaces").input_shape.members, reason="this botocore has no users yet"
)
def test_choice_there_are_no_users(users: str) -> None:
    code, text, _ = refused("list_faces", CollectionId=users, UserId="user-1")

    assert (code, text) == ("ResourceNotFoundException", "The user id: user-1 does not exist")


def test_a_wrong_token_is_refused(users: str) -> None:
    client().create_collection(CollectionId="others")
    for number in range(2):
        index(photo("alice"), f"user-{number}")
    right = client().list_faces(CollectionId=users, MaxResults=1)["NextToken"]

    for collection, token in (("users", "x"), ("users", "MSAy"), ("users", "ü"), ("others", right)):
        wrong = refused("list_faces", CollectionId=collection, NextToken=token)
        assert wrong == ("InvalidPaginationTokenException", "Invalid Pagination Token", 400)
    assert refused("list_collections", NextToken=right)[0] == "InvalidPaginationTokenException"


# Deleting.


def test_delete_faces_says_what_it_did_not_find(face_liveness: FaceLiveness, users: str) -> None:
    (alice,), (bob,) = face_ids(index(photo("alice"))), face_ids(index(photo("bob")))

    answer = post("DeleteFaces", {"CollectionId": users, "FaceIds": [bob, NOBODY]}).json()

    assert answer == {
        "DeletedFaces": [bob],
        "UnsuccessfulFaceDeletions": [{"FaceId": NOBODY, "Reasons": ["FACE_NOT_FOUND"]}],
    }
    assert face_liveness.people_in("users") == ["alice"]
    assert post("DeleteFaces", {"CollectionId": users, "FaceIds": [bob]}).status_code == 200
    assert post("ListFaces", {"CollectionId": users}).json()["Faces"][0]["FaceId"] == alice


def test_choice_a_face_id_that_is_given_twice_is_deleted_once(users: str) -> None:
    (alice,) = face_ids(index(photo("alice")))

    answer = client().delete_faces(CollectionId=users, FaceIds=[alice, alice])

    assert answer["DeletedFaces"] == [alice]
    assert answer.get("UnsuccessfulFaceDeletions", []) == []


def test_a_face_that_was_deleted_can_be_indexed_again(face_liveness: FaceLiveness, users: str) -> None:
    ids = face_ids(index(photo("alice"), "user-1"))
    client().delete_faces(CollectionId=users, FaceIds=ids)

    assert face_ids(index(photo("alice"), "user-1")) != ids
    assert face_liveness.people_in("users") == ["alice"]


# Errors.


@pytest.mark.parametrize("operation", NINE)
def test_the_errors_are_those_that_botocore_models(operation: str) -> None:
    modelled = {shape.name for shape in MODEL.operation_model(operation).error_shapes}
    ours = set(OPERATIONS[operation].errors)

    assert modelled - ours == set()
    # An older botocore lacks what came later.
    assert ours - modelled <= {"ServiceQuotaExceededException", "ResourceNotFoundException"}


def test_the_errors_of_the_newest_botocore_are_these() -> None:
    every = {
        "AccessDeniedException",
        "InternalServerError",
        "InvalidParameterException",
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
    }
    pictures = {"ImageTooLargeException", "InvalidImageFormatException", "InvalidS3ObjectException"}
    others = {name: set(OPERATIONS[name].errors) - every for name in NINE}

    assert others == {
        "CreateCollection": {"ResourceAlreadyExistsException", "ServiceQuotaExceededException"},
        "DescribeCollection": {"ResourceNotFoundException"},
        "ListCollections": {"InvalidPaginationTokenException", "ResourceNotFoundException"},
        "DeleteCollection": {"ResourceNotFoundException"},
        "IndexFaces": {*pictures, "ResourceNotFoundException", "ServiceQuotaExceededException"},
        "SearchFacesByImage": {*pictures, "ResourceNotFoundException"},
        "SearchFaces": {"ResourceNotFoundException"},
        "ListFaces": {"InvalidPaginationTokenException", "ResourceNotFoundException"},
        "DeleteFaces": {"ResourceNotFoundException"},
    }


def test_a_collection_that_exists_is_not_created_again(users: str) -> None:
    assert refused("create_collection", CollectionId=users) == (
        "ResourceAlreadyExistsException",
        "The collection id: users already exists",
        400,
    )


def test_search_faces_does_not_know_a_face_id(users: str) -> None:
    assert refused("search_faces", CollectionId=users, FaceId=NOBODY) == (
        "InvalidParameterException",
        "faceId was not found in the collection.",
        400,
    )


@pytest.mark.parametrize("operation", [name for name in NINE if name not in ("CreateCollection", "ListCollections")])
def test_choice_a_collection_that_does_not_exist(face_liveness: FaceLiveness, operation: str) -> None:
    answer = post(operation, {**REQUESTS[operation], "CollectionId": "nobody"})

    seen = operation == "DescribeCollection"
    assert answer.status_code == 400
    assert answer.json()["__type"] == "ResourceNotFoundException"
    assert answer.json()["Message"] == (
        "Collection:nobody not found!" if seen else "The collection id: nobody does not exist"
    )


@pytest.mark.parametrize(
    ("operation", "params", "violation"),
    [
        ("CreateCollection", {"CollectionId": "a b"}, "Value 'a b' at 'collectionId' failed to satisfy constraint: "),
        ("CreateCollection", {}, "Value null at 'collectionId' failed to satisfy constraint: Member must not be null"),
        ("ListCollections", {"MaxResults": 4097}, "Value '4097' at 'maxResults' failed to satisfy constraint: "),
        ("IndexFaces", {"CollectionId": "users"}, "Value null at 'image' failed to satisfy constraint: "),
        ("IndexFaces", {**REQUESTS["IndexFaces"], "MaxFaces": 0}, "Value '0' at 'maxFaces' failed to satisfy "),
        (
            "IndexFaces",
            {**REQUESTS["IndexFaces"], "ExternalImageId": "Ann Lee"},
            "Value 'Ann Lee' at 'externalImageId'",
        ),
        ("IndexFaces", {**REQUESTS["IndexFaces"], "QualityFilter": "BEST"}, "Value 'BEST' at 'qualityFilter'"),
        (
            "SearchFacesByImage",
            {**REQUESTS["SearchFacesByImage"], "FaceMatchThreshold": 101},
            "Value '101' at 'faceMatchThreshold' failed to satisfy constraint: Member must have value less than",
        ),
        ("SearchFaces", {"CollectionId": "users", "FaceId": "x"}, "Value 'x' at 'faceId' failed to satisfy constraint"),
        ("DeleteFaces", {"CollectionId": "users", "FaceIds": []}, "Value '[]' at 'faceIds' failed to satisfy "),
        ("DeleteFaces", {"CollectionId": "users", "FaceIds": ["x"]}, "Value 'x' at 'faceIds.1.member' failed to "),
    ],
)
def test_a_request_is_validated(users: str, operation: str, params: dict[str, Any], violation: str) -> None:
    answer = post(operation, params)

    assert answer.status_code == 400
    assert answer.json()["__type"] == "ValidationException"
    assert answer.json()["message"].startswith(f"1 validation error detected: {violation}")


@pytest.mark.parametrize(
    ("tags", "violation"),
    [
        ({"aws:x": "y"}, "Map keys must satisfy constraint: [Member must have length less than or equal to 128, "),
        ({"team": "sign\u20acup\n\u0001"}, "Map value must satisfy constraint: [Member must have length less than or "),
        ({str(number): "x" for number in range(201)}, "Member must have length less than or equal to 200"),
    ],
)
def test_choice_tags_are_validated(face_liveness: FaceLiveness, tags: dict[str, str], violation: str) -> None:
    answer = post("CreateCollection", {"CollectionId": "users", "Tags": tags})

    assert answer.json()["__type"] == "ValidationException"
    assert "' at 'tags' failed to satisfy constraint: " + violation in answer.json()["message"]
    assert answer.json()["message"].startswith("1 validation error detected: Value '{")


@pytest.mark.parametrize(("tags", "kind"), [({"team": 1}, "NUMBER_VALUE"), ([], "ARRAY_VALUE")])
def test_tags_of_another_type_are_refused(face_liveness: FaceLiveness, tags: object, kind: str) -> None:
    answer = post("CreateCollection", {"CollectionId": "users", "Tags": tags})

    assert answer.json()["__type"] == "SerializationException"
    assert answer.json()["Message"].startswith(f"{kind} can not be converted to ")


def test_tags_may_have_letters_of_any_language(face_liveness: FaceLiveness) -> None:
    assert (
        post("CreateCollection", {"CollectionId": "users", "Tags": {"équipe": "inscription 登録"}}).status_code == 200
    )


@pytest.mark.parametrize("operation", ["IndexFaces", "SearchFacesByImage"])
@pytest.mark.parametrize(
    ("image", "code", "text"),
    [
        ({"Bytes": "eA=="}, "InvalidImageFormatException", "Request has invalid image format"),
        (
            {"S3Object": {"Bucket": "nowhere", "Name": "a.jpg"}},
            "InvalidS3ObjectException",
            "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
        ),
        ({}, "InvalidParameterException", "Request has invalid parameters"),
        (
            {"Bytes": ALICE, "S3Object": {"Bucket": "nowhere", "Name": "a.jpg"}},
            "InvalidParameterException",
            "Request has invalid parameters",
        ),
    ],
)
def test_a_picture_that_cannot_be_read_is_refused(
    users: str, operation: str, image: dict[str, Any], code: str, text: str
) -> None:
    answer = post(operation, {"CollectionId": users, "Image": image}).json()

    assert (answer["__type"], answer["Message"]) == (code, text)


def test_a_body_that_is_not_json_is_refused(users: str) -> None:
    answers = [post(operation, "no json") for operation in NINE]

    assert {answer.json()["__type"] for answer in answers} == {"SerializationException"}


@pytest.mark.parametrize("operation", ["IndexFaces", "SearchFacesByImage"])
def test_choice_the_collection_is_looked_for_before_the_picture(face_liveness: FaceLiveness, operation: str) -> None:
    answer = post(operation, {"CollectionId": "nobody", "Image": {"Bytes": "eA=="}})

    assert answer.json()["__type"] == "ResourceNotFoundException"


@pytest.mark.parametrize("operation", NINE)
def test_errors_can_be_queued(face_liveness: FaceLiveness, users: str, operation: str) -> None:
    seed = face_liveness.queue_error("ThrottlingException", "Slow down", operation=operation)

    answer = post(operation, REQUESTS[operation])

    assert (answer.json()["__type"], answer.json()["Message"]) == ("ThrottlingException", "Slow down")
    assert seed.used


@pytest.mark.parametrize("operation", NINE)
def test_the_network_can_fail(face_liveness: FaceLiveness, users: str, operation: str) -> None:
    from botocore.exceptions import ConnectionClosedError

    seed = face_liveness.queue_exception(ConnectionClosedError(endpoint_url="x"), operation=operation)

    with pytest.raises((ConnectionClosedError, requests.ConnectionError)):
        post(operation, REQUESTS[operation])
    assert seed.used


@pytest.mark.parametrize(
    ("operation", "code", "text"),
    [
        ("SearchFaces", "InvalidParameterException", "faceId was not found in the collection."),
        ("SearchFacesByImage", "ResourceNotFoundException", "The collection id: users does not exist"),
        ("ListCollections", "ResourceNotFoundException", "The resource specified in the request cannot be found."),
        (
            "IndexFaces",
            "ServiceQuotaExceededException",
            "The size of the collection exceeds the allowed limit.",
        ),
    ],
)
def test_a_queued_error_has_the_text_of_the_operation(
    face_liveness: FaceLiveness, users: str, operation: str, code: str, text: str
) -> None:
    face_liveness.queue_error(code, operation=operation)

    answer = post(operation, REQUESTS[operation]).json()

    assert (answer["__type"], answer["Message"]) == (code, text)


def test_choice_a_collections_request_is_validated_before_a_queued_error_and_that_before_the_collection(
    face_liveness: FaceLiveness,
) -> None:
    seed = face_liveness.queue_error("ThrottlingException", operation="ListFaces")

    assert post("ListFaces", {}).json()["__type"] == "ValidationException"
    assert not seed.used
    assert post("ListFaces", {"CollectionId": "nobody"}).json()["__type"] == "ThrottlingException"


def test_all_attempts_of_a_call_get_one_answer(face_liveness: FaceLiveness, users: str) -> None:
    body = {"CollectionId": users, "Image": {"Bytes": ALICE}}
    first, again = (post("IndexFaces", body, **{"amz-sdk-invocation-id": "1"}) for _ in range(2))

    assert first.content == again.content
    assert [call.operation for call in face_liveness.calls] == ["CreateCollection", "IndexFaces"]


# Unmarked pictures.


@pytest.fixture
def unmarked() -> Iterator[list[warnings.WarningMessage]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UnmarkedPhotoWarning)
        yield caught


@pytest.mark.in_process
@pytest.mark.parametrize("operation", ["index_faces", "search_faces_by_image"])
def test_an_unmarked_picture_is_not_implemented_and_warned_of(
    users: str, operation: str, unmarked: list[warnings.WarningMessage]
) -> None:
    name = operation.title().replace("_", "")

    with pytest.raises(NotImplementedError) as error:
        getattr(client(), operation)(CollectionId=users, Image={"Bytes": UNMARKED})

    assert str(error.value) == f"The {operation} action has not been implemented"
    (warning,) = (str(one.message) for one in unmarked)
    assert warning == (
        f"{name} got an Image that does not say who is in it, Bytes of 37 bytes, beginning with "
        f"b'\\xff\\xd8\\xff a pi': moto has no {name}. Mark it with photo('alice', of='picture.jpg')"
    )


def test_on_a_server_it_is_an_internal_error_and_a_line_in_the_log(
    server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(aws, "ENDPOINT", server.endpoint_url)
    image = {"Bytes": base64.b64encode(UNMARKED).decode()}

    answer = post("IndexFaces", {"CollectionId": "users", "Image": image})

    assert answer.status_code == 500
    (line,) = (record.getMessage() for record in caplog.records if record.name == "moto_liveness")
    assert line.startswith("IndexFaces got an Image that does not say who is in it, Bytes of 37 bytes, ")


@pytest.mark.in_process
def test_a_drawing_of_ours_is_warned_of_as_one(users: str, unmarked: list[warnings.WarningMessage]) -> None:
    with pytest.raises(NotImplementedError):
        index(PLACEHOLDER_REFERENCE_IMAGE.data)

    (warning,) = (str(one.message) for one in unmarked)
    assert re.fullmatch(
        r"IndexFaces got a drawing of moto-liveness as Image, Bytes of [\d,]+ bytes, beginning with b'.*', of a step "
        r"without an image: moto has no IndexFaces. Seed a picture that says who is in it: "
        r"reference_image=photo\('alice'\)",
        warning,
    )


@pytest.mark.in_process
def test_a_warning_that_is_an_error_refuses_the_call(face_liveness: FaceLiveness, users: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnmarkedPhotoWarning)
        with pytest.raises(UnmarkedPhotoWarning):
            search(UNMARKED)

    assert [call.operation for call in face_liveness.calls] == ["CreateCollection"]


@pytest.mark.in_process
def test_an_unmarked_request_is_neither_validated_nor_in_need_of_a_collection(
    face_liveness: FaceLiveness, unmarked: list[warnings.WarningMessage]
) -> None:
    with pytest.raises(NotImplementedError, match=r"^The index_faces action has not been implemented$"):
        post("IndexFaces", {"Image": {"Bytes": base64.b64encode(UNMARKED).decode()}, "MaxFaces": "many"})

    (call,) = face_liveness.calls
    assert (call.people, call.note) == ((None,), "moto has no IndexFaces, and no picture says who is in it")


@pytest.mark.in_process
def test_an_unmarked_picture_takes_a_queued_error(face_liveness: FaceLiveness, users: str) -> None:
    face_liveness.queue_error("ThrottlingException", operation="IndexFaces")

    with pytest.raises(ClientError, match="ThrottlingException"):
        index(UNMARKED)


# What a test sees.


def test_the_calls_have_a_collection_people_and_a_sentence(face_liveness: FaceLiveness) -> None:
    rekognition = client()
    rekognition.create_collection(CollectionId="users")
    (alice,) = face_ids(index(photo("alice"), "user-1"))
    index(photo("alice"), "user-1")
    index(photo("bob", "carol"), "group", MaxFaces=1)
    index(photo())
    search(photo("alice", likeness=96.0))
    search(photo("alice", likeness=50.0))
    search(photo("mallory"))
    rekognition.search_faces(CollectionId="users", FaceId=alice)
    index(photo("alice"), "user-2")
    search(photo("alice"))
    rekognition.list_faces(CollectionId="users", MaxResults=2)
    rekognition.describe_collection(CollectionId="users")
    rekognition.list_collections()
    rekognition.delete_faces(CollectionId="users", FaceIds=[alice, NOBODY])
    rekognition.delete_faces(CollectionId="users", FaceIds=[NOBODY])
    refused("search_faces_by_image", CollectionId="users", Image={"Bytes": photo()})
    refused("describe_collection", CollectionId="nobody")
    rekognition.delete_collection(CollectionId="users")

    assert [(call.operation, call.collection_id, call.people, call.note) for call in face_liveness.calls] == [
        ("CreateCollection", "users", (), "users: created"),
        ("IndexFaces", "users", (("alice",),), "users: alice is indexed as user-1"),
        ("IndexFaces", "users", (("alice",),), "users: alice is indexed already as user-1"),
        (
            "IndexFaces",
            "users",
            (("bob", "carol"),),
            "users: bob is indexed as group; carol is not indexed, MaxFaces is 1",
        ),
        ("IndexFaces", "users", ((),), "users: nobody to index"),
        (
            "SearchFacesByImage",
            "users",
            (("alice",),),
            "users: alice is known as user-1, a similarity of 96.0 percent",
        ),
        (
            "SearchFacesByImage",
            "users",
            (("alice",),),
            "users: no match for alice, 50.0 percent is below the threshold of 80",
        ),
        ("SearchFacesByImage", "users", (("mallory",),), "users: nobody like mallory among 2 faces"),
        ("SearchFaces", "users", (("alice",),), "users: nobody like alice among 1 other face"),
        ("IndexFaces", "users", (("alice",),), "users: alice is indexed as user-2"),
        (
            "SearchFacesByImage",
            "users",
            (("alice",),),
            "users: alice is known as user-1, a similarity of 99.9 percent, and 1 more face",
        ),
        ("ListFaces", "users", (), "users: 2 of 3 faces"),
        ("DescribeCollection", "users", (), "users: 3 faces"),
        ("ListCollections", None, (), "1 of 1 collection"),
        ("DeleteFaces", "users", (("alice",),), "users: alice deleted, 1 FaceId not found"),
        ("DeleteFaces", "users", ((),), "users: nobody deleted, 1 FaceId not found"),
        ("SearchFacesByImage", "users", ((),), "nobody"),
        ("DescribeCollection", "nobody", (), None),
        ("DeleteCollection", "users", (), "users: deleted, with 2 faces"),
    ]
    assert face_liveness.calls[1].params["Image"] == {"Bytes": f"<{len(photo('alice')):,} bytes>"}
    log = call_log(face_liveness).splitlines()
    denied = "InvalidParameterException: There are no faces in the image. Should be at least 1. (nobody)"
    assert log[0] == "CreateCollection in us-east-1 -> users: created"
    assert log[1] == "IndexFaces in us-east-1 -> users: alice is indexed as user-1"
    assert log[-3:-1] == [
        f"SearchFacesByImage in us-east-1 -> {denied}",
        "DescribeCollection in us-east-1 -> ResourceNotFoundException: Collection:nobody not found!",
    ]


def test_a_face_without_an_external_image_id_is_known_by_its_id(face_liveness: FaceLiveness, users: str) -> None:
    (face_id,) = face_ids(index(photo("alice")))
    search(photo("alice"))

    assert [call.note for call in face_liveness.calls[1:]] == [
        f"users: alice is indexed as face {face_id}",
        f"users: alice is known as face {face_id}, a similarity of 99.9 percent",
    ]


def test_people_in_has_a_name_for_each_face_in_their_order(face_liveness: FaceLiveness, users: str) -> None:
    index(photo("bob", "alice"))
    index(photo("alice"), "user-1")

    assert face_liveness.people_in("users") == ["bob", "alice", "alice"]


def test_people_in_of_a_region(face_liveness: FaceLiveness, users: str) -> None:
    index(photo("alice"))
    client(region_name="eu-west-1").create_collection(CollectionId="users")

    assert face_liveness.at("us-east-1").people_in("users") == ["alice"]
    assert face_liveness.at("eu-west-1", "123456789012").people_in("users") == []
    with pytest.raises(LookupError) as error:
        face_liveness.people_in("users")
    what, *places = str(error.value).splitlines()
    assert what == (
        "collection 'users' exists in several places. Choose one of them, as in at(region_name='us-east-1', "
        "account_id='123456789012').people_in('users')."
    )
    assert places == [
        "",
        "Collections that exist:",
        "  - users in us-east-1, account 123456789012",
        "  - users in eu-west-1, account 123456789012",
    ]


def test_the_report_says_where_a_collection_is_that_was_asked_for_elsewhere(
    face_liveness: FaceLiveness, users: str
) -> None:
    post("ListFaces", {"CollectionId": users}, region_name="eu-west-1")
    post("ListFaces", {"CollectionId": users}, **{"x-moto-account-id": "111122223333"})
    face_liveness.queue_error("ResourceNotFoundException", operation="ListFaces")
    post("ListFaces", {"CollectionId": users})

    missing = "ResourceNotFoundException: The collection id: users does not exist"
    assert call_log(face_liveness).splitlines()[1:] == [
        f"ListFaces in eu-west-1 -> {missing} (that collection is in us-east-1)",
        f"ListFaces in us-east-1 -> {missing} (that collection is in us-east-1, account 123456789012)",
        f"ListFaces in us-east-1 -> {missing}",
    ]


def test_people_in_of_a_collection_that_does_not_exist(face_liveness: FaceLiveness, users: str) -> None:
    with pytest.raises(LookupError) as error:
        face_liveness.at("eu-west-1").people_in("users")

    assert str(error.value).splitlines() == [
        "there is no collection 'users' here.",
        "",
        "Collections that exist:",
        "  - users in us-east-1, account 123456789012",
    ]
    client().delete_collection(CollectionId="users")
    with pytest.raises(LookupError) as error:
        face_liveness.people_in("users/../users")
    assert str(error.value).splitlines() == [
        "there is no collection 'users/../users' here.",
        "",
        "No collection exists.",
    ]
    with pytest.raises(TypeError, match=r"^collection_id must be a str, not 1$"):
        face_liveness.people_in(1)  # type: ignore[arg-type]


def api(path: str, method: str = "GET") -> requests.Response:
    return requests.request(method, f"{aws.ENDPOINT or 'http://motoapi.amazonaws.com'}/moto-api{path}")


def test_the_state_has_the_collections(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False):
        client().create_collection(CollectionId="users")
    index(photo("alice", "bob"))
    client(region_name="eu-west-1").create_collection(CollectionId="others")

    state = api("/rekognition/face-liveness?region=us-east-1").json()

    ((collection,), number) = state["collections"], state["collections"][0].pop("number")
    assert number < state["number"]
    assert collection == {
        "collection_id": "users",
        "face_count": 2,
        "created_at": "2026-03-01T12:00:00+00:00",
        "region": "us-east-1",
        "account_id": "123456789012",
    }
    assert [one["collection_id"] for one in api("/rekognition/face-liveness").json()["collections"]] == [
        "users",
        "others",
    ]
    assert state["calls"][0]["collection_id"] == "users"
    assert api("/rekognition/face-liveness/collections/users").json() == {"people": ["alice", "bob"]}
    assert api("/rekognition/face-liveness/collections/users?region=eu-west-1").status_code == 404


def test_moto_s_reset_forgets_the_collections(face_liveness: FaceLiveness, users: str) -> None:
    api("/reset", "POST")

    assert client().list_collections()["CollectionIds"] == []


def dashboard() -> list[str]:
    models = api("/data.json").json()["rekognition"]
    return [one["id"] for one in models.get("Collection", [])]


def test_moto_s_dashboard_shows_the_collections(face_liveness: FaceLiveness) -> None:
    # A thread of an earlier test may have written an object late, and moto shows no object without its bucket.
    reset_model_data()
    for name in ("users", "others"):
        client().create_collection(CollectionId=name)
    assert dashboard() == ["users", "others"]

    client().delete_collection(CollectionId="users")

    assert dashboard() == ["others"]


# Blocks.


def test_an_inner_block_takes_back_what_was_added_in_it(face_liveness: FaceLiveness, users: str) -> None:
    kept = face_ids(index(photo("alice", "bob", "carol"), "group"))
    before = post("ListFaces", {"CollectionId": users}).json()
    with FaceLiveness(endpoint_url=aws.ENDPOINT):
        index(photo("dave"))
        client().delete_faces(CollectionId=users, FaceIds=[kept[1], *face_ids(index(photo("erin")))])
        client().create_collection(CollectionId="others")
        assert face_liveness.people_in("users") == ["alice", "carol", "dave"]

    assert post("ListFaces", {"CollectionId": users}).json() == before
    assert found(search(photo("bob"))) == [(99.9, "group")]
    assert face_ids(index(photo("alice", "bob", "carol"), "group")) == kept
    assert client().list_collections()["CollectionIds"] == ["users"]
    assert dashboard() == ["users"]


def test_an_inner_block_brings_back_what_was_deleted_in_it(face_liveness: FaceLiveness, users: str) -> None:
    ids = face_ids(index(photo("alice", "bob")))
    client().create_collection(CollectionId="others")
    with FaceLiveness(endpoint_url=aws.ENDPOINT):
        client().delete_faces(CollectionId=users, FaceIds=ids[:1])
        client().delete_collection(CollectionId=users)
        client().create_collection(CollectionId=users)
        index(photo("carol"))
        client().delete_collection(CollectionId=users)
        assert client().list_collections()["CollectionIds"] == ["others"]

    assert client().list_collections()["CollectionIds"] == ["users", "others"]
    assert face_liveness.people_in("users") == ["alice", "bob"]
    assert dashboard() == ["users", "others"]


def test_deletions_of_an_outer_block_stay(face_liveness: FaceLiveness, users: str) -> None:
    ids = face_ids(index(photo("alice", "bob")))
    client().delete_faces(CollectionId=users, FaceIds=ids[:1])
    with FaceLiveness(endpoint_url=aws.ENDPOINT):
        client().delete_faces(CollectionId=users, FaceIds=ids[1:])

    assert face_liveness.people_in("users") == ["bob"]


@pytest.mark.in_process
def test_only_so_many_deleted_faces_are_kept_for_a_rollback(
    face_liveness: FaceLiveness, users: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collections, "_MOST_DELETED", 2)
    ids = face_ids(index(photo("a", "b", "c", "d")))
    with FaceLiveness():
        client().delete_faces(CollectionId=users, FaceIds=ids[:1])
        client().delete_faces(CollectionId=users, FaceIds=ids[1:2])
        client().delete_faces(CollectionId=users, FaceIds=ids[2:3])

    assert face_liveness.people_in("users") == ["b", "c", "d"]
    with FaceLiveness():
        client().delete_faces(CollectionId=users, FaceIds=ids[1:2])
        client().delete_faces(CollectionId=users, FaceIds=ids[2:3])

    assert face_liveness.people_in("users") == ["b", "c", "d"]
    with FaceLiveness():
        client().delete_collection(CollectionId=users)

    assert face_liveness.people_in("users") == ["b", "c", "d"]


# A moto that has them.


@pytest.mark.in_process
def test_all_nine_are_left_to_a_moto_that_has_one(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    def search_faces(self: RekognitionResponse) -> str:
        return json.dumps({"SearchedFaceId": NOBODY, "FaceMatches": []})

    uninstall()
    try:
        monkeypatch.setattr(RekognitionResponse, "search_faces", search_faces, raising=False)
        install()

        assert client().search_faces(CollectionId="users", FaceId=NOBODY)["SearchedFaceId"] == NOBODY
        with pytest.raises(NotImplementedError, match="create_collection action has not been implemented"):
            client().create_collection(CollectionId="users")
        assert create()
        with pytest.warns(UserWarning, match="moto implements SearchFaces itself") as told:
            FaceLiveness()
        FaceLiveness()  # a second time it says nothing
    finally:
        uninstall()
        monkeypatch.undo()
        install()
    (warning,) = (str(one.message) for one in told)
    assert warning == (
        "moto implements SearchFaces itself, so it answers all operations on collections, and cannot tell who is in a "
        "photo(). Upgrade moto-liveness."
    )
    assert client().create_collection(CollectionId="users")["StatusCode"] == 200
