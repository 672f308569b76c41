"""What a call costs, in mock_aws and in server mode."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from botocore.awsrequest import AWSResponse

from benchmarks.conftest import WITH_IMAGES, client, row, start_face_search
from moto_liveness import FaceLiveness, FaceLivenessServer, Succeeded
from moto_liveness.rekognition.responses import FaceLivenessResponse

STOCK = "stock `start_face_search`"


@row("create, in `mock_aws`", STOCK, "1.0")
def test_create(benchmark: Any, face_liveness: FaceLiveness, which: str) -> None:
    rekognition = client()
    benchmark(rekognition.create_face_liveness_session if which == "ours" else start_face_search(rekognition))


@row("get without images, in `mock_aws`", STOCK, "1.0")
def test_get(benchmark: Any, face_liveness: FaceLiveness, which: str) -> None:
    rekognition = client()
    session = face_liveness.add_session()
    get = getter(rekognition, session.id)
    benchmark(get if which == "ours" else start_face_search(rekognition))


@row("get with five images of 100 KB, in `mock_aws`", "a canned answer of the same bytes", "1.3")
def test_get_with_images(benchmark: Any, which: str) -> None:
    rekognition = client()
    with FaceLiveness() as face_liveness:
        session = face_liveness.add_session(WITH_IMAGES)
        get = getter(rekognition, session.id)
        if which == "ours":
            benchmark(get)
        body = post("https://rekognition.us-east-1.amazonaws.com/", session.id).content
    if which == "against":
        # Outside of the mock: inside, botocore would ask moto too, and take the first answer.
        can(rekognition, body)
        benchmark(get)


@row("get with five images of 100 KB, in server mode", "the same with a str body", "0.56 (beat it by 1.8)")
def test_get_with_images_from_a_server(
    benchmark: Any, server: FaceLivenessServer, monkeypatch: Any, which: str
) -> None:
    session = server.face_liveness.add_session(WITH_IMAGES)
    if which == "against":
        answer = FaceLivenessResponse._answer_face_liveness

        def answer_with_str(self: FaceLivenessResponse, *call: Any) -> Any:
            status, headers, body = answer(self, *call)
            return status, headers, bytes(body).decode()

        monkeypatch.setattr(FaceLivenessResponse, "_answer_face_liveness", answer_with_str)
    benchmark(post, server.endpoint_url, session.id)


@row(
    "the same again",
    "the same server answering a stock operation with the bytes on the wire",
    "report",
)
def test_get_with_images_from_a_server_and_the_wire(
    benchmark: Any, server: FaceLivenessServer, monkeypatch: Any, which: str
) -> None:
    from moto.rekognition.responses import RekognitionResponse

    session = server.face_liveness.add_session(WITH_IMAGES)
    body = post(server.endpoint_url, session.id).content
    monkeypatch.setattr(RekognitionResponse, "detect_labels", lambda _: (200, {}, body))
    operation = "DetectLabels" if which == "against" else "GetFaceLivenessSessionResults"
    benchmark(post, server.endpoint_url, session.id, operation)


@row("16 threads, create and get mixed, in server mode", STOCK, "1.05")
def test_threads(benchmark: Any, server: FaceLivenessServer, which: str) -> None:
    rekognition = client(server.endpoint_url)
    stock = start_face_search(rekognition)
    server.face_liveness.set_default(Succeeded(97.3, reference_image=None))

    def pair() -> None:
        session_id = rekognition.create_face_liveness_session()["SessionId"]
        rekognition.get_face_liveness_session_results(SessionId=session_id)

    def stock_pair() -> None:
        stock()
        stock()

    with ThreadPoolExecutor(16) as pool:
        barrier = threading.Barrier(16)
        work = pair if which == "ours" else stock_pair

        def one(_: int) -> None:
            barrier.wait()
            work()

        benchmark.pedantic(lambda: list(pool.map(one, range(16))), rounds=40, warmup_rounds=3)


def getter(rekognition: Any, session_id: str) -> Callable[[], object]:
    """Return a poll."""
    return lambda: rekognition.get_face_liveness_session_results(SessionId=session_id)


def post(endpoint_url: str, session_id: str, operation: str = "GetFaceLivenessSessionResults") -> requests.Response:
    """Poll without a client: what a server costs, and not what parsing costs."""
    headers = {
        "X-Amz-Target": f"RekognitionService.{operation}",
        "Authorization": "AWS4-HMAC-SHA256 Credential=testing/20260301/us-east-1/rekognition/aws4_request",
    }
    return requests.post(endpoint_url, json={"SessionId": session_id}, headers=headers)


def can(rekognition: Any, body: bytes) -> None:
    """Let the client have an answer that is ready: the floor, through botocore's own parsing."""

    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield body

    def answer(request: Any, **_: Any) -> AWSResponse:
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "0"}
        return AWSResponse(request.url, 200, headers, Raw())

    rekognition.meta.events.register_first("before-send.rekognition", answer)
