"""The routes for seeding over HTTP. They work inside mock_aws as moto's own do, so no server is needed here."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import requests
from botocore.exceptions import ProxyConnectionError
from moto import mock_aws

from moto_liveness import BoundingBox, Challenge, Created, FaceLiveness, Failed, Image, InProgress, Succeeded
from moto_liveness.core.commands import HANDLE
from moto_liveness.install import install_routes, uninstall_routes
from moto_liveness.moto_api.routes import ROUTES
from tests.aws import JPEG, SESSION_ID, client, create, create_with_images, get, poll, post, status
from tools import openapi

API = "http://motoapi.amazonaws.com"
RESULTS = f"{API}/moto-api/static/rekognition/face-liveness-results"
STATE = f"{API}/moto-api/rekognition/face-liveness"
PHOTOS = f"{API}/moto-api/static/rekognition/photos"
SIDES = ("left", "top", "width", "height")
BASE64 = base64.b64encode(JPEG).decode()
RESET = "moto was reset: an outermost mock_aws started or stopped in its process, or /moto-api/reset was called"
ALIVE = {"status": "SUCCEEDED", "confidence": 97.3}


@pytest.fixture(autouse=True)
def mocked() -> Any:
    with FaceLiveness(assert_all_used=False, assert_all_seeded=False) as face_liveness:
        yield face_liveness


def seed(*results: object, **place: str) -> requests.Response:
    return requests.post(RESULTS, json={"results": results, **place})


def state() -> dict[str, Any]:
    answer: dict[str, Any] = requests.get(STATE).json()
    return answer


def message(response: requests.Response) -> str:
    assert response.status_code == 400
    return str(response.json()["message"])


def test_a_result_is_a_session() -> None:
    response = seed(ALIVE, {"status": "FAILED"})

    assert response.status_code == 201
    assert [status(create()), status(create())] == ["SUCCEEDED", "FAILED"]


def test_a_list_of_steps_is_one_session() -> None:
    seed([{"status": "CREATED"}, {"status": "IN_PROGRESS", "polls": 2}, ALIVE])

    session_id = create()

    assert [status(session_id) for _ in range(4)] == ["CREATED", "IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]


def test_every_keyword_of_python_is_a_key(mocked: FaceLiveness) -> None:
    box = {"left": 0.1, "top": 0.2, "width": 0.3, "height": 0.4}
    seed(
        {
            **ALIVE,
            "reference_image": {"data": BASE64, "bounding_box": box},
            "audit_images": [BASE64],
            "challenge": {"type": "FaceMovementChallenge", "version": "1.0.0"},
            "feedback": ["FACE_NOT_VISIBLE", ["EYES_CLOSED_DETECTED", "Look here."]],
            "sdk_type": "web",
        }
    )
    over_http = get(create_with_images(4))
    mocked.queue(
        Succeeded(
            97.3,
            reference_image=Image(JPEG, BoundingBox(**box)),
            audit_images=[JPEG],
            challenge=Challenge("FaceMovementChallenge", "1.0.0"),
            feedback=["FACE_NOT_VISIBLE", ("EYES_CLOSED_DETECTED", "Look here.")],
            sdk_type="web",
        )
    )
    in_python = get(create_with_images(4))

    assert {**over_http, "SessionId": ""} == {**in_python, "SessionId": ""}


def test_no_images_are_null_or_an_empty_list() -> None:
    seed({**ALIVE, "reference_image": None, "audit_images": []})

    results = get(create_with_images(4))

    assert ("ReferenceImage" in results, results["AuditImages"]) == (False, [])


def test_an_error_is_queued_for_calls() -> None:
    seed({"error": "ThrottlingException", "operation": "CreateFaceLivenessSession", "times": 1})

    with pytest.raises(client().exceptions.ThrottlingException):
        create()


def test_an_error_can_be_a_step_of_a_session() -> None:
    seed([{"error": "InternalServerError", "message": "on fire"}, ALIVE])
    session_id = create()

    with pytest.raises(client().exceptions.InternalServerError, match="on fire"):
        poll(session_id)
    assert status(session_id) == "SUCCEEDED"


def test_an_optional_result_causes_no_complaint(mocked: FaceLiveness) -> None:
    seed({"steps": ALIVE, "optional": True}, {"error": "ThrottlingException", "optional": True})

    mocked.assert_all_used()


def test_account_and_region_narrow_a_result() -> None:
    seed(ALIVE, account_id="123456789012", region="eu-west-1")

    here = status(create())
    there = client(region_name="eu-west-1").create_face_liveness_session()["SessionId"]

    assert (here, poll(there, "eu-west-1")["Status"]) == ("CREATED", "SUCCEEDED")


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ({"status": "SUCCEEDED", "confidence": 973}, "confidence must be a percentage between 0 and 100, not 973"),
        ({"status": "SUCCEEDED"}, "a step with status SUCCEEDED needs confidence"),
        (
            {"status": "PASSED"},
            "status 'PASSED' does not exist. Choose from: CREATED, IN_PROGRESS, SUCCEEDED, FAILED, EXPIRED.",
        ),
        ({"status": "SUCEEDED"}, "status 'SUCEEDED' does not exist. Did you mean 'SUCCEEDED'?"),
        ({"status": 5}, "status 5 does not exist. Choose from: CREATED, IN_PROGRESS, SUCCEEDED, FAILED, EXPIRED."),
        (
            {"status": "FAILED", "confidense": 1},
            "a step with status FAILED has no member 'confidense'. Did you mean 'confidence'?",
        ),
        ({"status": "EXPIRED", "polls": 1}, "a step with status EXPIRED has no member 'polls'. Choose from: status."),
        (
            {"response": {"Status": "FAILED"}, "delay": 3},
            (
                "a delay has no member 'response'. Choose from: optional, queued_at, scenario, operation, times, "
                "session_id, when, delay."
            ),
        ),
        ("SUCCEEDED", "a step must be an object with a status or an error, not 'SUCCEEDED'"),
        ([], 'steps must have at least one step, as in [{"status": "SUCCEEDED", "confidence": 97.3}]'),
        (
            [{"status": "FAILED"}, {"status": "CREATED"}],
            "CREATED cannot follow FAILED: a session never goes back; if these are two sessions, queue each by itself",
        ),
        ({"steps": ALIVE, "optional": "yes"}, "optional must be true or false, not 'yes'"),
        ({"error": "ThrottlingException", "times": 0}, "times must be at least 1, not 0"),
        (
            {**ALIVE, "reference_image": "face.jpg"},
            "reference_image: an image must be a JPEG in base64: a server reads no files, so it takes no path",
        ),
        (
            {**ALIVE, "reference_image": "/etc/passwd"},
            "reference_image: an image must be a JPEG in base64: a server reads no files, so it takes no path",
        ),
        ({**ALIVE, "reference_image": 5}, "reference_image: an image must be an object, not 5"),
        ({**ALIVE, "reference_image": {"data": 5}}, "reference_image: data must be a str, not 5"),
        (
            {**ALIVE, "reference_image": base64.b64encode(b"text").decode()},
            (
                "reference_image: the image is not a JPEG in base64, it begins with b'text': AWS sends JPEG. "
                'Pass a JPEG, or {"data": ..., "raw": true} for bytes that are returned as they are.'
            ),
        ),
        (
            {**ALIVE, "reference_image": "images/alice"},
            "reference_image: the image is not a JPEG in base64, it begins with ",
        ),
        (
            {"Status": "FAILED"},
            "a step has no member 'Status', and needs a status or an error. Did you mean 'status'?",
        ),
        (
            [{"error": "ThrottlingException"}],
            (
                'a list is one session, and this one has nothing but errors: write {"steps": [...]} if its polls get '
                'them, or {"error": ...} without a list for the next calls'
            ),
        ),
        ({"exception": ["x"]}, 'exception ["x"] cannot happen on a connection that a server has accepted. '),
        (
            {"exception": "ConnectTimeoutError"},
            (
                "exception 'ConnectTimeoutError' cannot happen on a connection that a server has accepted. "
                "Choose from: ConnectionClosedError, ReadTimeoutError."
            ),
        ),
        (
            {**ALIVE, "reference_image": {"data": BASE64, "bounding_box": {"left": 0.1}}},
            "reference_image: bounding_box needs top, width, height",
        ),
        (
            {**ALIVE, "audit_images": {"/etc/passwd": 1}},
            'audit_images must be a list of images, not {"/etc/passwd": 1}',
        ),
        (
            {**ALIVE, "confidence": None},
            "confidence must be a percentage between 0 and 100, an int or a float, not null",
        ),
        (
            {**ALIVE, "confidence": True},
            "confidence must be a percentage between 0 and 100, an int or a float, not true",
        ),
        ({**ALIVE, "challenge": "größte"}, "challenge must be an object, not 'größte'"),
        ({**ALIVE, "challenge": {"type": "FaceMovementChallenge"}}, "challenge needs version"),
        ({**ALIVE, "challenge": []}, "challenge must be an object, not []"),
        (
            {**ALIVE, "challenge": {"type": "x", "version": "1.0.0"}},
            "challenge: challenge type 'x' does not exist. Choose from: ",
        ),
        (
            {**ALIVE, "feedback": ["FACE_NOT_VISIBLE", "DARK"]},
            "feedback[1]: code 'DARK' does not exist. Choose from: ",
        ),
        ({**ALIVE, "audit_images": [BASE64, 5]}, "audit_images[1]: an image must be an object, not 5"),
        (
            {**ALIVE, "reference_image": {"data": BASE64, "bounding_box": dict.fromkeys(SIDES, "x")}},
            "reference_image: bounding_box: left must be a number, an int or a float, not 'x'",
        ),
        ({"steps": [{"status": "CREATED"}, {"status": "FAILED", "sdk_type": 5}]}, "steps[1]: sdk_type must be a str"),
        ({"response": {"Status": "FAILED", "Confidence": -1}}, "response: Confidence: confidence must be a percentage"),
        ({"response": {"Status": "FAILED"}, "steps": []}, "a result has no member 'response'. Choose from: "),
        ({"steps": 5}, "steps must be an object with a status or an error, not 5"),
        ({"steps": [5]}, "steps[0]: a step must be an object with a status or an error, not 5"),
        ({"error": 5}, "error must be a str, not 5"),
        ({"steps": [{"error": 5}]}, "steps[0]: error must be a str, not 5"),
        (
            {"error": "a b", "http_status": 500},
            "the code of an error must be 1 to 256 letters, digits and signs without a space, not 'a b'",
        ),
        ({"delay": 0}, "delay must be a number above 0, at most 180, the life of a session, not 0"),
    ],
)
def test_a_wrong_result_gets_the_sentence_of_python_and_its_number(result: object, sentence: str) -> None:
    response = seed(ALIVE, result)

    assert message(response).startswith(f"results[1]: {sentence}")


@pytest.mark.parametrize(("headers", "value"), [({}, "null"), ({HANDLE: "1"}, "None")])
def test_a_client_reads_json_and_a_handle_python(headers: dict[str, str], value: str) -> None:
    response = requests.post(RESULTS, json={"results": [{"error": None}]}, headers=headers)

    assert message(response) == f"results[0]: error must be a str, not {value}"


@pytest.mark.parametrize(
    ("exception", "printed"),
    [
        (OSError("broken"), "OSError('broken')"),
        (ProxyConnectionError(proxy_url=None), "ProxyConnectionError(proxy_url=None)"),
    ],
)
def test_the_call_that_queued_an_exception_is_python_for_every_client(
    mocked: FaceLiveness, exception: Exception, printed: str
) -> None:
    mocked.queue_exception(exception)

    [unused] = state()["unused_seeds"]

    assert unused["seed"].startswith(f"queue_exception({printed}, operation=")


def test_a_step_of_a_list_is_named_by_its_place() -> None:
    response = seed(ALIVE, [{"status": "CREATED"}, {"status": "FAILED", "sdk_type": 5}])

    assert message(response) == "results[1][1]: sdk_type must be a str, not 5"


def test_an_operation_that_does_not_exist_is_refused_in_the_query() -> None:
    response = requests.get(STATE, params={"operation": "GetFaceLivenessSessionResult"})

    assert (response.status_code, message(response)) == (
        400,
        "operation 'GetFaceLivenessSessionResult' does not exist. Did you mean 'GetFaceLivenessSessionResults'?",
    )


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"people": ["alice", 5]}, "people[1] must be a str, not 5"),
        ({"bounding_boxes": [5]}, "bounding_boxes[0] must be an object, not 5"),
        ({"bounding_boxes": [dict.fromkeys(SIDES, -9)]}, "bounding_boxes[0]: "),
    ],
)
def test_a_wrong_member_of_a_photo_is_named_by_its_path(members: dict[str, object], sentence: str) -> None:
    response = requests.post(PHOTOS, json={"people": ["alice"], **members})

    assert (response.status_code, message(response)[: len(sentence)]) == (400, sentence)


def test_a_batch_is_all_or_nothing() -> None:
    seed(ALIVE, {"status": "FAILED"}, {"status": "PASSED"})

    assert state()["unused_seeds"] == []
    assert status(create()) == "CREATED"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("[1]", "the body must be an object, not [1]"),
        ("{}", "the body needs results"),
        ('{"results": null}', "results must be a list of results, one for each session, not null"),
        ('{"results": 1, "results": 2}', "the body is not valid JSON: duplicate key 'results'"),
        ('{"results": [{"status": "FAILED"}], "region": ""}', "Rekognition has no region ''. Choose from: "),
        (
            '{"%s": 1}' % ("x" * 200),
            f"the body has no member '{'x' * 99}.... Choose from: results, account_id, region.",
        ),
        ('{"results": {}}', "results must be a list of results, one for each session, not {}"),
        ('{"results": []}', "results is empty: it needs at least one result, one for each session"),
        ('{"result": []}', "the body has no member 'result'. Did you mean 'results'?"),
        ('{"results": [{}], "region": 5}', "region must be a str, not 5"),
        (
            '{"results": [{"status": "FAILED"}], "region": "eu-west1"}',
            "Rekognition has no region 'eu-west1'. Did you mean 'eu-west-1'?",
        ),
        (
            '{"results": [{"status": "FAILED"}], "account_id": "1"}',
            "account_id must have twelve digits, not '1'",
        ),
    ],
)
def test_a_wrong_body_is_answered(body: str, sentence: str) -> None:
    assert message(requests.post(RESULTS, data=body)).startswith(sentence)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"NaN"])
def test_a_body_that_is_not_json_is_answered(body: bytes) -> None:
    assert message(requests.post(RESULTS, data=body)).startswith("the body ")


def test_the_state_tells_sessions_calls_and_unused_seeds(mocked: FaceLiveness) -> None:
    seed(ALIVE, {"status": "FAILED"})
    session_id = create(ClientRequestToken="a")
    poll(session_id)

    shown = state()

    (session,), (created, polled), (unused,) = shown["sessions"], shown["calls"], shown["unused_seeds"]
    assert (session["session_id"], session["status"], session["poll_count"]) == (session_id, "SUCCEEDED", 1)
    assert (session["region"], session["account_id"], session["request"]) == (
        "us-east-1",
        "123456789012",
        {"ClientRequestToken": "a"},
    )
    assert (created["operation"], created["session_id"]) == ("CreateFaceLivenessSession", session_id)
    assert (polled["status"], polled["confidence"], polled["error"]) == ("SUCCEEDED", 97.3, None)
    assert (unused["seed"], unused["optional"], unused["region"]) == ("queue(Failed())", False, None)
    assert BASE64 not in json.dumps(shown)


def test_a_session_can_be_added_shown_and_given_an_outcome() -> None:
    added = requests.post(f"{STATE}/sessions", json={"session_id": SESSION_ID, "steps": [{"status": "IN_PROGRESS"}]})
    changed = requests.put(f"{STATE}/sessions/{SESSION_ID}", json={"steps": ALIVE})
    shown = requests.get(f"{STATE}/sessions/{SESSION_ID}")

    assert (added.status_code, added.json()["status"]) == (201, "IN_PROGRESS")
    assert (changed.status_code, changed.json()["status"]) == (200, "SUCCEEDED")
    assert shown.json() == changed.json()
    assert status(SESSION_ID) == "SUCCEEDED"


def test_a_session_is_added_where_the_body_says_or_by_default() -> None:
    there = requests.post(f"{STATE}/sessions", json={"region": "eu-west-1", "account_id": "111122223333"}).json()
    here = requests.post(f"{STATE}/sessions").json()

    assert (there["region"], there["account_id"], there["status"]) == ("eu-west-1", "111122223333", "CREATED")
    assert (here["region"], here["account_id"]) == ("us-east-1", "123456789012")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"session_id": "abc"}, "session_id must be a UUID in lower case, as AWS makes them, not 'abc'"),
        ({"session_id": SESSION_ID}, f"session {SESSION_ID} exists already"),
    ],
)
def test_a_session_that_cannot_be_added_is_refused(mocked: FaceLiveness, body: object, sentence: str) -> None:
    mocked.add_session(session_id=SESSION_ID)

    assert message(requests.post(f"{STATE}/sessions", json=body)) == sentence


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_unknown_session_is_not_found(method: str) -> None:
    response = requests.request(method, f"{STATE}/sessions/{SESSION_ID}", json={"steps": ALIVE})

    assert response.status_code == 404
    assert response.json() == {"message": f"there is no session '{SESSION_ID}' here.\n\nNo session exists."}


def test_an_outcome_that_cannot_be_is_refused(mocked: FaceLiveness) -> None:
    session = mocked.add_session(Failed())
    status(session.id)

    response = requests.put(f"{STATE}/sessions/{session.id}", json={"steps": {"status": "CREATED"}})

    assert message(response) == "CREATED cannot follow FAILED: a session never goes back"


def test_the_default_and_what_comes_after_expiry_can_be_set() -> None:
    default = requests.put(f"{STATE}/default", json={"steps": {"status": "FAILED"}})
    after = requests.put(f"{STATE}/after-expiry", json={"step": {"error": "SessionNotFoundException"}})

    assert (default.status_code, default.content, after.status_code) == (204, b"", 204)
    assert status(create()) == "FAILED"


def test_only_expired_or_an_error_comes_after_expiry() -> None:
    response = requests.put(f"{STATE}/after-expiry", json={"step": {"status": "FAILED"}})

    assert message(response) == "only EXPIRED or an error can come after the three minutes, not FAILED"


def test_seeds_can_be_withdrawn(mocked: FaceLiveness) -> None:
    seed(ALIVE, {"error": "InternalServerError"})
    session_id = create()
    seed({"status": "FAILED"})

    response = requests.delete(f"{STATE}/seeds")

    assert (response.status_code, state()["unused_seeds"]) == (204, [])
    assert (status(session_id), status(create())) == ("SUCCEEDED", "CREATED")


def test_the_seeds_of_one_place_can_be_withdrawn() -> None:
    seed(ALIVE, region="eu-west-1")
    seed(ALIVE, region="us-east-1")

    requests.delete(f"{STATE}/seeds", json={"region": "eu-west-1"})

    assert [left["region"] for left in state()["unused_seeds"]] == ["us-east-1"]


def test_a_session_tells_the_seed_that_it_got() -> None:
    (number,) = seed(ALIVE).json()["seeds"]
    session_id = create()

    assert requests.get(f"{STATE}/sessions/{session_id}").json()["seed"] == number


def test_what_came_since_a_number_can_be_taken_back(mocked: FaceLiveness) -> None:
    kept = create()
    number = state()["number"]
    seed(ALIVE)
    mocked.set_default(InProgress())
    create()

    response = requests.delete(f"{STATE}?since={number}")

    assert (response.status_code, [session["session_id"] for session in state()["sessions"]]) == (204, [kept])
    assert status(create()) == "CREATED"


def test_what_was_taken_back_is_gone_from_the_dashboard_and_for_repeated_attempts() -> None:
    number = state()["number"]
    attempt = {"amz-sdk-invocation-id": "11111111-2222-3333-4444-555555555555"}
    first = post("CreateFaceLivenessSession", {}, **attempt).json()["SessionId"]

    requests.delete(f"{STATE}?since={number}")

    assert post("CreateFaceLivenessSession", {}, **attempt).json()["SessionId"] != first
    listed = requests.get(f"{API}/moto-api/data.json").json()["rekognition"]["FaceLivenessSession"]
    assert first not in [session["id"] for session in listed]


@pytest.mark.parametrize(
    ("path", "key"),
    [("/default", "steps"), ("/after-expiry", "step"), ("/output-check", "when"), ("/sessions/1", "steps")],
)
def test_a_body_without_a_required_key_is_refused(path: str, key: str) -> None:
    assert message(requests.put(STATE + path, json={})) == f"the body needs {key}"


@pytest.mark.parametrize("since", ["", "?since=", "?since=x", "?since=-1", "?since=1²"])
def test_taking_back_needs_a_number(since: str) -> None:
    given = since.partition("=")[2]

    expected = f"since must be a whole number, not {given!r}" if since else "the query needs since"
    assert message(requests.delete(f"{STATE}{since}")) == expected


def test_the_state_of_one_place_can_be_shown(mocked: FaceLiveness) -> None:
    mocked.at("eu-west-1").queue(Failed(), optional=True)
    there = mocked.at("eu-west-1").add_session()
    create()

    shown = requests.get(f"{STATE}?region=eu-west-1").json()

    assert [session["session_id"] for session in shown["sessions"]] == [there.id]
    assert (shown["calls"], [seed["region"] for seed in shown["unused_seeds"]]) == ([], ["eu-west-1"])


def test_the_state_can_be_shown_in_parts() -> None:
    first = create()
    number = state()["number"]
    poll(first)
    second = create()

    since = requests.get(f"{STATE}?since={number}").json()
    latest = requests.get(f"{STATE}?limit=1").json()
    polls = requests.get(f"{STATE}?operation=GetFaceLivenessSessionResults").json()

    assert [session["session_id"] for session in since["sessions"]] == [second]
    assert [call["session_id"] for call in since["calls"]] == [first, second]
    assert [len(latest["sessions"]), len(latest["calls"])] == [1, 1]
    assert [call["status"] for call in polls["calls"]] == ["CREATED"]


def test_the_state_cannot_be_shown_since_something_else() -> None:
    assert message(requests.get(f"{STATE}?limit=all")) == "limit must be a whole number, not 'all'"


def test_bytes_that_are_not_a_picture_must_be_called_raw() -> None:
    data = base64.b64encode(b"face").decode()
    seed({**ALIVE, "reference_image": {"data": data, "raw": True}})

    assert get(create())["ReferenceImage"]["Bytes"] == data


def test_half_a_megabyte_of_keys_gets_an_answer_at_once() -> None:
    body = "{" + ", ".join(f'"key{n}": 1' for n in range(40_000)) + "}"

    assert message(requests.post(RESULTS, data=body)).startswith("the body has no member 'key0'. ")


def test_no_session_and_no_call_is_a_limit_too() -> None:
    create()

    shown = requests.get(f"{STATE}?limit=0").json()

    assert (shown["sessions"], shown["calls"]) == ([], [])


def test_one_id_for_two_sessions_of_a_batch_is_refused() -> None:
    result = {"steps": ALIVE, "session_id": SESSION_ID}

    assert message(seed(result, result)) == f"session {SESSION_ID} is queued twice"


def test_the_proxy_cannot_break_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness._compat.can_break_connections", lambda: False)

    assert message(seed({"exception": "ReadTimeoutError"})) == (
        "results[0]: moto's proxy cannot break a connection: use moto_liveness_server"
    )


def test_showing_the_state_changes_nothing() -> None:
    assert state() == state()


@pytest.mark.parametrize("path", ["", f"/sessions/{SESSION_ID}", "/openapi.json", "/seeds/1"])
def test_a_query_that_no_route_knows_is_refused(path: str) -> None:
    answer = message(requests.get(f"{STATE}{path}?regoin=eu-west-1"))

    assert answer.startswith("the query has no member 'regoin'. ")
    assert answer.endswith("It takes none." if path in ("/openapi.json", "/seeds/1") else "Did you mean 'region'?")


def test_a_seed_can_be_shown() -> None:
    (number,) = seed(ALIVE).json()["seeds"]
    session_id = create()

    assert requests.get(f"{STATE}/seeds/{number}").json() == {
        "number": number,
        "seed": "queue(Succeeded(confidence=97.3))",
        "operation": None,
        "error": None,
        "raised": None,
        "used": True,
        "optional": False,
        "withdrawn": False,
        "outcome": "SUCCEEDED 97.3 %",
        "scenario": None,
        "session_id": session_id,
        "region": None,
        "account_id": None,
    }


def test_an_outcome_in_words_has_the_number_as_a_person_writes_it() -> None:
    (number,) = seed({**ALIVE, "confidence": 95}).json()["seeds"]

    assert requests.get(f"{STATE}/seeds/{number}").json()["outcome"] == "SUCCEEDED 95 %"


def test_an_unknown_seed_is_not_found() -> None:
    response = requests.get(f"{STATE}/seeds/0")

    gone = {"message": f"there is no seed 0 here: {RESET}", "fate": "reset"}
    assert (response.status_code, response.json()) == (404, gone)
    assert requests.get(f"{STATE}/seeds/999999999").json()["message"].endswith(": no such seed was ever queued")
    assert requests.get(f"{STATE}/seeds/first").json() == {
        "message": "there is no seed 'first' here: name it by its number"
    }


def test_a_bug_is_not_taken_for_an_unknown_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.control.local.placed", lambda _: {}["a bug"])

    response = requests.post(f"{STATE}/sessions")

    assert response.status_code == 500
    assert response.json()["message"] == (
        "POST /moto-api/rekognition/face-liveness/sessions failed, which is a bug of moto-liveness: KeyError: 'a bug'. "
        "Report it with the traceback in the log of the server."
    )


def test_the_routes_use_the_state_of_their_own_process_in_test_server_mode_too(
    mocked: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moto.settings.TEST_SERVER_MODE", True)

    assert state()["sessions"] == []


def test_a_method_that_does_not_exist_is_named_with_those_that_do() -> None:
    response = requests.get(f"{STATE}/default")

    assert (response.status_code, response.headers["Allow"]) == (405, "PUT")
    assert response.json()["message"] == (
        "/moto-api/rekognition/face-liveness/default has no method GET. Choose from: PUT."
    )


def test_the_document_describes_every_route_and_no_other() -> None:
    document = requests.get(f"{STATE}/openapi.json").json()

    described = {
        (path, method.upper())
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert described == {(route.path, route.method) for route in ROUTES}


def test_the_document_is_the_one_that_the_generator_makes() -> None:
    assert json.loads(openapi.FILE.read_text()) == openapi.document()


def test_the_routes_can_be_taken_out_again() -> None:
    uninstall_routes()
    try:
        assert requests.get(STATE).status_code == 404
    finally:
        install_routes()
    assert requests.get(STATE).status_code == 200


def test_the_dashboard_of_moto_lists_the_sessions_without_images(mocked: FaceLiveness) -> None:
    mocked.queue(Succeeded(97.3, reference_image=JPEG))
    session_id = create()
    poll(session_id)

    listed = requests.get(f"{API}/moto-api/data.json").json()["rekognition"]["FaceLivenessSession"]

    (session,) = (one for one in listed if one["id"] == session_id)
    assert (session["status"], session["region_name"], session["poll_count"]) == ("SUCCEEDED", "us-east-1", 1)
    assert BASE64 not in json.dumps(listed)


def test_the_reset_of_moto_resets_what_was_seeded_over_http() -> None:
    seed(ALIVE)

    requests.post(f"{API}/moto-api/reset")

    assert state()["unused_seeds"] == []


def test_the_seed_of_moto_makes_session_ids_reproducible() -> None:
    ids = []
    for _ in range(2):
        requests.post(f"{API}/moto-api/reset")
        requests.post(f"{API}/moto-api/seed?a=42")
        ids.append(create())

    assert ids[0] == ids[1]


def test_seeding_moto_twice_does_not_give_two_sessions_one_id() -> None:
    ids = []
    for _ in range(2):
        requests.post(f"{API}/moto-api/seed?a=42")
        ids.append(create())

    assert ids[0] != ids[1]


@pytest.mark.parametrize(
    ("transition", "expected"),
    [
        ({"progression": "immediate"}, ["SUCCEEDED"] * 5),
        ({"progression": "manual", "times": 2}, ["CREATED", "CREATED", "IN_PROGRESS", "IN_PROGRESS", "SUCCEEDED"]),
        ({"progression": "time", "seconds": 60}, ["CREATED"] * 5),
    ],
    ids=lambda value: value["progression"] if isinstance(value, dict) else "",
)
def test_the_state_transitions_of_moto_go_ahead_of_a_seeded_ending(
    mocked: FaceLiveness, transition: dict[str, object], expected: list[str]
) -> None:
    model = {"model_name": "rekognition::face_liveness_session"}
    requests.post(f"{API}/moto-api/state-manager/set-transition", json={**model, "transition": transition})
    try:
        mocked.queue(Succeeded(97.3))
        session_id = create()
        mocked.queue(InProgress(), Failed())
        other = create()
        seen = [status(session_id) for _ in range(5)]
    finally:
        requests.post(f"{API}/moto-api/state-manager/unset-transition", json=model)

    assert seen == expected
    assert [status(other), status(other)] == ["IN_PROGRESS", "FAILED"]


@pytest.mark.parametrize(
    "transition",
    [
        {"progression": "manual", "times": 0},
        {"progression": "time", "seconds": "x"},
        {"progression": "time", "seconds": 100},
        {"progression": "never"},
        {"x": 1},
        [],
    ],
    ids=["manual", "time", "longer than a session", "unknown", "none", "not an object"],
)
def test_a_wrong_state_transition_is_named(mocked: FaceLiveness, transition: dict[str, object]) -> None:
    model = {"model_name": "rekognition::face_liveness_session"}
    requests.post(f"{API}/moto-api/state-manager/set-transition", json={**model, "transition": transition})
    mocked.queue(Failed())
    try:
        answer = post("CreateFaceLivenessSession", {})
    finally:
        requests.post(f"{API}/moto-api/state-manager/unset-transition", json=model)

    assert answer.status_code == 400
    assert answer.json()["Message"].startswith(
        "Request has invalid parameters: moto's state transition for rekognition::face_liveness_session is "
    )


def test_a_session_that_nobody_seeded_has_no_transitions(mocked: FaceLiveness) -> None:
    session = mocked.session(create())

    assert session.status == Created().status


@mock_aws
def test_mock_aws_alone_is_enough_for_the_routes() -> None:
    assert seed(ALIVE).status_code == 201
