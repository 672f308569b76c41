"""What a question got: answers, or a reason why it could not be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

SAME, DIFFERENT, NOT_ASKED = "same", "different", "could not be asked"


@dataclass(frozen=True)
class Answer:
    """The masked answer to one request."""

    #: The operation that was requested.
    request: str
    http_status: int
    #: The members of the body. A question about headers has the headers here instead.
    seen: Mapping[str, Any]


@dataclass(frozen=True)
class NotAsked:
    """A question that could not be asked."""

    why: str


#: What one side said to a question: the answers to its requests.
Outcome: TypeAlias = tuple[Answer, ...] | NotAsked


@dataclass(frozen=True)
class Result:
    """What the mock and the other side said to a question."""

    #: The name of the choice, as in docs/what-aws-does-not-say.md.
    name: str
    mock: Outcome
    answered: Outcome

    @property
    def verdict(self) -> str:
        """One of SAME, DIFFERENT and NOT_ASKED."""
        if self.why:
            return NOT_ASKED
        return SAME if self.answered == self.mock else DIFFERENT

    @property
    def why(self) -> str:
        """Why the question could not be asked; empty if it could."""
        if isinstance(self.answered, NotAsked):
            return self.answered.why
        return f"the mock could not be asked: {self.mock.why}" if isinstance(self.mock, NotAsked) else ""


class CannotAskError(Exception):
    """Nothing can be learnt from a request: it got no answer, or one that is not about the question."""

    def __init__(self, why: str, advice: str = "") -> None:
        super().__init__(why)
        #: What happened, without a full stop.
        self.why = why
        #: A sentence on what to do, or nothing.
        self.advice = advice
