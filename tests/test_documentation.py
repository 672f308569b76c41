"""The blocks of Python and the rows of the README and of docs/ run, and say where they fail."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sybil", reason="the documentation is tested where Sybil is installed")

from tests.conftest import needs_flask
from tests.documentation import PAGES, ROOT, run_suites, suites

pytestmark = needs_flask

WITH_PYTHON = [page for page in PAGES if suites(page)]


@pytest.fixture(autouse=True)
def one_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore sleeps between its attempts."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_blocks_of_a_page_pass(page: Path, pytester: pytest.Pytester) -> None:
    assert run_suites(suites(page), pytester) == ""


PAGE = """
# A page

| I want | write |
|---|---|
| what exists | `face_liveness.calls` |
| what does not | `face_liveness.nothing` |

```python
face_liveness.queue(Succeeded(confidence=97.3))
assert status(start_check()) == "FAILED"
```

```python
def test_nothing():
    assert 1 == 2
```

```python
class Nothing:
    def test_of_nothing(self): ...
```
"""


def test_a_block_that_fails_is_named_with_its_line_and_its_reason(pytester: pytest.Pytester) -> None:
    page = pytester.path / "page.md"
    page.write_text(PAGE)

    said = run_suites(suites(page), pytester).splitlines()

    assert said[:4] == [
        "test_line_14.py: a block did not pass",
        "test_line_7.py: a block did not pass",
        "test_line_9.py: a block did not pass",
        "test_line_19.py: no test was found in the block",
    ]
    for line, reason in {
        7: "AttributeError",
        11: "AssertionError",
        16: "AssertionError",
    }.items():
        assert any(f".py:{line}: {reason}" in one for one in said)
