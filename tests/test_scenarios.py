"""Scenarios: named outcomes that go into parametrize, queue() and HTTP."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError, ConnectionClosedError

from moto_liveness import ApiError, Created, FaceLiveness, Failed, Session, Succeeded, photo, scenarios
from moto_liveness.core.scenarios import scenario_named
from tests.aws import SESSION_ID, client, create, create_with_images, poll, status

STATE = "http://motoapi.amazonaws.com/moto-api/rekognition/face-liveness"
RESULTS = "http://motoapi.amazonaws.com/moto-api/static/rekognition/face-liveness-results"
ALL = (*scenarios.accepted(), *scenarios.turned_away(person="alice"))
# The lines of this file change with every edit of it.
HERE = ", queued at tests/test_scenarios.py:LINE"


def named(name: str, threshold: float = 90, person: str | None = None) -> scenarios.Scenario:
    return scenario_named(name, threshold, person)


def complaint(face_liveness: FaceLiveness) -> list[str]:
    with pytest.raises(AssertionError) as error:
        face_liveness.assert_all_used()
    face_liveness.withdraw()
    return re.sub(r"(test_scenarios.py):\d+", r"\1:LINE", str(error.value)).splitlines()


def test_these_are_the_outcomes_that_an_application_must_survive() -> None:
    assert [scenario.name for scenario in scenarios.accepted(90)] == [
        "at_the_threshold",
        "far_above",
        "after_waiting",
        "with_audit_images",
    ]
    assert [scenario.name for scenario in scenarios.turned_away(90)] == [
        "spoof",
        "just_below",
        "failed",
        "failed_with_a_high_confidence",
        "no_reference_image",
        "expired",
        "session_not_found",
        "throttled",
        "access_denied",
        "network_down",
    ]


def test_with_a_person_somebody_else_can_come() -> None:
    *others, last = scenarios.turned_away(90, person="alice")

    assert [scenario.name for scenario in others] == [scenario.name for scenario in scenarios.turned_away(90)]
    assert (last.name, last.steps[0]) == (
        "somebody_else",
        Succeeded(99.8, reference_image=photo("mallory"), audit_images=None),
    )
    assert scenarios.turned_away(90, person="mallory")[-1].steps[0] == Succeeded(
        99.8, reference_image=photo("trudy"), audit_images=None
    )


@pytest.mark.parametrize("scenario", [*scenarios.accepted(person="alice"), *scenarios.turned_away(person="alice")])
def test_with_a_person_no_picture_shows_nobody(scenario: scenarios.Scenario) -> None:
    finished = [step for step in scenario.steps if isinstance(step, (Succeeded, Failed))]
    pictures = [image for step in finished for image in (step.reference_image, *(step.audit_images or ())) if image]

    shown = photo("mallory") if scenario.name == "somebody_else" else photo("alice")
    assert {image.data for image in pictures} <= {shown}


@pytest.mark.parametrize("threshold", [1, 12.5, 90, 99.999, 100])
def test_the_threshold_decides(threshold: float) -> None:
    confidences = [scenario.steps[-1].confidence for scenario in scenarios.accepted(threshold)]  # type: ignore[attr-defined]

    assert confidences[0] == threshold == min(confidences)
    assert 0 < named("spoof", threshold).steps[0].confidence < threshold  # type: ignore[attr-defined]
    assert threshold - 0.02 < named("just_below", threshold).steps[0].confidence < threshold  # type: ignore[attr-defined]


@pytest.mark.parametrize("scenarios_for", [scenarios.accepted, scenarios.turned_away])
@pytest.mark.parametrize(
    ("person", "error", "sentence"),
    [
        ("", ValueError, "person must have 1 to 100 characters, not 0"),
        ("a" * 101, ValueError, "person must have 1 to 100 characters, not 101"),
        (["alice"], TypeError, "person must be a str, not ['alice']"),
    ],
)
def test_a_person_is_a_name(scenarios_for: Any, person: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error) as raised:
        scenarios_for(90, person)

    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("threshold", "error", "sentence"),
    [
        (0.9, ValueError, "threshold must be a percentage between 1 and 100, not 0.9"),
        (101, ValueError, "threshold must be a percentage between 1 and 100, not 101"),
        ("90", TypeError, "threshold must be a percentage between 1 and 100, an int or a float, not '90'"),
    ],
)
def test_a_threshold_that_cannot_be_meant_is_refused(threshold: Any, error: type[Exception], sentence: str) -> None:
    for make in (scenarios.accepted, scenarios.turned_away):
        with pytest.raises(error) as refused:
            make(threshold)
        assert str(refused.value) == sentence


@pytest.mark.parametrize("scenario", ALL)
def test_a_scenario_says_what_happened_and_what_to_do(scenario: scenarios.Scenario) -> None:
    assert re.fullmatch(r"[A-Z].*[.]", scenario.description)
    assert re.fullmatch(r"[A-Z].*[.]", scenario.advice)
    assert scenario.name.isidentifier()


def test_scenarios_are_values() -> None:
    assert scenarios.turned_away(95, "alice") == scenarios.turned_away(95, "alice")
    assert hash(named("spoof")) == hash(named("spoof"))
    assert named("spoof") != named("spoof", 20)
    assert str(named("failed")) == "<Scenario failed>"
    assert repr(named("failed")) == (
        "<Scenario failed: The check could not be completed. Offer another check, with a new session.>"
    )


def test_pytest_takes_the_names_for_ids(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from moto_liveness import scenarios

        @pytest.mark.parametrize("scenario", scenarios.turned_away(90))
        def test_turned_away(scenario):
            pass
        """
    )

    result = pytester.runpytest("--collect-only", "-q")

    result.stdout.fnmatch_lines(["*::test_turned_away[[]spoof]", "*::test_turned_away[[]network_down]"])


