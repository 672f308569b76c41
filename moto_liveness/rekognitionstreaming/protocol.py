"""One stream, without a socket, a thread or a clock of its own: bytes in, bytes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from moto_liveness.core.clock import now
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognitionstreaming import claims, events
from moto_liveness.rekognitionstreaming.close_codes import GOING_AWAY, NORMAL
from moto_liveness.rekognitionstreaming.eventstream import Decoder, MalformedMessageError


class Reply(NamedTuple):
    """What the service sends: messages, one after the other, and then, unless it is None, a close code."""

    messages: tuple[bytes, ...] = ()
    close_code: int | None = None
    #: How many seconds to wait before.
    delay: float = 0


class Conversation:
    """An open stream. Call it with everything that arrives, and poll it regularly in between."""

    def __init__(self, arrival: claims.Arrival, user_agent: str | None) -> None:
        """Open the stream. Raise LivenessException if it is refused."""
        self._claim = arrival.start(user_agent)
        self._decoder = Decoder()
        self._analysing = False
        self._late: float | None = None
        self.over = False

    def opening(self) -> Reply:
        """Return the first messages of the service."""
        stream = self._claim.stream
        return Reply(events.opening(stream.challenge, stream.width, stream.height))

    def receive(self, data: bytes) -> Reply:
        """Return what the service answers to bytes of the client. Those that follow the video are thrown away."""
        return self.poll() if self._analysing else self._answer(lambda: self._take_all(data))

    def end_input(self) -> Reply:
        """Return what the service answers when the client has nothing more to send."""
        return self.poll() if self._analysing else self._answer(lambda: self._take(events.InputEnd()))

    def poll(self) -> Reply:
        """Return what is due now."""
        return self._answer(lambda: None)

    def refuse(self, problem: str) -> Reply:
        """Return what the service answers to something that cannot be read."""
        return self.poll() if self._analysing else self._end(events.refusal(problem))

    def sent(self) -> None:
        """Note that the last messages were handed to the socket: polls get the result from now on."""
        self._claim.stream.announced.set()

    def break_off(self, close_code: int) -> None:
        """Note that the client left."""
        self._hurry()
        if not self.over:
            self.over = True
            self._claim.break_off(close_code)
        self.sent()

    def stop(self) -> Reply:
        """Return what the service says when the server stops."""
        hurried = self._hurry()
        if self.over:
            return hurried
        self.over = True
        if self._analysing:
            self._claim.close()
        else:
            self._claim.fail("ServiceUnavailableException", "the server was stopped")
        return Reply((), GOING_AWAY)

    @property
    def session_id(self) -> str:
        """The session of the stream."""
        return self._claim.session.id

    @property
    def unseeded(self) -> str | None:
        """The sentence about a stream whose outcome no test has set; None for any other."""
        session = self._claim.session
        return None if session.seeded else f"{claims.UNSEEDED}: {session.id} is {session.status}"

    def _hurry(self) -> Reply:
        """Return what ends a video whose end is late, because its client no longer waits."""
        if self._late is None:
            return Reply()
        self._late = 0
        return self.poll()

    def _answer(self, take: Callable[[], None]) -> Reply:
        if self.over:
            return Reply()
        try:
            self._claim.check()
            take()
            return self._proceed()
        except (LivenessException, MalformedMessageError, claims.StreamClosed) as error:
            return self._end(error)

    def _take_all(self, data: bytes) -> None:
        for envelope in self._decoder.feed(data):
            self._take(events.read(envelope))
            if self._analysing:  # what follows the end of the video must not be decoded
                return

    def _take(self, event: events.ClientEvent) -> None:
        if isinstance(event, events.ClientInformation):
            self._claim.inform(*event)
        elif isinstance(event, events.VideoChunk) and event.data:
            self._claim.record(event.data)
        else:  # an empty chunk is the end of the video
            self._late = self._claim.delay()
            self._analysing = True

    def _proceed(self) -> Reply:
        if self._late:
            late, self._late = self._late, 0
            return Reply(delay=late)
        if self._late is not None:
            self._late = None
            self._claim.end_video()
        if not self._analysing or not self._claim.is_over():
            return Reply()
        self._claim.close()
        self.over = True
        return Reply((events.disconnection(now()),), NORMAL)

    def _end(self, error: Exception) -> Reply:
        self.over = True
        if isinstance(error, claims.StreamClosed):
            self._claim.fail(str(error), "")
            return Reply((), error.close_code)
        refusal = error if isinstance(error, LivenessException) else events.refusal(str(error))
        self._claim.fail(refusal.answer.code, refusal.answer.message)
        return Reply((events.exception(refusal.answer.code, refusal.answer.message),), NORMAL)
