"""The sentences of the probe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from moto_liveness.core import checks
from moto_liveness.probe.answers import DIFFERENT, NOT_ASKED, SAME, Answer, Outcome, Result
from moto_liveness.probe.questions import NOT_SERVED, Question, other_region

WHERE_TO_SEND = (
    '"Asking AWS" in docs/what-aws-does-not-say.md explains how to send a record (--json FILE) to the project.'
)


@dataclass(frozen=True)
class Plan:
    """What the command is going to do."""

    region_name: str
    endpoint_url: str | None
    questions: Sequence[Question]
    requests: int
    sessions: int
    #: How many seconds sessions get to expire.
    wait: float
    bucket: str | None
    prefix: str

    def lines(self) -> Iterator[str]:
        """Yield the lines that are shown before anything is sent."""
        where = self.endpoint_url or "Amazon Rekognition"
        asked = [question for question in self.questions if not question.unanswerable]
        left_out = [question for question in self.questions if question.unanswerable]
        yield f"{checks.plural(len(asked), 'question')} to {where} in {self.region_name}:"
        yield from (f"  - {question.sentence}" for question in asked)
        yield f"{checks.plural(len(left_out), 'question')} left out:"
        yield from (f"  - {question.sentence} ({question.unanswerable})" for question in left_out)
        yield ""
        yield "What this does:"
        others = f"{other_region(self.region_name)} and {NOT_SERVED}"
        yield f"  - It sends about {self.requests} requests, at most four a second, a few of them to {others}."
        yield f"  - It creates about {self.sessions} sessions and streams to none of them. A session cannot be deleted;"
        yield "    it expires after three minutes."
        if any(question.waits for question in asked):
            yield f"  - It waits {self.wait:.0f} seconds for sessions to expire. --skip-waiting leaves that out."
        if self.bucket:
            yield f"  - It looks for objects under s3://{self.bucket}/{self.prefix}/ and deletes them."
        yield "What it may cost: a session that is created and never streamed to is not billed."
        if self.bucket:
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
