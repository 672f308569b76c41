"""Whatever a client sends to an operation, a stream or a route, the state can be read, as JavaScript reads it."""

from __future__ import annotations

import base64
import contextlib
import json
import math
from typing import Any

import pytest
import requests
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moto_liveness import BoundingBox, Created, FaceLiveness, Failed, photo
from moto_liveness.core import strict_json
from moto_liveness.core.operations import OPERATIONS
from moto_liveness.core.stream import reachable
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognitionstreaming import claims
from tests.aws import ALIVE, CREATE, SESSION_ID, create, post
from tests.streaming import LIGHT, START, conversation, encode, envelope, information, parameters, said
from tests.streaming import PLACE as STREAMED
from tests.test_border import STATE, STATIC

API = "http://motoapi.amazonaws.com"
RESULTS = f"{STATIC}/face-liveness-results"
DEEP = "[" * 967 + "]" * 967
HUGE = "1" + "0" * 400


def refuse(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def finite(text: str) -> float:
    assert math.isfinite(float(text)), text
    return float(text)


def state(url: str = API) -> Any:
    """Return the state as JSON.parse would, which takes neither NaN nor Infinity, and no number that becomes one."""
    response = requests.get(f"{url}{STATE}")
    assert response.status_code == 200, response.text
    return json.loads(response.text, parse_constant=refuse, parse_float=finite, parse_int=finite)


leaves = st.sampled_from(
    [
        "null",
        "true",
        "0",
        "-1",
        "97.3",
        "1e999",
        "-1e999",
        "NaN",
        "Infinity",
        HUGE,
        DEEP,
        '"\\ud800"',
        '"a\\r\\nb: c"',
        '""',
        '"FAILED"',
        '"CREATED"',
        '"ThrottlingException"',
        '"a.b#C"',
        f'"{START}"',
        f'"{"x" * 70_000}"',
        f'"{SESSION_ID}"',
    ]
)
keys = st.sampled_from(
    [
        "status",
        "error",
        "message",
        "http_status",
        "operation",
        "when",
        "times",
        "queued_at",
        "scenario",
        "steps",
        "polls",
        "confidence",
        "seconds",
        "optional",
        "session_id",
        "Settings",
        "ClientRequestToken",
        "Challenge",
        "SessionId",
        LIGHT,
        "VideoEndTimestamp",
        "VideoStartTimestamp",
        "TargetFace",
        "BoundingBox",
        "Width",
        "region",
        "people",
    ]
)


def as_object(members: dict[str, str]) -> str:
    return "{" + ", ".join(f'"{name}": {value}' for name, value in members.items()) + "}"


texts = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(keys, inner, max_size=4).map(as_object)
    ),
    max_leaves=8,
)
routes = st.sampled_from(
    [
        ("POST", RESULTS, '{"results": [%s]}'),
        ("POST", f"{STATE}/sessions", "%s"),
        ("PUT", f"{STATE}/default", '{"steps": %s}'),
        ("PUT", f"{STATE}/after-expiry", '{"step": %s}'),
        ("PUT", f"{STATE}/sessions/{SESSION_ID}", '{"steps": %s}'),
        ("PUT", f"{STATE}/strict", "%s"),
        ("POST", f"{STATIC}/photos", "%s"),
    ]
)


@settings(max_examples=60)
@given(texts, routes)
@example('{"status": "FAILED", "confidence": 1e999}', ("POST", RESULTS, '{"results": [%s]}'))
@example('{"steps": {"status": "FAILED"}, "queued_at": {"a": 1}}', ("POST", RESULTS, '{"results": [%s]}'))
def test_whatever_is_sent_to_a_route(text: str, route: tuple[str, str, str]) -> None:
    method, path, body = route
    with FaceLiveness(assert_all_used=False, assert_all_seeded=False) as face_liveness:
        face_liveness.add_session(session_id=SESSION_ID)
        answer = requests.request(method, f"{API}{path}", data=(body % text).encode())

        assert answer.status_code in (200, 201, 204, 400, 404), answer.text
        state()


@settings(max_examples=60)
@given(texts, st.sampled_from([name for name, one in OPERATIONS.items() if not one.endings]))
@example('{"Unheard": 1e999}', CREATE)
@example(f'{{"Unheard": {DEEP}}}', CREATE)
def test_whatever_is_sent_to_an_operation(text: str, operation: str) -> None:
    with FaceLiveness(assert_all_seeded=False):
        with contextlib.suppress(NotImplementedError):  # an older moto has no such operation
            post(operation, text)

        state()


@settings(max_examples=60)
@given(texts)
@example(
    f'{{"Challenge": {{"{LIGHT}": {{"ChallengeId": "1", "VideoStartTimestamp": 1, "VideoEndTimestamp": {HUGE}}}}}}}'
)
@example(f'{{"Challenge": {{"{LIGHT}": {{"ChallengeId": "1", "VideoStartTimestamp": 1, "Other": 1e999}}}}}}')
@example(f'{{"Challenge": {{"{LIGHT}": {{"ChallengeId": "1", "Other": {DEEP}}}}}}}')
def test_whatever_is_sent_to_a_stream(text: str) -> None:
    with reachable(), FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        stream = conversation(create())
        headers = {":message-type": "event", ":event-type": "ClientSessionInformationEvent"}
        stream.receive(envelope(encode(headers, text.encode())))

        state()


