"""Service: which challenge a session gets.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ChallengePreference.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto_liveness.core.challenge import CHALLENGES, Challenge
from moto_liveness.rekognition.exceptions import invalid_parameter

_DEFAULT = Challenge("FaceMovementAndLightChallenge", "2.0.0")


def choose(preferences: Sequence[Mapping[str, Any]] | None) -> Challenge:
    """Return the first preference that a known version satisfies, in its newest such version.

    Without preferences it is the FaceMovementAndLightChallenge (documented). The rest is our choice; where no
    preference can be met, the request has an invalid parameter.
    """
    if not preferences:
        return _DEFAULT
    for preference in preferences:
        versions = preference.get("Versions") or {}
        for version in CHALLENGES[preference["Type"]]:
            if (
                _number(versions.get("Minimum") or version)
                <= _number(version)
                <= _number(versions.get("Maximum") or version)
            ):
                return Challenge(preference["Type"], version)
    known = "; ".join(f"{name} {', '.join(versions)}" for name, versions in CHALLENGES.items())
    raise invalid_parameter(f"no version of a challenge lies in Settings.ChallengePreferences. There is: {known}.")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
