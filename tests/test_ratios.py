"""A ratio where a percentage belongs is a warning on its line, or a line in the log of a server."""

from __future__ import annotations

import logging
import warnings
from types import FunctionType

import pytest
import requests

from moto_liveness import FaceLiveness, FaceLivenessServer, Failed, RatioWarning, Succeeded, photo, scenarios
from tests.aws import create, poll

LOGGER = "moto_liveness"
CONFIDENCE = "confidence=0.97 is 0.97 percent: is it a ratio? For 97 percent, write confidence=97."


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Succeeded(0.97), CONFIDENCE),
        (lambda: Succeeded(1), "confidence=1 is 1 percent: is it a ratio? For 100 percent, write confidence=100."),
        (lambda: Failed(0.97), CONFIDENCE),
        (
            lambda: photo("alice", likeness=0.85),
            "likeness=0.85 is 0.85 percent: is it a ratio? For 85 percent, write likeness=85.",
        ),
    ],
)
def test_a_ratio_is_a_warning_on_its_line(make: FunctionType, message: str) -> None:
    with pytest.warns(RatioWarning) as warned:
        make()

    assert [(str(one.message), one.filename, one.lineno) for one in warned] == [
        (message, __file__, make.__code__.co_firstlineno)
    ]


@pytest.mark.parametrize("percentage", [0, 0.0, 1.01, 2, 97.3, 100])
def test_a_percentage_is_not(percentage: float) -> None:
    Succeeded(percentage)
    Failed(percentage)
    photo("alice", likeness=percentage)


def test_the_scenarios_have_no_warnings_whatever_the_threshold() -> None:
    for threshold in (1, 1.5, 9, 90):
        scenarios.accepted(threshold)
        scenarios.turned_away(threshold, person="alice")


def test_a_ratio_that_is_queued_is_told_once(face_liveness: FaceLiveness, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.warns(RatioWarning) as warned:
        step = Succeeded(0.97)
    face_liveness.queue(step)
    face_liveness.set_default(step)
    poll(create())

    assert [one.filename for one in warned] == [__file__]
    assert [record for record in caplog.records if record.name == LOGGER] == []


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("static/rekognition/face-liveness-results", {"results": [{"status": "SUCCEEDED", "confidence": 0.97}]}),
        ("rekognition/face-liveness/sessions", {"steps": [{"status": "FAILED", "confidence": 0.97}]}),
        ("static/rekognition/photos", {"people": ["alice"], "likeness": 0.97}),
    ],
)
def test_a_client_over_http_finds_it_in_the_log_of_the_server(
    server: FaceLivenessServer, caplog: pytest.LogCaptureFixture, route: str, body: object
) -> None:
    with caplog.at_level(logging.WARNING, LOGGER), warnings.catch_warnings():
        warnings.simplefilter("error")
        response = requests.post(f"{server.endpoint_url}/moto-api/{route}", json=body)

    name = "likeness" if "likeness" in str(body) else "confidence"
    told = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    assert (response.ok, told) == (True, [CONFIDENCE.replace("confidence", name)])


def test_a_ratio_can_be_an_error() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", RatioWarning)
        with pytest.raises(RatioWarning):
            Succeeded(0.97)
