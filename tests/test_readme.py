"""What the documentation lists is what there is. Its blocks are run by test_documentation.py."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import moto_liveness

ROOT = Path(__file__).parent.parent
TESTS = (ROOT / "tests").rglob("*.py")
README = (ROOT / "README.md").read_text()
DOCS = sorted((ROOT / "docs").rglob("*.md"))
OTHERS = [
    ROOT / page
    for page in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", "examples/browser/README.md")
]
PAGES = "\n".join(page.read_text() for page in [ROOT / "README.md", *DOCS])


def links(page: Path) -> list[Path]:
    """Return the files that a page links to, outside of its blocks of code."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return [page.parent / path for path in re.findall(r"\]\((?!http|#)([^)#]+)[^)]*\)", prose)]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 120


def test_every_public_name_is_in_the_documentation() -> None:
    assert [name for name in moto_liveness.__all__ if name not in PAGES] == []


def test_every_choice_of_ours_is_in_the_documentation_with_the_name_of_its_test() -> None:
    listed = re.findall(r"^  \(`(\w+)`\)$", (ROOT / "docs" / "what-aws-does-not-say.md").read_text(), re.MULTILINE)
    tests = re.findall(r"^def test_choice_(\w+)", "\n".join(map(Path.read_text, TESTS)), re.MULTILINE)

    assert sorted(listed) == sorted(tests)


def test_every_link_leads_somewhere() -> None:
    assert [(page, path) for page in [*DOCS, *OTHERS] for path in links(page) if not path.exists()] == []


def test_every_page_is_two_clicks_from_the_readme() -> None:
    index = ROOT / "docs" / "index.md"

    assert index in links(ROOT / "README.md")
    assert sorted({index, *links(index)}) == DOCS


def test_every_page_that_is_named_in_a_message_exists() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "moto_liveness").rglob("*.py"))
    named = re.findall(r'"([^"]+)" in (docs/[\w-]+\.md)', sources)

    assert named
    assert [page for title, page in named if f"## {title}\n" not in (ROOT / page).read_text()] == []


@pytest.mark.usefixtures("pytester")  # which leaves out the plugins that they do not need
def test_the_examples_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", str(ROOT / "examples")]
    assert subprocess.run(command, capture_output=True, cwd=ROOT / "examples").returncode == 0


def test_ci_runs_the_test_command_of_the_readme() -> None:
    (command,) = re.findall(r"^\$ (.*tox)$", README, re.MULTILINE)

    assert command in (ROOT / ".ci" / "run").read_text().splitlines()
