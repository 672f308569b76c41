"""Seeds: what a test queued for later."""

from __future__ import annotations

from dataclasses import dataclass

from moto_liveness.core import checks
from moto_liveness.core.operations import GET_RESULTS, Operation
from moto_liveness.core.progress import check_steps
from moto_liveness.core.scope import ANYWHERE, Scope
from moto_liveness.core.steps import Step

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises


@dataclass(kw_only=True, eq=False)
class Seed:
    """What a test queued: the steps of one session, or an error for calls.

    The str of a seed is the call that queued it.
    """

    #: Whether the seed may go unused.
    optional: bool = False
    #: Where the seed applies.
    scope: Scope = ANYWHERE
    #: Its place in the order of everything that was seeded and that happened.
    number: int = 0

    def __post_init__(self) -> None:
        checks.flag("optional", self.optional)

    @property
    def used(self) -> bool:
        """Whether the seed is used up: a session got the steps, or the error was raised as often as it was queued."""
        raise NotImplementedError

    @property
    def session_id(self) -> str | None:
        """For steps, the session that got them, None before; for an error, the session that its calls must name."""
        raise NotImplementedError


@dataclass(kw_only=True, eq=False)
class SessionSeed(Seed):
    """The steps of one session that is still to be created."""

    steps: tuple[Step, ...]
    session_id: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_steps("queue", self.steps)

    @property
    def used(self) -> bool:
        """Whether a session got the steps."""
        return self.session_id is not None

    def __str__(self) -> str:
        return f"queue({', '.join(map(repr, self.steps))}{self.scope})"


@dataclass(kw_only=True, eq=False)
class ErrorSeed(Seed):
    """An error for calls that are still to be made; times=None is an outage."""

    code: str
    message: str = ""
    operation: Operation = GET_RESULTS
    times: int | None = 1
    session_id: str | None = None
    raised: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.operation.check_code(self.code)
        checks.text("message", self.message)
        if self.times is not None:
            checks.count("times", self.times)
        if self.session_id is not None:
            checks.session_id(self.session_id)
            if not self.operation.names_session:
                raise ValueError(f"{self.operation.name} names no session: leave session_id out")

    @property
    def used(self) -> bool:
        """Whether the error was raised as often as it was queued; an outage, whether it was raised at all."""
        return self.raised >= (self.times or 1)

    @property
    def spent(self) -> bool:
        """Whether it will never be raised again."""
        return self.times is not None and self.raised >= self.times

    def answers(self, operation: Operation, place: Scope, session_id: str | None) -> bool:
        """Return whether the error is for a call."""
        return self.operation is operation and self.scope.covers(place) and self.session_id in (None, session_id)

    def __str__(self) -> str:
        arguments = [repr(self.code), *([repr(self.message)] if self.message else [])]
        arguments.append(f"operation={self.operation.name!r}")
        arguments += [f"times={self.times}"] if self.times != 1 else []
        arguments += [f"session_id={self.session_id!r}"] if self.session_id else []
        limit = "" if self.times is None else f" of {self.times}"
        return f"queue_error({', '.join(arguments)}{self.scope}): raised {self.raised}{limit} times"
