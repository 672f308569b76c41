"""What many sessions, seeds and calls cost."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from time_machine import travel

from benchmarks.conftest import client, row
from moto_liveness import Created, FaceLiveness, Step, Succeeded
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core.operations import CREATE, GET_RESULTS, Operation
from moto_liveness.rekognition.models import LivenessBackend, liveness_backends
from moto_liveness.rekognition.request import Request
from moto_liveness.rekognition.responses import answer
from moto_liveness.rekognition.script_backend import current_script

Note = Callable[[str, str, str, str], None]
MANY = {"against": 10, "ours": 100_000}


def backend() -> LivenessBackend:
    """Return the backend of the default region."""
    return liveness_backends["123456789012"]["us-east-1"]


def fill(count: int, *steps: Step) -> None:
    """Add sessions as fast as can be."""
    for _ in range(count):
        backend().add_session(steps or (Created(),), None)


@row("create with 100,000 sessions", "with 10", "1.1")
def test_create_among_many(benchmark: Any, face_liveness: FaceLiveness, which: str) -> None:
    fill(MANY[which])
    benchmark(client().create_face_liveness_session)


@row("get with 100,000 sessions", "with 10", "1.1")
def test_get_among_many(benchmark: Any, face_liveness: FaceLiveness, which: str) -> None:
    fill(MANY[which])
    session = face_liveness.add_session()
    rekognition = client()
    benchmark(lambda: rekognition.get_face_liveness_session_results(SessionId=session.id))


@row("create from a queue of 10,000", "of 10", "1.1")
def test_create_from_a_queue(benchmark: Any, face_liveness: FaceLiveness, which: str) -> None:
    rekognition = client()
    length = {"against": 10, "ours": 10_000}[which]

    def refill() -> None:
        missing = length - len(current_script().seeds)
        for _ in range(missing + 10):
            face_liveness.queue(Created())

    benchmark.pedantic(rekognition.create_face_liveness_session, setup=refill, rounds=2_000)


@pytest.mark.parametrize("steps", [(), (Succeeded(97.3),)], ids=["without images", "with the default images"])
def test_memory_of_a_session(face_liveness: FaceLiveness, note: Note, steps: tuple[Step, ...]) -> None:
    count = 10_000
    fill(10)
    tracemalloc.start()
    fill(count, *steps)
    used = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    images = "with the default images" if steps else "without images"
    note(f"memory of a session {images}", "-", "under 1.5 KB; images are shared", f"{used / 1024:.2f} KB")


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
    note("memory of a create and a poll, in server mode", "-", "1.2 KB", f"{alive / 1024:.2f} KB")
    note(
        "the same once the session has expired",
        "-",
        "0.4 KB; the last 10,000 sessions are kept",
        f"{expired / 1024:.2f} KB",
    )


def create_and_poll() -> None:
    """Do what a server does for the two calls, with a log of the last 10,000."""
    poll(json.loads(ask(CREATE, {}))["SessionId"])


def poll(session_id: str) -> None:
    """Poll a session."""
    ask(GET_RESULTS, {"SessionId": session_id})


def ask(operation: Operation, params: dict[str, str]) -> Any:
    """Return the answer of the pipeline."""
    place = backend().place
    return answer(backend(), Request(operation, place, json.dumps(params), None, in_process=False))


def test_reading_many_calls_is_linear(face_liveness: FaceLiveness, note: Note) -> None:
    times: dict[str, list[float]] = {}
    session = face_liveness.add_session()
    for more in (1_000, 9_000):
        for _ in range(more):
            poll(session.id)
        fill(more)
        for name, read in (
            ("`calls`", lambda: face_liveness.calls),
            ("`sessions`", lambda: face_liveness.sessions),
            ("report", lambda: call_log(face_liveness)),
        ):
            times.setdefault(name, []).append(fastest(read))
    for name, (few, many) in times.items():
        note(
            f"{name} of 10,000 calls",
            "of 1,000",
            "linear: 10",
            f"{many / few:.1f} ({many * 1000:.1f} to {few * 1000:.2f} ms)",
        )


def fastest(read: Callable[[], object]) -> float:
    """Return the seconds of the fastest of many rounds."""
    rounds = []
    for _ in range(20):
        start = time.perf_counter()
        read()
        rounds.append(time.perf_counter() - start)
    return min(rounds)
