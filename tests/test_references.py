"""tools/references.py: names of other projects lead to their documentation."""

from __future__ import annotations

import pytest

pytest.importorskip("sphinx", reason="Sphinx builds the documentation; its environment has it")

from tools.references import url_of


@pytest.mark.parametrize(
    ("target", "url"),
    [
        ("datetime.datetime", "https://docs.python.org/3/library/datetime.html#datetime.datetime"),
        ("collections.abc.Sequence", "https://docs.python.org/3/library/collections.abc.html#collections.abc.Sequence"),
        ("hypothesis.strategies.SearchStrategy", "https://hypothesis.readthedocs.io/en/latest/"),
        ("moto_liveness.Image", None),
        ("nowhere.Name", None),
    ],
)
def test_a_name_of_another_project_leads_to_its_documentation(target: str, url: str | None) -> None:
    assert url_of(target) == url
