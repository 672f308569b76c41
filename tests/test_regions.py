"""Regions that Rekognition is in, but Face Liveness is not."""

from __future__ import annotations

import logging
import warnings

import boto3
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from moto_liveness import FaceLiveness, FaceLivenessRegionWarning, photo
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS
from tests import aws
from tests.aws import ALIVE, CREATE, GET, SESSION_ID, client, create, post

MESSAGE = (
    "AWS does not serve Face Liveness in eu-central-1: there CreateFaceLivenessSession gets an AccessDeniedException "
    "with an empty message. Regions that serve it: us-east-1, us-west-2, eu-west-1, ap-northeast-1, ap-south-1, "
    "ap-southeast-5, ap-southeast-7, sa-east-1. strict_regions=True makes the mock answer as AWS does."
)


def create_in(region_name: str) -> str:
    return str(client(region_name=region_name).create_face_liveness_session()["SessionId"])


@pytest.mark.in_process
def test_a_region_that_does_not_serve_it_is_a_warning(face_liveness: FaceLiveness) -> None:
    with pytest.warns(FaceLivenessRegionWarning) as caught:
        session_id = create_in("eu-central-1")

    assert [str(warning.message) for warning in caught] == [MESSAGE]
    assert face_liveness.session(session_id).region_name == "eu-central-1"


@pytest.mark.in_process
def test_a_warning_that_is_an_error_refuses_the_call_before_anything_has_changed(face_liveness: FaceLiveness) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", FaceLivenessRegionWarning)
        with pytest.raises(FaceLivenessRegionWarning):
            create_in("eu-central-1")

    assert face_liveness.sessions == []


def test_over_http_the_log_has_the_warning(face_liveness: FaceLiveness, caplog: pytest.LogCaptureFixture) -> None:
    if aws.ENDPOINT is None:
        pytest.skip("it is about HTTP")
    with caplog.at_level(logging.WARNING, "moto_liveness"):
        create_in("eu-central-1")

    assert [record.getMessage() for record in caplog.records if record.name == "moto_liveness"] == [MESSAGE]


@pytest.mark.parametrize("region_name", [name for name in FACE_LIVENESS_REGIONS if name in ("us-east-1", "eu-west-1")])
def test_a_region_that_serves_it_is_fine(face_liveness: FaceLiveness, region_name: str) -> None:
    assert create_in(region_name)


def test_a_strict_block_refuses_as_aws_does() -> None:
    with FaceLiveness(strict_regions=True) as face_liveness:
        with pytest.raises(ClientError) as error:
            create_in("eu-central-1")

        assert error.value.response["Error"] == {"Code": "AccessDeniedException", "Message": ""}
        assert post(CREATE, {}, "eu-central-1").json() == {"__type": "AccessDeniedException"}
        assert [call.error for call in face_liveness.calls] == ["AccessDeniedException"] * 2
        assert create_in("us-east-1")


def test_choice_a_strict_block_refuses_polls_as_well() -> None:
    with FaceLiveness(strict_regions=True) as face_liveness:
        session = face_liveness.at("eu-central-1").add_session(ALIVE)

        assert post(GET, {"SessionId": session.id}, "eu-central-1").json() == {"__type": "AccessDeniedException"}
        assert session.poll_count == 0


@pytest.mark.in_process
def test_a_poll_in_a_region_that_does_not_serve_it_is_answered_without_a_warning(face_liveness: FaceLiveness) -> None:
    session = face_liveness.at("eu-central-1").add_session(ALIVE)
    with warnings.catch_warnings():
        warnings.simplefilter("error", FaceLivenessRegionWarning)
        results = client(region_name="eu-central-1").get_face_liveness_session_results(SessionId=session.id)

    assert results["Status"] == "SUCCEEDED"


NOWHERE = (
    "Rekognition is not in {}: on AWS no host answers there. Regions that serve Face Liveness: us-east-1, us-west-2, "
    "eu-west-1, ap-northeast-1, ap-south-1, ap-southeast-5, ap-southeast-7, sa-east-1."
)


@pytest.mark.in_process
@pytest.mark.parametrize(
    ("region_name", "suffix"), [("eu-north-1", "com"), ("af-south-1", "com"), ("cn-north-1", "com.cn")]
)
def test_choice_no_host_answers_in_a_region_without_rekognition(
    face_liveness: FaceLiveness, region_name: str, suffix: str
) -> None:
    rekognition = client(region_name=region_name)
    seed = face_liveness.queue_error("ThrottlingException", optional=True)
    with pytest.warns(FaceLivenessRegionWarning) as created, pytest.raises(EndpointConnectionError):
        rekognition.create_face_liveness_session()
    with pytest.warns(FaceLivenessRegionWarning) as polled, pytest.raises(EndpointConnectionError) as error:
        rekognition.get_face_liveness_session_results(SessionId=SESSION_ID)

    assert str(error.value) == (
        f'Could not connect to the endpoint URL: "https://rekognition.{region_name}.amazonaws.{suffix}/"'
    )
    assert [str(warning.message) for warning in (*created, *polled)] == [NOWHERE.format(region_name)] * 2
    assert not seed.used
    assert [(call.region_name, call.error, call.note) for call in face_liveness.calls] == [
        (region_name, "EndpointConnectionError", NOWHERE.format(region_name))
    ] * 2
    assert face_liveness.sessions == []


@pytest.mark.in_process
def test_the_attempts_of_a_call_to_no_host_are_one_call(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    rekognition = boto3.client("rekognition", "eu-north-1", config=Config(retries={"total_max_attempts": 3}))
    with pytest.warns(FaceLivenessRegionWarning) as caught, pytest.raises(EndpointConnectionError):
        rekognition.create_face_liveness_session()

    assert (len(caught), len(face_liveness.calls)) == (1, 1)


def test_over_http_a_region_without_rekognition_is_refused_in_json(
    face_liveness: FaceLiveness, caplog: pytest.LogCaptureFixture
) -> None:
    if aws.ENDPOINT is None:
        pytest.skip("it is about HTTP")
    with caplog.at_level(logging.WARNING, "moto_liveness"):
        answers = [post(CREATE, {}, "eu-north-1"), post(GET, {"SessionId": SESSION_ID}, "eu-north-1")]

    message = NOWHERE.format("eu-north-1")
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (400, {"__type": "UnknownRegion", "message": message})
    ] * 2
    assert [(call.error, call.message) for call in face_liveness.calls] == [("UnknownRegion", message)] * 2
    assert [record.getMessage() for record in caplog.records if record.name == "moto_liveness"] == [message] * 2


@pytest.mark.in_process
def test_marked_pictures_get_no_answer_in_a_region_without_rekognition(face_liveness: FaceLiveness) -> None:
    with pytest.warns(FaceLivenessRegionWarning), pytest.raises(EndpointConnectionError):
        client(region_name="eu-north-1").detect_faces(Image={"Bytes": photo("alice")})


def test_a_body_that_is_not_utf_8_is_refused_in_a_region_without_rekognition(face_liveness: FaceLiveness) -> None:
    create()
    answer = requests.post(
        aws.ENDPOINT or "https://rekognition.eu-north-1.amazonaws.com/",
        data=b"\xff",
        headers={
            "X-Amz-Target": f"RekognitionService.{CREATE}",
            "Authorization": aws.AUTHORIZATION.replace("us-east-1", "eu-north-1"),
        },
    )

    assert answer.json()["__type"] == "SerializationException"
    assert face_liveness.calls[-1].region_name == "eu-north-1"
