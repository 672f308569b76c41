"""The tutorial and the how-to pages: those that are projects are written into a folder and run as a reader would."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

pytest.importorskip("sybil", reason="the documentation is tested where Sybil is installed")

from tests.documentation import FILE, ROOT

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOW_TO = ROOT / "docs" / "how-to"
PAGES = [ROOT / "docs" / "tutorial.md", *sorted(HOW_TO.glob("*.md"))]
#: Commands whose work is done by the environment of these tests, or that need Docker.
NOT_RUN = re.compile(r"mkdir |cd |python3? -m (venv|pip) |\. |npm install |docker ")
NODE_MODULES = ROOT / "tests" / "node" / "node_modules"
#: The modules that a page imports besides those that every test has.
NEEDS = {"aiobotocore": ["aiobotocore", "flask"], "fastapi": ["fastapi", "httpx2"]}
#: The pages with tests of their own.
OTHERS = {"browser", "docker-compose", "javascript"}


def with_free_ports(page: Path) -> str:
    """Return the text of a page. The ports that it names may be in use here, so others stand in their place."""
    with contextlib.ExitStack() as opened:
        ports: dict[str, str] = {}
        for port in ("5000", "8000"):
            listening = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports[port] = str(listening.getsockname()[1])
    return re.sub("|".join(rf"\b{port}\b" for port in ports), lambda port: ports[port[0]], page.read_text())


PROJECTS = [
    page
    for page in PAGES
    if page.stem not in OTHERS and any(FILE.match(block) for _, block in BLOCK.findall(page.read_text()))
]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield an empty folder, in a process without anything that a reader's would not have."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    before = dict(os.environ)
    yield pytester.path
    # The suites run in this process, and some set variables for the code that they import.
    os.environ.clear()
    os.environ.update(before)


def run_page(text: str, pytester: pytest.Pytester) -> int:
    """Write the files and run the commands of a page, in their order. Return how many commands were run."""
    ran = 0
    for language, block in BLOCK.findall(text):
        if name := FILE.match(block):
            file = pytester.path / name[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block)
        elif language == "console":
            ran += sum(run(command, shown, pytester) for command, shown in commands(block))
    return ran


def commands(block: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a block of the console, each with the output that is shown below it."""
    _, *sessions = re.split(r"^\$ ", block, flags=re.MULTILINE)
    return [(lines[0], lines[1:]) for lines in map(str.splitlines, sessions)]


def run(command: str, shown: list[str], pytester: pytest.Pytester) -> bool:
    """Run a command. It prints the lines that are shown, in their order, or succeeds where none are."""
    if NOT_RUN.match(command):
        return False
    if command.startswith("python -m pytest"):
        arguments = shlex.split(command.partition("pytest")[2])
        done = pytester.runpytest_inprocess("-W", "error", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments)
        status, printed = int(done.ret), done.outlines
        assert not shown or re.search(r"\d (passed|failed|error)", shown[-1]), "the last line is the summary"
    else:
        process = subprocess.run(
            command, shell=True, cwd=pytester.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        status, printed = process.returncode, process.stdout.splitlines()
    left = iter([alike(line) for line in printed])
    missing = [line for line in shown if line not in ("", "...") and alike(line) not in left]
    assert missing == [], "\n".join(["", *missing, "is not in", *printed])
    assert shown or status == 0, "\n".join(printed)
    return True


def alike(line: str) -> str:
    """Return a line of output without what differs from run to run: ids, times, rules, and what pytest cuts off."""
    line = re.sub(r"^((?:FAILED|ERROR) .*) - .*", r"\1", line)
    line = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", line)
    line = re.sub(r"\bin [0-9.]+s\b", "in TIME", line)
    return re.sub(r"^[=_-]{2,} | [=_-]{2,}$", "", line).strip()


@pytest.mark.parametrize("page", PROJECTS, ids=lambda page: page.stem)
def test_page(page: Path, project: Path, pytester: pytest.Pytester) -> None:
    needs(*NEEDS.get(page.stem, []))

    assert run_page(with_free_ports(page), pytester) > 0


def needs(*modules: str) -> None:
    for module in modules:
        pytest.importorskip(module, reason=f"{module} is not installed here")


@pytest.mark.skipif(
    shutil.which("npx") is None or not (NODE_MODULES / "vitest").exists(),
    reason="Node or its packages are not installed here (npm install in tests/node)",
)
def test_javascript(project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("flask")
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (project / "node_modules").symlink_to(NODE_MODULES)

    assert run_page(with_free_ports(HOW_TO / "javascript.md"), pytester) == 1


@pytest.fixture
def start(project: Path) -> Iterator[Callable[..., Popen[str]]]:
    """Yield a function that starts a process for this test, with more variables in its environment."""
    with contextlib.ExitStack() as started, (project / "started.log").open("w") as log:

        def start(command: str, **environment: str) -> Popen[str]:
            env = {**os.environ, **environment}
            process = Popen(shlex.split(command), cwd=project, env=env, stdout=log, stderr=log, text=True)
            started.callback(process.wait)
            started.callback(process.terminate)
            return process

        yield start


def test_docker_compose(
    project: Path,
    pytester: pytest.Pytester,
    start: Callable[..., Popen[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without Docker: its commands run here, the names of its services are this machine, and pip installs nothing."""
    needs("flask", "yaml")
    import yaml

    page = with_free_ports(HOW_TO / "docker-compose.md").replace("http://aws:", "http://127.0.0.1:")
    files = {name[1]: block for _, block in BLOCK.findall(page) if (name := FILE.match(block))}
    (project / "app.py").write_text(files["app.py"])
    (project / "pip").write_text('#!/bin/sh\necho "$@" >> installed\n')
    (project / "pip").chmod(0o755)
    monkeypatch.setenv("PATH", str(project), prepend=os.pathsep)
    aws, app = yaml.safe_load(files["compose.yaml"])["services"].values()

    for service in (aws, app):
        process = start(service["command"], **service.get("environment", {}))
        kind, *is_healthy = service["healthcheck"]["test"]
        assert kind == "CMD"
        while subprocess.run(is_healthy, capture_output=True).returncode:
            assert process.poll() is None, (project / "started.log").read_text()

    assert run_page(page, pytester) == 1
    assert (project / "installed").read_text() == "install --quiet moto-liveness[server]\ninstall --quiet boto3\n"
