"""Test wing: the sentences for unused seeds and for the call log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from moto_liveness import checks, errors
from moto_liveness.script import Call, Seed
from moto_liveness.session import Session

#: The title of the section in the report of a test that failed by itself.
SECTION = "Captured face liveness calls"

# A report is read by a person: past this many lines a list only says how many more there are.
_LONGEST_LIST = 50


def unused_seeds(seeds: Sequence[Seed], sessions: Sequence[Session]) -> str:
    """Return what to say about seeds that nothing used, next to the sessions that were created."""
    return "\n".join(
        [
            f"{checks.plural(len(seeds), 'seed')} {'was' if len(seeds) == 1 else 'were'} never used:",
            *_list(map(str, seeds)),
            "",
            *_created(sessions),
            "",
            'If this is on purpose, pass optional=True: see "Unused seeds" in the README.',
        ]
    )


def unknown_session(session_id: object, sessions: Sequence[Session]) -> str:
    """Return what to say about a session that does not exist, next to those that do."""
    return "\n".join([f"there is no session {session_id!r}.", "", *_created(sessions)])


def call_log(calls: Sequence[Call], sessions: Sequence[Session]) -> str:
    """Return a line for each call, with its region, its session and its answer."""
    if not calls:
        return "The code under test made no face liveness call."
    regions = {session.id: session.region_name for session in sessions}
    return "\n".join(_shortened([_line(call, regions) for call in calls]))


def _line(call: Call, regions: dict[str, str]) -> str:
    about = f", session {call.session_id}" if call.operation == errors.GET and call.session_id else ""
    return f"{call.operation} in {call.region_name}{about} -> {_answer(call, regions)}"


def _answer(call: Call, regions: dict[str, str]) -> str:
    if call.error:
        elsewhere = regions.get(call.session_id or "", call.region_name)
        hint = f" (that session is in {elsewhere})" if elsewhere != call.region_name else ""
        return f"{call.error}: {call.message}{hint}"
    if call.status is None:
        return f"session {call.session_id}"
    confidence = "" if call.confidence is None else f" with a confidence of {call.confidence} percent"
    return f"{call.status}{confidence}"


def _created(sessions: Sequence[Session]) -> list[str]:
    if not sessions:
        return ["No session was created."]
    places = (f"{session.id} in {session.region_name}, account {session.account_id}" for session in sessions)
    return ["Sessions that were created:", *_list(places)]


def _list(items: Iterable[str]) -> list[str]:
    return _shortened([f"  - {item}" for item in items])


def _shortened(lines: list[str]) -> list[str]:
    more = len(lines) - _LONGEST_LIST
    return lines if more <= 0 else [*lines[:_LONGEST_LIST], f"  ... and {more} more"]
