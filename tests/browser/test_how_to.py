"""The page of docs/how-to/ about browsers: its tests run against the application of examples/browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from moto_liveness import FaceLivenessServer, Succeeded
from tests.browser.conftest import EXAMPLE, PATIENCE, WITHOUT_WASM, example, find_chromium, give_credentials
from tests.conftest import needs_flask
from tests.pages import HOW_TO, files, run_page, with_held_ports

pytestmark = needs_flask

PAGE = (HOW_TO / "browser.md").read_text()


def section(title: str) -> str:
    return re.split(r"^## ", PAGE.partition(f"## {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.fixture
def application(built_page: Path, pytester: pytest.Pytester) -> Path:
    """The example, built, in an empty folder."""
    shutil.copytree(built_page, pytester.path / "dist")
    shutil.copy(EXAMPLE / "backend.py", pytester.path)
    return pytester.path


def test_playwright(application: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (EXAMPLE / "node_modules" / "@playwright" / "test").exists():
        pytest.skip("Playwright for Node is not installed here: npm install in examples/browser")
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    monkeypatch.setenv("npm_config_update_notifier", "false")
    (application / "node_modules").symlink_to(EXAMPLE / "node_modules")
    with with_held_ports(section("Playwright"), (application / "backend.py").read_text()) as (page, backend):
        (application / "backend.py").write_text(backend)
        # Playwright would look for a browser of its own.
        page = page.replace("launchOptions: {", f'launchOptions: {{ executablePath: "{find_chromium()}",')

        assert run_page(page, pytester) == 1


def test_playwright_for_python(application: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pytest_playwright", reason="pytest-playwright is not installed here")
    # Playwright would look for a browser of its own.
    page = section("Playwright for Python").replace('"args": ', f'"executable_path": "{find_chromium()}", "args": ')
    for name, text in files(page).items():
        (application / name).write_text(text)
    monkeypatch.setenv("PYTEST_ADDOPTS", os.environ["PYTEST_ADDOPTS"].replace("-p no:playwright", ""))
    # In a process of its own: there is one Playwright in each.
    result = pytester.runpytest_subprocess("test_check.py")

    result.assert_outcomes(passed=2)


def test_selenium(application: Path, pytester: pytest.Pytester) -> None:
    pytest.importorskip("selenium", reason="Selenium is not installed here")
    if shutil.which("chromedriver") is None:
        pytest.skip("chromedriver is not installed here")
    for name, text in files(section("Selenium")).items():
        # In a container Chromium runs without its sandbox, as Playwright starts it.
        (application / name).write_text(text.replace('"--headless=new",', '"--headless=new", "--no-sandbox",'))

    pytester.runpytest_subprocess("test_with_selenium.py").assert_outcomes(passed=1)


def test_the_arguments_for_cypress_take_the_streams_out_of_its_proxy(
    built_page: Path, face_liveness_server: FaceLivenessServer
) -> None:
    from playwright.sync_api import expect, sync_playwright

    mock = face_liveness_server.endpoint_url.removeprefix("http://")
    own = re.findall(r'^ *"(--(?:host|proxy).*)",$', section("Cypress"), re.MULTILINE)
    rule, bypass = (argument.replace("127.0.0.1:5000", mock) for argument in own)
    # In place of Cypress's own proxy one that refuses every connection. Cypress's serves the page.
    arguments = [rule, f"{bypass};localhost", "--proxy-server=http://127.0.0.1:9", "--ignore-certificate-errors"]
    camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    face_liveness_server.face_liveness.queue(Succeeded(confidence=97.3))
    backend = example()
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=[*arguments, *camera]) as browser,
        backend.serving(backend.Settings(page=built_page, endpoint_url=face_liveness_server.endpoint_url)) as url,
    ):
        page = browser.new_page()
        page.add_init_script(WITHOUT_WASM)
        page.route("https://cognito-identity.*.amazonaws.com/", give_credentials)
        page.goto(url)
        page.get_by_role("button", name="Verify me").click()
        page.get_by_role("button", name="Start video check").click(timeout=PATIENCE)
        expect(page.get_by_test_id("outcome")).to_have_text("Welcome", timeout=PATIENCE)


def test_the_lines_for_cypress_are_javascript(tmp_path: Path) -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed here")
    for name, text in files(section("Cypress")).items():
        file = tmp_path / Path(name).name
        file.write_text(text)
        subprocess.run(["node", "--check", file], check=True)
