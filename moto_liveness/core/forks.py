"""Forked processes, on systems that have them."""

from __future__ import annotations

import os
from collections.abc import Callable


def after_fork_in_child(action: Callable[[], object]) -> None:
    """Run an action in every child that this process forks from now on. Windows has no fork: there it does nothing.

    https://docs.python.org/3/library/os.html#os.register_at_fork
    """
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=action)


class _Forks:
    """Counts the children that this process has forked."""

    count = 0

    def add(self) -> None:
        """Count a child."""
        self.count += 1


FORKS = _Forks()
if hasattr(os, "register_at_fork"):  # pragma: no branch
    os.register_at_fork(after_in_parent=FORKS.add)
