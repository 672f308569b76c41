"""What the benchmarks share. Figures are reported, never asserted: a busy machine proves nothing.

A row is a benchmark group of pytest-benchmark with two members, "against" and "ours", measured side by side in one run;
its figure is the ratio of their fastest rounds. Rows without a comparison are noted with the fixture note.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from moto_liveness import FaceLiveness, FaceLivenessServer, Image, Succeeded

os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"

#: Five different images of 100 KB: the reference image and four audit images.
IMAGES = [Image(b"\xff\xd8\xff" + os.urandom(100_000 - 3)) for _ in range(5)]
WITH_IMAGES = Succeeded(97.3, reference_image=IMAGES[0], audit_images=IMAGES[1:])

#: Row: what it is measured against, and what is to be reached.
TARGETS: dict[str, tuple[str, str]] = {}
_NOTES: list[tuple[str, str]] = []


def row(name: str, against: str, target: str) -> Callable[[Any], Any]:
    """Make a row of a benchmark that takes which of the two it is to run."""
    TARGETS[name] = (against, target)

    def mark(test: Any) -> Any:
        return pytest.mark.benchmark(group=name)(pytest.mark.parametrize("which", ["against", "ours"])(test))

    return mark


@pytest.fixture
def note() -> Callable[[str, str, str, str], None]:
    """Note a row that is no ratio of two times: name, against, target and figure."""

    def note(name: str, against: str, target: str, figure: str) -> None:
        TARGETS[name] = (against, target)
        _NOTES.append((name, figure))

    return note


def client(endpoint_url: str | None = None) -> Any:
    """Return a client that tries once: nothing here is about retries."""
    once = Config(retries={"max_attempts": 0})
    return boto3.client("rekognition", "us-east-1", endpoint_url=endpoint_url, config=once)


def start_face_search(rekognition: Any) -> Callable[[], object]:
    """Return a call of a stock operation of moto's, the cheapest there is."""
    video = {"S3Object": {"Bucket": "bucket", "Name": "name"}}
    return lambda: rekognition.start_face_search(CollectionId="collection", Video=video)


@pytest.fixture
def face_liveness() -> Iterator[FaceLiveness]:
    """Mock AWS, and complain of nothing."""
    with FaceLiveness(assert_all_used=False) as handle:
        yield handle


@pytest.fixture
def server() -> Iterator[FaceLivenessServer]:
    """Serve AWS."""
    with FaceLivenessServer() as server:
        yield server


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the table for the README."""
    fastest: dict[str, dict[str, float]] = {}
    for benchmark in config._benchmarksession.benchmarks:  # type: ignore[attr-defined]
        fastest.setdefault(benchmark.group, {})[benchmark.params["which"]] = benchmark.stats.min
    ratios = [(name, _ratio(times)) for name, times in fastest.items() if len(times) == 2]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("moto", "boto3"))
    terminalreporter.section("the table of the README")
    terminalreporter.line(f"{platform.python_implementation()} {platform.python_version()}, {versions},")
    terminalreporter.line(f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}")
    terminalreporter.line("")
    terminalreporter.line("| what | against | to reach | measured |")
    terminalreporter.line("|---|---|---|---|")
    for name, figure in [*ratios, *_NOTES]:
        terminalreporter.line(f"| {name} | {' | '.join(TARGETS[name])} | {figure} |")


def _ratio(times: dict[str, float]) -> str:
    ours, against = times["ours"] * 1e6, times["against"] * 1e6
    return f"{ours / against:.2f} ({ours:,.0f} to {against:,.0f} us)"
