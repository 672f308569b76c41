"""tools/repository_links.py: what a relative link leads to on GitHub, it leads to on the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.repository_links import carry


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for path in ("CONTRIBUTING.md", "examples/README.md", "tests/test_a.py", "docs/photos.md", "docs/how-to/page.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    return tmp_path / "docs"


@pytest.mark.parametrize(
    ("link", "carried"),
    [
        ("../../CONTRIBUTING.md", "path:../../CONTRIBUTING.md"),
        ("../../tests/test_a.py", "path:../../tests/test_a.py"),
        ("../../examples", "path:../../examples/README.md"),
        ("../../examples/", "path:../../examples/README.md"),
        ("../photos.md", "../photos.md"),
        ("../photos.md#a-heading", "../photos.md#a-heading"),
        ("https://example.org/../../tests/test_a.py", "https://example.org/../../tests/test_a.py"),
    ],
)
def test_a_link_out_of_the_documentation_is_a_download(docs: Path, link: str, carried: str) -> None:
    assert carry(f"see [it]({link}).", docs / "how-to" / "page.md", docs) == f"see [it]({carried})."


@pytest.mark.parametrize("link", ["../../tests", "../../nowhere.md"])
def test_a_link_that_the_site_cannot_carry_stays_for_sphinx_to_refuse(docs: Path, link: str) -> None:
    assert carry(f"[it]({link})", docs / "how-to" / "page.md", docs) == f"[it]({link})"
