"""Asks the questions, of AWS, of a server, or of the mock in this process."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import uuid4

import boto3

from moto_liveness.control.face_liveness import FaceLiveness
from moto_liveness.core.clock import with_own_clock
from moto_liveness.core.progress import LIFETIME
from moto_liveness.core.regions import FaceLivenessRegionWarning
from moto_liveness.probe.answers import Answer, NotAsked, Outcome
from moto_liveness.probe.clients import clients_of_the_mock
from moto_liveness.probe.failures import CannotAskError
from moto_liveness.probe.questions import Question
from moto_liveness.probe.service import Service

#: How many seconds a session gets to expire: its life, and some more for clocks and networks.
WAIT = LIFETIME.total_seconds() + 5


@dataclass(frozen=True)
class Mocked:
    """What the mock answers to the questions, and what that took."""

    outcomes: dict[str, Outcome]
    requests: int
    sessions: int


def ask(
    questions: Sequence[Question], service: Service, wait: Callable[[], None]
) -> Iterator[tuple[Question, Outcome]]:
    """Yield each question with what it got. Those that take three minutes wait together, and come last."""
    runs = [(question, _run(question, service.for_a_question())) for question in questions if question.waits]
    waiting = [(question, run, next(run)) for question, run in runs]
    for question in questions:
        if question.unanswerable:
            yield question, NotAsked(question.unanswerable)
        elif not question.waits:
            yield question, next(each for each in _run(question, service.for_a_question()) if each)
    if any(outcome is None for _, _, outcome in waiting):
        wait()
    for question, run, outcome in waiting:
        yield question, outcome or next(each for each in run if each)


def _run(question: Question, service: Service) -> Iterator[Outcome | None]:
    """Yield what a question got, and before that None where it has to wait."""
    answers: list[Answer] = []
    try:
        for answer in question.script(service):
            if answer is None:
                yield None
            else:
                answers.append(answer)
        yield tuple(answers)
    except CannotAskError as error:
        yield NotAsked(service.mask(error.why))


def ask_the_mock(
    questions: Sequence[Question], session: boto3.Session, region_name: str, *, strict_regions: bool
) -> Mocked:
    """Ask the mock in this process, whose three minutes take no time.

    mock_aws intercepts every client of the process meanwhile, and resets what an earlier mock knew.
    """
    clients = clients_of_the_mock(session)
    handle = FaceLiveness(assert_all_seeded=False, strict_regions=strict_regions)
    with warnings.catch_warnings(), handle as face_liveness, with_own_clock() as sleep:
        warnings.simplefilter("ignore", FaceLivenessRegionWarning)
        place = {} if region_name == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region_name}}
        # A name of its own: inside an outer mock_aws the bucket stays.
        bucket = f"moto-liveness-probe-{uuid4().hex}"
        clients("s3", region_name).create_bucket(Bucket=bucket, **place)
        service = Service(clients, region_name, sleep, bucket, prefix="moto-liveness-probe")
        outcomes = {question.name: outcome for question, outcome in ask(questions, service, lambda: sleep(WAIT))}
        return Mocked(outcomes, len(face_liveness.calls), len(face_liveness.sessions))
