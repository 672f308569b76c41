"""Stock operations behave exactly as without the plugin: the same requests in two processes, one without it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from moto.rekognition.responses import RekognitionResponse

from moto_liveness.core.operations import OPERATIONS
from moto_liveness.install import install, uninstall
from moto_liveness.rekognition.responses import FaceLivenessResponse
from tests.aws import MODEL

# Operations that moto does not have, which are answered in any case.
OURS = {name for name, operation in OPERATIONS.items() if not operation.pictures}

# Sends every operation of the model, plain and with a body that looks like a query string, and prints every answer.
SEND_EVERYTHING = """
import json, sys
{imports}
import botocore.session, requests
from moto import mock_aws
from moto.moto_api._internal import mock_random

answers = {{}}
with mock_aws():
    unmarked = json.dumps({{
        "SourceImage": {{"Bytes": "/9j/4AAQ"}},
        "TargetImage": {{"S3Object": {{"Bucket": "nowhere", "Name": "a.jpg"}}}},
        "Image": {{"Bytes": "eA=="}},
        "SimilarityThreshold": "no number",
    }})
    jpeg = '{{"Image": {{"Bytes": "/9j/4AAQ"}}, "CollectionId": "a&Action=DetectLabels&b=", "MaxFaces": "no number"}}'
    png = '{{"Image": {{"Bytes": "iVBORw0KGgo="}}}}'
    others = unmarked, "{{}}", '{{"CollectionId": "a&Action=DetectLabels&b="}}', "no json"
    for operation in {operations}:
        # Those refuse what is not a picture.
        refuse = "DetectFaces", "IndexFaces", "SearchFacesByImage"
        for body in (jpeg, png) if operation in refuse else (jpeg, png, *others):
            mock_random.seed(operation)
            headers = {{"X-Amz-Target": "RekognitionService." + operation}}
            try:
                answer = requests.post("https://rekognition.us-east-1.amazonaws.com/", data=body, headers=headers)
                kept = {{name: value for name, value in answer.headers.items() if name.lower() != "date"}}
                answers[operation + body] = [answer.status_code, kept, answer.text]
            except NotImplementedError as error:
                answers[operation + body] = str(error)
assert ("moto_liveness" in sys.modules) == bool({imports!r})
print(json.dumps(answers))
"""


def answers(imports: str) -> dict[str, Any]:
    operations = sorted(set(MODEL.operation_names) - OURS)
    code = SEND_EVERYTHING.format(imports=imports, operations=operations)
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return dict(json.loads(printed))


def test_every_stock_operation_answers_as_without_the_plugin() -> None:
    stock = answers("")

    assert answers("import moto_liveness") == stock
    assert sum(isinstance(answer, list) for answer in stock.values()) >= 8


@pytest.fixture
def reinstalled() -> Any:
    yield
    install()


def test_installing_twice_changes_nothing() -> None:
    before = RekognitionResponse.__mro__

    install()

    assert RekognitionResponse.__mro__ == before


@pytest.mark.usefixtures("reinstalled")
def test_uninstalling_leaves_moto_as_it_was() -> None:
    uninstall()

    assert not issubclass(RekognitionResponse, FaceLivenessResponse)
    assert not hasattr(RekognitionResponse, "create_face_liveness_session")


@pytest.mark.usefixtures("reinstalled")
def test_what_moto_defines_itself_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    def of_moto(self: object) -> str:
        return "moto's own"

    monkeypatch.setattr(RekognitionResponse, "create_face_liveness_session", of_moto, raising=False)
    uninstall()
    install()

    assert RekognitionResponse.create_face_liveness_session is of_moto
