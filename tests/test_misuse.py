"""Common mistakes get a message that says how to write it instead."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from moto_liveness import (
    ApiError,
    Created,
    Expired,
    FaceLiveness,
    FaceLivenessServer,
    Failed,
    Step,
    Succeeded,
    scenarios,
)
from moto_liveness.control.face_liveness import call_log
from tests.aws import ALIVE, create, poll, status


def decorated() -> None: ...


OPTIONS = "assert_all_used, assert_all_seeded, strict_regions, endpoint_url"
FORKED = (
    "This process has forked children, which have copies of its seeds: seeds that they use stay unused here. Give them "
    "a server, with face_liveness_server."
)
THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "Slow down"}}, "Poll")


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda _: FaceLiveness(decorated), "the decorator needs its parentheses: write @FaceLiveness()"),
        (
            lambda _: FaceLiveness("http://127.0.0.1:5000"),
            "pass the URL by name: FaceLiveness(endpoint_url='http://127.0.0.1:5000')",
        ),
        (
            lambda _: FaceLiveness(False),
            f"pass arguments by name ({OPTIONS}), not False",
        ),
        (
            lambda handle: handle.queue_error(THROTTLED),
            "queue_error takes the code of an AWS error: write queue_error('ThrottlingException')",
        ),
        (
            lambda handle: handle.queue_error(ReadTimeoutError(endpoint_url="x")),
            "queue_error takes the code of an AWS error: write queue_exception(ReadTimeoutError(endpoint_url='x'))",
        ),
        (
            lambda handle: handle.queue_error(ReadTimeoutError),
            "queue_error takes the code of an AWS error: write queue_exception(ReadTimeoutError(...))",
        ),
        (
            lambda handle: handle.queue_error(ClientError),
            "queue_error takes the code of an AWS error: write queue_error('ThrottlingException')",
        ),
        (
            lambda handle: handle.queue_error(ApiError("InternalServerError")),
            "queue_error takes the code of an AWS error: write queue_error('InternalServerError')",
        ),
        (
            lambda handle: handle.queue_exception(THROTTLED),
            "queue_exception takes a network failure: write queue_error('ThrottlingException')",
        ),
        (
            lambda handle: handle.queue(THROTTLED),
            (
                "queue takes steps, not errors: write queue_error('ThrottlingException') for the next calls, or "
                "queue(ApiError('ThrottlingException')) for polls of a session"
            ),
        ),
        (
            lambda handle: handle.set_default(ReadTimeoutError(endpoint_url="x")),
            (
                "set_default takes steps, not errors: write queue_exception(ReadTimeoutError(endpoint_url='x')) for "
                "the next calls"
            ),
        ),
        (
            lambda handle: handle.queue({"Status": "EXPIRED"}),
            (
                "a dictionary is not a step: for a response from AWS, write queue(Step.from_response(response)), not "
                "{'Status': 'EXPIRED'}"
            ),
        ),
        (
            lambda handle: handle.set_after_expiry({"Status": "EXPIRED"}),
            (
                "a dictionary is not a step: for a response from AWS, write "
                "set_after_expiry(Step.from_response(response)), not {'Status': 'EXPIRED'}"
            ),
        ),
        (
            lambda handle: handle.set_after_expiry(Expired),
            "Expired is a class, not a step: write Expired(...)",
        ),
        (
            lambda handle: handle.set_after_expiry(None),
            "expected a step (Expired, ApiError), got None",
        ),
        (
            lambda handle: handle.set_after_expiry([Expired()]),
            "expected a step (Expired, ApiError), got [Expired()]",
        ),
        (
            lambda handle: handle.add_session(Step),
            (
                "expected a step (Created, InProgress, Succeeded, Failed, Expired, ApiError), got "
                "<class 'moto_liveness.core.steps.Step'>"
            ),
        ),
        (
            lambda _: Step(),
            "Step is for annotations: make one of Created, InProgress, Succeeded, Failed, Expired, ApiError",
        ),
        (
            lambda handle: handle.queue_error(ConnectionError("gone")),
            "queue_error takes the code of an AWS error: write queue_exception(ConnectionError('gone'))",
        ),
        (lambda handle: handle.queue_error(ValueError("x")), "code must be a str, not ValueError('x')"),
        (
            lambda handle: handle.queue(ValueError("x")),
            "expected a step (Created, InProgress, Succeeded, Failed, Expired, ApiError), got ValueError('x')",
        ),
        (lambda handle: handle.enqueue(ALIVE), "FaceLiveness has no attribute 'enqueue'. Did you mean 'queue'?"),
        (lambda handle: handle.x, "FaceLiveness has no attribute 'x'."),
        (lambda handle: handle._queu, "FaceLiveness has no attribute '_queu'."),
        (
            lambda handle: setattr(handle, "assert_all_used", False),
            "assert_all_used cannot be set: pass it, as in FaceLiveness(assert_all_used=False)",
        ),
        (
            lambda handle: setattr(handle, "calls", []),
            "calls cannot be set: it is read from the state. The calls of the code under test change it.",
        ),
        (lambda handle: setattr(handle, "queue", print), "queue cannot be set: it is a method"),
        (
            lambda handle: setattr(handle, "sesions", []),
            "FaceLiveness has no attribute 'sesions'. Did you mean 'sessions'?",
        ),
        (
            lambda handle: setattr(handle.add_session(), "stream", None),
            "stream cannot be set: it is read from the state. Use set_outcome(...) to change what polls report.",
        ),
        (
            lambda handle: setattr(handle.queue(ALIVE, optional=True), "optional", False),
            "optional cannot be set: it is read from the state. Remove the seed with withdraw(), and queue another.",
        ),
        (
            lambda _: setattr(FaceLivenessServer(), "endpoint_url", "http://127.0.0.1:5000"),
            "endpoint_url cannot be set: it is the server's. Pass host and port, as in FaceLivenessServer(port=5000)",
        ),
        (
            lambda _: setattr(FaceLivenessServer(), "certificate", "server.pem"),
            "certificate cannot be set: it is the server's. Pass host and port, as in FaceLivenessServer(port=5000)",
        ),
        (lambda _: setattr(FaceLivenessServer(), "prot", 1), "FaceLivenessServer has no attribute 'prot'."),
        (
            lambda handle: handle.add_session().set_outcom(ALIVE),
            "Session has no attribute 'set_outcom'. Did you mean 'set_outcome'?",
        ),
        (
            lambda handle: handle.queue(ALIVE, optional=True).is_used,
            "Seed has no attribute 'is_used'. Did you mean 'used'?",
        ),
        (
            lambda _: FaceLivenessServer().endpoint_url,
            "the server has no endpoint_url yet: use it inside `with FaceLivenessServer() as server:`",
        ),
        (
            lambda _: FaceLivenessServer().queue(ALIVE),
            "the server has no attribute 'queue', but its handle has: .face_liveness.queue",
        ),
        (
            lambda _: FaceLivenessServer().enqueue(ALIVE),
            "the server has no attribute 'enqueue', but its handle has: .face_liveness.queue",
        ),
        (
            lambda _: scenarios.acepted(90),
            "module 'moto_liveness.scenarios' has no attribute 'acepted'. Did you mean 'accepted'?",
        ),
        (
            lambda _: scenarios.spoof,
            (
                "module 'moto_liveness.scenarios' has no attribute 'spoof': scenarios are for a threshold, as in "
                "next(one for one in scenarios.turned_away(90) if one.name == 'spoof')"
            ),
        ),
        (lambda _: scenarios.turned_away(90)[0].nam, "Scenario has no attribute 'nam'. Did you mean 'name'?"),
        (
            lambda handle: (create(), handle.calls[0].seesion_id),
            "Call has no attribute 'seesion_id'. Did you mean 'session_id'?",
        ),
        (lambda _: FaceLivenessServer().url, "FaceLivenessServer has no attribute 'url'."),
        (
            lambda _: FaceLivenessServer().certificat,
            "FaceLivenessServer has no attribute 'certificat'. Did you mean 'certificate'?",
        ),
    ],
)
@pytest.mark.in_process
def test_a_misuse_is_answered_with_how_to_write_it(
    face_liveness: FaceLiveness, misuse: Callable[[Any], object], message: str
) -> None:
    with pytest.raises((TypeError, AttributeError)) as error:
        misuse(face_liveness)

    assert str(error.value) == message


@pytest.mark.parametrize("kind", [Failed, Succeeded, Created, Expired])
def test_a_marker_with_a_class_says_so_where_it_is_written(kind: type) -> None:
    with pytest.raises(TypeError) as error:
        pytest.mark.face_liveness(kind)

    name = kind.__name__
    assert str(error.value) == f"{name} is a class, not a step: write @pytest.mark.face_liveness({name}(...))"
    assert "pytestmark" not in vars(kind)


def test_a_repeated_token_is_noted(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(Failed())
    create(ClientRequestToken="once")
    create(ClientRequestToken="once")

    first, second = face_liveness.calls
    assert (first.seed, second.seed, second.note) == (seed.number, seed.number, "same token, same session")
    assert call_log(face_liveness).splitlines()[1].endswith("(same token, same session)")


@pytest.mark.in_process
def test_a_session_that_went_with_its_block_is_noted(face_liveness: FaceLiveness) -> None:
    with FaceLiveness():
        session_id = create()
    with pytest.raises(ClientError):
        status(session_id)

    assert call_log(face_liveness).endswith(
        "-> SessionNotFoundException: Session not found (that session was removed when its block ended)"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_seed_that_a_forked_process_used_says_so() -> None:
    with pytest.raises(AssertionError) as error, FaceLiveness() as face_liveness:
        face_liveness.queue(ALIVE)
        child = multiprocessing.get_context("fork").Process(target=lambda: poll(create()))
        child.start()
        child.join()

    assert child.exitcode == 0
    assert str(error.value).splitlines()[3:5] == [
        "No session was created.",
        FORKED,
    ]


@pytest.mark.parametrize(
    "line",
    [
        'Step.from_response({"Status": "FAILED", "Confidence": -1})',
        'face_liveness.session("1")',
        'face_liveness.people_in("users")',
        'face_liveness.at("mars")',
        "face_liveness.queue(Failed)",
        "Created(polls=0)",
        "face_liveness.add_session().status = None",
        "moto_liveness.Succeded",
    ],
)
def test_a_mistake_is_shown_on_the_line_that_makes_it(pytester: pytest.Pytester, line: str) -> None:
    pytester.makepyfile(
        f"""
        import moto_liveness
        from moto_liveness import Created, Failed, Step

        def test_it(face_liveness):
            {line}
        """
    )
    printed = pytester.runpytest_inprocess("--tb=short").outlines

    frames = [line for line in printed if ": in " in line]
    assert [frame.partition(":")[0] for frame in frames] == ["test_a_mistake_is_shown_on_the_line_that_makes_it.py"]
