"""Costs stay proportionate: sizes are checked before contents, and lists and messages have limits."""

from __future__ import annotations

import base64
import gc
import json
import struct
import threading
import tracemalloc
import zlib
from collections import Counter
from typing import Any, ClassVar

import pytest
import requests

from moto_liveness import (
    BoundingBox,
    FaceLiveness,
    Failed,
    Image,
    Succeeded,
    UnseededSessionError,
    photo,
)
from moto_liveness.core import script
from moto_liveness.core.people import _MOST_SEGMENTS, _segments, look, people_in
from moto_liveness.core.script import Strictness
from moto_liveness.core.seeds import SeedRecord, SessionSeed
from moto_liveness.core.stream import reachable
from moto_liveness.rekognition import validation
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognition.models import liveness_backends
from moto_liveness.rekognition.script_backend import current_script
from moto_liveness.rekognitionstreaming import claims
from moto_liveness.rekognitionstreaming.eventstream import Decoder, MalformedMessageError, encode
from tests.aws import CREATE, GET, SESSION_ID, create, needs_challenges, post, status
from tests.streaming import CHALLENGE_ID, LIGHT, PLACE, START, conversation, envelope, parameters
from tests.test_border import STATE, STATIC
from tests.waiting import PATIENCE

API = "http://motoapi.amazonaws.com"


class Counted(bytes):
    """Bytes that count how often one of them is looked at."""

    looks: ClassVar[Counter[str]] = Counter()

    def __getitem__(self, key: Any) -> Any:
        self.looks["at"] += 1
        return super().__getitem__(key)


@pytest.mark.parametrize(
    "picture",
    [b"\xff" * 15_000_000, b"\xff\xd8" + b"\xff" * 15_000_000, b"\xff\xd8" + b"\xff\xfe\x00\x02" * 3_000_000],
    ids=["ff", "fill bytes", "short segments"],
)
def test_megabytes_that_are_not_a_picture_are_not_looked_through(picture: bytes) -> None:
    Counted.looks.clear()

    assert look(Counted(picture))[0] is None
    assert Counted.looks["at"] < 10 * _MOST_SEGMENTS


def test_a_picture_has_its_name_behind_fill_bytes_and_other_segments() -> None:
    marked = photo("alice")
    others = b"".join(b"\xff\xff\xff" + b"\xfe\x00\x04ab" for _ in range(300))

    [person] = people_in(marked[:2] + others + marked[2:]) or ()

    assert person.name == "alice"
    assert len([*_segments(marked[:2] + others + marked[2:])]) > 300


def test_the_number_of_names_is_checked_before_they_are_compared() -> None:
    with pytest.raises(ValueError, match=r"^20000 people are too many: at most 4 are drawn\. For up to 100, "):
        photo(*["alice.jpg"] * 20_000)
    with pytest.raises(ValueError, match=r"^'alice' is in the picture twice$"):
        photo("bob", "alice", "alice")


@needs_challenges
def test_a_message_names_the_first_ten_violations() -> None:
    with FaceLiveness():
        body = post(CREATE, {"Settings": {"ChallengePreferences": [{"Type": "x"}] * 1000}}).json()

    assert body["message"].startswith("1000 validation errors detected: Value 'x' at 'settings.challengePreferences.1.")
    assert body["message"].count("failed to satisfy constraint") == 10
    assert body["message"].endswith("; and 990 more")


@needs_challenges
def test_choice_a_list_has_at_most_a_thousand_members() -> None:
    with FaceLiveness():
        body = post(CREATE, {"Settings": {"ChallengePreferences": [{"Type": "x"}] * 100_000}}).json()

    assert body["message"].startswith("1 validation error detected: ")
    assert body["message"].endswith("Member must have length less than or equal to 1000")
    assert len(body["message"]) < 2_000


@pytest.mark.parametrize("given", [11, 12, 500])
def test_a_message_of_a_stream_with_wrong_lengths_is_refused_before_it_is_kept(given: int) -> None:
    prelude = struct.pack("!II", 24_000_000, 0)
    decoder = Decoder()

    assert [*decoder.feed((prelude + struct.pack("!I", zlib.crc32(prelude)) + b"x" * 500)[:given])] == []
    with pytest.raises(MalformedMessageError, match="the checksum of its lengths is wrong"):
        [*Decoder().feed((prelude + b"abcd" + b"x" * 500)[: max(given, 12)])]


def state(**query: Any) -> dict[str, Any]:
    answer: dict[str, Any] = requests.get(f"{API}{STATE}", params=query).json()
    return answer


