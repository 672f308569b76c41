"""docs/how-to/many-tests.md with Playwright: four workers against one server. `tox -e shipped` runs it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import EXAMPLE, find_chromium
from tests.conftest import needs_flask
from tests.pages import HOW_TO, files, run_page, with_held_ports

pytestmark = needs_flask


def test_four_workers(project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (EXAMPLE / "node_modules" / "@playwright" / "test").exists():
        pytest.skip("Playwright for Node is not installed here: npm install in examples/browser")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (project / "node_modules").symlink_to(EXAMPLE / "node_modules")
    many = re.split("^## Vitest", (HOW_TO / "many-tests.md").read_text(), flags=re.MULTILINE)[0]
    assert "workers: 4," in many
    (project / "aws.ts").write_text(files((HOW_TO / "browser.md").read_text())["aws.ts"])
    with with_held_ports(many, (project / "backend.py").read_text()) as (page, backend):
        (project / "backend.py").write_text(backend)
        # Playwright would look for a browser of its own.
        page = page.replace("launchOptions: {", f'launchOptions: {{ executablePath: "{find_chromium()}",')

        assert run_page(page, pytester) == 1
