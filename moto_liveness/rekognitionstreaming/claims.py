"""Streams and their sessions: a stream takes its session over, and leaves it with an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto_liveness.core import checks
from moto_liveness.core.clock import now
from moto_liveness.core.operations import LOST, START_STREAM
from moto_liveness.core.scope import Scope
from moto_liveness.core.script import NUMBERS, Script
from moto_liveness.core.seeds import ErrorSeed
from moto_liveness.core.session import gone
from moto_liveness.core.steps import ApiError, Expired, Finished, Step
from moto_liveness.core.stream import LARGEST_VIDEO, RecordedStream, summary
from moto_liveness.rekognition import unserved
from moto_liveness.rekognition.exceptions import LivenessException, service_error
from moto_liveness.rekognition.models import FaceLivenessSession, LivenessBackend
from moto_liveness.rekognition.nowhere import NowhereBackend, backend_at
from moto_liveness.rekognitionstreaming import shapes
from moto_liveness.rekognitionstreaming.close_codes import CLOSE_CODES, named
from moto_liveness.rekognitionstreaming.events import agree, check, check_information, refusal

#: The note on a stream whose outcome no test has set.
UNSEEDED = "no outcome was queued for this session"
# AWS's own words; applications compare with them: https://github.com/aws-amplify/amplify-ui-android/issues/175.
_NO_VIDEO = "End video event received before first valid video event."


class OutlivedError(Exception):
    """The test in which a stream arrived is over."""


class Arrival:
    """A stream that a client asks for. It gets nothing from a test that begins after it has arrived."""

    def __init__(self, place: Scope, params: dict[str, Any]) -> None:
        """Note the test in which it arrives. Raise LivenessException in a region that Rekognition does not have."""
        self._backend = backend_at(str(place.account_id), str(place.region_name))
        if isinstance(self._backend, NowhereBackend):
            raise self._backend.refusal_of_stream(_short(params))
        self._params = params
        self._session_id: str | None = params.get("SessionId")
        self._first_script, self._number = self._backend.script, NUMBERS.next()

    def delay(self, when: str) -> float:
        """Return how many seconds late a phase of the stream is. Raise OutlivedError once its test is over."""
        with self._script.lock:
            return self._script.next_delay(START_STREAM, self._backend.place, self._session_id, when)

    def unanswered(self) -> bool:
        """Return whether the client gets no answer at all. Raise OutlivedError once its test is over."""
        with self._script.lock:
            try:
                _raise_queued(self._backend, self._session_id, "connect")
            except StreamClosed as closed:
                self._log(closed)
                return True
        return False

    def leave(self) -> None:
        """Note that the client left before it got an answer. Raise OutlivedError once its test is over."""
        with self._script.lock:
            self._log(StreamClosed(LOST))

    def start(self, user_agent: str | None) -> Claim:
        """Take the session over.

        Raises:
            LivenessException, StreamClosed: if it cannot be streamed to. The session then stays as it was.
            OutlivedError: once its test is over.
        """
        with self._script.lock:
            try:
                known = check(shapes.PARAMETERS, self._params)
                _raise_queued(self._backend, self._session_id, "start")
                unserved.refuse(self._backend.place, self._backend.script, START_STREAM)
                return _claim(self._backend, known, self._params, user_agent)
            except (LivenessException, StreamClosed) as error:
                self._log(error)
                raise

    @property
    def _script(self) -> Script:
        script = self._backend.script
        if script is not self._first_script or script.rolled_back(self._number):
            raise OutlivedError
        return script

    def _log(self, error: LivenessException | StreamClosed) -> None:
        told = (error.answer.code, error.answer.message) if isinstance(error, LivenessException) else (str(error), "")
        self._backend.log(START_STREAM, _short(self._params), self._session_id, error=told)


def _short(params: Mapping[str, str]) -> dict[str, str]:
    """Return the parameters for the log, which cuts long values."""
    return {name: checks.shortened(value) for name, value in params.items()}


def _raise_queued(backend: LivenessBackend, session_id: str | None, when: str) -> None:
    seed = backend.script.next_answer(START_STREAM, backend.place, session_id, when)
    if isinstance(seed, ErrorSeed) and seed.code in CLOSE_CODES:
        raise StreamClosed(seed.code)
    if isinstance(seed, ErrorSeed):
        raise service_error(START_STREAM, seed.code, backend.account_id, seed.message, seed.http_status)


def _claim(
    backend: LivenessBackend, known: Mapping[str, str], params: Mapping[str, Any], user_agent: str | None
) -> Claim:
    session = backend.session(known["SessionId"])
    if session is None:
        raise service_error(START_STREAM, "SessionNotFoundException", backend.account_id)
    at = now()
    step = session.step_now(at, backend.script.expiry_step(backend.place))
    if isinstance(step, ApiError) and step.code == "SessionNotFoundException":
        raise service_error(START_STREAM, step.code, backend.account_id, step.message)
    _check_free(session, Expired() if session.expired_at(at) else step)
    if backend.script.checks_output_at_stream(backend.place):
        try:
            session.check_output()
        except LivenessException as error:
            raise refusal(error.answer.message) from None
    stream = RecordedStream(
        width=int(known["VideoWidth"]),
        height=int(known["VideoHeight"]),
        challenge=agree(session.challenges, known["ChallengeVersions"]),
        started_at=at,
        user_agent=None if user_agent is None else checks.shortened(user_agent),
        number=NUMBERS.next(),
    )
    session.stream = stream
    return Claim(backend, session, stream, params)


def _check_free(session: FaceLivenessSession, step: Step) -> None:
    if session.stream is not None:
        raise refusal(f"session {session.id} was already streamed to: create a session for each check")
    if isinstance(step, Expired):
        raise refusal(f"session {session.id} is EXPIRED: create a session for each check")
    if isinstance(session.reported, Finished):
        raise refusal(
            f"a poll already got {session.reported.status} for session {session.id}: "
            "queue(Created(until='stream'), ...) makes it wait for its stream"
        )


class StreamClosed(Exception):  # noqa: N818  # not always an error
    """The service closes the stream without an event, with a close code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.close_code = CLOSE_CODES[code]