@pytest.mark.parametrize("timestamp", [10**400, 2.0**64])
def test_a_timestamp_is_of_64_bits(timestamp: float) -> None:
    with reachable(), FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        reply = conversation(create()).receive(information(VideoStartTimestamp=0, VideoEndTimestamp=timestamp))

        assert said(reply) == (["ValidationException"], 1000)
        state()


@pytest.mark.parametrize("code", ["A\r\nSet-Cookie: b", "\ud800", "x" * 65_536, "A code", ""])
def test_a_code_is_a_word(code: str) -> None:
    with FaceLiveness() as face_liveness:
        with pytest.raises(ValueError, match="code") as error:
            face_liveness.queue_error(code, operation=START, http_status=418)
        answer = requests.post(f"{API}{RESULTS}", json={"results": [{"error": code, "http_status": 418}]})

    shown = repr(code) if len(code) < 99 else repr(code)[:100] + "..."
    sentence = f"the code of an error must be 1 to 256 letters, digits and signs without a space, not {shown}"
    assert (str(error.value), answer.json()["message"]) == (sentence, f"results[0]: {sentence}")


def test_a_code_of_aws_s_other_protocols_is_one() -> None:
    with reachable(), FaceLiveness() as face_liveness:
        face_liveness.queue_error("com.amazonaws#Other:Fault", operation=START, http_status=418)
        with pytest.raises(LivenessException) as error:
            claims.Arrival(STREAMED, parameters(create())).start(None)

    assert error.value.answer.code == "com.amazonaws#Other:Fault"


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"steps": {"status": "FAILED"}, "queued_at": {"line": 1}}, 'queued_at must be a str, not {"line": 1}'),
        (
            {"steps": {"status": "FAILED"}, "queued_at": "x" * 10_001},
            "queued_at must have 0 to 10000 characters, not 10001",
        ),
        (
            {"error": "ThrottlingException", "message": "x" * 10_001},
            "message must have 0 to 10000 characters, not 10001",
        ),
        ({"error": "ThrottlingException", "times": 10**9 + 1}, "times must be at most 1,000,000,000"),
        ({"steps": {"status": "FAILED"}, "scenario": "x" * 101}, "scenario must have 1 to 100 characters, not 101"),
    ],
)
def test_what_a_seed_says_is_text_of_a_bounded_length(result: object, message: str) -> None:
    with FaceLiveness():
        answer = requests.post(f"{API}{RESULTS}", json={"results": [result]})

    assert (answer.status_code, answer.json()["message"]) == (400, f"results[0]: {message}")


def test_a_box_has_landmarks_that_are_finite() -> None:
    with pytest.raises(ValueError, match="left must be a number, not 1e"):
        BoundingBox(left=1e308, top=0, width=1, height=1)
    box = BoundingBox(left=2, top=2, width=2, height=2)
    data = base64.b64encode(photo("alice", bounding_boxes=[box])).decode()
    with FaceLiveness():
        answer = post("DetectFaces", {"Image": {"Bytes": data}})

    json.loads(answer.text, parse_float=finite, parse_constant=refuse)


def test_the_text_of_a_seed_is_cut() -> None:
    with FaceLiveness(assert_all_used=False) as face_liveness:
        seed = face_liveness.queue(*[Created()] * 500, Failed())

        [shown] = state()["unused_seeds"]
        assert shown["seed"].startswith("queue(Created(), Created(), ")
        assert len(shown["seed"]) < 1_200
        assert str(seed) == shown["seed"]


@pytest.mark.parametrize("levels", [strict_json.MOST_LEVELS, strict_json.MOST_LEVELS + 1])
def test_json_has_so_many_levels(levels: int) -> None:
    text = '{"a":' * (levels - 1) + "[]" + "}" * (levels - 1)
    decoder = strict_json.Decoder()

    if levels > strict_json.MOST_LEVELS:
        with pytest.raises(ValueError, match=r"^it is nested more than 100 levels deep$"):
            decoder.read(text)
    else:
        assert strict_json.write(decoder.read(text)).replace(" ", "") == text


def test_json_that_is_wide_is_not_deep() -> None:
    assert strict_json.Decoder().read(f"[{','.join(['[]'] * 500)}]") == [[]] * 500


@pytest.mark.parametrize("text", ["1e999", "-1e999", "NaN", "-Infinity", HUGE, "[" * 100_000])
def test_json_has_finite_numbers_and_an_end(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        strict_json.Decoder().read(text)


def test_json_is_written_without_what_it_lacks() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        strict_json.write([math.inf])


def test_an_answer_that_cannot_be_written_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.control.local.State.default", math.inf)
    with FaceLiveness():
        answer = requests.get(f"{API}{STATE}")

    assert answer.status_code == 500
    assert answer.json()["message"].startswith(f"GET {STATE} failed, which is a bug of moto-liveness: ")
