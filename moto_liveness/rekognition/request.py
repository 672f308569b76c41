"""A request for one of the operations, and the reply to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from moto_liveness.core import checks, strict_json
from moto_liveness.core.operations import Operation
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import ExceptionSeed
from moto_liveness.rekognition import validation
from moto_liveness.rekognition.cached import Cached
from moto_liveness.rekognition.exceptions import ErrorAnswer, LivenessException
from moto_liveness.rekognition.pictures import Picture, picture_of, shortened
from moto_liveness.rekognition.results import Results

#: What a client gets: a body, the results to serialise, an error, or a network failure.
Answer: TypeAlias = "bytes | Results | ErrorAnswer | ExceptionSeed"

#: The member that botocore has known since 1.38.32.
PREFERENCES = ("Settings.", "ChallengePreferences")

# The length of a body, in characters, above which the log cuts long values.
_LONG = 10_000
# More members than any operation has.
_MOST_MEMBERS = 100

#: The operations on pictures that moto has itself.
IN_MOTO: set[Operation] = set()


class Reply(NamedTuple):
    """What a request is answered with, and what the log says of it."""

    #: None for moto's own answer.
    answer: Answer | None
    #: The session that the request created.
    session_id: str | None = None
    #: The note for the log; who is in the pictures if None.
    note: str | None = None
    #: The number of the seed that the session got.
    seed: int | None = None
    #: The people that it is about; those in the pictures if None.
    people: tuple[tuple[str, ...] | None, ...] | None = None
    #: The network failure that lost the answer.
    lost: ExceptionSeed | None = None

    @property
    def sent(self) -> Answer | None:
        """What the client gets; None for moto's own answer."""
        return self.lost or self.answer

    @property
    def error(self) -> tuple[str, str] | None:
        """Code and message of an error; None for anything else."""
        if isinstance(self.sent, ErrorAnswer):
            return self.sent.code, self.sent.message
        if isinstance(self.sent, ExceptionSeed):
            return type(self.sent.exception).__name__, str(self.sent.exception)
        return None


@dataclass(frozen=True, eq=False)
class Request:
    """A request, which is parsed once: to find the operation, to authorise it, and to answer it."""

    operation: Operation
    #: The region and the account.
    place: Scope
    body: str
    #: The same for all attempts of one call; None if the client does not say.
    invocation_id: str | None
    #: Whether botocore asks in this process, so that exceptions reach the code under test as they are.
    in_process: bool
    #: The URL that the client asks; None through moto's proxy.
    endpoint_url: str | None = None

    @Cached
    def sent(self) -> dict[str, Any]:
        """The parameters as they were sent; none if the body cannot be read."""
        try:
            return validation.parse(self.body)
        except LivenessException:
            return {}

    @Cached
    def params(self) -> dict[str, Any]:
        """The parameters that AWS's model knows.

        Raises:
            LivenessException: for a body that cannot be read, and for parameters that the model does not allow.
        """
        return validation.check(self.operation, self.sent or validation.parse(self.body))

    @Cached
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures, in the order of the operation."""
        return tuple(picture_of(member, self.sent.get(member), self.place) for member in self.operation.pictures)

    @property
    def is_ours(self) -> bool:
        """Whether moto-liveness answers it, and not moto.

        It needs no picture, has one that says who is in it, or needs one and has none that can be read.
        """
        needed = self.needs_people
        return not self.operation.pictures or any(
            picture.people is not None or (needed and not picture.is_readable) for picture in self.pictures
        )

    @property
    def needs_people(self) -> bool:
        """Whether nobody has an answer for pictures that do not say who is in them."""
        return self.operation.needs_people and self.operation not in IN_MOTO

    @property
    def session_id(self) -> str | None:
        """The session that it names."""
        named = self.sent.get("SessionId") if self.operation.names_session else None
        return named if isinstance(named, str) else None

    @property
    def collection_id(self) -> str | None:
        """The collection that it names."""
        named = self.sent.get("CollectionId") if self.operation.names_collection else None
        return named if isinstance(named, str) else None

    @Cached
    def logged(self) -> Mapping[str, Any]:
        """The parameters for the log, with long values cut: 10,000 calls would be gigabytes."""
        short = shortened(self.sent, self.operation.pictures)
        if len(self.body) <= _LONG:
            return short
        # A session reads its parameters again, so those that the model knows come first.
        known = {name: short[name] for name in validation.names(self.operation) if name in short}
        first = islice({**known, **short}.items(), _MOST_MEMBERS)
        return {checks.shortened(name): _cut(value) for name, value in first}

    @Cached
    def ignored(self) -> str | None:
        """The members that AWS ignores, for the log; None if there are none."""
        # A newer member that this botocore does not know is told of once: see challenge_preferences.py.
        members = [one for one in validation.ignored(self.operation, self.sent) if one != PREFERENCES]
        named = checks.first_names((f"{path}{name}" for path, name in members), len(members))
        return f"AWS ignores {named}" if members else None

    @property
    def people(self) -> tuple[tuple[str, ...] | None, ...]:
        """The names of the people in each picture."""
        return tuple(picture.names for picture in self.pictures)

    @property
    def who(self) -> str | None:
        """Who is in the pictures, for the log; None for an operation without."""
        return " and ".join(picture.who for picture in self.pictures) or None


def _cut(value: object) -> object:
    text = value if isinstance(value, str) else strict_json.write(value)
    cut = checks.shortened(text)
    return value if cut == text else cut
