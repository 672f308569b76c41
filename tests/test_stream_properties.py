"""Streams whose bytes are cut anywhere, joined, damaged, or no messages at all."""

from __future__ import annotations

from itertools import pairwise

import pytest
from botocore.eventstream import EventStreamBuffer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from moto_liveness import FaceLiveness
from moto_liveness.rekognitionstreaming.eventstream import decode, encode
from moto_liveness.rekognitionstreaming.face_model import model_json, oval, weights
from moto_liveness.rekognitionstreaming.protocol import Conversation
from moto_liveness.server.http_stream import Body
from tests.aws import ALIVE, create, status
from tests.streaming import CHALLENGE_ID, END_OF_VIDEO, color, conversation, envelope, event, information, said, video

CHUNKS = st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=5)
CUTS = st.lists(st.integers(0, 10_000), max_size=8)
DONE = (["DisconnectionEvent"], 1000)
# Each example starts a mock.
FEWER = settings(max_examples=30)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut the data at these places."""
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in pairwise(places)]


def opened(face_liveness: FaceLiveness) -> tuple[str, Conversation]:
    face_liveness.queue(ALIVE)
    session_id = create()
    return session_id, conversation(session_id)


@FEWER
@given(CHUNKS, CUTS)
def test_messages_may_be_cut_anywhere_and_joined(chunks: list[bytes], cuts: list[int]) -> None:
    with FaceLiveness() as face_liveness:
        session_id, stream = opened(face_liveness)
        data = information() + b"".join(map(video, chunks)) + color(0, 0, 0, 0) + END_OF_VIDEO
        *before, last = [said(stream.receive(piece)) for piece in pieces(data, cuts)]

        assert all(reply == ([], None) for reply in before)
        assert last == DONE
        found = face_liveness.session(session_id).stream
        assert found is not None
        assert found.video == b"".join(chunks)
        assert found.colors == [(0, 0, 0)]


def assert_refused_once_or_waiting(stream: Conversation, session_id: str, data: bytes, cuts: list[int]) -> None:
    replies = [said(stream.receive(piece)) for piece in pieces(data, cuts)]
    told = [reply for reply in replies if reply != ([], None)]

    assert told in ([], [(["ValidationException"], 1000)], [DONE])
    assert status(session_id) == {0: "IN_PROGRESS"}.get(len(told), "SUCCEEDED" if told == [DONE] else "FAILED")


@FEWER
@given(st.binary(max_size=200), CUTS)
def test_random_bytes_get_one_refusal(data: bytes, cuts: list[int]) -> None:
    with FaceLiveness() as face_liveness:
        session_id, stream = opened(face_liveness)
        assert_refused_once_or_waiting(stream, session_id, data, cuts)


@FEWER
@given(st.binary(max_size=50), st.sampled_from(["VideoEvent", "ClientSessionInformationEvent", ""]))
def test_random_payloads_get_one_refusal(payload: bytes, name: str) -> None:
    with FaceLiveness() as face_liveness:
        session_id, stream = opened(face_liveness)
        inner = encode({":event-type": name}, payload)
        assert_refused_once_or_waiting(stream, session_id, envelope(inner) + envelope(payload), [])


@FEWER
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda values: (
            st.lists(values, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["Challenge", "FaceMovementChallenge", "ColorDisplayed", "ChallengeId", "VideoChunk", "RGB"]
                ),
                values,
            )
        ),
    )
)
@example(
    {"Challenge": {"Challenge": None, "FaceMovementChallenge": {"ChallengeId": CHALLENGE_ID, "ColorDisplayed": 5}}}
)
def test_random_json_gets_one_refusal(payload: object) -> None:
    with FaceLiveness() as face_liveness:
        session_id, stream = opened(face_liveness)
        for name in ("ClientSessionInformationEvent", "VideoEvent"):
            reply = said(stream.receive(envelope(event(name, payload))))
            assert reply in (([], None), (["ValidationException"], 1000), DONE)
        found = face_liveness.session(session_id).stream
        assert found is not None
        assert (found.seconds, found.colors) == (None, [])


@FEWER
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_one_damaged_byte_gets_one_refusal(place: int, byte: int) -> None:
    with FaceLiveness() as face_liveness:
        session_id, stream = opened(face_liveness)
        data = bytearray(video(b"a video") + END_OF_VIDEO)
        data[place % len(data)] = byte
        assert_refused_once_or_waiting(stream, session_id, bytes(data), [])


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=50), max_size=4), st.binary(max_size=100))
def test_messages_are_those_of_botocore(headers: dict[str, str], payload: bytes) -> None:
    message = encode(headers, payload)
    buffer = EventStreamBuffer()
    buffer.add_data(message)
    parsed = next(buffer)

    assert (dict(parsed.headers), parsed.payload) == (headers, payload)
    assert decode(message) == (headers, payload)


@given(CHUNKS, CUTS, st.sampled_from([b"", b";name=value"]))
def test_chunks_of_a_body_may_be_cut_anywhere(chunks: list[bytes], cuts: list[int], extension: bytes) -> None:
    data = b"".join(b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk) for chunk in chunks) + b"0\r\n\r\n"
    body = Body(None)

    assert b"".join(map(body.feed, pieces(data, cuts))) == b"".join(chunks)
    assert body.ended


@pytest.mark.parametrize("data", [b"1;" * 3000, b"5" * 5000, b"no size\r\n", b"-5\r\n", b"\r\n\r\n"])
def test_a_body_whose_chunks_have_no_size_is_read_up_to_them(data: bytes) -> None:
    body = Body(None)

    assert body.feed(b"3\r\nabc\r\n" + data) == b"abc"
    assert str(body.problem).startswith("a chunk of the body begins with ")
    assert body.feed(b"3\r\nabc\r\n") == b""


@given(st.binary(max_size=50), CUTS)
def test_a_body_with_a_length_ends_after_it(data: bytes, cuts: list[int]) -> None:
    body = Body(len(data))

    assert b"".join(map(body.feed, pieces(data + b"more", cuts))) == data
    assert body.ended


@given(st.integers(100, 9999), st.integers(100, 9999))
def test_the_oval_fits_the_face_in_every_frame(width: int, height: int) -> None:
    fitting = oval(width, height)

    assert fitting["Width"] == 0.2 * max(width, height)
    assert fitting["Height"] == 1.618 * fitting["Width"]
    assert (fitting["CenterX"], fitting["CenterY"]) == (width / 2, height / 2)


def test_the_face_model_has_the_weights_that_it_names() -> None:
    [manifest] = model_json()["weightsManifest"]
    [weight] = manifest["weights"]
    rows, numbers = weight["shape"][1:]

    assert len(weights()) == rows * numbers * 4
    assert [node["name"] for node in model_json()["modelTopology"]["node"]] == ["input", "face", "Identity"]
