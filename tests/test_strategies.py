"""moto_liveness.strategies, for the property tests of applications."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis.vendor.pretty import pretty

from moto_liveness import ApiError, Created, Expired, Failed, InProgress, Step, Succeeded, strategies
from moto_liveness.core.progress import check_steps

FIRST_FOUND = settings(phases=[Phase.generate], max_examples=2000)


@given(steps=strategies.sessions())
def test_a_session_can_go_through_the_steps(steps: tuple[Step, ...]) -> None:
    assert check_steps("queue", steps) == steps


@pytest.mark.parametrize("kind", [Succeeded, Failed, Expired, ApiError, Created, InProgress])
def test_a_session_can_end_as_anything(kind: type[Step]) -> None:
    steps = find(strategies.sessions(), lambda steps: isinstance(steps[-1], kind), settings=FIRST_FOUND)

    assert isinstance(steps[-1], kind)


def test_a_session_can_wait_and_fail_on_the_way() -> None:
    kinds = [Created, InProgress, ApiError, Succeeded]

    steps = find(strategies.sessions(), lambda steps: [type(step) for step in steps] == kinds, settings=FIRST_FOUND)

    assert len(steps) == 4


APPLICATION_TEST = """
import boto3
from botocore.exceptions import ClientError
from hypothesis import Phase, given, settings
from moto_liveness import FaceLiveness, strategies

rekognition = boto3.client("rekognition", "us-east-1")


def accepts(session_id):
    try:
        results = rekognition.get_face_liveness_session_results(SessionId=session_id)
    except ClientError:
        return False
    return {CONDITION}


# To find a failure is enough here. To make it small takes most of the time.
@settings(derandomize=True, database=None, deadline=None, phases=[Phase.generate], max_examples={EXAMPLES})
@given(steps=strategies.sessions())
def test_nobody_is_accepted_without_a_live_check(steps):
    with FaceLiveness() as face_liveness:
        face_liveness.queue(*steps)
        accepted = accepts(rekognition.create_face_liveness_session()["SessionId"])
    assert not accepted or (steps[0].status == "SUCCEEDED" and steps[0].confidence >= 90)
"""


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ('results["Status"] == "SUCCEEDED" and results["Confidence"] >= 90', "passed"),
        ('results["Status"] == "SUCCEEDED"', "failed"),
        ('results.get("Confidence", 0) >= 90', "failed"),
    ],
)
def test_a_property_test_tells_right_applications_from_wrong_ones(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, condition: str, outcome: str
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    examples = "50" if outcome == "passed" else "1000"
    pytester.makepyfile(APPLICATION_TEST.replace("{CONDITION}", condition).replace("{EXAMPLES}", examples))

    assert pytester.runpytest().parseoutcomes() == {outcome: 1}


def test_the_first_example_does_not_wait_for_a_table_of_unicode() -> None:
    program = (
        "from hypothesis import given, settings\n"
        "from hypothesis.internal import charmap\n"
        "from moto_liveness import strategies\n"
        "charmap.charmap = lambda: 1 / 0\n"
        "settings(database=None, max_examples=50)(given(strategies.sessions())(lambda steps: None))()"
    )

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert (result.returncode, result.stderr) == (0, "")


def test_a_failing_example_is_printed_as_a_test_would_write_it() -> None:
    assert pretty((Created(), Succeeded(97.3))) == "(Created(), Succeeded(confidence=97.3))"


def test_without_hypothesis_the_import_says_what_to_install() -> None:
    program = "import sys; sys.modules['hypothesis'] = None; import moto_liveness.strategies"

    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert result.stderr.splitlines()[-1] == (
        "ModuleNotFoundError: moto_liveness.strategies needs Hypothesis: pip install hypothesis"
    )
