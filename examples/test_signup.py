"""How moto-liveness tests a sign-up check. Run it with `python -m pytest examples`."""

import pytest
from signup import THRESHOLD, Verdict, start_check, wait_for_verdict

from moto_liveness import FaceLiveness, scenarios
from moto_liveness.scenarios import Scenario


@pytest.mark.parametrize("scenario", scenarios.accepted(THRESHOLD))
def test_a_live_person_is_accepted(face_liveness: FaceLiveness, scenario: Scenario) -> None:
    face_liveness.queue(scenario)

    assert wait_for_verdict(start_check(), pause=0) is Verdict.ACCEPTED


@pytest.mark.parametrize("scenario", scenarios.turned_away(THRESHOLD))
def test_everyone_else_is_turned_away(face_liveness: FaceLiveness, scenario: Scenario) -> None:
    face_liveness.queue(scenario)

    assert wait_for_verdict(start_check(), pause=0) in (Verdict.REJECTED, Verdict.TRY_AGAIN)
