"""Requests against botocore's service model: AWS's sentences, for what clients let through."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import ServiceModel
from hypothesis import given
from hypothesis import strategies as st

from moto_liveness import FaceLiveness, Succeeded
from moto_liveness.rekognition import validation
from moto_liveness.rekognition.exceptions import LivenessException
from tests.aws import CREATE, GET, create, needs_challenges, post

UUID_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def bucket(name: str, **config: Any) -> dict[str, Any]:
    return {"Settings": {"OutputConfig": {"S3Bucket": name, **config}}}


def challenge(**preference: Any) -> dict[str, Any]:
    return {"Settings": {"ChallengePreferences": [{"Type": "FaceMovementChallenge"}, preference]}}


@pytest.mark.parametrize(
    ("operation", "params", "violation"),
    [
        (GET, {}, "Value null at 'sessionId' failed to satisfy constraint: Member must not be null"),
        (GET, {"SessionId": None}, "Value null at 'sessionId' failed to satisfy constraint: Member must not be null"),
        (
            GET,
            {"SessionId": "x" * 36},
            (
                f"Value '{'x' * 36}' at 'sessionId' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {UUID_PATTERN}"
            ),
        ),
        (
            CREATE,
            bucket("ab"),
            (
                "Value 'ab' at 'settings.outputConfig.s3Bucket' failed to satisfy constraint: "
                "Member must have length greater than or equal to 3"
            ),
        ),
        (
            CREATE,
            {"Settings": {"OutputConfig": {}}},
            "Value null at 'settings.outputConfig.s3Bucket' failed to satisfy constraint: Member must not be null",
        ),
        (
            CREATE,
            bucket("images", S3KeyPrefix="x" * 951),
            (
                f"Value '{'x' * 951}' at 'settings.outputConfig.s3KeyPrefix' failed to satisfy constraint: "
                "Member must have length less than or equal to 950"
            ),
        ),
        (
            CREATE,
            {"ClientRequestToken": "sign up!"},
            (
                "Value 'sign up!' at 'clientRequestToken' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: ^[a-zA-Z0-9-_]+$"
            ),
        ),
        pytest.param(
            CREATE,
            challenge(Type="Blink"),
            "Value 'Blink' at 'settings.challengePreferences.2.member.type' failed to satisfy constraint: "
            "Member must satisfy enum value set: [FaceMovementAndLightChallenge, FaceMovementChallenge]",
            marks=needs_challenges,
        ),
        pytest.param(
            CREATE,
            challenge(Type="FaceMovementChallenge", Versions={"Minimum": "1.0.x"}),
            "Value '1.0.x' at 'settings.challengePreferences.2.member.versions.minimum' failed to satisfy constraint: "
            r"Member must satisfy regular expression pattern: "
            r"^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$",
            marks=needs_challenges,
        ),
        pytest.param(
            CREATE,
            {"Settings": {"ChallengePreferences": [None]}},
            "Value null at 'settings.challengePreferences.1.member' failed to satisfy constraint: "
            "Member must not be null",
            marks=needs_challenges,
        ),
    ],
)
def test_a_violated_constraint_is_named_in_the_words_of_aws(
    face_liveness: FaceLiveness, operation: str, params: dict[str, Any], violation: str
) -> None:
    answer = post(operation, params)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    assert answer.json() == {
        "__type": "ValidationException",
        "message": f"1 validation error detected: {violation}",
    }


def test_several_violations_are_named_together(face_liveness: FaceLiveness) -> None:
    answer = post(CREATE, {"KmsKeyId": "", "ClientRequestToken": "a" * 65})

    assert answer.json()["message"] == (
        "3 validation errors detected: "
        "Value '' at 'kmsKeyId' failed to satisfy constraint: Member must have length greater than or equal to 1; "
        "Value '' at 'kmsKeyId' failed to satisfy constraint: Member must satisfy regular expression pattern: "
        "^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}$; "
        f"Value '{'a' * 65}' at 'clientRequestToken' failed to satisfy constraint: "
        "Member must have length less than or equal to 64"
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[]", "The request body must be a JSON object, not ARRAY_VALUE"),
        ("5", "The request body must be a JSON object, not NUMBER_VALUE"),
        ("null", "The request body must be a JSON object, not NULL_VALUE"),
        ('{"Settings": "x"}', "STRING_VALUE can not be converted to structure at 'settings'"),
        (
            f'{{"Settings": {{"AuditImagesLimit": {2**31}}}}}',
            "NUMBER_VALUE can not be converted to integer at 'settings.auditImagesLimit'",
        ),
        ('{"ClientRequestToken": {}}', "OBJECT_VALUE can not be converted to string at 'clientRequestToken'"),
        (
            '{"Settings": {"AuditImagesLimit": "4"}}',
            "STRING_VALUE can not be converted to integer at 'settings.auditImagesLimit'",
        ),
        (
            '{"Settings": {"AuditImagesLimit": true}}',
            "BOOLEAN_VALUE can not be converted to integer at 'settings.auditImagesLimit'",
        ),
        (
            '{"Settings": {"AuditImagesLimit": 1.5}}',
            "NUMBER_VALUE can not be converted to integer at 'settings.auditImagesLimit'",
        ),
    ],
)
def test_a_wrong_type_is_a_serialization_exception(face_liveness: FaceLiveness, body: str, message: str) -> None:
    answer = post(CREATE, body)

    assert (answer.status_code, answer.json()) == (400, {"__type": "SerializationException", "Message": message})


@pytest.mark.parametrize(
    "body", ['{"x": NaN}', '{"x": Infinity}', "{", "not json", '{"SessionId": ', "{'SessionId': 'x'}"]
)
def test_broken_json_is_a_serialization_exception(face_liveness: FaceLiveness, body: str) -> None:
    answer = post(GET, body)

    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")
    assert answer.json()["Message"].startswith("The request body is not valid JSON: ")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("[" * 100 + "]" * 100, "it is nested more than 100 levels deep"),
        ("9" * 301, "a number has 301 digits"),
    ],
)
def test_choice_a_body_has_at_most_100_levels_and_numbers_of_300_digits(
    face_liveness: FaceLiveness, value: str, message: str
) -> None:
    answer = post(CREATE, f'{{"Unknown": {value}}}')

    assert (answer.status_code, answer.json()) == (
        400,
        {"__type": "SerializationException", "Message": f"The request body is not valid JSON: {message}"},
    )


def test_a_message_never_echoes_more_than_a_line(face_liveness: FaceLiveness) -> None:
    answer = post(CREATE, {"ClientRequestToken": "x" * 100_000}).json()

    assert len(answer["message"]) < 1200
    assert f"Value '{'x' * 1000}...' at 'clientRequestToken' failed" in answer["message"]


def test_an_empty_body_is_a_request_without_parameters(face_liveness: FaceLiveness) -> None:
    assert post(CREATE, "").status_code == 200


def test_members_that_the_model_does_not_know_are_ignored(face_liveness: FaceLiveness) -> None:
    answer = post(CREATE, {"Unheard": {"Of": 1}, "Settings": {"Unheard": [], "AuditImagesLimit": None}})

    assert answer.status_code == 200
    assert face_liveness.session(answer.json()["SessionId"]).request["Unheard"] == {"Of": 1}


def test_a_refused_request_takes_no_seed(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(Succeeded(confidence=97.3))

    post(CREATE, bucket("ab"))

    assert not seed.used
    assert create() == seed.session_id


def test_a_constraint_that_the_model_does_not_have_yet_is_checked_the_day_it_does() -> None:
    model = ServiceModel(
        {
            "shapes": {
                "Input": {"type": "structure", "members": {"Count": {"shape": "Count"}, "Names": {"shape": "Names"}}},
                "Count": {"type": "integer", "min": 2, "max": 3},
                "Names": {"type": "list", "member": {"shape": "Name"}, "max": 1},
                "Name": {"type": "string"},
            }
        }
    )

    violations = []
    for count in (1, 4):
        with pytest.raises(LivenessException) as error:
            validation.check_shape(model.shape_for("Input"), {"Count": count, "Names": ["a", "b"]})
        violations.append(error.value.answer.message.removeprefix("2 validation errors detected: ").split("; "))

    assert violations == [
        [
            "Value '1' at 'count' failed to satisfy constraint: Member must have value greater than or equal to 2",
            (
                "Value '[\"a\", \"b\"]' at 'names' failed to satisfy constraint: "
                "Member must have length less than or equal to 1"
            ),
        ],
        [
            "Value '4' at 'count' failed to satisfy constraint: Member must have value less than or equal to 3",
            (
                "Value '[\"a\", \"b\"]' at 'names' failed to satisfy constraint: "
                "Member must have length less than or equal to 1"
            ),
        ],
    ]


text = st.text("aB-/&= ", max_size=5)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.just(0.5) | text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
outputs = st.fixed_dictionaries({"S3Bucket": json_values}, optional={"S3KeyPrefix": json_values})
preferences = st.lists(st.fixed_dictionaries({"Type": json_values, "Versions": json_values}), max_size=2)
requests_of_any_kind = st.fixed_dictionaries(
    {},
    optional={
        "KmsKeyId": json_values,
        "ClientRequestToken": json_values,
        "Settings": json_values
        | st.fixed_dictionaries(
            {},
            optional={
                "AuditImagesLimit": json_values,
                "OutputConfig": json_values | outputs,
                "ChallengePreferences": json_values | preferences,
            },
        ),
    },
)


@given(params=requests_of_any_kind)
def test_whatever_is_sent_is_accepted_or_refused_in_the_words_of_aws(params: dict[str, Any]) -> None:
    with FaceLiveness():
        answer = post(CREATE, params)

    body = answer.json()
    assert answer.status_code in (200, 400)
    assert "SessionId" in body or body["__type"] in {
        "ValidationException",
        "SerializationException",
        "InvalidParameterException",
    }