@pytest.mark.parametrize("scenario", scenarios.accepted())
def test_an_accepted_person_is_succeeded_in_the_end(face_liveness: FaceLiveness, scenario: scenarios.Scenario) -> None:
    face_liveness.queue(scenario)
    session_id = create_with_images()

    answers = [poll(session_id) for _ in range(4)]

    assert (answers[-1]["Status"], answers[-1]["Confidence"] >= 90) == ("SUCCEEDED", True)
    assert "ReferenceImage" in answers[-1]
    assert len(answers[-1]["AuditImages"]) == (4 if scenario.name == "with_audit_images" else 0)


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("spoof", ["SUCCEEDED"] * 3),
        ("just_below", ["SUCCEEDED"] * 3),
        ("failed", ["FAILED"] * 3),
        ("no_reference_image", ["SUCCEEDED"] * 3),
        ("expired", ["CREATED", "IN_PROGRESS", "EXPIRED"]),
    ],
)
def test_a_scenario_is_the_steps_of_its_session(face_liveness: FaceLiveness, name: str, statuses: list[str]) -> None:
    seed = face_liveness.queue(named(name))
    session_id = create()

    assert [status(session_id) for _ in range(3)] == statuses
    assert (seed.used, seed.session_id, str(seed).startswith(f"queue(<Scenario {name}>)")) == (True, session_id, True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("session_not_found", "SessionNotFoundException"),
        ("throttled", "ThrottlingException"),
        ("access_denied", "AccessDeniedException"),
    ],
)
def test_an_error_of_a_scenario_lasts(face_liveness: FaceLiveness, name: str, code: str) -> None:
    face_liveness.queue(named(name))
    session_id = create()

    for _ in range(3):
        with pytest.raises(ClientError, match=code):
            poll(session_id)


