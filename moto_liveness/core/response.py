"""Turns a recorded answer of AWS into the step that makes the mock answer it again.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any

from moto_liveness.core import checks, strict_json
from moto_liveness.core.bounding_box import BoundingBox
from moto_liveness.core.challenge import Challenge
from moto_liveness.core.codecs import about
from moto_liveness.core.feedback import as_feedback
from moto_liveness.core.images import MAX_AUDIT_IMAGES, PLACEHOLDER_AUDIT_IMAGES, PLACEHOLDER_REFERENCE_IMAGE, Image
from moto_liveness.core.lines import untold
from moto_liveness.core.operations import GET_RESULTS
from moto_liveness.core.steps import STEPS, ApiError, Finished, Step, Succeeded

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

_STATUSES = {kind.status: kind for kind in STEPS if kind.status}
# Members of every answer that say nothing about the outcome.
_AROUND = ("SessionId", "Status", "ResponseMetadata")
# The arguments of a step for the members that an answer lacks.
_ABSENT = {"confidence": None, "reference_image": None, "audit_images": None}


def step_of(response: object) -> Step:
    """Return the step of a response; see Step.from_response."""
    given = _parsed(response)
    error = given.get("Error", given if "__type" in given else None)
    if error is not None:
        return _error(error)
    if "Status" not in given:
        has = checks.first_names(map(str, given), len(given)) or "nothing"
        raise ValueError(f"the response needs a Status or an Error, but has {has}")
    with about("Status"):
        status = checks.choice("Status", given["Status"], _STATUSES)
    kind = _STATUSES[status]
    # IN_PROGRESS has a Challenge, which is that of the session and not of the step.
    allowed = (*_AROUND, "Challenge", *kind.members)
    for name, value in given.items():
        if name not in (*_AROUND, "Challenge", *Finished.members):
            hint = checks.did_you_mean(name, allowed)
            raise ValueError(f"the response has no member {checks.short_repr(name)}. {hint}")
        if value and (name not in allowed or (name == "Feedback" and status == "FAILED")):
            raise ValueError(f"{name}: AWS returns none with Status {status}")
    return _finished(kind, given) if issubclass(kind, Finished) else kind()


_JSON = strict_json.Decoder()


def _parsed(response: object) -> Mapping[str, Any]:
    if isinstance(response, (str, bytes)):
        try:
            text = response if isinstance(response, str) else response.decode(json.detect_encoding(response))
            response = _JSON.read(text)
        except ValueError as error:
            raise ValueError(f"the response is not JSON: {error}") from None
    if not isinstance(response, Mapping):
        raise TypeError(
            "the response must be a dictionary of boto3, the response of a ClientError, or JSON, not "
            f"{checks.short_repr(response)}"
        )
    return response


def _error(error: object) -> ApiError:
    with about("Error"):
        if not isinstance(error, Mapping):
            raise TypeError(f"it must have a Code and a Message, not {checks.short_repr(error)}")
        # On the wire a code may have a namespace: com.amazonaws.rekognition#ThrottlingException.
        code = str(error.get("Code") or error.get("__type")).rpartition("#")[2]
        message = error.get("Message", error.get("message"))
        step = ApiError(code, message)
    # The text of AccessDeniedException names the user as its second word.
    _, user, *_ = [*str(message).split(" ", 2), "", ""]
    return ApiError(code) if message == GET_RESULTS.error_text(code, user, "") else step


def _finished(kind: type[Finished], given: Mapping[str, Any]) -> Step:
    read: dict[str, Any] = dict(_ABSENT)
    with about("Confidence"):
        read["confidence"] = given.get("Confidence")
        if read["confidence"] is None and kind is Succeeded:
            raise ValueError("AWS returns one with Status SUCCEEDED")
        with untold():  # AWS answers such a confidence too
            kind(**read)
    if given.get("Challenge") is not None:
        with about("Challenge"):
            named = _mapping(given["Challenge"])
            read["challenge"] = Challenge(*(named.get(name, "") for name in ("Type", "Version")))
    if given.get("ReferenceImage") is not None:
        with about("ReferenceImage"):
            read["reference_image"] = _image(given["ReferenceImage"], PLACEHOLDER_REFERENCE_IMAGE)
    if given.get("AuditImages") is not None:
        read["audit_images"] = list(_audit_images(given["AuditImages"]))
    if given.get("Feedback"):
        read["feedback"] = as_feedback(given["Feedback"], "Feedback")
    if given.get("Metadata"):
        with about("Metadata"):
            read["sdk_type"] = checks.text("SDKType", _mapping(given["Metadata"]).get("SDKType"), 1, 64)
    with untold():
        return kind(**read)


def _audit_images(given: object) -> Iterator[Image]:
    with about("AuditImages"):
        images = checks.items("it must be a list", given)
        if len(images) > MAX_AUDIT_IMAGES:
            raise ValueError(f"{len(images)} images: AWS returns at most {MAX_AUDIT_IMAGES}")
    for number, (image, drawing) in enumerate(zip(images, PLACEHOLDER_AUDIT_IMAGES, strict=False)):
        with about(f"AuditImages[{number}]"):
            yield _image(image, drawing)


def _image(given: object, drawing: Image) -> Image:
    """Return an image; a drawing, where it was, for one whose bytes are in S3 or were left out of a log."""
    image = _mapping(given)
    data = image.get("Bytes")
    if isinstance(data, str):
        try:
            data = base64.b64decode(data, validate=True)
        except ValueError:
            raise ValueError("Bytes is not base64: leave it out, and a drawing takes its place") from None
    box = None
    if image.get("BoundingBox") is not None:
        sides = _mapping(image["BoundingBox"])
        missing = [side for side in ("Left", "Top", "Width", "Height") if side not in sides]
        if missing:
            raise ValueError(f"BoundingBox needs {', '.join(missing)}")
        box = BoundingBox(left=sides["Left"], top=sides["Top"], width=sides["Width"], height=sides["Height"])
    return Image(drawing if data is None else data, box)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"it must be an object, not {checks.short_repr(value)}")
    return value
