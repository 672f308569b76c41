"""Seeds: what a test queues for later, and what the script keeps of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias, cast

from moto_liveness.core import checks
from moto_liveness.core.codecs import FLAG, TEXT, UUID, Codec, as_json, described, encode, nullable, reference
from moto_liveness.core.operations import (
    CLOSINGS,
    GET_RESULTS,
    LOST,
    NETWORK_FAILURES,
    OPERATION,
    PHASES,
    START_STREAM,
    Operation,
)
from moto_liveness.core.progress import LIFETIME, check_steps
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.steps import ERROR_CODE, MESSAGE, SESSION_STEPS, Created, Step

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


def check_network_failure(name: object) -> str:
    """Return the name of an exception that a server can cause."""
    if not isinstance(name, str) or name not in NETWORK_FAILURES:
        raise ValueError(
            f"exception {checks.short_repr(name)} cannot happen on a connection that a server has accepted. "
            f"Choose from: {', '.join(NETWORK_FAILURES)}."
        )
    return name


def _check_delay(name: str, seconds: object) -> float:
    life = LIFETIME.seconds
    unit = f"a number above 0, at most {life}, the life of a session"
    return checks.number(name, seconds, unit=unit, low=1e-6, high=life)


_OPTIONAL = described(FLAG, default=False)
# A code is a header of a stream's message, and of an answer to a stream that is refused.
_CODE = re.compile("[!-~]{1,256}")
_QUEUED_AT = nullable(Codec(TEXT.schema), "The line of a test that queued it")
_SCENARIO = nullable(Codec({"type": "string", "minLength": 1}), "The scenario that it is a part of")
_TIMES = Codec(
    {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null", "description": "An outage"}], "default": 1}
)
_WHEN = Codec({"enum": list(PHASES), "default": "start", "description": "The phase of a stream"})
_DELAY = Codec(
    {"type": "number", "minimum": 1e-6, "maximum": LIFETIME.seconds, "description": "Seconds"}, decode=_check_delay
)
_STREAM = Codec({"const": START_STREAM.name, "default": START_STREAM.name}, OPERATION.encode, OPERATION.decode)
_EXCEPTION = Codec({"enum": list(NETWORK_FAILURES)}, lambda one: check_network_failure(type(one).__name__))
_WHEN_LOST = Codec({"enum": ["start", "end"], "default": "start", "description": "Before or after AWS carries it out"})
# What people read instead of "connect", "start" and "end".
_ERROR_IN = {"start": "instead of the stream", "end": "at the end of the stream"}
_LOST_IN = {"connect": "no answer at all", "start": "a cut after the 101", "end": "a cut at the end of the stream"}
_LATE_IN = {"connect": "the 101", "start": "the first events", "end": "the DisconnectionEvent"}
_FAILURE_IN = {"start": "AWS never gets the call", "end": "AWS carries the call out"}
_HTTP_STATUS = nullable(Codec({"type": "integer", "minimum": 400, "maximum": 599}))


@dataclass(frozen=True, kw_only=True)
class _Seed:
    """What a test queues."""

    #: Whether the seed may go unused.
    optional: bool = field(default=False, metadata=as_json(_OPTIONAL))
    #: Where the seed applies.
    scope: Scope = ANYWHERE
    #: The line that queued it, as in "tests/test_signup.py:12"; None if it came over HTTP without one.
    queued_at: str | None = field(default=None, metadata=as_json(_QUEUED_AT))
    #: The name of the scenario that it is a part of; None if it was queued by itself.
    scenario: str | None = field(default=None, metadata=as_json(_SCENARIO))

    def __post_init__(self) -> None:
        checks.flag("optional", self.optional)
        if self.scenario is not None:
            checks.text("scenario", self.scenario, 1, 100)
        if self.queued_at is not None:
            checks.text("queued_at", self.queued_at, 0, checks.LONGEST_TEXT)


def _in_words(step: Step) -> str:
    given = {name: getattr(step, name, None) for name in ("confidence", "polls", "seconds", "until")}
    parts = {
        "confidence": f"{given['confidence']}".removesuffix(".0") + " %",
        "polls": f"for {given['polls']} polls",
        "seconds": f"for {given['seconds']} seconds",
        "until": "until the stream",
    }
    known = (part for name, part in parts.items() if given[name] is not None)
    return " ".join([str(step.status or getattr(step, "code", "")), *known])


@dataclass(frozen=True, kw_only=True)
class SessionSeed(_Seed):
    """The steps of one session that is still to be created."""

    steps: tuple[Step, ...] = field(metadata=as_json(SESSION_STEPS))
    #: The id that the session is to have; a new one if None.
    requested_id: str | None = field(default=None, metadata=as_json(nullable(UUID), key="session_id"))

    def __post_init__(self) -> None:
        super().__post_init__()
        check_steps("queue", self.steps)
        if self.requested_id is not None:
            checks.session_id(self.requested_id)

    @property
    def outcome(self) -> str:
        """What happens in the session, for people who do not read Python."""
        return self.scenario.replace("_", " ") if self.scenario else ", then ".join(map(_in_words, self.steps))

    @property
    def call(self) -> str:
        """The call that queues the seed."""
        requested = f", session_id={self.requested_id!r}" if self.requested_id else ""
        steps = f"<Scenario {self.scenario}>" if self.scenario else ", ".join(map(repr, self.steps))
        return f"{self.scope}queue({steps}{requested})"


@dataclass(frozen=True, kw_only=True)
class CallSeed(_Seed):
    """An answer for calls that are still to be made; times=None is an outage."""

    operation: Operation = field(default=GET_RESULTS, metadata=as_json(described(OPERATION, default=GET_RESULTS.name)))
    times: int | None = field(default=1, metadata=as_json(_TIMES))
    session_id: str | None = field(default=None, metadata=as_json(nullable(UUID)))
    #: When in the call.
    when: str = "start"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.times is not None:
            checks.count("times", self.times)
        if self.session_id is not None:
            checks.session_id(self.session_id)
            if not self.operation.names_session:
                raise ValueError(f"{self.operation.name} names no session: leave session_id out")

    @property
    def error(self) -> str:
        """The code of AWS's error, or the name of the exception."""
        raise NotImplementedError

    @property
    def outcome(self) -> str:
        """What happens to the calls, for people who do not read Python."""
        calls = "all calls" if self.times is None else checks.plural(self.times, "call")
        phase = f" ({self._phases[self.when]})" if self._phases else ""
        fault = f"{self.error}{phase} for {calls} of {self.operation.name}"
        return f"{self.scenario.replace('_', ' ')}: {fault}" if self.scenario else fault

    @property
    def call(self) -> str:
        """The call that queues the seed."""
        if self.scenario:
            return f"{self.scope}queue(<Scenario {self.scenario}>), its {self.error}"
        return self._own_call

    def answers(self, operation: Operation, place: Scope, session_id: str | None, when: str) -> bool:
        """Return whether it is for a call."""
        right_call = self.operation is operation and self.when == when
        return right_call and self.scope.covers(place) and self.session_id in (None, session_id)

    @property
    def _phases(self) -> Mapping[str, str]:
        """The phases of such a call in words, for people who do not read Python; empty if it has one only."""
        raise NotImplementedError

    @property
    def _own_call(self) -> str:
        raise NotImplementedError

    @property
    def _arguments(self) -> str:
        arguments = [f"operation={self.operation.name!r}"]
        arguments += [f"times={self.times}"] if self.times != 1 else []
        arguments += [f"session_id={self.session_id!r}"] if self.session_id else []
        arguments += [f"when={self.when!r}"] if self.when != "start" else []
        return ", ".join(arguments)


