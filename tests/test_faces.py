"""CompareFaces and DetectFaces for pictures that say who is in them."""

from __future__ import annotations

import base64
import io
import json
import warnings
from collections.abc import Iterator
from typing import Any

import boto3
import PIL.Image
import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from moto.rekognition.responses import RekognitionResponse

from moto_liveness import BoundingBox, FaceLiveness, Failed, Succeeded, UnmarkedPhotoWarning, photo
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core.images import PLACEHOLDER_REFERENCE_IMAGE
from moto_liveness.install import install, uninstall
from tests import aws
from tests.aws import MODEL, client, create, get, poll, post

COMPARE, DETECT = "CompareFaces", "DetectFaces"
UNMARKED = b"\xff\xd8\xff a picture of nobody in particular"
SMALL = BoundingBox(left=0.0, top=0.0, width=0.1, height=0.1)
LARGE = BoundingBox(left=0.5, top=0.5, width=0.4, height=0.4)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Warnings are errors in this suite; the tests that are about them say so."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnmarkedPhotoWarning)
        yield


def compare(source: bytes, target: bytes, **others: Any) -> dict[str, Any]:
    return dict(client().compare_faces(SourceImage={"Bytes": source}, TargetImage={"Bytes": target}, **others))


def detect(picture: bytes, **others: Any) -> list[dict[str, Any]]:
    return list(client().detect_faces(Image={"Bytes": picture}, **others)["FaceDetails"])


def similarities(answer: dict[str, Any]) -> list[float]:
    return [match["Similarity"] for match in answer["FaceMatches"]]


