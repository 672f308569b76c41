"""The answers that are kept for repeated attempts of a call.

Clients repeat a call after a 5xx, throttling or a failure of the network. All attempts of one call carry the same id:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

from __future__ import annotations

import datetime
from collections import OrderedDict
from typing import TypeAlias

from moto_liveness.core.clock import now
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.rekognition.exceptions import ErrorAnswer
from moto_liveness.rekognition.results import Results

#: What a request is answered with: a body, the results to serialise, an error, or a failure of the network.
Answer: TypeAlias = "bytes | Results | ErrorAnswer | ExceptionSeed"

_SECONDS = datetime.timedelta(seconds=180)
_MOST = 1_000


class Attempts:
    """Keeps answers for three minutes, and at most 1,000 of them."""

    def __init__(self) -> None:
        self._answers: OrderedDict[tuple[str, str, int], tuple[datetime.datetime, Answer]] = OrderedDict()
        self._operations: set[str] = set()

    def answer(self, operation: str, invocation_id: str | None, body: str) -> Answer | None:
        """Return the answer of the first attempt. A request without an id is a call of its own."""
        kept = self._answers.get((operation, invocation_id, hash(body))) if invocation_id else None
        return kept[1] if kept else None

    def keeps(self, operation: str) -> bool:
        """Return whether there may be an answer of an operation. Looking for one takes the hash of a whole body."""
        return operation in self._operations

    def keep(self, operation: str, invocation_id: str | None, body: str, answer: Answer) -> None:
        """Keep the answer for repeated attempts."""
        if not invocation_id:
            return
        at = now()
        self._operations.add(operation)
        self._answers[operation, invocation_id, hash(body)] = at, answer
        while len(self._answers) > _MOST or at - next(iter(self._answers.values()))[0] > _SECONDS:
            self._answers.popitem(last=False)
