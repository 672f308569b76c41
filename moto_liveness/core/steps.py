"""Core: the steps, frozen values that a test writes. A step is what one poll of a session reports.

The statuses and the members of an answer are those of
https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import Field, dataclass, fields
from typing import Any, ClassVar, TypeAlias

from moto_liveness.core import checks
from moto_liveness.core import operations as errors
from moto_liveness.core.challenge import (
    Challenge,
    Feedback,
    check_audit_images,
    check_challenge,
    check_feedback,
    check_image_or_none,
    check_percent,
    check_sdk_type,
)
from moto_liveness.core.images import PLACEHOLDER_AUDIT_IMAGES, PLACEHOLDER_REFERENCE_IMAGE, Image, ImageSource

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so


class Step:
    """What one poll of a session reports: Created, InProgress, Succeeded, Failed, Expired or ApiError."""

    #: The Status that the poll is answered with; None for an error.
    status: ClassVar[str | None]

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __repr__(self) -> str:
        # What a test author can paste: the arguments that differ from their defaults.
        given = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default]
        return f"{type(self).__name__}({', '.join(given)})"


@dataclass(frozen=True, repr=False, kw_only=True)
class _Wait(Step):
    """A step that passes: after so many polls, or after so many seconds."""

    polls: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        if self.polls is not None and self.seconds is not None:
            raise ValueError(f"polls={self.polls!r} and seconds={self.seconds!r} exclude each other: keep one of them")
        if self.polls is not None:
            checks.count("polls", self.polls)
        if self.seconds is not None:
            checks.number("seconds", self.seconds, unit="a number above 0", low=1e-6, high=1e9)


@dataclass(frozen=True, repr=False, kw_only=True)
class Created(_Wait):
    """The session exists and nobody has streamed a video yet: Status CREATED.

    It passes after so many polls, or so many seconds of the clock; with neither, after one poll. As the last step it
    stays, and takes neither.
    """

    status: ClassVar[str] = "CREATED"


@dataclass(frozen=True, repr=False, kw_only=True)
class InProgress(_Wait):
    """A video is being streamed or analysed: Status IN_PROGRESS, with the Challenge of the session.

    It passes after so many polls, or so many seconds of the clock; with neither, after one poll. As the last step it
    stays, and takes neither.
    """

    status: ClassVar[str] = "IN_PROGRESS"


@dataclass(frozen=True, init=False, repr=False)
class Succeeded(Step):
    """The analysis is finished: Status SUCCEEDED. That alone does not mean "live": a spoof has a low confidence.

    confidence: percent, 0 to 100, answered as it was given.
    reference_image: the bytes or the path of a JPEG, a Pillow image or an Image; a drawn face unless given; None if
    AWS returned none.
    audit_images: up to four of the same, drawn faces unless given, None or () for none. The code under test gets at
    most as many as the AuditImagesLimit that it asked for, and that is 0 unless it asked.
    challenge: answered instead of the one that the session was created with.
    feedback: codes such as "LOW_LIGHTING_DETECTED", or pairs of a code and a message, ten at most.
    sdk_type: what the client said of itself, 1 to 64 characters; without it Metadata is absent.

    Raises ValueError or TypeError on the line that makes it, for what AWS would not send.
    """

    status: ClassVar[str] = "SUCCEEDED"

    confidence: float
    reference_image: Image | None = PLACEHOLDER_REFERENCE_IMAGE
    audit_images: tuple[Image, ...] = PLACEHOLDER_AUDIT_IMAGES
    challenge: Challenge | None = None
    feedback: tuple[Feedback, ...] = ()
    sdk_type: str | None = None

    def __init__(
        self,
        confidence: float,
        *,
        reference_image: ImageSource | None = PLACEHOLDER_REFERENCE_IMAGE,
        audit_images: Iterable[ImageSource] | None = PLACEHOLDER_AUDIT_IMAGES,
        challenge: Challenge | None = None,
        feedback: Iterable[str | tuple[str, str]] = (),
        sdk_type: str | None = None,
    ) -> None:
        vars(self).update(
            confidence=check_percent(confidence),
            reference_image=check_image_or_none(reference_image),
            audit_images=check_audit_images(audit_images) or (),
            challenge=check_challenge(challenge),
            feedback=check_feedback(feedback),
            sdk_type=check_sdk_type(sdk_type),
        )


@dataclass(frozen=True, init=False, repr=False)
class Failed(Step):
    """The check could not be done: Status FAILED, with the Challenge of the session and nothing else unless given.

    The arguments are those of Succeeded, all optional, and what is not given is absent from the answer. There is no
    feedback: AWS returns Feedback for SUCCEEDED sessions only.

    Raises ValueError or TypeError on the line that makes it, for what AWS would not send.
    """

    status: ClassVar[str] = "FAILED"
    feedback: ClassVar[None] = None

    confidence: float | None = None
    reference_image: Image | None = None
    audit_images: tuple[Image, ...] | None = None
    challenge: Challenge | None = None
    sdk_type: str | None = None

    def __init__(
        self,
        confidence: float | None = None,
        *,
        reference_image: ImageSource | None = None,
        audit_images: Iterable[ImageSource] | None = None,
        challenge: Challenge | None = None,
        sdk_type: str | None = None,
    ) -> None:
        vars(self).update(
            confidence=None if confidence is None else check_percent(confidence),
            reference_image=check_image_or_none(reference_image),
            audit_images=check_audit_images(audit_images),
            challenge=check_challenge(challenge),
            sdk_type=check_sdk_type(sdk_type),
        )


@dataclass(frozen=True, repr=False)
class Expired(Step):
    """The session ran out, three minutes after it was created or because the test says so: Status EXPIRED."""

    status: ClassVar[str] = "EXPIRED"


@dataclass(frozen=True, repr=False)
class ApiError(Step):
    """The poll is answered with an error of GetFaceLivenessSessionResults instead of a Status.

    code: one that AWS models for the operation, such as "SessionNotFoundException".
    message: the text; AWS's own unless given.

    As the last step it stays; before another step it answers one poll. An error of other calls is for queue_error.
    """

    status: ClassVar[None] = None

    code: str
    message: str = ""

    def __post_init__(self) -> None:
        errors.check_code(errors.GET, self.code)
        checks.text("message", self.message)


#: A finished analysis: the steps that carry images.
Finished: TypeAlias = Succeeded | Failed
