"""Service: what GetFaceLivenessSessionResults answers in each status. A member that AWS would omit is absent.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from moto_liveness.core.challenge import Challenge
from moto_liveness.core.images import Image
from moto_liveness.core.steps import Failed, Finished, Step, Succeeded


def images_of(step: Finished, limit: int) -> Iterator[tuple[str, Image]]:
    """Yield the images that a session returns, each with the name that it has in S3 (but for the .jpg)."""
    if step.reference_image is not None:
        yield "reference", step.reference_image
    for number, image in enumerate((step.audit_images or ())[:limit]):
        yield f"audit-{number}", image


@dataclass(frozen=True)
class Results:
    """The answer to one poll."""

    session_id: str
    step: Step
    challenge: Challenge
    audit_images_limit: int
    #: The S3Object of each image; None without an OutputConfig.
    stored: Mapping[str, Mapping[str, str]] | None = field(hash=False)

    def members(self) -> dict[str, Any]:
        """Return the members of the answer; Bytes are bytes."""
        step = self.step
        members: dict[str, Any] = {"SessionId": self.session_id, "Status": step.status}
        if step.status in ("IN_PROGRESS", "SUCCEEDED", "FAILED"):
            members["Challenge"] = {"Type": self.challenge.type, "Version": self.challenge.version}
        if isinstance(step, (Succeeded, Failed)):
            members |= self._of_the_analysis(step)
        return members

    def _of_the_analysis(self, step: Finished) -> dict[str, Any]:
        images = {name: self._image(name, image) for name, image in images_of(step, self.audit_images_limit)}
        members = {
            "Confidence": step.confidence,
            "ReferenceImage": images.pop("reference", None),
            "AuditImages": None if step.audit_images is None else list(images.values()),
            "Feedback": None if step.feedback is None else [{"Code": c, "Message": m} for c, m in step.feedback],
            "Metadata": step.sdk_type and {"SDKType": step.sdk_type},
        }
        return {name: value for name, value in members.items() if value is not None}

    def _image(self, name: str, image: Image) -> dict[str, Any]:
        box = {name.capitalize(): value for name, value in asdict(image.bounding_box).items()}
        where = {"Bytes": image.data} if self.stored is None else {"S3Object": self.stored[name]}
        return {**where, "BoundingBox": box}


def serialise(results: Results) -> bytes:
    """Return the body of an answer."""
    return _JSON.encode(results.members()).encode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# json.dumps with a default would make an encoder a call.
_JSON = json.JSONEncoder(default=_base64)
