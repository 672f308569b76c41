"""The sentences of the probe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from moto_liveness.core import checks
from moto_liveness.probe.answers import DIFFERENT, NOT_ASKED, SAME, Answer, Outcome, Result
from moto_liveness.probe.asking import WAIT, Mocked
from moto_liveness.probe.questions import NOT_SERVED, Question, other_region
from moto_liveness.probe.service import Service

WHERE_TO_SEND = (
    '"Asking AWS" in docs/what-aws-does-not-say.md of the repository explains how to send a record (--json FILE) to '
    "the project."
)


def plan(questions: Sequence[Question], mocked: Mocked, service: Service) -> Iterator[str]:
    """Yield the lines that are shown before anything is sent."""
    asked = [question for question in questions if not question.unanswerable]
    left_out = [question for question in questions if question.unanswerable]
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
        yield f"  - It waits {WAIT:.0f} seconds for sessions to expire. --skip-waiting leaves that out."
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
        if result.verdict == SAME:
            yield from ("", f"{result.name}, {SAME}:", *_indented("both", result.mock))
        elif result.verdict == DIFFERENT:
            both = (*_indented("mock", result.mock), *_indented("answered", result.answered))
            yield from ("", f"{result.name}, {DIFFERENT}:", *both)


def summary(results: Sequence[Result]) -> str:
    """Return how many results there are of each kind."""
    verdicts = [result.verdict for result in results]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in (SAME, DIFFERENT, NOT_ASKED)) + "."


def _indented(side: str, outcome: Outcome) -> Iterator[str]:
    assert isinstance(outcome, tuple)
    for answer in outcome:
        yield f"  {side + ':':<9} {_shown(answer)}"


def _shown(answer: Answer) -> str:
    return f"{answer.request} {answer.http_status} {json.dumps(answer.seen)}"
