"""A session as the Python test that seeds one like it: whatever the session, the test runs as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from moto_liveness import (
    ApiError,
    BoundingBox,
    Challenge,
    Created,
    Expired,
    FaceLiveness,
    FaceLivenessServer,
    Failed,
    Image,
    InProgress,
    Succeeded,
    photo,
    scenarios,
)
from tests.aws import ALIVE, JPEG, client, create, create_with_images, status
from tests.conftest import needs_flask

EVERY_SCENARIO = [*scenarios.accepted(75, "alice"), *scenarios.turned_away(75)]
PORTRAIT = Image(photo("alice"), BoundingBox(left=0.1, top=0.1, width=0.2, height=0.2))


def as_test(session_id: str, url: str = "http://motoapi.amazonaws.com") -> str:
    answer = requests.get(f"{url}/moto-api/rekognition/face-liveness/sessions/{session_id}/test")
    assert answer.headers["Content-Type"] == "text/x-python; charset=utf-8"
    return answer.text


def run(code: str) -> int:
    """Run a test as the fixture does, and return how many sessions it created."""
    names: dict[str, Any] = {}
    exec(code, names)
    with FaceLiveness() as inner:
        names["test_it"](inner)
        return len(inner.sessions)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def queued(*steps: Any) -> Callable[[FaceLiveness], str]:
    def make(face_liveness: FaceLiveness) -> str:
        face_liveness.queue(*steps)
        return create()

    return make


def after_a_default(face_liveness: FaceLiveness) -> str:
    face_liveness.set_default(ALIVE)
    return create()


def set_by_hand(face_liveness: FaceLiveness) -> str:
    session_id = create()
    face_liveness.session(session_id).set_outcome(InProgress(polls=2), Failed())
    return session_id


def polled(face_liveness: FaceLiveness) -> str:
    session_id = queued(Created(polls=2), ALIVE)(face_liveness)
    status(session_id)
    return session_id


def with_other_errors(face_liveness: FaceLiveness) -> str:
    face_liveness.queue_error("ThrottlingException", times=None)
    session_id = queued(scenarios.turned_away(75)[0])(face_liveness)
    face_liveness.queue_error("InternalServerError", operation="CreateFaceLivenessSession")
    return session_id


def elsewhere(face_liveness: FaceLiveness) -> str:
    face_liveness.at("eu-west-1").queue(ALIVE)
    session_id: str = client(region_name="eu-west-1").create_face_liveness_session()["SessionId"]
    return session_id


def with_audit_images(face_liveness: FaceLiveness) -> str:
    face_liveness.queue(Succeeded(97, audit_images=[JPEG, photo("alice", "bob")]))
    return create_with_images(2)


@pytest.mark.parametrize(
    "make",
    [
        *(pytest.param(queued(scenario), id=scenario.name) for scenario in EVERY_SCENARIO),
        queued(ApiError("SessionNotFoundException", "gone")),
        queued(ApiError("SessionNotFoundException", """it's no "Image(<5 bytes>)" """)),
        queued(Expired()),
        queued(Failed(confidence=3.5, reference_image=PORTRAIT)),
        queued(Succeeded(97, feedback=["LOW_LIGHTING_DETECTED", ("LOW_LIGHTING_DETECTED", "It's dark.")])),
        queued(Succeeded(97, challenge=Challenge("FaceMovementChallenge", "1.0.0"), sdk_type="iOS")),
        queued(Created(seconds=1), InProgress(), ALIVE),
        with_audit_images,
        after_a_default,
        set_by_hand,
        polled,
        elsewhere,
        with_other_errors,
        lambda _: create(),
        lambda handle: handle.add_session(ALIVE).id,
    ],
)
def test_the_test_of_a_session_runs_as_it_is(make: Callable[[FaceLiveness], str]) -> None:
    with FaceLiveness(assert_all_used=False, assert_all_seeded=False) as face_liveness:
        code = as_test(make(face_liveness))

    assert run(code) == 1


def test_the_test_of_a_session_is_written_as_a_person_would() -> None:
    with FaceLiveness(assert_all_used=False) as face_liveness:
        code = as_test(elsewhere(face_liveness))

    assert code.splitlines() == [
        "import boto3",
        "from moto_liveness import Succeeded",
        "",
        "",
        "def test_it(face_liveness):",
        "    face_liveness.queue(Succeeded(confidence=97.3))",
        "    rekognition = boto3.client('rekognition', region_name='eu-west-1')",
        "    # Your code takes the place of what follows.",
        "    created = rekognition.create_face_liveness_session()",
        "    results = rekognition.get_face_liveness_session_results(SessionId=created['SessionId'])",
        "    assert results['Status'] == 'SUCCEEDED'",
        "    assert results['Confidence'] == 97.3",
    ]


def test_pictures_without_a_name_are_replaced() -> None:
    with FaceLiveness(assert_all_used=False) as face_liveness:
        code = as_test(with_audit_images(face_liveness))

    assert "# photo('somebody') stands for pictures that do not say who is in them." in code.splitlines()
    assert "audit_images=(Image(photo('somebody')), photo('alice', 'bob')))" in code
    assert "create_face_liveness_session(Settings={'AuditImagesLimit': 2})" in code


@needs_flask
def test_the_test_of_a_session_that_waits_for_a_stream_needs_a_server(
    face_liveness_server: FaceLivenessServer,
) -> None:
    handle = face_liveness_server.face_liveness
    session = handle.add_session(Created(until="stream"), ALIVE)
    names: dict[str, Any] = {}

    exec(as_test(session.id, face_liveness_server.endpoint_url), names)
    names["test_it"](face_liveness_server)

    assert [one.status for one in handle.sessions] == ["CREATED", "CREATED"]