def refused(source: bytes, target: bytes, **others: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as error:
        compare(source, target, **others)
    response = error.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


# Who is who.


def test_choice_pictures_of_one_person_match(face_liveness: FaceLiveness) -> None:
    answer = compare(photo("alice"), photo("alice"))

    assert similarities(answer) == [99.9]
    assert answer["UnmatchedFaces"] == []
    assert answer["SourceImageFace"]["BoundingBox"] == answer["FaceMatches"][0]["Face"]["BoundingBox"]
    assert "SourceImageOrientationCorrection" not in answer


def test_pictures_of_different_people_do_not(face_liveness: FaceLiveness) -> None:
    answer = compare(photo("alice"), photo("mallory"))

    assert answer["FaceMatches"] == []
    assert len(answer["UnmatchedFaces"]) == 1


@pytest.mark.parametrize(("source", "target"), [(85.0, 99.0), (99.0, 85.0)])
def test_choice_the_similarity_is_the_lower_likeness(face_liveness: FaceLiveness, source: float, target: float) -> None:
    assert similarities(compare(photo("alice", likeness=source), photo("alice", likeness=target))) == [85.0]


@pytest.mark.parametrize(
    ("likeness", "threshold", "matches"),
    [(80.0, {}, 1), (79.9, {}, 0), (50.0, {"SimilarityThreshold": 50.0}, 1), (0.0, {"SimilarityThreshold": 0.0}, 1)],
)
def test_what_is_at_least_the_threshold_matches(
    face_liveness: FaceLiveness, likeness: float, threshold: dict[str, float], matches: int
) -> None:
    answer = compare(photo("alice", likeness=likeness), photo("alice"), **threshold)

    assert (len(answer["FaceMatches"]), len(answer["UnmatchedFaces"])) == (matches, 1 - matches)


def test_the_largest_face_of_the_source_is_compared(face_liveness: FaceLiveness) -> None:
    group = photo("bob", "alice", bounding_boxes=[SMALL, LARGE])

    assert similarities(compare(group, photo("alice"))) == [99.9]
    assert similarities(compare(group, photo("bob"))) == []
    assert similarities(compare(photo("alice", "bob"), photo("bob"))) == []


def test_the_others_in_the_target_are_unmatched(face_liveness: FaceLiveness) -> None:
    answer = compare(photo("bob"), photo("alice", "bob", "carol"))

    assert similarities(answer) == [99.9]
    assert len(answer["UnmatchedFaces"]) == 2


@pytest.mark.parametrize(("source", "target"), [(photo(), photo("alice")), (photo("alice"), photo())])
def test_a_picture_without_a_face_is_an_invalid_parameter(
    face_liveness: FaceLiveness, source: bytes, target: bytes
) -> None:
    assert refused(source, target) == ("InvalidParameterException", "Request has invalid parameters", 400)


@pytest.mark.parametrize("people", [(), ("alice",), ("alice", "bob", "carol")])
def test_choice_faces_are_counted(face_liveness: FaceLiveness, people: tuple[str, ...]) -> None:
    assert len(detect(photo(*people))) == len(people)


def test_a_face_has_what_aws_always_returns(face_liveness: FaceLiveness) -> None:
    [face] = detect(photo("alice", bounding_boxes=[LARGE]))

    assert sorted(face) == ["BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"]
    assert face["BoundingBox"] == {"Left": 0.5, "Top": 0.5, "Width": 0.4, "Height": 0.4}
    assert sorted(mark["Type"] for mark in face["Landmarks"]) == [
        "eyeLeft",
        "eyeRight",
        "mouthLeft",
        "mouthRight",
        "nose",
    ]


@pytest.mark.skipif(
    "FACE_OCCLUDED" not in MODEL.shape_for("Attribute").enum, reason="this botocore knows DEFAULT and ALL only"
)
def test_choice_attributes_are_returned_by_name_or_all(face_liveness: FaceLiveness) -> None:
    body = {"Image": {"Bytes": base64.b64encode(photo("alice")).decode()}}
    some = post(DETECT, {**body, "Attributes": ["DEFAULT", "SMILE", "FACE_OCCLUDED"]}).json()["FaceDetails"][0]
    everything = post(DETECT, {**body, "Attributes": ["ALL"]}).json()["FaceDetails"][0]

    assert {"Smile", "FaceOccluded"} == set(some) - {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert {"AgeRange", "Gender", "Emotions", "Beard"} < set(everything)


def test_a_photo_with_much_exif_is_read_to_its_comment(face_liveness: FaceLiveness) -> None:
    file = io.BytesIO()
    PIL.Image.new("RGB", (64, 48)).save(file, format="JPEG", exif=b"Exif\0\0" + b"x" * 60_000)

    assert len(detect(photo("alice", of=file.getvalue()))) == 1


@pytest.mark.parametrize("body", ['{"SourceImage": {"Bytes": "abc', '{"Image": {"Bytes": "a"', "[]", '"Bytes"'])
def test_a_body_that_is_not_json_is_answered_by_moto(face_liveness: FaceLiveness, body: str) -> None:
    assert post(COMPARE, body).json()["FaceMatches"][0]["Similarity"] == 100.0


# From S3.


@pytest.fixture
def bucket(face_liveness: FaceLiveness) -> str:
    client("s3").create_bucket(Bucket="documents")
    return "documents"


def in_s3(bucket: str, key: str, **version: str) -> dict[str, Any]:
    return {"S3Object": {"Bucket": bucket, "Name": key, **version}}


def test_pictures_come_from_s3(bucket: str) -> None:
    s3 = client("s3")
    s3.put_object(Bucket=bucket, Key="alice.jpg", Body=photo("alice"))
    here = in_s3(bucket, "alice.jpg")

    assert similarities(client().compare_faces(SourceImage=here, TargetImage=here)) == [99.9]
    assert len(client().detect_faces(Image=here)["FaceDetails"]) == 1


def test_a_version_of_an_object_is_compared(bucket: str) -> None:
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="a.jpg", Body=photo("alice"))["VersionId"]
    s3.put_object(Bucket=bucket, Key="a.jpg", Body=photo("bob"))
    old = client().compare_faces(
        SourceImage={"Bytes": photo("alice")}, TargetImage=in_s3(bucket, "a.jpg", Version=first)
    )
    new = client().compare_faces(SourceImage={"Bytes": photo("alice")}, TargetImage=in_s3(bucket, "a.jpg"))

    assert (similarities(old), similarities(new)) == ([99.9], [])


@pytest.mark.parametrize(("name", "key"), [("nowhere", "alice.jpg"), ("documents", "nothing.jpg")])
def test_an_object_that_does_not_exist_is_refused(bucket: str, name: str, key: str) -> None:
    with pytest.raises(ClientError) as error:
        client().compare_faces(SourceImage={"Bytes": photo("alice")}, TargetImage=in_s3(name, key))

    assert error.value.response["Error"] == {
        "Code": "InvalidS3ObjectException",
        "Message": "Unable to get object metadata from S3. Check object key, region and/or access permissions.",
    }


def test_a_bucket_of_another_region_is_refused(bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="alice.jpg", Body=photo("alice"))
    with pytest.raises(ClientError, match="InvalidS3ObjectException"):
        client(region_name="eu-west-1").compare_faces(
            SourceImage={"Bytes": photo("alice")}, TargetImage=in_s3(bucket, "alice.jpg")
        )


@pytest.mark.parametrize("output", [{}, {"OutputConfig": {"S3Bucket": "documents"}}], ids=["Bytes", "S3Object"])
def test_a_whole_sign_up(face_liveness: FaceLiveness, bucket: str, output: dict[str, Any]) -> None:
    client("s3").put_object(Bucket=bucket, Key="passport.jpg", Body=photo("alice"))
    face_liveness.queue(Succeeded(97.3, reference_image=photo("alice")))
    reference = poll(create(Settings=output))["ReferenceImage"]
    del reference["BoundingBox"]

    answer = client().compare_faces(SourceImage=reference, TargetImage=in_s3(bucket, "passport.jpg"))

    assert similarities(answer) == [99.9]


# What is refused.


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        (
            {"SimilarityThreshold": 101},
            "ValidationException",
            (
                "1 validation error detected: Value '101' at 'similarityThreshold' failed to satisfy constraint: "
                "Member must "
                "have value less than or equal to 100"
            ),
        ),
        (
            {"QualityFilter": "GOOD"},
            "ValidationException",
            (
                "1 validation error detected: Value 'GOOD' at 'qualityFilter' failed to satisfy constraint: "
                "Member must "
                "satisfy enum value set: [NONE, AUTO, LOW, MEDIUM, HIGH]"
            ),
        ),
        (
            {"TargetImage": None},
            "ValidationException",
            (
                "1 validation error detected: Value null at 'targetImage' failed to satisfy constraint: Member "
                "must not be "
                "null"
            ),
        ),
        (
            {"TargetImage": {"Bytes": ""}},
            "ValidationException",
            (
                "1 validation error detected: Value '' at 'targetImage.bytes' failed to satisfy constraint: Member "
                "must have "
                "length greater than or equal to 1"
            ),
        ),
        ({"TargetImage": {"Bytes": "***"}}, "SerializationException", "TargetImage.Bytes is not base64"),
        ({"TargetImage": {}}, "InvalidParameterException", "Request has invalid parameters"),
        ({"TargetImage": {"Bytes": "eHh4"}}, "InvalidImageFormatException", "Request has invalid image format"),
    ],
)
def test_a_request_is_validated_as_those_of_liveness_are(
    face_liveness: FaceLiveness, members: dict[str, Any], code: str, message: str
) -> None:
    alice = {"Bytes": base64.b64encode(photo("alice")).decode()}
    answer = post(COMPARE, {"SourceImage": alice, "TargetImage": alice, **members})

    assert answer.status_code == 400
    body = answer.json()
    assert (body["__type"], body.get("Message", body.get("message"))) == (code, message)


