"""The sessions of one account and region, and what creating and polling them does."""

from __future__ import annotations

import contextlib
import datetime
import functools
import itertools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.common_models import BaseModel

from moto_liveness import _compat
from moto_liveness.core import checks
from moto_liveness.core.calls import Call
from moto_liveness.core.clock import now
from moto_liveness.core.collections import Collections
from moto_liveness.core.images import MAX_AUDIT_IMAGES, PLACEHOLDER_AUDIT_IMAGES, Image
from moto_liveness.core.operations import CREATE, GET_RESULTS, Operation
from moto_liveness.core.progress import Progress
from moto_liveness.core.scope import Scope
from moto_liveness.core.script import NUMBERS, Script
from moto_liveness.core.seeds import ErrorSeed, ExceptionSeed, SeedRecord
from moto_liveness.core.session import ScriptedSession
from moto_liveness.core.steps import ApiError, Created, Expired, Finished, InProgress, Step
from moto_liveness.core.stream import check_reachable
from moto_liveness.core.unseeded import UnseededSessionError, unseeded
from moto_liveness.rekognition import challenge_preferences, faces, storage, transitions, unserved
from moto_liveness.rekognition.attempts import Attempts
from moto_liveness.rekognition.collections import CollectionOperations
from moto_liveness.rekognition.exceptions import LivenessException, service_error, session_not_found
from moto_liveness.rekognition.request import Reply, Request
from moto_liveness.rekognition.results import Results, Serializer
from moto_liveness.rekognition.script_backend import current_script

# What a poll gets while images are written: an S3Object with its Version exists only afterwards.
_WHILE_WRITING = InProgress()
# How a JPEG and a PNG begin in base64.
_BASE64 = (b"/9j/", b"iVBORw0KGgo")
# How many sessions that were polled without a seed are remembered for each place.
_MOST_UNSEEDED = 10_000

# The last sessions that were rolled back with their blocks. A poll of one of them is a mistake in a test.
_ENDED_WITH_A_BLOCK: deque[str] = deque(maxlen=1_000)


@dataclass(kw_only=True, eq=False, repr=False)
class FaceLivenessSession(ScriptedSession, BaseModel):
    """A session of the service. With an OutputConfig its images go to S3."""

    output: storage.Output | None = None
    #: The number of the first poll, if no test has set the outcome of the session.
    polled_unseeded: int = 0
    #: Whether its images are being written to S3 now.
    writing: bool = False
    _stored: tuple[Step, storage.Objects] | None = None

    @property
    def status(self) -> str | None:
        """The Status that a poll would report now; None if it would get an ApiError."""
        return self.step_now(now(), current_script().expiry_step(self.place)).status

    @property
    def confidence(self) -> float | None:
        """The Confidence that a poll would report now."""
        return getattr(self.step_now(now(), current_script().expiry_step(self.place)), "confidence", None)

    def set_outcome(self, steps: tuple[Step, ...]) -> None:
        """Replace the steps that are still to come."""
        __tracebackhide__ = True
        with current_script().lock:
            first, *_ = self.check_outcome(steps, now())
            streaming = self.stream is not None and self.stream.recording
        check_reachable(steps)
        try:
            if not streaming:
                self.store(first)
        except LivenessException as error:
            raise ValueError(error.answer.message) from None
        with current_script().lock:
            super().set_outcome(steps)

    def step_now(self, at: datetime.datetime, after_expiry: Step) -> Step:
        """Return the step that a poll would report."""
        if self.writing and not self.expired_at(at):
            return _WHILE_WRITING
        return self.step_at(at, after_expiry)

    @property
    def images(self) -> dict[str, Image]:
        """The images that a poll would return now, by their names in S3."""
        step = self.step_now(now(), current_script().expiry_step(self.place))
        return dict(storage.images_of(step, self.audit_images_limit)) if isinstance(step, Finished) else {}

    def check_output(self) -> None:
        """Raise InvalidParameterException if the images cannot go to the bucket, or not with the KMS key."""
        storage.check(self.output, self.request.get("KmsKeyId"), self.place)

    def must_store(self, step: Step) -> bool:
        """Return whether the images of a step are still to be written to S3."""
        stored = self._stored is not None and self._stored[0] is step
        return self.output is not None and isinstance(step, Finished) and not stored

    def store(self, step: Step) -> None:
        """Write the images of a finished step to S3, once, without the lock of the script.

        Notifications of the bucket run at once, in this thread or another, and their subscribers may poll the session.
        """
        self.writing = True
        try:
            if self.output is not None and isinstance(step, Finished) and self.must_store(step):
                self._stored = step, self.output.write(self.id, storage.images_of(step, self.audit_images_limit))
        finally:
            self.writing = False

    def unseeded_message(self) -> str:
        """Return the message about a poll of this session, which has no seed."""
        script = current_script()
        return unseeded(self, script.waiting(), script.lost(), script.unanswered())

    def results(self, step: Step) -> Results:
        """Return the results for a poll that reports the step."""
        stored = self._stored[1] if self._stored and self._stored[0] is step else None
        return Results(self.id, step, self.challenge, self.audit_images_limit, stored)

    def expire(self) -> None:
        """Release everything that the session had: it stays EXPIRED, even if the clock goes back."""
        super().expire()
        self.output = self._stored = None


