"""Run the tests that touch moto with every release of moto 5 that the index has, or with those that are named.

`tox -e every-moto` runs it in an environment of its own, in which it installs one release after the other.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable

#: What plugs into moto, or depends on how moto dispatches, resets, serves and stores; little that starts processes.
TESTS = [
    "test_autoload.py::test_mock_aws_has_the_operations_with_no_import_in_user_code",
    "test_blocks.py",
    "test_console_routes.py",
    "test_create.py",
    "test_iam.py",
    "test_regions.py",
    "test_server.py::test_the_command_serves_and_ends_with_ctrl_c",
    "test_statuses.py",
    "test_stock_operations.py",
    "test_storage.py",
    "test_stream_server.py::test_a_whole_check",
]


def releases(printed: str) -> list[str]:
    """Return the releases of moto 5 in the output of `pip index versions moto`, the oldest first."""
    found = re.search(r"^Available versions: (.*)$", printed, re.MULTILINE)
    versions = found[1].split(", ") if found else []
    return [version for version in reversed(versions) if re.fullmatch(r"5\.\d+\.\d+", version)]


def main(chosen: Iterable[str]) -> int:
    """Test the chosen releases, or all of them; return 1 if one failed or could not be installed."""
    versions = list(chosen) or releases(_run("pip", "index", "versions", "moto").stdout)
    if not versions:
        sys.exit("The index lists no release of moto 5.")
    failed = []
    for version in versions:
        done = _run("pip", "install", "--quiet", f"moto=={version}")
        if done.returncode == 0:
            done = _run("pytest", "-q", "-n", "2", *(f"tests/{test}" for test in TESTS))
        lines = done.stdout.splitlines() or [done.stderr]
        print(f"moto {version}: {lines[-1]}", flush=True)
        if done.returncode != 0:
            failed.append(version)
            print(done.stdout, done.stderr, flush=True)
    print("Failed:", *failed) if failed else print("All passed.")
    return 1 if failed else 0


def _run(*module: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *module], capture_output=True, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