@dataclass(frozen=True, kw_only=True)
class ErrorSeed(CallSeed):
    """An error of AWS for calls."""

    code: str = field(metadata=as_json(ERROR_CODE, key="error"))
    message: str | None = field(default=None, metadata=as_json(MESSAGE))
    http_status: int | None = field(default=None, metadata=as_json(_HTTP_STATUS))
    when: str = field(default="start", metadata=as_json(_WHEN))

    def __post_init__(self) -> None:
        super().__post_init__()
        self.operation.check_phase(self.when)
        if self.code in CLOSINGS:
            self._check_closing()
        elif self.when == "connect":
            raise ValueError(
                f"{checks.short_repr(self.code)} cannot come before a stream is accepted: leave when out, or queue "
                f"{LOST!r}"
            )
        elif self.http_status is not None:
            if not _CODE.fullmatch(checks.text("code", self.code)):
                raise ValueError(
                    "the code of an error must be 1 to 256 letters, digits and signs without a space, not "
                    f"{checks.short_repr(self.code)}"
                )
            if not 400 <= checks.integer("http_status", self.http_status) <= 599:
                printed = checks.short_repr(self.http_status)
                raise ValueError(f"http_status must be the status of an error, 400 to 599, not {printed}")
        elif self.when == "end":
            self.operation.check_ending(self.code)
        else:
            self.operation.check_code(self.code, "For any other code, give its http_status.")
        if self.message is not None:
            checks.text("message", self.message, 0, checks.LONGEST_TEXT)

    def _check_closing(self) -> None:
        if not self.operation.endings:
            raise ValueError(
                f"{self.code!r} ends streams only: add operation='StartFaceLivenessSession', or break other calls with "
                "queue_exception"
            )
        if self.when != "end" and self.code != LOST:
            raise ValueError(f"{self.code!r} ends a stream: add when='end'")
        if self.message is not None:
            raise ValueError(f"{self.code} carries no text: leave message out")
        if self.http_status is not None:
            raise ValueError(f"{self.code} has no HTTP status: leave http_status out")

    @property
    def error(self) -> str:
        """The code of AWS's error."""
        return self.code

    @property
    def _phases(self) -> Mapping[str, str]:
        if not self.operation.endings:
            return {}
        return _LOST_IN if self.code == LOST else _ERROR_IN

    @property
    def _own_call(self) -> str:
        given = [repr(self.code), *([repr(self.message)] if self.message is not None else [])]
        given += [f"http_status={self.http_status}"] if self.http_status else []
        return f"{self.scope}queue_error({', '.join(given)}, {self._arguments})"


