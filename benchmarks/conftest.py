"""What the benchmarks share. Figures are reported, never asserted.

A row of the table is a ratio, from the fixture row, or a figure of its own, from the fixture note. A ratio whose whole
interval is over its bar is marked.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import boto3
import pytest
from botocore.config import Config

from benchmarks.paired import Side, compare
from moto_liveness import FaceLiveness, FaceLivenessServer, Image, Succeeded

os.environ["AWS_ACCESS_KEY_ID"] = os.environ["AWS_SECRET_ACCESS_KEY"] = "testing"

#: Five different images of 100 KB: the reference image and four audit images.
IMAGES = [Image(b"\xff\xd8\xff" + os.urandom(100_000 - 3)) for _ in range(5)]
WITH_IMAGES = Succeeded(97.3, reference_image=IMAGES[0], audit_images=IMAGES[1:])

_TABLE: list[str] = []


class Row(Protocol):
    """Add a ratio to the table: measure ours and what it is measured against, side by side."""

    def __call__(self, name: str, ours: Side, against: Side, *, beside: str, bar: float | None) -> None: ...


class Note(Protocol):
    """Add a figure to the table that is not a ratio of two times."""

    def __call__(self, name: str, figure: str, *, beside: str = "-", bar: str) -> None: ...


@pytest.fixture
def row() -> Row:
    def row(name: str, ours: Side, against: Side, *, beside: str, bar: float | None) -> None:
        paired = compare(ours, against)
        over = ", **over**" if bar is not None and paired.low > bar else ""
        _TABLE.append(f"| {name} | {beside} | {bar or 'report'} | {paired}{over} |")

    return row


@pytest.fixture
def note() -> Note:
    def note(name: str, figure: str, *, beside: str = "-", bar: str) -> None:
        _TABLE.append(f"| {name} | {beside} | {bar} | {figure} |")

    return note


def client(endpoint_url: str | None = None) -> Any:
    """Return a client that tries once, with a connection for each of 16 threads."""
    once = Config(retries={"max_attempts": 0}, max_pool_connections=16)
    return boto3.client("rekognition", "us-east-1", endpoint_url=endpoint_url, config=once)


def start_face_search(rekognition: Any) -> Callable[[], object]:
    """Return a call of a stock operation of moto's, the cheapest there is."""
    video = {"S3Object": {"Bucket": "bucket", "Name": "name"}}
    return lambda: rekognition.start_face_search(CollectionId="collection", Video=video)


@pytest.fixture
def face_liveness() -> Iterator[FaceLiveness]:
    """Mock AWS, without the checks at the end of the block."""
    with FaceLiveness(assert_all_used=False) as handle:
        yield handle


@pytest.fixture
def server() -> Iterator[FaceLivenessServer]:
    """Serve AWS."""
    with FaceLivenessServer() as server:
        yield server


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the table of docs/what-it-costs.md."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("moto", "boto3"))
    terminalreporter.section("the table of docs/what-it-costs.md")
    terminalreporter.line(f"{platform.python_implementation()} {platform.python_version()}, {versions},")
    terminalreporter.line(f"{os.cpu_count()} CPUs, {platform.system()} {platform.machine()}")
    terminalreporter.line("")
    terminalreporter.line("| what | against | to reach | measured |")
    terminalreporter.line("|---|---|---|---|")
    for line in _TABLE:
        terminalreporter.line(line)
