"""A warning names the line that called the client or this package, not one of boto3 or moto."""

from __future__ import annotations

import inspect

import pytest

from moto_liveness import FaceLiveness, FaceLivenessRegionWarning, UnmarkedPhotoWarning, photo
from tests.aws import JPEG, client


def line() -> int:
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno


def test_a_region_without_face_liveness_is_a_warning_at_the_line_that_creates() -> None:
    rekognition = client(region_name="eu-central-1")
    with FaceLiveness(), pytest.warns(FaceLivenessRegionWarning) as warned:
        here, _ = line(), rekognition.create_face_liveness_session()

    assert [(one.filename, one.lineno) for one in warned] == [(__file__, here)]


def test_an_unmarked_photo_is_a_warning_at_the_line_that_compares() -> None:
    pictures = {"SourceImage": {"Bytes": photo("alice")}, "TargetImage": {"Bytes": JPEG}}
    with FaceLiveness(), pytest.warns(UnmarkedPhotoWarning) as warned:
        here, _ = line(), client().compare_faces(**pictures)

    assert [(one.filename, one.lineno) for one in warned] == [(__file__, here)]
