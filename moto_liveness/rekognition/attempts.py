"""Replays the first answer to retries of the same call.

Clients retry a call after a 5xx, throttling or a network failure. All attempts of one call carry the same id:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import datetime
from collections import OrderedDict

from moto_liveness.core.clock import now
from moto_liveness.rekognition.exceptions import ErrorAnswer
from moto_liveness.rekognition.request import Answer, Request

_SECONDS = datetime.timedelta(seconds=180)
_MOST = 1_000
_MOST_BYTES = 64 * 1024 * 1024


class Attempts:
    """Keeps answers for three minutes, at most 1,000 of them and 64 MB."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str | None, int], tuple[datetime.datetime, Answer]] = OrderedDict()
        self._operations: set[str] = set()
        self._size = 0

    def answer(self, request: Request) -> Answer | None:
        """Return the answer of the first attempt. A request without an id is a call of its own."""
        # Hashing a body with pictures takes longer than all the rest, and most of those are answered by moto.
        if request.operation.name not in self._operations:
            return None
        kept = self._answers.get(_key(request))
        return kept[1] if kept else None

    def keep(self, request: Request, answer: Answer) -> None:
        """Keep the answer for repeated attempts."""
        if not request.invocation_id:
            return
        at = now()
        self._operations.add(request.operation.name)
        # Another attempt may have been answered while the images of this one were written.
        _, replaced = self._answers.pop(_key(request), (at, b""))
        self._answers[_key(request)] = at, answer
        self._size += _size(answer) - _size(replaced)
        while self._answers and self._are_too_many(at):
            _, (_, oldest) = self._answers.popitem(last=False)
            self._size -= _size(oldest)

    def _are_too_many(self, at: datetime.datetime) -> bool:
        oldest, _ = next(iter(self._answers.values()))
        return len(self._answers) > _MOST or self._size > _MOST_BYTES or at - oldest > _SECONDS


def _size(answer: Answer) -> int:
    if isinstance(answer, ErrorAnswer):
        return len(answer.message) + len(answer.body)
    # The session of results keeps their images anyway, and a failure of the network has none.
    return len(answer) if isinstance(answer, bytes) else 0


def _key(request: Request) -> tuple[str, str | None, int]:
    return request.operation.name, request.invocation_id, hash(request.body)
