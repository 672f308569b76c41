"""Every Python block of the README runs, and its lists name what there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import moto_liveness
from tests import test_choices

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def with_line_numbers() -> list[object]:
    """Return the Python blocks, each with the line of the README that it starts in."""
    found = re.finditer(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    return [pytest.param(match[1], id=f"line-{README.count(chr(10), 0, match.start()) + 1}") for match in found]


@pytest.mark.parametrize("code", with_line_numbers())
def test_a_block_of_the_readme_runs(pytester: pytest.Pytester, code: str) -> None:
    """A block with tests is a test suite; another one is the body of a test."""
    if "face_liveness_server" in code:
        pytest.importorskip("flask", reason="moto's server needs Flask, which moto-liveness[server] brings")
    if "def test_" not in code:
        code = in_a_test(code)

    assert run(pytester, code)


def table_lines() -> list[str]:
    table = README.partition("\n## I want")[2].partition("\n\nTwo people")[0]
    return re.findall(r"^\|[^|]*\| `([^|]*)` \|$", table, re.MULTILINE)


@pytest.mark.parametrize("line", table_lines())
def test_a_line_of_the_table_runs(pytester: pytest.Pytester, line: str) -> None:
    code = f"session_id = start_check()\n{line.replace('`, `', '; ')}"

    assert run(pytester, in_a_test(code), "-o", "face_liveness_assert_all_used=false")


def test_the_table_has_lines() -> None:
    assert len(table_lines()) == 16


def in_a_test(code: str) -> str:
    body = "".join(f"    {line}\n" for line in code.splitlines())
    return f"from tests.readme_names import *\n\ndef test_block(face_liveness, monkeypatch):\n{body}"


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> bool:
    """Return whether all tests of the code pass, beside the example and with a face.jpg."""
    pytester.makepyfile(signup=(ROOT / "examples" / "signup.py").read_text())
    face = (ROOT / "moto_liveness" / "core" / "placeholders" / "reference.jpg").read_bytes()
    (pytester.path / "face.jpg").write_bytes(face)
    pytester.makepyfile(code)
    result = pytester.runpytest("-W", "error", "-p", "no:cacheprovider", *arguments)
    return set(result.parseoutcomes()) == {"passed"}


def test_the_readme_has_blocks_to_run() -> None:
    assert len(blocks("python")) >= 10


def test_every_public_name_is_in_the_readme() -> None:
    assert [name for name in moto_liveness.__all__ if f"{name}" not in README] == []


def test_every_choice_of_ours_is_in_the_readme_and_has_a_test() -> None:
    section = README.partition("## What AWS does not say")[2].partition("\n## ")[0]
    lines = re.findall(r"^- ", section, re.MULTILINE)
    tests = [name for name in vars(test_choices) if name.startswith("test_choice_")]

    assert len(lines) == len(tests)


def test_the_examples_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(ROOT / "examples")]
    assert subprocess.run(command, capture_output=True, cwd=ROOT / "examples").returncode == 0


def test_ci_ends_with_the_test_command_of_the_readme() -> None:
    commands = re.findall(r"^\$ (.*tox.*)$", README, re.MULTILINE)

    assert commands == (ROOT / ".ci" / "run").read_text().splitlines()[-1:]
