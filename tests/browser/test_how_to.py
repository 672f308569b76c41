"""The page of docs/how-to/ about browsers: Playwright runs its tests, against the application of examples/browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import EXAMPLE
from tests.conftest import needs_flask
from tests.pages import HOW_TO, files, run_page, with_held_ports

pytestmark = needs_flask

PAGE = (HOW_TO / "browser.md").read_text()


def test_playwright(built_page: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        pytest.skip("Chromium is not installed here")
    if not (EXAMPLE / "node_modules" / "@playwright" / "test").exists():
        pytest.skip("Playwright for Node is not installed here: npm install in examples/browser")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (pytester.path / "node_modules").symlink_to(EXAMPLE / "node_modules")
    shutil.copytree(built_page, pytester.path / "dist")
    with with_held_ports(PAGE, (EXAMPLE / "backend.py").read_text()) as (page, backend):
        (pytester.path / "backend.py").write_text(backend)
        # Playwright would look for a browser of its own.
        page = page.replace("launchOptions: {", f'launchOptions: {{ executablePath: "{executable}",')

        assert run_page(page, pytester) == 1


def test_the_lines_for_cypress_are_javascript(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed here")
    for name, text in files(PAGE).items():
        if "cypress" in name:
            file = tmp_path / Path(name).name
            file.write_text(text)
            subprocess.run(["node", "--check", file], check=True)
