"""The blocks of the README and of docs/: found by Sybil, and run page by page through pytester."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from sybil import Document, Example, Region
from sybil.parsers.markdown import CodeBlockParser

from tests.pages import FILE

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_NAMES = "from tests.readme_names import *"


def suites(page: Path) -> dict[str, str]:
    """Return the Python of a page as files of tests, by their names. Code keeps the line that it has on the page."""
    document = Document.parse(str(page), _blocks_in_python, _rows)
    return {f"test_line_{example.line}.py": example.region.evaluator(example) for example in document.examples()}


def run_suites(files: dict[str, str], pytester: pytest.Pytester) -> str:
    """Run the tests of a page beside the examples and a face.jpg; return why they failed, or an empty string."""
    for name in ("signup.py", "document.py"):
        (pytester.path / name).write_text((ROOT / "examples" / name).read_text())
    face = (ROOT / "moto_liveness" / "core" / "placeholders" / "reference.jpg").read_bytes()
    (pytester.path / "face.jpg").write_bytes(face)
    for name, suite in files.items():
        (pytester.path / name).write_text(suite)
    result = pytester.runpytest("-W", "error", "-rfEs")
    passed, skipped, failed = result.reprec.listoutcomes()
    unsuccessful = {report.nodeid.partition("::")[0] for report in (*skipped, *failed)}
    untested = {*files} - {report.nodeid.partition("::")[0] for report in passed} - unsuccessful
    return "\n".join(
        [
            *(f"{name}: a block did not pass" for name in sorted(unsuccessful)),
            *(f"{name}: no test was found in the block" for name in sorted(untested)),
            *(result.outlines if unsuccessful or untested else ()),
        ]
    )


def _block(example: Example) -> str:
    """Write a block: a test suite as it is, tests without imports below ours, or the body of a test."""
    code = str(example.parsed)
    if "def test_" not in code:
        body = "".join(f"    {line}\n" for line in code.splitlines())
        return _at(example.line, f"def test_block(face_liveness, monkeypatch):\n{body}", _NAMES)
    # The block begins in the line below its fence.
    return _at(example.line + 1, code, "" if re.match("import |from ", code) else _NAMES)


def _row(example: Example) -> str:
    """Write a test for a row of the table "I want ... -> write ..."."""
    statements = f"session_id = start_check(); {example.parsed}".replace("`, `", "; ")
    marker = "@pytest.mark.face_liveness(assert_all_used=False)"
    return _at(example.line - 1, f"{marker}\ndef test_row(face_liveness): {statements}\n", _NAMES)


def _at(line: int, code: str, first: str) -> str:
    """Put code into a line of a file that begins with another."""
    return first + "\n" * (line - 1) + code


def _rows(document: Document) -> Iterable[Region]:
    for row in re.finditer(
        r"^\|[^|\n]*\| `(face_liveness\.[^|\n]*|session_id = [^|\n]*)` \|$", document.text, re.MULTILINE
    ):
        yield Region(row.start(), row.end(), row[1], _row)


def _blocks_in_python(document: Document) -> Iterable[Region]:
    """Return the blocks that are not files."""
    parse = CodeBlockParser("python", _block)
    return (region for region in parse(document) if not FILE.match(str(region.parsed)))


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of a page in another language, for the tests of its clients."""
    document = Document.parse(str(ROOT / page), CodeBlockParser(language, lambda _: None))
    return [str(example.parsed) for example in document.examples()]
