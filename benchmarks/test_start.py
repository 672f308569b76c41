"""What it costs to have the package installed. Imports are measured in processes of their own, the fastest of many."""

from __future__ import annotations

import subprocess
import sys

from moto import mock_aws

from benchmarks.conftest import Note, Row
from benchmarks.paired import timed
from moto_liveness.install import install, install_routes, uninstall, uninstall_routes

# The garbage collector would look at all that moto and boto3 have made, at an arbitrary moment: 19 ms here.
TIMED = """
import gc, sys, time
{before}
gc.disable()
known = set(sys.modules)
start = time.process_time()
{timed}
print((time.process_time() - start) * 1000)
assert not {absent} & set(sys.modules), {absent} & set(sys.modules)
"""


def milliseconds(before: str, timed: str, absent: set[str]) -> float:
    """Return how long an import takes after others."""
    code = TIMED.format(before=before, timed=timed, absent=absent or "set()")
    # In a folder of its own: the package that is installed is the one that counts, with its compiled modules.
    command = [sys.executable, "-I", "-c", code]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(25)]
    return min(float(run.stdout) for run in runs)


def test_start_of_pytest(note: Note) -> None:
    took = milliseconds("import pytest, importlib", "import moto_liveness.pytest_plugin", {"moto", "boto3"})
    name = "start of pytest with the plugin, boto3 not imported"
    note(name, f"{took:.2f} ms", beside="`-p no:moto_liveness`", bar="under 2 ms")


def test_import(note: Note) -> None:
    took = milliseconds(
        "import moto.rekognition.responses",
        "import moto_liveness; moto_liveness.FaceLiveness, moto_liveness.Succeeded",
        {"moto.s3.models", "moto.kms.models"},
    )
    bar = "under 15 ms, without moto.s3 and moto.kms"
    note("import of `moto_liveness` behind moto", f"{took:.1f} ms", bar=bar)


def test_mock_aws(row: Row) -> None:
    def start_and_stop() -> None:
        with mock_aws():
            pass

    def plug_in() -> tuple[()]:
        install()
        install_routes()
        return ()

    def unplug() -> tuple[()]:
        uninstall()
        uninstall_routes()
        return ()

    ours, against = timed(start_and_stop, plug_in), timed(start_and_stop, unplug)
    try:
        row("start and stop of `mock_aws`", ours, against, beside="without the plugin", bar=1.02)
    finally:
        plug_in()
