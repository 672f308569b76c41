"""What the documentation lists is what there is. Its blocks are run by tests/documentation.py."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import moto_liveness

ROOT = Path(__file__).parent.parent
TESTS = (ROOT / "tests").glob("*.py")
README = (ROOT / "README.md").read_text()
PAGES = "\n".join(page.read_text() for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 200


def test_every_public_name_is_in_the_documentation() -> None:
    assert [name for name in moto_liveness.__all__ if name not in PAGES] == []


def test_every_choice_of_ours_is_in_the_documentation_with_the_name_of_its_test() -> None:
    listed = re.findall(r"^  \(`(\w+)`\)$", (ROOT / "docs" / "what-aws-does-not-say.md").read_text(), re.MULTILINE)
    tests = re.findall(r"^def test_choice_(\w+)", "\n".join(map(Path.read_text, TESTS)), re.MULTILINE)

    assert sorted(listed) == sorted(tests)


def test_every_page_that_is_linked_or_named_exists() -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    sources = "\n".join(path.read_text() for path in (ROOT / "moto_liveness").rglob("*.py"))
    named = re.findall(r'"([^"]+)" in (docs/[\w-]+\.md)', sources)

    assert [path for path in linked if not (ROOT / path).exists()] == []
    assert named
    assert [page for title, page in named if f"## {title}\n" not in (ROOT / page).read_text()] == []


def test_the_examples_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", str(ROOT / "examples")]
    assert subprocess.run(command, capture_output=True, cwd=ROOT / "examples").returncode == 0


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (command,) = re.findall(r"^\$ (.*tox)$", README, re.MULTILINE)

    assert command in (ROOT / ".ci" / "run").read_text().splitlines()