def test_a_picture_of_more_than_five_megabytes_is_refused(face_liveness: FaceLiveness) -> None:
    alice = {"Bytes": base64.b64encode(photo("alice")).decode()}
    large = {"Bytes": base64.b64encode(photo("alice") + b"x" * 5_242_880).decode()}
    body = post(COMPARE, {"SourceImage": alice, "TargetImage": large}).json()

    assert body["__type"] == "ValidationException"
    assert body["message"].endswith("Member must have length less than or equal to 5242880")
    assert len(body["message"]) < 1300


def test_an_object_of_more_than_fifteen_megabytes_is_refused(bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="large.jpg", Body=photo("alice") + b"x" * 15 * 1024 * 1024)
    with pytest.raises(ClientError, match=r"ImageTooLargeException.*Image size is too large"):
        client().detect_faces(Image=in_s3(bucket, "large.jpg"))


# Pictures that say nothing.

_DRAWING = (
    "CompareFaces got a drawing of moto-liveness as SourceImage, Bytes of 6,461 bytes, beginning with "
    "b'\\xff\\xd8\\xff\\xe0\\x00\\x10JF', of a step without an image"
)
_SEED = "Seed a picture that says who is in it: reference_image=photo('alice')"


@pytest.mark.in_process
def test_choice_one_unmarked_picture_matches_nobody_and_is_warned_of(face_liveness: FaceLiveness) -> None:
    with pytest.warns(UnmarkedPhotoWarning) as warned:
        answer = compare(photo("alice"), UNMARKED)

    assert (answer["FaceMatches"], len(answer["UnmatchedFaces"])) == ([], 1)
    assert [str(warning.message) for warning in warned] == [
        (
            f"CompareFaces got a TargetImage that does not say who is in it, Bytes of {len(UNMARKED)} bytes, "
            "beginning with "
            "b'\\xff\\xd8\\xff a pi': it matches nobody. If it came from photo(), it was converted on its way: see "
            '"When the '
            'marker survives" in docs/photos.md of the repository'
        )
    ]


