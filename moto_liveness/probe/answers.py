"""What AWS answers, and what a question got: answers, or a reason why it could not be asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

SAME, DIFFERENT, NOT_ASKED = "same", "different", "could not be asked"


@dataclass(frozen=True)
class Response:
    """An answer as it came over the wire: older releases of botocore drop members that they do not know."""

    http_status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def members(self) -> dict[str, Any] | None:
        """The body; None if it is not a JSON object."""
        try:
            members = json.loads(self.content)
        except ValueError:
            return None
        return members if isinstance(members, dict) else None

    @property
    def error(self) -> tuple[str, str]:
        """The code of an error and the first line of its text; empty for other answers."""
        members = self.members or {}
        code = str(members.get("__type") or members.get("Code") or "")
        # Some services put a namespace in front of the code.
        return code.rpartition("#")[2], first_line(members.get("Message") or members.get("message") or "")

    @property
    def status(self) -> str:
        """The HTTP status with the code of an error, as in "403 ExpiredTokenException"."""
        return f"{self.http_status} {self.error[0]}".rstrip()

    @property
    def session_id(self) -> str:
        """The SessionId; empty if there is none."""
        session_id = (self.members or {}).get("SessionId")
        return session_id if isinstance(session_id, str) else ""


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


def first_line(text: object) -> str:
    """Return the first line of a text. Below it, AWS repeats the headers of a request whose signature is wrong.

    One of them is the session token.
    """
    return str(text).partition("\n")[0]
