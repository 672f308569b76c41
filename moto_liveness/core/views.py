"""Views: what a test may know of the state. Their fields are the members of JSON.

A server's answer becomes one of these classes. In process the state itself takes its place, because it has the same
attributes: nothing is copied, and what a test holds is up to date.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from moto_liveness.core.calls import Call
from moto_liveness.core.challenge import CHALLENGE, Challenge
from moto_liveness.core.codecs import (
    FLAG,
    INTEGER,
    NUMBER,
    OBJECT,
    TEXT,
    TIME,
    Codec,
    Schema,
    as_json,
    described,
    nullable,
    several,
    view,
)
from moto_liveness.core.images import MAX_AUDIT_IMAGES
from moto_liveness.core.operations import OPERATION, Operation
from moto_liveness.core.scenarios import Scenario
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import SeedRecord
from moto_liveness.core.steps import STEP, STEPS, Step

#: The version of the protocol between a handle and a server. It changes with the required members of views and
#: commands.
VERSION = 3

#: The name of an image in S3, without its ".jpg".
IMAGE_NAME = Codec({"enum": ["reference", *(f"audit-{number}" for number in range(MAX_AUDIT_IMAGES))]})
_TEXT = nullable(TEXT)
_NUMBER = nullable(INTEGER)
_LIFE = described(TEXT, "The life of the server: it counts from 0 again when it is restarted")
_STATUS = Codec({"enum": [kind.status for kind in STEPS]})
_LIMIT: Schema = {"type": "integer", "minimum": 0, "maximum": MAX_AUDIT_IMAGES}
_INTEGERS = several(INTEGER)
_COLORS = Codec(several(_INTEGERS).schema, decode=lambda _, colors: [tuple(color) for color in colors])

#: What can have happened to a seed that is not in the state any more, with the words for messages.
FATES = {
    "used": "it was already used",
    "withdrawn": "it was already withdrawn",
    "rolled_back": "it was queued while an inner block was open, and removed when that block ended",
    "reset": "moto was reset: an outermost mock_aws started or stopped in its process, or /moto-api/reset was called",
    "unknown": "no such seed was ever queued",
}
_FATES: Schema = {
    "type": "object",
    "description": "Why seeds that the query names are gone, by their numbers",
    "additionalProperties": {"enum": list(FATES)},
}


@dataclass(frozen=True, kw_only=True)
class SeedView:
    """A seed."""

    number: int = field(metadata=as_json(INTEGER))
    text: str = field(metadata=as_json(described(TEXT, "The call that queues it in Python"), key="seed"))
    outcome: str = field(metadata=as_json(described(TEXT, "What happens, in words")))
    operation: Operation | None = field(metadata=as_json(nullable(OPERATION, "null for steps")))
    error: str | None = field(
        metadata=as_json(
            nullable(TEXT, "An AWS error code, the name of an exception, or how late streams are; null for steps")
        )
    )
    raised: int | None = field(metadata=as_json(nullable(INTEGER, "How many calls got the error; null for steps")))
    used: bool = field(metadata=as_json(FLAG))
    optional: bool = field(metadata=as_json(FLAG))
    withdrawn: bool = field(metadata=as_json(FLAG))
    scenario: str | None = field(metadata=as_json(_TEXT))
    session_id: str | None = field(metadata=as_json(_TEXT))
    region_name: str | None = field(metadata=as_json(_TEXT, key="region"))
    account_id: str | None = field(metadata=as_json(_TEXT))

    @property
    def scope(self) -> Scope:
        """The region and the account that it serves."""
        return Scope(self.region_name, self.account_id)


_SEED = view(SeedView, "Seed")


def copy_of(seed: SeedRecord) -> SeedView:
    """Return what a test may know of a seed, without its steps and their images."""
    return SeedView(**{one.name: getattr(seed, one.name) for one in fields(SeedView)})


@dataclass(frozen=True, kw_only=True)
class StreamView:
    """What one StartFaceLivenessSession carried, without its video."""

    width: int = field(metadata=as_json(INTEGER))
    height: int = field(metadata=as_json(INTEGER))
    challenge: Challenge = field(metadata=as_json(CHALLENGE))
    started_at: datetime.datetime = field(metadata=as_json(TIME))
    ended_at: datetime.datetime | None = field(metadata=as_json(nullable(TIME)))
    chunks: int = field(metadata=as_json(INTEGER))
    size: int = field(metadata=as_json(INTEGER))
    information: list[dict[str, Any]] = field(metadata=as_json(Codec({"type": "array", "items": OBJECT.schema})))
    close_code: int | None = field(metadata=as_json(_NUMBER))
    error: str | None = field(metadata=as_json(_TEXT))
    user_agent: str | None = field(metadata=as_json(_TEXT))
    recording: bool = field(metadata=as_json(FLAG))
    colors: list[tuple[int, ...]] = field(metadata=as_json(_COLORS))
    seconds: float | None = field(metadata=as_json(nullable(NUMBER)))


@dataclass(frozen=True, kw_only=True)
class SessionView:
    """A session."""

    id: str = field(metadata=as_json(TEXT, key="session_id"))
    number: int = field(metadata=as_json(INTEGER))
    seed_number: int | None = field(metadata=as_json(_NUMBER, key="seed"))
    seeded: bool = field(
        metadata=as_json(described(FLAG, "Whether a seed, a default or set_outcome decided its outcome"))
    )
    outcome: str | None = field(metadata=as_json(nullable(TEXT, "What its seed says, in words; null without a seed")))
    status: str | None = field(metadata=as_json(_STATUS))
    confidence: float | None = field(
        metadata=as_json(nullable(NUMBER, "The Confidence that a poll would report now, in percent"))
    )
    poll_count: int = field(metadata=as_json(INTEGER))
    request: Mapping[str, Any] = field(metadata=as_json(OBJECT))
    created_at: datetime.datetime = field(metadata=as_json(TIME))
    region_name: str = field(metadata=as_json(TEXT, key="region"))
    account_id: str = field(metadata=as_json(TEXT))
    audit_images_limit: int = field(metadata=as_json(Codec(_LIMIT)))
    images: tuple[str, ...] = field(
        metadata=as_json(described(several(IMAGE_NAME), "The images that a poll would return now"))
    )
    stream: StreamView | None = field(metadata=as_json(nullable(view(StreamView, "Stream"))))
    waits_for_stream: bool = field(metadata=as_json(FLAG))

    @property
    def place(self) -> Scope:
        """The region and the account of the session."""
        return Scope(self.region_name, self.account_id)


@dataclass(frozen=True, kw_only=True)
class CollectionView:
    """A collection, without its faces."""

    id: str = field(metadata=as_json(TEXT, key="collection_id"))
    number: int = field(metadata=as_json(INTEGER))
    face_count: int = field(metadata=as_json(INTEGER))
    created_at: datetime.datetime = field(metadata=as_json(TIME))
    region_name: str = field(metadata=as_json(TEXT, key="region"))
    account_id: str = field(metadata=as_json(TEXT))


@dataclass(frozen=True, kw_only=True)
class PeopleView:
    """Who is in a collection."""

    people: Sequence[str] = field(
        metadata=as_json(described(several(TEXT), "One name for each face, in the order in which they were indexed"))
    )


@dataclass(frozen=True, kw_only=True)
class StateView:
    """The state, or the part of it in a scope and since a savepoint.

    "Since" is about sessions, calls and polls, seeds and outages: those of a larger number. The collections and the
    default are those that exist now, and forgotten_calls counts those of the whole server, whatever the scope and the
    savepoint.
    """

    version: int = field(
        metadata=as_json(described(INTEGER, "The version of the routes; a handle accepts only its own"))
    )
    life: str = field(metadata=as_json(_LIFE))
    number: int = field(metadata=as_json(INTEGER))
    sessions: Sequence[SessionView] = field(metadata=as_json(several(view(SessionView, "Session"))))
    calls: Sequence[Call] = field(metadata=as_json(several(view(Call, "Call"))))
    forgotten_calls: int = field(metadata=as_json(INTEGER))
    collections: Sequence[CollectionView] = field(
        metadata=as_json(described(several(view(CollectionView, "Collection")), "All that exist in the scope"))
    )
    unused_seeds: Sequence[SeedView] = field(metadata=as_json(several(_SEED)))
    unused_seed_count: int = field(metadata=as_json(described(INTEGER, "How many there are, whatever the limit")))
    outages: Sequence[SeedView] = field(
        metadata=as_json(described(several(_SEED), "What all calls get until it is withdrawn, used or not"))
    )
    unseeded_polls: Sequence[str] = field(metadata=as_json(several(TEXT)))
    default: tuple[Step, ...] | None = field(
        metadata=as_json(nullable(several(STEP), "The steps of sessions without a seed, if set"))
    )
    fates: Mapping[str, str] = field(metadata=as_json(Codec(_FATES)))


@dataclass(frozen=True, kw_only=True)
class QueuedView:
    """The numbers of the seeds that were queued."""

    seeds: tuple[int, ...] = field(metadata=as_json(_INTEGERS))


@dataclass(frozen=True, kw_only=True)
class BlockView:
    """A block that began."""

    number: int = field(metadata=as_json(described(INTEGER, "Its savepoint, for DELETE ...?since=")))
    life: str = field(metadata=as_json(_LIFE))


@dataclass(frozen=True, kw_only=True)
class ScenariosView:
    """The scenarios for a threshold and a person."""

    accepted: tuple[Scenario, ...] = field(metadata=as_json(several(view(Scenario, "Scenario"))))
    turned_away: tuple[Scenario, ...] = field(metadata=as_json(several(view(Scenario, "Scenario"))))
