"""The package on Windows, as far as Linux can tell: in a process without what Python lacks on Windows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from moto_liveness.core import lines
from moto_liveness.core.forks import after_fork_in_child

ROOT = Path(__file__).parent.parent

# os.WNOHANG and the like stay, and os.sysconf: on Linux, subprocess and asyncio themselves need them.
LIKE_WINDOWS = """
import os, signal, socket

for module, names in [
    (os, "chown fork forkpty getegid geteuid getgid getgroups getpgid getpgrp getsid getuid initgroups killpg lchown"),
    (os, "mkfifo nice register_at_fork setegid seteuid setgid setpgid setsid setuid uname wait wait3 wait4"),
    (signal, "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGUSR1 SIGUSR2 alarm pthread_kill pthread_sigmask"),
    (socket, "AF_UNIX"),
]:
    for name in names.split():
        vars(module).pop(name, None)
"""


def run(code: str) -> str:
    """Run code in a process that is like one on Windows, and return what it printed."""
    command = [sys.executable, "-c", LIKE_WINDOWS + code]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_without_fork_nothing_is_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "register_at_fork", raising=False)

    after_fork_in_child(list)


def test_the_line_of_a_seed_is_the_same_on_every_system(monkeypatch: pytest.MonkeyPatch) -> None:
    class WindowsPath(PureWindowsPath):
        @classmethod
        def cwd(cls) -> WindowsPath:
            return cls("C:/project")

    monkeypatch.setattr(lines, "Path", WindowsPath)
    test = compile("line = line_of_the_test()", r"C:\project\tests\test_signup.py", "exec")
    names = {"line_of_the_test": lines.line_of_the_test}
    exec(test, names)

    assert names["line"] == "tests/test_signup.py:1"


def test_a_plain_moto_user_can_reset() -> None:
    printed = run(
        """
import moto_liveness, moto, requests
with moto.mock_aws():
    print(requests.post("http://motoapi.amazonaws.com/moto-api/reset").json())
moto_liveness.FaceLiveness()  # raises if the import hook failed
"""
    )

    assert printed == "{'status': 'ok'}\n"


def test_the_handle_of_a_server_can_be_imported() -> None:
    assert run("import moto_liveness.control.remote") == ""


# Without asyncio, which needs AF_UNIX on Linux. Those of the handle run inside mock_aws and on a server.
HEART = [
    "test_handle.py",
    "test_statuses.py",
    "test_certificate.py",
    "test_server.py::test_a_block_on_a_server_complains_of_unused_seeds",
    "test_stream_server.py::test_a_whole_check",
]


def test_the_heart_of_the_tests_passes(tmp_path: Path) -> None:
    # Without --basetemp, pytest asks os.getuid for the owner of tmp_path.
    options = ["-q", "-p", "moto_liveness", "-p", "no:cacheprovider", f"--basetemp={tmp_path / 'tests'}"]
    arguments = [*options, *(f"tests/{test}" for test in HEART)]

    printed = run(f"import sys, pytest; sys.exit(pytest.main({arguments!r}))")

    assert " passed" in printed
