"""Commands: everything that a test tells or asks the state, a class each.

A command is data. In process the store carries it out, and on a server it is a request: its address is in `at`, its
fields are the keys of the body, of the query or of the path, and its answer is a view. The routes and the OpenAPI
document are made of the same classes. A command checks its own shape; what needs the state or moto, such as an id that
is taken or a region that exists, is checked by the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from moto_liveness.core import checks
from moto_liveness.core.bounding_box import BOX, BoundingBox
from moto_liveness.core.codecs import (
    ACCOUNT,
    BYTES,
    COUNT,
    COUNTS,
    FLAG,
    OBJECT,
    REGION,
    SEED_NUMBER,
    THRESHOLD,
    UUID,
    Codec,
    as_json,
    described,
    nullable,
    reference,
    several,
    view,
)
from moto_liveness.core.operations import OPERATIONS
from moto_liveness.core.people import LIKENESS, LONGEST_NAME, MOST_PEOPLE
from moto_liveness.core.progress import check_step, check_steps
from moto_liveness.core.scope import Scope
from moto_liveness.core.seeds import SEED, AnySeed
from moto_liveness.core.steps import SESSION_STEPS, STEP, ApiError, Created, Expired, Step
from moto_liveness.core.views import (
    IMAGE_NAME,
    BlockView,
    PeopleView,
    QueuedView,
    ScenariosView,
    SeedView,
    SessionView,
    StateView,
)

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises

R = TypeVar("R")

#: A parameter in the path of a command.
PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_STATE = "/moto-api/rekognition/face-liveness"
_STATIC = "/moto-api/static/rekognition"
_SESSION = f"{_STATE}/sessions/{{session_id}}"
_SEED = f"{_STATE}/seeds/{{number}}"
#: The page for a browser, and the face detector for Amplify's component.
CONSOLE = f"{_STATE}/console"
FACE_MODEL = f"{_STATE}/face-model"
#: The headers of a request: the life of the server that it is for, and its id, with which it is carried out once.
LIFE = "X-Moto-Liveness-Life"
COMMAND = "X-Moto-Liveness-Command"
#: The header of the requests of a handle.
HANDLE = "X-Moto-Liveness-Handle"


class Answer(NamedTuple):
    """The answer to a command."""

    codec: Codec
    #: The media types of an answer that is not JSON.
    media: tuple[str, ...] = ()


def _files(*media: str) -> Answer:
    return Answer(OBJECT, media)


_SESSION_ANSWER = Answer(view(SessionView, "Session"))
_DOCUMENT = Answer(Codec(reference("Document")))

_ID = Codec({"type": "string", "minLength": 1, "pattern": "^[A-Za-z0-9-]+$"})
#: As AWS's model has it.
COLLECTION_ID = r"[a-zA-Z0-9_.\-]{1,255}"
_RESULTS = several(SEED, minItems=1)
_NAME = Codec(
    {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME},
    decode=lambda name, value: checks.text(name, value, 1, LONGEST_NAME),
)
_PERSON = described(_NAME, "Whose face the pictures show")
_OPERATION = Codec({"enum": list(OPERATIONS)}, decode=lambda name, value: checks.choice(name, value, OPERATIONS))
_SINCE = described(COUNT, "The number of an earlier answer")
_FLAG = described(FLAG, default=False)
_LIKENESS = Codec({"type": "number", "minimum": 0, "maximum": 100, "default": LIKENESS, "description": "Percent"})
_FACE = Codec({"anyOf": [reference("Face"), {"type": "array", "items": reference("Face")}]})
_PEOPLE = several(_NAME, "people must be a list of names", maxItems=MOST_PEOPLE)

#: All of them, in the order of the OpenAPI document.
COMMANDS: list[type[Command[Any]]] = []


@dataclass(frozen=True, kw_only=True)
class Command(Generic[R]):
    """Something that a test tells or asks the state. The docstring of each is its summary in the OpenAPI document."""

    #: The method, and the path as OpenAPI writes it.
    at: ClassVar[tuple[str, str]]
    #: Its answer; None for an empty one.
    answer: ClassVar[Answer | None] = None
    #: Whether pages of any origin may send it: the page under test may have any, and needs the face model.
    for_every_page: ClassVar[bool] = False
    #: Other HTTP statuses that it can be answered with, and why.
    errors: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls) -> None:
        if hasattr(cls, "at"):  # or it is a base class
            COMMANDS.append(cls)

    @classmethod
    def in_query(cls) -> bool:
        """Return whether its keys are in the query; otherwise they are in the body."""
        return cls.at[0] == "GET" or cls is Rollback


@dataclass(frozen=True, kw_only=True)
class Scoped(Command[R]):
    """A command about a region and an account."""

    account_id: str | None = field(default=None, metadata=as_json(nullable(ACCOUNT, "The account; any if left out")))
    region_name: str | None = field(
        default=None, metadata=as_json(nullable(REGION, "The region; any if left out"), key="region")
    )

    @property
    def scope(self) -> Scope:
        """The region and account."""
        return Scope(self.region_name, self.account_id)


@dataclass(frozen=True, kw_only=True)
class QueueResults(Scoped[QueuedView]):
    """Queue results, one for each session, error or scenario: all of them or, if one is invalid, none."""

    at = ("POST", f"{_STATIC}/face-liveness-results")
    answer = Answer(view(QueuedView, "Queued"))
    results: tuple[AnySeed, ...] = field(
        # Their decoder is written by hand: a scenario is several seeds, and a message names the number of its result.
        metadata=as_json(Codec(_RESULTS.schema, _RESULTS.encode))
    )


@dataclass(frozen=True, kw_only=True)
class MakePhoto(Command[bytes]):
    """Make a picture that says who is in it, for CompareFaces, DetectFaces and collections."""

    at = ("POST", f"{_STATIC}/photos")
    answer = _files("image/jpeg")
    people: tuple[str, ...] = field(metadata=as_json(_PEOPLE))
    likeness: float | None = field(default=None, metadata=as_json(_LIKENESS))
    of: bytes | None = field(default=None, metadata=as_json(nullable(BYTES, "A JPEG of your own")))
    bounding_boxes: tuple[BoundingBox, ...] | None = field(
        default=None, metadata=as_json(nullable(several(BOX, "bounding_boxes must be a list of boxes")))
    )
    face: Any = field(default=None, metadata=as_json(nullable(_FACE, "One for all of the people, or one for each")))


@dataclass(frozen=True, kw_only=True)
class ShowScenarios(Command[ScenariosView]):
    """Show the scenarios, the outcomes that an application must survive, for a threshold and a person."""

    at = ("GET", f"{_STATE}/scenarios")
    answer = Answer(view(ScenariosView, "Scenarios"))
    threshold: float = field(default=90, metadata=as_json(THRESHOLD))
    person: str | None = field(default=None, metadata=as_json(_PERSON))


@dataclass(frozen=True, kw_only=True)
class ShowState(Scoped[StateView]):
    """Show sessions, calls, collections and the seeds that are not used up, since a number of an earlier answer."""

    at = ("GET", _STATE)
    answer = Answer(view(StateView, "State"))
    since: int = field(default=0, metadata=as_json(_SINCE))
    limit: int | None = field(
        default=None, metadata=as_json(described(COUNT, "The most items of each list: the latest, of seeds the first"))
    )
    operation: str | None = field(default=None, metadata=as_json(_OPERATION))
    seeds: tuple[int, ...] = field(
        default=(), metadata=as_json(described(COUNTS, "The numbers of seeds that may be gone, for fates"))
    )


@dataclass(frozen=True, kw_only=True)
class ShowPeople(Scoped[PeopleView]):
    """Show who is in a collection."""

    at = ("GET", f"{_STATE}/collections/{{collection_id}}")
    answer = Answer(view(PeopleView, "People"))
    collection_id: str = field(metadata=as_json(Codec({"type": "string", "pattern": f"^{COLLECTION_ID}$"})))


@dataclass(frozen=True, kw_only=True)
class Rollback(Command[None]):
    """Forget everything after the number of an earlier answer."""

    at = ("DELETE", _STATE)
    since: int = field(metadata=as_json(_SINCE))


@dataclass(frozen=True, kw_only=True)
class Withdraw(Scoped[None]):
    """Remove the seeds that are not used up, all of them or those of a region or account."""

    at = ("DELETE", f"{_STATE}/seeds")


@dataclass(frozen=True, kw_only=True)
class ShowSeed(Command[SeedView]):
    """Show one seed."""

    at = ("GET", _SEED)
    answer = Answer(view(SeedView, "Seed"))
    number: int = field(metadata=as_json(SEED_NUMBER))


@dataclass(frozen=True, kw_only=True)
class WithdrawSeed(Command[None]):
    """Withdraw one seed, even an outage that was raised."""

    at = ("DELETE", _SEED)
    number: int = field(metadata=as_json(SEED_NUMBER))


@dataclass(frozen=True, kw_only=True)
class AddSession(Scoped[SessionView]):
    """Add a session that exists now."""

    at = ("POST", f"{_STATE}/sessions")
    answer = _SESSION_ANSWER
    steps: tuple[Step, ...] = field(default=(Created(),), metadata=as_json(SESSION_STEPS))
    session_id: str | None = field(default=None, metadata=as_json(nullable(UUID)))

    def __post_init__(self) -> None:
        check_steps("add_session", self.steps)
        if self.session_id is not None:
            checks.session_id(self.session_id)


@dataclass(frozen=True, kw_only=True)
class ShowSession(Scoped[SessionView]):
    """Show one session."""

    at = ("GET", _SESSION)
    answer = _SESSION_ANSWER
    session_id: str = field(metadata=as_json(_ID))


@dataclass(frozen=True, kw_only=True)
class ShowImage(Scoped[bytes]):
    """Show an image that a poll would return now: "reference", or "audit-0" to "audit-3". It is not a poll."""

    at = ("GET", f"{_SESSION}/images/{{name}}")
    answer = _files("image/jpeg", "application/octet-stream")
    session_id: str = field(metadata=as_json(_ID))
    name: str = field(metadata=as_json(IMAGE_NAME))


@dataclass(frozen=True, kw_only=True)
class ShowVideo(Scoped[bytes]):
    """Show the video that a client streamed to a session."""

    at = ("GET", f"{_SESSION}/video")
    answer = _files("video/webm", "application/octet-stream")
    errors: ClassVar[dict[str, str]] = {"410": "Dropped to make room for later videos"}
    session_id: str = field(metadata=as_json(_ID))


@dataclass(frozen=True, kw_only=True)
class ShowTest(Scoped[bytes]):
    """Show a session as the Python test that seeds one like it."""

    at = ("GET", f"{_SESSION}/test")
    answer = _files("text/x-python; charset=utf-8")
    session_id: str = field(metadata=as_json(_ID))


@dataclass(frozen=True, kw_only=True)
class SetOutcome(Command[SessionView]):
    """Set the outcome of a session, from now on."""

    at = ("PUT", _SESSION)
    answer = _SESSION_ANSWER
    session_id: str = field(metadata=as_json(_ID))
    steps: tuple[Step, ...] = field(metadata=as_json(SESSION_STEPS))

    def __post_init__(self) -> None:
        check_steps("set_outcome", self.steps)


@dataclass(frozen=True, kw_only=True)
class BeginBlock(Command[BlockView]):
    """Begin a block: what it treats as an error stays one until a rollback, even if moto is reset."""

    at = ("POST", f"{_STATE}/blocks")
    answer = Answer(view(BlockView, "Block"))
    assert_all_seeded: bool = field(default=False, metadata=as_json(_FLAG))
    strict_regions: bool = field(default=False, metadata=as_json(_FLAG))
    outermost: bool = field(
        default=False,
        metadata=as_json(described(_FLAG, "End the blocks that killed tests left open")),
    )


@dataclass(frozen=True, kw_only=True)
class SetStrict(Command[None]):
    """Set what is an error until a rollback: polls of sessions without a seed, and regions without Face Liveness."""

    at = ("PUT", f"{_STATE}/strict")
    assert_all_seeded: bool = field(default=False, metadata=as_json(_FLAG))
    strict_regions: bool = field(default=False, metadata=as_json(_FLAG))


@dataclass(frozen=True, kw_only=True)
class SetDefault(Scoped[None]):
    """Set the steps of sessions without a seed."""

    at = ("PUT", f"{_STATE}/default")
    steps: tuple[Step, ...] = field(metadata=as_json(SESSION_STEPS))

    def __post_init__(self) -> None:
        check_steps("set_default", self.steps)


@dataclass(frozen=True, kw_only=True)
class SetAfterExpiry(Scoped[None]):
    """Set what a poll gets once the three minutes of a session are over."""

    at = ("PUT", f"{_STATE}/after-expiry")
    step: Expired | ApiError = field(
        metadata=as_json(Codec({"anyOf": [reference("Expired"), reference("ApiError")]}, STEP.encode, STEP.decode))
    )

    def __post_init__(self) -> None:
        step = check_step("set_after_expiry", self.step, (Expired, ApiError))
        if not isinstance(step, (Expired, ApiError)):
            raise TypeError(f"only EXPIRED or an error can come after the three minutes, not {step.status}")


@dataclass(frozen=True, kw_only=True)
class SetOutputCheck(Scoped[None]):
    """Set when a session with an invalid bucket or KMS key is refused."""

    at = ("PUT", f"{_STATE}/output-check")
    when: str = field(metadata=as_json(Codec({"enum": ["create", "stream"]})))

    def __post_init__(self) -> None:
        checks.choice("when", self.when, ("create", "stream"))


@dataclass(frozen=True, kw_only=True)
class ShowFaceModel(Command[None]):
    """Show a face detector for Amplify's component, which sees a face in every picture."""

    at = ("GET", f"{FACE_MODEL}/model.json")
    for_every_page = True
    answer = _DOCUMENT


@dataclass(frozen=True, kw_only=True)
class ShowFaceWeights(Command[bytes]):
    """Show the weights of that face detector."""

    at = ("GET", f"{FACE_MODEL}/face.bin")
    for_every_page = True
    answer = _files("application/octet-stream")


@dataclass(frozen=True, kw_only=True)
class ShowConsole(Command[bytes]):
    """Show the console, a page for a browser."""

    at = ("GET", CONSOLE)
    answer = _files("text/html; charset=utf-8")


@dataclass(frozen=True, kw_only=True)
class ShowConsoleFile(Command[bytes]):
    """Show a file of the console."""

    at = ("GET", f"{CONSOLE}/{{file}}")
    answer = _files("text/css; charset=utf-8", "text/javascript; charset=utf-8", "image/svg+xml; charset=utf-8")
    file: str = field(metadata=as_json(Codec({"type": "string", "minLength": 1})))


@dataclass(frozen=True, kw_only=True)
class ShowOpenapi(Command[None]):
    """Show this document."""

    at = ("GET", f"{_STATE}/openapi.json")
    answer = _DOCUMENT
