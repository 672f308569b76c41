"""Service: the sessions of one account and region, and what creating and polling them does."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.common_models import BaseModel

from moto_liveness import _compat
from moto_liveness.core import operations as errors
from moto_liveness.core.images import MAX_AUDIT_IMAGES
from moto_liveness.core.script import Call, Script
from moto_liveness.core.seeds import Scope
from moto_liveness.core.session import ScriptedSession, gone, now
from moto_liveness.core.steps import ApiError, Expired, Failed, Step, Succeeded
from moto_liveness.rekognition import challenges, storage, transitions, validation
from moto_liveness.rekognition.exceptions import LivenessException, service_error
from moto_liveness.rekognition.results import Results, images_of, serialise
from moto_liveness.rekognition.script import current_script

#: The body of an answer, made when it is sent: what an answer refers to never changes.
Answer: TypeAlias = Callable[[], bytes]

# How many finished answers with images a backend keeps as they are sent: code that polls asks for the same one again.
# An answer has 1.4 MB at the most, five images of 200 KB in base64.
_KEPT_ANSWERS = 16


class FaceLivenessSession(ScriptedSession, BaseModel):
    """A session as the service has it: with an OutputConfig its images go to S3."""

    output: storage.Output | None = None
    number: int = 0
    _stored: tuple[Step, Mapping[str, Mapping[str, str]]] | None = None

    @property
    def status(self) -> str | None:
        """See Session.status."""
        return self.step_at(now(), current_script().expiry_step(Scope(self.region_name, self.account_id))).status

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
                raise ValueError(error.message) from None
            super().set_outcome(*steps)

    def store(self, step: Step) -> None:
        """Write the images of a step that has some, once."""
        if self.output is None or not isinstance(step, (Succeeded, Failed)):
            return
        if self._stored is None or self._stored[0] is not step:
            self._stored = step, self.output.write(self.id, images_of(step, self.audit_images_limit))

    def results(self, step: Step) -> Results:
        """Return the answer to a poll that reports the step."""
        stored = self._stored[1] if self._stored else None
        return Results(self.id, step, self.challenge, self.audit_images_limit, stored)


class LivenessBackend(BaseBackend):
    """The sessions of one account and region. moto makes it when it is first asked for, and resets it."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.sessions: dict[str, FaceLivenessSession] = {}
        self._tokens: dict[str, FaceLivenessSession] = {}
        self._answers: dict[str, Answer | LivenessException] = {}
        self._serialise = functools.lru_cache(_KEPT_ANSWERS)(serialise)
        self.place = Scope(region_name, account_id)

    @functools.cached_property
    def script(self) -> Script:
        """The script of the running mock. A reset of moto forgets it with everything else here."""
        return current_script()

    def answer(self, operation: str, body: str, invocation_id: str | None) -> bytes:
        """Return the body that a request is answered with, or raise the error.

        An attempt that repeats a call, as clients do after a 5xx or throttling, gets the answer of the first attempt.
        """
        with self.script.lock:
            answer = self._answers.get(invocation_id or "") or self._call(operation, body)
            if invocation_id:
                self._answers[invocation_id] = answer
        if isinstance(answer, LivenessException):
            raise answer.with_traceback(None)
        return answer()

    def add_session(self, steps: tuple[Step, ...], session_id: str | None) -> FaceLivenessSession:
        """Add a session that no request created. It returns all the audit images that its steps have."""
        session = FaceLivenessSession(
            id=session_id or _compat.uuid4(),
            request={},
            steps=steps,
            challenge=challenges.choose(None),
            created_at=now(),
            region_name=self.region_name,
            account_id=self.account_id,
            audit_images_limit=MAX_AUDIT_IMAGES,
        )
        return self._keep(session)

    def log_denial(self, operation: str, body: str, denial: LivenessException) -> None:
        """Log a call that IAM denied."""
        try:
            params = validation.parse(body)
        except LivenessException:
            params = {}
        self._log_error(operation, params, denial)

    def forget(self, number: int) -> None:
        """Forget the sessions that were added after that number was given."""
        while self.sessions and next(reversed(self.sessions.values())).number > number:
            self.sessions.popitem()
        self._tokens = {token: session for token, session in self._tokens.items() if session.number <= number}
        self._answers.clear()

    def _call(self, operation: str, body: str) -> Answer | LivenessException:
        params: dict[str, Any] = {}
        try:
            params = validation.parse(body)
            known = validation.check(operation, params)
            self._raise_queued_error(operation, known.get("SessionId"))
            return self._create(params, known) if operation == errors.CREATE else self._poll(params, known["SessionId"])
        except LivenessException as error:
            self._log_error(operation, params, error)
            return error

    def _raise_queued_error(self, operation: str, session_id: str | None) -> None:
        seed = self.script.raise_error(operation, self.place, session_id)
        if seed is not None:
            raise service_error(seed.code, operation, self.account_id, seed.message)

    def _create(self, request: dict[str, Any], params: dict[str, Any]) -> Answer:
        session = self._by_token(params.get("ClientRequestToken")) or self._new_session(request, params)
        self._log(errors.CREATE, request, session.id)
        return lambda: b'{"SessionId": "%s"}' % session.id.encode()

    def _by_token(self, token: str | None) -> FaceLivenessSession | None:
        session = self._tokens.get(token or "")
        return None if session is None or session.expired_at(now()) else session

    def _new_session(self, request: dict[str, Any], params: dict[str, Any]) -> FaceLivenessSession:
        script = self.script
        seed = script.next_session_seed(self.place)
        steps = transitions.ahead_of(seed.steps if seed else script.default_steps(self.place))
        settings = params.get("Settings", {})
        session = FaceLivenessSession(
            id=_compat.uuid4(),
            request=request,
            steps=steps,
            challenge=challenges.choose(settings.get("ChallengePreferences")),
            created_at=now(),
            region_name=self.region_name,
            account_id=self.account_id,
            audit_images_limit=min(max(settings.get("AuditImagesLimit", 0), 0), MAX_AUDIT_IMAGES),
        )
        # moto has a partition since 5.0.8.
        partition = getattr(self, "partition", "global")
        session.output = storage.output_of(params, self.account_id, self.region_name, partition)
        session.store(session.step_at(session.created_at, Expired()))
        # Nothing can fail from here on: what was refused above took no seed and left no session.
        if seed:
            script.bind(seed, session.id)
        if token := params.get("ClientRequestToken"):
            self._tokens[token] = session
        return self._keep(session)

    def _keep(self, session: FaceLivenessSession) -> FaceLivenessSession:
        session.number = self.script.next_number()
        self.sessions[session.id] = session
        return session

    def _poll(self, request: dict[str, Any], session_id: str) -> Answer:
        session = self.sessions.get(session_id)
        if session is None:
            raise service_error("SessionNotFoundException", errors.GET, self.account_id)
        at, after_expiry = now(), self.script.expiry_step(self.place)
        step = session.step_at(at, after_expiry)
        # A poll whose images cannot be stored is an error, and does not count.
        session.store(step)
        session.count(step, at)
        if isinstance(step, ApiError):
            raise service_error(step.code, errors.GET, self.account_id, step.message)
        self._log(errors.GET, request, session.id, step.status, getattr(step, "confidence", None))
        serialise_ = self._serialise if isinstance(step, (Succeeded, Failed)) else serialise
        return functools.partial(serialise_, session.results(step))

    def _log_error(self, operation: str, params: dict[str, Any], error: LivenessException) -> None:
        session_id = params.get("SessionId")
        self._log(operation, params, session_id if isinstance(session_id, str) else None, error=error)

    def _log(
        self,
        operation: str,
        params: dict[str, Any],
        session_id: str | None,
        status: str | None = None,
        confidence: float | None = None,
        error: LivenessException | None = None,
    ) -> None:
        call = Call(
            operation=operation,
            params=params,
            session_id=session_id,
            status=status,
            confidence=confidence,
            error=error.error_code if error else None,
            message=error.message if error else None,
            region_name=self.region_name,
            account_id=self.account_id,
            at=now(),
            number=self.script.next_number(),
        )
        self.script.calls.append(call)


liveness_backends = BackendDict(LivenessBackend, "rekognition")
