"""The messages about unused seeds and unknown sessions, and the call log, made from views of the state."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from moto_liveness.core import checks
from moto_liveness.core.calls import Call
from moto_liveness.core.clock import now
from moto_liveness.core.operations import CREATE, GET_RESULTS, OPERATIONS
from moto_liveness.core.progress import LIFETIME
from moto_liveness.core.scope import Scope
from moto_liveness.core.stream import summary
from moto_liveness.core.views import CollectionView, SessionView, StateView, StreamView

#: The title of the section in the report of a failed test.
SECTION = "Captured face liveness calls"

# People read these reports: a longer list is cut down to its first and last lines.
_LONGEST_LIST = 50

# The log has only the note of other calls.
_WITH_A_STATUS = {CREATE.name, GET_RESULTS.name}

# The exceptions of a client whose call never reaches the mock, and what to do about them.
_UNSENT = {
    "NoCredentialsError": (
        "NoCredentialsError: the client was made before the mock set dummy credentials. Set them for all tests: "
        "AWS_ACCESS_KEY_ID=testing and AWS_SECRET_ACCESS_KEY=testing."
    ),
    "NoRegionError": "NoRegionError: the client got no region. Set one for all tests: AWS_DEFAULT_REGION=us-east-1.",
    "EndpointConnectionError": (
        "EndpointConnectionError: the client has an endpoint_url, and no server answers there. Take the one of "
        "face_liveness_server, or none inside mock_aws."
    ),
}

# The statuses of an unfinished session.
_OPEN = ("CREATED", "IN_PROGRESS")

_FORKED = (
    "This process has forked children, which have copies of its seeds: seeds that they use stay unused here. Give them "
    "a server, with face_liveness_server."
)

_T = TypeVar("_T")


def unused_seeds(
    unused: Sequence[str],
    lost: Sequence[str],
    sessions: Sequence[SessionView],
    calls: Sequence[Call],
    *,
    forked: bool,
) -> str:
    """Return the message for unused and lost seeds, with the sessions that the code under test created.

    Args:
        forked: whether the process has forked children meanwhile.
    """
    # A later create with the same token has an answer.
    answers = {call.session_id: call.error for call in calls if call.operation == CREATE.name}
    places = [
        _located(one) + _without_seed(one) + _unanswered(answers[one.id]) for one in sessions if one.id in answers
    ]
    unused_part = [f"{_seeds(unused)} never used:", *_list(unused), ""] if unused else []
    lost_part = [f"{_seeds(lost)} lost before use:", *_list(lost), ""] if lost else []
    return "\n".join(
        [
            *unused_part,
            *lost_part,
            *(["Sessions that were created:", *_list(places)] if places else ["No session was created."]),
            *([_FORKED] if forked else []),
            "",
            'If this is on purpose, see "For one seed" and "For one test" in docs/unused-seeds.md of the repository.',
        ]
    )


def _seeds(seeds: Sequence[str]) -> str:
    return f"{checks.plural(len(seeds), 'seed')} {'was' if len(seeds) == 1 else 'were'}"


def _without_seed(session: SessionView) -> str:
    return ", without a seed" if session.seed_number is None and not session.seeded else ""


def _unanswered(error: str | None) -> str:
    return f", whose answer was lost: {error}" if error else ""


def left_behind(endpoint_url: str, seeds: Sequence[str]) -> str:
    """Return the message for a block that begins on a server with unused seeds that no open block queued."""
    advice = "Sessions of this block would take them. Queue seeds inside a block, or remove them first:"
    return "\n".join(
        [
            f"{endpoint_url} has {checks.plural(len(seeds), 'unused seed')} that no open block queued:",
            *_list(seeds),
            "",
            f"{advice} FaceLiveness(endpoint_url='{endpoint_url}').withdraw().",
        ]
    )


def unknown_session(session_id: object, sessions: Sequence[SessionView]) -> str:
    """Return the message for a session that does not exist, with the sessions that do."""
    known = ["Sessions that exist:", *_list(list(map(_located, sessions)))] if sessions else ["No session exists."]
    return "\n".join([f"there is no session {checks.short_repr(session_id)} here.", "", *known])


def not_one_collection(
    collection_id: str, here: Sequence[CollectionView], collections: Sequence[CollectionView]
) -> str:
    """Return the message for a collection that does not exist here, or exists in several places."""
    printed = checks.short_repr(collection_id)
    if here:
        where = Scope(here[0].region_name, here[0].account_id)
        what = f"collection {printed} exists in several places. Choose one of them, as in {where}people_in({printed})."
    else:
        what = f"there is no collection {printed} here."
    places = [f"{one.id} in {one.region_name}, account {one.account_id}" for one in here or collections]
    known = ["Collections that exist:", *_list(places)] if places else ["No collection exists."]
    return "\n".join([what, "", *known])


def call_log(state: StateView, lost: Sequence[str], scope: Scope, error: BaseException | None = None) -> str:
    """Return a line for each call in a scope, the unused and lost seeds, and streams that a client may hang on.

    Args:
        error: why the test failed; it may explain that there is no call.
    """
    calls = [call for call in state.calls if scope.covers(call.place)]
    lines = _shortened(calls, lambda call: _line(call, state)) or _no_call(error)
    forgotten = state.forgotten_calls
    earlier = [f"The server no longer has {checks.plural(forgotten, 'earlier call')}."] if forgotten else []
    streaming = [_carried(one, one.stream) for one in state.sessions if one.stream and one.stream.ended_at is None]
    lists = {
        "Seeds that were not used:": [seed.text for seed in state.unused_seeds if not seed.optional],
        "Seeds that were lost:": lost,
        "Streams that are still open:": streaming,
        "Sessions that still wait for a stream:": [_located(one) for one in state.sessions if one.waits_for_stream],
    }
    return "\n".join([*earlier, *lines, *(line for title, items in lists.items() for line in _titled(title, items))])


def with_causes(error: BaseException | None) -> Collection[BaseException]:
    """Return an error and those that pytest shows above it: the code under test may raise one of its own instead."""
    found: dict[int, BaseException] = {}
    while error is not None and id(error) not in found:
        found[id(error)] = error
        error = error.__cause__ or error.__context__
    return found.values()


def _no_call(error: BaseException | None) -> list[str]:
    hints = [_UNSENT[type(one).__name__] for one in with_causes(error) if type(one).__name__ in _UNSENT]
    return ["No face liveness call was answered.", *hints[:1]]


def about_a_server(state: StateView, endpoint_url: str, *, called: bool, in_server_mode: bool) -> Iterator[str]:
    """Yield what a test on a server may have missed.

    Args:
        called: whether the code under test called anything.
        in_server_mode: whether moto's TEST_SERVER_MODE sends clients to the server.
    """
    if in_server_mode and not called:
        yield (
            "TEST_SERVER_MODE does not redirect clients that were made before the mock started: set "
            "AWS_ENDPOINT_URL_REKOGNITION to the URL of the server."
        )
    elif not called:
        yield (
            f"Clients find this server by endpoint_url={endpoint_url!r}, or by AWS_ENDPOINT_URL_REKOGNITION in the "
            "environment: all others ask AWS."
        )
    far = [one for one in state.sessions if one.status in _OPEN and abs(now() - one.created_at) >= LIFETIME]
    if far:
        one = far[0]
        yield (
            f"session {one.id} is {one.status}, created at {one.created_at:%Y-%m-%d %H:%M:%S}, and the clock of this "
            f"process is at {now():%Y-%m-%d %H:%M:%S}: a clock that is moved here does not reach a server in another "
            "process."
        )


def _titled(title: str, items: Sequence[str]) -> list[str]:
    return ["", title, *_list(items)] if items else []


def _carried(session: SessionView, stream: StreamView) -> str:
    phase = "the video has not ended" if stream.recording else "the video has ended, and the session is IN_PROGRESS"
    return f"{_located(session)}: {summary(stream)}; {phase}"


def _located(session: SessionView) -> str:
    return f"{session.id} in {session.region_name}, account {session.account_id}"


def _line(call: Call, state: StateView) -> str:
    named = OPERATIONS[call.operation].names_session and call.session_id
    about = f", session {call.session_id}" if named else ""
    return f"{call.operation} in {call.region_name}{about} -> {_answer(call, state)}"


def _answer(call: Call, state: StateView) -> str:
    if call.error:
        note = f" ({call.note})" if call.note else ""
        # The text of an UnseededSession is a page long, and the end of the test shows it.
        message = f": {call.message.partition(chr(10))[0]}" if call.message else ""
        return f"{call.error}{message}{_elsewhere(call, state)}{note}"
    if call.operation not in _WITH_A_STATUS:
        return str(call.note)
    if call.status is None:
        return f"session {call.session_id} ({call.note})"
    confidence = "" if call.confidence is None else f" with a confidence of {call.confidence} percent"
    note = f", {call.note}" if call.note else ""
    return f"{call.status}{confidence}{note}"


def _elsewhere(call: Call, state: StateView) -> str:
    """Return where the session or the collection of a refused call is, if it is in another place than the call."""
    what, places = "session", [one.place for one in state.sessions if one.id == call.session_id]
    if call.error == "ResourceNotFoundException":
        every = [one for one in state.collections if one.id == call.collection_id]
        what, places = "collection", [Scope(one.region_name, one.account_id) for one in every]
    if not places or call.place in places:
        return ""
    account = f", account {places[0].account_id}" if places[0].account_id != call.account_id else ""
    return f" (that {what} is in {places[0].region_name}{account})"


def _list(items: Sequence[str]) -> list[str]:
    return _shortened(items, "  - {}".format)


def _shortened(items: Sequence[_T], line: Callable[[_T], str]) -> list[str]:
    if len(items) <= _LONGEST_LIST:
        return [line(item) for item in items]
    some = _LONGEST_LIST // 2
    left_out = f"  ... {len(items) - 2 * some} more ..."
    return [*map(line, items[:some]), left_out, *map(line, items[-some:])]
