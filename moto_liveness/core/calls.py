"""A call of the code under test, for the log."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto_liveness.core.scope import Scope


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One client call of the code under test, whatever the number of HTTP attempts that it took."""

    #: "CreateFaceLivenessSession", "GetFaceLivenessSessionResults", or "StartFaceLivenessSession", logged at its end;
    #: "CompareFaces" and "DetectFaces", whether or not moto-liveness answered them.
    operation: str
    #: The parameters as they were sent; of the bytes of pictures only how many.
    params: Mapping[str, Any]
    #: The session that the call created or named; None if it named none, or was refused before there was one.
    session_id: str | None
    #: The Status in the answer, and for a stream that of its session then; None for creates and errors.
    status: str | None = None
    #: The Confidence in the answer, in percent; None if there was none.
    confidence: float | None = None
    #: The code of the error in the answer; None if there was none.
    error: str | None = None
    #: The text of that error; None if there was none.
    message: str | None = None
    #: For CreateFaceLivenessSession, the seed that the session got; for a poll, what may surprise about the answer; for
    #: a stream, what it carried and how it ended.
    note: str | None = None
    #: For CompareFaces and DetectFaces, the names of the people in each picture, the largest face first; None for a
    #: picture that does not say who is in it.
    people: tuple[tuple[str, ...] | None, ...] = ()
    #: The region that the call was made in.
    region_name: str
    #: The account that the call was made for.
    account_id: str
    #: The time of the first attempt, in UTC, by the clock that freezegun and time-machine move.
    at: datetime.datetime
    #: Its place in the order of everything that was seeded and that happened.
    number: int = field(repr=False, compare=False)

    @property
    def place(self) -> Scope:
        """The region and the account of the call."""
        return Scope(self.region_name, self.account_id)
