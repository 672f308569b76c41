"""`python -m moto_liveness probe`: the questions, and the answers of both sides. A server of ours plays AWS."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import boto3
import botocore
import pytest
from botocore.exceptions import ReadTimeoutError

from moto_liveness import ApiError, Created, FaceLiveness, FaceLivenessRegionWarning, FaceLivenessServer, Succeeded
from moto_liveness.core.challenge import Challenge
from moto_liveness.probe import report
from moto_liveness.probe.answers import Answer
from moto_liveness.probe.asking import Outcome, Result, ask, ask_the_mock
from moto_liveness.probe.masking import mask
from moto_liveness.probe.questions import QUESTIONS
from moto_liveness.rekognition import challenge_preferences
from moto_liveness.rekognition.exceptions import invalid_parameter
from moto_liveness.rekognition.models import FaceLivenessSession, LivenessBackend, liveness_backends
from tests.aws import CREATE, GET, needs_challenges
from tests.probing import NO_VIDEO, TOO_OLD, Prober, make_bucket, service_of

ROOT = Path(__file__).parent.parent
SKIPPED = "--skip-waiting"
NO_BUCKET = "it needs --bucket NAME"


def test_a_server_of_ours_answers_as_the_mock_does(prober: Prober, server: FaceLivenessServer) -> None:
    arguments = ("--endpoint-url", server.endpoint_url, "--bucket", "my-bucket")

    ran = prober.run(*arguments, agree=lambda: make_bucket(server))

    no_slash = "a_prefix_that_ends_in_a_slash_gets_no_second_one"
    left_out = TOO_OLD | {no_slash: f"could not be asked ({NO_VIDEO})"}
    assert ran.rows == dict.fromkeys(QUESTIONS, "same") | left_out
    assert (ran.code, ran.err) == (0, [])
    assert ran.out[-1] == f"{len(QUESTIONS) - len(left_out)} same, 0 different, {len(left_out)} could not be asked."


def test_aws_is_held_against_strict_regions(prober: Prober, aws: FaceLiveness) -> None:
    ran = prober.run("--yes")

    assert ran.rows["a_region_without_face_liveness_answers_with_a_warning"] == "same"
    assert (ran.code, ran.different) == (0, [])


def test_a_region_that_aws_serves_meanwhile_is_different(prober: Prober) -> None:
    with FaceLiveness(assert_all_seeded=False), pytest.warns(FaceLivenessRegionWarning):
        ran = prober.run("--yes")

    assert (ran.code, ran.different) == (1, ["a_region_without_face_liveness_answers_with_a_warning"])


def session_not_found_after_expiry(server: FaceLivenessServer, _: pytest.MonkeyPatch) -> None:
    server.face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))


def any_preference(_: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(challenge_preferences, "allowed", lambda _: (Challenge("FaceMovementChallenge", "1.0.0"),))


def keys_must_exist(_: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key_id: str, *rest: object) -> str:
        raise invalid_parameter(f"KMS key '{key_id}' does not exist.")

    monkeypatch.setattr("moto_liveness.rekognition.storage.key_arn", refuse)


def limits_are_refused(_: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.rekognition.validation._CLAMPED", set())


def created_has_a_challenge(_: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Created, "members", ("Challenge",))


def any_bucket(_: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness.rekognition.storage.output_of", lambda *_: None)


def sessions_are_everywhere(_: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> None:
    here = LivenessBackend.session

    def session(_: LivenessBackend, session_id: str) -> FaceLivenessSession | None:
        backends = [backend for account in liveness_backends.values() for backend in account.values()]
        return next(filter(None, (here(backend, session_id) for backend in backends)), None)

    monkeypatch.setattr(LivenessBackend, "session", session)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (created_has_a_challenge, "created_carries_no_other_members"),
        (any_bucket, "a_bad_bucket_is_an_invalid_parameter_at_create"),
        (sessions_are_everywhere, "a_session_of_another_region_is_not_found"),
        (session_not_found_after_expiry, "after_three_minutes_get_answers_status_expired"),
        pytest.param(
            any_preference,
            "preferences_that_cannot_be_met_are_an_invalid_parameter_at_create",
            marks=needs_challenges,
        ),
        (keys_must_exist, "a_kms_key_that_moto_does_not_know_is_accepted"),
        (limits_are_refused, "an_audit_images_limit_out_of_range_is_accepted"),
    ],
)
def test_a_server_with_one_choice_changed_is_different_in_that_line(
    prober: Prober,
    server: FaceLivenessServer,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[FaceLivenessServer, pytest.MonkeyPatch], None],
    name: str,
) -> None:
    ran = prober.run("--endpoint-url", server.endpoint_url, agree=lambda: change(server, monkeypatch))

    assert (ran.code, ran.different) == (1, [name])


def test_both_answers_are_shown_where_they_differ(prober: Prober, server: FaceLivenessServer) -> None:
    def change() -> None:
        server.face_liveness.set_after_expiry(ApiError("SessionNotFoundException"))

    ran = prober.run("--endpoint-url", server.endpoint_url, agree=change)

    at = ran.out.index("after_three_minutes_get_answers_status_expired, different:")
    assert ran.out[at + 1 : at + 3] == [
        '  mock:     GetFaceLivenessSessionResults 200 {"SessionId": "<session 1>", "Status": "EXPIRED"}',
        (
            '  answered: GetFaceLivenessSessionResults 400 {"__type": "SessionNotFoundException", '
            '"Code": "SessionNotFoundException", "Logref": "<id>", "Message": "Session not found"}'
        ),
    ]
    token = ran.out.index("a_repeated_token_returns_its_session_whatever_the_other_parameters, same:")
    assert (
        ran.out[token + 1 : token + 3] == ['  both:     CreateFaceLivenessSession 200 {"SessionId": "<session 1>"}'] * 2
    )


def test_each_question_has_the_name_of_its_choice() -> None:
    choices = (ROOT / "tests" / "test_choices.py").read_text()

    assert [name for name in QUESTIONS if f"def test_choice_{name}(" not in choices] == []


def test_without_a_bucket_and_without_waiting_it_says_what_is_left_out(prober: Prober, aws: FaceLiveness) -> None:
    ran = prober.run("--yes", "--skip-waiting")

    assert {name: verdict for name, verdict in ran.rows.items() if verdict != "same"} == TOO_OLD | {
        "a_bucket_in_another_region_is_an_invalid_parameter_at_create": f"could not be asked ({NO_BUCKET})",
        "create_takes_a_prefix_with_a_slash_and_writes_nothing": f"could not be asked ({NO_BUCKET})",
        "a_prefix_that_ends_in_a_slash_gets_no_second_one": f"could not be asked ({NO_VIDEO})",
        "after_three_minutes_get_answers_status_expired": f"could not be asked ({SKIPPED})",
        "a_token_dies_with_its_session_after_three_minutes": f"could not be asked ({SKIPPED})",
    }
    assert prober.prompts == []
    assert max(prober.slept) < 1


def test_the_mock_does_not_wait(prober: Prober, aws: FaceLiveness) -> None:
    mocked = ask_the_mock(QUESTIONS, boto3.Session(), "eu-west-1", strict_regions=True)

    assert {name for name, outcome in mocked.outcomes.items() if outcome.why} == {
        "a_prefix_that_ends_in_a_slash_gets_no_second_one",
        *TOO_OLD,
    }
    assert (mocked.requests, mocked.sessions, aws.calls) == (22 - len(TOO_OLD), 10, [])


# Objects in the bucket.


def test_what_is_written_to_the_bucket_is_deleted(prober: Prober, server: FaceLivenessServer) -> None:
    def write() -> None:
        make_bucket(server).put_bucket_versioning(Bucket="my-bucket", VersioningConfiguration={"Status": "Enabled"})
        server.face_liveness.set_default(Succeeded(confidence=97.3))

    ran = prober.run("--endpoint-url", server.endpoint_url, "--bucket", "my-bucket", "--skip-waiting", agree=write)

    name = "create_takes_a_prefix_with_a_slash_and_writes_nothing"
    at = ran.out.index(f"{name}, different:")
    assert ran.out[at + 4] == '  answered: ListObjectVersions 200 {"Keys": ["<prefix>/<session 1>/reference.jpg"]}'
    assert "Deleted 1 object under the prefix." in ran.out
    assert "Versions" not in boto3.client("s3", endpoint_url=server.endpoint_url).list_object_versions(
        Bucket="my-bucket"
    )


def test_a_bucket_that_does_not_exist_leaves_its_questions_out(prober: Prober, aws: FaceLiveness) -> None:
    ran = prober.run("--yes", "--skip-waiting", "--bucket", "my-bucket")

    why = "S3 refused GetBucketLocation: NoSuchBucket: The specified bucket does not exist"
    assert ran.rows["a_bucket_in_another_region_is_an_invalid_parameter_at_create"] == f"could not be asked ({why})"
    assert ran.rows["create_takes_a_prefix_with_a_slash_and_writes_nothing"] == f"could not be asked ({why})"
    assert (ran.code, ran.err) == (0, [])


def test_a_bucket_in_another_region_leaves_its_questions_out(prober: Prober, server: FaceLivenessServer) -> None:
    arguments = ("--endpoint-url", server.endpoint_url, "--skip-waiting", "--bucket", "my-bucket")

    ran = prober.run(*arguments, agree=lambda: make_bucket(server, "eu-west-1"))

    why = "the bucket is in eu-west-1, and must be in us-east-1"
    assert ran.rows["create_takes_a_prefix_with_a_slash_and_writes_nothing"] == f"could not be asked ({why})"


def test_each_session_with_a_bucket_writes_under_the_prefix(prober: Prober, server: FaceLivenessServer) -> None:
    arguments = ("--endpoint-url", server.endpoint_url, "--skip-waiting", "--bucket", "my-bucket")

    ran = prober.run(*arguments, agree=lambda: make_bucket(server))

    prefix = next(line for line in ran.out if "s3://" in line).partition("my-bucket/")[2].partition("/")[0]
    settings = [call.params.get("Settings", {}) for call in server.face_liveness.calls]
    outputs = [each["OutputConfig"] for each in settings if "OutputConfig" in each]
    assert [output["S3KeyPrefix"] for output in outputs] == [prefix, prefix, f"{prefix}/"]


# Questions that could not be asked.


def outcome_of(name: str) -> Outcome:
    """Ask one question, and return what it got."""
    ((_, outcome),) = ask({name: QUESTIONS[name]}, service_of(), wait=lambda: None)
    return outcome


def test_one_permission_too_few_leaves_its_questions_out(prober: Prober, aws: FaceLiveness) -> None:
    queue = functools.partial(aws.queue_error, "AccessDeniedException", operation=GET, times=None)

    ran = prober.run("--skip-waiting", agree=queue)

    why = "the credentials lack the permission rekognition:GetFaceLivenessSessionResults"
    assert [name for name, verdict in ran.rows.items() if verdict == f"could not be asked ({why})"] == [
        "the_text_of_session_not_found",
        "a_session_of_another_region_is_not_found",
        "the_headers_of_an_error",
        "created_carries_no_other_members",
    ]


def test_sessions_that_cannot_be_made_are_not_waited_for(prober: Prober, aws: FaceLiveness) -> None:
    # The first request finds out whether anything can be asked. The next two are for the questions that wait.
    def fail_the_next_two(_: float) -> None:
        if len(prober.slept) == 2:
            aws.queue_error("InvalidParameterException", operation=CREATE, times=2)

    ran = prober.run("--yes", sleep=fail_the_next_two)

    why = "CreateFaceLivenessSession answered 400 InvalidParameterException: Request has invalid parameters"
    assert ran.rows["after_three_minutes_get_answers_status_expired"] == f"could not be asked ({why})"
    assert ran.rows["a_token_dies_with_its_session_after_three_minutes"] == f"could not be asked ({why})"
    assert max(prober.slept) < 1


def test_a_failure_in_the_middle_leaves_its_question_out_without_the_url(aws: FaceLiveness) -> None:
    aws.queue_exception(ReadTimeoutError(endpoint_url="https://vpce-1234.rekognition"), operation=GET)

    assert outcome_of("the_text_of_session_not_found") == Outcome(
        why='no answer: Read timeout on endpoint URL: "<url>"'
    )


def test_the_mock_does_not_mind_the_endpoints_of_the_environment(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    mocked = ask_the_mock(QUESTIONS, boto3.Session(), "us-east-1", strict_regions=True)

    not_asked = [outcome for outcome in mocked.outcomes.values() if outcome.why]
    assert len(not_asked) == 1 + len(TOO_OLD)


def test_a_botocore_that_is_too_old_leaves_the_question_out(aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "a_repeated_token_returns_its_session_whatever_the_other_parameters"
    service = service_of()
    model = service.clients("rekognition", "us-east-1").meta.service_model
    shape = model.operation_model(CREATE).input_shape
    monkeypatch.delitem(shape.members, "ClientRequestToken")

    ((_, outcome),) = ask({name: QUESTIONS[name]}, service, wait=lambda: None)

    assert outcome == Outcome(why=f"botocore {botocore.__version__} does not know ClientRequestToken")


def test_a_mock_that_could_not_be_asked_is_a_reason() -> None:
    result = Result("a_question", mock=Outcome(why="an old moto"), answered=Outcome((Answer(GET, 200, {}),)))

    assert report.row(result) == "could not be asked  a_question (the mock could not be asked: an old moto)"


# Masks.


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("User: arn:aws:sts::123456789012:assumed-role/Admin/me is not", "User: <arn> is not"),
        ("arn:aws-cn:s3:::my-bucket/key.", "<arn>."),
        ("account 123456789012.", "account <account>."),
        ("1234567890123", "1234567890123"),
        ("logs_123456789012_old", "logs_<account>_old"),
        ("key AKIAIOSFODNN7EXAMPLE", "key <iam id>"),
        ("to https://vpce-1.rekognition.us-east-1.vpce.amazonaws.com/.", "to <url>."),
        ("to HTTPS://proxy.example.org:3128", "to <url>"),
        ("HTTPSConnectionPool(host='proxy.example.org', port=443)", "HTTPSConnectionPool(host='<host>', port=443)"),
        ("at vpce-0a1b.rekognition.us-east-1.vpce.amazonaws.com.", "at <host>."),
        ("from 203.0.113.7.", "from <ip>."),
        ("version 1.2.3 and 1.2.3.4.5", "version 1.2.3 and 1.2.3.4.5"),
        (
            f"(Service: Amazon S3; Request ID: 7H2X4YB1A2C3D4E5; S3 Extended Request ID: {'aB3/' * 19}; Proxy: null)",
            "(Service: Amazon S3; Request ID: <id>; S3 Extended Request ID: <id>; Proxy: null)",
        ),
        (f"token {'FwoGZXIvYXdz' * 9}==, Signature={'0a' * 32}", "token <secret>, Signature=<secret>"),
        ("session 11111111-2222-3333-4444-555555555555", "session <session 1>"),
        ("session 99999999-2222-3333-4444-555555555555", "session <id>"),
        ("my-bucket and my-bucket-2 and 'my-bucket'", "<bucket> and my-bucket-2 and '<bucket>'"),
    ],
)
def test_what_identifies_an_account_is_masked(text: str, masked: str) -> None:
    names = {"my-bucket": "<bucket>", "11111111-2222-3333-4444-555555555555": "<session 1>"}

    assert mask({"Message": [text, 5], "Logref": "x", "x-amzn-RequestId": "y"}, names) == {
        "Message": [masked, 5],
        "Logref": "<id>",
        "x-amzn-RequestId": "<id>",
    }
