"""Commands that a client sends again because their answer got lost: each is carried out once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

from moto_liveness.core.lock import Lock

_T = TypeVar("_T")

# A client repeats a command at once or never.
_MOST = 200


class Repeats(Generic[_T]):
    """Keeps the last 200 answers by the ids of their commands."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, Future[_T]] = OrderedDict()
        self._lock = Lock()

    def answer(self, command_id: Hashable | None, do: Callable[[], _T]) -> _T:
        """Return what do() returns, or what it returned for this id before. Without an id it is never a repeat."""
        if command_id is None:
            return do()
        with self._lock:
            known = command_id in self._answers
            answer = self._answers.setdefault(command_id, Future())
            if len(self._answers) > _MOST:
                self._answers.popitem(last=False)
        if not known:
            try:
                answer.set_result(do())
            except BaseException as error:
                answer.set_exception(error)
                raise
        return answer.result()
