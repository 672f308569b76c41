"""The page of docs/how-to/ about browsers: its tests run against the application of examples/browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import EXAMPLE, find_chromium, section
from tests.conftest import needs_flask
from tests.pages import HOW_TO, files, run_page, with_held_ports

pytestmark = needs_flask


def test_playwright(project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (EXAMPLE / "node_modules" / "@playwright" / "test").exists():
        pytest.skip("Playwright for Node is not installed here: npm install in examples/browser")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (project / "node_modules").symlink_to(EXAMPLE / "node_modules")
    with with_held_ports(section("Playwright"), (project / "backend.py").read_text()) as (page, backend):
        (project / "backend.py").write_text(backend)
        # Playwright would look for a browser of its own.
        page = page.replace("launchOptions: {", f'launchOptions: {{ executablePath: "{find_chromium()}",')

        assert run_page(page, pytester) == 1


def test_playwright_for_python(project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_playwright", reason="pytest-playwright is not installed here")
    # Playwright would look for a browser of its own.
    page = section("Playwright for Python").replace('"args": ', f'"executable_path": "{find_chromium()}", "args": ')
    for name, text in files(page).items():
        (project / name).write_text(text)
    monkeypatch.setenv("PYTEST_ADDOPTS", os.environ["PYTEST_ADDOPTS"].replace("-p no:playwright", ""))
    # In a process of its own: there is one Playwright in each.
    result = pytester.runpytest_subprocess("test_with_playwright.py")

    result.assert_outcomes(passed=2)


def test_no_file_of_the_page_replaces_one_of_the_example() -> None:
    names = files((HOW_TO / "browser.md").read_text())

    assert "conftest.py" in names
    assert [name for name in names if (EXAMPLE / name).exists()] == []


def test_the_lines_for_cypress_are_javascript(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed here")
    for name, text in files(section("Cypress")).items():
        file = tmp_path / Path(name).name
        file.write_text(text)
        subprocess.run(["node", "--check", file], check=True)
