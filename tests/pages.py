"""Pages of docs/ that are projects: their files are written into a folder, and their commands are run there."""

from __future__ import annotations

import contextlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import held_port

ROOT = Path(__file__).parent.parent
HOW_TO = ROOT / "docs" / "how-to"
PAGES = [ROOT / "docs" / "tutorial.md", *sorted(HOW_TO.glob("*.md"))]
#: A block that begins with a comment such as "# signup.py" is that file.
FILE = re.compile(r"(?:#|//) ([\w./-]+\.\w+)\n")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# On Python 3.10 FastAPI's TestClient has to take httpx, and says that it would rather have httpx2.
_WARNINGS = ("-W", "error", "-W", "ignore:Using `httpx`")
#: Commands whose work is done by the environment of the tests, or that need Docker.
_NOT_RUN = re.compile(r"mkdir |cd |python3? -m (venv|pip) |\. |npm install |npx playwright install |docker ")


def files(text: str) -> dict[str, str]:
    """Return the files of a page by their names, each as it is at the end."""
    return {name[1]: block for _, block in _BLOCK.findall(text) if (name := FILE.match(block))}


@contextlib.contextmanager
def with_held_ports(*texts: str) -> Iterator[list[str]]:
    """Yield texts with other ports in place of those that they name, which may be in use here."""
    with held_port() as first, held_port() as second:
        ports = {"5000": str(first), "8000": str(second)}
        yield [re.sub(rf"\b({'|'.join(ports)})\b", lambda port: ports[port[0]], text) for text in texts]


def run_page(text: str, pytester: pytest.Pytester) -> int:
    """Write the files and run the commands of a page, in their order. Return how many commands were run."""
    ran = 0
    for language, block in _BLOCK.findall(text):
        if name := FILE.match(block):
            file = pytester.path / name[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block)
        elif language == "console":
            ran += sum(_run(command, shown, pytester) for command, shown in _commands(block))
    return ran


def _commands(block: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a block of the console, each with the output that is shown below it."""
    _, *sessions = re.split(r"^\$ ", block, flags=re.MULTILINE)
    return [(lines[0], lines[1:]) for lines in map(str.splitlines, sessions)]


def _run(command: str, shown: list[str], pytester: pytest.Pytester) -> bool:
    """Run a command. It prints the lines that are shown, in their order, or succeeds where none are."""
    if _NOT_RUN.match(command):
        return False
    if command.startswith("python -m pytest"):
        arguments = shlex.split(command.partition("pytest")[2])
        done = pytester.runpytest_inprocess(*_WARNINGS, *arguments)
        status, printed = int(done.ret), done.outlines
        assert not shown or re.search(r"\d (passed|failed|error)", shown[-1]), "the last line is the summary"
    else:
        process = subprocess.run(
            command, shell=True, cwd=pytester.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        status, printed = process.returncode, process.stdout.splitlines()
    left = iter([_alike(line) for line in printed])
    missing = [line for line in shown if line not in ("", "...") and _alike(line) not in left]
    assert missing == [], "\n".join(["", *missing, "is not in", *printed])
    assert shown or status == 0, "\n".join(printed)
    return True


def _alike(line: str) -> str:
    """Return a line of output without what differs from run to run: ids, times, rules, and what pytest cuts off."""
    line = re.sub(r"^((?:FAILED|ERROR) .*) - .*", r"\1", line)
    line = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", line)
    line = re.sub(r"\bin [0-9.]+s\b", "in TIME", line)
    return re.sub(r"^[=_-]{2,} | [=_-]{2,}$", "", line).strip()
