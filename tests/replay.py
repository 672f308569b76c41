"""Replays the records in tests/aws/ against the mock: what AWS answered once, the mock must answer."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import botocore
from packaging.version import Version

from moto_liveness.probe import report
from moto_liveness.probe.answers import Answer
from moto_liveness.probe.asking import SAME, Outcome, Result, ask_the_mock
from moto_liveness.probe.questions import QUESTIONS
from moto_liveness.probe.report import FORMAT


@dataclass(frozen=True)
class Record:
    """The masked answers of one run.

    recorded_at: when, in UTC.
    target: "aws", or "endpoint" for --endpoint-url.
    versions: those of the packages that asked.
    """

    recorded_at: datetime.datetime
    target: str
    region_name: str
    versions: Mapping[str, str]
    answers: Mapping[str, Outcome]


def differences(folder: Path) -> list[str]:
    """Return what the mock answers otherwise than the newest records of each region."""
    # The mock knows the service from botocore's model. An older one knows fewer constraints and regions.
    replayable = {
        name: record
        for name, record in read(folder).items()
        if Version(record.versions["botocore"]) <= Version(botocore.__version__)
    }
    lines = []
    for name, record in newest_answers(replayable).items():
        if record.answers:
            for result in replay(record):
                if result.verdict != SAME:
                    # A question that the mock could not be asked has no details.
                    shown = list(filter(None, report.details([result]))) or [report.row(result)]
                    lines += [f"{name}: {line}" for line in shown]
    return lines


def read(folder: Path) -> dict[str, Record]:
    """Return the records of a folder by the names of their files."""
    return {path.name: decode(json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))}


def decode(given: Mapping[str, Any]) -> Record:
    """Return a record from JSON. Raises ValueError for another format."""
    if given.get("format") != FORMAT:
        raise ValueError(f"the format of a record must be {FORMAT}, not {given.get('format')!r}")
    return Record(
        recorded_at=datetime.datetime.fromisoformat(given["recorded_at"]),
        target=given["target"],
        region_name=given["region"],
        versions=given["versions"],
        answers={name: _decode(outcome) for name, outcome in given["answers"].items()},
    )


def newest_answers(records: Mapping[str, Record]) -> dict[str, Record]:
    """Return the records, by the names of their files, with only the answers that no newer record of the region has.

    A record that was made with --skip-waiting leaves the older answers valid.
    """
    newest: dict[str, Record] = {}
    answered: set[tuple[str, str]] = set()
    for file in sorted(records, key=lambda file: records[file].recorded_at, reverse=True):
        record = records[file]
        left = {
            name: outcome
            for name, outcome in record.answers.items()
            if not outcome.why and (record.region_name, name) not in answered
        }
        answered |= {(record.region_name, name) for name in left}
        newest[file] = replace(record, answers=left)
    return newest


def replay(record: Record) -> list[Result]:
    """Ask the mock the questions of a record, and return its answers beside the recorded ones.

    Raises LookupError if the record has a question that no longer exists.
    """
    unknown = [name for name in record.answers if name not in QUESTIONS]
    if unknown:
        raise LookupError(f"the record has questions that no longer exist: {', '.join(unknown)}")
    asked = {name: QUESTIONS[name] for name, outcome in record.answers.items() if not outcome.why}
    mocked = ask_the_mock(asked, boto3.Session(), record.region_name, strict_regions=record.target == "aws")
    return [Result(name, mocked.outcomes[name], record.answers[name]) for name in asked]


def _decode(given: Any) -> Outcome:
    if isinstance(given, list):
        return Outcome(tuple(Answer(**answer) for answer in given))
    return Outcome(why=given["could_not_be_asked"])
