"""Service: moto's state transitions, for the model rekognition::face_liveness_session.

https://docs.getmoto.org/en/latest/docs/configuration/state_transition/index.html
"""

from __future__ import annotations

from moto.moto_api import state_manager

from moto_liveness.outcomes import Created, Failed, InProgress, Step, Succeeded

MODEL = "rekognition::face_liveness_session"

state_manager.register_default_transition(MODEL, transition={"progression": "immediate"})


def ahead_of(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps, behind CREATED and IN_PROGRESS if moto is told so and they begin with an analysed video.

    With "manual", each of the two lasts as many polls as "times" says; with "time", as many seconds as "seconds" says.
    """
    transition = state_manager.get_transition(MODEL)
    if not isinstance(steps[0], (Succeeded, Failed)):
        return steps
    if transition["progression"] == "manual":
        return (Created(polls=transition["times"]), InProgress(polls=transition["times"]), *steps)
    if transition["progression"] == "time":
        return (Created(seconds=transition["seconds"]), InProgress(seconds=transition["seconds"]), *steps)
    return steps
