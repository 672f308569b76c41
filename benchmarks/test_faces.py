"""What CompareFaces costs beside moto's own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from benchmarks.conftest import client, row
from moto_liveness import FaceLiveness, FaceLivenessServer, photo
from moto_liveness.core.people import FOLDER
from moto_liveness.install import install, uninstall

Note = Callable[[str, str, str, str], None]

# 100 KB of pixels behind the end of the picture, which nobody reads.
MARKED = photo("alice") + os.urandom(100_000 - len(photo("alice")))
_DRAWN = (FOLDER / "1.jpg").read_bytes()
UNMARKED = _DRAWN + os.urandom(100_000 - len(_DRAWN))
STOCK = "stock `compare_faces`, the same bytes"


@pytest.fixture
def plugged_in(which: str) -> Iterator[None]:
    """Take the plugin out of moto, or leave it in."""
    if which == "against":
        uninstall()
    yield
    install()


def compare(picture: bytes, endpoint_url: str | None = None) -> Callable[[], object]:
    """Return a call that compares a picture with itself."""
    rekognition, image = client(endpoint_url), {"Bytes": picture}
    return lambda: rekognition.compare_faces(SourceImage=image, TargetImage=image)


@row("CompareFaces of two photos of 100 KB, in `mock_aws`", STOCK, "1.25")
@pytest.mark.usefixtures("plugged_in")
def test_marked(benchmark: Any, face_liveness: FaceLiveness, which: str) -> None:
    benchmark(compare(MARKED))


@row("the same with unmarked pictures", STOCK, "1.15")
@pytest.mark.usefixtures("plugged_in")
def test_unmarked(benchmark: Any, face_liveness: FaceLiveness, which: str) -> None:
    benchmark(compare(UNMARKED))


@row("CompareFaces of two photos of 100 KB, in server mode", STOCK, "1.15")
@pytest.mark.usefixtures("plugged_in")
def test_marked_on_a_server(benchmark: Any, server: FaceLivenessServer, which: str) -> None:
    benchmark(compare(MARKED, server.endpoint_url))


def test_photo(note: Note) -> None:
    import timeit

    milliseconds = min(timeit.repeat(lambda: photo("alice"), number=100, repeat=5)) * 10
    note("`photo()`", "-", "0.2 ms", f"{milliseconds:.2f} ms")