@pytest.mark.in_process
def test_the_warning_names_the_object_in_s3(bucket: str) -> None:
    client("s3").put_object(Bucket=bucket, Key="scan.jpg", Body=UNMARKED)
    with pytest.warns(UnmarkedPhotoWarning, match=r"SourceImage .*, S3 object documents/scan.jpg: it matches nobody"):
        client().compare_faces(SourceImage=in_s3(bucket, "scan.jpg"), TargetImage={"Bytes": photo("alice")})


@pytest.mark.in_process
def test_a_warning_that_is_an_error_refuses_the_call_before_it_is_logged(face_liveness: FaceLiveness) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnmarkedPhotoWarning)
        with pytest.raises(UnmarkedPhotoWarning):
            compare(UNMARKED, photo("alice"))

    assert face_liveness.calls == []


@pytest.mark.in_process
def test_a_drawing_of_ours_beside_a_photo_is_a_forgotten_reference_image(face_liveness: FaceLiveness) -> None:
    with pytest.warns(UnmarkedPhotoWarning) as warned:
        answer = compare(PLACEHOLDER_REFERENCE_IMAGE.data, photo("alice"))

    assert answer["FaceMatches"] == []
    assert [str(warning.message) for warning in warned] == [f"{_DRAWING}: it matches nobody. {_SEED}"]


@pytest.mark.in_process
def test_unmarked_pictures_in_a_region_without_rekognition_are_left_to_moto(face_liveness: FaceLiveness) -> None:
    elsewhere = client(region_name="eu-west-3")
    with pytest.raises(NotImplementedError):
        elsewhere.detect_faces(Image={"Bytes": UNMARKED})
    with pytest.raises(KeyError, match="eu-west-3"):  # moto's own
        elsewhere.compare_faces(SourceImage={"Bytes": UNMARKED}, TargetImage={"Bytes": UNMARKED})

    assert face_liveness.calls == []


