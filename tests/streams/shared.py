"""What the tests of streams without a connection share."""

from __future__ import annotations

import pytest

from moto_liveness import Created
from moto_liveness.core.scope import Scope
from moto_liveness.rekognition.exceptions import LivenessException
from tests.streaming import PLACE, conversation

DONE = (["DisconnectionEvent"], 1000)
UNTIL_STREAM = Created(until="stream")


def refused(session_id: str, place: Scope = PLACE, **others: str) -> tuple[str, str]:
    """Return the code and the message of a stream that is refused when it opens."""
    with pytest.raises(LivenessException) as error:
        conversation(session_id, place, **others)
    return error.value.answer.code, error.value.answer.message
