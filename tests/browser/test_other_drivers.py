"""Selenium, arguments for Cypress, and a page at a public address: docs/how-to/browser.md, for `tox -e shipped`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from moto_liveness import FaceLivenessServer, Succeeded
from tests.browser.conftest import PATIENCE, WITHOUT_WASM, example, find_chromium, give_credentials, section
from tests.conftest import needs_flask
from tests.pages import files

pytestmark = needs_flask


def test_selenium(project: Path, pytester: pytest.Pytester) -> None:
    pytest.importorskip("selenium", reason="Selenium is not installed here")
    if shutil.which("chromedriver") is None:
        pytest.skip("chromedriver is not installed here")
    for name, text in files(section("Selenium")).items():
        # In a container Chromium runs without its sandbox, as Playwright starts it.
        (project / name).write_text(text.replace('"--headless=new",', '"--headless=new", "--no-sandbox",'))

    pytester.runpytest_subprocess("test_with_selenium.py").assert_outcomes(passed=1)


def test_the_arguments_for_cypress_take_the_streams_out_of_its_proxy(
    built_page: Path, face_liveness_server: FaceLivenessServer
) -> None:
    pytest.importorskip("playwright", reason="Playwright is not installed here")
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


def test_a_page_at_a_public_address_reaches_the_mock_with_the_permission(
    tmp_path: Path, face_liveness_server: FaceLivenessServer
) -> None:
    pytest.importorskip("playwright", reason="Playwright is not installed here")
    from playwright.sync_api import sync_playwright

    (tmp_path / "index.html").touch()
    (permission,) = re.findall(r'`"(local-[a-z-]+)"`', section("If it does not work"))
    model = "https://cdn.liveness.rekognition.amazonaws.com/face-detection/tensorflow-models/blazeface/1.0.2/model/model.json"
    ask = f"fetch('{model}').then(({{ status }}) => status, () => null)"
    backend = example()
    with sync_playwright() as playwright, backend.serving(backend.Settings(page=tmp_path)) as url:
        public = f"--ip-address-space-overrides={url.split('/')[2].replace('localhost', '127.0.0.1')}=public"
        arguments = [*face_liveness_server.chromium_args, public]
        with playwright.chromium.launch(executable_path=find_chromium(), args=arguments) as browser:
            answers = []
            for granted in ([], [permission]):
                page = browser.new_context(ignore_https_errors=True, permissions=granted).new_page()
                page.goto(url)
                answers.append(page.evaluate(ask))

    assert answers == [None, 200]
