"""Sixteen threads at once: nothing is lost, no seed is bound twice, no step is reported out of order."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from moto_liveness import Created, FaceLiveness, InProgress, Succeeded, photo
from tests.aws import client, create, poll, status
from tests.waiting import PATIENCE

THREADS = 16
_T = TypeVar("_T")


def together(work: Callable[[int], _T], times: int = 10, threads: int = THREADS) -> list[_T]:
    """Do the work in all threads at once, several times each, and return all results."""
    client()  # boto3's default session must not make clients in two threads at once
    barrier = threading.Barrier(threads, timeout=PATIENCE)

    def one(number: int) -> list[_T]:
        barrier.wait()
        return [work(number * times + n) for n in range(times)]

    with ThreadPoolExecutor(threads) as pool:
        return [result for results in pool.map(one, range(threads)) for result in results]


def test_every_seed_is_bound_once(face_liveness: FaceLiveness) -> None:
    seeds = [face_liveness.queue(Succeeded(confidence=2 + n / 10)) for n in range(THREADS * 10)]

    ids = together(lambda _: create())

    assert sorted(seed.session_id or "" for seed in seeds) == sorted(ids)
    assert sorted(poll(session_id)["Confidence"] for session_id in ids) == [2 + n / 10 for n in range(THREADS * 10)]
    assert len(face_liveness.sessions) == THREADS * 10


def test_a_session_is_reported_in_the_order_of_its_steps(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session(Created(polls=50), InProgress(polls=50), Succeeded(confidence=97.3))

    seen = together(lambda _: status(session.id))

    assert Counter(seen) == {"CREATED": 50, "IN_PROGRESS": 50, "SUCCEEDED": 60}
    assert [call.status for call in face_liveness.calls] == sorted(
        seen, key=["CREATED", "IN_PROGRESS", "SUCCEEDED"].index
    )
    assert session.poll_count == 160


def test_a_token_makes_one_session(face_liveness: FaceLiveness) -> None:
    ids = together(lambda n: create(ClientRequestToken=f"token-{n % 10}"))

    assert len(set(ids)) == len(face_liveness.sessions) == 10


def test_seeding_while_others_create_loses_nothing(face_liveness: FaceLiveness) -> None:
    def work(number: int) -> None:
        if number % 2:
            face_liveness.queue(Succeeded(confidence=50.0))
        create()

    together(work)
    for _ in range(THREADS * 5):
        create()

    face_liveness.assert_all_used()
    assert len(face_liveness.calls) == THREADS * 15


def test_an_error_is_raised_as_often_as_it_was_queued(face_liveness: FaceLiveness) -> None:
    session = face_liveness.add_session()
    face_liveness.queue_error("InternalServerError", times=70)

    def work(_: int) -> str:
        try:
            return status(session.id)
        except Exception as error:  # noqa: BLE001
            return type(error).__name__

    assert Counter(together(work)) == {"InternalServerError": 70, "CREATED": 90}


def test_thirty_two_threads_index_and_search_at_once_and_nothing_is_lost(face_liveness: FaceLiveness) -> None:
    client().create_collection(CollectionId="users")

    def index_and_search(number: int) -> tuple[str, list[str], list[str]]:
        mine = {"CollectionId": "users", "Image": {"Bytes": photo(f"person {number}")}}
        (record,) = client().index_faces(**mine, ExternalImageId=f"user-{number}")["FaceRecords"]
        client().index_faces(CollectionId="users", Image={"Bytes": photo("everybody")}, ExternalImageId="the-same")
        found = client().search_faces_by_image(**mine)["FaceMatches"]
        if number % 2:
            client().delete_faces(CollectionId="users", FaceIds=[record["Face"]["FaceId"]])
        left = client().search_faces_by_image(**mine)["FaceMatches"]
        ids = [[match["Face"]["FaceId"] for match in matches] for matches in (found, left)]
        return record["Face"]["FaceId"], ids[0], ids[1]

    done = together(index_and_search, times=4, threads=32)

    assert [found for _, found, _ in done] == [[face_id] for face_id, _, _ in done]
    assert [len(left) for _, _, left in done] == [1, 0] * 64
    people = face_liveness.people_in("users")
    assert sorted(people) == sorted([*(f"person {number}" for number in range(0, 128, 2)), "everybody"])
    assert len(face_liveness.calls) == 1 + 128 * 4 + 64
