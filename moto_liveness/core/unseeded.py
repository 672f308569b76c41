"""The error for a poll of a session that no test said anything about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from moto_liveness.core.script import LostSeed
from moto_liveness.core.seeds import SeedRecord
from moto_liveness.core.session import ScriptedSession
from moto_liveness.core.views import FATES

__tracebackhide__ = True  # pytest shows the line of the code under test, not the line here that raises

_T = TypeVar("_T")

_MOST_SEEDS = 20
_ADVICE = (
    "Queue the outcome before the code under test creates the session, or say set_default(Created()) if it should stay "
    "pending."
)
_ADVICE_AFTER_A_RESET = "Queue the outcome after the reset, and before the code under test creates the session."


class UnseededSessionError(AssertionError):
    """The code under test polled a session that no seed, default or set_outcome was given for.

    It passes through boto3 as it is. The message names the seeds that did not reach the session, and why.
    """


def unseeded(session: ScriptedSession, waiting: Sequence[SeedRecord], lost: Sequence[LostSeed]) -> str:
    """Return the message for a poll of an unseeded session, with the queued and lost seeds, which did not reach it."""
    where = f"{session.region_name}, account {session.account_id}"
    what = f"session {session.id} was polled, but nothing was queued for it when it was created in {where}."
    missed = [one for one in lost if one.scope.covers(session.place) and one.number < session.number]
    if missed:
        what = f"session {session.id} was polled, but its seed was lost before it was created in {where}."
    losses = _list(missed, lambda one: f"{one.text}, {_how_lost(one)}")
    reasons = _list(waiting, lambda seed: f"{seed.text}, {_why_not(session, seed)}")
    return "\n".join([what, *losses, *reasons, "", _ADVICE_AFTER_A_RESET if missed else _ADVICE])


def _list(items: Sequence[_T], told: Callable[[_T], str]) -> list[str]:
    more = [f"  - and {len(items) - _MOST_SEEDS:,} more"] if len(items) > _MOST_SEEDS else []
    return [*(f"  - {told(item)}" for item in items[:_MOST_SEEDS]), *more]


def _how_lost(lost: LostSeed) -> str:
    return f"was lost at {lost.at:%H:%M:%S} UTC: {FATES['reset']}"


def _why_not(session: ScriptedSession, seed: SeedRecord) -> str:
    if seed.region_name not in (None, session.region_name):
        return "serves another region"
    if seed.account_id not in (None, session.account_id):
        return "serves another account"
    return "came after the session was created" if seed.number > session.number else "waits for the next session"