class LivenessBackend(CollectionOperations, BaseBackend):
    """The sessions and collections of one account and region. moto makes it on first use, and resets it."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        # In the order in which they were created, the expired ones among them.
        self._sessions: dict[str, FaceLivenessSession] = {}
        # In the order of their first polls. They stay when the sessions are forgotten.
        self._polled_unseeded: deque[FaceLivenessSession] = deque(maxlen=_MOST_UNSEEDED)
        self.collections = Collections()
        self.attempts = Attempts()
        self.serialize = Serializer()
        self.place = Scope(region_name, account_id)
        self._alive: deque[FaceLivenessSession] = deque()
        self._tokens: dict[str, FaceLivenessSession] = {}

    @functools.cached_property
    def script(self) -> Script:
        """The script of the running mock. A reset of moto forgets it with everything else here."""
        return current_script()

    def create_face_liveness_session(self, request: Request) -> Reply:
        """Create a session, or find the one that the token has created."""
        unserved.refuse(self.place, self.script, CREATE)
        unserved.warn(self.place, request.in_process)
        challenge_preferences.check_known(request)
        token = request.params.get("ClientRequestToken")
        known = self._tokens.get(token or "")
        if known is not None and not known.expired_at(now()):
            return _created(known, "same token, same session")
        seed = self.script.next_session_seed(self.place)
        seeded_steps = seed.steps if seed else ()
        session = self._scripted_session(seed, request)
        first = session.step_at(session.created_at, Expired())
        # The session exists while its images are written, and is gone again if that fails.
        session.writing = session.must_store(first) and not self.script.checks_output_at_stream(self.place)
        self._keep(session, seed, token)
        if session.writing:
            try:
                self._store(session, first)
            except BaseException:
                self._take_back(session, seed, seeded_steps, token)
                raise
        return _created(session, _note_of(session))

    def get_face_liveness_session_results(self, request: Request) -> Reply:
        """Return the results for a poll, and count the poll."""
        unserved.refuse(self.place, self.script, GET_RESULTS)
        while True:
            session = self.session(request.params["SessionId"])
            if session is None:
                raise session_not_found(self.account_id)
            at = now()
            step = session.step_now(at, self.script.expiry_step(self.place))
            if session.stream is not None and session.unannounced(step, at):
                with self.script.lock.released():
                    session.stream.wait_for_announcement()
                continue
            self._check_seeded(session, at)
            if not session.must_store(step):
                return self._report(session, step, at)
            # A poll whose images cannot be stored is an error and does not count.
            self._store(session, step)
            # Look again: a test may have set another outcome meanwhile.

    def note_on_error(self, request: Request) -> str | None:
        """Return a note about a session that does not exist any more."""
        gone = request.session_id in _ENDED_WITH_A_BLOCK and self.session(str(request.session_id)) is None
        return "that session was removed when its block ended" if gone else None

    def compare_faces(self, request: Request) -> Reply:
        """Compare the faces of two pictures."""
        return faces.compare(request)

    def detect_faces(self, request: Request) -> Reply:
        """Return the faces of a picture."""
        return faces.detect(request)

    def add_session(self, steps: tuple[Step, ...], session_id: str | None) -> FaceLivenessSession:
        """Add a session that no request created. It returns all the audit images of its steps."""
        session = self._new_session(session_id, steps, None, MAX_AUDIT_IMAGES, {})
        self._keep(session, None, None)
        return session

    def session(self, session_id: str) -> FaceLivenessSession | None:
        """Return a session; None if there is none."""
        return self._sessions.get(session_id)

    def sessions(self, since: int, limit: int | None) -> list[FaceLivenessSession]:
        """Return the sessions that were made after a savepoint, in order; with a limit, the latest."""
        with self.script.lock:
            found = itertools.takewhile(lambda session: session.number > since, reversed(self._sessions.values()))
            return [*itertools.islice(found, limit)][::-1]

    def polled_unseeded(self, since: int, limit: int | None) -> list[FaceLivenessSession]:
        """Return the sessions that were first polled after a savepoint, and that have no seed; at most the latest."""
        with self.script.lock:
            polled = reversed(self._polled_unseeded)
            found = itertools.takewhile(lambda session: session.polled_unseeded > since, polled)
            return [*itertools.islice(found, limit)][::-1]

    def forget(self, session: FaceLivenessSession) -> None:
        """Forget an expired session. A poll that it had without a seed is still known."""
        if self.session(session.id) is session:  # or a reset of moto took it
            del self._sessions[session.id]

    def next_answer(self, request: Request, when: str = "start") -> ExceptionSeed | None:
        """Raise the error that a test queued for this call, or return the exception, if there is one."""
        operation, named = request.operation, request.collection_id
        seed = self.script.next_answer(operation, self.place, request.session_id, when)
        if isinstance(seed, ErrorSeed):
            raise service_error(operation, seed.code, self.account_id, seed.message, seed.http_status, named)
        return seed if isinstance(seed, ExceptionSeed) else None

    def log(
        self,
        operation: Operation,
        params: Mapping[str, Any],
        session_id: str | None,
        *,
        step: Step | None = None,
        error: tuple[str, str] | None = None,
        seed: int | None = None,
        note: str | None = None,
        people: tuple[tuple[str, ...] | None, ...] = (),
        collection_id: str | None = None,
        in_process: bool = False,
    ) -> None:
        """Log a call with its answer: the step that it reported, or an error, a code and a message.

        Long values that a client sent are cut. On a server the call may take the place of the oldest ones.
        """
        with self.script.lock:
            call = Call(
                operation=operation.name,
                params=params,
                session_id=_cut(session_id),
                status=step.status if step else None,
                confidence=getattr(step, "confidence", None),
                error=error[0] if error else None,
                message=_cut(error[1], checks.LONGEST_TEXT) if error else None,
                seed=seed,
                note=_cut(note, checks.LONGEST_TEXT),
                people=people,
                collection_id=_cut(collection_id),
                region_name=checks.shortened(self.region_name),
                account_id=checks.shortened(self.account_id),
                at=now(),
                number=NUMBERS.next(),
            )
            self.script.calls.append(call)
            if not in_process:
                self.script.forget_calls()

    def rollback(self, savepoint: int) -> None:
        """Forget what was made after the savepoint, and the answers to repeated attempts."""
        self.collections.rollback(savepoint)
        while self._sessions and next(reversed(self._sessions.values())).number > savepoint:
            session_id, _ = self._sessions.popitem()
            _ENDED_WITH_A_BLOCK.append(session_id)
        while self._polled_unseeded and self._polled_unseeded[-1].polled_unseeded > savepoint:
            self._polled_unseeded.pop().polled_unseeded = 0
        self.attempts = Attempts()
        self._alive = deque(session for session in self._alive if session.number <= savepoint)
        self._tokens = {token: session for token, session in self._tokens.items() if session.number <= savepoint}

    def _scripted_session(self, seed: SeedRecord | None, request: Request) -> FaceLivenessSession:
        settings, default = request.params.get("Settings", {}), self.script.defaults.at(self.place)
        steps = seed.steps if seed else default or (Created(),)
        session = self._new_session(
            seed.requested_id if seed else None,
            transitions.ahead_of(steps),
            settings.get("ChallengePreferences"),
            min(max(settings.get("AuditImagesLimit", 0), 0), MAX_AUDIT_IMAGES),
            request.logged,
        )
        session.seeded = bool(seed or default)
        # moto has partitions since 5.0.8.
        partition = getattr(self, "partition", "global")
        kms_key_id, config = request.params.get("KmsKeyId"), settings.get("OutputConfig")
        session.output = storage.output_of(kms_key_id, config, self.account_id, self.region_name, partition)
        if not self.script.checks_output_at_stream(self.place):
            session.check_output()
        return session

    def _new_session(
        self,
        session_id: str | None,
        steps: tuple[Step, ...],
        preferences: list[dict[str, Any]] | None,
        audit_images_limit: int,
        request: Mapping[str, Any],
    ) -> FaceLivenessSession:
        created_at = now()
        return FaceLivenessSession(
            id=session_id or self._unused_id(),
            request=request,
            created_at=created_at,
            region_name=self.region_name,
            account_id=self.account_id,
            audit_images_limit=audit_images_limit,
            progress=Progress(steps, since=created_at),
            allowed_challenges=challenge_preferences.allowed(preferences),
        )

    def _unused_id(self) -> str:
        # After /moto-api/seed moto's generator repeats itself.
        session_id = _compat.uuid4()
        while self.session(session_id) or self.script.expects(session_id):
            session_id = _compat.uuid4()
        return session_id

    def _keep(self, session: FaceLivenessSession, seed: SeedRecord | None, token: str | None) -> None:
        session.number = NUMBERS.next()
        self._sessions[session.id] = session
        if seed:
            self.script.bind(seed, session.id)
            session.seed = seed
        if token:
            self._tokens[token] = session
        self._alive.append(session)
        while self._alive[0].expired_at(session.created_at):
            self._expire(self._alive.popleft())

    def _expire(self, session: FaceLivenessSession) -> None:
        session.expire()
        if self._tokens.get(session.request.get("ClientRequestToken", "")) is session:
            del self._tokens[session.request["ClientRequestToken"]]
        _compat.leave_dashboard(session)
        forgotten = self.script.keep_expired(session)
        if isinstance(forgotten, FaceLivenessSession):
            liveness_backends[forgotten.account_id][forgotten.region_name].forget(forgotten)

    def _take_back(
        self, session: FaceLivenessSession, seed: SeedRecord | None, steps: tuple[Step, ...], token: str | None
    ) -> None:
        # A rollback may have taken them meanwhile.
        self._sessions.pop(session.id, None)
        self._tokens.pop(token or "", None)
        with contextlib.suppress(ValueError):
            self._alive.remove(session)
        if seed:
            self.script.unbind(seed, steps)

    def _check_seeded(self, session: FaceLivenessSession, at: datetime.datetime) -> None:
        if session.seeded or session.expired_at(at):
            return
        if not session.polled_unseeded:
            session.polled_unseeded = NUMBERS.next()
            self._polled_unseeded.append(session)
        if self.script.strictness.assert_all_seeded:
            raise UnseededSessionError(session.unseeded_message())

    def _report(self, session: FaceLivenessSession, step: Step, at: datetime.datetime) -> Reply:
        if step is not _WHILE_WRITING:
            session.count(step, at)
        if isinstance(step, ApiError):
            raise service_error(GET_RESULTS, step.code, self.account_id, step.message)
        results = session.results(step)
        return Reply(results, note=_note_on_images(results))

    def _store(self, session: FaceLivenessSession, step: Step) -> None:
        """Write the images of a step without the lock: a subscriber of the bucket may poll the session."""
        session.writing = True
        with self.script.lock.released():
            session.store(step)


def _cut(text: str | None, *longest: int) -> str | None:
    return None if text is None else checks.shortened(text, *longest)


def _created(session: FaceLivenessSession, note: str) -> Reply:
    return Reply(b'{"SessionId": "%s"}' % session.id.encode(), session.id, note, session.seed_number)


def _note_of(session: FaceLivenessSession) -> str:
    if session.seed is None:
        return "set_default" if session.seeded else "no seed"
    queued_at = session.seed.seed.queued_at
    return session.seed.call + (f", {queued_at}" if queued_at else "")


def _note_on_images(results: Results) -> str | None:
    """Return a note about images that may not be what the test meant."""
    if not isinstance(results.step, Finished):
        return None
    formats = (_note_on_format(name, image.data) for name, image in results.images.items())
    return "; ".join(filter(None, [_note_on_limit(results), *formats])) or None


def _note_on_format(name: str, data: bytes) -> str | None:
    if data.startswith(_BASE64):
        return f"image {name} is a picture in base64, returned as it is: pass its bytes"
    return f"image {name} is a PNG, returned as it is: AWS sends JPEG" if data.startswith(b"\x89PNG") else None


def _note_on_limit(results: Results) -> str | None:
    seeded = getattr(results.step, "audit_images", None)
    limit = results.audit_images_limit
    if not seeded or seeded == PLACEHOLDER_AUDIT_IMAGES or limit >= len(seeded):
        return None
    return f"{limit} of {len(seeded)} seeded audit images (AuditImagesLimit {limit})"


liveness_backends = BackendDict(LivenessBackend, "rekognition")