def test_a_key_that_looks_like_a_query_is_a_key(bucket: str) -> None:
    key = "a&Action=DetectLabels&b.jpg"
    client("s3").put_object(Bucket=bucket, Key=key, Body=photo("alice"))

    answer = client().compare_faces(SourceImage={"Bytes": photo("alice")}, TargetImage=in_s3(bucket, key))

    assert similarities(answer) == [99.9]


def test_an_unmarked_key_that_looks_like_a_query_is_left_to_moto(bucket: str) -> None:
    key = "a&Action=DetectLabels&b.jpg"
    client("s3").put_object(Bucket=bucket, Key=key, Body=UNMARKED)
    body = {"SourceImage": in_s3(bucket, key), "TargetImage": in_s3(bucket, key)}

    assert "Labels" in post(COMPARE, body).json()


def test_a_deleted_object_is_not_a_picture(bucket: str) -> None:
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=bucket, Key="a.jpg", Body=photo("alice"))
    s3.delete_object(Bucket=bucket, Key="a.jpg")

    with pytest.raises(ClientError, match="InvalidS3ObjectException"):
        client().compare_faces(SourceImage={"Bytes": photo("alice")}, TargetImage=in_s3(bucket, "a.jpg"))


@pytest.mark.in_process
def test_a_drawing_of_ours_is_warned_of_beside_the_answer_of_moto(face_liveness: FaceLiveness) -> None:
    with pytest.warns(UnmarkedPhotoWarning) as warned:
        answer = compare(PLACEHOLDER_REFERENCE_IMAGE.data, UNMARKED)

    assert similarities(answer) == [100.0]
    assert str(warned[0].message) == f"{_DRAWING}: moto's own answer matches it with everything. {_SEED}"


def test_unmarked_pictures_are_answered_by_moto(face_liveness: FaceLiveness) -> None:
    assert similarities(compare(b"x", b"y")) == [100.0]


@pytest.mark.in_process
def test_an_unmarked_picture_without_an_answer_of_moto_is_warned_of(face_liveness: FaceLiveness) -> None:
    with pytest.warns(UnmarkedPhotoWarning) as warned, pytest.raises(NotImplementedError):
        detect(UNMARKED)

    assert [str(one.message) for one in warned] == [
        (
            f"DetectFaces got an Image that does not say who is in it, Bytes of {len(UNMARKED)} bytes, beginning with "
            f"{UNMARKED[:8]!r}: moto has no DetectFaces. Mark it with photo('alice', of='picture.jpg')"
        )
    ]
    assert [call.note for call in face_liveness.calls] == ["moto has no DetectFaces, and no picture says who is in it"]


def test_bytes_that_are_not_a_picture_are_refused_as_by_aws(face_liveness: FaceLiveness) -> None:
    with pytest.raises(ClientError, match="Request has invalid image format") as error:
        detect(b"x")

    assert error.value.response["Error"]["Code"] == "InvalidImageFormatException"


