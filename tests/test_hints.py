"""Values that AWS would understand otherwise than meant, and clocks and clients that a server does not reach."""

from __future__ import annotations

import base64
import datetime
import subprocess
import sys

import pytest
import requests
from moto import mock_aws, settings
from time_machine import travel

from moto_liveness import BoundingBox, Created, FaceLiveness, FaceLivenessServer, Succeeded, photo
from moto_liveness.control.face_liveness import call_log
from tests import aws
from tests.aws import JPEG, create, poll
from tests.conftest import needs_flask

BOX = {"left": 0.3, "top": 0.1, "width": 0.25, "height": 0.5}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(("side", "value"), [("left", 200), ("top", -80), ("width", 2.01), ("height", 320)])
def test_a_box_in_pixels_is_refused(side: str, value: float) -> None:
    with pytest.raises(ValueError, match="must be a ratio") as error:
        BoundingBox(**{**BOX, side: value})

    assert str(error.value) == (
        f"{side} must be a ratio of the image, not {value!r}: is it in pixels? Use BoundingBox.from_pixels, or divide "
        "it by the size of the image."
    )


def test_a_box_that_reaches_beyond_the_image_is_not() -> None:
    assert BoundingBox(left=-2, top=2, width=2, height=2).left == -2


@pytest.mark.parametrize("name", ["alice.jpg", "pictures/Alice.PNG"])
def test_the_name_of_a_file_is_not_that_of_a_person(name: str) -> None:
    with pytest.warns(UserWarning, match="is the name of a person") as warned:
        photo("bob", name)

    assert [(str(one.message), one.filename) for one in warned] == [
        (f"{name!r} is the name of a person here: of= takes a picture, as in photo('alice', of={name!r})", __file__)
    ]


def test_the_name_of_a_file_over_http_is_in_the_log(
    server: FaceLivenessServer, caplog: pytest.LogCaptureFixture
) -> None:
    requests.post(f"{server.endpoint_url}/moto-api/static/rekognition/photos", json={"people": ["alice.jpg"]})

    assert [record.getMessage() for record in caplog.records if record.name == "moto_liveness"] == [
        "'alice.jpg' is the name of a person here: of= takes a picture, as in photo('alice', of='alice.jpg')"
    ]


def test_images_that_are_answered_as_they_are_have_a_note(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(97.3, reference_image=base64.b64encode(JPEG), audit_images=[JPEG, PNG]))
    poll(create(Settings={"AuditImagesLimit": 2}))

    assert face_liveness.calls[-1].note == (
        "image reference is a picture in base64, returned as it is: pass its bytes; "
        "image audit-1 is a PNG, returned as it is: AWS sends JPEG"
    )


def test_a_note_on_images_comes_behind_that_on_their_limit(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(97.3, reference_image=PNG, audit_images=[JPEG]))
    poll(create())

    assert face_liveness.calls[-1].note == (
        "0 of 1 seeded audit images (AuditImagesLimit 0); image reference is a PNG, returned as it is: AWS sends JPEG"
    )


@needs_flask
def test_in_server_mode_a_report_without_calls_names_clients_that_are_not_redirected(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "TEST_SERVER_MODE", True)
    monkeypatch.setenv("TEST_SERVER_MODE_ENDPOINT", make_face_liveness_server.endpoint_url)

    with mock_aws():
        log = call_log(FaceLiveness())

    assert log.splitlines() == [
        "No face liveness call was answered.",
        "",
        (
            "TEST_SERVER_MODE does not redirect clients that were made before the mock started: set "
            "AWS_ENDPOINT_URL_REKOGNITION to the URL of the server."
        ),
    ]


@needs_flask
def test_the_report_names_a_clock_that_does_not_reach_the_server(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws, "ENDPOINT", make_face_liveness_server.endpoint_url)
    with FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url) as face_liveness:
        session = face_liveness.add_session(Created())
        before = call_log(face_liveness)
        # The server of the tests has their clock, so the session must seem to be of another one.
        yesterday = session.created_at - datetime.timedelta(days=1)
        with travel(yesterday, tick=False):
            after = call_log(face_liveness)

    nobody_asked = [
        "No face liveness call was answered.",
        "",
        (
            f"Clients find this server by endpoint_url={make_face_liveness_server.endpoint_url!r}, or by "
            "AWS_ENDPOINT_URL_REKOGNITION in the environment: all others ask AWS."
        ),
    ]
    assert before.splitlines() == nobody_asked
    assert after.splitlines() == [
        *nobody_asked,
        "",
        (
            f"session {session.id} is CREATED, created at {session.created_at:%Y-%m-%d %H:%M:%S}, and the clock of "
            f"this process is at {yesterday:%Y-%m-%d %H:%M:%S}: a clock that is moved here does not reach a server in "
            "another process."
        ),
    ]


def test_discover_needs_the_top_of_the_project(pytester: pytest.Pytester) -> None:
    tests = pytester.mkpydir("tests")
    (tests / "__init__.py").write_text("print('credentials')")
    (tests / "test_it.py").write_text(
        "import unittest\nclass ItTest(unittest.TestCase):\n    def test_it(self): pass\n"
    )

    def discovered(*arguments: str) -> str:
        command = [sys.executable, "-m", "unittest", "discover", "-s", "tests", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=pytester.path).stdout

    assert (discovered(), discovered("-t", ".")) == ("", "credentials\n")
