"""What many sessions, seeds and calls cost. The few and the many are in processes of their own."""

from __future__ import annotations

import functools
import json
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from time_machine import travel

from benchmarks.conftest import Note, Row, client
from benchmarks.paired import Side, forked, timed
from moto_liveness import Created, FaceLiveness, Step, Succeeded
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core.operations import CREATE, GET_RESULTS, Operation
from moto_liveness.rekognition.models import LivenessBackend, liveness_backends
from moto_liveness.rekognition.request import Request
from moto_liveness.rekognition.responses import answer


def backend() -> LivenessBackend:
    """Return the backend of the default region."""
    return liveness_backends["123456789012"]["us-east-1"]


def fill(count: int, *steps: Step) -> None:
    """Add sessions as fast as can be."""
    for _ in range(count):
        backend().add_session(steps or (Created(),), None)


def test_create_among_many(row: Row, face_liveness: FaceLiveness) -> None:
    def create(sessions: int) -> Side:
        fill(sessions)
        return timed(client().create_face_liveness_session)

    grow(row, "create with 100,000 sessions", create, few=10, many=100_000)


def test_get_among_many(row: Row, face_liveness: FaceLiveness) -> None:
    def get(sessions: int) -> Side:
        fill(sessions)
        rekognition, session = client(), face_liveness.add_session()
        return timed(lambda: rekognition.get_face_liveness_session_results(SessionId=session.id))

    grow(row, "get with 100,000 sessions", get, few=10, many=100_000)


def test_create_from_a_queue(row: Row, face_liveness: FaceLiveness) -> None:
    def create(seeds: int) -> Side:
        for _ in range(seeds):
            face_liveness.queue(Created())

        def refill() -> tuple[()]:
            face_liveness.queue(Created())
            return ()

        return timed(client().create_face_liveness_session, refill)

    grow(row, "create from a queue of 10,000", create, few=10, many=10_000)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("`calls`", lambda face_liveness: face_liveness.calls),
        ("`sessions`", lambda face_liveness: face_liveness.sessions),
        ("report", call_log),
    ],
)
def test_reading_many_calls_is_linear(
    row: Row, face_liveness: FaceLiveness, name: str, read: Callable[[FaceLiveness], object]
) -> None:
    def reading(calls: int) -> Side:
        session = face_liveness.add_session()
        for _ in range(calls):
            poll(session.id)
        fill(calls)
        side = timed(lambda: read(face_liveness))
        return lambda: side() / calls

    grow(row, f"{name} of 10,000 calls, per call", reading, few=1_000, many=10_000, bar=1.5)


def grow(row: Row, name: str, make: Callable[[int], Side], *, few: int, many: int, bar: float = 1.1) -> None:
    """Add the ratio of many to few."""
    with forked(functools.partial(make, many)) as ours, forked(functools.partial(make, few)) as against:
        row(name, ours, against, beside=f"with {few:,}", bar=bar)


@pytest.mark.parametrize("steps", [(), (Succeeded(97.3),)], ids=["without images", "with the default images"])
def test_memory_of_a_session(face_liveness: FaceLiveness, note: Note, steps: tuple[Step, ...]) -> None:
    count = 10_000
    fill(10)
    tracemalloc.start()
    fill(count, *steps)
    used = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    images = "with the default images" if steps else "without images"
    note(f"memory of a session {images}", f"{used / 1024:.2f} KB", bar="under 1.5 KB; images are shared")


def test_memory_of_a_server_that_is_never_reset(face_liveness: FaceLiveness, note: Note) -> None:
    count = 25_000
    face_liveness.set_default(Created())
    with travel("2026-03-01 12:00Z", tick=False) as clock:
        create_and_poll()
        tracemalloc.start()
        for _ in range(count):
            create_and_poll()
        alive = tracemalloc.get_traced_memory()[0] / count
        clock.shift(180)
        create_and_poll()
        expired = tracemalloc.get_traced_memory()[0] / count
        tracemalloc.stop()
    note("memory of a create and a poll, in server mode", f"{alive / 1024:.2f} KB", bar="1.2 KB")
    note(
        "the same once the session has expired",
        f"{expired / 1024:.2f} KB",
        bar="0.4 KB; the last 10,000 sessions are kept",
    )


def create_and_poll() -> None:
    """Do what a server does for the two calls, with a log of the last 10,000."""
    poll(json.loads(ask(CREATE, {}))["SessionId"])


def poll(session_id: str) -> None:
    """Poll a session."""
    ask(GET_RESULTS, {"SessionId": session_id})


def ask(operation: Operation, params: dict[str, str]) -> Any:
    """Return the answer of the pipeline."""
    return answer(backend(), Request(operation, backend().place, json.dumps(params), None, in_process=False))
