"""Scenarios: the outcomes that an application must survive, as named values.

They follow AWS's recommendations about thresholds, errors and expired sessions:
https://docs.aws.amazon.com/rekognition/latest/dg/recommendations-liveness.html
"""

from __future__ import annotations

from dataclasses import dataclass, field

from moto_liveness.core import checks
from moto_liveness.core.codecs import TEXT, Codec, as_json, reference, several
from moto_liveness.core.frozen import set_fields
from moto_liveness.core.images import (
    MAX_AUDIT_IMAGES,
    PLACEHOLDER_AUDIT_IMAGES,
    PLACEHOLDER_REFERENCE_IMAGE,
    Image,
    ImageSource,
)
from moto_liveness.core.lines import untold
from moto_liveness.core.operations import GET_RESULTS, NETWORK_FAILURES
from moto_liveness.core.people import LONGEST_NAME, photo
from moto_liveness.core.progress import check_steps
from moto_liveness.core.read_only import Suggesting
from moto_liveness.core.steps import STEP, ApiError, Created, Expired, Failed, InProgress, Step, Succeeded

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

_HIGH, _LOW = 99.8, 3.1


@dataclass(frozen=True, repr=False)
class Scenario(Suggesting):
    """Something that happens to a person and to AWS, for queue(). pytest takes its name as the id of a parameter.

    Args:
        name: an identifier, such as "spoof".
        description: a sentence that says what happened in the world.
        advice: what an application should do.
        steps: the steps of its session.
        errors: codes that every poll gets instead, such as "ThrottlingException": outages.
        exceptions: how the network fails for every poll, "ConnectionClosedError" or "ReadTimeoutError".

    Raises:
        TypeError, ValueError: for steps that no session could go through, and for errors that AWS does not have.
    """

    name: str = field(metadata=as_json(TEXT))
    description: str = field(metadata=as_json(TEXT))
    advice: str = field(metadata=as_json(TEXT))
    steps: tuple[Step, ...] = field(metadata=as_json(several(STEP, minItems=1)))
    errors: tuple[str, ...] = field(default=(), metadata=as_json(several(Codec(reference("ErrorCode")))))
    exceptions: tuple[str, ...] = field(default=(), metadata=as_json(several(Codec({"enum": list(NETWORK_FAILURES)}))))

    def __post_init__(self) -> None:
        for member in ("name", "description", "advice"):
            checks.text(member, getattr(self, member), 1)
        if not self.name.isidentifier():
            raise ValueError(f"name must be an identifier, such as 'too_dark', not {checks.short_repr(self.name)}")
        for member in ("steps", "errors", "exceptions"):
            set_fields(self, **{member: _as_tuple(member, getattr(self, member))})
        for step in self.steps:
            if isinstance(step, (list, tuple, Scenario)):
                raise TypeError(f"steps must contain steps only, not {checks.short_repr(step)}")
        if not self.steps:
            raise ValueError("steps must have at least one step, as in steps=(Succeeded(confidence=97.3),)")
        check_steps("Scenario", self.steps)
        for code in self.errors:
            GET_RESULTS.check_code(code)
        for exception in self.exceptions:
            checks.choice("exception", exception, NETWORK_FAILURES)

    @property
    def __name__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        # pytest prints it above a failed test, whose reader wants to know what the application should have done.
        return f"<Scenario {self.name}: {self.description} {self.advice}>"

    def __str__(self) -> str:
        return f"<Scenario {self.name}>"


