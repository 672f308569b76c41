"""The error for a poll of a session that no test said anything about."""

from __future__ import annotations

from collections.abc import Sequence

from moto_liveness.core.seeds import SeedRecord
from moto_liveness.core.session import ScriptedSession

__tracebackhide__ = True  # pytest shows the line of the code under test, not the line here that raises


_MOST_SEEDS = 20
_ADVICE = (
    "Queue the outcome before the code under test creates the session, or say set_default(Created()) if it should stay "
    "pending."
)


class UnseededSessionError(AssertionError):
    """The code under test polled a session that no seed, default or set_outcome was given for.

    It passes through boto3 as it is. The message names the seeds that did not reach the session, and why.
    """


def unseeded(session: ScriptedSession, waiting: Sequence[SeedRecord]) -> str:
    """Return the message for a poll of an unseeded session, with the queued seeds, which did not reach it."""
    reasons = [f"  - {seed.text}, {_why_not(session, seed)}" for seed in waiting[:_MOST_SEEDS]]
    if len(waiting) > _MOST_SEEDS:
        reasons.append(f"  - and {len(waiting) - _MOST_SEEDS:,} more")
    where = f"{session.region_name}, account {session.account_id}"
    what = f"session {session.id} was polled, but nothing was queued for it when it was created in {where}."
    return "\n".join([what, *reasons, "", _ADVICE])


def _why_not(session: ScriptedSession, seed: SeedRecord) -> str:
    if seed.region_name not in (None, session.region_name):
        return "serves another region"
    if seed.account_id not in (None, session.account_id):
        return "serves another account"
    return "came after the session was created" if seed.number > session.number else "waits for the next session"
