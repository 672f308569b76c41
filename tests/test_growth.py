"""What a server that is never reset keeps, what it forgets, and what it never keeps alive."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import uuid
import weakref
from collections import OrderedDict

import pytest
import requests
from botocore.exceptions import ClientError, EndpointConnectionError
from moto import mock_aws
from moto.core import set_initial_no_auth_action_count
from time_machine import travel

from moto_liveness import (
    Created,
    FaceLiveness,
    FaceLivenessServer,
    Failed,
    Image,
    Succeeded,
    UnseededSessionError,
    photo,
)
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core.bounding_box import MIDDLE
from moto_liveness.core.collections import IndexedFace
from moto_liveness.core.lock import Lock, _renew_all
from moto_liveness.core.operations import OPERATIONS
from moto_liveness.core.people import Person
from moto_liveness.core.script import NUMBERS, Script
from moto_liveness.core.seeds import SeedRecord
from moto_liveness.rekognition.exceptions import LivenessException
from moto_liveness.rekognition.models import liveness_backends
from moto_liveness.rekognition.script_backend import current_backend, current_script
from moto_liveness.rekognitionstreaming import claims
from tests.aws import ALIVE, AUTHORIZATION, CREATE, GET, NOON, SESSION_ID, client, create, poll, post, status
from tests.conftest import needs_flask
from tests.streaming import PLACE, parameters
from tests.waiting import PATIENCE


class Local:
    """Something large in the frame of a caller."""


@pytest.mark.in_process
def test_an_error_does_not_pin_the_frame_of_its_caller(face_liveness: FaceLiveness) -> None:
    face_liveness.queue_error("InternalServerError", times=None)
    session_id = create()

    def ask() -> weakref.ref[Local]:
        large = Local()
        with pytest.raises(ClientError):
            poll(session_id)
        return weakref.ref(large)

    reference = ask()
    gc.collect()

    assert reference() is None


def images(data: bytes) -> int:
    """Count the images in this process, which the server of the tests is in too."""
    gc.collect()
    # isinstance() would ask a weak proxy for its class, and its object may be gone.
    return sum(type(found) is Image and found.data == data for found in gc.get_objects())


def test_the_images_of_a_session_go_when_it_has_expired(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        face_liveness.queue(Succeeded(97.3, reference_image=Image(b"large, of one session")))
        session = face_liveness.session(create())
        before = images(b"large, of one session")
        clock.shift(180)
        create()  # the next session looks for those that have expired

        # On a server, the handle in front of it still has the seed as it was written.
        assert images(b"large, of one session") == before - 1
        assert session.status == "EXPIRED"
        clock.shift(-180)
        assert session.status == "EXPIRED"


def test_an_expired_session_keeps_its_facts(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        seed = face_liveness.queue(ALIVE)
        session_id = create(Settings={"AuditImagesLimit": 3})
        assert status(session_id) == "SUCCEEDED"
        clock.shift(180)
        create()  # the next session looks for those that have expired
        assert [status(session_id), status(session_id)] == ["EXPIRED", "EXPIRED"]

        session = face_liveness.session(session_id)

    assert (session.request, session.audit_images_limit) == ({"Settings": {"AuditImagesLimit": 3}}, 3)
    assert (session.created_at, session.status, session.poll_count) == (NOON, "EXPIRED", 3)
    assert seed.session_id == session_id
    assert session_id in [kept.id for kept in face_liveness.sessions]
    assert len([call for call in face_liveness.calls if call.session_id == session_id]) == 4


@pytest.mark.in_process
def test_a_session_that_a_test_holds_counts_on_after_it_has_expired(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        session = face_liveness.add_session()
        clock.shift(180)
        create()
        status(session.id)

        assert face_liveness.session(session.id) is session
        assert session.poll_count == 1
        with pytest.raises(ValueError, match="is EXPIRED"):
            session.set_outcome(ALIVE)


def test_the_last_ten_thousand_spent_seeds_are_kept_and_those_before_are_not_lost(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_SPENT", 2)
    used, raised = face_liveness.queue(ALIVE), face_liveness.queue_error("InternalServerError", operation=CREATE)
    withdrawn = face_liveness.queue(ALIVE, session_id=SESSION_ID)
    assert post(CREATE, {}).status_code == 500
    create()
    face_liveness.withdraw()
    for _ in range(2):
        face_liveness.queue(ALIVE)
        create()

    assert len([seed for seed in current_script().seeds.values() if seed.used]) == 2
    assert (used.used, raised.used, withdrawn.withdrawn) == (True, True, True)
    face_liveness.assert_all_used()


@pytest.mark.in_process
def test_a_seed_that_ends_is_not_searched_among_the_others(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[object] = []
    monkeypatch.setattr("moto_liveness.core.script._MOST_SPENT", 2)
    monkeypatch.setattr(SeedRecord, "__eq__", lambda *seeds: compared.append(seeds))
    for _ in range(5):
        face_liveness.queue(Failed())
    for _ in range(3):
        face_liveness.queue_error("ThrottlingException")
    face_liveness.withdraw()

    assert len(current_script().seeds) == 2
    assert compared == []


def test_a_session_gets_no_id_that_a_queued_seed_requests(face_liveness: FaceLiveness) -> None:
    script = current_script()
    seed = face_liveness.queue(ALIVE, session_id=SESSION_ID)
    before = script.expects(SESSION_ID)

    assert (before, create(), script.expects(SESSION_ID)) == (True, SESSION_ID, False)
    assert seed.session_id == SESSION_ID


def test_a_setting_keeps_the_values_that_a_rollback_returns_to(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_VALUES", 2)
    steps = [(Created(),), (Created(polls=2), ALIVE), (Created(polls=3), ALIVE)]
    for values in steps:
        face_liveness.set_default(*values)

    kept = [[value for _, value in values] for values in current_script().defaults._values.values()]
    assert kept == [steps[1:]]


@pytest.mark.in_process
def test_a_rollback_keeps_nothing_of_a_scope_without_a_value(face_liveness: FaceLiveness) -> None:
    with FaceLiveness() as inner:
        inner.at("us-east-1", "999999999999").set_default(ALIVE)

    assert current_script().defaults._values == {}


def test_choice_the_last_ten_thousand_expired_sessions_are_found(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_EXPIRED", 2)
    with travel(NOON, tick=False) as clock:
        elsewhere = face_liveness.at("eu-west-1").add_session()
        ids = [create() for _ in range(2)]
        clock.shift(180)
        face_liveness.at("eu-west-1").add_session()  # the next session of a place looks for those that have expired
        ids.append(create())
        assert [session.id for session in face_liveness.at("us-east-1").sessions] == ids

        clock.shift(180)
        ids.append(create())

        assert [session.id for session in face_liveness.at("us-east-1").sessions] == ids[1:]
        with pytest.raises(LookupError):
            face_liveness.session(elsewhere.id)
        with pytest.raises(ClientError, match="SessionNotFoundException"):
            poll(ids[0])


@pytest.mark.in_process
def test_a_session_that_is_forgotten_is_gone_for_a_test_that_holds_it(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_EXPIRED", 0)
    with travel(NOON, tick=False) as clock:
        session = face_liveness.add_session()
        clock.shift(180)
        create()

    assert (session.status, session.poll_count) == ("EXPIRED", 0)
    with pytest.raises(RuntimeError, match="is gone"):
        session.set_outcome(ALIVE)


def test_a_poll_without_a_seed_is_told_although_its_session_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_EXPIRED", 0)
    with travel(NOON, tick=False) as clock, FaceLiveness(assert_all_seeded=False) as face_liveness:
        session_id = create()
        status(session_id)
        clock.shift(180)
        create()

        assert session_id not in [session.id for session in face_liveness.sessions]
        with pytest.raises(UnseededSessionError, match=f"session {session_id}"):
            face_liveness.assert_all_seeded()


def test_an_answer_that_a_reset_overtakes_forgets_nothing_of_the_next_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_EXPIRED", 0)
    with travel(NOON, tick=False) as clock:
        with mock_aws():
            before = liveness_backends["123456789012"]["us-east-1"]
        with mock_aws():
            before.add_session((Created(),), None)
            clock.shift(180)
            session = FaceLiveness().add_session()
            before.add_session((Created(),), None)

            assert FaceLiveness().sessions == [session]


@pytest.mark.in_process
def test_a_rollback_takes_expired_sessions_back(face_liveness: FaceLiveness) -> None:
    with travel(NOON, tick=False) as clock:
        outer = face_liveness.add_session()
        with FaceLiveness(assert_all_used=False) as inner:
            inner.queue(ALIVE)
            held = inner.session(create())
            clock.shift(180)
            inner.add_session()

        assert [session.id for session in face_liveness.sessions] == [outer.id]
        with pytest.raises(LookupError):
            face_liveness.session(held.id)


@pytest.mark.in_process
def test_a_poll_without_a_seed_is_told_at_the_end_even_if_the_session_has_expired() -> None:
    with travel(NOON, tick=False) as clock, FaceLiveness(assert_all_used=False, assert_all_seeded=False) as outer:
        session_id = create()
        with FaceLiveness(assert_all_seeded=False) as inner:
            status(session_id)
            clock.shift(180)
            create()

            with pytest.raises(UnseededSessionError, match=f"session {session_id}"):
                inner.assert_all_seeded()

        outer.assert_all_seeded()  # the poll went with the inner block


@pytest.mark.in_process
def test_an_expired_session_leaves_the_dashboard_of_moto(face_liveness: FaceLiveness) -> None:
    from moto_liveness import _compat
    from moto_liveness.rekognition.models import FaceLivenessSession

    with travel(NOON, tick=False) as clock:
        first, second = create(), create()
        clock.shift(180)
        third = create()

    assert [session.id for session in _compat._on_dashboard(FaceLivenessSession)] == [third]
    assert [session.id for session in face_liveness.sessions] == [first, second, third]


@pytest.mark.in_process
def test_a_used_seed_keeps_its_words_and_not_its_images(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(Succeeded(97.3, reference_image=b"large"))
    create()

    assert current_script().record(seed.number).steps == (Created(),)
    assert seed.call.startswith("queue(Succeeded(confidence=97.3, reference_image=Image(<5 bytes>")


@pytest.mark.in_process
def test_the_fates_of_the_last_seeds_are_remembered(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.script._ENDED", OrderedDict())
    monkeypatch.setattr("moto_liveness.core.script._MOST_ENDED", 1)
    first, second = face_liveness.queue(ALIVE), face_liveness.queue(Failed())
    create()
    create()

    assert [current_script().fate(seed.number) for seed in (first, second)] == ["reset", "used"]


@needs_flask
def test_a_server_keeps_the_last_ten_thousand_calls_and_says_so(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_CALLS", 5)
    monkeypatch.setattr("moto_liveness.core.script._CHUNK", 2)
    monkeypatch.setattr("tests.aws.ENDPOINT", make_face_liveness_server.endpoint_url)
    with FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url) as face_liveness:
        seed = face_liveness.queue(ALIVE)
        ids = [create() for _ in range(9)]

        assert [call.session_id for call in face_liveness.calls] == ids[-5:]
        assert [session.id for session in face_liveness.sessions] == ids
        assert call_log(face_liveness).splitlines()[0] == "The server no longer has 4 earlier calls."
        assert seed.used


@needs_flask
def test_refused_calls_and_streams_count_too(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_CALLS", 5)
    monkeypatch.setattr("moto_liveness.core.script._CHUNK", 2)
    url = make_face_liveness_server.endpoint_url
    monkeypatch.setattr("tests.aws.ENDPOINT", url)

    headers = {"X-Amz-Target": f"RekognitionService.{CREATE}", "Authorization": AUTHORIZATION}

    @set_initial_no_auth_action_count(0)
    def deny() -> None:
        for _ in range(9):
            post(CREATE, {})

    with FaceLiveness(endpoint_url=url) as face_liveness:
        for _ in range(9):
            requests.post(url, data=b"\xff", headers=headers)
        assert [call.error for call in face_liveness.calls] == ["SerializationException"] * 5
        for _ in range(8):
            with pytest.raises(LivenessException):
                claims.Arrival(PLACE, parameters(SESSION_ID)).start(None)
        assert [call.error for call in face_liveness.calls] == ["SessionNotFoundException"] * 5
        deny()
        assert [call.error for call in face_liveness.calls] == ["UnrecognizedClientException"] * 6


@pytest.mark.in_process
def test_a_mock_keeps_all_calls(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.core.script._MOST_CALLS", 5)
    for _ in range(9):
        create()

    assert len(face_liveness.calls) == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_gets_a_lock_that_nobody_holds() -> None:
    lock, held, done = Lock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            done.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(PATIENCE)
    child = os.fork()
    if child == 0:  # pragma: no cover  # coverage does not see the child
        os._exit(0 if lock._lock.acquire(timeout=PATIENCE) else 1)
    _, result = os.waitpid(child, 0)
    done.set()
    thread.join()

    assert os.waitstatus_to_exitcode(result) == 0


def test_the_script_has_such_a_lock() -> None:
    assert isinstance(Script().lock, Lock)


def test_a_lock_that_is_renewed_is_held_by_nobody() -> None:
    lock = Lock()
    with lock:
        before = lock._lock
        _renew_all()

        assert lock._lock is not before
        lock._lock.acquire()  # for the end of the block


@pytest.mark.parametrize("operation", [name for name, one in OPERATIONS.items() if not one.endings])
def test_a_body_that_is_not_utf_8_is_logged_and_has_a_request_id(face_liveness: FaceLiveness, operation: str) -> None:
    from tests import aws

    if aws.ENDPOINT is None:
        pytest.skip("botocore sends UTF-8")
    headers = {"X-Amz-Target": f"RekognitionService.{operation}", "Authorization": aws.AUTHORIZATION}
    answer = requests.post(aws.ENDPOINT, data=b"\xff\xfe{}", headers=headers)

    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")
    assert answer.headers["x-amzn-requestid"]
    assert [(call.operation, call.error) for call in face_liveness.calls] == [(operation, "SerializationException")]


@pytest.mark.parametrize(
    "operation",
    [name for name, one in OPERATIONS.items() if not one.endings and (one.needs_people or not one.pictures)],
)
@pytest.mark.parametrize("body", ["{", "[]", "null"])
def test_a_body_that_is_not_a_json_object_is_refused(face_liveness: FaceLiveness, operation: str, body: str) -> None:
    answer = post(operation, body)

    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")
    assert [call.error for call in face_liveness.calls] == ["SerializationException"]


def test_the_last_64_mb_of_answers_to_repeated_attempts_are_kept(
    face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    post("CreateCollection", {"CollectionId": "users"})
    size = len(post("DescribeCollection", {"CollectionId": "users"}).content)
    monkeypatch.setattr("moto_liveness.rekognition.attempts._MOST_BYTES", 3 * size)

    def describe(number: int) -> str:
        post("DescribeCollection", {"CollectionId": "users"}, **{"amz-sdk-invocation-id": f"describe {number}"})
        return f"{number}: {len(face_liveness.calls)}"

    assert [describe(number) for number in (1, 2, 3, 1)] == ["1: 3", "2: 4", "3: 5", "1: 5"]
    assert [describe(number) for number in (4, 2, 1)] == ["4: 6", "2: 6", "1: 7"]
    post("DescribeCollection", {"CollectionId": "x"}, **{"amz-sdk-invocation-id": "an error"})
    assert describe(4) == "4: 9"


@pytest.mark.in_process
def test_an_answer_larger_than_64_mb_is_not_kept(face_liveness: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.rekognition.attempts._MOST_BYTES", 10)
    attempt = {"amz-sdk-invocation-id": "create"}

    assert post(CREATE, {}, **attempt).json() != post(CREATE, {}, **attempt).json()
    assert len(face_liveness.calls) == 2


@needs_flask
def test_the_name_of_a_region_is_cut(
    make_face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.aws.ENDPOINT", make_face_liveness_server.endpoint_url)
    with FaceLiveness(endpoint_url=make_face_liveness_server.endpoint_url) as face_liveness:
        body = post(CREATE, {}, region_name="x" * 20_000).json()

        [call] = face_liveness.calls

    assert body["message"].startswith(f"Rekognition is not in '{'x' * 99}...: on AWS no host")
    assert call.region_name == f"{'x' * 1_000}... (20,000 characters)"


@pytest.mark.in_process
@pytest.mark.filterwarnings("ignore::moto_liveness.FaceLivenessRegionWarning")
def test_the_last_hundred_regions_that_do_not_exist_are_kept(face_liveness: FaceLiveness) -> None:
    for number in range(150):
        with contextlib.suppress(EndpointConnectionError):
            post(CREATE, {}, region_name=f"nowhere-{number}")

    assert len(current_backend().nowhere) == 100
    assert [call.region_name for call in face_liveness.calls[-1:]] == ["nowhere-149"]


def test_the_log_says_which_audit_images_the_request_left_out(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(97.3, audit_images=[b"one", b"two"]))
    session_id = create()
    status(session_id)

    assert call_log(face_liveness).splitlines()[1] == (
        f"{GET} in us-east-1, session {session_id} -> SUCCEEDED with a confidence of 97.3 percent, "
        "0 of 2 seeded audit images (AuditImagesLimit 0)"
    )
    assert post(GET, {"SessionId": session_id}).status_code == 200


@pytest.mark.in_process
def test_a_collection_of_100_000_faces(face_liveness: FaceLiveness) -> None:
    rekognition = client()
    rekognition.create_collection(CollectionId="users")
    collection = liveness_backends["123456789012"]["us-east-1"].collections.get("users")
    assert collection
    for number in range(100_000):
        person = Person(f"person {number}", 99.9, MIDDLE)
        collection.add(IndexedFace(str(uuid.UUID(int=number)), SESSION_ID, f"user-{number}", person, NUMBERS.next()))

    (match,) = rekognition.search_faces_by_image(CollectionId="users", Image={"Bytes": photo("person 77777")})[
        "FaceMatches"
    ]
    pages = rekognition.get_paginator("list_faces").paginate(CollectionId="users", PaginationConfig={"PageSize": 4096})
    listed = [len(page["Faces"]) for page in pages]
    with FaceLiveness():
        rekognition.delete_collection(CollectionId="users")

    assert match["Face"]["ExternalImageId"] == "user-77777"
    assert listed == [4096] * 24 + [100_000 - 24 * 4096]
    assert len(face_liveness.people_in("users")) == 100_000
    reference = weakref.ref(collection)
    del collection
    rekognition.delete_collection(CollectionId="users")
    liveness_backends.reset()
    gc.collect()
    assert reference() is None
