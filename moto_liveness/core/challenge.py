"""The challenge that a person is given."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from moto_liveness.core import checks
from moto_liveness.core.codecs import Codec, as_json, encode, reference, whole

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

LIGHT = "FaceMovementAndLightChallenge"
#: Each type of challenge with its versions in use, the newest first.
CHALLENGES = {
    LIGHT: ("2.0.0", "1.0.0"),
    "FaceMovementChallenge": ("1.0.0",),
}

_VERSION = re.compile(r"(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})")


@dataclass(frozen=True)
class Challenge:
    """The challenge that the person was given, as GetFaceLivenessSessionResults reports it.

    https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Challenge.html

    Args:
        type: "FaceMovementAndLightChallenge" or "FaceMovementChallenge".
        version: three numbers, as in "2.0.0".

    Raises:
        ValueError: for a type that AWS does not have and for a version in another form.
    """

    type: str = field(metadata=as_json(Codec({"enum": list(CHALLENGES)})))
    version: str = field(metadata=as_json(Codec({"type": "string", "examples": ["2.0.0"]})))

    def __post_init__(self) -> None:
        checks.choice("challenge type", self.type, CHALLENGES)
        if not isinstance(self.version, str) or not _VERSION.fullmatch(self.version):
            raise ValueError(f"a challenge version must have the form '2.0.0', not {checks.short_repr(self.version)}")


CHALLENGE = Codec(
    reference("Challenge"),
    lambda challenge: encode(Challenge, challenge),
    lambda _, value: whole(Challenge, "challenge", value),
)


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as numbers, for comparisons."""
    return tuple(int(number) for number in version.split("."))


def as_challenge(challenge: object) -> Challenge | None:
    """Return a challenge, or None for none."""
    if challenge is None or isinstance(challenge, Challenge):
        return challenge
    example = "Challenge('FaceMovementChallenge', '1.0.0')"
    raise TypeError(f"challenge must be a Challenge, as in {example}, not {checks.short_repr(challenge)}")
