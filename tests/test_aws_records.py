"""The records in tests/aws/, replayed against the mock, and the replay itself."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from time_machine import travel

from moto_liveness import FaceLivenessServer
from moto_liveness.core.regions import FACE_LIVENESS_REGIONS
from moto_liveness.probe.answers import CannotAskError
from moto_liveness.probe.command import run_probe
from moto_liveness.probe.questions import QUESTIONS
from tests.aws import NOON
from tests.probing import create_loader
from tests.replay import decode, differences, read, replay

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "tests" / "aws"


def test_the_mock_answers_as_aws_did() -> None:
    assert differences(FOLDER) == []


def test_the_records_are_of_aws_and_of_regions_that_serve_face_liveness() -> None:
    found = read(FOLDER)

    assert [name for name, record in found.items() if record.target != "aws"] == []
    assert [name for name, record in found.items() if record.region_name not in FACE_LIVENESS_REGIONS] == []


# The replay, on records of our own server and of altered copies.


@functools.cache
def taken() -> str:
    """Return the record of a run against our own server, as the command writes it."""
    with tempfile.TemporaryDirectory() as folder, FaceLivenessServer() as server, travel(NOON, tick=False) as clock:
        path = Path(folder, "record.json")

        def agree(_: str) -> str:
            # By now the mock has answered, and resets nothing any more.
            boto3.client("s3", endpoint_url=server.endpoint_url).create_bucket(Bucket="my-bucket")
            return "y"

        arguments = ["--endpoint-url", server.endpoint_url, "--bucket", "my-bucket", "--json", str(path)]
        run_probe(arguments, ask_user=agree, sleep=clock.shift)
        return path.read_text()


@pytest.fixture
def record(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    pytest.importorskip("flask", reason="moto's server needs Flask, which moto-liveness[server] brings")
    # Each replay makes a session, which would read the models of AWS anew.
    monkeypatch.setattr("botocore.session.create_loader", create_loader)
    given: dict[str, Any] = json.loads(taken())
    return given


def keep(folder: Path, name: str, record: dict[str, Any]) -> None:
    (folder / name).write_text(json.dumps(record))


def alter(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record of a service in which expired sessions are EXPIRED no more."""
    altered: dict[str, Any] = json.loads(json.dumps(record))
    altered["answers"]["after_three_minutes_get_answers_status_expired"][0]["seen"]["Status"] = "GONE"
    return altered


ALTERED = [
    "after_three_minutes_get_answers_status_expired, different:",
    '  mock:     GetFaceLivenessSessionResults 200 {"SessionId": "<session 1>", "Status": "EXPIRED"}',
    '  answered: GetFaceLivenessSessionResults 200 {"SessionId": "<session 1>", "Status": "GONE"}',
]


def test_a_record_says_who_asked_when_and_where(record: dict[str, Any]) -> None:
    versions = {name: importlib.metadata.version(name) for name in ("boto3", "botocore", "moto", "moto-liveness")}

    # Noon, the three minutes, and the seconds between the requests.
    assert re.fullmatch(r"2026-03-01T12:03:\d\d\+00:00", record.pop("recorded_at"))
    assert record.pop("answers")
    assert record == {
        "format": 1,
        "target": "endpoint",
        "region": "us-east-1",
        "versions": versions,
    }


def test_a_record_has_the_masked_answers_by_the_name_of_the_choice(record: dict[str, Any]) -> None:
    assert set(record["answers"]) == set(QUESTIONS)
    assert record["answers"]["created_carries_no_other_members"] == [
        {
            "request": "GetFaceLivenessSessionResults",
            "http_status": 200,
            "seen": {"SessionId": "<session 1>", "Status": "CREATED"},
        }
    ]
    assert record["answers"]["a_prefix_that_ends_in_a_slash_gets_no_second_one"] == {
        "could_not_be_asked": "AWS writes the images after a video, and the probe streams none"
    }