def test_a_limit_limits_every_list_of_the_state() -> None:
    with FaceLiveness(assert_all_used=False, assert_all_seeded=False) as face_liveness:
        places = [face_liveness.at("us-east-1"), face_liveness.at("eu-west-1")]
        for name in ("first", "second", "third"):
            assert post("CreateCollection", {"CollectionId": name}).status_code == 200
        sessions = [create() for _ in range(5)]
        for session_id in sessions:
            assert status(session_id) == "CREATED"
        seeds = [place.queue(Failed()).number for place in places for _ in range(3)]
        outages = [face_liveness.queue_error("InternalServerError", times=None).number for _ in range(3)]
        added = [place.add_session().id for place in places for _ in range(2)]

        found = state(limit=2)
        nothing = state(limit=0)
        everything = state()

    assert [session["session_id"] for session in found["sessions"]] == added[-2:]
    assert [call["session_id"] for call in found["calls"]] == sessions[-2:]
    assert [message.split()[1] for message in found["unseeded_polls"]] == sessions[-2:]
    assert [seed["number"] for seed in found["unused_seeds"]] == seeds[:2]
    assert [seed["number"] for seed in found["outages"]] == outages[:2]
    assert [collection["collection_id"] for collection in found["collections"]] == ["second", "third"]
    assert [state["unused_seed_count"] for state in (found, nothing, everything)] == [9, 9, 9]
    lists = [name for name, value in everything.items() if isinstance(value, list)]
    assert {name: len(nothing[name]) for name in lists} == dict.fromkeys(lists, 0)
    assert {name: len(everything[name]) for name in lists} == {
        "sessions": 9,
        "calls": 13,
        "unseeded_polls": 5,
        "unused_seeds": 9,
        "outages": 3,
        "collections": 3,
    }


def test_a_message_about_an_unseeded_session_names_the_first_twenty_seeds() -> None:
    with FaceLiveness(assert_all_used=False, assert_all_seeded=False) as face_liveness:
        session_id = create()
        status(session_id)
        for _ in range(500):
            face_liveness.queue(Failed())

        with pytest.raises(UnseededSessionError) as error:
            face_liveness.assert_all_seeded()

    lines = str(error.value).splitlines()
    assert len([line for line in lines if line.startswith("  - queue(Failed())")]) == 20
    assert lines[21] == "  - and 480 more"


def test_a_message_about_unseeded_sessions_is_about_the_first_twenty() -> None:
    with FaceLiveness(assert_all_seeded=False) as face_liveness:
        sessions = [create() for _ in range(25)]
        for session_id in sessions:
            status(session_id)

        with pytest.raises(UnseededSessionError) as error:
            face_liveness.assert_all_seeded()

    lines = str(error.value).splitlines()
    assert [line.split()[1] for line in lines if line.startswith("session ")] == sessions[:20]
    assert lines[-1] == "and 5 more sessions without a seed"


def images(data: bytes) -> int:
    gc.collect()
    return sum(type(found) is Image and found.data == data for found in gc.get_objects())


def test_the_words_of_a_seed_are_made_once() -> None:
    class Counted(Failed):
        printed = 0

        def __repr__(self) -> str:
            Counted.printed += 1
            return super().__repr__()

    record = SeedRecord(SessionSeed(steps=(Counted(),)), 1)
    texts = {record.text for _ in range(3)} | {record.outcome for _ in range(3)}

    assert texts == {"queue(Counted())", "FAILED"}
    assert Counted.printed == 1


def test_a_video_of_small_chunks_takes_no_more_than_its_bytes() -> None:
    with reachable(), FaceLiveness() as face_liveness:
        face_liveness.queue(Failed())
        claim = claims.Arrival(PLACE, parameters(create())).start(None)
        gc.collect()
        tracemalloc.start()
        try:
            for _ in range(50_000):
                claim.record(bytes(bytearray(b"ab")))
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert claim.stream.video == b"ab" * 50_000
    assert (claim.stream.chunks, claim.stream.size) == (50_000, 100_000)
    assert taken < 400_000


