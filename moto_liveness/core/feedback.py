"""Feedback: what AWS noticed in a video that explains a low confidence.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from moto_liveness.core import checks
from moto_liveness.core.codecs import Codec, reference

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

#: AWS's codes. The sentences are ours: AWS says that its own can change.
FEEDBACK_MESSAGES = {
    "FACE_NOT_VISIBLE": "The face was not visible. Keep your face in view of the camera.",
    "FACE_OBSTRUCTION_DETECTED": "The face was partly covered. Remove anything that covers your face.",
    "LOW_VIDEO_QUALITY_DETECTED": "The quality of the video was low. Clean the lens and hold the camera still.",
    "FACE_NOT_ALIGNED": "The face was not aligned. Look straight into the camera and fill the oval.",
    "EYES_CLOSED_DETECTED": "The eyes were closed. Keep your eyes open during the check.",
    "LOW_LIGHTING_DETECTED": "The lighting was too dark. Move to a brighter place.",
    "HIGH_LIGHTING_DETECTED": "The lighting was too bright. Move away from direct light.",
}


class Feedback(NamedTuple):
    """A condition that AWS detected in the video: its code, and a sentence for the person."""

    code: str
    message: str

    def __repr__(self) -> str:
        # As a test writes it.
        return repr(self.code if self.message == FEEDBACK_MESSAGES[self.code] else tuple(self))


#: Everything that can become an item of feedback, for annotations: a code, a code and its message, or a dictionary as
#: AWS returns it.
FeedbackSource: TypeAlias = str | tuple[str, str] | Mapping[str, str]


def as_feedback(items: Iterable[FeedbackSource], name: str = "feedback") -> tuple[Feedback, ...]:
    """Return at most ten items of feedback, which have this name in messages."""
    if isinstance(items, (str, Mapping)) or not isinstance(items, Iterable):
        raise TypeError(f"{name} must be a list, as in ['LOW_LIGHTING_DETECTED'], not {checks.short_repr(items)}")
    feedback = tuple(_item(f"{name}[{number}]", item) for number, item in enumerate(items))
    if len(feedback) > 10:
        raise ValueError(f"{name} has {len(feedback)} items: AWS returns at most 10")
    return feedback


def _item(name: str, item: object) -> Feedback:
    if isinstance(item, str):
        return Feedback(item, FEEDBACK_MESSAGES[checks.choice(f"{name}: code", item, FEEDBACK_MESSAGES)])
    if isinstance(item, Mapping) and set(item) == {"Code", "Message"}:
        item = item["Code"], item["Message"]
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        raise TypeError(
            f"{name} must be a code, a pair of a code and a message, or {{'Code': ..., 'Message': ...}}, "
            f"not {checks.short_repr(item)}"
        )
    code, message = item
    return Feedback(
        checks.choice(f"{name}: code", code, FEEDBACK_MESSAGES), checks.text(f"{name}: message", message, 1, 512)
    )


# The constructor of a step takes what JSON has.
FEEDBACK = Codec(
    {"type": "array", "items": reference("Feedback"), "maxItems": 10},
    lambda items: [[*item] for item in items],
)
