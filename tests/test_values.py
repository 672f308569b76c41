"""The values a test writes: what they accept, what they refuse and in which words, and how they print."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import PIL.Image
import PIL.ImageChops
import pytest

from moto_liveness import (
    ApiError,
    BoundingBox,
    Challenge,
    Created,
    Expired,
    Failed,
    Image,
    InProgress,
    Succeeded,
    photo,
)
from moto_liveness.core.images import MAX_BYTES, PLACEHOLDER_AUDIT_IMAGES, PLACEHOLDER_REFERENCE_IMAGE
from moto_liveness.core.progress import check_steps
from tests.aws import ALIVE, JPEG

KNOWN_ERRORS = (
    "AWS models: AccessDeniedException, InternalServerError, InvalidParameterException, "
    "ProvisionedThroughputExceededException, SessionNotFoundException, ThrottlingException; common errors: "
    "ExpiredTokenException, IncompleteSignature, InternalFailure, InvalidSignatureException, "
    "MalformedHttpRequestException, NotAuthorized, OptInRequired, RequestAbortedException, "
    "RequestEntityTooLargeException, RequestExpired, RequestTimeoutException, ServiceUnavailable, "
    "UnknownOperationException, UnrecognizedClientException, ValidationError, ValidationException."
)
TWO_SESSIONS = "; if these are two sessions, queue each by itself"
ELSEWHERE = "queue_error takes any other code, with an http_status."
STR = "a str is a path, and there is no such file"
BOX = BoundingBox(left=0.25, top=0.25, width=0.5, height=0.5)


def pillow(width: int = 64, height: int = 48, mode: str = "RGB") -> PIL.Image.Image:
    return PIL.Image.new(mode, (width, height))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Succeeded(973), ValueError, "confidence must be a percentage between 0 and 100, not 973"),
        (lambda: Succeeded(-0.1), ValueError, "confidence must be a percentage between 0 and 100, not -0.1"),
        (lambda: Succeeded(math.nan), ValueError, "confidence must be a percentage between 0 and 100, not nan"),
        (
            lambda: Succeeded("97"),
            TypeError,
            "confidence must be a percentage between 0 and 100, an int or a float, not '97'",
        ),
        (
            lambda: Succeeded(True),
            TypeError,
            "confidence must be a percentage between 0 and 100, an int or a float, not True",
        ),
        (
            lambda: Succeeded(None),
            TypeError,
            "confidence must be a percentage between 0 and 100, an int or a float, not None",
        ),
        (lambda: Failed(101), ValueError, "confidence must be a percentage between 0 and 100, not 101"),
        (lambda: Created(polls=0), ValueError, "polls must be at least 1, not 0"),
        (lambda: Created(polls=1.5), TypeError, "polls must be an int, not 1.5"),
        (lambda: InProgress(polls=True), TypeError, "polls must be an int, not True"),
        (lambda: InProgress(seconds=0), ValueError, "seconds must be a number above 0, at most 1,000,000,000, not 0"),
        (
            lambda: InProgress(seconds="5"),
            TypeError,
            "seconds must be a number above 0, at most 1,000,000,000, an int or a float, not '5'",
        ),
        (
            lambda: InProgress(polls=2, seconds=5),
            ValueError,
            "pass polls or seconds, not both",
        ),
        (
            lambda: ApiError("ResourceNotFoundException"),
            ValueError,
            (
                "GetFaceLivenessSessionResults has no error 'ResourceNotFoundException'. It belongs to "
                "DescribeCollection, ListCollections and 6 more operations. "
                f"Did you mean 'SessionNotFoundException'? {KNOWN_ERRORS} {ELSEWHERE}"
            ),
        ),
        (
            lambda: InProgress(seconds=1e300),
            ValueError,
            "seconds must be a number above 0, at most 1,000,000,000, not 1e+300",
        ),
        (
            lambda: Succeeded(10**400),
            ValueError,
            f"confidence must be a percentage between 0 and 100, not 1{'0' * 99}...",
        ),
        (
            lambda: Succeeded(97, audit_images=JPEG * 30),
            TypeError,
            f"audit_images must be a list of images, as in audit_images=[image], not {repr(JPEG * 30)[:100]}...",
        ),
        (
            lambda: Succeeded(97, feedback={"FACE_NOT_VISIBLE": "Look here."}),
            TypeError,
            "feedback must be a list, as in ['LOW_LIGHTING_DETECTED'], not {'FACE_NOT_VISIBLE': 'Look here.'}",
        ),
        (lambda: Image(""), ValueError, "the path of the image is empty"),
        (
            lambda: Image(None),
            TypeError,
            "an image must be bytes, a path, a Pillow image or an Image, not None",
        ),
        (
            lambda: ApiError(ApiError("ThrottlingException")),
            TypeError,
            "code must be a str, not ApiError(code='ThrottlingException')",
        ),
        *(
            (
                lambda code=code: ApiError(code),
                ValueError,
                f"GetFaceLivenessSessionResults has no error '{code}'. {hint} {KNOWN_ERRORS} {ELSEWHERE}",
            )
            for code, hint in {
                "Throttling": "Did you mean 'ThrottlingException'?",
                "throttlingexception": "Did you mean 'ThrottlingException'?",
                "ThrottlingExceptio": "Did you mean 'ThrottlingException'?",
                "AccessDenied": "Did you mean 'AccessDeniedException'?",
                "ServiceUnavailableException": "It belongs to StartFaceLivenessSession. Did you mean "
                "'ServiceUnavailable'?",
                "ReadTimeoutError": "Queue a network failure with queue_exception(ReadTimeoutError(...)), or "
                'as "exception" over HTTP.',
            }.items()
        ),
        (
            lambda: ApiError("Conflict"),
            ValueError,
            f"GetFaceLivenessSessionResults has no error 'Conflict'. {KNOWN_ERRORS} {ELSEWHERE}",
        ),
        (lambda: ApiError("ThrottlingException", 5), TypeError, "message must be a str, not 5"),
        (
            lambda: Challenge("FaceMovmentChallenge", "1.0.0"),
            ValueError,
            "challenge type 'FaceMovmentChallenge' does not exist. Did you mean 'FaceMovementChallenge'?",
        ),
        (
            lambda: Challenge("Blink", "1.0.0"),
            ValueError,
            "challenge type 'Blink' does not exist. Choose from: FaceMovementAndLightChallenge, FaceMovementChallenge.",
        ),
        (
            lambda: Challenge("FaceMovementChallenge", "1.0"),
            ValueError,
            "a challenge version must have the form '2.0.0', not '1.0'",
        ),
        (
            lambda: Succeeded(97, challenge="FaceMovementChallenge"),
            TypeError,
            (
                "challenge must be a Challenge, as in Challenge('FaceMovementChallenge', '1.0.0'), "
                "not 'FaceMovementChallenge'"
            ),
        ),
        (
            lambda: Succeeded(97, feedback="LOW_LIGHTING_DETECTED"),
            TypeError,
            "feedback must be a list, as in ['LOW_LIGHTING_DETECTED'], not 'LOW_LIGHTING_DETECTED'",
        ),
        (
            lambda: Succeeded(97, feedback=["FACE_NOT_VISIBLE", "LOW_LIGHT_DETECTED"]),
            ValueError,
            "feedback[1]: code 'LOW_LIGHT_DETECTED' does not exist. Did you mean 'LOW_LIGHTING_DETECTED'?",
        ),
        (
            lambda: Succeeded(97, feedback=[5]),
            TypeError,
            "feedback[0] must be a code, a pair of a code and a message, or {'Code': ..., 'Message': ...}, not 5",
        ),
        (
            lambda: Succeeded(97, feedback=[("FACE_NOT_VISIBLE", "")]),
            ValueError,
            "feedback[0]: message must have 1 to 512 characters, not 0",
        ),
        (
            lambda: Succeeded(97, feedback=["FACE_NOT_VISIBLE"] * 11),
            ValueError,
            "feedback has 11 items: AWS returns at most 10",
        ),
        (lambda: Succeeded(97, sdk_type="x" * 65), ValueError, "sdk_type must have 1 to 64 characters, not 65"),
        (lambda: Succeeded(97, sdk_type=5), TypeError, "sdk_type must be a str, not 5"),
        (
            lambda: Succeeded(97, audit_images=JPEG),
            TypeError,
            f"audit_images must be a list of images, as in audit_images=[image], not {JPEG!r}",
        ),
        (
            lambda: Succeeded(97, audit_images=[JPEG, 4]),
            TypeError,
            "audit_images[1]: an image must be bytes, a path, a Pillow image or an Image, not 4",
        ),
        (
            lambda: Succeeded(97, audit_images=4),
            TypeError,
            "audit_images must be a list of images, as in audit_images=[image], not 4",
        ),
        (
            lambda: Succeeded(97, audit_images=[JPEG] * 5),
            ValueError,
            "audit_images has 5 images: AWS returns at most 4",
        ),
        (
            lambda: Succeeded(97, reference_image=b""),
            ValueError,
            "the image is empty: AWS never sends an empty image. Pass None (null over HTTP) for no image.",
        ),
        (
            lambda: Image(JPEG + bytes(MAX_BYTES)),
            ValueError,
            "the image has 204,810 bytes: AWS sends at most 204,800. Make the image smaller.",
        ),
        (
            lambda: Image(5),
            TypeError,
            "an image must be bytes, a path, a Pillow image or an Image, not 5",
        ),
        (lambda: Image(JPEG, (0, 0, 1, 1)), TypeError, "bounding_box must be a BoundingBox, not (0, 0, 1, 1)"),
        (
            lambda: BoundingBox(left="0", top=0, width=1, height=1),
            TypeError,
            "left must be a number, an int or a float, not '0'",
        ),
        (
            lambda: BoundingBox(left=0, top=math.inf, width=1, height=1),
            ValueError,
            "top must be a number, not inf",
        ),
        (
            lambda: BoundingBox(left=0, top=0, width=-1, height=1),
            ValueError,
            "width must be a number of at least 0, not -1",
        ),
        (
            lambda: BoundingBox.from_pixels(left=0, top=0, width=1, height=1, image_width=0, image_height=1),
            ValueError,
            "image_width must be a number of pixels of at least 1, not 0",
        ),
        (
            lambda: BoundingBox.from_pixels(left="0", top=0, width=1, height=1, image_width=1, image_height=1),
            TypeError,
            "left must be a number of pixels, an int or a float, not '0'",
        ),
    ],
)
def test_what_aws_would_not_send_is_refused(make: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        make()

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("steps", "error", "message"),
    [
        ((Succeeded,), TypeError, "Succeeded is a class, not a step: write Succeeded(...)"),
        (([ALIVE],), TypeError, "pass the steps as separate arguments: queue(*steps)"),
        (((ALIVE,),), TypeError, "pass the steps as separate arguments: queue(*steps)"),
        (
            ({"status": "SUCCEEDED"},),
            TypeError,
            (
                "a dictionary is not a step: for a response from AWS, write queue(Step.from_response(response)), not "
                "{'status': 'SUCCEEDED'}"
            ),
        ),
        (
            (InProgress(seconds=200), ALIVE),
            ValueError,
            (
                "SUCCEEDED comes after 200 seconds, but a session is EXPIRED 180 seconds after it was "
                "created: shorten the seconds of the steps before it"
            ),
        ),
        (
            ("SUCCEEDED",),
            TypeError,
            "expected a step (Created, InProgress, Succeeded, Failed, Expired, ApiError), got 'SUCCEEDED'",
        ),
        (
            (InProgress(), Created()),
            ValueError,
            "CREATED cannot follow IN_PROGRESS: a session never goes back",
        ),
        (
            (Expired(), ALIVE),
            ValueError,
            "SUCCEEDED cannot follow EXPIRED: a session never goes back" + TWO_SESSIONS,
        ),
        (
            (ALIVE, ApiError("InternalServerError"), Failed()),
            ValueError,
            "FAILED cannot follow SUCCEEDED: a finished session does not change, it can only expire" + TWO_SESSIONS,
        ),
        (
            (Expired(), Expired()),
            ValueError,
            "EXPIRED cannot follow EXPIRED: a finished session does not change, it can only expire" + TWO_SESSIONS,
        ),
        (
            (Created(), InProgress(polls=2)),
            ValueError,
            "IN_PROGRESS has polls=2 but is the last step: add the next step, or drop polls",
        ),
        (
            (Created(seconds=5),),
            ValueError,
            "CREATED has seconds=5 but is the last step: add the next step, or drop seconds",
        ),
    ],
)
def test_steps_that_no_session_could_go_through_are_refused(
    steps: tuple[Any, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        check_steps("queue", steps)

    assert str(caught.value) == message


def test_a_path_that_does_not_exist_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(FileNotFoundError) as error:
        Image("nowhere.jpg")

    assert str(error.value) == f"the image 'nowhere.jpg' does not exist: {STR} in {tmp_path}"
    with pytest.raises(FileNotFoundError) as error:
        Image("QUJD" * 1000)
    assert str(error.value) == f"the image '{'QUJD' * 24}QUJ... does not exist: {STR} in {tmp_path}"


def test_a_path_that_is_not_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="is not a file") as error:
        Image(tmp_path)

    assert str(error.value) == f"the image {str(tmp_path)!r} is not a file"


def test_a_path_of_a_picture_in_another_format_is_converted(tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    pillow().save(path)

    written = PIL.Image.open(BytesIO(Image(path).data))

    assert (written.format, written.size) == ("JPEG", (64, 48))


@pytest.mark.parametrize("without", ["a picture", "Pillow"])
def test_a_file_that_cannot_become_a_jpeg_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(b"no picture")
    if without == "Pillow":
        monkeypatch.setitem(sys.modules, "PIL.Image", None)

    with pytest.raises(ValueError, match="is not a JPEG") as error:
        Image(path)

    assert str(error.value) == (
        f"the image {str(path)!r} is not a JPEG, it begins with b'no pictu': AWS sends JPEG. "
        "Pass a JPEG, or another picture if Pillow is installed, which converts it."
    )


@pytest.mark.parametrize("data", [b"face", b"\x89PNG and so on", b"\0"])
def test_bytes_are_answered_as_they_are(data: bytes) -> None:
    assert Image(data).data == data


def test_feedback_can_be_written_as_aws_returns_it() -> None:
    item = {"Code": "FACE_NOT_VISIBLE", "Message": "Look here."}

    assert Succeeded(12, feedback=[item]).feedback == (("FACE_NOT_VISIBLE", "Look here."),)


def test_a_confidence_is_a_float() -> None:
    assert repr(Succeeded(100).confidence) == "100.0"


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_a_pillow_image_of_any_mode_is_written_as_jpeg(mode: str) -> None:
    written = PIL.Image.open(BytesIO(Image(pillow(mode=mode)).data))

    assert (written.format, written.size) == ("JPEG", (64, 48))


def test_a_pillow_image_that_is_too_large_is_named_with_its_size() -> None:
    noise = PIL.Image.effect_noise((1200, 900), 200)

    with pytest.raises(ValueError, match="AWS sends at most") as error:
        Image(noise)

    assert str(error.value).startswith("the Pillow image of 1200x900, written as JPEG, has ")


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_an_image_can_be_bytes_of_any_kind(kind: Callable[[bytes], Any]) -> None:
    assert Image(kind(JPEG)).data == JPEG


@pytest.mark.parametrize("kind", [str, Path])
def test_an_image_can_be_a_path(tmp_path: Path, kind: Callable[[Path], Any]) -> None:
    path = tmp_path / "face.jpg"
    path.write_bytes(JPEG)

    assert Image(kind(path)).data == JPEG


def test_an_image_of_an_image_keeps_its_box_unless_another_is_given() -> None:
    image = Image(JPEG, BOX)
    other = BoundingBox(left=0, top=0, width=1, height=1)

    assert Image(image) == image
    assert Image(image, other).bounding_box == other


def test_the_largest_image_is_allowed() -> None:
    data = JPEG + bytes(MAX_BYTES - len(JPEG))

    assert len(Image(data).data) == 204_800


def test_a_box_of_pixels_becomes_ratios() -> None:
    box = BoundingBox.from_pixels(left=160, top=120, width=320, height=240, image_width=640, image_height=480)

    assert box == BOX


def test_a_box_may_lie_partly_outside_of_the_image() -> None:
    box = BoundingBox(left=-0.1, top=1.2, width=1.5, height=0)

    assert (box.left, box.top) == (-0.1, 1.2)


@pytest.mark.parametrize("image", [PLACEHOLDER_REFERENCE_IMAGE, *PLACEHOLDER_AUDIT_IMAGES])
def test_a_placeholder_is_a_jpeg_of_640x480_whose_box_fits_the_face(image: Image) -> None:
    frame = PIL.Image.open(BytesIO(image.data)).convert("RGB")
    background = PIL.Image.new("RGB", frame.size, frame.getpixel((0, 0)))
    difference = PIL.ImageChops.difference(frame, background).convert("L").point(lambda value: 255 * (value > 24))
    left, top, right, bottom = difference.getbbox()
    drawn = BoundingBox.from_pixels(
        left=left, top=top, width=right - left, height=bottom - top, image_width=640, image_height=480
    )

    assert frame.size == (640, 480)
    for side in ("left", "top", "width", "height"):
        assert getattr(image.bounding_box, side) == pytest.approx(getattr(drawn, side), abs=0.01)


THIRD = "Image({}, BoundingBox(left=0.3333, top=0, width=1, height=1))"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Created(), "Created()"),
        (InProgress(polls=2), "InProgress(polls=2)"),
        (Created(seconds=1.5), "Created(seconds=1.5)"),
        (Succeeded(97.3), "Succeeded(confidence=97.3)"),
        (Succeeded(97.3, reference_image=None, audit_images=()), None),
        (Succeeded(0, sdk_type="web"), "Succeeded(confidence=0.0, sdk_type='web')"),
        (Failed(), "Failed()"),
        (Failed(99.5), "Failed(confidence=99.5)"),
        (Expired(), "Expired()"),
        (ApiError("ThrottlingException"), "ApiError(code='ThrottlingException')"),
        (
            Image(JPEG, BOX),
            "Image(<10 bytes>, BoundingBox(left=0.25, top=0.25, width=0.5, height=0.5))",
        ),
        (Image(JPEG), "Image(<10 bytes>)"),
        (Image(JPEG, BoundingBox(left=1 / 3, top=0, width=1, height=1)), THIRD.format("<10 bytes>")),
        (Image(photo()), "photo()"),
        (Image(photo("alice")), "photo('alice')"),
        (Image(photo("alice", "bob", likeness=85)), "photo('alice', 'bob', likeness=85)"),
        (
            Image(photo("alice"), BoundingBox(left=1 / 3, top=0, width=1, height=1)),
            THIRD.format("photo('alice')"),
        ),
    ],
)
def test_a_value_prints_as_it_was_written(value: object, printed: str | None) -> None:
    assert repr(value) == (printed or "Succeeded(confidence=97.3, reference_image=None, audit_images=())")


def test_values_are_frozen_equal_and_hashable() -> None:
    assert Succeeded(97.3) == Succeeded(confidence=97.3)
    assert len({Failed(), Failed(), Created(), InProgress()}) == 3
    with pytest.raises(AttributeError):
        Succeeded(97.3).confidence = 12  # type: ignore[misc]


def test_a_status_can_name_a_parametrized_test() -> None:
    steps = [Created(), InProgress(), Succeeded(97.3), Failed(), Expired(), ApiError("InternalServerError")]

    assert [step.status for step in steps] == ["CREATED", "IN_PROGRESS", "SUCCEEDED", "FAILED", "EXPIRED", None]
