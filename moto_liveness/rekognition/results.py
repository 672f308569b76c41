"""The answer to a poll. A member that AWS would omit is absent.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from moto_liveness.core.challenge import Challenge
from moto_liveness.core.codecs import BYTES
from moto_liveness.core.images import Image
from moto_liveness.core.steps import Finished, Step
from moto_liveness.rekognition.details import box_of
from moto_liveness.rekognition.storage import REFERENCE, images_of

# The size of the cache of serialised answers: code that polls asks for the same one repeatedly. Five images of 200 KB
# in base64 make the largest answer, 1.4 MB.
_CACHED_ANSWERS = 16


@dataclass(frozen=True)
class Results:
    """What the answer to a poll is made of."""

    session_id: str
    step: Step
    challenge: Challenge
    audit_images_limit: int
    #: The S3Object of each image; None without an OutputConfig.
    stored: Mapping[str, Mapping[str, str]] | None = field(hash=False)

    def members(self) -> dict[str, Any]:
        """Return the members of the answer, with images as bytes."""
        members = {name: _MEMBERS[name](self) for name in self.step.members}
        present = {name: value for name, value in members.items() if value is not None}
        return {"SessionId": self.session_id, "Status": self.step.status, **present}

    @property
    def finished(self) -> Finished:
        """The step, for members that only a finished step answers."""
        return cast("Finished", self.step)

    @functools.cached_property
    def images(self) -> dict[str, Image]:
        """The images of the answer by their names."""
        return dict(images_of(self.finished, self.audit_images_limit))


def _image(results: Results, name: str) -> dict[str, Any]:
    image = results.images[name]
    where = {"Bytes": image.data} if results.stored is None else {"S3Object": results.stored[name]}
    return {**where, "BoundingBox": box_of(image.bounding_box)}


def _audit_images(results: Results) -> list[dict[str, Any]] | None:
    if results.finished.audit_images is None:
        return None
    return [_image(results, name) for name in results.images if name != REFERENCE]


def _feedback(results: Results) -> list[dict[str, str]] | None:
    feedback = results.finished.feedback
    return None if feedback is None else [{"Code": item.code, "Message": item.message} for item in feedback]


_MEMBERS: dict[str, Callable[[Results], object]] = {
    "Challenge": lambda results: {"Type": results.challenge.type, "Version": results.challenge.version},
    "Confidence": lambda results: results.finished.confidence,
    "ReferenceImage": lambda results: _image(results, REFERENCE) if REFERENCE in results.images else None,
    "AuditImages": _audit_images,
    "Feedback": _feedback,
    "Metadata": lambda results: {"SDKType": results.finished.sdk_type} if results.finished.sdk_type else None,
}


class Serializer:
    """Turns results into the body of an answer, and caches the bodies of finished sessions."""

    def __init__(self) -> None:
        self._cached = functools.lru_cache(_CACHED_ANSWERS)(_serialize)

    def __call__(self, results: Results) -> bytes:
        """Return the body."""
        return self._cached(results) if isinstance(results.step, Finished) else _serialize(results)


def _serialize(results: Results) -> bytes:
    return _JSON.encode(results.members()).encode()


# One encoder for all calls: json.dumps with a default would make one for each.
_JSON = json.JSONEncoder(default=BYTES.encode, allow_nan=False)