@dataclass(frozen=True)
class Claim:
    """A session that a stream has taken over."""

    backend: LivenessBackend
    session: FaceLivenessSession
    stream: RecordedStream
    params: Mapping[str, Any]

    def check(self) -> None:
        """Raise the reason for the stream to end without its client: a reset, or the end of the three minutes."""
        with self.backend.script.lock:
            if self.backend.session(self.session.id) is not self.session:
                raise refusal(gone(self.session.id))
            if self.session.expired_at(now()):
                raise StreamClosed("SessionExpired")

    def record(self, chunk: bytes) -> None:
        """Add a chunk of video. Raise LivenessException if it is one too many."""
        if self.stream.size + len(chunk) > LARGEST_VIDEO:
            raise refusal(f"the video is larger than {LARGEST_VIDEO // 1024**2} MB, {LARGEST_VIDEO:,} bytes")
        self.backend.script.record_chunk(self.stream, chunk)

    def inform(self, event: dict[str, Any], data: bytes) -> None:
        """Add an information event. Raise LivenessException if it is one too many."""
        check_information(self.stream.informed + len(data))
        self.backend.script.inform(self.stream, event, data)

    def delay(self) -> float:
        """Return how many seconds late the end of the stream is. Raise LivenessException if there was no video."""
        if not self.stream.chunks:
            raise refusal(_NO_VIDEO)
        return self.backend.script.next_delay(START_STREAM, self.backend.place, self.session.id, "end")

    def end_video(self) -> None:
        """Let the session go on with the steps that come after Created.

        Raises:
            LivenessException, StreamClosed: if a test queued an error for the end of this stream.
        """
        with self.backend.script.lock:
            _raise_queued(self.backend, self.session.id, "end")
            self.session.end_video(now())
            self.stream.recording = False

    def is_over(self) -> bool:
        """Return whether the results can be read. Its images are in S3 then.

        Raises:
            LivenessException: if they cannot be written.
            StreamClosed: if the session is EXPIRED.
        """
        with self.backend.script.lock:
            at = now()
            step = self.session.step_now(at, Expired())
            waiting = self.session.analysing(step, at)
            must_store = self.session.must_store(step) and not waiting
            self.session.writing |= must_store
        if isinstance(step, Expired):
            raise StreamClosed("SessionExpired")
        if waiting:
            return False
        if must_store:
            try:
                self.session.store(step)
            except LivenessException as error:
                raise refusal(error.answer.message) from None
            except Exception as error:  # noqa: BLE001  # of a subscriber of the bucket, which runs at once
                raise refusal(f"the images cannot be written: {type(error).__name__}: {error}") from None
        return True

    def close(self) -> None:
        """End the stream without an error."""
        with self.backend.script.lock:
            at = now()
            step = self.session.step_now(at, Expired())
            self.session.settle(at)
        self._end(f"{self._carried}; {self._outcome(step)}", step)

    def break_off(self, close_code: int) -> None:
        """End the stream because its client left: FAILED, if the video had not ended."""
        if not self.stream.recording:
            self.close()
            return
        self.stream.close_code = close_code
        step = self._failed()
        note = f"broken off by the client with close code {named(close_code)}; {step.status or 'an error'}"
        self._end(note, step)

    def fail(self, code: str, message: str) -> None:
        """End the stream with an error: FAILED."""
        self.stream.error = code
        self._end(None, self._failed(), (code, message))

    def _failed(self) -> Step:
        with self.backend.script.lock:
            self.stream.recording = False
            self.session.fail(now())
            return self.session.step_now(now(), Expired())

    def _end(self, note: str | None, step: Step, error: tuple[str, str] | None = None) -> None:
        with self.backend.script.lock:
            self.stream.recording, self.stream.ended_at = False, now()
            known = self.backend.session(self.session.id) is self.session
            if known:  # or a reset has taken the log of the session as well
                reported = None if error else step
                self.backend.log(START_STREAM, self.params, self.session.id, step=reported, error=error, note=note)

    @property
    def _carried(self) -> str:
        colors = len(self.stream.colors)
        carried = summary(self.stream)
        return f"{carried}, {checks.plural(colors, 'color')}" if colors else carried

    def _outcome(self, step: Step) -> str:
        confidence = getattr(step, "confidence", None)
        of = "" if confidence is None else f" with a confidence of {confidence} percent"
        outcome = f"{step.status or 'an error'}{of}"
        return outcome if self.session.seeded else f"{outcome}: {UNSEEDED}"
