"""What a server that is never reset keeps, what it forgets, and what it never pins."""

from __future__ import annotations

import gc
import os
import threading
import weakref

import pytest
from botocore.exceptions import ClientError
from time_machine import travel

from moto_liveness import FaceLiveness, FaceLivenessServer, Image, Succeeded, UnseededSessionError
from moto_liveness.control.face_liveness import call_log
from moto_liveness.core.lock import Lock, _renew_all
from moto_liveness.core.script import Script
from tests.aws import ALIVE, CREATE, GET, NOON, create, poll, post, status
from tests.conftest import needs_flask
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
    return sum(isinstance(found, Image) and found.data == data for found in gc.get_objects())


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

    assert vars(seed)["steps"] == ()
    assert seed.call.startswith("queue(Succeeded(confidence=97.3, reference_image=Image(<5 bytes>")


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
        assert call_log(face_liveness).splitlines()[0] == "4 earlier calls of the server forgotten."
        assert seed.used


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


def test_a_body_that_is_not_utf_8_is_logged_and_has_a_request_id(face_liveness: FaceLiveness) -> None:
    from tests import aws

    if aws.ENDPOINT is None:
        pytest.skip("botocore sends UTF-8")
    import requests

    headers = {"X-Amz-Target": f"RekognitionService.{CREATE}", "Authorization": aws.AUTHORIZATION}
    answer = requests.post(aws.ENDPOINT, data=b"\xff\xfe{}", headers=headers)

    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")
    assert answer.headers["x-amzn-requestid"]
    assert [call.error for call in face_liveness.calls] == ["SerializationException"]


def test_the_log_says_which_audit_images_the_request_left_out(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(Succeeded(97.3, audit_images=[b"one", b"two"]))
    session_id = create()
    status(session_id)

    assert call_log(face_liveness).splitlines()[1] == (
        f"{GET} in us-east-1, session {session_id} -> SUCCEEDED with a confidence of 97.3 percent, "
        "0 of 2 seeded audit images (AuditImagesLimit 0)"
    )
    assert post(GET, {"SessionId": session_id}).status_code == 200
