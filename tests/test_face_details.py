"""photo(face=): faces as AWS would describe them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from moto_liveness import FaceLiveness, photo
from moto_liveness.core.face_details import FACE_SCHEMA
from moto_liveness.core.people import people_in
from moto_liveness.server.photo import write_photo
from tests import aws
from tests.aws import MODEL, client

CLOSED = {"EyesOpen": {"Value": False, "Confidence": 99.1}}
DARK = {
    **CLOSED,
    "Quality": {"Brightness": 20.0},
    "Pose": {"Yaw": 45.0},
    "Confidence": 91.5,
    "Emotions": [{"Type": "CALM"}],
}

needs_attributes = pytest.mark.skipif(
    "EYES_OPEN" not in MODEL.shape_for("Attribute").enum,
    reason="this botocore knows the attributes DEFAULT and ALL only",
)


def detect(picture: bytes, *attributes: str) -> list[dict[str, Any]]:
    return list(client().detect_faces(Image={"Bytes": picture}, Attributes=list(attributes))["FaceDetails"])


# What it may be.


@pytest.mark.skipif(
    "EyeDirection" not in MODEL.shape_for("FaceDetail").members, reason="this botocore does not know all members yet"
)
def test_the_members_are_those_of_the_newest_botocore() -> None:
    shape = MODEL.shape_for("FaceDetail")

    assert set(FACE_SCHEMA["properties"]) == set(shape.members) - {"BoundingBox", "Landmarks"}
    for name, schema in FACE_SCHEMA["properties"].items():
        assert_same(schema, shape.members[name])


def assert_same(schema: Any, shape: Any) -> None:
    constraints = dict(shape.metadata)
    if shape.type_name == "structure":
        assert schema["properties"].keys() == shape.members.keys()
        for name, member in shape.members.items():
            assert_same(schema["properties"][name], member)
    elif shape.type_name == "list":
        assert_same(schema["items"], shape.member)
    elif shape.type_name == "float":
        # The prose says of Quality that its values are between 0 and 100.
        limits = constraints or {"min": 0, "max": 100}
        assert schema == {"type": "number", "minimum": limits["min"], "maximum": limits["max"]}
    elif shape.type_name == "integer":
        # AWS's Integer has 32 bits.
        assert schema == {"type": "integer", "minimum": constraints["min"], "maximum": 2**31 - 1}
    elif shape.type_name == "boolean":
        assert schema == {"type": "boolean"}
    else:
        assert sorted(schema["enum"]) == sorted(constraints["enum"])


ALL = (
    "AgeRange, Beard, Confidence, Emotions, EyeDirection, Eyeglasses, EyesOpen, FaceOccluded, Gender, MouthOpen, "
    "Mustache, Pose, Quality, Smile, Sunglasses"
)


@pytest.mark.parametrize(
    ("face", "error"),
    [
        ({"EyeOpen": {}}, "ValueError: face has no member 'EyeOpen'. Did you mean 'EyesOpen'?"),
        ({"x": 1}, f"ValueError: face has no member 'x'. Choose from: {ALL}."),
        (5, f"TypeError: face must be a dictionary with members of {ALL}, not 5"),
        (
            {"EyesOpen": False},
            "TypeError: face.EyesOpen must be a dictionary with members of Value, Confidence, not False",
        ),
        ({"EyesOpen": {"value": False}}, "ValueError: face.EyesOpen has no member 'value'. Did you mean 'Value'?"),
        ({"EyesOpen": {"Value": 1}}, "TypeError: face.EyesOpen.Value must be true or false, not 1"),
        (
            {"Confidence": 101},
            "ValueError: face.Confidence must be a percentage between 0 and 100, not 101",
        ),
        (
            {"Quality": {"Brightness": "dark"}},
            "TypeError: face.Quality.Brightness must be a percentage between 0 and 100, an int or a float, not 'dark'",
        ),
        (
            {"Pose": {"Yaw": -181}},
            "ValueError: face.Pose.Yaw must be a number of degrees between -180 and 180, not -181",
        ),
        ({"Gender": {"Value": "male"}}, "ValueError: face.Gender.Value 'male' does not exist. Did you mean 'Male'?"),
        ({"Emotions": {}}, "TypeError: face.Emotions must be a list, not {}"),
        (
            {"Emotions": [{"Type": "CALM"}, {"Type": "HAPY"}]},
            "ValueError: face.Emotions[1].Type 'HAPY' does not exist. Did you mean 'HAPPY'?",
        ),
        ({"Emotions": [{"Confidence": 9}]}, "ValueError: face.Emotions[0] needs a Type"),
        ({"AgeRange": {"Low": 3}}, "ValueError: face.AgeRange needs a High"),
        (
            {"AgeRange": {"Low": 30.5, "High": 40}},
            "ValueError: face.AgeRange.Low must be a whole number of years between 0 and 2147483647, not 30.5",
        ),
        (
            {"AgeRange": {"Low": 30, "High": 2**31}},
            "ValueError: face.AgeRange.High must be a whole number of years between 0 and 2147483647, not 2147483648",
        ),
        (
            {"AgeRange": {"Low": 30, "High": 4}},
            "ValueError: face.AgeRange goes from 30 to 4: Low must not be above High",
        ),
        ({"BoundingBox": {}}, "ValueError: face takes no BoundingBox: bounding_boxes= says where a face is"),
        ({"Landmarks": []}, "ValueError: face takes no Landmarks: bounding_boxes= says where a face is"),
        (
            [{}, {}],
            "ValueError: face must be one dictionary, or a list of one for each person: 1, not 2",
        ),
        ([{"EyeOpen": {}}], "ValueError: face[0] has no member 'EyeOpen'. Did you mean 'EyesOpen'?"),
    ],
)
def test_what_aws_could_not_say_is_refused(face: Any, error: str) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        photo("alice", face=face)

    assert f"{type(raised.value).__name__}: {raised.value}" == error


def test_a_description_that_does_not_fit_into_a_comment_is_refused() -> None:
    face = {"Emotions": [{"Type": "CALM"}] * 5_000}

    with pytest.raises(ValueError, match=r"^1 people do not fit into a JPEG comment: shorten "):
        photo("alice", face=face)


def test_a_face_that_says_nothing_changes_no_byte() -> None:
    assert photo("alice", face={}) == photo("alice") == photo("alice", face=[{}])


def test_a_photo_keeps_what_it_was_told() -> None:
    face = {"EyesOpen": {"Value": False}}
    picture = photo("alice", face=face)
    face["EyesOpen"]["Value"] = True

    (alice,) = people_in(picture) or ()
    assert alice.face == {"EyesOpen": {"Value": False}}


def test_a_mark_with_a_face_that_aws_could_not_say_is_not_a_mark() -> None:
    assert people_in(photo("alice", face=CLOSED).replace(b"EyesOpen", b"EyesShut")) is None


# What is answered.


@needs_attributes
def test_detect_faces_answers_what_was_asked_for(face_liveness: FaceLiveness) -> None:
    (plain,) = detect(photo("alice", face=DARK))
    (asked,) = detect(photo("alice", face=DARK), "EYES_OPEN")
    (whole,) = detect(photo("alice", face=DARK), "ALL")

    assert plain.keys() == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert plain["Confidence"] == 91.5
    assert plain["Pose"] == {"Roll": 0.0, "Yaw": 45.0, "Pitch": 0.0}
    assert plain["Quality"] == {"Brightness": 20.0, "Sharpness": 99.9}
    assert asked["EyesOpen"] == {"Value": False, "Confidence": 99.1}
    assert "Sunglasses" not in asked
    assert whole["Emotions"] == [{"Type": "CALM", "Confidence": 99.99}]
    assert whole["Sunglasses"] == {"Value": False, "Confidence": 99.99}


@needs_attributes
def test_a_value_without_a_confidence_is_as_sure_as_the_drawn_ones(face_liveness: FaceLiveness) -> None:
    (face,) = detect(photo("alice", face={"Sunglasses": {"Value": True}}), "SUNGLASSES")

    assert face["Sunglasses"] == {"Value": True, "Confidence": 99.99}


def test_the_likeness_is_the_sharpness_unless_a_test_gives_one(face_liveness: FaceLiveness) -> None:
    (plain,) = detect(photo("alice", likeness=85.0))
    (blurred,) = detect(photo("alice", likeness=85.0, face={"Quality": {"Sharpness": 10.0}}))

    assert plain["Quality"] == {"Brightness": 80.0, "Sharpness": 85.0}
    assert blurred["Quality"] == {"Brightness": 80.0, "Sharpness": 10.0}


@needs_attributes
def test_one_dictionary_is_about_all_and_a_list_about_each(face_liveness: FaceLiveness) -> None:
    both = detect(photo("alice", "bob", face=CLOSED), "EYES_OPEN")
    second = detect(photo("alice", "bob", face=[{}, CLOSED]), "EYES_OPEN")

    assert [face["EyesOpen"]["Value"] for face in both] == [False, False]
    assert [face["EyesOpen"]["Value"] for face in second] == [True, False]


def test_compare_faces_answers_what_it_has_members_for(face_liveness: FaceLiveness) -> None:
    picture = photo("alice", face={**DARK, "Smile": {"Value": False}})

    answer = client().compare_faces(SourceImage={"Bytes": picture}, TargetImage={"Bytes": picture})

    (match,) = answer["FaceMatches"]
    assert answer["SourceImageFace"]["Confidence"] == match["Face"]["Confidence"] == 91.5
    assert match["Face"]["Pose"]["Yaw"] == 45.0
    assert match["Face"]["Quality"]["Brightness"] == 20.0
    known = MODEL.shape_for("ComparedFace").members
    assert match["Face"].get("Emotions") == ([{"Type": "CALM", "Confidence": 99.99}] if "Emotions" in known else None)
    assert match["Face"].get("Smile") == ({"Value": False, "Confidence": 99.99} if "Smile" in known else None)
    assert "EyesOpen" not in match["Face"]


@needs_attributes
def test_index_faces_and_a_search_answer_it_too(face_liveness: FaceLiveness) -> None:
    client().create_collection(CollectionId="users")
    image = {"Bytes": photo("alice", "bob", face=DARK)}

    answer = client().index_faces(CollectionId="users", Image=image, MaxFaces=1, DetectionAttributes=["EYES_OPEN"])

    (record,), (left_out,) = answer["FaceRecords"], answer["UnindexedFaces"]
    assert record["Face"]["Confidence"] == record["FaceDetail"]["Confidence"] == 91.5
    assert record["FaceDetail"]["EyesOpen"]["Value"] is left_out["FaceDetail"]["EyesOpen"]["Value"] is False
    found = client().search_faces_by_image(CollectionId="users", Image=image)
    assert found["SearchedFaceConfidence"] == found["FaceMatches"][0]["Face"]["Confidence"] == 91.5


# Over HTTP, and from the command line.


def post_photo(**body: Any) -> requests.Response:
    endpoint = aws.ENDPOINT or "http://motoapi.amazonaws.com"
    return requests.post(f"{endpoint}/moto-api/static/rekognition/photos", data=json.dumps(body))


def test_a_face_comes_over_http(face_liveness: FaceLiveness) -> None:
    assert post_photo(people=["alice"], face=CLOSED).content == photo("alice", face=CLOSED)
    assert post_photo(people=["a", "b"], face=[{}, CLOSED]).content == photo("a", "b", face=[{}, CLOSED])
    assert post_photo(people=["alice"], face=None).content == photo("alice")
    wrong = post_photo(people=["alice"], face={"EyeOpen": {}})
    assert (wrong.status_code, wrong.json()["message"]) == (
        400,
        "face has no member 'EyeOpen'. Did you mean 'EyesOpen'?",
    )


def test_a_face_comes_from_the_command_line(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "alice.jpg"

    write_photo(["alice", "--face", json.dumps(CLOSED), "-o", str(file)])

    assert file.read_bytes() == photo("alice", face=CLOSED)
    with pytest.raises(SystemExit) as wrong:
        write_photo(["alice", "--face", '{"EyesOpen": false}', "-o", str(file)])
    assert str(wrong.value) == (
        "python -m moto_liveness photo: face.EyesOpen must be a dictionary with members of Value, Confidence, not False"
    )
    with pytest.raises(SystemExit):
        write_photo(["alice", "--face", "{EyesOpen}", "-o", str(file)])
    assert "error: argument --face: it must be JSON: Expecting property name" in capsys.readouterr().err
