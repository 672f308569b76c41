"""tools/check_package.py: what it refuses in a package and in the page of the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_package import check_description, check_no_tests, dead_links


@pytest.mark.parametrize(
    ("markdown", "dead"),
    [
        ("[a page](https://example.org/page) and [one](docs/index.md#rules)", ["docs/index.md#rules"]),
        ("![a picture](docs/images/console.png)", ["docs/images/console.png"]),
        ("[a heading](#versions)", ["#versions"]),
        ("[a page][1]\n\n[1]: docs/index.md", ["docs/index.md"]),
        ('<a href="docs/index.md">', ["docs/index.md"]),
        ("```python\nsteps[0](docs)\n```\n\n`steps[0](docs)`", []),
    ],
)
def test_only_links_to_another_site_live_on_an_index(markdown: str, dead: list[str]) -> None:
    assert dead_links(markdown) == dead


def test_a_package_with_a_dead_link_is_refused() -> None:
    metadata = b"Metadata-Version: 2.4\nName: moto-liveness\n\nSee [scenarios](docs/scenarios.md).\n"

    with pytest.raises(SystemExit) as refused:
        check_description(Path("dist/a.whl"), {"a.dist-info/METADATA": metadata})

    assert str(refused.value) == (
        "the long description of a.whl has dead links, which setup.py leaves out: docs/scenarios.md"
    )


def test_a_package_with_tests_is_refused() -> None:
    names = ["a-1/setup.py", "a-1/moto_liveness/tests.py", "a-1/tests/test_main.py", "a-1/tests/test_blocks.py"]

    with pytest.raises(SystemExit) as refused:
        check_no_tests(Path("dist/a-1.tar.gz"), names)

    assert str(refused.value) == "a-1.tar.gz has a-1/tests/test_blocks.py: MANIFEST.in leaves the tests out"
