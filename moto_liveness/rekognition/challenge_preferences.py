"""The challenges that a session may get.

https://docs.aws.amazon.com/rekognition/latest/APIReference/API_ChallengePreference.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import botocore

from moto_liveness.core.challenge import CHALLENGES, LIGHT, Challenge, numbers
from moto_liveness.rekognition import validation
from moto_liveness.rekognition.exceptions import invalid_parameter
from moto_liveness.rekognition.notices import tell
from moto_liveness.rekognition.request import PREFERENCES, Request

_TOO_OLD = (
    "botocore {version} does not know ChallengePreferences, so this server ignores those that clients send: install "
    "botocore 1.38.32 or later"
)

# Each type with its versions, the newest first. Sessions share them.
_KNOWN = {kind: tuple(Challenge(kind, version) for version in versions) for kind, versions in CHALLENGES.items()}

# The version of botocore, once the log has said that it is too old.
_TOLD: list[str] = []


def check_known(request: Request) -> None:
    """Say once in the log of a server that its botocore does not know the preferences that a client sends."""
    if not request.in_process and not _TOLD and PREFERENCES in validation.ignored(request.operation, request.sent):
        _TOLD.append(botocore.__version__)
        tell(_TOO_OLD.format(version=botocore.__version__), UserWarning, in_process=False)


def allowed(preferences: Sequence[Mapping[str, Any]] | None) -> tuple[Challenge, ...]:
    """Return the known challenges that the preferences allow, in their order, the newest version of each first.

    AWS documents the default, FaceMovementAndLightChallenge. To refuse preferences that allow no known version is our
    choice.
    """
    if not preferences:
        return _KNOWN[LIGHT]
    found = tuple(
        challenge
        for preference in preferences
        for challenge in _KNOWN[preference["Type"]]
        if _in_range(challenge.version, preference.get("Versions") or {})
    )
    if not found:
        known = "; ".join(f"{name} {', '.join(versions)}" for name, versions in CHALLENGES.items())
        raise invalid_parameter(f"Settings.ChallengePreferences allows no known challenge. Choose from: {known}.")
    return found


def _in_range(version: str, versions: Mapping[str, str]) -> bool:
    lowest, highest = versions.get("Minimum") or version, versions.get("Maximum") or version
    return numbers(lowest) <= numbers(version) <= numbers(highest)
