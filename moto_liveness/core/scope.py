"""Where something applies: one region or any, one account or any."""

from __future__ import annotations

import functools
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """A region and an account; None stands for any. A place is a scope that names both."""

    region_name: str | None = None
    account_id: str | None = None

    def __str__(self) -> str:
        # What a test writes before the name of a method.
        named = (("region_name", self.region_name), ("account_id", self.account_id))
        given = ", ".join(f"{name}={value!r}" for name, value in named if value is not None)
        return f"at({given})." if given else ""

    def arguments(self) -> dict[str, str | None]:
        """Return the arguments of a command that is about it."""
        return {"region_name": self.region_name, "account_id": self.account_id}

    def covers(self, other: Scope) -> bool:
        """Return whether a place or a narrower scope lies in this one."""
        return self.region_name in (None, other.region_name) and self.account_id in (None, other.account_id)

    @property
    def narrowness(self) -> int:
        """How many of the two it names."""
        return (self.region_name is not None) + (self.account_id is not None)

    @functools.cached_property
    def wider(self) -> tuple[Scope, ...]:
        """The scopes that cover this place, the narrowest first."""
        return (self, Scope(self.region_name, None), Scope(None, self.account_id), ANYWHERE)


ANYWHERE = Scope()
