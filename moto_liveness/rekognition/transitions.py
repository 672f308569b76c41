"""moto's state transitions, for the model rekognition::face_liveness_session.

https://docs.getmoto.org/en/latest/docs/configuration/state_transition/index.html
"""

from __future__ import annotations

from moto.moto_api import state_manager

from moto_liveness.core import checks
from moto_liveness.core.progress import check_steps
from moto_liveness.core.steps import Created, Finished, InProgress, Step
from moto_liveness.core.stream import check_reachable
from moto_liveness.rekognition.exceptions import invalid_parameter

MODEL = "rekognition::face_liveness_session"

state_manager.register_default_transition(MODEL, transition={"progression": "immediate"})


def ahead_of(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps; if they begin with SUCCEEDED or FAILED, with CREATED and IN_PROGRESS in front of them.

    The progression of the transition says how long each of the two lasts: "manual" for "times" polls, "time" for
    "seconds" seconds, "immediate" not at all. "stream" puts CREATED in front, until a client streams.
    """
    transition = state_manager.get_transition(MODEL)
    if not isinstance(steps[0], Finished):
        return steps
    try:
        return check_steps("queue", (*_waits(transition), *steps))
    except (TypeError, ValueError) as error:
        printed = checks.short_repr(transition)
        raise invalid_parameter(f"moto's state transition for {MODEL} is {printed}: {error}") from None


def _waits(transition: object) -> tuple[Step, ...]:
    if not isinstance(transition, dict):
        raise TypeError("it must be an object")
    progression = checks.choice("progression", transition.get("progression"), ("immediate", "manual", "time", "stream"))
    if progression == "manual":
        times = transition.get("times", 1)
        return (Created(polls=times), InProgress(polls=times))
    if progression == "time":
        seconds = transition.get("seconds", 1)
        return (Created(seconds=seconds), InProgress(seconds=seconds))
    if progression == "stream":
        waits = (Created(until="stream"),)
        check_reachable(waits)
        return waits
    return ()
