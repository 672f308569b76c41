"""The other way: a page that tells its detector where the server is, in a browser that knows nothing about it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from moto_liveness import FaceLivenessServer, Succeeded
from tests.browser.conftest import EXAMPLE, PATIENCE, example
from tests.conftest import needs_flask

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = needs_flask

PAGE = Path(__file__).parent / "override.jsx"


def test_a_page_with_an_endpoint_override_and_webassembly(
    chromium: Browser, built_page: Path, face_liveness_server: FaceLivenessServer, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    modules = EXAMPLE / "node_modules"
    command = [modules / ".bin" / "esbuild", PAGE, "--bundle", "--minify", "--jsx=automatic", f"--outdir={tmp_path}"]
    subprocess.run(command, env={**os.environ, "NODE_PATH": str(modules)}, check=True, capture_output=True)
    (tmp_path / "index.html").write_text('<!doctype html><main id="root"></main><script src="/override.js"></script>')
    # Of the version that the component depends on.
    shutil.copytree(modules / "@tensorflow" / "tfjs-backend-wasm" / "dist", tmp_path / "tfjs")
    session = face_liveness_server.face_liveness.add_session(Succeeded(confidence=97.3))
    query = urlencode({"sessionId": session.id, "moto": face_liveness_server.streaming_endpoint_url})
    backend = example()
    context = chromium.new_context(ignore_https_errors=True, permissions=["camera"])
    with backend.serving(backend.Settings(page=tmp_path)) as url, context:
        page = context.new_page()
        hosts = set()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.on("websocket", lambda socket: hosts.add(urlsplit(socket.url).hostname))
        page.goto(f"{url}?{query}")
        page.get_by_role("button", name="Start video check").click(timeout=PATIENCE)
        expect(page.get_by_test_id("outcome")).to_have_text("Analysed", timeout=PATIENCE)

    assert hosts == {"localhost"}
    assert session.status == "SUCCEEDED"
    assert session.stream is not None
    assert session.stream.video
