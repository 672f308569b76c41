"""What CompareFaces costs beside moto's own."""

from __future__ import annotations

import importlib.util
import os
import timeit
from collections.abc import Callable
from typing import Any

import moto.rekognition.urls
import pytest
from moto.rekognition.responses import RekognitionResponse

from benchmarks.conftest import Note, Row, client
from benchmarks.paired import Side, timed
from moto_liveness import FaceLiveness, FaceLivenessServer, photo
from moto_liveness.core.people import FOLDER

# 100 KB of pixels behind the end of the picture, which nobody reads.
MARKED = photo("alice") + os.urandom(100_000 - len(photo("alice")))
_DRAWN = (FOLDER / "1.jpg").read_bytes()
UNMARKED = _DRAWN + os.urandom(100_000 - len(_DRAWN))
STOCK = "stock `compare_faces`, the same bytes"

#: Makes the next calls use moto's class with the plugin (True) or without.
Plug = Callable[[bool], None]


@pytest.fixture
def plug(monkeypatch: Any) -> Plug:
    """Switch the plugin per call, which install() and uninstall() cannot do: they clear the caches of the class."""
    stock = stock_response()

    class Switch:
        answering: Any = RekognitionResponse

        @classmethod
        def dispatch(cls, *request: Any, **rest: Any) -> Any:
            return cls.answering.dispatch(*request, **rest)

    def plug(plugged_in: bool) -> None:
        Switch.answering = RekognitionResponse if plugged_in else stock

    monkeypatch.setitem(moto.rekognition.urls.url_paths, "{0}/$", Switch.dispatch)
    return plug


def stock_response() -> Any:
    """Return RekognitionResponse as moto defines it: from a second import of its module, which nothing is added to."""
    spec = importlib.util.find_spec(RekognitionResponse.__module__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.RekognitionResponse is not RekognitionResponse
    return module.RekognitionResponse


def sides(plug: Plug, picture: bytes, endpoint_url: str | None = None) -> tuple[Side, Side]:
    """Return calls that compare a picture with itself, with the plugin and without."""
    rekognition, image = client(endpoint_url), {"Bytes": picture}

    def side(plugged_in: bool) -> Side:
        def prepare() -> tuple[()]:
            plug(plugged_in)
            return ()

        return timed(lambda: rekognition.compare_faces(SourceImage=image, TargetImage=image), prepare)

    return side(True), side(False)


def test_marked(row: Row, plug: Plug, face_liveness: FaceLiveness) -> None:
    row("CompareFaces of two photos of 100 KB, in `mock_aws`", *sides(plug, MARKED), beside=STOCK, bar=1.25)


def test_unmarked(row: Row, plug: Plug, face_liveness: FaceLiveness) -> None:
    row("the same with unmarked pictures", *sides(plug, UNMARKED), beside=STOCK, bar=1.15)


def test_marked_on_a_server(row: Row, plug: Plug, server: FaceLivenessServer) -> None:
    both = sides(plug, MARKED, server.endpoint_url)
    row("CompareFaces of two photos of 100 KB, in server mode", *both, beside=STOCK, bar=1.15)


def test_photo(note: Note) -> None:
    milliseconds = min(timeit.repeat(lambda: photo("alice"), number=100, repeat=5)) * 10
    note("`photo()`", f"{milliseconds:.2f} ms", bar="0.2 ms")
