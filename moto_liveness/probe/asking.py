"""Asks the questions, of AWS, of a server, or of the mock in this process."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias
from uuid import uuid4

import boto3

from moto_liveness.control.face_liveness import FaceLiveness
from moto_liveness.core.clock import with_own_clock
from moto_liveness.core.progress import LIFETIME
from moto_liveness.core.regions import FaceLivenessRegionWarning
from moto_liveness.probe.answers import CannotAskError, NotAsked, Outcome
from moto_liveness.probe.questions import Question
from moto_liveness.probe.service import Service
from moto_liveness.probe.wire import clients_of_the_mock

#: How many seconds a session gets to expire: its life, and some more for clocks and networks.
WAIT = LIFETIME.total_seconds() + 5

#: Makes what one question talks to.
NewService: TypeAlias = Callable[[], Service]


@dataclass(frozen=True)
class Mocked:
    """What the mock answers to the questions, and what that took."""

    outcomes: dict[str, Outcome]
    requests: int
    sessions: int


@dataclass
class _Begun:
    """A question whose three minutes run."""

    question: Question
    service: Service
    prepared: str = ""
    outcome: Outcome | None = None


def ask(
    questions: Iterable[Question], new_service: NewService, wait: Callable[[], None]
) -> Iterator[tuple[Question, Outcome]]:
    """Yield each question with what it got. Those that take three minutes wait together, and come last."""
    questions = list(questions)
    begun = [_begin(question, new_service()) for question in questions if question.before]
    for question in questions:
        if not question.before:
            yield question, _outcome(question, new_service(), "")
    if any(each.outcome is None for each in begun):
        wait()
    for each in begun:
        yield each.question, each.outcome or _outcome(each.question, each.service, each.prepared)


def _begin(question: Question, service: Service) -> _Begun:
    begun = _Begun(question, service)
    try:
        begun.prepared = question.before(service) if question.before else ""
    except CannotAskError as error:
        begun.outcome = NotAsked(service.mask(error.why))
    return begun


def _outcome(question: Question, service: Service, prepared: str) -> Outcome:
    if question.unanswerable or question.ask is None:
        return NotAsked(question.unanswerable)
    try:
        return tuple(question.ask(service, prepared))
    except CannotAskError as error:
        return NotAsked(service.mask(error.why))


def ask_the_mock(
    questions: Iterable[Question], session: boto3.Session, region_name: str, *, strict_regions: bool
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

        def new_service() -> Service:
            return Service(clients, region_name, sleep, bucket=bucket, prefix="moto-liveness-probe")

        outcomes = {question.name: outcome for question, outcome in ask(questions, new_service, lambda: sleep(WAIT))}
        return Mocked(outcomes, len(face_liveness.calls), len(face_liveness.sessions))
