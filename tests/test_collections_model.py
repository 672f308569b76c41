"""Collections agree with a model of twenty lines, whatever is asked in whatever order, and with botocore's shapes."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.model import ListShape, Shape, StructureShape
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from moto_liveness import FaceLiveness, photo
from tests.aws import MODEL, post

NOBODY = "00000000-1111-2222-3333-444444444444"
NAMES = st.sampled_from(["alice", "bob", "carol"])
PEOPLE = st.lists(NAMES, unique=True, max_size=3)
LIKENESSES = st.sampled_from([0.0, 50.0, 79.9, 80.0, 99.9, 100.0])
USERS = st.sampled_from([None, "user-1", "user-2"])
COLLECTIONS = st.sampled_from(["users", "staff"])
MOST = st.sampled_from([None, 1, 2, 80])


@dataclass
class Face:
    id: str
    name: str
    likeness: float
    user: str | None
    # A photo of the same people with the same likeness has the same bytes.
    people: list[str]


@dataclass
class Model:
    """What a collection is."""

    faces: list[Face] = field(default_factory=list)

    def known(self, *origin: object) -> Face | None:
        return next((one for one in self.faces if (one.name, one.likeness, one.user, one.people) == origin), None)

    def search(
        self, name: str, likeness: float, threshold: float | None, most: int | None, itself: str | None = None
    ) -> list[tuple[float, str]]:
        same = [face for face in self.faces if face.name == name and face.id != itself]
        found = [(min(likeness, face.likeness), face.id) for face in same]
        matches = [one for one in found if one[0] >= (80 if threshold is None else threshold)]
        return sorted(matches, key=lambda one: -one[0])[: most or 80]

    def delete(self, ids: list[str]) -> None:
        self.faces = [face for face in self.faces if face.id not in ids]


def conforms(shape: Shape, value: Any, path: str) -> None:
    """Assert that a JSON value satisfies a shape of the model."""
    limits = shape.metadata
    low, high = limits.get("min", float("-inf")), limits.get("max", float("inf"))
    if isinstance(shape, StructureShape):
        for name, item in value.items():
            if name in shape.members:  # an older botocore does not know the newest
                conforms(shape.members[name], item, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        # AWS's model says of DeletedFaces that there is at least one.
        assert len(value) <= high, path
        for item in value:
            conforms(shape.member, item, f"{path}[]")
    elif shape.type_name == "string":
        assert low <= len(value) <= high, path
        assert re.fullmatch(limits.get("pattern", ".*"), value), path
        assert value in limits.get("enum", [value]), path
    else:
        assert isinstance(value, bool if shape.type_name == "boolean" else (int, float)), path
        assert low <= value <= high, path


def ask(operation: str, **params: Any) -> dict[str, Any]:
    """Return the answer of an operation, which satisfies its model. None stands for a parameter that is left out."""
    given = {name: value for name, value in params.items() if value is not None}
    answer: dict[str, Any] = post(operation, given).json()
    if "__type" not in answer:
        conforms(MODEL.operation_model(operation).output_shape, answer, operation)
    return answer


def image(people: list[str], likeness: float) -> dict[str, str]:
    return {"Bytes": base64.b64encode(photo(*people, likeness=likeness)).decode()}


def matches(answer: dict[str, Any]) -> list[tuple[float, str]]:
    return [(match["Similarity"], match["Face"]["FaceId"]) for match in answer["FaceMatches"]]


def pages(operation: str, member: str, size: int, **params: Any) -> Iterator[Any]:
    token = None
    while True:
        answer = ask(operation, MaxResults=size, NextToken=token, **params)
        assert len(answer[member]) <= size
        yield from answer[member]
        token = answer.get("NextToken")
        if token is None:
            return


def index(
    model: Model, collection: str, people: list[str], likeness: float, user: str | None, most: int | None
) -> None:
    """Index a photo, and let the model do the same."""
    picture = image(people, likeness)
    answer = ask("IndexFaces", CollectionId=collection, Image=picture, ExternalImageId=user, MaxFaces=most)
    stored = people[: most or len(people)]
    faces = [record["Face"] for record in answer["FaceRecords"]]
    assert [face.get("ExternalImageId") for face in faces] == [user] * len(stored)
    assert len(answer["UnindexedFaces"]) == len(people) - len(stored)
    for name, face in zip(stored, faces, strict=True):
        before = model.known(name, likeness, user, people)
        if before is None:
            assert face["FaceId"] not in [one.id for one in model.faces]
            model.faces.append(Face(face["FaceId"], name, likeness, user, people))
        else:
            assert face["FaceId"] == before.id


class Collections(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.models: dict[str, Model] = {}
        self.open: list[tuple[FaceLiveness, dict[str, Model]]] = []
        self.outer = FaceLiveness()
        self.outer.__enter__()

    @initialize(likeness=LIKENESSES)
    def somebody_is_known(self, likeness: float) -> None:
        self.create("users")
        index(self.models["users"], "users", ["alice", "bob", "carol"], likeness, None, None)

    def teardown(self) -> None:
        while self.open:
            self.open.pop()[0].__exit__(None, None, None)
        self.outer.__exit__(None, None, None)

    @rule(name=COLLECTIONS)
    def create(self, name: str) -> None:
        answer = ask("CreateCollection", CollectionId=name)
        assert answer.get("__type") == ("ResourceAlreadyExistsException" if name in self.models else None)
        self.models.setdefault(name, Model())

    @rule(name=COLLECTIONS)
    def delete_collection(self, name: str) -> None:
        answer = ask("DeleteCollection", CollectionId=name)
        assert answer.get("__type") == (None if name in self.models else "ResourceNotFoundException")
        self.models.pop(name, None)

    @precondition(lambda self: self.models)
    @rule(data=st.data(), people=PEOPLE, likeness=LIKENESSES, user=USERS, most=MOST)
    def index_faces(
        self, data: st.DataObject, people: list[str], likeness: float, user: str | None, most: int | None
    ) -> None:
        name = self.draw(data)
        index(self.models[name], name, people, likeness, user, most)

    @precondition(lambda self: self.models)
    @rule(data=st.data(), people=PEOPLE, likeness=LIKENESSES, threshold=st.none() | LIKENESSES, most=MOST)
    def search(
        self, data: st.DataObject, people: list[str], likeness: float, threshold: float | None, most: int | None
    ) -> None:
        name = self.draw(data)
        answer = ask(
            "SearchFacesByImage",
            CollectionId=name,
            Image=image(people, likeness),
            FaceMatchThreshold=threshold,
            MaxFaces=most,
        )
        if people:
            assert matches(answer) == self.models[name].search(people[0], likeness, threshold, most)
        else:
            assert answer["__type"] == "InvalidParameterException"

    @precondition(lambda self: any(model.faces for model in self.models.values()))
    @rule(data=st.data(), threshold=st.none() | LIKENESSES, most=MOST)
    def search_faces(self, data: st.DataObject, threshold: float | None, most: int | None) -> None:
        name = data.draw(st.sampled_from([name for name, model in self.models.items() if model.faces]))
        face = data.draw(st.sampled_from(self.models[name].faces))
        answer = ask("SearchFaces", CollectionId=name, FaceId=face.id, FaceMatchThreshold=threshold, MaxFaces=most)
        assert matches(answer) == self.models[name].search(face.name, face.likeness, threshold, most, face.id)

    @precondition(lambda self: self.models)
    @rule(data=st.data(), unknown=st.booleans())
    def delete_faces(self, data: st.DataObject, unknown: bool) -> None:
        name = self.draw(data)
        ids = [face.id for face in self.models[name].faces]
        chosen = data.draw(st.lists(st.sampled_from(ids), unique=True, min_size=1)) if ids else []
        asked = [*chosen, *([NOBODY] if unknown or not chosen else [])]
        answer = ask("DeleteFaces", CollectionId=name, FaceIds=asked)
        assert answer["DeletedFaces"] == chosen
        assert [one["FaceId"] for one in answer["UnsuccessfulFaceDeletions"]] == asked[len(chosen) :]
        self.models[name].delete(chosen)

    @precondition(lambda self: len(self.open) < 2)
    @rule()
    def begin_block(self) -> None:
        block = FaceLiveness()
        block.__enter__()
        self.open.append((block, copy.deepcopy(self.models)))

    @precondition(lambda self: self.open)
    @rule()
    def end_block(self) -> None:
        block, self.models = self.open.pop()
        block.__exit__(None, None, None)

    @invariant()
    def everybody_is_there(self) -> None:
        assert ask("ListCollections")["CollectionIds"] == list(self.models)
        for name, model in self.models.items():
            assert self.outer.people_in(name) == [face.name for face in model.faces]

    @precondition(lambda self: self.models)
    @rule(data=st.data(), size=st.integers(1, 3))
    def list_faces(self, data: st.DataObject, size: int) -> None:
        name = self.draw(data)
        found = list(pages("ListFaces", "Faces", size, CollectionId=name))
        assert [(face["FaceId"], face.get("ExternalImageId")) for face in found] == [
            (face.id, face.user) for face in self.models[name].faces
        ]
        assert ask("DescribeCollection", CollectionId=name)["FaceCount"] == len(found)

    def draw(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from(list(self.models))))


TestCollections = Collections.TestCase
TestCollections.settings = settings(max_examples=30, stateful_step_count=25, deadline=None, derandomize=True)

INDEXED = st.lists(st.tuples(PEOPLE, LIKENESSES, USERS, MOST), max_size=5)


@settings(max_examples=50)
@given(
    indexed=INDEXED,
    person=NAMES,
    likeness=LIKENESSES,
    threshold=st.none() | LIKENESSES,
    most=MOST,
    size=st.integers(1, 4),
    data=st.data(),
)
def test_a_search_agrees_with_the_model(
    indexed: list[tuple[list[str], float, str | None, int | None]],
    person: str,
    likeness: float,
    threshold: float | None,
    most: int | None,
    size: int,
    data: st.DataObject,
) -> None:
    model = Model()
    with FaceLiveness():
        ask("CreateCollection", CollectionId="users")
        for people, likeness_of_them, user, most_of_them in indexed:
            index(model, "users", people, likeness_of_them, user, most_of_them)
        if model.faces:
            gone = data.draw(st.lists(st.sampled_from([face.id for face in model.faces]), unique=True, min_size=1))
            ask("DeleteFaces", CollectionId="users", FaceIds=gone)
            model.delete(gone)

        answer = ask(
            "SearchFacesByImage",
            CollectionId="users",
            Image=image([person], likeness),
            FaceMatchThreshold=threshold,
            MaxFaces=most,
        )

        assert matches(answer) == model.search(person, likeness, threshold, most)
        listed = [face["FaceId"] for face in pages("ListFaces", "Faces", size, CollectionId="users")]
        assert listed == [face.id for face in model.faces]
