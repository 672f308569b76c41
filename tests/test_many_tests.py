"""Many tests on one mock at once: each sets the outcome of its own session. docs/how-to/many-tests.md says how."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from moto_liveness import Created, FaceLiveness, FaceLivenessServer, Failed, InProgress, Step, Succeeded
from tests import aws
from tests.aws import GET, create, status
from tests.conftest import needs_flask
from tests.streaming import END_OF_VIDEO, HTTPClient, video
from tests.waiting import wait_until

pytestmark = needs_flask

OUTCOMES = [Succeeded(confidence=97.3), Succeeded(confidence=3.1), Failed()]


@pytest.fixture
def server(make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> FaceLivenessServer:
    requests.post(f"{make_face_liveness_server.endpoint_url}/moto-api/reset")
    monkeypatch.setattr(aws, "ENDPOINT", make_face_liveness_server.endpoint_url)
    return make_face_liveness_server


@pytest.fixture
def mock(server: FaceLivenessServer) -> FaceLiveness:
    """What the many tests share, without a block. The default was set once."""
    mock = FaceLiveness(endpoint_url=server.endpoint_url)
    mock.set_default(Created(until="stream"))
    return mock


@pytest.fixture
def client(server: FaceLivenessServer) -> Iterator[HTTPClient]:
    client = HTTPClient(server.endpoint_url)
    yield client
    client.close()


def set_outcome(server: FaceLivenessServer, session_id: str, outcome: Step) -> None:
    """As a test in another language does."""
    steps = [{"status": "CREATED", "until": "stream"}, {"status": outcome.status}]
    if isinstance(outcome, Succeeded):
        steps[1]["confidence"] = outcome.confidence
    url = f"{server.endpoint_url}/moto-api/rekognition/face-liveness/sessions/{session_id}"
    answer = requests.put(url, json={"steps": steps})
    assert answer.ok, answer.text


@pytest.mark.parametrize("polled", [True, False])
@pytest.mark.parametrize("when", ["before", "during", "after"])
@pytest.mark.parametrize("outcome", OUTCOMES, ids=repr)
def test_the_outcome_is_set_before_during_and_after_the_stream(
    mock: FaceLiveness, server: FaceLivenessServer, client: HTTPClient, outcome: Step, when: str, polled: bool
) -> None:
    session = mock.session(create())

    def reach(moment: str, expected: str) -> None:
        if when == moment:
            set_outcome(server, session.id, outcome)
        elif polled:
            assert status(session.id) == expected

    reach("before", "CREATED")
    client.open(session.id)
    client.next()
    reach("during", "IN_PROGRESS")
    client.send(video(b"a video") + END_OF_VIDEO)
    if when == "after":
        wait_until(lambda: session.stream and not session.stream.recording)
        assert status(session.id) == "IN_PROGRESS"
        reach("after", "IN_PROGRESS")

    assert client.rest()[-1] == "DisconnectionEvent"
    assert status(session.id) == outcome.status
    assert session.stream is not None
    assert session.stream.video == b"a video"


def test_checks_at_once_get_each_its_own_outcome(mock: FaceLiveness, server: FaceLivenessServer) -> None:
    def check(number: int) -> tuple[str | None, float | None]:
        session_id = create()
        client = HTTPClient(server.endpoint_url)
        client.open(session_id)
        set_outcome(server, session_id, Succeeded(confidence=80 + number))
        client.send(video(b"a video") + END_OF_VIDEO)
        client.rest()
        client.close()
        assert status(session_id) == "SUCCEEDED"
        (last,) = [call for call in mock.calls if (call.operation, call.session_id) == (GET, session_id)]
        return last.status, last.confidence

    aws.client()  # boto3 makes no two clients at once
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(check, range(16)))

    assert outcomes == [("SUCCEEDED", 80 + number) for number in range(16)]


def test_a_session_whose_outcome_no_test_sets_succeeds_never(mock: FaceLiveness, client: HTTPClient) -> None:
    session = mock.session(create())
    client.open(session.id)
    client.send(video(b"a video") + END_OF_VIDEO)
    wait_until(lambda: session.stream and not session.stream.recording)

    assert status(session.id) == "IN_PROGRESS"
    session.set_outcome(Failed())


def test_nothing_is_unused_or_unseeded_for_one_block_around_all(server: FaceLivenessServer) -> None:
    with FaceLiveness(endpoint_url=server.endpoint_url) as block:
        block.set_default(Created(until="stream"))
        first, second = create(), create()
        block.session(first).set_outcome(Succeeded(confidence=97.3))

        assert (status(first), status(second)) == ("SUCCEEDED", "CREATED")


def test_a_step_that_waits_for_a_stream_may_be_the_last_of_a_seed(server: FaceLivenessServer) -> None:
    with FaceLiveness(endpoint_url=server.endpoint_url) as block:
        block.queue(Created(until="stream"))

        assert status(create()) == "CREATED"


def test_the_steps_of_a_session_that_was_streamed_may_wait_for_its_stream_only(
    mock: FaceLiveness, client: HTTPClient
) -> None:
    session = mock.session(create())
    client.open(session.id)

    session.set_outcome(Created(until="stream"), InProgress(), Failed())
    with pytest.raises(ValueError, match="CREATED cannot follow IN_PROGRESS"):
        session.set_outcome(Created(), Failed())
