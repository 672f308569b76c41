"""Collections: the faces that were indexed, and whose they are.

https://docs.aws.amazon.com/rekognition/latest/dg/collections.html
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import NamedTuple, Protocol, TypeVar

from moto_liveness.core.people import Person
from moto_liveness.core.scope import Scope

# How many deleted faces are kept for a rollback. The last deletion is always kept, whatever its size.
_MOST_DELETED = 100_000


class _Numbered(Protocol):
    @property
    def number(self) -> int: ...


_T = TypeVar("_T", bound=_Numbered)


@dataclass(frozen=True, eq=False)
class IndexedFace:
    """A face in a collection."""

    __slots__ = ("external_image_id", "id", "image_id", "number", "person")

    #: Its FaceId.
    id: str
    #: The same for all faces of a picture.
    image_id: str
    external_image_id: str | None
    person: Person
    #: Its place in the order of everything that happened.
    number: int

    @property
    def origin(self) -> tuple[str, str, str | None]:
        """What makes a face unique: AWS stores a face of a picture once for each ExternalImageId."""
        return self.person.name, self.image_id, self.external_image_id


class FaceCollection:
    """The faces of one collection, in the order in which they were indexed."""

    def __init__(
        self, collection_id: str, region_name: str, account_id: str, number: int, created_at: datetime.datetime
    ) -> None:
        self.id = collection_id
        self.region_name = region_name
        self.account_id = account_id
        #: Its place in the order of everything that happened.
        self.number = number
        self.created_at = created_at
        self._faces: dict[str, IndexedFace] = {}
        self._by_origin: dict[tuple[str, str, str | None], IndexedFace] = {}
        # A search looks up a name, so it takes as long among many faces as among few.
        self._by_name: dict[str, dict[str, IndexedFace]] = {}

    @property
    def place(self) -> Scope:
        """The region and the account of the collection."""
        return Scope(self.region_name, self.account_id)

    @property
    def face_count(self) -> int:
        """How many faces it has."""
        return len(self._faces)

    @property
    def people(self) -> list[str]:
        """The names of the people, one for each face."""
        return [face.person.name for face in self._faces.values()]

    def face(self, face_id: str) -> IndexedFace | None:
        """Return the face with this FaceId; None if there is none."""
        return self._faces.get(face_id)

    def faces(self, after: int, only: Collection[str] | None) -> Iterator[IndexedFace]:
        """Yield the faces after a number; with FaceIds, only those."""
        return (face for face in self._faces.values() if face.number > after and (only is None or face.id in only))

    def indexed_before(self, person: Person, image_id: str, external_image_id: str | None) -> IndexedFace | None:
        """Return the face that has this origin already."""
        return self._by_origin.get((person.name, image_id, external_image_id))

    def add(self, face: IndexedFace) -> None:
        """Add a face."""
        self._faces[face.id] = face
        self._by_origin[face.origin] = face
        self._by_name.setdefault(face.person.name, {})[face.id] = face

    def remove(self, face: IndexedFace) -> None:
        """Remove a face."""
        del self._faces[face.id], self._by_origin[face.origin]
        same = self._by_name[face.person.name]
        del same[face.id]
        if not same:
            del self._by_name[face.person.name]

    def search(self, person: Person) -> list[tuple[float, IndexedFace]]:
        """Return the faces of a person, each with its similarity: the most similar first, then the oldest."""
        same = self._by_name.get(person.name, {}).values()
        similar = [(min(person.likeness, face.person.likeness), face) for face in same]
        return sorted(similar, key=lambda found: (-found[0], found[1].number))

    def rollback(self, savepoint: int, deleted: Iterable[IndexedFace]) -> None:
        """Remove the faces that came after a savepoint, and put back those that were deleted since."""
        while self._faces and (newest := next(reversed(self._faces.values()))).number > savepoint:
            self.remove(newest)
        again = [face for face in deleted if face.number <= savepoint]
        if again:
            faces = sorted([*self._faces.values(), *again], key=attrgetter("number"))
            self._faces, self._by_origin, self._by_name = {}, {}, {}
            for face in faces:
                self.add(face)


class _Deletion(NamedTuple):
    number: int
    collection: FaceCollection
    #: None if the collection itself was deleted.
    faces: Sequence[IndexedFace] | None

    @property
    def size(self) -> int:
        return self.collection.face_count if self.faces is None else len(self.faces)


class Collections:
    """The collections of one account and region, in the order in which they were created."""

    def __init__(self) -> None:
        self._collections: dict[str, FaceCollection] = {}
        self._deleted: deque[_Deletion] = deque()
        self._kept = 0

    def __iter__(self) -> Iterator[FaceCollection]:
        return iter(list(self._collections.values()))

    def get(self, collection_id: object) -> FaceCollection | None:
        """Return the collection with this id; None if there is none."""
        return self._collections.get(str(collection_id))

    def add(self, collection: FaceCollection) -> None:
        """Add a collection."""
        self._collections[collection.id] = collection

    def delete(self, collection: FaceCollection, number: int) -> None:
        """Delete a collection. The number is that of the deletion, for a rollback."""
        del self._collections[collection.id]
        self._keep(_Deletion(number, collection, None))

    def delete_faces(self, collection: FaceCollection, faces: Sequence[IndexedFace], number: int) -> None:
        """Delete faces of a collection."""
        for face in faces:
            collection.remove(face)
        self._keep(_Deletion(number, collection, faces))

    def rollback(self, savepoint: int) -> None:
        """Forget the collections, faces and deletions that came after a savepoint."""
        faces: dict[FaceCollection, list[IndexedFace]] = {}
        collections = [*self._collections.values()]
        while self._deleted and self._deleted[-1].number > savepoint:
            deletion = self._deleted.pop()
            self._kept -= deletion.size
            if deletion.faces is None:
                collections.append(deletion.collection)
            else:
                faces.setdefault(deletion.collection, []).extend(deletion.faces)
        old = sorted((one for one in collections if one.number <= savepoint), key=attrgetter("number"))
        self._collections = {collection.id: collection for collection in old}
        for collection in old:
            collection.rollback(savepoint, faces.get(collection, ()))

    def _keep(self, deletion: _Deletion) -> None:
        self._deleted.append(deletion)
        self._kept += deletion.size
        while self._kept > _MOST_DELETED and len(self._deleted) > 1:
            self._kept -= self._deleted.popleft().size


def page(items: Iterable[_T], most: int) -> tuple[list[_T], int | None]:
    """Return the first items, and the number of the last of them if there are more; None if not."""
    found = list(islice(items, most + 1))
    return found[:most], found[most - 1].number if len(found) > most else None
