"""Asks AWS, a server, or the mock in this process the questions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import boto3

from moto_liveness import _compat
from moto_liveness.control.face_liveness import FaceLiveness
from moto_liveness.core.clock import with_own_clock
from moto_liveness.core.progress import LIFETIME
from moto_liveness.core.regions import FaceLivenessRegionWarning
from moto_liveness.probe.answers import Answer, CannotAskError
from moto_liveness.probe.questions import Question
from moto_liveness.probe.service import Service, clients_of_the_mock

#: How many seconds a session gets to expire: its life, and some more for clocks and networks.
WAIT = int(LIFETIME.total_seconds()) + 5
SAME, DIFFERENT, NOT_ASKED = "same", "different", "could not be asked"


@dataclass(frozen=True)
class Outcome:
    """What one side said to a question: the answers to its requests, or why it could not be asked."""

    answers: tuple[Answer, ...] = ()
    #: Empty if it could be asked.
    why: str = ""


@dataclass(frozen=True)
class Result:
    """What the mock and the other side said to a question."""

    #: The name of the choice, as in docs/what-aws-does-not-say.md.
    name: str
    mock: Outcome
    answered: Outcome

    @property
    def verdict(self) -> str:
        """One of SAME, DIFFERENT and NOT_ASKED."""
        if self.why:
            return NOT_ASKED
        return SAME if self.answered == self.mock else DIFFERENT

    @property
    def why(self) -> str:
        """Why the question could not be asked; empty if it could."""
        return self.answered.why or (self.mock.why and f"the mock could not be asked: {self.mock.why}")


@dataclass(frozen=True)
class Mocked:
    """What the mock answers to the questions, and what that took."""

    outcomes: Mapping[str, Outcome]
    requests: int
    sessions: int


def ask(questions: Mapping[str, Question], service: Service, wait: Callable[[], None]) -> Iterator[tuple[str, Outcome]]:
    """Yield what each question got. Those that take three minutes wait together, and come last."""
    runs = {name: _run(question, service) for name, question in questions.items()}
    started = {name: next(runs[name]) for name, question in questions.items() if question.waits}
    for name, run in runs.items():
        if name not in started:
            yield name, next(filter(None, run))
    if None in started.values():
        wait()
    for name, outcome in started.items():
        yield name, outcome or next(filter(None, runs[name]))


def _run(question: Question, service: Service) -> Iterator[Outcome | None]:
    """Yield what a question got, and before that None where it has to wait."""
    service = replace(service, names={})
    answers: list[Answer] = []
    try:
        if question.unanswerable:
            raise CannotAskError(question.unanswerable)
        for answer in question.script(service):
            if answer is None:
                yield None
            else:
                answers.append(replace(answer, seen=service.mask(answer.seen)))
        yield Outcome(tuple(answers))
    except CannotAskError as error:
        yield Outcome(why=service.mask(error.why))


def ask_the_mock(
    questions: Mapping[str, Question], session: boto3.Session, region_name: str, *, strict_regions: bool
) -> Mocked:
    """Ask the mock in this process, whose three minutes take no time. Raises CannotAskError if there is none.

    mock_aws intercepts every client of the process meanwhile, and resets what an earlier mock knew.
    """
    server = _compat.server_endpoint()
    if server is not None:
        raise CannotAskError(
            f"mock_aws sends everything to {server}, because TEST_SERVER_MODE or TEST_PROXY_MODE is set",
            "Unset it: the answers are compared with those of the mock in this process.",
        )
    clients = clients_of_the_mock(session)
    handle = FaceLiveness(assert_all_seeded=False, strict_regions=strict_regions)
    with warnings.catch_warnings(), handle as face_liveness, with_own_clock() as sleep:
        warnings.simplefilter("ignore", FaceLivenessRegionWarning)
        place = {} if region_name == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region_name}}
        # A name of its own: inside an outer mock_aws the bucket stays.
        bucket = f"moto-liveness-probe-{uuid4().hex}"
        clients("s3", region_name).create_bucket(Bucket=bucket, **place)
        service = Service(clients, region_name, sleep, bucket, prefix="moto-liveness-probe")
        outcomes = dict(ask(questions, service, lambda: sleep(WAIT)))
        return Mocked(outcomes, len(face_liveness.calls), len(face_liveness.sessions))