@dataclass(frozen=True, kw_only=True)
class ExceptionSeed(CallSeed):
    """A failure of the network for calls: the exception that the client raises."""

    exception: Exception = field(metadata=as_json(_EXCEPTION))
    when: str = field(default="start", metadata=as_json(_WHEN_LOST))

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.operation.endings:
            raise ValueError(
                f"{self.operation.name} is not called through botocore, which raises the exception: use "
                f"queue_error('ConnectionLost', operation='{self.operation.name}')"
            )
        if self.when not in ("start", "end"):
            raise ValueError(f"when must be 'start' or 'end', not {checks.short_repr(self.when)}")

    @property
    def error(self) -> str:
        """The name of the exception."""
        return type(self.exception).__name__

    @property
    def _phases(self) -> Mapping[str, str]:
        return _FAILURE_IN

    @property
    def _own_call(self) -> str:
        return f"{self.scope}queue_exception({checks.exception_repr(self.exception)}, {self._arguments})"


@dataclass(frozen=True, kw_only=True)
class DelaySeed(CallSeed):
    """A delay in one phase of streams."""

    seconds: float = field(metadata=as_json(_DELAY, key="delay"))
    operation: Operation = field(default=START_STREAM, metadata=as_json(_STREAM))
    when: str = field(default="start", metadata=as_json(_WHEN))

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.operation.endings:
            raise ValueError(f"only a stream can be delayed, not {self.operation.name}: leave operation out")
        self.operation.check_phase(self.when)
        _check_delay("seconds", self.seconds)

    @property
    def error(self) -> str:
        """What the console shows instead of a code."""
        return f"{self.seconds:g} seconds late"

    @property
    def _phases(self) -> Mapping[str, str]:
        return _LATE_IN

    @property
    def _own_call(self) -> str:
        _, _, others = self._arguments.partition(f"operation={self.operation.name!r}")
        return f"{self.scope}queue_delay({self.seconds!r}{others})"


#: Whatever a test can queue.
AnySeed: TypeAlias = "SessionSeed | ErrorSeed | ExceptionSeed | DelaySeed"

SEED = Codec(reference("Result"), lambda seed: encode(type(seed), seed))

# What a record keeps instead of the steps that a session got: their images belong to the session, and go with it.
_TAKEN = (Created(),)