def test_the_network_of_a_scenario_stays_down(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(named("network_down"))
    session_id = create()

    for _ in range(2):
        with pytest.raises(ConnectionClosedError):
            poll(session_id)


def test_a_scenario_is_used_when_all_of_it_was(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(named("throttled"))
    before = seed.used
    session_id = create()
    with_a_session = seed.used
    with pytest.raises(ClientError):
        poll(session_id)

    assert (before, with_a_session, seed.used) == (False, False, True)


def test_what_was_not_used_of_a_scenario_is_listed(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(named("throttled"))
    face_liveness.at("us-east-1").queue(named("network_down"), session_id=SESSION_ID)

    assert complaint(face_liveness)[:5] == [
        "4 seeds were never used:",
        f"  - queue(<Scenario throttled>){HERE}",
        f"  - queue(<Scenario throttled>), its ThrottlingException{HERE}: raised 0 times",
        f"  - at(region_name='us-east-1').queue(<Scenario network_down>, session_id='{SESSION_ID}'){HERE}",
        (
            f"  - at(region_name='us-east-1').queue(<Scenario network_down>), its ConnectionClosedError{HERE}"
            ": raised 0 times"
        ),
    ]


def test_an_optional_scenario_may_go_unused(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(named("throttled"), optional=True)

    face_liveness.assert_all_used()

    assert (seed.optional, seed.withdrawn) == (True, False)


def test_a_scenario_can_be_withdrawn(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(named("throttled"))
    face_liveness.withdraw()
    face_liveness.queue(Succeeded(97.3))

    assert status(create()) == "SUCCEEDED"
    assert (seed.withdrawn, seed.used, seed.scenario) == (True, False, "throttled")


def test_a_session_of_a_scenario_can_have_an_id(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(named("spoof"), session_id=SESSION_ID)

    assert create() == SESSION_ID == seed.session_id


def test_the_call_log_names_the_scenario(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(named("spoof"))
    create()

    assert re.fullmatch(r"queue\(<Scenario spoof>\), tests/test_scenarios.py:\d+", str(face_liveness.calls[0].note))


def test_a_failing_test_names_the_scenario_with_its_line(face_liveness: FaceLiveness) -> None:
    seed = face_liveness.queue(named("access_denied"))
    here = r", queued at tests/test_scenarios.py:\d+"

    assert re.fullmatch(
        rf"queue\(<Scenario access_denied>\){here}; "
        rf"queue\(<Scenario access_denied>\), its AccessDeniedException{here}: raised 0 times",
        str(seed),
    )
    assert seed.call == "queue(<Scenario access_denied>)"
    face_liveness.withdraw()


def test_an_outage_of_a_scenario_is_for_everybody(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(named("throttled"))
    face_liveness.queue(Succeeded(97.3))
    create()

    with pytest.raises(ClientError, match="ThrottlingException"):
        poll(create())


@pytest.mark.in_process
def test_the_marker_takes_a_scenario(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import boto3, pytest
        from botocore.exceptions import ClientError
        from moto_liveness import scenarios

        @pytest.mark.face_liveness(scenarios.turned_away(90)[8])
        def test_access_is_denied():
            rekognition = boto3.client("rekognition", "us-east-1")
            session_id = rekognition.create_face_liveness_session()["SessionId"]
            with pytest.raises(ClientError, match="AccessDeniedException"):
                rekognition.get_face_liveness_session_results(SessionId=session_id)
        """
    )

    assert pytester.runpytest().parseoutcomes() == {"passed": 1}


def outcome_of(session: Session, *steps: Any) -> None:
    session.set_outcome(*steps)


def test_a_scenario_is_more_than_a_step(face_liveness: FaceLiveness) -> None:
    spoof: Any = named("spoof")
    throttled: Any = named("throttled")
    session = face_liveness.add_session(Created())
    sentences = {
        "queue": "<Scenario spoof> is all that happens to one session: queue it by itself, queue(scenario)",
        "add_session": "<Scenario spoof> is more than a step: pass its steps, add_session(*scenario.steps)",
        "parametrize": ("queue takes one scenario: use several in pytest.mark.parametrize, or queue each by itself"),
        "set_default": "<Scenario spoof> is more than a step: pass its steps, set_default(*scenario.steps)",
        "set_default to an outage": (
            "<Scenario throttled> is more than a step: pass its steps, set_default(*scenario.steps), and queue "
            "ThrottlingException beside them"
        ),
        "set_outcome": "<Scenario spoof> is more than a step: pass its steps, set_outcome(*scenario.steps)",
    }
    uses = {
        "queue": lambda: face_liveness.queue(spoof, Failed()),
        "add_session": lambda: face_liveness.add_session(spoof),
        "parametrize": lambda: face_liveness.queue(scenarios.turned_away(90)),  # type: ignore[arg-type]
        "set_default": lambda: face_liveness.set_default(spoof),
        "set_default to an outage": lambda: face_liveness.set_default(throttled),
        "set_outcome": lambda: outcome_of(session, spoof),
    }

    for name, use in uses.items():
        with pytest.raises(TypeError) as error:
            use()
        assert str(error.value) == sentences[name]


def test_you_can_write_scenarios_of_your_own(face_liveness: FaceLiveness) -> None:
    dark = scenarios.Scenario(
        "dark",
        "It was too dark.",
        "Ask for more light.",
        [Succeeded(60.0, feedback=["LOW_LIGHTING_DETECTED"])],  # type: ignore[arg-type]
        exceptions=("ReadTimeoutError",),
    )
    face_liveness.queue(dark, optional=True)

    create()

    assert dark.steps == (Succeeded(60.0, feedback=["LOW_LIGHTING_DETECTED"]),)
    assert face_liveness.calls[0].note is not None
    assert face_liveness.calls[0].note.startswith("queue(<Scenario dark>)")


MINE = scenarios.Scenario("mine", "It.", "Go on.", (Failed(),))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "name must not be empty"),
        ({"name": "too dark"}, "name must be an identifier, such as 'too_dark', not 'too dark'"),
        ({"steps": Failed()}, "steps must be a tuple, even of one, not Failed()"),
        ({"steps": ()}, "steps must have at least one step, as in steps=(Succeeded(confidence=97.3),)"),
        ({"steps": ([Failed()],)}, "steps must contain steps only, not [Failed()]"),
        ({"steps": (MINE,)}, "steps must contain steps only, not <Scenario mine: It. Go on.>"),
        (
            {"steps": ("FAILED",)},
            "expected a step (Created, InProgress, Succeeded, Failed, Expired, ApiError), got 'FAILED'",
        ),
        ({"errors": "ThrottlingException"}, "errors must be a tuple, even of one, not 'ThrottlingException'"),
        ({"exceptions": ("ReadTimeout",)}, "exception 'ReadTimeout' does not exist. Did you mean 'ReadTimeoutError'?"),
    ],
)
def test_a_scenario_that_cannot_happen_is_refused(changed: dict[str, Any], sentence: str) -> None:
    members: dict[str, Any] = {"name": "mine", "description": "It.", "advice": "Go on.", "steps": (Failed(),)}

    with pytest.raises((TypeError, ValueError)) as error:
        scenarios.Scenario(**{**members, **changed})

    assert str(error.value) == sentence


def post(result: object, **place: str) -> requests.Response:
    return requests.post(RESULTS, json={"results": [result], **place})


@pytest.mark.in_process
def test_a_scenario_is_queued_over_http(face_liveness: FaceLiveness) -> None:
    response = post({"scenario": "throttled", "threshold": 95, "person": None})
    session_id = create()

    with pytest.raises(ClientError, match="ThrottlingException"):
        poll(session_id)

    seeds = [requests.get(f"{STATE}/seeds/{number}").json() for number in response.json()["seeds"]]
    assert [(seed["scenario"], seed["used"]) for seed in seeds] == [("throttled", True), ("throttled", True)]


@pytest.mark.in_process
def test_a_scenario_over_http_has_a_person_an_id_and_a_place(face_liveness: FaceLiveness) -> None:
    more = {"session_id": SESSION_ID, "optional": True, "queued_at": "signup.test.ts:12"}
    response = post({"scenario": "somebody_else", "person": "alice", **more}, region="eu-west-1")
    (number,) = response.json()["seeds"]
    optional = requests.get(f"{STATE}/seeds/{number}").json()["optional"]

    session_id = client(region_name="eu-west-1").create_face_liveness_session()["SessionId"]

    assert (session_id, optional) == (SESSION_ID, True)
    assert poll(session_id, "eu-west-1")["ReferenceImage"]["Bytes"] == photo("mallory")
    assert face_liveness.calls[0].note == (
        f"at(region_name='eu-west-1').queue(<Scenario somebody_else>, session_id='{SESSION_ID}'), signup.test.ts:12"
    )


@pytest.mark.in_process
@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        ({"scenario": "spoofed"}, "results[0]: scenario 'spoofed' does not exist. Did you mean 'spoof'?"),
        ({"scenario": ["spoof"]}, "results[0]: scenario [\"spoof\"] does not exist. Did you mean 'spoof'?"),
        (
            {"scenario": "spoof", "threshold": 0.9},
            "results[0]: threshold must be a percentage between 1 and 100, not 0.9",
        ),
        (
            {"scenario": "somebody_else"},
            "results[0]: scenario 'somebody_else' needs a person: the one whom the application expects",
        ),
        (
            {"scenario": "spoof", "treshold": 90},
            "results[0]: a scenario has no member 'treshold'. Did you mean 'threshold'?",
        ),
        ({"scenario": "spoof", "person": 1}, "results[0]: person must be a str, not 1"),
        ({"scenario": 1, "steps": [{"status": "FAILED"}]}, "results[0]: scenario must be a str, not 1"),
    ],
)
def test_a_wrong_scenario_over_http_is_refused(
    face_liveness: FaceLiveness, result: dict[str, Any], sentence: str
) -> None:
    response = post(result)

    assert (response.status_code, response.json()) == (400, {"message": sentence})
    assert requests.get(STATE).json()["unused_seeds"] == []


@pytest.mark.in_process
def test_the_scenarios_can_be_shown(face_liveness: FaceLiveness) -> None:
    shown = requests.get(f"{STATE}/scenarios?threshold=95&person=alice").json()

    assert [item["name"] for item in shown["accepted"]] == [found.name for found in scenarios.accepted(95, "alice")]
    assert [item["name"] for item in shown["turned_away"]][-1] == "somebody_else"
    assert requests.get(f"{STATE}/scenarios").json()["turned_away"][7] == {
        "name": "throttled",
        "description": "A live person passed the check, but AWS throttled every poll until the client gave up.",
        "advice": "Accept nobody, and ask the person to come back later.",
        "steps": [{"status": "SUCCEEDED", "confidence": 99.8, "audit_images": []}],
        "errors": ["ThrottlingException"],
        "exceptions": [],
    }


@pytest.mark.in_process
def test_the_steps_of_a_shown_scenario_can_be_queued(face_liveness: FaceLiveness) -> None:
    (found,) = [item for item in requests.get(f"{STATE}/scenarios").json()["turned_away"] if item["name"] == "expired"]

    post({"steps": found["steps"], "scenario": "expired"})
    session_id = create()

    assert [status(session_id) for _ in range(3)] == ["CREATED", "IN_PROGRESS", "EXPIRED"]


@pytest.mark.in_process
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("threshold=high", "threshold must be a number, not 'high'"),
        ("threshold=nan", "threshold must be a percentage between 1 and 100, not NaN"),
        ("treshold=90", "the query has no member 'treshold'. Did you mean 'threshold'?"),
    ],
)
def test_scenarios_of_another_kind_cannot_be_shown(face_liveness: FaceLiveness, query: str, sentence: str) -> None:
    response = requests.get(f"{STATE}/scenarios?{query}")

    assert (response.status_code, response.json()) == (400, {"message": sentence})


def test_a_poll_of_somebody_else_is_answered_like_any_other(face_liveness: FaceLiveness) -> None:
    face_liveness.queue(ApiError("InternalServerError"), *named("somebody_else", person="alice").steps)
    session_id = create()
    with pytest.raises(ClientError, match="InternalServerError"):
        poll(session_id)

    assert poll(session_id)["ReferenceImage"]["Bytes"] == photo("mallory")
