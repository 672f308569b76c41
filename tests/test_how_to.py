"""The tutorial and the how-to pages: those that are projects are written into a folder and run as a reader would."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from moto_liveness import FaceLivenessServer
from tests.pages import HOW_TO, PAGES, ROOT, files, run_page, with_held_ports
from tests.waiting import answers_on, wait_until

pytest.importorskip("sybil", reason="the documentation is tested where Sybil is installed")


NODE_MODULES = ROOT / "tests" / "node" / "node_modules"
#: The modules that a page imports besides those that every test has.
NEEDS = {
    "aiobotocore": ["aiobotocore", "flask"],
    "fastapi": ["fastapi", "httpx2" if sys.version_info >= (3, 11) else "httpx"],
}
#: The pages with tests of their own: that of the browser is in tests/browser.
OTHERS = {"browser", "docker-compose", "javascript", "many-tests", "typescript"}
PROJECTS = [page for page in PAGES if page.stem not in OTHERS and files(page.read_text())]


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


@pytest.mark.parametrize("page", PROJECTS, ids=lambda page: page.stem)
def test_page(page: Path, project: Path, pytester: pytest.Pytester) -> None:
    needs(*NEEDS.get(page.stem, []))

    assert run_page(page.read_text(), pytester) > 0


def needs(*modules: str) -> None:
    for module in modules:
        pytest.importorskip(module, reason=f"{module} is not installed here")


needs_vitest = pytest.mark.skipif(
    shutil.which("npx") is None or not (NODE_MODULES / "vitest").exists(),
    reason="Node or its packages are not installed here (npm install in tests/node)",
)


@needs_vitest
def test_javascript(project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("flask")
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (project / "node_modules").symlink_to(NODE_MODULES)

    with with_held_ports((HOW_TO / "javascript.md").read_text()) as (page,):
        assert run_page(page, pytester) == 1


@needs_vitest
def test_many_tests_in_vitest(project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("flask")
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (project / "node_modules").symlink_to(NODE_MODULES)
    many = (HOW_TO / "many-tests.md").read_text().partition("## Vitest")[2]

    with with_held_ports((HOW_TO / "javascript.md").read_text(), many) as (javascript, page):
        for name in ("signup.mjs", "face-liveness.mjs", "mock-server.mjs"):
            (project / name).write_text(files(javascript)[name])
        assert run_page(page, pytester) == 1


@pytest.mark.skipif(
    shutil.which("npx") is None or not (NODE_MODULES / "openapi-typescript").exists(),
    reason="Node or its packages are not installed here (npm install in tests/node)",
)
def test_typescript(project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    needs("flask")
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (project / "node_modules").symlink_to(NODE_MODULES)
    text = (HOW_TO / "typescript.md").read_text()

    with with_held_ports(text) as (page,), FaceLivenessServer(port=int(re.findall(r"127\.0\.0\.1:(\d+)", page)[0])):
        assert run_page(page, pytester) == 2
    # More than the page has, good ones and bad ones, with its client.
    shutil.copy(ROOT / "tests" / "node" / "seeds.ts", project)
    (check,) = re.findall(r"^\$ (npx tsc .*)$", text, re.MULTILINE)
    compiled = subprocess.run(check, shell=True, cwd=project, capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stdout


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


@pytest.fixture
def held_ports() -> Iterator[Callable[[str], str]]:
    """Yield a function that puts ports into a page which are held until the end of the test."""
    with contextlib.ExitStack() as held:
        yield lambda text: held.enter_context(with_held_ports(text))[0]


def test_docker_compose(
    project: Path,
    pytester: pytest.Pytester,
    start: Callable[..., Popen[str]],
    held_ports: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without Docker: its commands run here, the names of its services are this machine, and pip installs nothing."""
    needs("flask", "yaml")
    import yaml

    page = held_ports((HOW_TO / "docker-compose.md").read_text().replace("http://aws:", "http://127.0.0.1:"))
    (project / "app.py").write_text(files(page)["app.py"])
    (project / "pip").write_text('#!/bin/sh\necho "$@" >> installed\n')
    (project / "pip").chmod(0o755)
    monkeypatch.setenv("PATH", str(project), prepend=os.pathsep)
    aws, app = yaml.safe_load(files(page)["compose.yaml"])["services"].values()

    for service in (aws, app):
        process = start(service["command"], **service.get("environment", {}))
        kind, *is_healthy = service["healthcheck"]["test"]
        assert kind == "CMD"
        port = int(service["ports"][0].rpartition(":")[2])
        # A connection costs less than a healthcheck, which is a process.
        wait_until(lambda: process.poll() is not None or answers_on(port))  # noqa: B023
        assert process.poll() is None, (project / "started.log").read_text()
        checked = subprocess.run(is_healthy, capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr

    assert run_page(page, pytester) == 1
    assert (project / "installed").read_text() == "install --quiet moto-liveness[server]\ninstall --quiet boto3\n"
