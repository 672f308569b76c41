"""The interface between a handle and the state behind it."""

from __future__ import annotations

from typing import Protocol

from moto_liveness.core.commands import Command, R


class Store(Protocol):
    """The state of moto: in this process, or on a server."""

    @property
    def endpoint_url(self) -> str | None:
        """The URL of the server; None for this process."""

    def do(self, command: Command[R]) -> R:
        """Carry a command out and return its answer.

        Raises:
            TypeError, ValueError, LookupError: for a command that the state does not allow.
            RuntimeError: if no server answers.
        """

    def of_life(self, life: str) -> Store:
        """Return the store of one life of its server, whose commands raise RuntimeError in another."""
