"""The tutorial and the how-to pages: those that are projects are written into a folder and run as a reader would."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("sybil", reason="the documentation is tested where Sybil is installed")

from tests.documentation import FILE, ROOT

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PAGES = [ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]
#: Commands whose work is done by the environment of these tests, or that need Docker.
NOT_RUN = re.compile(r"mkdir |cd |python3? -m (venv|pip) |\. |npm install |docker ")
#: The modules that a page imports besides those that every test has.
NEEDS = {"fastapi": ["fastapi", "httpx2"], "aiobotocore": ["aiobotocore", "flask"], "docker-compose": ["flask", "yaml"]}


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the language and the text of each block of a page."""
    return BLOCK.findall(page.read_text())


PROJECTS = [page for page in PAGES if any(FILE.match(text) for _, text in blocks(page))]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield an empty folder, in a process without anything that a reader's would not have."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    before = dict(os.environ)
    yield pytester.path
    # The suites run in this process, and some set variables for the code that they import.
    os.environ.clear()
    os.environ.update(before)


def run_page(page: Path, pytester: pytest.Pytester) -> int:
    """Write the files and run the commands of a page, in their order. Return how many commands were run."""
    ran = 0
    for language, text in blocks(page):
        if name := FILE.match(text):
            file = pytester.path / name[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        elif language == "console":
            ran += sum(run(command, shown, pytester) for command, shown in commands(text))
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
        assert not shown or re.search(r"\d (passed|failed)", shown[-1]), "the last line that is shown is the summary"
    else:
        process = subprocess.run(
            shlex.split(command), cwd=pytester.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
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
    for module in NEEDS.get(page.stem, []):
        pytest.importorskip(module, reason=f"{module} is not installed here")

    assert run_page(page, pytester) > 0
