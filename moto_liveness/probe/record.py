"""A record of the answers in JSON, for the project, and its replay against the mock.

docs/what-aws-does-not-say.md describes the format.
"""

from __future__ import annotations

import datetime
import importlib.metadata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import boto3

from moto_liveness.probe.answers import Answer, NotAsked, Outcome, Result
from moto_liveness.probe.asking import ask_the_mock
from moto_liveness.probe.questions import QUESTIONS

FORMAT = 1
_PACKAGES = ("boto3", "botocore", "moto", "moto-liveness")


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


def record_of(results: Iterable[Result], region_name: str, endpoint_url: str | None, at: float) -> Record:
    """Return the record of a run that ended at a time, in seconds since 1970."""
    return Record(
        recorded_at=datetime.datetime.fromtimestamp(int(at), datetime.timezone.utc),
        target="endpoint" if endpoint_url else "aws",
        region_name=region_name,
        versions={name: importlib.metadata.version(name) for name in _PACKAGES},
        answers={result.name: result.answered for result in results},
    )


def encode(record: Record) -> dict[str, Any]:
    """Return a record as JSON."""
    return {
        "format": FORMAT,
        "recorded_at": record.recorded_at.isoformat(),
        "target": record.target,
        "region": record.region_name,
        "versions": dict(record.versions),
        "answers": {name: _encode_outcome(outcome) for name, outcome in record.answers.items()},
    }


def decode(given: Mapping[str, Any]) -> Record:
    """Return a record from JSON. Raises ValueError for another format."""
    if given.get("format") != FORMAT:
        raise ValueError(f"the format of a record must be {FORMAT}, not {given.get('format')!r}")
    return Record(
        recorded_at=datetime.datetime.fromisoformat(given["recorded_at"]),
        target=given["target"],
        region_name=given["region"],
        versions=given["versions"],
        answers={name: _decode_outcome(outcome) for name, outcome in given["answers"].items()},
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
            if not isinstance(outcome, NotAsked) and (record.region_name, name) not in answered
        }
        answered |= {(record.region_name, name) for name in left}
        newest[file] = replace(record, answers=left)
    return newest


def replay(record: Record) -> list[Result]:
    """Ask the mock the questions of a record, and return its answers beside the recorded ones.

    Raises LookupError if the record has a question that no longer exists.
    """
    known = {question.name: question for question in QUESTIONS}
    unknown = [name for name in record.answers if name not in known]
    if unknown:
        raise LookupError(f"the record has questions that no longer exist: {', '.join(unknown)}")
    asked = [known[name] for name, outcome in record.answers.items() if not isinstance(outcome, NotAsked)]
    mocked = ask_the_mock(asked, boto3.Session(), record.region_name, strict_regions=record.target == "aws")
    return [Result(question.name, mocked.outcomes[question.name], record.answers[question.name]) for question in asked]


def _encode_outcome(outcome: Outcome) -> Any:
    if isinstance(outcome, NotAsked):
        return {"could_not_be_asked": outcome.why}
    return [asdict(answer) for answer in outcome]


def _decode_outcome(given: Any) -> Outcome:
    if isinstance(given, list):
        return tuple(Answer(**answer) for answer in given)
    return NotAsked(given["could_not_be_asked"])