@pytest.mark.in_process
def test_unmarked_pictures_are_left_to_a_moto_that_has_detect_faces(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    uninstall()
    try:
        monkeypatch.setattr(RekognitionResponse, "detect_faces", lambda _: '{"FaceDetails": []}', raising=False)
        install()

        assert [detect(b"x"), detect(UNMARKED), len(detect(photo("alice")))] == [[], [], 1]
    finally:
        uninstall()
        monkeypatch.undo()
        install()
    assert face_liveness.calls[0].note == "moto's own answer, because no picture says who is in it"


# What a test sees.


def test_the_calls_say_who_was_in_each_picture(face_liveness: FaceLiveness) -> None:
    compare(photo("alice"), photo("alice", "bob"))
    compare(photo("alice"), photo("mallory"))
    compare(photo("alice", likeness=50.0), photo("alice"))
    compare(b"x", b"y")
    compare(photo("alice"), UNMARKED)
    detect(photo("alice", "bob"))
    detect(photo())

    assert [call.people for call in face_liveness.calls] == [
        (("alice",), ("alice", "bob")),
        (("alice",), ("mallory",)),
        (("alice",), ("alice",)),
        (None, None),
        (("alice",), None),
        (("alice", "bob"),),
        ((),),
    ]
    assert face_liveness.calls[3].params == {
        "SourceImage": {"Bytes": "<1 bytes>"},
        "TargetImage": {"Bytes": "<1 bytes>"},
    }
    assert call_log(face_liveness).splitlines() == [
        "CompareFaces in us-east-1 -> alice and alice with bob: a similarity of 99.9 percent",
        "CompareFaces in us-east-1 -> alice and mallory: no match",
        "CompareFaces in us-east-1 -> alice and alice: no match, 50.0 percent is below the threshold of 80",
        "CompareFaces in us-east-1 -> moto's own answer, because no picture says who is in it",
        "CompareFaces in us-east-1 -> alice and an unmarked picture: no match",
        "DetectFaces in us-east-1 -> alice with bob",
        "DetectFaces in us-east-1 -> nobody",
    ]


@pytest.mark.in_process
@pytest.mark.parametrize("picture", [photo("alice"), b"x"], ids=["marked", "unmarked"])
def test_all_attempts_of_a_call_get_a_queued_error(
    face_liveness: FaceLiveness, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # botocore sleeps between its attempts
    face_liveness.queue_error("InternalServerError", operation=COMPARE)
    image = {"Bytes": picture}

    with pytest.raises(ClientError, match=r"InternalServerError.*reached max retries"):
        boto3.client("rekognition").compare_faces(SourceImage=image, TargetImage=image)


def test_a_refused_call_says_who_was_in_the_pictures(face_liveness: FaceLiveness) -> None:
    refused(photo(), photo("alice"))

    assert face_liveness.calls[0].people == ((), ("alice",))
    assert call_log(face_liveness) == (
        "CompareFaces in us-east-1 -> InvalidParameterException: Request has invalid parameters (nobody and alice)"
    )


@pytest.mark.parametrize("pictures", [(photo("alice"), photo("alice")), (b"x", b"y")], ids=["marked", "unmarked"])
def test_errors_can_be_queued(face_liveness: FaceLiveness, pictures: tuple[bytes, bytes]) -> None:
    seed = face_liveness.queue_error("ThrottlingException", "Slow down", operation=COMPARE)

    assert refused(*pictures) == ("ThrottlingException", "Slow down", 400)
    assert seed.used
    assert len(compare(*pictures)["FaceMatches"]) == 1
    assert face_liveness.calls[0].error == "ThrottlingException"


@pytest.mark.in_process
@pytest.mark.parametrize("picture", [photo("alice"), b"x"], ids=["marked", "unmarked"])
def test_the_network_can_fail(face_liveness: FaceLiveness, picture: bytes) -> None:
    face_liveness.queue_exception(OSError("no route"), operation=DETECT)

    with pytest.raises(OSError, match="no route"):
        detect(picture)
    assert face_liveness.calls[0].error == "OSError"


def test_repeated_attempts_get_the_same_answer(face_liveness: FaceLiveness) -> None:
    body = {"Image": {"Bytes": base64.b64encode(photo("alice")).decode()}}
    answers = [post(DETECT, body, **{"amz-sdk-invocation-id": "one"}).json() for _ in range(2)]

    assert answers[0] == answers[1]
    assert len(face_liveness.calls) == 1


def test_a_region_has_its_own_errors(face_liveness: FaceLiveness) -> None:
    face_liveness.at("eu-west-1").queue_error("ThrottlingException", operation=COMPARE, optional=True)

    assert len(compare(photo("alice"), photo("alice"))["FaceMatches"]) == 1


# Everything at once.

PEOPLE = st.lists(st.sampled_from(["alice", "bob", "carol", "dan"]), unique=True, max_size=4)
LIKENESSES = st.just(0.0) | st.floats(1.01, 100).map(lambda value: round(value, 2))


def expected(
    source: list[str], target: list[str], ours: float, theirs: float, threshold: float
) -> tuple[list[float], int] | None:
    """Say what CompareFaces answers: similarities and how many are unmatched; None for an error."""
    if not source or not target:
        return None
    similarity = min(ours, theirs)
    matches = [similarity] if source[0] in target and similarity >= threshold else []
    return matches, len(target) - len(matches)


@given(PEOPLE, PEOPLE, LIKENESSES, LIKENESSES, LIKENESSES)
def test_the_answer_agrees_with_a_model(
    source: list[str], target: list[str], ours: float, theirs: float, threshold: float
) -> None:
    pictures = photo(*source, likeness=ours), photo(*target, likeness=theirs)
    with mock_aws():
        body = {
            "SourceImage": {"Bytes": base64.b64encode(pictures[0]).decode()},
            "TargetImage": {"Bytes": base64.b64encode(pictures[1]).decode()},
            "SimilarityThreshold": threshold,
        }
        answer = post(COMPARE, body)

    wanted = expected(source, target, ours, theirs, threshold)
    if wanted is None:
        assert answer.json()["__type"] == "InvalidParameterException"
        return
    assert (similarities(answer.json()), len(answer.json()["UnmatchedFaces"])) == wanted
    assert set(answer.json()) <= set(MODEL.operation_model(COMPARE).output_shape.members)


# Over HTTP, and in other languages.


def photos_route(**body: Any) -> Any:
    import requests

    endpoint = aws.ENDPOINT or "http://motoapi.amazonaws.com"
    return requests.post(f"{endpoint}/moto-api/static/rekognition/photos", data=json.dumps(body))


def test_a_photo_comes_over_http(face_liveness: FaceLiveness) -> None:
    own = base64.b64encode(photo("somebody")).decode()
    box = {"left": 0.1, "top": 0.1, "width": 0.2, "height": 0.2}
    answer = photos_route(people=["alice"], likeness=85.0)

    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "image/jpeg")
    assert answer.content == photo("alice", likeness=85.0)
    assert photos_route(people=["alice"], of=own, bounding_boxes=[box]).content == photo(
        "alice", of=photo("somebody"), bounding_boxes=[BoundingBox(**box)]
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "the body needs people"),
        ({"people": "alice"}, "people must be a list of names, not 'alice'"),
        (
            {"people": ["alice"], "of": "/etc/passwd"},
            "of must be a JPEG in base64: a server reads no files, so it takes no path",
        ),
        ({"people": ["alice"], "of": 5}, "of must be a str, not 5"),
        ({"people": ["alice"], "bounding_boxes": {}}, "bounding_boxes must be a list of boxes, not {}"),
        (
            {"people": ["alice"], "similarity": 5},
            "the body has no member 'similarity'. Choose from: people, likeness, of, bounding_boxes, face.",
        ),
    ],
)
def test_a_photo_that_cannot_be_is_refused(face_liveness: FaceLiveness, body: dict[str, Any], message: str) -> None:
    answer = photos_route(**body)

    assert (answer.status_code, answer.json()) == (400, {"message": message})


def test_a_reference_image_over_http_has_the_box_of_its_photo(face_liveness: FaceLiveness) -> None:
    import requests

    endpoint = aws.ENDPOINT or "http://motoapi.amazonaws.com"
    picture = base64.b64encode(photo("alice", bounding_boxes=[LARGE])).decode()
    results = [{"status": "SUCCEEDED", "confidence": 97.3, "reference_image": picture}]
    requests.post(
        f"{endpoint}/moto-api/static/rekognition/face-liveness-results", data=json.dumps({"results": results})
    )

    assert get(create())["ReferenceImage"]["BoundingBox"] == {"Left": 0.5, "Top": 0.5, "Width": 0.4, "Height": 0.4}


def test_a_failed_check_may_have_a_photo(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Failed(reference_image=photo("alice")))

    assert poll(create())["ReferenceImage"]["Bytes"] == photo("alice")
