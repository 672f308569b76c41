"""The nine operations on collections. A search compares names, as CompareFaces does.

https://docs.aws.amazon.com/rekognition/latest/dg/collections.html
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import uuid
from collections.abc import Iterable
from typing import Any

from moto.core.common_models import BaseModel

from moto_liveness import _compat
from moto_liveness.core import checks, strict_json
from moto_liveness.core.clock import now
from moto_liveness.core.collections import Collections, FaceCollection, IndexedFace, page
from moto_liveness.core.people import Person
from moto_liveness.core.script import NUMBERS
from moto_liveness.rekognition.details import box_of, confidence_of, face_detail
from moto_liveness.rekognition.exceptions import LivenessException, service_error
from moto_liveness.rekognition.faces import checked
from moto_liveness.rekognition.request import Reply, Request

_MODEL_VERSION = "7.0"
# AWS allows 4,096 and has no default for searches.
_DEFAULT_MATCHES = 80
_DEFAULT_THRESHOLD = 80
_DEFAULT_PAGE = 1_000
#: The namespace of ImageIds, version-5 UUIDs of the bytes of pictures:
#: https://datatracker.ietf.org/doc/html/rfc9562#section-5.5
_IMAGES = uuid.uuid5(uuid.NAMESPACE_URL, "https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Face.html")


class Collection(FaceCollection, BaseModel):
    """A collection, which moto shows on its dashboard."""


class CollectionOperations:
    """The nine methods of the backend of an account and region."""

    region_name: str
    account_id: str
    collections: Collections

    def create_collection(self, request: Request) -> Reply:
        """Create a collection."""
        collection_id = request.params["CollectionId"]
        if self.collections.get(collection_id):
            raise self._error(request, "ResourceAlreadyExistsException")
        collection = Collection(collection_id, self.region_name, self.account_id, NUMBERS.next(), now())
        self.collections.add(collection)
        answer = {"StatusCode": 200, "CollectionArn": self._arn(collection), "FaceModelVersion": _MODEL_VERSION}
        return _reply(answer, f"{collection_id}: created")

    def describe_collection(self, request: Request) -> Reply:
        """Describe a collection."""
        collection = self._named(request)
        answer = {
            "FaceCount": collection.face_count,
            "FaceModelVersion": _MODEL_VERSION,
            "CollectionARN": self._arn(collection),
            "CreationTimestamp": collection.created_at.timestamp(),
            "UserCount": 0,
        }
        return _reply(answer, f"{collection.id}: {_faces(collection)}")

    def list_collections(self, request: Request) -> Reply:
        """List the collections, in the order in which they were created."""
        after = self._after(request, 0)
        found, last = page((one for one in self.collections if one.number > after), _page_size(request))
        answer = {
            "CollectionIds": [collection.id for collection in found],
            "FaceModelVersions": [_MODEL_VERSION for _ in found],
            **_next(0, last),
        }
        return _reply(answer, f"{len(found)} of {checks.plural(len([*self.collections]), 'collection')}")

    def delete_collection(self, request: Request) -> Reply:
        """Delete a collection with its faces."""
        collection = self._named(request)
        self.collections.delete(collection, NUMBERS.next())
        _compat.leave_dashboard(collection)
        return _reply({"StatusCode": 200}, f"{collection.id}: deleted, with {_faces(collection)}")

    def index_faces(self, request: Request) -> Reply:
        """Add the faces of a picture to a collection, the largest first."""
        collection = self._named(request)
        (picture,) = checked(request)
        people = picture.people or ()
        most = request.params.get("MaxFaces", len(people))
        attributes = request.params.get("DetectionAttributes", [])
        image_id = _image_id(picture.read() or b"")
        external_image_id = request.params.get("ExternalImageId")
        records, texts = [], []
        for person in people[:most]:
            face = collection.indexed_before(person, image_id, external_image_id)
            again = " already" if face else ""
            if face is None:
                face_id = self._unused_face_id(collection)
                face = IndexedFace(face_id, image_id, external_image_id, person, NUMBERS.next())
                collection.add(face)
            records.append({"Face": _face(face), "FaceDetail": face_detail(person, attributes)})
            texts.append(f"{person.name} is indexed{again} as {_known_as(face)}")
        texts += [f"{person.name} is not indexed, MaxFaces is {most}" for person in people[most:]]
        answer = {
            "FaceRecords": records,
            "FaceModelVersion": _MODEL_VERSION,
            "UnindexedFaces": [
                {"Reasons": ["EXCEEDS_MAX_FACES"], "FaceDetail": face_detail(person, attributes)}
                for person in people[most:]
            ],
        }
        return _reply(answer, f"{collection.id}: {'; '.join(texts) or 'nobody to index'}")

    def search_faces_by_image(self, request: Request) -> Reply:
        """Find the largest face of a picture in a collection."""
        collection = self._named(request)
        (picture,) = checked(request)
        if not picture.people:
            raise self._error(request, "InvalidParameterException")
        person = picture.people[0]
        matches, note = _search(collection, person, request, None)
        answer = {
            "SearchedFaceBoundingBox": box_of(person.bounding_box),
            "SearchedFaceConfidence": confidence_of(person),
            "FaceMatches": matches,
            "FaceModelVersion": _MODEL_VERSION,
        }
        return _reply(answer, note)

    def search_faces(self, request: Request) -> Reply:
        """Find the person of a face in a collection: the other faces of it."""
        collection = self._named(request)
        face = collection.face(request.params["FaceId"])
        if face is None:
            raise self._error(request, "InvalidParameterException")
        matches, note = _search(collection, face.person, request, face)
        answer = {"SearchedFaceId": face.id, "FaceMatches": matches, "FaceModelVersion": _MODEL_VERSION}
        return _reply(answer, note, [face])

    def list_faces(self, request: Request) -> Reply:
        """List the faces of a collection, in the order in which they were indexed."""
        collection = self._named(request)
        user_id = request.params.get("UserId")
        if user_id is not None:
            raise self._error(request, "ResourceNotFoundException", f"The user id: {user_id} does not exist")
        only = request.params.get("FaceIds")
        faces = collection.faces(self._after(request, collection.number), None if only is None else {*only})
        found, last = page(faces, _page_size(request))
        answer = {
            "Faces": [_face(face) for face in found],
            "FaceModelVersion": _MODEL_VERSION,
            **_next(collection.number, last),
        }
        return _reply(answer, f"{collection.id}: {len(found)} of {_faces(collection)}")

    def delete_faces(self, request: Request) -> Reply:
        """Delete faces of a collection."""
        collection = self._named(request)
        by_id = {face_id: collection.face(face_id) for face_id in request.params["FaceIds"]}
        found = [face for face in by_id.values() if face is not None]
        missing = [face_id for face_id, face in by_id.items() if face is None]
        if found:
            self.collections.delete_faces(collection, found, NUMBERS.next())
        answer = {
            "DeletedFaces": [face.id for face in found],
            "UnsuccessfulFaceDeletions": [{"FaceId": face_id, "Reasons": ["FACE_NOT_FOUND"]} for face_id in missing],
        }
        deleted = f"{', '.join(face.person.name for face in found) or 'nobody'} deleted"
        not_found = f", {checks.plural(len(missing), 'FaceId')} not found" if missing else ""
        return _reply(answer, f"{collection.id}: {deleted}{not_found}", found)

    def _named(self, request: Request) -> FaceCollection:
        collection = self.collections.get(request.params["CollectionId"])
        if collection is None:
            raise self._error(request, "ResourceNotFoundException")
        return collection

    def _error(self, request: Request, code: str, message: str | None = None) -> LivenessException:
        collection_id = request.collection_id
        return service_error(request.operation, code, self.account_id, message, collection_id=collection_id)

    def _arn(self, collection: FaceCollection) -> str:
        # moto has partitions since 5.0.8.
        partition = getattr(self, "partition", "aws")
        return f"arn:{partition}:rekognition:{self.region_name}:{self.account_id}:collection/{collection.id}"

    def _after(self, request: Request, listed: int) -> int:
        """Return the number after which a page begins, from a token of the same list."""
        token = request.params.get("NextToken")
        if token is None:
            return 0
        with contextlib.suppress(ValueError):
            of, after = base64.urlsafe_b64decode(token).split(b" ")
            if int(of) == listed:
                return int(after)
        raise self._error(request, "InvalidPaginationTokenException")

    @staticmethod
    def _unused_face_id(collection: FaceCollection) -> str:
        # After /moto-api/seed moto's generator repeats itself.
        face_id = _compat.uuid4()
        while collection.face(face_id):
            face_id = _compat.uuid4()
        return face_id


def _reply(answer: dict[str, Any], note: str, faces: Iterable[IndexedFace] | None = None) -> Reply:
    people = None if faces is None else (tuple(face.person.name for face in faces),)
    return Reply(strict_json.write(answer).encode(), note=note, people=people)


def _next(listed: int, last: int | None) -> dict[str, str]:
    """Return the token of the page after a number. It names the list, so it is invalid for any other."""
    return {} if last is None else {"NextToken": base64.urlsafe_b64encode(f"{listed} {last}".encode()).decode()}


def _page_size(request: Request) -> int:
    # An empty page would have a token for itself, and code that follows tokens would never end.
    return request.params.get("MaxResults") or _DEFAULT_PAGE


def _image_id(data: bytes) -> str:
    digest = hashlib.sha1(_IMAGES.bytes + data, usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest[:16], version=5))


def _face(face: IndexedFace) -> dict[str, Any]:
    known = {} if face.external_image_id is None else {"ExternalImageId": face.external_image_id}
    return {
        "FaceId": face.id,
        "BoundingBox": box_of(face.person.bounding_box),
        "ImageId": face.image_id,
        **known,
        "Confidence": confidence_of(face.person),
    }


def _search(
    collection: FaceCollection, person: Person, request: Request, itself: IndexedFace | None
) -> tuple[list[dict[str, Any]], str]:
    """Return the FaceMatches, and a sentence on them."""
    threshold = request.params.get("FaceMatchThreshold", _DEFAULT_THRESHOLD)
    similar = [found for found in collection.search(person) if found[1] is not itself]
    matches = [found for found in similar if found[0] >= threshold]
    listed = matches[: request.params.get("MaxFaces", _DEFAULT_MATCHES)]
    if matches:
        similarity, face = matches[0]
        others = f", and {checks.plural(len(matches) - 1, 'more face')}" if len(matches) > 1 else ""
        verdict = f"{person.name} is known as {_known_as(face)}, a similarity of {similarity} percent{others}"
    elif similar:
        verdict = f"no match for {person.name}, {similar[0][0]} percent is below the threshold of {threshold}"
    elif itself:
        verdict = f"nobody like {person.name} among {checks.plural(collection.face_count - 1, 'other face')}"
    else:
        verdict = f"nobody like {person.name} among {_faces(collection)}"
    return [{"Similarity": one, "Face": _face(face)} for one, face in listed], f"{collection.id}: {verdict}"


def _known_as(face: IndexedFace) -> str:
    return face.external_image_id or f"face {face.id}"


def _faces(collection: FaceCollection) -> str:
    return checks.plural(collection.face_count, "face")
