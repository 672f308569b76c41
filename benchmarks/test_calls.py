"""What a call costs, in mock_aws and in server mode."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
from botocore.awsrequest import AWSResponse
from moto.core.models import botocore_stubber
from moto.rekognition.responses import RekognitionResponse

from benchmarks.conftest import WITH_IMAGES, Row, client, start_face_search
from benchmarks.paired import Side, timed
from moto_liveness import FaceLiveness, FaceLivenessServer, Succeeded

STOCK = "stock `start_face_search`"


def test_create(row: Row, face_liveness: FaceLiveness) -> None:
    rekognition = client()
    create, stock = timed(rekognition.create_face_liveness_session), timed(start_face_search(rekognition))
    row("create, in `mock_aws`", create, stock, beside=STOCK, bar=1.0)


def test_get(row: Row, face_liveness: FaceLiveness) -> None:
    rekognition = client()
    get = timed(getter(rekognition, face_liveness.add_session().id))
    stock = timed(start_face_search(rekognition))
    row("get without images, in `mock_aws`", get, stock, beside=STOCK, bar=1.0)


def test_get_with_images(row: Row, face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(WITH_IMAGES)
    body = post("https://rekognition.us-east-1.amazonaws.com/", session.id).content
    get, canned = timed(getter(client(), session.id)), timed(getter(canning_client(body), session.id))
    beside = "a canned answer of the same bytes"
    row("get with five images of 100 KB, in `mock_aws`", get, canned, beside=beside, bar=1.3)


def test_get_with_images_from_a_server(row: Row, server: FaceLivenessServer, monkeypatch: Any) -> None:
    get, stock = from_a_server(server, monkeypatch, bytes.decode)
    beside = "the same server answering a stock operation with a str of the same text"
    row("get with five images of 100 KB, in server mode", get, stock, beside=beside, bar=0.56)


def test_get_with_images_from_a_server_and_the_wire(row: Row, server: FaceLivenessServer, monkeypatch: Any) -> None:
    get, stock = from_a_server(server, monkeypatch, bytes)
    beside = "the same server answering a stock operation with the bytes on the wire"
    row("the same again", get, stock, beside=beside, bar=None)


def test_threads(row: Row, server: FaceLivenessServer) -> None:
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
        sides = at_once(pool, pair), at_once(pool, stock_pair)
        row("16 threads, create and get mixed, in server mode", *sides, beside=STOCK, bar=1.05)


def at_once(pool: ThreadPoolExecutor, work: Callable[[], None]) -> Side:
    """Return a side that does some work in 16 threads."""
    barrier = threading.Barrier(16)

    def one(_: int) -> None:
        barrier.wait()
        work()

    return timed(lambda: list(pool.map(one, range(16))))


def from_a_server(
    server: FaceLivenessServer, monkeypatch: Any, convert: Callable[[bytes], bytes | str]
) -> tuple[Side, Side]:
    """Return a poll, and a call of a stock operation whose answer is made of the same bytes."""
    session = server.face_liveness.add_session(WITH_IMAGES)
    body = convert(post(server.endpoint_url, session.id).content)
    monkeypatch.setattr(RekognitionResponse, "detect_labels", lambda _: (200, {}, body))

    def side(operation: str) -> Side:
        return timed(lambda: post(server.endpoint_url, session.id, operation))

    return side("GetFaceLivenessSessionResults"), side("DetectLabels")


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


def canning_client(body: bytes) -> Any:
    """Return a client that has its answer already: the floor, through botocore's own parsing."""

    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield body

    def answer(request: Any, **_: Any) -> AWSResponse:
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "0"}
        return AWSResponse(request.url, 200, headers, Raw())

    rekognition = client()
    # botocore asks every handler, and takes the first answer.
    rekognition.meta.events.unregister("before-send", botocore_stubber)
    rekognition.meta.events.register("before-send.rekognition", answer)
    return rekognition
