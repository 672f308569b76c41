"""The paths of Amplify's CDN on a server, for pages that know nothing about the mock."""

from __future__ import annotations

import pytest
import requests

from moto_liveness import FaceLivenessServer
from tests.conftest import needs_flask
from tests.waiting import wait_until

pytestmark = needs_flask

FOLDER = "/face-detection/tensorflow-models/blazeface/1.0.2/model"
CDN = "cdn.liveness.rekognition.amazonaws.com"


def ask(server: FaceLivenessServer, path: str, method: str = "GET", **headers: str) -> requests.Response:
    sent = {"Host": CDN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return requests.request(method, server.endpoint_url + path, headers=sent)


@pytest.mark.parametrize("host", [CDN, "localhost", "127.0.0.1", "s3.us-east-1.amazonaws.com", "a.test:8443"])
@pytest.mark.parametrize("version", ["1.0.2", "2.0.0-beta.1"])
def test_the_face_detector_is_at_the_path_of_the_cdn_on_any_host_in_any_version(
    make_face_liveness_server: FaceLivenessServer, host: str, version: str
) -> None:
    folder = FOLDER.replace("1.0.2", version)
    server = make_face_liveness_server

    model = ask(server, f"{folder}/model.json", Host=host)
    (weights,) = model.json()["weightsManifest"][0]["paths"]
    data = ask(server, f"{folder}/{weights}", Host=host)

    assert model.json() == requests.get(server.face_model_url, verify=server.certificate).json()
    assert model.headers["Content-Type"] == "application/json"
    assert len(data.content) == 896 * 17 * 4
    assert data.headers["Content-Type"] == "application/octet-stream"


def test_the_face_detector_is_there_over_tls_too(make_face_liveness_server: FaceLivenessServer) -> None:
    server = make_face_liveness_server

    answer = requests.get(f"{server.streaming_endpoint_url}{FOLDER}/model.json", verify=server.certificate)

    assert answer.json()["format"] == "graph-model"


def test_a_page_of_any_origin_may_read_it(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISABLE_GLOBAL_CORS", "true")  # of moto's server

    answer = ask(make_face_liveness_server, f"{FOLDER}/model.json", Origin="https://app.example.com")
    asked = ask(
        make_face_liveness_server,
        f"{FOLDER}/face.bin",
        "OPTIONS",
        Origin="https://app.example.com",
        Access_Control_Request_Headers="x-anything",
    )

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (asked.status_code, asked.content) == (200, b"")
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Headers"] == "*"


@pytest.mark.parametrize("name", ["model.json", "face.bin"])
def test_a_browser_keeps_it_and_asks_whether_it_is_still_the_same(
    make_face_liveness_server: FaceLivenessServer, name: str
) -> None:
    first = ask(make_face_liveness_server, f"{FOLDER}/{name}")
    assert first.headers["Cache-Control"] == "no-cache"

    again = ask(make_face_liveness_server, f"{FOLDER}/{name}", If_None_Match=first.headers["ETag"])
    other = ask(make_face_liveness_server, f"{FOLDER}/{name}", If_None_Match='"of the file of AWS"')

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert (other.status_code, other.content) == (200, first.content)


def test_its_head_is_that_of_the_file(make_face_liveness_server: FaceLivenessServer) -> None:
    head = ask(make_face_liveness_server, f"{FOLDER}/face.bin", "HEAD")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(896 * 17 * 4)


def test_its_paths_take_no_other_method(make_face_liveness_server: FaceLivenessServer) -> None:
    answer = ask(make_face_liveness_server, f"{FOLDER}/model.json", "POST")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.text == f"{FOLDER}/model.json takes GET, HEAD, OPTIONS only, not POST"


@pytest.mark.parametrize("path", [f"{FOLDER}/other.json", f"{FOLDER}/", f"/x{FOLDER}/model.json"])
def test_every_other_path_is_moto_s(make_face_liveness_server: FaceLivenessServer, path: str) -> None:
    answer = ask(make_face_liveness_server, path, Host="localhost")

    assert answer.status_code == 404
    assert "ETag" not in answer.headers


def test_a_page_that_still_has_webassembly_is_told_in_the_log(
    make_face_liveness_server: FaceLivenessServer, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/face-detection/tensorflow/tfjs-backend-wasm/4.11.0/tfjs-backend-wasm-simd.wasm"

    answer = ask(make_face_liveness_server, path)

    assert answer.status_code == 404
    assert answer.text == (
        "the page asks for the WebAssembly of TensorFlow.js, which this server does not have: delete "
        "globalThis.WebAssembly before the scripts of the page run, as docs/how-to/browser.md of the repository shows"
    )
    wait_until(lambda: any(answer.text in message for message in caplog.messages))
