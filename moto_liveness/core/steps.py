"""The steps, frozen values that a test writes. A step is what one poll of a session reports.

A step class carries everything that is known about it: the Status, its rank in the life of a session, the members that
it answers, and, as its dataclass fields, its arguments and its keys in JSON. The statuses and members are those of
https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, ClassVar

from moto_liveness.core import checks, ratios
from moto_liveness.core.challenge import CHALLENGE, Challenge, as_challenge
from moto_liveness.core.codecs import (
    PERCENT,
    TEXT,
    Codec,
    about,
    arguments,
    as_json,
    codecs_of,
    members,
    nullable,
    reference,
    require,
)
from moto_liveness.core.feedback import FEEDBACK, Feedback, FeedbackSource, as_feedback
from moto_liveness.core.frozen import set_fields
from moto_liveness.core.images import (
    AUDIT_IMAGES,
    IMAGE,
    PLACEHOLDER_AUDIT_IMAGES,
    PLACEHOLDER_REFERENCE_IMAGE,
    Image,
    ImageSource,
    as_audit_images,
    as_image,
)
from moto_liveness.core.operations import GET_RESULTS

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


class _StepType(type):
    def __setattr__(cls, name: str, value: object) -> None:
        # pytest takes the only argument of a marker for the test that it marks, if it is a class.
        if name == "pytestmark":
            raise TypeError(
                f"{cls.__name__} is a class, not a step: write @pytest.mark.face_liveness({cls.__name__}(...))"
            )
        super().__setattr__(name, value)


class Step(metaclass=_StepType):
    """What one poll of a session reports: Created, InProgress, Succeeded, Failed, Expired or ApiError.

    Use it in annotations; a test makes one of those. Steps are frozen, and two steps with the same values are equal.
    """

    #: The Status in the answer; None for an error.
    status: ClassVar[str | None] = None
    #: How far a session with this Status is. A session never goes back to a lower rank.
    rank: ClassVar[int] = 0
    #: Whether the analysis is over, so that the session can only expire.
    final: ClassVar[bool] = False
    #: The members of the answer beside SessionId and Status. One whose value is None is absent.
    members: ClassVar[tuple[str, ...]] = ()

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    def __init__(self) -> None:
        raise TypeError(f"{type(self).__name__} is for annotations: make one of {', '.join(k.__name__ for k in STEPS)}")

    @staticmethod
    def from_response(response: Mapping[str, Any] | str | bytes) -> Step:
        """Return the step that makes the mock repeat a response from AWS.

        The SessionId is not part of it: queue(step, session_id=...) chooses one.

        https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html

        Args:
            response: a dictionary of boto3, the response of a ClientError, or the JSON of the wire, as a dictionary or
                as text. Images are bytes, or base64. An image whose bytes are in S3, or were left out of a log, becomes
                a drawing with the BoundingBox of the response. An image that is not in the response at all is absent.

        Raises:
            TypeError, ValueError: for a response that AWS could not have sent. The message names the member that is
                wrong.
        """
        from moto_liveness.core.response import step_of  # it imports the steps

        return step_of(response)

    def __repr__(self) -> str:
        # Something to paste into a test: the arguments that differ from their defaults.
        given = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if getattr(self, f.name) != f.default]
        return f"{type(self).__name__}({', '.join(given)})"

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        # For IPython and Hypothesis, which would print the fields of a dataclass, and megabytes of its images.
        printer.text(repr(self))


_POLLS = nullable(Codec({"type": "integer", "minimum": 1}))
_SECONDS = nullable(Codec({"type": "number", "minimum": 1e-6, "maximum": 1e9}))
_UNTIL = nullable(Codec({"const": "stream", "description": "Lasts until a client streams its video"}))
#: The text of an error.
MESSAGE = nullable(Codec(TEXT.schema), "AWS's own if left out")
#: The code of an error.
ERROR_CODE = Codec(reference("ErrorCode"), decode=checks.text)
_CHALLENGE = nullable(CHALLENGE)
_IMAGE = nullable(IMAGE)
_AUDIT_IMAGES = nullable(AUDIT_IMAGES)
_SDK_TYPE = nullable(Codec({"type": "string", "minLength": 1, "maxLength": 64}))


@dataclass(frozen=True, repr=False, kw_only=True)
class Wait(Step):
    """A step that ends by itself, after a number of polls or of seconds."""

    polls: int | None = field(default=None, metadata=as_json(_POLLS))
    seconds: float | None = field(default=None, metadata=as_json(_SECONDS))

    #: The event that ends the step; None if polls or seconds do.
    until: ClassVar[str | None] = None

    @property
    def end(self) -> str | None:
        """What ends the step, as it was written; None for a single poll."""
        given = (f"{name}={value!r}" for name in _ENDS if (value := getattr(self, name)) is not None)
        return next(given, None)

    def __post_init__(self) -> None:
        given = [name for name in _ENDS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"pass {' or '.join(given[:2])}, not both")
        if self.polls is not None:
            checks.count("polls", self.polls)
        if self.seconds is not None:
            checks.number("seconds", self.seconds, unit="a number above 0, at most 1,000,000,000", low=1e-6, high=1e9)


@dataclass(frozen=True, repr=False, kw_only=True)
class Created(Wait):
    """The session exists and nobody has streamed a video yet: Status CREATED.

    A stream ends the step in any case. The last step of a session stays, and takes neither polls nor seconds. A last
    Created(until="stream") leaves the outcome to Session.set_outcome: the session is IN_PROGRESS from its stream on.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html

    Args:
        polls: how many polls report it; one unless given.
        seconds: how many seconds it lasts, by the clock that freezegun and time-machine move.
        until: "stream" if it lasts until a client streams its video to a server, or the session expires.

    Raises:
        TypeError, ValueError: for values other than an int of at least 1, a number above 0 or "stream", and for more
            than one of them.
    """

    status = "CREATED"

    until: str | None = field(default=None, metadata=as_json(_UNTIL))  # type: ignore[misc]

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.until not in (None, "stream"):
            raise ValueError(f"until must be 'stream', not {checks.short_repr(self.until)}")


@dataclass(frozen=True, repr=False, kw_only=True)
class InProgress(Wait):
    """A video is being streamed or analysed: Status IN_PROGRESS, with the Challenge of the session.

    The last step of a session stays, and takes neither argument.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html

    Args:
        polls: how many polls report it; one unless given.
        seconds: how many seconds it lasts, by the clock that freezegun and time-machine move.

    Raises:
        TypeError, ValueError: for values other than an int of at least 1 or a number above 0, and for both at once.
    """

    status = "IN_PROGRESS"
    rank = 1
    members = ("Challenge",)


class Finished(Step):
    """A step with the result of an analysis."""

    rank = 2
    final = True
    members = ("Challenge", "Confidence", "ReferenceImage", "AuditImages", "Feedback", "Metadata")

    confidence: float | None
    reference_image: Image | None
    audit_images: tuple[Image, ...] | None
    challenge: Challenge | None
    feedback: tuple[Feedback, ...] | None
    sdk_type: str | None


@dataclass(frozen=True, init=False, repr=False)
class Succeeded(Finished):
    """The analysis is complete: Status SUCCEEDED. A spoof is SUCCEEDED too, with a low confidence.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html

    Args:
        confidence: percent, 0 to 100; the code under test gets this number, as a float.
        reference_image: bytes, the path of a picture, a Pillow image or an Image. A drawn face if left out; None if AWS
            returned none.
        audit_images: at most four of the same. Drawn faces if left out; None or () for none. The code under test gets
            at most as many as its AuditImagesLimit, which is 0 by default.
        challenge: replaces the challenge that the session was created with.
        feedback: at most ten codes such as "LOW_LIGHTING_DETECTED", pairs of a code and a message, or dictionaries as
            AWS returns them, {"Code": ..., "Message": ...}.
        sdk_type: the client's SDKType, 1 to 64 characters. Metadata is absent if this is left out.

    Raises:
        ValueError, TypeError: for values that AWS would not send, on the line that makes the step.
    """

    status = "SUCCEEDED"

    confidence: float = field(metadata=as_json(PERCENT))
    reference_image: Image | None = field(default=PLACEHOLDER_REFERENCE_IMAGE, metadata=as_json(_IMAGE))
    audit_images: tuple[Image, ...] = field(default=PLACEHOLDER_AUDIT_IMAGES, metadata=as_json(_AUDIT_IMAGES))
    challenge: Challenge | None = field(default=None, metadata=as_json(_CHALLENGE))
    feedback: tuple[Feedback, ...] = field(default=(), metadata=as_json(FEEDBACK))
    sdk_type: str | None = field(default=None, metadata=as_json(_SDK_TYPE))

    def __init__(
        self,
        confidence: float,
        *,
        reference_image: ImageSource | None = PLACEHOLDER_REFERENCE_IMAGE,
        audit_images: Iterable[ImageSource] | None = PLACEHOLDER_AUDIT_IMAGES,
        challenge: Challenge | None = None,
        feedback: Iterable[FeedbackSource] = (),
        sdk_type: str | None = None,
    ) -> None:
        set_fields(
            self,
            confidence=_as_percent(confidence),
            reference_image=as_image(reference_image),
            audit_images=as_audit_images(audit_images) or (),
            challenge=as_challenge(challenge),
            feedback=as_feedback(feedback),
            sdk_type=_as_sdk_type(sdk_type),
        )


@dataclass(frozen=True, init=False, repr=False)
class Failed(Finished):
    """The check could not be completed: Status FAILED, with the Challenge of the session.

    There is no feedback, because AWS returns Feedback for SUCCEEDED sessions only. A member that is left out is absent
    from the answer.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_GetFaceLivenessSessionResults.html

    Args:
        confidence: percent, 0 to 100; absent if left out.
        reference_image: as for Succeeded; absent if left out.
        audit_images: as for Succeeded; absent if left out.
        challenge: replaces the challenge that the session was created with.
        sdk_type: the client's SDKType, 1 to 64 characters. Metadata is absent if this is left out.

    Raises:
        ValueError, TypeError: for values that AWS would not send, on the line that makes the step.
    """

    status = "FAILED"
    feedback = None

    confidence: float | None = field(default=None, metadata=as_json(nullable(PERCENT)))
    reference_image: Image | None = field(default=None, metadata=as_json(_IMAGE))
    audit_images: tuple[Image, ...] | None = field(default=None, metadata=as_json(_AUDIT_IMAGES))
    challenge: Challenge | None = field(default=None, metadata=as_json(_CHALLENGE))
    sdk_type: str | None = field(default=None, metadata=as_json(_SDK_TYPE))

    def __init__(
        self,
        confidence: float | None = None,
        *,
        reference_image: ImageSource | None = None,
        audit_images: Iterable[ImageSource] | None = None,
        challenge: Challenge | None = None,
        sdk_type: str | None = None,
    ) -> None:
        set_fields(
            self,
            confidence=None if confidence is None else _as_percent(confidence),
            reference_image=as_image(reference_image),
            audit_images=as_audit_images(audit_images),
            challenge=as_challenge(challenge),
            sdk_type=_as_sdk_type(sdk_type),
        )


@dataclass(frozen=True, repr=False)
class Expired(Step):
    """The session has expired, 180 seconds after it was created or because the test says so: Status EXPIRED.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CreateFaceLivenessSession.html
    """

    status = "EXPIRED"
    rank = 3
    final = True


@dataclass(frozen=True, repr=False)
class ApiError(Step):
    """The poll gets an error of GetFaceLivenessSessionResults instead of a Status.

    Before another step it answers one poll, as the last step it stays. Use queue_error for errors of other calls.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/CommonErrors.html

    Args:
        code: an error of the operation, such as "SessionNotFoundException", or one of AWS's common errors.
        message: the text of the error; AWS's own if left out or None, no text if "".

    Raises:
        TypeError, ValueError: for a code that AWS does not have, and for a message that is not text.
    """

    code: str = field(metadata=as_json(ERROR_CODE, key="error"))
    message: str | None = field(default=None, metadata=as_json(MESSAGE))

    def __post_init__(self) -> None:
        GET_RESULTS.check_code(self.code)
        if self.message is not None:
            checks.text("message", self.message, 0, checks.LONGEST_TEXT)


#: All kinds of steps.
STEPS: tuple[type[Step], ...] = (Created, InProgress, Succeeded, Failed, Expired, ApiError)
_STATUSES: dict[str, type[Step]] = {kind.status: kind for kind in STEPS if kind.status}


def _encode(step: Step) -> dict[str, Any]:
    """Return a step without the arguments that have their defaults."""
    known = codecs_of(type(step)).items()
    values = {key: (getattr(step, one.name), one.default, codec) for key, (one, codec) in known}
    given = {key: codec.encode(value) for key, (value, default, codec) in values.items() if value != default}
    return {"status": step.status, **given} if step.status else given


def _decode(name: str, value: object) -> Step:
    """Return a step, from {"status": ...} with the fields of its class, {"error": code, ...} or {"response": ...}."""
    if isinstance(value, dict) and "error" in value:
        return ApiError(**arguments(ApiError, members(value, "an error", *codecs_of(ApiError))))
    if isinstance(value, dict) and "response" in value:
        with about("response"):
            return Step.from_response(members(value, "a response", "response")["response"])
    if isinstance(value, dict) and value and "status" not in value:
        return _refuse(value)
    if not isinstance(value, dict) or "status" not in value:
        raise TypeError(
            f"{name or 'a step'} must be an object with a status or an error, not {checks.short_repr(value)}"
        )
    status = checks.choice("status", value["status"], _STATUSES)
    kind = _STATUSES[status]
    what = f"a step with status {status}"
    given = members(value, what, "status", *codecs_of(kind))
    require(kind, what, given)
    return kind(**arguments(kind, given))


def _refuse(value: dict[str, Any]) -> Step:
    name = next((name for name in value if checks.close_match(name, ("status", "error"))), next(iter(value)))
    hint = checks.did_you_mean(name, ("status", "error"))
    raise ValueError(f"a step has no member {checks.short_repr(name)}, and needs a status or an error. {hint}")


def _decode_several(name: str, value: object) -> tuple[Step, ...]:
    if value == []:
        raise ValueError('steps must have at least one step, as in [{"status": "SUCCEEDED", "confidence": 97.3}]')
    return tuple(_decode_each(name, value)) if isinstance(value, list) else (_decode(name, value),)


def _decode_each(name: str, steps: list[object]) -> Iterator[Step]:
    for number, step in enumerate(steps):
        with about(f"{name}[{number}]"):
            yield _decode("", step)


STEP = Codec(reference("Step"), _encode, _decode)
#: The steps of one session. In JSON a single step needs no list.
SESSION_STEPS = Codec(reference("Steps"), lambda steps: [_encode(step) for step in steps], _decode_several)

_ENDS = ("polls", "seconds", "until")


def _as_percent(confidence: object) -> float:
    checked = checks.number("confidence", confidence, unit="a percentage between 0 and 100", low=0, high=100)
    return float(ratios.check("confidence", checked))


def _as_sdk_type(sdk_type: object) -> str | None:
    return None if sdk_type is None else checks.text("sdk_type", sdk_type, 1, 64)
