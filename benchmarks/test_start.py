"""What being there costs. Imports are measured in processes of their own, the fastest of many."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from moto import mock_aws

from benchmarks.conftest import row
from moto_liveness.install import install, install_routes, uninstall, uninstall_routes

Note = Callable[[str, str, str, str], None]

# The garbage collector would look at all that moto and boto3 have made, at a moment of its own choice: 19 ms here.
TIMED = """
import gc, sys, time
{before}
gc.disable()
known = set(sys.modules)
start = time.perf_counter()
{timed}
print((time.perf_counter() - start) * 1000)
assert not {absent} & set(sys.modules), {absent} & set(sys.modules)
"""


def milliseconds(before: str, timed: str, absent: set[str]) -> float:
    """Return how long an import takes behind others."""
    code = TIMED.format(before=before, timed=timed, absent=absent or "set()")
    # In a folder of its own: the package that is installed is the one that counts, with its compiled modules.
    command = [sys.executable, "-I", "-c", code]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(25)]
    return min(float(run.stdout) for run in runs)


def test_start_of_pytest(note: Note) -> None:
    took = milliseconds("import pytest, importlib", "import moto_liveness.pytest_plugin", {"moto", "boto3"})
    note("start of pytest with the plugin, boto3 not imported", "`-p no:moto_liveness`", "under 2 ms", f"{took:.2f} ms")


def test_import(note: Note) -> None:
    took = milliseconds(
        "import moto.rekognition.responses",
        "import moto_liveness; moto_liveness.FaceLiveness, moto_liveness.Succeeded",
        {"moto.s3.models", "moto.kms.models"},
    )
    note("import of `moto_liveness` behind moto", "-", "under 15 ms, without moto.s3 and moto.kms", f"{took:.1f} ms")


@pytest.fixture
def installed(which: str) -> Iterator[None]:
    """Take the plugin out of moto, or leave it in."""
    if which == "against":
        uninstall()
        uninstall_routes()
    yield
    install()
    install_routes()


@row("start and stop of `mock_aws`", "without the plugin", "1.02")
@pytest.mark.usefixtures("installed")
def test_mock_aws(benchmark: Any, which: str) -> None:
    def start_and_stop() -> None:
        with mock_aws():
            pass

    benchmark(start_and_stop)
