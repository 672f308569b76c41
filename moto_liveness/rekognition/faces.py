"""CompareFaces and DetectFaces for pictures that say who is in them.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CompareFaces.html
https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectFaces.html
"""

from __future__ import annotations

import functools

from moto_liveness.core import strict_json
from moto_liveness.core.bounding_box import MIDDLE
from moto_liveness.core.people import LIKENESS, Person, UnmarkedPhotoWarning
from moto_liveness.rekognition.details import box_of, compared_face, confidence_of, face_detail
from moto_liveness.rekognition.exceptions import serialization_error, service_error
from moto_liveness.rekognition.notices import tell
from moto_liveness.rekognition.pictures import Picture
from moto_liveness.rekognition.request import Reply, Request

_STOCK = "moto's own answer, because no picture says who is in it"
# Images in S3 may be larger: https://docs.aws.amazon.com/rekognition/latest/dg/limits.html
_LARGEST_IN_S3 = 15 * 1024 * 1024
_DEFAULT_THRESHOLD = 80
_SEED = "Seed a picture that says who is in it: reference_image=photo('alice')"
# The face in a picture that does not say who is in it. It has no name, so it matches nothing.
_STRANGER = Person("", LIKENESS, MIDDLE)


def left_to_moto(request: Request) -> Reply:
    """Return the reply to a request in which no picture says who is in it, after a warning if one is a drawing."""
    operation = request.operation
    stock = f"moto has no {operation.name}" if request.needs_people else operation.stock_on_drawings
    for picture in request.pictures if stock else ():
        if picture.is_drawing:
            _warn(request, f"{_drawing(request, picture)}: {stock}. {_SEED}")
        elif request.needs_people:
            _warn(
                request,
                f"{operation.name} got an {picture.member} that does not say who is in it, {picture.origin}: {stock}. "
                "Mark it with photo('alice', of='picture.jpg')",
            )
    return Reply(None, note=f"{stock}, and no picture says who is in it" if request.needs_people else _STOCK)


def detect(request: Request) -> Reply:
    """Return the reply to DetectFaces. Raise LivenessException for what AWS refuses."""
    (picture,) = checked(request)
    attributes = request.params.get("Attributes", [])
    faces = [face_detail(person, attributes) for person in picture.people or ()]
    return Reply(strict_json.write({"FaceDetails": faces}).encode())


def compare(request: Request) -> Reply:
    """Return the reply to CompareFaces. Raise LivenessException for what AWS refuses."""
    source, target = checked(request)
    _warn_of_strangers(request)
    threshold = request.params.get("SimilarityThreshold", _DEFAULT_THRESHOLD)
    sources = (_STRANGER,) if source.people is None else source.people
    targets = (_STRANGER,) if target.people is None else target.people
    if not sources or not targets:
        raise service_error(request.operation, "InvalidParameterException", "")
    face = sources[0]
    # Nobody is in a picture twice, so there is one match at most.
    same = next((other for other in targets if face.name and face.name == other.name), None)
    similarity = 0.0 if same is None else min(face.likeness, same.likeness)
    matches = [same] if same is not None and similarity >= threshold else []
    result = {
        "SourceImageFace": {"BoundingBox": box_of(face.bounding_box), "Confidence": confidence_of(face)},
        "FaceMatches": [{"Similarity": similarity, "Face": compared_face(other)} for other in matches],
        "UnmatchedFaces": [compared_face(other) for other in targets if other not in matches],
    }
    below = "" if same is None else f", {similarity} percent is below the threshold of {threshold}"
    verdict = f"a similarity of {similarity} percent" if matches else f"no match{below}"
    return Reply(strict_json.write(result).encode(), note=f"{request.who}: {verdict}")


def checked(request: Request) -> tuple[Picture, ...]:
    """Return the pictures of a request. Raise LivenessException for those that AWS cannot read."""
    error = functools.partial(service_error, request.operation, account_id="")
    for picture in request.pictures:
        image = request.params[picture.member]
        if len(image) != 1:
            raise error(code="InvalidParameterException", message="Request has invalid parameters")
        if picture.head is None and "S3Object" in image:
            raise error(code="InvalidS3ObjectException")
        if picture.head is None:
            raise serialization_error(f"{picture.member}.Bytes is not base64")
        if not picture.is_readable:
            raise error(code="InvalidImageFormatException")
        if "S3Object" in image and picture.size > _LARGEST_IN_S3:
            raise error(code="ImageTooLargeException")
    return request.pictures


def _warn_of_strangers(request: Request) -> None:
    for picture in request.pictures:
        if picture.is_drawing:
            _warn(request, f"{_drawing(request, picture)}: it matches nobody. {_SEED}")
        elif picture.people is None:
            _warn(
                request,
                f"CompareFaces got a {picture.member} that does not say who is in it, {picture.origin}: it matches "
                'nobody. If it came from photo(), it was converted on its way: see "When the marker survives" in '
                "docs/photos.md of the repository",
            )


def _warn(request: Request, message: str) -> None:
    tell(message, UnmarkedPhotoWarning, request.in_process)


def _drawing(request: Request, picture: Picture) -> str:
    return (
        f"{request.operation.name} got a drawing of moto-liveness as {picture.member}, {picture.origin}, of a step "
        "without an image"
    )
