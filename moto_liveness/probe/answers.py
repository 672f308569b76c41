"""What AWS answers, and what a question got: answers, or a reason why it could not be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SAME, DIFFERENT, NOT_ASKED = "same", "different", "could not be asked"


@dataclass(frozen=True)
class Answer:
    """The answer to one request.

    It is as it came over the wire: older releases of botocore drop members that they do not know.
    """

    #: The operation that was requested.
    request: str
    http_status: int
    #: The members of the body. A question about headers has the headers here instead.
    seen: Mapping[str, Any]
    #: Not a part of what is compared.
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def code(self) -> str:
        """The code of an error; empty for other answers."""
        code = str(self.seen.get("__type") or self.seen.get("Code") or "")
        # Some services put a namespace in front of the code.
        return code.rpartition("#")[2]

    @property
    def text(self) -> str:
        """The first line of the text of an error; empty for other answers."""
        # Below it, AWS repeats the headers of a request whose signature is wrong. One of them is the session token.
        return str(self.seen.get("Message") or self.seen.get("message") or "").partition("\n")[0]

    @property
    def status(self) -> str:
        """The HTTP status with the code of an error, as in "403 ExpiredTokenException"."""
        return f"{self.http_status} {self.code}".rstrip()

    @property
    def session_id(self) -> str:
        """The SessionId; empty if there is none."""
        session_id = self.seen.get("SessionId")
        return session_id if isinstance(session_id, str) else ""


@dataclass(frozen=True)
class Outcome:
    """What one side said to a question: the answers to its requests, or why it could not be asked."""

    answers: tuple[Answer, ...] = ()
    #: Empty if it could be asked.
    why: str = ""


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
        return self.answered.why or (self.mock.why and f"the mock could not be asked: {self.mock.why}")
