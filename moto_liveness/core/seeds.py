"""Seeds: what a test queued for later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from moto_liveness.core import checks
from moto_liveness.core.operations import CLOSINGS, GET_RESULTS, Operation
from moto_liveness.core.progress import check_steps
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.steps import Step

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


@dataclass(kw_only=True, eq=False, repr=False)
class Seed:
    """What a test queued: the steps of one session, or an error for calls.

    The str of a seed is the call that queued it, and the line of the test.
    """

    #: Whether the seed may go unused.
    optional: bool = False
    #: Where the seed applies.
    scope: Scope = ANYWHERE
    #: Its place in the order of everything that was seeded and that happened.
    number: int = 0
    #: The line that queued it, as in "tests/test_signup.py:12"; None if it came over HTTP without one.
    queued_at: str | None = None
    #: Whether a test withdrew it.
    withdrawn: bool = False
    #: The name of the scenario that it is a part of; None if it was queued by itself.
    scenario: str | None = None

    def __post_init__(self) -> None:
        checks.flag("optional", self.optional)
        if self.scenario is not None:
            checks.text("scenario", self.scenario, 1)

    def __str__(self) -> str:
        return self.call + (f", queued at {self.queued_at}" if self.queued_at else "")

    @property
    def call(self) -> str:
        """The call that queued the seed."""
        raise NotImplementedError

    @property
    def used(self) -> bool:
        """Whether the seed is used up: a session got the steps, or the error was raised as often as it was queued."""
        raise NotImplementedError

    @property
    def session_id(self) -> str | None:
        """For steps, the session that got them, None before; for an error, the session that its calls must name."""
        raise NotImplementedError


@dataclass(kw_only=True, eq=False, repr=False)
class SessionSeed(Seed):
    """The steps of one session that is still to be created."""

    steps: tuple[Step, ...]
    #: The id that the session is to have; a new one if None.
    requested_id: str | None = None
    session_id: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_steps("queue", self.steps)
        if self.requested_id is not None:
            checks.session_id(self.requested_id)
        self._call: str | None = None

    @property
    def call(self) -> str:
        """The call that queued the seed."""
        requested = f", session_id={self.requested_id!r}" if self.requested_id else ""
        steps = f"<Scenario {self.scenario}>" if self.scenario else ", ".join(map(repr, self.steps))
        return self._call or f"queue({steps}{requested}{self.scope})"

    @property
    def used(self) -> bool:
        """Whether a session got the steps."""
        return self.session_id is not None

    def use(self, session_id: str) -> None:
        """Note the session that got the steps. Its images now belong to the session, and go when it expires."""
        self._call, self.steps, self.session_id = self.call, (), session_id

    def unuse(self, steps: tuple[Step, ...]) -> None:
        """Take the steps back from a session that could not be created."""
        self._call, self.steps, self.session_id = None, steps, None


@dataclass(kw_only=True, eq=False, repr=False)
class CallSeed(Seed):
    """An answer for calls that are still to be made; times=None is an outage."""

    operation: Operation = GET_RESULTS
    times: int | None = 1
    session_id: str | None = None
    #: When in the call: at its "start", or at the "end" of a stream.
    when: str = "start"
    raised: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.when not in ("start", "end"):
            raise ValueError(f"when must be 'start' or 'end', not {checks.short_repr(self.when)}")
        if self.times is not None:
            checks.count("times", self.times)
        if self.session_id is not None:
            checks.session_id(self.session_id)
            if not self.operation.names_session:
                raise ValueError(f"{self.operation.name} names no session: leave session_id out")

    def __str__(self) -> str:
        limit = "" if self.times is None else f" of {self.times}"
        return f"{super().__str__()}: raised {self.raised}{limit} times"

    @property
    def error(self) -> str:
        """The code of AWS's error, or the name of the exception."""
        raise NotImplementedError

    @property
    def call(self) -> str:
        """The call that queued the seed."""
        if self.scenario:
            return f"queue(<Scenario {self.scenario}>{self.scope}), its {self.error}"
        return self._own_call

    @property
    def used(self) -> bool:
        """Whether it was raised as often as it was queued; an outage, whether it was raised at all."""
        return self.raised >= (self.times or 1)

    @property
    def spent(self) -> bool:
        """Whether it will never be raised again."""
        return self.times is not None and self.raised >= self.times

    def answers(self, operation: Operation, place: Scope, session_id: str | None, when: str) -> bool:
        """Return whether it is for a call."""
        right_call = self.operation is operation and self.when == when
        return right_call and self.scope.covers(place) and self.session_id in (None, session_id)

    @property
    def _own_call(self) -> str:
        raise NotImplementedError

    @property
    def _arguments(self) -> str:
        arguments = [f"operation={self.operation.name!r}"]
        arguments += [f"times={self.times}"] if self.times != 1 else []
        arguments += [f"session_id={self.session_id!r}"] if self.session_id else []
        arguments += [f"when={self.when!r}"] if self.when != "start" else []
        return f"{', '.join(arguments)}{self.scope}"


