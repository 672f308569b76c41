"""The blocks of the README and of docs/, found by Sybil and run through pytester."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

# As in tests/conftest.py, which is not loaded if only pages are run.
import moto.rekognition.responses  # noqa: F401
import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser

from tests.pages import FILE

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def run_block(example: Example) -> None:
    """Run a block: a test suite as it is, tests without imports behind ours, or the body of a test."""
    code = str(example.parsed)
    if "face_liveness_server" in code:
        pytest.importorskip("flask", reason="moto's server needs Flask, which moto-liveness[server] brings")
    if "def test_" not in code:
        code = in_a_test(code)
    elif not re.match("import |from ", code):
        code = f"from tests.readme_names import *\n\n{code}"
    run(example, code)


def run_row(example: Example) -> None:
    """Run a line of the table "I want ... -> write ..."."""
    line = str(example.parsed).replace("`, `", "; ")
    code = in_a_test(f"session_id = start_check()\n{line}")
    run(example, code, "-o", "face_liveness_assert_all_used=false")


def in_a_test(code: str) -> str:
    body = "".join(f"    {line}\n" for line in code.splitlines())
    return f"from tests.readme_names import *\n\ndef test_block(face_liveness, monkeypatch):\n{body}"


def run(example: Example, code: str, *arguments: str) -> None:
    """Run a suite beside the example and a face.jpg: all of it must pass."""
    settings = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_MAX_ATTEMPTS": "1"}
    for name, value in settings.items():
        example.namespace["monkeypatch"].setenv(name, value)
    pytester = example.namespace["pytester"]
    pytester.makepyfile(**{name: (ROOT / "examples" / f"{name}.py").read_text() for name in ("signup", "document")})
    face = (ROOT / "moto_liveness" / "core" / "placeholders" / "reference.jpg").read_bytes()
    (pytester.path / "face.jpg").write_bytes(face)
    pytester.makepyfile(test_block=code)
    result = pytester.runpytest("-W", "error", *arguments)
    assert set(result.parseoutcomes()) == {"passed"}


def rows(document: Document) -> Iterable[Region]:
    for row in re.finditer(
        r"^\|[^|\n]*\| `(face_liveness\.[^|\n]*|session_id = [^|\n]*)` \|$", document.text, re.MULTILINE
    ):
        yield Region(row.start(), row.end(), row[1], run_row)


def loose_blocks(document: Document) -> Iterable[Region]:
    """Return the blocks that are no files."""
    parse = CodeBlockParser("python", run_block)
    return (region for region in parse(document) if not FILE.match(str(region.parsed)))


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of a page in another language, for the tests of its clients."""
    document = Document.parse(str(ROOT / page), CodeBlockParser(language, lambda _: None))
    return [str(example.parsed) for example in document.examples()]


sybil = Sybil(
    parsers=[loose_blocks, rows],
    patterns=["README.md", "docs/*.md", "docs/*/*.md"],
    path=str(ROOT),
    fixtures=["pytester", "monkeypatch"],
)
