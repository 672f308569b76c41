"""Real clients, unmodified, against a running server: the AWS CLI, Node, schemathesis, aiobotocore, and the README."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
import requests

from moto_liveness import Created, FaceLiveness, FaceLivenessServer, InProgress, Succeeded, photo
from tests.aws import ALIVE
from tests.conftest import needs_flask

pytestmark = needs_flask


def documented(language: str) -> list[str]:
    """Return the blocks of docs/server-mode.md in a language."""
    pytest.importorskip("sybil", reason="Sybil, which finds the blocks of the documentation, is not installed here")
    from tests.documentation import blocks

    return blocks("docs/server-mode.md", language)


NODE = Path(__file__).parent / "node"


@pytest.fixture
def face_liveness(make_face_liveness_server: FaceLivenessServer) -> Iterator[FaceLiveness]:
    requests.post(f"{make_face_liveness_server.endpoint_url}/moto-api/reset")
    with FaceLiveness(
        assert_all_used=False, assert_all_seeded=False, endpoint_url=make_face_liveness_server.endpoint_url
    ) as handle:
        yield handle


@pytest.fixture
def reaching(environment: None, make_face_liveness_server: FaceLivenessServer) -> dict[str, str]:
    """What a process needs to reach the server."""
    return {**os.environ, "SERVER": make_face_liveness_server.endpoint_url, "AWS_DEFAULT_REGION": "us-east-1"}


def succeeds(command: list[str], env: dict[str, str], cwd: Path | None = None) -> str:
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


aws_cli = Path(sys.executable).parent / "aws"
needs_aws_cli = pytest.mark.skipif(not aws_cli.exists(), reason="the AWS CLI is not installed here (awscli)")


@needs_aws_cli
def test_the_aws_cli_creates_and_polls(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    face_liveness.queue(InProgress(), ALIVE)
    aws = [str(aws_cli), "--endpoint-url", reaching["SERVER"], "--output", "json", "rekognition"]

    session_id = json.loads(succeeds([*aws, "create-face-liveness-session"], reaching))["SessionId"]
    poll = [*aws, "get-face-liveness-session-results", "--session-id", session_id]
    first, second = (json.loads(succeeds(poll, reaching)) for _ in range(2))

    assert (first["Status"], second["Status"], second["Confidence"]) == ("IN_PROGRESS", "SUCCEEDED", 97.3)


@needs_aws_cli
def test_the_aws_cli_names_an_error(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    session_id = "11111111-2222-3333-4444-555555555555"
    poll = ["rekognition", "get-face-liveness-session-results", "--session-id", session_id]

    done = subprocess.run(
        [str(aws_cli), "--endpoint-url", reaching["SERVER"], *poll],
        env=reaching,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "(SessionNotFoundException)" in done.stderr


@needs_aws_cli
def test_the_aws_cli_signs_up(face_liveness: FaceLiveness, reaching: dict[str, str], tmp_path: Path) -> None:
    client = functools.partial(boto3.client, endpoint_url=reaching["SERVER"])
    client("s3").create_bucket(Bucket="documents")
    client("s3").put_object(Bucket="documents", Key="passport.jpg", Body=photo("alice"))
    face_liveness.queue(Succeeded(97.3, reference_image=photo("alice")))
    rekognition = client("rekognition")
    output = {"OutputConfig": {"S3Bucket": "documents", "S3KeyPrefix": "checks"}}
    session_id = rekognition.create_face_liveness_session(Settings=output)["SessionId"]
    reference = rekognition.get_face_liveness_session_results(SessionId=session_id)["ReferenceImage"]["S3Object"]
    aws = [str(aws_cli), "--endpoint-url", reaching["SERVER"], "--output", "json", "rekognition", "compare-faces"]
    source = json.dumps({"S3Object": reference})
    target = json.dumps({"S3Object": {"Bucket": "documents", "Name": "passport.jpg"}})

    answer = json.loads(succeeds([*aws, "--source-image", source, "--target-image", target], reaching))

    assert [match["Similarity"] for match in answer["FaceMatches"]] == [99.9]
    assert face_liveness.calls[-1].people == (("alice",), ("alice",))


@needs_aws_cli
def test_the_aws_cli_finds_a_person_in_a_collection(
    face_liveness: FaceLiveness, reaching: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "alice.jpg").write_bytes(photo("alice"))
    aws = [str(aws_cli), "--endpoint-url", reaching["SERVER"], "--output", "json", "rekognition"]
    users, image = ["--collection-id", "users"], ["--image-bytes", f"fileb://{tmp_path / 'alice.jpg'}"]

    succeeds([*aws, "create-collection", *users], reaching)
    succeeds([*aws, "index-faces", *users, *image, "--external-image-id", "user-1"], reaching)
    answer = json.loads(succeeds([*aws, "search-faces-by-image", *users, *image], reaching))
    listed = json.loads(succeeds([*aws, "list-faces", *users], reaching))

    assert [match["Face"]["ExternalImageId"] for match in answer["FaceMatches"]] == ["user-1"]
    assert len(listed["Faces"]) == 1
    assert face_liveness.people_in("users") == ["alice"]


needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not (NODE / "node_modules").exists(),
    reason="Node or its packages are not installed here (npm install in tests/node)",
)


@needs_node
def test_the_sdk_for_javascript(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    printed = succeeds(["node", "--test", "session.test.mjs"], reaching, cwd=NODE)

    assert "# pass 4" in printed


@needs_node
def test_node_signs_up(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    assert succeeds(["node", "sign_up.mjs"], reaching, cwd=NODE).splitlines() == ["alice 99.9", "mallory "]


@needs_node
def test_node_knows_who_has_an_account(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    printed = succeeds(["node", "one_account.mjs"], reaching, cwd=NODE).splitlines()

    assert printed == [
        "alice user-1 99.9",
        "mallory",
        "0 others, 1 face since true",
        "1 face",
        "users",
        "ResourceNotFoundException",
    ]
    deletion = next(call for call in face_liveness.calls if call.operation == "DeleteFaces")
    assert deletion.note == "users: alice deleted"


@needs_node
def test_the_node_block_of_the_documentation_runs(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    (block,) = documented("js")
    module = ["node", "--input-type=module", "--eval", block]

    assert succeeds(module, reaching, cwd=NODE).splitlines() == ["IN_PROGRESS", "SUCCEEDED 97.3"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed here")
def test_the_curl_block_of_the_documentation_runs(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    (block,) = documented("sh")

    printed = succeeds(["bash", "-eu", "-c", block], reaching)

    assert '"Status": "SUCCEEDED", "Challenge"' in printed
    assert [(call.operation, call.status) for call in face_liveness.calls] == [
        ("CreateFaceLivenessSession", None),
        ("GetFaceLivenessSessionResults", "SUCCEEDED"),
    ]


def test_aiobotocore(face_liveness: FaceLiveness, reaching: dict[str, str]) -> None:
    session = pytest.importorskip("aiobotocore.session", reason="aiobotocore is not installed here")
    face_liveness.queue(Created(), ALIVE)

    async def check() -> list[str]:
        credentials = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        where = {"endpoint_url": reaching["SERVER"], "region_name": "us-east-1", **credentials}
        async with session.get_session().create_client("rekognition", **where) as rekognition:
            session_id = (await rekognition.create_face_liveness_session())["SessionId"]
            polls = [await rekognition.get_face_liveness_session_results(SessionId=session_id) for _ in range(2)]
            return [results["Status"] for results in polls]

    assert asyncio.run(check()) == ["CREATED", "SUCCEEDED"]


def test_schemathesis_finds_nothing(face_liveness: FaceLiveness, reaching: dict[str, str], tmp_path: Path) -> None:
    pytest.importorskip("schemathesis", reason="schemathesis is not installed here")
    document = f"{reaching['SERVER']}/moto-api/rekognition/face-liveness/openapi.json"
    # A path means a session that exists, so a body that is right for another one is answered with 404; and a server
    # for tests does not ask who calls.
    checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
    options = ["--checks", checks, "--max-examples", "10", "--seed", "1", "--generation-database", "none"]
    # How long it takes to make examples is up to whatever else runs.
    options += ["--suppress-health-check", "too_slow"]

    command = [str(Path(sys.executable).parent / "schemathesis"), "run", document, "--url", reaching["SERVER"]]
    printed = succeeds([*command, *options, "--phases", "fuzzing,stateful"], reaching, cwd=tmp_path)

    # It warns of seeds/{number}: it does not guess the number of a seed that exists.
    assert re.search(r"\d+ generated, \d+ passed$", printed, re.MULTILINE)
