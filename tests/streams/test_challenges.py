"""Which challenge a stream gets: the first that the request allows and that the client offers."""

from __future__ import annotations

from typing import Any

import pytest

from moto_liveness import Challenge, FaceLiveness, InProgress, Succeeded
from tests.aws import ALIVE, create, get, needs_challenges
from tests.streaming import LIGHT, MOVEMENT, VERSIONS, answers, conversation, stream
from tests.streams.shared import DONE, refused


def preference(kind: str, lowest: str | None = None, highest: str | None = None) -> dict[str, Any]:
    versions = {name: version for name, version in (("Minimum", lowest), ("Maximum", highest)) if version}
    return {"Type": kind, **({"Versions": versions} if versions else {})}


@needs_challenges
@pytest.mark.parametrize(
    ("preferences", "offered", "agreed"),
    [
        ([preference(LIGHT), preference(MOVEMENT)], VERSIONS, f"{LIGHT}_2.0.0"),
        ([preference(MOVEMENT), preference(LIGHT)], VERSIONS, f"{MOVEMENT}_1.0.0"),
        ([preference(LIGHT), preference(MOVEMENT)], f"{LIGHT}_1.0.0,{MOVEMENT}_1.0.0", f"{LIGHT}_1.0.0"),
        ([preference(LIGHT, "2.0.0"), preference(MOVEMENT)], f"{LIGHT}_1.0.0,{MOVEMENT}_1.0.0", f"{MOVEMENT}_1.0.0"),
        ([preference(LIGHT), preference(MOVEMENT)], f"{MOVEMENT}_1.0.0", f"{MOVEMENT}_1.0.0"),
        ([preference(LIGHT, None, "1.0.0")], f"{LIGHT}_1.0.0,{LIGHT}_2.0.0", f"{LIGHT}_1.0.0"),
        ([preference(LIGHT, "3.0.0"), preference(LIGHT, "1.0.0", "1.5.0")], f"{LIGHT}_1.0.0", f"{LIGHT}_1.0.0"),
    ],
)
def test_a_stream_gets_the_first_challenge_that_the_request_allows_and_the_client_offers(
    face_liveness: FaceLiveness, preferences: list[dict[str, Any]], offered: str, agreed: str
) -> None:
    face_liveness.queue(ALIVE)
    session_id = create(Settings={"ChallengePreferences": preferences})
    opening = answers(b"".join(conversation(session_id, ChallengeVersions=offered).opening().messages))

    kind, _, version = agreed.partition("_")
    assert list(opening[-1].payload["SessionInformation"]["Challenge"]) == [kind]
    assert get(session_id)["Challenge"] == {"Type": kind, "Version": version}


@needs_challenges
@pytest.mark.parametrize(
    ("preferences", "offered", "allowed"),
    [
        ([preference(LIGHT, "2.0.0")], f"{LIGHT}_1.0.0", f"{LIGHT}_2.0.0"),
        ([preference(LIGHT, None, "1.9.9")], f"{LIGHT}_2.0.0", f"{LIGHT}_1.0.0"),
        ([preference(MOVEMENT)], f"{LIGHT}_2.0.0,{LIGHT}_1.0.0", f"{MOVEMENT}_1.0.0"),
        (
            [preference(MOVEMENT), preference(LIGHT, "2.0.0")],
            f"{LIGHT}_1.0.0",
            f"{MOVEMENT}_1.0.0, {LIGHT}_2.0.0",
        ),
    ],
)
def test_no_stream_gets_a_challenge_outside_the_ranges_of_the_request(
    face_liveness: FaceLiveness, preferences: list[dict[str, Any]], offered: str, allowed: str
) -> None:
    face_liveness.queue(ALIVE)
    session_id = create(Settings={"ChallengePreferences": preferences})

    assert refused(session_id, ChallengeVersions=offered) == (
        "ValidationException",
        f"challengeVersions has {offered}, but the session allows only {allowed}",
    )
    assert face_liveness.session(session_id).stream is None


def test_choice_without_preferences_every_version_of_the_light_challenge_will_do(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ALIVE)
    session_id = create()

    assert refused(session_id, ChallengeVersions=f"{MOVEMENT}_1.0.0") == (
        "ValidationException",
        f"challengeVersions has {MOVEMENT}_1.0.0, but the session allows only {LIGHT}_2.0.0, {LIGHT}_1.0.0",
    )
    assert stream(session_id) == DONE


@needs_challenges
def test_choice_before_a_stream_the_challenge_is_what_the_newest_client_gets(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(InProgress(polls=2), ALIVE)
    session_id = create(Settings={"ChallengePreferences": [preference(LIGHT), preference(MOVEMENT)]})
    before = get(session_id)["Challenge"]
    conversation(session_id, ChallengeVersions=f"{MOVEMENT}_1.0.0")

    assert before == {"Type": LIGHT, "Version": "2.0.0"}
    assert get(session_id)["Challenge"] == {"Type": MOVEMENT, "Version": "1.0.0"}


def test_the_challenge_of_a_step_is_the_only_one(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(97.3, challenge=Challenge(LIGHT, "2.0.0")))
    face_liveness.queue(Succeeded(97.3, challenge=Challenge(LIGHT, "1.0.0")))

    for other, only in (("1.0.0", "2.0.0"), ("2.0.0", "1.0.0")):
        assert refused(create(), ChallengeVersions=f"{LIGHT}_{other}") == (
            "ValidationException",
            f"challengeVersions has {LIGHT}_{other}, but the session allows only {LIGHT}_{only}",
        )