def accepted(threshold: float = 90, person: str | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios after which an application should accept the person.

    Args:
        threshold: the confidence that the application asks for, in percent, 1 to 100.
        person: whose face the pictures show, see photo(); a drawing of nobody if left out.

    Raises:
        TypeError, ValueError: for any other threshold, and for a person who is not a non-empty text.
    """
    threshold = _as_threshold(threshold)
    person = _as_person(person)
    high = max(threshold, _HIGH)
    live = _live(high, person)
    return (
        Scenario(
            "at_the_threshold",
            f"A live person passed the check with a confidence of exactly {threshold:g} percent.",
            "Accept the person: the threshold itself is enough.",
            (_live(threshold, person),),
        ),
        Scenario(
            "far_above",
            f"A live person passed the check with a confidence of {high:g} percent.",
            "Accept the person.",
            (live,),
        ),
        Scenario(
            "after_waiting",
            "A live person passed the check, but the first three polls came too early.",
            "Keep polling, then accept the person.",
            (Created(), InProgress(polls=2), live),
        ),
        Scenario(
            "with_audit_images",
            f"A live person passed the check, and AWS has {MAX_AUDIT_IMAGES} audit images for those who ask for them.",
            "Accept the person.",
            (Succeeded(high, reference_image=_picture(person), audit_images=_audit_images(person)),),
        ),
    )


def turned_away(threshold: float = 90, person: str | None = None) -> tuple[Scenario, ...]:
    """Return the scenarios after which an application must not accept the person.

    Args:
        threshold: the confidence that the application asks for, in percent, 1 to 100.
        person: who should sit in front of the camera, see photo(). The pictures then show that person, and in one more
            scenario, somebody_else, another one. A drawing of nobody if left out.

    Raises:
        TypeError, ValueError: for any other threshold, and for a person who is not a non-empty text.
    """
    threshold = _as_threshold(threshold)
    person = _as_person(person)
    live = _live(max(threshold, _HIGH), person)
    others = () if person is None else (_somebody_else(person, live.confidence),)
    return (*_low(threshold, person), *_incomplete(live), *_gone(), *_outages(live), *others)


def scenario_named(name: object, threshold: float = 90, person: str | None = None) -> Scenario:
    """Return the scenario with this name. Raise ValueError if there is none."""
    known = {found.name: found for found in (*accepted(threshold, person), *turned_away(threshold, person))}
    if name == "somebody_else" and person is None:
        raise ValueError("scenario 'somebody_else' needs a person: the one whom the application expects")
    return known[checks.choice("scenario", name, known)]


def _low(threshold: float, person: str | None) -> tuple[Scenario, ...]:
    # A photo in front of the camera is far below any threshold.
    low, almost = min(_LOW, round(threshold / 10, 2)), round(threshold - 0.01, 2)
    return (
        Scenario(
            "spoof",
            f"Somebody held a photo in front of the camera: SUCCEEDED with a confidence of {low:g} percent.",
            "Turn the person away: SUCCEEDED says that the analysis is complete, not that the person is live.",
            (_live(low, person),),
        ),
        Scenario(
            "just_below",
            f"The check has a confidence of {almost:g} percent, just below the threshold.",
            "Turn the person away, and do not round the confidence.",
            (_live(almost, person),),
        ),
    )


def _incomplete(live: Succeeded) -> tuple[Scenario, ...]:
    return (
        Scenario(
            "failed",
            "The check could not be completed.",
            "Offer another check, with a new session.",
            (Failed(),),
        ),
        Scenario(
            "failed_with_a_high_confidence",
            f"The check could not be completed, yet the answer has a confidence of {live.confidence:g} percent.",
            "Turn the person away: look at the status before the confidence.",
            (Failed(live.confidence, reference_image=live.reference_image),),
        ),
        Scenario(
            "no_reference_image",
            "A live person passed the check, but AWS returned no reference image.",
            "Offer another check: nothing shows who was in front of the camera.",
            (Succeeded(live.confidence, reference_image=None, audit_images=None),),
        ),
    )


def _gone() -> tuple[Scenario, ...]:
    return (
        Scenario(
            "expired",
            "The person left the page, and the session expired while the application waited.",
            "Stop polling, and offer another check, with a new session.",
            (Created(), InProgress(), Expired()),
        ),
        Scenario(
            "session_not_found",
            "AWS does not know the session id: it was made up, or belongs to another region.",
            "Turn the person away.",
            (ApiError("SessionNotFoundException"),),
        ),
    )


def _outages(live: Succeeded) -> tuple[Scenario, ...]:
    return (
        Scenario(
            "throttled",
            "A live person passed the check, but AWS throttled every poll until the client gave up.",
            "Accept nobody, and ask the person to come back later.",
            (live,),
            errors=("ThrottlingException",),
        ),
        Scenario(
            "access_denied",
            "A live person passed the check, but the application has no permission to get the results.",
            "Accept nobody, and alert those who run the application.",
            (live,),
            errors=("AccessDeniedException",),
        ),
        Scenario(
            "network_down",
            "A live person passed the check, but every connection to AWS broke.",
            "Accept nobody, and ask the person to come back later.",
            (live,),
            exceptions=("ConnectionClosedError",),
        ),
    )


def _somebody_else(person: str, confidence: float) -> Scenario:
    other = "mallory" if person != "mallory" else "trudy"
    return Scenario(
        "somebody_else",
        f"A live person passed the check, but it was {other}, not {person}.",
        f"Turn the person away: compare the reference image with a picture of {person}.",
        (_live(confidence, other),),
    )


def _as_tuple(name: str, value: object) -> tuple[object, ...]:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{name} must be a tuple, even of one, not {checks.short_repr(value)}")
    return tuple(value)


def _as_person(person: object) -> str | None:
    return None if person is None else checks.text("person", person, 1, LONGEST_NAME)


def _as_threshold(threshold: object) -> float:
    return float(checks.number("threshold", threshold, unit="a percentage between 1 and 100", low=1, high=100))


def _live(confidence: float, person: str | None) -> Succeeded:
    """Return the usual result: audit images come only to those who ask for them."""
    with untold():  # below a threshold of a few percent
        return Succeeded(confidence, reference_image=_picture(person), audit_images=None)


def _picture(person: str | None) -> ImageSource:
    return PLACEHOLDER_REFERENCE_IMAGE if person is None else photo(person)


def _audit_images(person: str | None) -> tuple[Image, ...]:
    return PLACEHOLDER_AUDIT_IMAGES if person is None else (Image(photo(person)),) * MAX_AUDIT_IMAGES