def test_information_events_take_no_more_than_twice_their_json() -> None:
    wide = f"[{', '.join(['[]'] * 200)}]"
    data = f'{{"Challenge": {{"{LIGHT}": {{"ChallengeId": "{CHALLENGE_ID}", "Other": {wide}}}}}}}'.encode()
    headers = {":message-type": "event", ":event-type": "ClientSessionInformationEvent"}
    message = envelope(encode(headers, data))
    with reachable(), FaceLiveness() as face_liveness:
        face_liveness.queue(Failed())
        stream = conversation(create())
        gc.collect()
        tracemalloc.start()
        try:
            for _ in range(100):
                stream.receive(message)
            taken, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        [session] = face_liveness.sessions
        assert session.stream

        assert session.stream.information == [json.loads(data)] * 100
    assert taken < 2 * 100 * len(data)


def test_a_seed_that_was_withdrawn_lets_go_of_its_images() -> None:
    with FaceLiveness() as face_liveness:
        seed = face_liveness.queue(Succeeded(97.3, reference_image=Image(b"of a withdrawn seed")))
        text = str(seed)
        face_liveness.withdraw()

        assert images(b"of a withdrawn seed") == 0
        assert (seed.withdrawn, seed.used, str(seed)) == (True, False, text)
        assert "<19 bytes>" in text


def test_a_default_that_was_replaced_lets_go_of_its_images_unless_a_block_returns_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(script, "_MOST_VALUES", 2)
    with FaceLiveness() as outer:
        for data in (b"1", b"2"):
            outer.set_default(Succeeded(97.3, reference_image=b"of a default " + data))
        with FaceLiveness() as inner:
            for data in (b"3", b"4", b"5"):
                inner.set_default(Succeeded(97.3, reference_image=b"of a default " + data))

            assert [images(b"of a default %d" % number) for number in range(1, 6)] == [0, 1, 0, 1, 1]

        assert [images(b"of a default %d" % number) for number in range(1, 6)] == [0, 1, 0, 0, 0]
        [step] = current_script().defaults.at(outer._scope) or ()
        assert isinstance(step, Succeeded)
        assert step.reference_image == Image(b"of a default 2")


def test_what_is_strict_and_open_blocks_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "_MOST_VALUES", 2)
    monkeypatch.setattr(script, "_MOST_BLOCKS", 3)
    monkeypatch.setattr(script, "_BLOCKS", [])
    own = script.Script()
    for strict in (True, False, True):
        own.set_strictness(Strictness(strict))
    begun = [own.begin_block(Strictness()) for _ in range(5)]

    assert len(own._strictness) == 2
    assert len(script._BLOCKS) == 3
    assert len(begun) == 5


def test_the_log_shortens_what_is_long() -> None:
    large = {"Unheard": ["x" * 100] * 20_000, "Other": "y" * 1_000_000, "Settings": {"AuditImagesLimit": 2}}
    with FaceLiveness() as face_liveness:
        post(CREATE, {**large, **{f"member {number}": 1 for number in range(1000)}})

        [call], [session] = face_liveness.calls, face_liveness.sessions
        assert len(call.params) == 100
        assert call.params["Settings"] == {"AuditImagesLimit": 2}
        assert str(call.params["Unheard"]).startswith('["xxxxxxxx')
        assert str(call.params["Unheard"]).endswith("... (2,080,000 characters)")
        assert call.params["Other"] == "y" * 1000 + "... (1,000,000 characters)"
        assert session.request == call.params
        assert session.audit_images_limit == 2


def test_the_log_shortens_the_ids_that_a_client_names() -> None:
    long, cut = "z" * 1_000_000, f"{'z' * 1_000}... (1,000,000 characters)"
    with FaceLiveness() as face_liveness:
        post(GET, {"SessionId": long})
        post("DescribeCollection", {"CollectionId": long})
        post("IndexFaces", {"CollectionId": "users", "ExternalImageId": long, "Image": {"Bytes": "eA=="}})
        post("CreateCollection", {"CollectionId": "users", "Tags": {long: 1}})

        polled, described, indexed, created = face_liveness.calls

    assert (polled.session_id, polled.params) == (cut, {"SessionId": cut})
    assert (described.collection_id, described.params) == (cut, {"CollectionId": cut})
    assert indexed.params["ExternalImageId"] == cut
    assert (
        str(created.message)
        == f"NUMBER_VALUE can not be converted to string at 'tags.{'z' * 995}... (1,000,011 characters)'"
    )


