"""What collections cost beside moto's CompareFaces, and among many faces."""

from __future__ import annotations

import itertools
import tracemalloc
import uuid

import pytest

from benchmarks.conftest import Note, Row, client
from benchmarks.paired import Side, timed
from benchmarks.test_faces import MARKED, Plug, sides
from benchmarks.test_faces import plug as plug  # a fixture
from benchmarks.test_growth import backend, grow
from moto_liveness import FaceLiveness, photo
from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.collections import IndexedFace
from moto_liveness.core.people import Person
from moto_liveness.core.script import NUMBERS

STOCK = "stock `compare_faces`, that picture twice"


def fill(faces: int) -> None:
    """Make a collection, and add faces of as many people as fast as can be."""
    client().create_collection(CollectionId="users")
    collection = backend().collections.get("users")
    assert collection
    for number in range(faces):
        box = BoundingBox(left=0.3, top=0.2, width=0.4, height=0.6)
        face_id, image_id = str(uuid.uuid4()), str(uuid.uuid4())
        person = Person(f"person {number}", 99.9, box)
        collection.add(IndexedFace(face_id, image_id, f"user-{number}", person, NUMBERS.next()))


@pytest.mark.parametrize("operation", ["IndexFaces", "SearchFacesByImage"])
def test_a_photo(row: Row, plug: Plug, face_liveness: FaceLiveness, operation: str) -> None:
    rekognition, image, numbers = client(), {"Bytes": MARKED}, itertools.count()
    fill(10)

    def prepare() -> tuple[str]:
        plug(True)
        return (f"user-{next(numbers)}",)

    def index(user: str) -> object:
        return rekognition.index_faces(CollectionId="users", Image=image, ExternalImageId=user)

    def search(_user: str) -> object:
        return rekognition.search_faces_by_image(CollectionId="users", Image=image)

    call = index if operation == "IndexFaces" else search
    ours = timed(call, prepare)
    row(f"{operation} of a photo of 100 KB, in `mock_aws`", ours, sides(plug, MARKED)[1], beside=STOCK, bar=1.3)


def test_a_search_among_many(row: Row, face_liveness: FaceLiveness) -> None:
    def search(faces: int) -> Side:
        fill(faces)
        rekognition, image = client(), {"Bytes": photo("person 7")}
        return timed(lambda: rekognition.search_faces_by_image(CollectionId="users", Image=image))

    grow(row, "SearchFacesByImage among 100,000 faces", search, few=10, many=100_000)


def test_memory_of_a_face(face_liveness: FaceLiveness, note: Note) -> None:
    count = 10_000
    client().list_collections()  # what the first call loads is not a part of the faces
    tracemalloc.start()
    fill(count)
    used = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    note("memory of an indexed face, each of another person", f"{used / 1024:.2f} KB", bar="report")
