"""The error for a poll of a session whose outcome no test has set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from moto_liveness.core.calls import Call
from moto_liveness.core.script import LostSeed
from moto_liveness.core.seeds import SeedRecord
from moto_liveness.core.session import ScriptedSession
from moto_liveness.core.views import FATES

__tracebackhide__ = True  # pytest shows the line of the code under test, not the line here that raises

_T = TypeVar("_T")

_MOST_SEEDS = 20
_ADVICE = (
    "Queue the outcome before the code under test creates the session, or call set_default(Created()) if it should "
    "stay pending."
)
_ADVICE_AFTER_A_LOST_ANSWER = (
    "A create with the same ClientRequestToken finds that session; otherwise queue an outcome for each create."
)
_ADVICE_AFTER_A_RESET = "Queue the outcome after the reset, and before the code under test creates the session."


class UnseededSessionError(AssertionError):
    """The code under test polled a session that no seed, default or set_outcome was given for.

    It passes through boto3 unchanged. The message names the seeds that did not reach the session, and why.
    """


def unseeded(
    session: ScriptedSession, waiting: Sequence[SeedRecord], lost: Sequence[LostSeed], unanswered: Sequence[Call]
) -> str:
    """Return the message for a poll of an unseeded session, with the seeds that did not reach it.

    Args:
        unanswered: the creates that took a seed, and whose answers were lost.
    """
    where = f"{session.region_name}, account {session.account_id}"
    what = f"session {session.id} was polled, but nothing was queued for it when it was created in {where}."
    vain = [call for call in unanswered if call.place == session.place and call.number < session.number]
    missed = [one for one in lost if one.scope.covers(session.place) and one.number < session.number]
    if missed:
        what = f"session {session.id} was polled, but its seed was lost before it was created in {where}."
    elif vain:
        what = (
            f"session {session.id} was polled, but an earlier create in {where} took its seed, and the answer was lost."
        )
    losses = _list(missed, lambda one: f"{one.text}, {_how_lost(one)}")
    losses += _list(vain, lambda call: f"{call.note}: {call.error}")
    reasons = _list(waiting, lambda seed: f"{seed.text}, {_why_not(session, seed)}")
    advice = _ADVICE_AFTER_A_RESET if missed else _ADVICE_AFTER_A_LOST_ANSWER if vain else _ADVICE
    return "\n".join([what, *losses, *reasons, "", advice])


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