def test_a_note_is_cut() -> None:
    people = [f"{number:0>99}" for number in range(100)]
    boxes = [BoundingBox(left=0, top=0, width=1, height=1)] * 100
    large = {"Bytes": base64.b64encode(photo(*people, of=photo(), bounding_boxes=boxes)).decode()}
    with FaceLiveness() as face_liveness:
        post("CreateCollection", {"CollectionId": "users"})
        post("IndexFaces", {"CollectionId": "users", "Image": large})

        *_, indexed = face_liveness.calls

    assert str(indexed.note).startswith(f"users: {people[0]} is indexed as face ")
    assert str(indexed.note).endswith(" characters)")
    assert len(str(indexed.note)) < 10_100
    assert indexed.people == (tuple(people),)


def test_the_log_shortens_what_a_stream_was_asked_for() -> None:
    long, cut = "z" * 60_000, f"{'z' * 1_000}... (60,000 characters)"
    with reachable(), FaceLiveness() as face_liveness:
        for params in (parameters(long), {**parameters(SESSION_ID), "ChallengeVersions": long}):
            with pytest.raises(LivenessException):
                claims.Arrival(PLACE, params).start(None)
        face_liveness.queue_error("ConnectionLost", operation=START, when="connect")
        assert claims.Arrival(PLACE, parameters(long)).unanswered()
        face_liveness.queue(Failed())
        claim = claims.Arrival(PLACE, parameters(create())).start(long)

        named, offered, lost, _ = face_liveness.calls

    assert [call.session_id for call in (named, offered, lost)] == [cut, SESSION_ID, cut]
    assert [call.params["SessionId"] for call in (named, lost)] == [cut, cut]
    assert offered.params["ChallengeVersions"] == cut
    assert claim.stream.user_agent == cut


def test_a_session_keeps_what_it_needs_of_a_long_request() -> None:
    with FaceLiveness() as face_liveness:
        members = {f"member {number}": "y" * 1_000 for number in range(1_000)}
        post(CREATE, {**members, "ClientRequestToken": "token", "KmsKeyId": "key"})

        [session] = face_liveness.sessions

    assert len(session.request) == 100
    assert (session.request["ClientRequestToken"], session.request["KmsKeyId"]) == ("token", "key")


def test_a_note_counts_the_members_that_aws_ignores() -> None:
    with FaceLiveness() as face_liveness:
        post(CREATE, {"Settings": {f"m{number}": 1 for number in range(1_234)}})

        [call] = face_liveness.calls

    named = ", ".join(f"Settings.m{number}" for number in range(10))
    assert call.note == f"no seed, AWS ignores {named}, and 1,224 more"


def test_choice_the_number_of_tags_is_checked_before_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[Any] = []
    monkeypatch.setattr(validation, "_constraints", looked_at.append)
    tags = {f"#{number}": number for number in range(100_000)}
    with FaceLiveness():
        body = post("CreateCollection", {"CollectionId": "users", "Tags": tags}).json()

    assert body["message"].startswith('1 validation error detected: Value \'{"#0": 0, "#1": 1, ')
    assert body["message"].endswith(
        "...' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 200"
    )
    assert len(body["message"]) < 1_200
    assert looked_at == []


@pytest.mark.parametrize("step", ["parse", "ignored", "names"])
def test_others_are_answered_while_a_long_body_is_read(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    read, ended = getattr(validation, step), []

    def read_meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(validation, step, read)
        other = threading.Thread(target=post, args=(CREATE, {}))
        other.start()
        other.join(PATIENCE)
        ended.append(not other.is_alive())
        return read(*given)

    with FaceLiveness():
        monkeypatch.setattr(validation, step, read_meanwhile)
        post(CREATE, {"ClientRequestToken": "token", "Unheard": "x" * 20_000})

    assert ended == [True]


def test_a_request_that_is_not_long_is_logged_as_it_was_sent() -> None:
    params = {"Unheard": {"Of": ["x" * 5_000]}, "Settings": {"AuditImagesLimit": 2}}
    with FaceLiveness() as face_liveness:
        post(CREATE, params)

        assert [call.params for call in face_liveness.calls] == [params]


def test_two_equal_ids_among_many_are_named() -> None:
    results = [
        {"steps": {"status": "FAILED"}, "session_id": f"{max(number, 1):08}-2222-3333-4444-555555555555"}
        for number in range(2_000)
    ]
    with FaceLiveness():
        answer = requests.post(f"{API}{STATIC}/face-liveness-results", json={"results": results})

    assert answer.json()["message"] == "session 00000001-2222-3333-4444-555555555555 is queued twice"


def test_an_account_that_a_scope_names_is_not_kept() -> None:
    with FaceLiveness():
        requests.get(f"{API}{STATE}", params={"account_id": "999999999999", "region": "us-east-1"})

        assert "999999999999" not in liveness_backends