@dataclass(kw_only=True, eq=False, repr=False)
class ErrorSeed(CallSeed):
    """An error of AWS for calls."""

    code: str
    message: str | None = None
    http_status: int | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.when == "end":
            self.operation.check_ending(self.code)
            if self.http_status is not None:
                raise ValueError("an error at the end of a stream has no HTTP status: leave http_status out")
            if self.code in CLOSINGS and self.message is not None:
                raise ValueError(f"{self.code} carries no text: leave message out")
        elif self.http_status is None:
            self.operation.check_code(self.code, "For any other code, give its http_status.")
        else:
            checks.text("code", self.code, 1)
            status = checks.count("http_status", self.http_status)
            if not 400 <= status <= 599:
                raise ValueError(f"http_status must be the status of an error, 400 to 599, not {status}")
        if self.message is not None:
            checks.text("message", self.message)

    @property
    def error(self) -> str:
        """The code of AWS's error."""
        return self.code

    @property
    def _own_call(self) -> str:
        given = [repr(self.code), *([repr(self.message)] if self.message is not None else [])]
        given += [f"http_status={self.http_status}"] if self.http_status else []
        return f"queue_error({', '.join(given)}, {self._arguments})"


@dataclass(kw_only=True, eq=False, repr=False)
class ExceptionSeed(CallSeed):
    """A failure of the network for calls: the exception that the client raises."""

    exception: Exception

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.operation.endings:
            raise ValueError(
                f"{self.operation.name} is not called through botocore, which raises the exception: use "
                f"queue_error('ConnectionLost', operation='{self.operation.name}', when='end')"
            )

    @property
    def error(self) -> str:
        """The name of the exception."""
        return type(self.exception).__name__

    @property
    def _own_call(self) -> str:
        return f"queue_exception({checks.short_repr(self.exception)}, {self._arguments})"


class ScenarioSeed(Seed):
    """The seeds of one scenario: the steps of its session, and the errors beside them."""

    def __init__(self, parts: Sequence[Seed]) -> None:
        first = parts[0]
        # Not through the dataclass: it would set withdrawn, which only the parts know.
        self.optional, self.scope, self.number = first.optional, first.scope, first.number
        self.queued_at, self.scenario = first.queued_at, first.scenario
        self.parts = tuple(parts)

    def __str__(self) -> str:
        return "; ".join(map(str, self.parts))

    @property
    def call(self) -> str:
        """The call that queued the seeds."""
        return self.parts[0].call

    @property
    def used(self) -> bool:
        """Whether all of the scenario was used: a session got the steps, and each of the errors was raised."""
        return all(part.used for part in self.parts)

    @property
    def session_id(self) -> str | None:
        """The session that got the steps; None before."""
        return self.parts[0].session_id

    @property
    def withdrawn(self) -> bool:  # type: ignore[override]
        """Whether a test withdrew what was left of it."""
        return any(part.withdrawn for part in self.parts)
