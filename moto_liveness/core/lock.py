"""A reentrant lock that is released in forked children."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterator

from moto_liveness.core.forks import after_fork_in_child


class Lock:
    """A reentrant lock. A fork copies a lock that another thread holds, but not the thread that would release it."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        _LOCKS.add(self)

    def __enter__(self) -> Lock:
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    @contextlib.contextmanager
    def released(self) -> Iterator[None]:
        """Release the lock, which this thread holds once, until the block ends."""
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()

    def renew(self) -> None:
        """Replace the lock with a released one."""
        self._lock = threading.RLock()


_LOCKS: weakref.WeakSet[Lock] = weakref.WeakSet()


def _renew_all() -> None:
    for lock in list(_LOCKS):
        lock.renew()


after_fork_in_child(_renew_all)
