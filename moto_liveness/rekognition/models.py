"""The sessions of one account and region, and what creating and polling them does."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.common_models import BaseModel

from moto_liveness import _compat
from moto_liveness.core.calls import Call
from moto_liveness.core.images import MAX_AUDIT_IMAGES
from moto_liveness.core.operations import GET_RESULTS, Operation
from moto_liveness.core.progress import Progress
from moto_liveness.core.scope import Scope
from moto_liveness.core.script import NUMBERS, Script
from moto_liveness.core.session import ScriptedSession, gone, now
from moto_liveness.core.steps import ApiError, Expired, Finished, Step
from moto_liveness.rekognition import challenges, storage, transitions
from moto_liveness.rekognition.exceptions import ErrorAnswer, LivenessException, service_error, session_not_found
from moto_liveness.rekognition.results import Results, Serializer, images_of
from moto_liveness.rekognition.script import current_script

#: What a request is answered with: a body, the results to serialise, or an error.
Answer: TypeAlias = "bytes | Results | ErrorAnswer"


@dataclass(kw_only=True, eq=False, repr=False)
class FaceLivenessSession(ScriptedSession, BaseModel):
    """A session of the service. With an OutputConfig its images go to S3."""

    output: storage.Output | None = None
    number: int = 0
    _stored: tuple[Step, Mapping[str, Mapping[str, str]]] | None = None

    @property
    def status(self) -> str | None:
        """See Session.status."""
        return self.step_at(now(), current_script().after_expiry.at(self.place)).status

    def set_outcome(self, *steps: Step) -> None:
        """See Session.set_outcome."""
        __tracebackhide__ = True
        with current_script().lock:
            if liveness_backends[self.account_id][self.region_name].sessions.get(self.id) is not self:
                raise RuntimeError(gone(self))
            first, *_ = self.check_outcome(steps, now())
            try:
                self.store(first)
            except LivenessException as error:
                raise ValueError(error.answer.message) from None
            super().set_outcome(*steps)

    def store(self, step: Step) -> None:
        """Write the images of a finished step to S3, once."""
        if self.output is None or not isinstance(step, Finished):
            return
        if self._stored is None or self._stored[0] is not step:
            self._stored = step, self.output.write(self.id, images_of(step, self.audit_images_limit))

    def results(self, step: Step) -> Results:
        """Return what a poll that reports the step is answered from."""
        stored = self._stored[1] if self._stored else None
        return Results(self.id, step, self.challenge, self.audit_images_limit, stored)


class LivenessBackend(BaseBackend):
    """The sessions of one account and region. moto makes it on first use, and resets it."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.sessions: dict[str, FaceLivenessSession] = {}
        self.answers: dict[str, Answer] = {}
        self.serialize = Serializer()
        self.place = Scope(region_name, account_id)
        self._tokens: dict[str, FaceLivenessSession] = {}

    @functools.cached_property
    def script(self) -> Script:
        """The script of the running mock. A reset of moto forgets it with everything else here."""
        return current_script()

    def create_face_liveness_session(
        self,
        *,
        kms_key_id: str | None,
        settings: Mapping[str, Any],
        client_request_token: str | None,
        request: Mapping[str, Any],
    ) -> FaceLivenessSession:
        """Return a new session, or the one that the token has created. The request is what the client sent."""
        session = self._tokens.get(client_request_token or "")
        if session is not None and not session.expired_at(now()):
            return session
        seed = self.script.next_session_seed(self.place)
        session = self._new_session(
            None,
            transitions.ahead_of(seed.steps if seed else self.script.defaults.at(self.place)),
            preferences=settings.get("ChallengePreferences"),
            audit_images_limit=min(max(settings.get("AuditImagesLimit", 0), 0), MAX_AUDIT_IMAGES),
            request=request,
        )
        # moto has partitions since 5.0.8.
        partition = getattr(self, "partition", "global")
        config = settings.get("OutputConfig")
        session.output = storage.output_of(kms_key_id, config, self.account_id, self.region_name, partition)
        session.store(session.step_at(session.created_at, Expired()))
        # Nothing can fail from here on: a refused request takes no seed and leaves no session.
        if seed:
            self.script.bind(seed, session.id)
            session.seed = seed
        if client_request_token:
            self._tokens[client_request_token] = session
        return self._keep(session)

    def get_face_liveness_session_results(self, session_id: str) -> Results:
        """Return the results that a poll is answered from, and count the poll."""
        session = self.sessions.get(session_id)
        if session is None:
            raise session_not_found(self.account_id)
        at = now()
        step = session.step_at(at, self.script.after_expiry.at(self.place))
        # A poll whose images cannot be stored is an error and does not count.
        session.store(step)
        session.count(step, at)
        if isinstance(step, ApiError):
            raise service_error(GET_RESULTS, step.code, self.account_id, step.message)
        return session.results(step)

    def add_session(self, steps: tuple[Step, ...], session_id: str | None) -> FaceLivenessSession:
        """Add a session that no request created. It returns all the audit images of its steps."""
        session = self._new_session(
            session_id, steps, preferences=None, audit_images_limit=MAX_AUDIT_IMAGES, request={}
        )
        return self._keep(session)

    def raise_queued_error(self, operation: Operation, session_id: str | None) -> None:
        """Raise the error that a test queued for this call, if there is one."""
        seed = self.script.raise_error(operation, self.place, session_id)
        if seed is not None:
            raise service_error(operation, seed.code, self.account_id, seed.message)

    def log(
        self,
        operation: Operation,
        params: Mapping[str, Any],
        session_id: str | None,
        results: Results | None = None,
        error: ErrorAnswer | None = None,
    ) -> None:
        """Log a call with its answer."""
        call = Call(
            operation=operation.name,
            params=params,
            session_id=session_id,
            status=results.step.status if results else None,
            confidence=getattr(results.step, "confidence", None) if results else None,
            error=error.code if error else None,
            message=error.message if error else None,
            region_name=self.region_name,
            account_id=self.account_id,
            at=now(),
            number=NUMBERS.next(),
        )
        self.script.calls.append(call)

    def rollback(self, savepoint: int) -> None:
        """Forget the sessions that were made after the savepoint, and the answers to repeated attempts."""
        while self.sessions and next(reversed(self.sessions.values())).number > savepoint:
            self.sessions.popitem()
        self._tokens = {token: session for token, session in self._tokens.items() if session.number <= savepoint}
        self.answers.clear()

    def _new_session(
        self,
        session_id: str | None,
        steps: tuple[Step, ...],
        *,
        preferences: list[dict[str, Any]] | None,
        audit_images_limit: int,
        request: Mapping[str, Any],
    ) -> FaceLivenessSession:
        created_at = now()
        return FaceLivenessSession(
            id=session_id or _compat.uuid4(),
            request=request,
            created_at=created_at,
            region_name=self.region_name,
            account_id=self.account_id,
            audit_images_limit=audit_images_limit,
            progress=Progress(steps, since=created_at),
            preferred_challenge=challenges.choose(preferences),
        )

    def _keep(self, session: FaceLivenessSession) -> FaceLivenessSession:
        session.number = NUMBERS.next()
        self.sessions[session.id] = session
        return session


liveness_backends = BackendDict(LivenessBackend, "rekognition")
