"""IAM enforcement answers in JSON, as AWS does for this service."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core import set_initial_no_auth_action_count
from moto.core.utils import camelcase_to_underscores

from moto_liveness import FaceLiveness, Succeeded, photo
from tests.aws import client

# moto counts the requests that it does not authenticate, and those of the handle would count too.
pytestmark = pytest.mark.in_process

ALLOWED = {"Effect": "Allow", "Action": "rekognition:CreateFaceLivenessSession", "Resource": "*"}


def client_of(user: str, *statements: dict[str, str], secret: str | None = None, service: str = "rekognition") -> Any:
    """Make an IAM user with a policy, and return a client of that user."""
    iam = client("iam")
    iam.create_user(UserName=user)
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName=user, PolicyName="policy", PolicyDocument=document)
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return boto3.client(
        service,
        "us-east-1",
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=secret or key["SecretAccessKey"],
    )


def denied(call: Any, **params: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**params)
    return dict(error.value.response)


@set_initial_no_auth_action_count(3)
@pytest.mark.parametrize(("picture", "code"), [(photo("alice"), "AccessDeniedException"), (b"x", "AccessDenied")])
def test_comparing_photos_is_denied_in_json_and_other_pictures_as_by_moto(
    face_liveness: FaceLiveness, picture: bytes, code: str
) -> None:
    rekognition = client_of("jane", ALLOWED)

    image = {"Bytes": picture}
    response = denied(rekognition.compare_faces, SourceImage=image, TargetImage=image)["ResponseMetadata"]

    in_json = response["HTTPHeaders"].get("content-type") == "application/x-amz-json-1.1"
    assert in_json == (code == "AccessDeniedException")
    assert [call.error for call in face_liveness.calls] == ([code] if in_json else [])


@set_initial_no_auth_action_count(3)
def test_detecting_labels_is_denied_as_by_moto(face_liveness: FaceLiveness) -> None:
    rekognition = client_of("jane", ALLOWED)

    denied(rekognition.detect_labels, Image={"Bytes": photo("alice")})

    assert face_liveness.calls == []


@set_initial_no_auth_action_count(3)
def test_a_user_without_permission_is_denied_in_json(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(Succeeded(confidence=97.3), optional=True)
    rekognition = client_of("jane", {**ALLOWED, "Effect": "Deny"})

    response = denied(rekognition.create_face_liveness_session)

    assert response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": "User: arn:aws:iam::123456789012:user/jane is not authorized to perform: "
        "rekognition:CreateFaceLivenessSession because no identity-based policy allows the "
        "rekognition:CreateFaceLivenessSession action",
    }
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"
    assert (face_liveness.sessions, seed.used) == ([], False)
    assert [call.error for call in face_liveness.calls] == ["AccessDeniedException"]


@set_initial_no_auth_action_count(3)
def test_a_user_with_permission_for_one_operation_is_denied_the_other(face_liveness: FaceLiveness) -> None:
    rekognition = client_of("jane", ALLOWED)

    session_id = rekognition.create_face_liveness_session()["SessionId"]
    response = denied(rekognition.get_face_liveness_session_results, SessionId=session_id)

    assert response["Error"]["Code"] == "AccessDeniedException"
    assert [(call.operation, call.session_id, call.error) for call in face_liveness.calls] == [
        ("CreateFaceLivenessSession", session_id, None),
        ("GetFaceLivenessSessionResults", session_id, "AccessDeniedException"),
    ]


@set_initial_no_auth_action_count(3)
def test_a_wrong_secret_is_an_invalid_signature(face_liveness: FaceLiveness) -> None:
    rekognition = client_of("jane", ALLOWED, secret="wrong")

    assert denied(rekognition.create_face_liveness_session)["Error"]["Code"] == "InvalidSignatureException"


@set_initial_no_auth_action_count(0)
def test_an_unknown_access_key_is_an_unrecognized_client(face_liveness: FaceLiveness) -> None:
    assert denied(client().create_face_liveness_session)["Error"] == {
        "Code": "UnrecognizedClientException",
        "Message": "The security token included in the request is invalid.",
    }


@set_initial_no_auth_action_count(0)
def test_a_denied_request_may_be_unreadable(face_liveness: FaceLiveness) -> None:
    rekognition = boto3.client("rekognition", "us-east-1")
    rekognition.meta.events.register("before-call.rekognition", lambda params, **_: params.update(body=b"no json"))

    denied(rekognition.create_face_liveness_session)

    assert [(call.params, call.error) for call in face_liveness.calls] == [({}, "UnrecognizedClientException")]


@set_initial_no_auth_action_count(3)
def test_a_stock_operation_is_denied_as_without_the_plugin(face_liveness: FaceLiveness) -> None:
    rekognition = client_of("jane", ALLOWED)

    response = denied(rekognition.detect_labels, Image={"Bytes": b"x"})

    assert response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert face_liveness.calls == []


@set_initial_no_auth_action_count(3)
@pytest.mark.parametrize(
    ("operation", "params"),
    [
        ("CreateCollection", {}),
        ("IndexFaces", {"Image": {"Bytes": photo("alice")}}),
        ("ListFaces", {}),
    ],
)
def test_operations_on_collections_are_denied_in_json(
    face_liveness: FaceLiveness, operation: str, params: dict[str, Any]
) -> None:
    rekognition = client_of("jane", ALLOWED)

    response = denied(getattr(rekognition, camelcase_to_underscores(operation)), CollectionId="users", **params)

    assert response["Error"] == {
        "Code": "AccessDeniedException",
        "Message": f"User: arn:aws:iam::123456789012:user/jane is not authorized to perform: rekognition:{operation} "
        f"because no identity-based policy allows the rekognition:{operation} action",
    }
    assert [(call.operation, call.error) for call in face_liveness.calls] == [(operation, "AccessDeniedException")]


@set_initial_no_auth_action_count(3)
def test_a_user_may_do_what_the_policy_allows(face_liveness: FaceLiveness) -> None:
    rekognition = client_of("jane", {**ALLOWED, "Action": "rekognition:CreateCollection"})

    assert rekognition.create_collection(CollectionId="users")["StatusCode"] == 200
