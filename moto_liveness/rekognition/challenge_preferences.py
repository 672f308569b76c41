"""The challenge that a session gets.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ChallengePreference.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from moto_liveness.core.challenge import CHALLENGES, Challenge, numbers
from moto_liveness.rekognition.exceptions import invalid_parameter

_DEFAULT = Challenge("FaceMovementAndLightChallenge", "2.0.0")


def choose(preferences: Sequence[Mapping[str, Any]] | None) -> Challenge:
    """Return the newest known version of the first preference that allows one.

    AWS documents the default, FaceMovementAndLightChallenge. The rest is our choice, including that preferences which
    allow no known version are an invalid parameter.
    """
    if not preferences:
        return _DEFAULT
    for preference in preferences:
        versions = preference.get("Versions") or {}
        for version in CHALLENGES[preference["Type"]]:
            lowest, highest = versions.get("Minimum") or version, versions.get("Maximum") or version
            if numbers(lowest) <= numbers(version) <= numbers(highest):
                return Challenge(preference["Type"], version)
    known = "; ".join(f"{name} {', '.join(versions)}" for name, versions in CHALLENGES.items())
    raise invalid_parameter(f"Settings.ChallengePreferences allows no known challenge. Choose from: {known}.")
