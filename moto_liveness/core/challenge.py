"""Core: what an analysis carries, and the checks of it. The challenge, the feedback, the images, the confidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from moto_liveness.core import checks
from moto_liveness.core.images import MAX_AUDIT_IMAGES, Image, ImageSource, as_image

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so

#: The challenges, each with the versions in use, the newest first.
CHALLENGES = {
    "FaceMovementAndLightChallenge": ("2.0.0", "1.0.0"),
    "FaceMovementChallenge": ("1.0.0",),
}

# The codes are AWS's. The sentences are ours: AWS says that its own can change.
FEEDBACK_MESSAGES = {
    "FACE_NOT_VISIBLE": "The face was not visible. Keep your face in view of the camera.",
    "FACE_OBSTRUCTION_DETECTED": "The face was partly covered. Remove anything that covers your face.",
    "LOW_VIDEO_QUALITY_DETECTED": "The quality of the video was low. Clean the lens and hold the camera still.",
    "FACE_NOT_ALIGNED": "The face was not aligned. Look straight into the camera and fill the oval.",
    "EYES_CLOSED_DETECTED": "The eyes were closed. Keep your eyes open during the check.",
    "LOW_LIGHTING_DETECTED": "The lighting was too dark. Move to a brighter place.",
    "HIGH_LIGHTING_DETECTED": "The lighting was too bright. Move away from direct light.",
}

_VERSION = re.compile(r"(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})")


@dataclass(frozen=True)
class Challenge:
    """The challenge that the person was given: its type, and its version in the form "2.0.0".

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Challenge.html
    """

    type: str
    version: str

    def __post_init__(self) -> None:
        checks.choice("challenge type", self.type, CHALLENGES)
        if not isinstance(self.version, str) or not _VERSION.fullmatch(self.version):
            raise ValueError(f"a challenge version must have the form '2.0.0', not {checks.shown(self.version)}")


class Feedback(NamedTuple):
    """A condition that AWS detected in the video, by its code, with a sentence for the person."""

    code: str
    message: str


def check_percent(confidence: object) -> float:
    """Return a confidence."""
    return checks.number("confidence", confidence, unit="a percentage between 0 and 100", low=0, high=100)


def check_image_or_none(source: ImageSource | None) -> Image | None:
    """Return a reference image, None if there is none."""
    return None if source is None else as_image(source)


def check_audit_images(sources: Iterable[ImageSource] | None) -> tuple[Image, ...] | None:
    """Return audit images, None if they are absent."""
    if sources is None:
        return None
    if isinstance(sources, (bytes, str, Image)) or not isinstance(sources, Iterable):
        raise TypeError(
            f"audit_images must be a list of images, as in audit_images=[image], not {checks.shown(sources)}"
        )
    images = tuple(as_image(source) for source in sources)
    if len(images) > MAX_AUDIT_IMAGES:
        raise ValueError(f"audit_images has {len(images)} images: AWS returns at most {MAX_AUDIT_IMAGES}")
    return images


def check_challenge(challenge: object) -> Challenge | None:
    """Return a challenge, None if none is named."""
    if challenge is None or isinstance(challenge, Challenge):
        return challenge
    example = "Challenge('FaceMovementChallenge', '1.0.0')"
    raise TypeError(f"challenge must be a Challenge, as in {example}, not {checks.shown(challenge)}")


def check_feedback(items: Iterable[str | tuple[str, str]]) -> tuple[Feedback, ...]:
    """Return feedback, each code with its message."""
    if isinstance(items, (str, Mapping)) or not isinstance(items, Iterable):
        example = "feedback=['LOW_LIGHTING_DETECTED']"
        raise TypeError(f"feedback must be a list, as in {example}, not {checks.shown(items)}")
    feedback = tuple(_feedback_item(item) for item in items)
    if len(feedback) > 10:
        raise ValueError(f"feedback has {len(feedback)} items: AWS returns at most 10")
    return feedback


def _feedback_item(item: object) -> Feedback:
    if isinstance(item, str):
        return Feedback(item, FEEDBACK_MESSAGES[checks.choice("feedback code", item, FEEDBACK_MESSAGES)])
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        raise TypeError(f"feedback must be codes, or pairs of a code and a message, not {checks.shown(item)}")
    code, message = item
    return Feedback(
        checks.choice("feedback code", code, FEEDBACK_MESSAGES), checks.text("feedback message", message, 1, 512)
    )


def check_sdk_type(sdk_type: object) -> str | None:
    """Return what the client says of itself, None if it says nothing."""
    return None if sdk_type is None else checks.text("sdk_type", sdk_type, 1, 64)
