"""An independent model of the sessions, walked at random: whatever is done in whatever order, the mock agrees."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

import requests
from botocore.exceptions import ClientError
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from time_machine import travel

from moto_liveness import Created, FaceLiveness, Failed, InProgress, Step, Succeeded
from tests.aws import NOON, client

PLACES = ("us-east-1", "eu-west-1")
RANKS = {"CREATED": 0, "IN_PROGRESS": 1, "SUCCEEDED": 2, "FAILED": 2}
STEPS: list[tuple[Step, ...]] = [
    (Succeeded(97.3),),
    (Failed(),),
    (Created(), InProgress(polls=2), Succeeded(97.3)),
    (InProgress(seconds=20), Failed()),
    (Created(seconds=5), InProgress()),
]


@dataclass
class Modelled:
    """A session as the model sees it: what is left of its steps, each with the polls or seconds that it lasts."""

    place: str
    created_at: float
    left: list[Step]
    since: float
    polls: int = 0
    expired: bool = False
    reported: str | None = None

    def at(self, now: float) -> tuple[list[Step], float, int]:
        """Return the steps that are left by then, since when the first of them lasts, and its polls."""
        left, since, polls = self.left, self.since, self.polls
        while (seconds := getattr(left[0], "seconds", None)) and now >= since + seconds:
            left, since, polls = left[1:], since + seconds, 0
        return left, since, polls

    def status(self, now: float) -> str:
        if self.expired or now - self.created_at >= 180:
            return "EXPIRED"
        return str(self.at(now)[0][0].status)

    def poll(self, now: float) -> str:
        self.reported = status = self.status(now)
        if status == "EXPIRED":
            self.expired = True
            return status
        self.left, self.since, self.polls = self.at(now)
        step = self.left[0]
        if len(self.left) > 1 and not getattr(step, "seconds", None):
            self.polls += 1
            if self.polls == (getattr(step, "polls", None) or 1):
                self.left, self.since, self.polls = self.left[1:], now, 0
        return status


@dataclass
class Queued:
    place: str | None
    steps: tuple[Step, ...]


@dataclass
class World:
    """Everything that the model knows."""

    sessions: dict[str, Modelled] = field(default_factory=dict)
    queue: list[Queued] = field(default_factory=list)
    errors: list[str | None] = field(default_factory=list)


class Sessions(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.now = 0.0
        self.travel = travel(NOON, tick=False)
        self.clock = self.travel.start()
        self.face_liveness = FaceLiveness(assert_all_used=False, assert_all_seeded=False).__enter__()

    def teardown(self) -> None:
        self.face_liveness.__exit__(None, None, None)
        self.travel.stop()

    @rule(seconds=st.sampled_from([1, 10, 60, 179, -1, -30]))
    def move_the_clock(self, seconds: float) -> None:
        self.now += seconds
        self.clock.move_to(NOON + datetime.timedelta(seconds=self.now))

    @rule(steps=st.sampled_from(STEPS), place=st.sampled_from([None, *PLACES]))
    def queue(self, steps: tuple[Step, ...], place: str | None) -> None:
        self.face_liveness.at(place).queue(*steps)
        self.world.queue.append(Queued(place, steps))

    @rule(place=st.sampled_from([None, *PLACES]))
    def queue_error(self, place: str | None) -> None:
        self.face_liveness.at(place).queue_error("InternalServerError")
        self.world.errors.append(place)

    @rule()
    def withdraw(self) -> None:
        self.face_liveness.withdraw()
        self.world.queue.clear()
        self.world.errors.clear()

    @rule()
    def reset(self) -> None:
        requests.post("http://motoapi.amazonaws.com/moto-api/reset")
        self.world = World()

    @rule(place=st.sampled_from(PLACES))
    def create(self, place: str) -> None:
        seed = next((seed for seed in self.world.queue if seed.place in (None, place)), None)
        if seed:
            self.world.queue.remove(seed)
        session_id = client(region_name=place).create_face_liveness_session()["SessionId"]
        # Creating a session lets go of those that have expired by then.
        for session in self.world.sessions.values():
            session.expired |= session.place == place and self.expired_and_first(session)
        steps = list(seed.steps) if seed else [Created()]
        self.world.sessions[session_id] = Modelled(place, self.now, steps, self.now)

    def expired_and_first(self, session: Modelled) -> bool:
        older = [other for other in self.world.sessions.values() if other.place == session.place]
        return all(other.expired or self.now - other.created_at >= 180 for other in older[: older.index(session) + 1])

    @precondition(lambda self: self.world.sessions)
    @rule(data=st.data())
    def poll(self, data: st.DataObject) -> None:
        session_id = data.draw(st.sampled_from(sorted(self.world.sessions)))
        session = self.world.sessions[session_id]
        error = next((place for place in self.world.errors if place in (None, session.place)), "none")
        try:
            results = client(region_name=session.place).get_face_liveness_session_results(SessionId=session_id)
        except ClientError:
            assert error != "none"
            self.world.errors.remove(error)
        else:
            assert error == "none"
            assert results["Status"] == session.poll(self.now)

    @precondition(lambda self: self.world.sessions)
    @rule(data=st.data(), step=st.sampled_from([Created(), InProgress(), Succeeded(97.3), Failed()]))
    def set_outcome(self, data: st.DataObject, step: Step) -> None:
        session_id = data.draw(st.sampled_from(sorted(self.world.sessions)))
        session = self.world.sessions[session_id]
        before = RANKS.get(session.reported or "CREATED", 9)
        same = session.reported == step.status and (before < 2 or session.left[0] == step)
        possible = session.status(self.now) != "EXPIRED" and (same or before < RANKS[str(step.status)] or before == 0)
        try:
            self.face_liveness.session(session_id).set_outcome(step)
        except ValueError:
            assert not possible
        else:
            assert possible
            session.left, session.since, session.polls = [step], self.now, 0

    @rule()
    def open_and_leave_a_nested_block(self) -> None:
        with FaceLiveness(assert_all_used=False, assert_all_seeded=False) as inner:
            inner.queue(Failed())
            inner.queue_error("ThrottlingException", operation="CreateFaceLivenessSession")
            inner.add_session(Succeeded(97.3))

    @invariant()
    def the_handle_shows_what_a_poll_would_report(self) -> None:
        shown = {session.id: session.status for session in self.face_liveness.sessions}
        assert shown == {key: session.status(self.now) for key, session in self.world.sessions.items()}


Sessions.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
TestSessions = Sessions.TestCase
