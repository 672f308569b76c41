"""One pipeline takes every request: an operation is an entry, and a method of the backend."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from moto.rekognition.responses import RekognitionResponse

from moto_liveness import FaceLiveness, FaceLivenessRegionWarning, photo
from moto_liveness.core.operations import DETECT_FACES, OPERATIONS, Operation
from moto_liveness.install import install, uninstall
from moto_liveness.rekognition.models import LivenessBackend
from moto_liveness.rekognition.request import Reply, Request
from tests.aws import client, post

UNMARKED = b"\xff\xd8\xff a picture of nobody in particular"


def label(self: LivenessBackend, request: Request) -> Reply:
    """Answer with the names of the people as labels."""
    labels = [{"Name": name} for name in request.pictures[0].names or ()]
    return Reply(json.dumps({"Labels": labels, "ModerationLabels": labels}).encode())


@pytest.fixture(params=["DetectLabels", "DetectModerationLabels"])
def added(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The name of an operation that is added: one that moto has, and one that it does not have."""
    name = request.param
    entry = Operation(name, errors=DETECT_FACES.errors, pictures=("Image",))
    method = "detect_labels" if name == "DetectLabels" else "detect_moderation_labels"
    before = dict(vars(RekognitionResponse))
    uninstall()
    with monkeypatch.context() as adding:
        adding.setitem(OPERATIONS, name, entry)
        adding.setattr(LivenessBackend, method, label, raising=False)
        install()
        yield method
        uninstall()
    install()
    assert vars(RekognitionResponse).get(method) == before.get(method)


@pytest.mark.in_process
def test_an_operation_on_pictures_is_an_entry_and_a_method(face_liveness: FaceLiveness, added: str) -> None:
    answer = getattr(client(), added)(Image={"Bytes": photo("alice", "bob")})

    assert [label["Name"] for label in answer.get("Labels") or answer["ModerationLabels"]] == ["alice", "bob"]
    (call,) = face_liveness.calls
    assert (call.people, call.note) == ((("alice", "bob"),), "alice with bob")
    assert call.params == {"Image": {"Bytes": f"<{len(photo('alice', 'bob')):,} bytes>"}}


@pytest.mark.in_process
def test_its_errors_can_be_queued_and_its_requests_are_validated(face_liveness: FaceLiveness, added: str) -> None:
    operation = getattr(client(), added)
    name = next(name for name in OPERATIONS if name.lower() == added.replace("_", ""))
    seed = face_liveness.queue_error("ThrottlingException", "Slow down", operation=name)
    invalid = {"Image": {"Bytes": base64.b64encode(photo("alice")).decode()}, "MinConfidence": 101}
    assert post(name, invalid).json()["__type"] == "ValidationException"
    assert not seed.used

    with pytest.raises(ClientError, match=r"ThrottlingException.*: Slow down$"):
        operation(Image={"Bytes": photo("alice")})


@pytest.mark.in_process
def test_moto_answers_as_ever_where_no_picture_says_who_is_in_it(face_liveness: FaceLiveness, added: str) -> None:
    operation = getattr(client(), added)
    if added == "detect_labels":
        assert operation(Image={"Bytes": UNMARKED})["Labels"][0]["Name"] == "Mobile Phone"
    else:
        with pytest.raises(NotImplementedError, match="detect_moderation_labels action has not been"):
            operation(Image={"Bytes": UNMARKED})

    assert [call.people for call in face_liveness.calls] == [(None,)]


@pytest.mark.in_process
def test_an_operation_of_the_library_alone_needs_a_region_of_rekognition(face_liveness: FaceLiveness) -> None:
    with pytest.warns(FaceLivenessRegionWarning), pytest.raises(EndpointConnectionError):
        client(region_name="eu-west-3").create_face_liveness_session()
