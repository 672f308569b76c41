"""Core: seeds, what a test queued for later, and the scopes that they are for."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from moto_liveness.core import checks
from moto_liveness.core import operations as errors
from moto_liveness.core.session import check_session_id
from moto_liveness.core.steps import Step

__tracebackhide__ = True  # pytest shows the line of the test that is wrong, not the one here that says so


@dataclass(frozen=True)
class Scope:
    """Where something applies: None is any region, or any account."""

    region_name: str | None = None
    account_id: str | None = None

    def covers(self, other: Scope) -> bool:
        """Return whether a place, or a narrower scope, lies in this one."""
        return self.region_name in (None, other.region_name) and self.account_id in (None, other.account_id)

    @functools.cached_property
    def around(self) -> tuple[Scope, ...]:
        """The scopes that cover this place, the narrowest first."""
        return (self, Scope(self.region_name, None), Scope(None, self.account_id), Scope(None, None))


class Seed:
    """What a test queued: the steps of one session, or an error for calls."""

    #: Where the seed applies.
    scope: Scope
    #: Whether it is no mistake if the seed stays unused.
    optional: bool
    #: Its place in the order of everything that a test said and that happened.
    number: int

    @property
    def used(self) -> bool:
        """Whether nothing is left of the seed: a session got the steps, or the error was raised all its times."""
        raise NotImplementedError

    @property
    def session_id(self) -> str | None:
        """The session that got the steps, None before; for an error the one that its calls must name, if any."""
        raise NotImplementedError


def _where(scope: Scope) -> str:
    names = (("region_name", scope.region_name), ("account_id", scope.account_id))
    return "".join(f", {name}={value!r}" for name, value in names if value is not None)


@dataclass(eq=False)
class SessionSeed(Seed):
    """The steps of one session that is still to be created."""

    scope: Scope
    optional: bool
    steps: tuple[Step, ...]
    session_id: str | None = None
    number: int = 0

    @property
    def used(self) -> bool:
        """Whether a session got the steps."""
        return self.session_id is not None

    def __str__(self) -> str:
        return f"queue({', '.join(map(repr, self.steps))}{_where(self.scope)})"


@dataclass(eq=False)
class ErrorSeed(Seed):
    """An error for calls that are still to be made; times=None is an outage."""

    scope: Scope
    optional: bool
    code: str
    message: str = ""
    operation: str = errors.GET
    times: int | None = 1
    session_id: str | None = None
    raised: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        errors.check_operation(self.operation)
        errors.check_code(self.operation, self.code)
        checks.text("message", self.message)
        if self.times is not None:
            checks.count("times", self.times)
        if self.session_id is not None:
            check_session_id(self.session_id)
            if self.operation == errors.CREATE:
                raise ValueError(f"{errors.CREATE} names no session: leave session_id out")

    @property
    def used(self) -> bool:
        """Whether the error was raised all its times; an outage, whether it was raised at all."""
        return self.raised >= (self.times or 1)

    @property
    def spent(self) -> bool:
        """Whether it will never be raised again."""
        return self.times is not None and self.raised >= self.times

    def answers(self, operation: str, scope: Scope, session_id: str | None) -> bool:
        """Return whether a call is one that the error is for."""
        return self.operation == operation and self.scope.covers(scope) and self.session_id in (None, session_id)

    def __str__(self) -> str:
        arguments = [repr(self.code), *([repr(self.message)] if self.message else []), f"operation={self.operation!r}"]
        arguments += [f"times={self.times}"] if self.times != 1 else []
        arguments += [f"session_id={self.session_id!r}"] if self.session_id else []
        of = "" if self.times is None else f" of {self.times}"
        return f"queue_error({', '.join(arguments)}{_where(self.scope)}): raised {self.raised}{of} times"
