"""A call of the code under test, for the log."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from moto_liveness.core.codecs import INTEGER, NUMBER, OBJECT, TEXT, TIME, as_json, nullable, several
from moto_liveness.core.read_only import Suggesting
from moto_liveness.core.scope import Scope

_TEXT = nullable(TEXT)
_NAMES = nullable(several(TEXT))


@dataclass(frozen=True, kw_only=True, slots=True)
class Call(Suggesting):
    """One client call of the code under test, whatever the number of HTTP attempts that it took."""

    #: "CreateFaceLivenessSession", "GetFaceLivenessSessionResults", or "StartFaceLivenessSession", logged at its end;
    #: "CompareFaces", "DetectFaces", and the operations on collections, whether or not moto-liveness answered them.
    operation: str = field(metadata=as_json(_TEXT))
    #: The parameters as they were sent; the bytes of pictures are only counted. If the body has more than 10,000
    #: characters, only the first 100 are kept, each cut after 1,000.
    params: Mapping[str, Any] = field(metadata=as_json(OBJECT))
    #: The session that the call created or named; None if it named none, or was refused before there was one.
    session_id: str | None = field(metadata=as_json(_TEXT))
    #: The Status in the answer, even in one that was lost; for a stream, the Status of its session at the end. None for
    #: creates and errors.
    status: str | None = field(default=None, metadata=as_json(_TEXT))
    #: The Confidence in the answer, in percent; None if there was none.
    confidence: float | None = field(default=None, metadata=as_json(nullable(NUMBER)))
    #: The code of the error in the answer; None if there was none.
    error: str | None = field(default=None, metadata=as_json(_TEXT))
    #: The text of that error; None if there was none.
    message: str | None = field(default=None, metadata=as_json(_TEXT))
    #: For CreateFaceLivenessSession, the number of the seed that the session got; None if it got none, and for others.
    seed: int | None = field(default=None, metadata=as_json(nullable(INTEGER)))
    #: For CreateFaceLivenessSession, the seed that the session got; for a poll, anything unexpected about the answer;
    #: for a stream, what it carried and how it ended; for other operations, a sentence on the answer.
    note: str | None = field(default=None, metadata=as_json(_TEXT))
    #: For operations on pictures, the names of the people in each picture, the largest face first; None for a picture
    #: that does not say who is in it. For SearchFaces and DeleteFaces, the people of the FaceIds.
    people: tuple[tuple[str, ...] | None, ...] = field(default=(), metadata=as_json(several(_NAMES)))
    #: The collection that the call named; None if it named none.
    collection_id: str | None = field(default=None, metadata=as_json(_TEXT))
    #: The region that the call was made in.
    region_name: str = field(metadata=as_json(_TEXT, key="region"))
    #: The account that the call was made for.
    account_id: str = field(metadata=as_json(_TEXT))
    #: The time of the first attempt, in UTC, by the clock that freezegun and time-machine move.
    at: datetime.datetime = field(metadata=as_json(TIME))
    #: Its place in the order of everything that was seeded and that happened.
    number: int = field(repr=False, compare=False, metadata=as_json(INTEGER))

    @property
    def place(self) -> Scope:
        """The region and the account of the call."""
        return Scope(self.region_name, self.account_id)