class SeedRecord:
    """A seed in the script, and what has happened to it. It has the attributes of a SeedView."""

    def __init__(self, seed: AnySeed, number: int) -> None:
        self.seed = seed
        #: Its place in the order of everything that was seeded and that happened.
        self.number = number
        #: How often a call got the error; None for steps.
        self.raised = None if isinstance(seed, SessionSeed) else 0
        #: For steps, the session that got them, None before; for an error, the session that its calls must name.
        self.session_id = None if isinstance(seed, SessionSeed) else seed.session_id
        #: Whether a test withdrew it.
        self.withdrawn = False
        # Made once, because the console asks once a second: there may be any number of steps.
        self._call: str | None = None
        self._outcome: str | None = None

    @property
    def text(self) -> str:
        """The call that queued the seed, the line of the test, and how often an error was raised."""
        queued_at = f", queued at {self.seed.queued_at}" if self.seed.queued_at else ""
        if isinstance(self.seed, SessionSeed):
            return self.call + queued_at
        limit = "" if self.seed.times is None else f" of {self.seed.times}"
        return f"{self.call}{queued_at}: raised {self.raised}{limit} times"

    @property
    def call(self) -> str:
        """The call that queued the seed."""
        if self._call is None:
            self._call = checks.shortened(self.seed.call)
        return self._call

    @property
    def outcome(self) -> str:
        """What happens, for people who do not read Python."""
        if self._outcome is None:
            self._outcome = checks.shortened(self.seed.outcome)
        return self._outcome

    @property
    def used(self) -> bool:
        """Whether the seed is used up: a session got the steps, or the error was raised as often as it was queued."""
        if isinstance(self.seed, SessionSeed):
            return self.session_id is not None
        return (self.raised or 0) >= (self.seed.times or 1)

    @property
    def spent(self) -> bool:
        """Whether no call will get the error any more."""
        return self.used and self.times is not None

    @property
    def times(self) -> int | None:
        """How often the seed can be used; None for an outage."""
        return 1 if isinstance(self.seed, SessionSeed) else self.seed.times

    @property
    def operation(self) -> Operation | None:
        """The operation of an error; None for steps."""
        return None if isinstance(self.seed, SessionSeed) else self.seed.operation

    @property
    def error(self) -> str | None:
        """The code of an error, or the name of an exception; None for steps."""
        return None if isinstance(self.seed, SessionSeed) else self.seed.error

    @property
    def optional(self) -> bool:
        """Whether the seed may go unused."""
        return self.seed.optional

    @property
    def scenario(self) -> str | None:
        """The scenario that it is a part of."""
        return self.seed.scenario

    @property
    def scope(self) -> Scope:
        """The region and the account that it serves."""
        return self.seed.scope

    @property
    def region_name(self) -> str | None:
        """The region that it serves; None for any."""
        return self.seed.scope.region_name

    @property
    def account_id(self) -> str | None:
        """The account that it serves; None for any."""
        return self.seed.scope.account_id

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps for a session; none for an error."""
        return self.seed.steps if isinstance(self.seed, SessionSeed) else ()

    @property
    def requested_id(self) -> str | None:
        """The id that the session is to have."""
        return self.seed.requested_id if isinstance(self.seed, SessionSeed) else None

    def use(self, session_id: str) -> None:
        """Note the session that got the steps."""
        self._call, self._outcome, self.session_id = self.call, self.outcome, session_id
        self._keep(_TAKEN)

    def unuse(self, steps: tuple[Step, ...]) -> None:
        """Take the steps back from a session that could not be created."""
        self._call = self._outcome = self.session_id = None
        self._keep(steps)

    def withdraw(self) -> None:
        """Note that a test withdrew it. An outage that was raised is used, and ends all the same."""
        self.withdrawn = not self.used
        self._call, self._outcome = self.call, self.outcome
        if isinstance(self.seed, SessionSeed):
            self._keep(_TAKEN)

    def count(self) -> None:
        """Note that a call got the error."""
        self.raised = (self.raised or 0) + 1

    def _keep(self, steps: tuple[Step, ...]) -> None:
        self.seed = replace(cast("SessionSeed", self.seed), steps=steps)