def test_a_record_has_nothing_that_identifies_the_account(record: dict[str, Any]) -> None:
    written = json.dumps(record)

    assert (
        re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9]{12}|my-bucket|moto-liveness-probe|arn:|127\.0\.0\.1", written) == []
    )


def test_a_record_of_our_own_server_is_what_the_mock_answers(record: dict[str, Any], tmp_path: Path) -> None:
    keep(tmp_path, "us-east-1.json", record)

    assert differences(tmp_path) == []


def test_a_record_that_the_mock_contradicts_names_the_question(record: dict[str, Any], tmp_path: Path) -> None:
    keep(tmp_path, "us-east-1.json", alter(record))

    assert differences(tmp_path) == [f"us-east-1.json: {line}" for line in ALTERED]


def test_a_mock_that_can_no_longer_be_asked_names_the_question(
    record: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "a_session_of_another_region_is_not_found"
    keep(tmp_path, "us-east-1.json", record | {"answers": {name: record["answers"][name]}})

    def refuse(*_: object) -> str:
        raise CannotAskError("no session")

    monkeypatch.setattr("moto_liveness.probe.service.Service.session", refuse)

    assert differences(tmp_path) == [
        f"us-east-1.json: could not be asked  {name} (the mock could not be asked: no session)"
    ]


def test_the_newest_record_of_a_region_counts(record: dict[str, Any], tmp_path: Path) -> None:
    keep(tmp_path, "a.json", record)
    keep(tmp_path, "b.json", alter(record) | {"recorded_at": "2026-02-28T12:00:00+00:00"})

    assert differences(tmp_path) == []

    keep(tmp_path, "b.json", alter(record) | {"recorded_at": "2026-03-02T12:00:00+00:00"})

    assert differences(tmp_path) == [f"b.json: {line}" for line in ALTERED]


def test_a_newer_record_that_asked_less_leaves_the_older_answers_valid(record: dict[str, Any], tmp_path: Path) -> None:
    keep(tmp_path, "a.json", alter(record))
    skipped = {"after_three_minutes_get_answers_status_expired": {"could_not_be_asked": "--skip-waiting"}}
    newer = {"answers": record["answers"] | skipped, "recorded_at": "2026-03-02T12:00:00+00:00"}
    keep(tmp_path, "b.json", record | newer)

    assert differences(tmp_path) == [f"a.json: {line}" for line in ALTERED]


def test_each_region_has_a_newest_record(record: dict[str, Any], tmp_path: Path) -> None:
    keep(tmp_path, "a.json", record)
    keep(tmp_path, "b.json", alter(record) | {"recorded_at": "2026-02-28T12:00:00+00:00", "region": "us-west-2"})

    # The mock names the regions in what it says about a bucket.
    assert [line for line in differences(tmp_path) if "after_three" in line] == [f"b.json: {ALTERED[0]}"]


def test_a_record_of_aws_is_held_against_strict_regions(record: dict[str, Any], tmp_path: Path) -> None:
    keep(tmp_path, "us-east-1.json", record | {"target": "aws"})

    assert differences(tmp_path)[0] == (
        "us-east-1.json: a_region_without_face_liveness_answers_with_a_warning, different:"
    )


def test_a_record_of_a_newer_botocore_is_left_to_it(record: dict[str, Any], tmp_path: Path) -> None:
    record["versions"]["botocore"] = "99.0.0"
    keep(tmp_path, "us-east-1.json", alter(record))

    assert differences(tmp_path) == []


def test_a_question_that_no_longer_exists_is_named(record: dict[str, Any]) -> None:
    given = decode(record | {"answers": {"a_choice_of_old": []}})

    with pytest.raises(LookupError, match=r"^the record has questions that no longer exist: a_choice_of_old$"):
        replay(given)


def test_another_format_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^the format of a record must be 1, not 2$"):
        decode(record | {"format": 2})
