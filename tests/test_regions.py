"""Regions that Rekognition is in, but Face Liveness is not."""

from __future__ import annotations

import logging
import warnings

import pytest
from botocore.exceptions import ClientError

from moto_liveness import FaceLiveness, FaceLivenessRegionWarning
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS
from tests import aws
from tests.aws import client

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
        assert [call.error for call in face_liveness.calls] == ["AccessDeniedException"]
        assert create_in("us-east-1")
