"""The sentences of the probe, and its record of the answers.

docs/what-aws-does-not-say.md describes the format of the record.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from moto_liveness.core import checks
from moto_liveness.probe.asking import DIFFERENT, NOT_ASKED, SAME, WAIT, Mocked, Outcome, Result
from moto_liveness.probe.questions import NOT_SERVED, Question, other_region
from moto_liveness.probe.service import Service

WHERE_TO_SEND = (
    '"Asking AWS" in docs/what-aws-does-not-say.md of the repository explains how to send a record (--json FILE) to '
    "the project."
)
FORMAT = 1
_PACKAGES = ("boto3", "botocore", "moto", "moto-liveness")


def plan(questions: Mapping[str, Question], mocked: Mocked, service: Service) -> Iterator[str]:
    """Yield the lines that are shown before anything is sent."""
    asked = [question for question in questions.values() if not question.unanswerable]
    left_out = [question for question in questions.values() if question.unanswerable]
    region_name = service.region_name
    yield f"{checks.plural(len(asked), 'question')} to {service.endpoint_url or 'Amazon Rekognition'} in {region_name}:"
    yield from (f"  - {question.sentence}" for question in asked)
    yield f"{checks.plural(len(left_out), 'question')} left out:"
    yield from (f"  - {question.sentence} ({question.unanswerable})" for question in left_out)
    yield ""
    yield "What this does:"
    # One more, which finds out whether anything can be asked.
    requests, sessions = mocked.requests + 1, mocked.sessions + 1
    others = f"{other_region(region_name)} and {NOT_SERVED}"
    yield f"  - It sends about {requests} requests, at most four a second, a few of them to {others}."
    yield f"  - It creates about {sessions} sessions and streams to none of them. A session cannot be deleted;"
    yield "    it expires after three minutes."
    if any(question.waits for question in asked):
        yield f"  - It waits {WAIT} seconds for sessions to expire. --skip-waiting leaves that out."
    if service.bucket:
        yield f"  - It looks for objects under s3://{service.bucket}/{service.prefix}/ and deletes them."
    yield "What it may cost: a session that is created and never streamed to is not billed."
    if service.bucket:
        yield "Requests to S3 are billed as usual."
    yield ""


def row(result: Result) -> str:
    """Return the line of the table about a result."""
    return f"{result.verdict:<{len(NOT_ASKED)}}  {result.name}" + (f" ({result.why})" if result.why else "")


def details(results: Iterable[Result]) -> Iterator[str]:
    """Yield what the mock answers, beside what was answered."""
    for result in results:
        if result.verdict == NOT_ASKED:
            continue
        yield from ("", f"{result.name}, {result.verdict}:")
        same = result.verdict == SAME
        sides = {"both": result.mock} if same else {"mock": result.mock, "answered": result.answered}
        for side, outcome in sides.items():
            for answer in outcome.answers:
                yield f"  {side + ':':<9} {answer.request} {answer.http_status} {json.dumps(answer.seen)}"


def summary(results: Sequence[Result]) -> str:
    """Return how many results there are of each kind."""
    verdicts = [result.verdict for result in results]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in (SAME, DIFFERENT, NOT_ASKED)) + "."


def record(results: Iterable[Result], service: Service) -> dict[str, Any]:
    """Return the record, in JSON, of a run that ends now."""
    return {
        "format": FORMAT,
        "recorded_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "target": "endpoint" if service.endpoint_url else "aws",
        "region": service.region_name,
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "answers": {result.name: _encode(result.answered) for result in results},
    }


def _encode(outcome: Outcome) -> Any:
    if outcome.why:
        return {"could_not_be_asked": outcome.why}
    return [{"request": each.request, "http_status": each.http_status, "seen": each.seen} for each in outcome.answers]
