"""`python -m moto_liveness probe`: what it asks of AWS, and what it says. A server of ours plays AWS."""

from __future__ import annotations

import dataclasses
import errno
import functools
import io
import json
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, CredentialRetrievalError, NoCredentialsError, ReadTimeoutError
from time_machine import travel

from moto_liveness import ApiError, Created, FaceLiveness, FaceLivenessRegionWarning, FaceLivenessServer, Succeeded
from moto_liveness.core.challenge import Challenge
from moto_liveness.probe import command, report, service, wire
from moto_liveness.probe.answers import Answer, CannotAskError, NotAsked, Result
from moto_liveness.probe.asking import ask_the_mock
from moto_liveness.probe.command import run_probe
from moto_liveness.probe.masking import mask
from moto_liveness.probe.questions import QUESTIONS
from moto_liveness.rekognition import challenge_preferences
from moto_liveness.rekognition.exceptions import invalid_parameter
from moto_liveness.rekognition.models import FaceLivenessSession, LivenessBackend, liveness_backends
from tests.aws import CREATE, CREATE_INPUT, GET, NOON, needs_challenges

ROOT = Path(__file__).parent.parent
PROG = "python -m moto_liveness probe: "
needs_endpoints_in_the_environment = pytest.mark.skipif(
    "ignore_configured_endpoint_urls" not in Config.OPTION_DEFAULTS, reason="this botocore reads no AWS_ENDPOINT_URL"
)
NO_CREDENTIALS = (
    "boto3 found no credentials. Configure some for AWS, or choose them with --profile. A moto_liveness_server takes "
    "any: AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing."
)
# What this botocore is too old for.
TOO_OLD = {
    "preferences_that_cannot_be_met_are_an_invalid_parameter_at_create": (
        f"could not be asked (botocore {botocore.__version__} does not know ChallengePreferences)"
    )
}
if "ChallengePreferences" in CREATE_INPUT.members["Settings"].members:
    TOO_OLD = {}
SKIPPED = "--skip-waiting"
NO_BUCKET = "it needs --bucket NAME"
NO_VIDEO = "AWS writes the images after a video, and the probe streams none"


@dataclasses.dataclass
class Ran:
    """What a run of the command left."""

    code: int
    out: list[str]
    err: list[str]

    @property
    def rows(self) -> dict[str, str]:
        """The table: the verdict on each question, with the reason if there is one."""
        found = {}
        for line in self.out:
            verdict, _, rest = line.partition("  ")
            name, _, why = rest.strip().partition(" ")
            if verdict in ("same", "different", "could not be asked"):
                found[name] = f"{verdict} {why}".strip()
        return found

    @property
    def different(self) -> list[str]:
        return [name for name, verdict in self.rows.items() if verdict == "different"]


class Prober:
    """Runs the command in this process, on a clock that stands still unless the command sleeps."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.slept: list[float] = []
        self.prompts: list[str] = []

    def run(
        self,
        *argv: str,
        agree: Callable[[], Any] = lambda: None,
        answer: str = "y",
        sleep: Callable[[float], Any] = lambda _: None,
    ) -> Ran:
        """agree: what happens while the prompt waits. By then the mock has answered, and resets nothing any more."""

        def ask_user(prompt: str) -> str:
            self.prompts.append(prompt)
            agree()
            return answer

        with travel(NOON, tick=False) as clock:

            def pass_time(seconds: float) -> None:
                self.slept.append(seconds)
                sleep(seconds)
                clock.shift(seconds)

            code = run_probe(argv, ask_user=ask_user, sleep=pass_time)
        captured = self._capsys.readouterr()
        err = [line for line in captured.err.splitlines() if '"POST /' not in line and "HTTP/1.1" not in line]
        return Ran(code, captured.out.splitlines(), err)


@pytest.fixture
def prober(capsys: pytest.CaptureFixture[str]) -> Prober:
    return Prober(capsys)


@pytest.fixture
def server() -> Iterator[FaceLivenessServer]:
    pytest.importorskip("flask", reason="moto's server needs Flask, which moto-liveness[server] brings")
    with FaceLivenessServer() as server:
        yield server


def make_bucket(server: FaceLivenessServer, region_name: str = "us-east-1") -> Any:
    s3 = boto3.client("s3", region_name, endpoint_url=server.endpoint_url)
    place = {"LocationConstraint": region_name}
    s3.create_bucket(Bucket="my-bucket", **({} if region_name == "us-east-1" else {"CreateBucketConfiguration": place}))
    return s3


@pytest.fixture
def aws() -> Iterator[FaceLiveness]:
    """AWS, played by a mock that is already running, where the mock of the command is nested."""
    with FaceLiveness(assert_all_seeded=False, strict_regions=True) as face_liveness:
        yield face_liveness


# The comparison.


def test_a_server_of_ours_answers_as_the_mock_does(prober: Prober, server: FaceLivenessServer) -> None:
    arguments = ("--endpoint-url", server.endpoint_url, "--bucket", "my-bucket")

    ran = prober.run(*arguments, agree=lambda: make_bucket(server))

    no_slash = "a_prefix_that_ends_in_a_slash_gets_no_second_one"
    left_out = TOO_OLD | {no_slash: f"could not be asked ({NO_VIDEO})"}
    assert ran.rows == {each.name: "same" for each in QUESTIONS} | left_out
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
    monkeypatch.setattr(challenge_preferences, "choose", lambda _: Challenge("FaceMovementChallenge", "1.0.0"))


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

    assert [question.name for question in QUESTIONS if f"def test_choice_{question.name}(" not in choices] == []


# What it says before and while it asks.


def test_it_shows_what_it_is_going_to_do(prober: Prober, server: FaceLivenessServer) -> None:
    ran = prober.run("--endpoint-url", server.endpoint_url, "--bucket", "my-bucket", answer="n")

    prefix = next(line for line in ran.out if "s3://" in line).partition("my-bucket/")[2].partition("/")[0]
    asked = [question for question in QUESTIONS if not question.unanswerable]
    assert ran.out == [
        f"16 questions to {server.endpoint_url} in us-east-1:",
        *(f"  - {question.sentence}" for question in asked),
        "1 question left out:",
        f"  - Which keys do the images have after an S3KeyPrefix that ends in a slash? ({NO_VIDEO})",
        "",
        "What this does:",
        (
            f"  - It sends about {23 - len(TOO_OLD)} requests, at most four a second, "
            "a few of them to us-west-2 and eu-central-1."
        ),
        "  - It creates about 12 sessions and streams to none of them. A session cannot be deleted;",
        "    it expires after three minutes.",
        "  - It waits 185 seconds for sessions to expire. --skip-waiting leaves that out.",
        f"  - It looks for objects under s3://my-bucket/{prefix}/ and deletes them.",
        "What it may cost: a session that is created and never streamed to is not billed.",
        "Requests to S3 are billed as usual.",
        "",
        "Nothing was asked.",
    ]
    assert prober.prompts == ["Continue? [y/N] "]
    assert server.face_liveness.calls == []


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


@pytest.mark.parametrize("answer", ["n", "", "maybe"])
def test_whatever_is_not_a_yes_is_a_no(prober: Prober, aws: FaceLiveness, answer: str) -> None:
    ran = prober.run(answer=answer)

    assert (ran.code, ran.out[-1], aws.calls) == (2, "Nothing was asked.", [])


def test_a_prompt_that_nobody_answers_is_a_no(prober: Prober, aws: FaceLiveness) -> None:
    def end_of_file() -> None:
        raise EOFError

    ran = prober.run(agree=end_of_file)

    assert (ran.code, ran.out[-1], ran.err, aws.calls) == (2, "Nothing was asked.", [], [])


def test_it_shows_that_the_three_minutes_pass(prober: Prober, aws: FaceLiveness) -> None:
    ran = prober.run("--yes")

    at = ran.out.index("Waiting 185 seconds for the sessions to expire.")
    assert ran.out[at + 1 : at + 7] == [f"  {left} seconds left" for left in (155, 125, 95, 65, 35, 5)]


def test_it_keeps_to_four_requests_a_second(prober: Prober, aws: FaceLiveness) -> None:
    prober.run("--yes", "--skip-waiting")

    assert prober.slept == [0.25] * len(aws.calls)


def test_the_mock_does_not_wait(prober: Prober, aws: FaceLiveness) -> None:
    mocked = ask_the_mock(QUESTIONS, boto3.Session(), "eu-west-1", strict_regions=True)

    assert {name for name, outcome in mocked.outcomes.items() if isinstance(outcome, NotAsked)} == {
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


def test_objects_that_cannot_be_deleted_are_named(
    prober: Prober, server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = "moto-liveness-probe-0123456789abcdef0123456789abcdef"
    monkeypatch.setattr(command, "uuid4", lambda: uuid.UUID(prefix[-32:]))

    def deny(_: object) -> int:
        raise CannotAskError("S3 refused DeleteObject: AccessDenied: not for arn:aws:iam::123456789012:user/me")

    def lock() -> None:
        make_bucket(server)
        monkeypatch.setattr(service.Service, "delete_objects", deny)

    ran = prober.run("--endpoint-url", server.endpoint_url, "--skip-waiting", "--bucket", "my-bucket", agree=lock)

    assert ran.err == [
        (
            f"{PROG}S3 refused DeleteObject: AccessDenied: not for <arn>. "
            f"If there are objects under {prefix}/ in the bucket, delete them."
        )
    ]


# Ctrl-C.


def interrupt_the_wait(seconds: float) -> None:
    if seconds == 30:
        raise KeyboardInterrupt


def test_ctrl_c_at_the_prompt_is_a_sentence(prober: Prober, aws: FaceLiveness) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    ran = prober.run(agree=interrupt)

    assert (ran.code, ran.err) == (130, [f"{PROG}interrupted, and nothing was asked."])


def test_ctrl_c_while_it_waits_leaves_what_was_answered_and_no_object(
    prober: Prober, server: FaceLivenessServer, tmp_path: Path
) -> None:
    def write() -> None:
        make_bucket(server)
        server.face_liveness.set_default(Succeeded(confidence=97.3))

    record = tmp_path / "record.json"
    arguments = ("--endpoint-url", server.endpoint_url, "--bucket", "my-bucket", "--json", str(record))
    ran = prober.run(*arguments, agree=write, sleep=interrupt_the_wait)

    assert (ran.code, ran.err) == (130, [f"{PROG}interrupted after 15 of 17 questions. No record was written."])
    assert "the_text_of_session_not_found, same:" in ran.out
    assert "Deleted 1 object under the prefix." in ran.out
    assert not record.exists()


def test_a_second_ctrl_c_names_the_prefix(
    prober: Prober, server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = "moto-liveness-probe-0123456789abcdef0123456789abcdef"
    monkeypatch.setattr(command, "uuid4", lambda: uuid.UUID(prefix[-32:]))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def interrupt_later() -> None:
        make_bucket(server)
        monkeypatch.setattr(service.Service, "delete_objects", interrupt)

    ran = prober.run(
        "--endpoint-url", server.endpoint_url, "--skip-waiting", "--bucket", "my-bucket", agree=interrupt_later
    )

    assert (ran.code, ran.err) == (
        130,
        [
            f"{PROG}If there are objects under {prefix}/ in the bucket, delete them.",
            f"{PROG}interrupted after 17 of 17 questions.",
        ],
    )


# What can go wrong: a sentence each.


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "ExpiredTokenException",
            "the credentials have expired (403 ExpiredTokenException). Log in again, then repeat the command.",
        ),
        (
            "UnrecognizedClientException",
            (
                "the credentials were not accepted (403 UnrecognizedClientException: The security token included in "
                "the request is invalid). Check them, the clock of this machine, and --region."
            ),
        ),
        (
            "AccessDeniedException",
            (
                "the credentials lack the permission rekognition:CreateFaceLivenessSession. Allow it, or choose others "
                "with --profile. The answer was: User: <arn> is not authorized to perform: "
                "rekognition:CreateFaceLivenessSession because no identity-based policy allows the "
                "rekognition:CreateFaceLivenessSession action."
            ),
        ),
        (
            "ThrottlingException",
            "3 attempts got 500 ThrottlingException. Wait a minute, then repeat the command.",
        ),
        (
            "ProvisionedThroughputExceededException",
            "3 attempts got 400 ProvisionedThroughputExceededException. Wait a minute, then repeat the command.",
        ),
        ("InternalServerError", "3 attempts got 500 InternalServerError. Wait a minute, then repeat the command."),
        (
            "InvalidParameterException",
            "CreateFaceLivenessSession answered 400 InvalidParameterException: Request has invalid parameters.",
        ),
    ],
)
def test_an_error_that_keeps_it_from_asking_is_a_sentence(
    prober: Prober, aws: FaceLiveness, code: str, sentence: str
) -> None:
    ran = prober.run(agree=lambda: aws.queue_error(code, operation=CREATE, times=None))

    assert (ran.code, ran.err, ran.rows) == (2, [PROG + sentence], {})


def test_an_empty_message_is_a_region_that_does_not_serve_it(prober: Prober, aws: FaceLiveness) -> None:
    ran = prober.run("--yes", "--region", "eu-central-1")

    assert (ran.code, ran.err) == (
        2,
        [
            (
                f"{PROG}CreateFaceLivenessSession got an AccessDeniedException with an empty message in eu-central-1. "
                "AWS answers so where it does not serve Face Liveness. Choose another --region: us-east-1, us-west-2, "
                "eu-west-1, ap-northeast-1, ap-south-1, ap-southeast-5, ap-southeast-7, sa-east-1."
            )
        ],
    )


def test_a_short_throttle_is_waited_for(prober: Prober, aws: FaceLiveness) -> None:
    queue = functools.partial(aws.queue_error, "ThrottlingException", operation=CREATE, times=2)

    ran = prober.run("--skip-waiting", agree=queue)

    assert (ran.code, ran.different) == (0, [])
    assert prober.slept[:6] == [0.25, 1, 0.25, 2, 0.25, 0.25]


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


def test_a_run_in_which_nothing_could_be_asked_is_no_success(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "QUESTIONS", [each.left_out("no reason") for each in QUESTIONS])

    ran = prober.run("--yes")

    assert (ran.code, ran.out[-2]) == (2, f"0 same, 0 different, {len(QUESTIONS)} could not be asked.")


@pytest.mark.parametrize(
    ("exception", "sentence"),
    [
        (
            ReadTimeoutError(endpoint_url="https://rekognition"),
            (
                'no answer: Read timeout on endpoint URL: "https://rekognition". '
                "Check the network, HTTPS_PROXY and --endpoint-url."
            ),
        ),
        (NoCredentialsError(), NO_CREDENTIALS),
        (
            CredentialRetrievalError(provider="sso", error_msg="log in again"),
            "boto3 could not ask: Error when retrieving credentials from sso: log in again.",
        ),
        (
            ClientError({"Error": {"Code": "ExpiredToken", "Message": "It has expired."}}, "AssumeRole"),
            (
                "boto3 got no credentials: An error occurred (ExpiredToken) when calling the AssumeRole operation: "
                "It has expired. Log in again, or choose others with --profile."
            ),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_boto3_raises_is_a_sentence(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch, exception: Exception, sentence: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise exception

    ran = prober.run(agree=lambda: monkeypatch.setattr("botocore.signers.RequestSigner.sign", fail))

    assert (ran.code, ran.err) == (2, [PROG + sentence])


def test_a_failure_in_the_middle_leaves_its_question_out_without_the_url(prober: Prober, aws: FaceLiveness) -> None:
    error = ReadTimeoutError(endpoint_url="https://vpce-1234.rekognition")

    ran = prober.run("--skip-waiting", agree=lambda: aws.queue_exception(error, operation=GET))

    assert ran.rows["the_text_of_session_not_found"] == (
        'could not be asked (no answer: Read timeout on endpoint URL: "<url>")'
    )


def test_no_credentials_are_a_sentence(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    ran = prober.run("--yes")

    assert (ran.code, ran.out, ran.err) == (2, [], [PROG + NO_CREDENTIALS])


def test_half_of_the_credentials_are_a_sentence(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    ran = prober.run("--yes")

    assert (ran.code, ran.err) == (
        2,
        [f"{PROG}Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY."],
    )


def test_an_unknown_profile_is_a_sentence(prober: Prober) -> None:
    ran = prober.run("--yes", "--profile", "nobody")

    assert (ran.code, ran.err) == (2, [f"{PROG}The config profile (nobody) could not be found."])


def test_a_configuration_that_boto3_refuses_is_a_sentence(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULTS_MODE", "none")

    ran = prober.run("--yes")

    (sentence,) = ran.err
    assert (ran.code, ran.out) == (2, [])
    assert sentence.startswith(
        f"{PROG}boto3 does not accept its configuration: Client configured with invalid defaults "
    )
    assert sentence.endswith(". Check the environment, the profile and --endpoint-url.")


@needs_endpoints_in_the_environment
def test_an_endpoint_of_the_environment_that_is_no_url_is_a_sentence(
    prober: Prober, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost:5000")

    ran = prober.run("--yes")

    sentence = "boto3 does not accept its configuration: Invalid endpoint: localhost:5000. "
    sentence += "Check the environment, the profile and --endpoint-url."
    assert (ran.code, ran.out, ran.err) == (2, [], [PROG + sentence])


def test_an_unknown_region_is_a_sentence(prober: Prober) -> None:
    ran = prober.run("--yes", "--region", "us-east-11")

    assert (ran.code, ran.err) == (2, [f"{PROG}Rekognition has no region 'us-east-11'. Did you mean 'us-east-1'?"])


def test_a_record_of_aws_is_one_for_the_project(prober: Prober, aws: FaceLiveness, tmp_path: Path) -> None:
    path = tmp_path / "record.json"

    ran = prober.run("--skip-waiting", "--json", str(path))

    assert ran.out[-2:] == [
        f"The record is in {path}.",
        '"Asking AWS" in docs/what-aws-does-not-say.md explains how to send a record (--json FILE) to the project.',
    ]
    assert json.loads(path.read_text())["target"] == "aws"


def test_a_record_that_cannot_be_written_is_a_sentence_before_anything_is_asked(
    prober: Prober, aws: FaceLiveness, tmp_path: Path
) -> None:
    path = tmp_path / "nowhere" / "record.json"

    ran = prober.run("--yes", "--json", str(path))

    sentence = f"{PROG}cannot write the record to {path}: No such file or directory."
    assert (ran.code, ran.out, ran.err, aws.calls) == (2, [], [sentence], [])


def test_a_file_whose_name_is_too_long_is_a_sentence(prober: Prober, aws: FaceLiveness) -> None:
    name = "n" * 300

    ran = prober.run("--yes", "--json", name)

    assert (ran.code, ran.err) == (2, [f"{PROG}cannot write the record to {name}: File name too long."])


class _Full(io.StringIO):
    """A stdout whose reader has gone, or whose disk is full."""

    def flush(self) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_a_report_that_nobody_reads_is_a_sentence_and_leaves_no_object(
    prober: Prober, server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> None:
        make_bucket(server)
        server.face_liveness.set_default(Succeeded(confidence=97.3))

    def close_stdout(seconds: float) -> None:
        if seconds == 30:
            monkeypatch.setattr("sys.stdout", _Full())

    arguments = ("--endpoint-url", server.endpoint_url, "--bucket", "my-bucket")
    ran = prober.run(*arguments, agree=write, sleep=close_stdout)

    assert (ran.code, ran.err) == (2, [f"{PROG}cannot write the report: Broken pipe."])
    assert "Contents" not in boto3.client("s3", endpoint_url=server.endpoint_url).list_objects_v2(Bucket="my-bucket")


def test_the_command_runs_without_stdout(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    path = tmp_path / "record.json"

    ran = prober.run("--yes", "--skip-waiting", "--json", str(path))

    assert (ran.code, ran.err, path.exists()) == (0, [], True)


def test_the_exit_code_is_the_same_without_stderr(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", None)

    ran = prober.run("--yes", "--region", "nowhere")

    assert ran.code == 2


def test_a_prompt_without_stdin_is_a_no(prober: Prober, aws: FaceLiveness) -> None:
    def lose_stdin() -> None:
        raise RuntimeError("input(): lost sys.stdin")

    ran = prober.run(agree=lose_stdin)

    assert (ran.code, ran.out[-1], ran.err, aws.calls) == (2, "Nothing was asked.", [], [])


def test_a_file_that_exists_is_left_as_it_is_until_there_is_a_record(
    prober: Prober, aws: FaceLiveness, tmp_path: Path
) -> None:
    path = tmp_path / "record.json"
    path.write_text("yesterday")

    prober.run("--json", str(path), answer="n")

    assert path.read_text() == "yesterday"


def test_a_link_to_no_file_stays_until_there_is_a_record(prober: Prober, aws: FaceLiveness, tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "record.json"
    link.symlink_to(target)

    prober.run("--json", str(link), answer="n")

    assert (link.is_symlink(), target.exists()) == (True, False)


def test_a_record_that_cannot_be_written_in_the_end_is_a_sentence(
    prober: Prober, aws: FaceLiveness, tmp_path: Path
) -> None:
    path = tmp_path / "record.json"

    ran = prober.run("--skip-waiting", "--json", str(path), agree=path.mkdir)

    assert (ran.code, ran.err) == (2, [f"{PROG}cannot write the record to {path}: Is a directory."])


def test_server_mode_leaves_no_mock_to_compare_with(prober: Prober, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness._compat.server_endpoint", lambda: "http://localhost:5000")

    ran = prober.run("--yes")

    assert (ran.code, ran.err) == (
        2,
        [
            (
                f"{PROG}mock_aws sends everything to http://localhost:5000, because TEST_SERVER_MODE or "
                "TEST_PROXY_MODE is set. Unset it: the answers are compared with those of the mock in this process."
            )
        ],
    )


@pytest.mark.parametrize("url", ["localhost:5000", "ftp://localhost", "http://", "http://a b", "http://localhost:port"])
def test_an_endpoint_that_is_no_url_is_a_matter_of_usage(
    prober: Prober, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    with pytest.raises(SystemExit) as exit_code:
        prober.run("--endpoint-url", url)

    assert exit_code.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"{PROG}error: argument --endpoint-url: it must look like http://127.0.0.1:5000, not {url!r}"
    )


@needs_endpoints_in_the_environment
def test_an_endpoint_of_the_environment_is_not_taken_for_aws(
    prober: Prober, server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint_url)
    path = tmp_path / "record.json"

    ran = prober.run("--skip-waiting", "--json", str(path))

    assert ran.out[0] == f"12 questions to {server.endpoint_url} in us-east-1:"
    assert (ran.code, ran.different) == (0, [])
    assert json.loads(path.read_text())["target"] == "endpoint"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://rekognition.us-east-1.amazonaws.com", True),
        ("https://vpce-1.rekognition.us-east-1.vpce.amazonaws.com", True),
        ("https://rekognition.us-east-1.api.aws", True),
        ("https://rekognition-fips.us-east-1.amazonaws.com", True),
        ("http://127.0.0.1:5000", False),
        ("http://ec2-203-0-113-7.compute-1.amazonaws.com:5000", False),
        ("https://rekognition-1234.us-east-1.elb.amazonaws.com", False),
        ("http://amazonaws.com.example.org", False),
    ],
)
def test_an_endpoint_of_aws_is_known_by_its_host(url: str, expected: bool) -> None:
    assert wire.is_aws(url) is expected


def test_the_mock_does_not_mind_the_endpoints_of_the_environment(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    mocked = ask_the_mock(QUESTIONS, boto3.Session(), "us-east-1", strict_regions=True)

    not_asked = [outcome for outcome in mocked.outcomes.values() if isinstance(outcome, NotAsked)]
    assert len(not_asked) == 1 + len(TOO_OLD)


@pytest.mark.parametrize("name", ["", "my bucket", "my/bucket", "arn:aws:s3:::my-bucket"])
def test_a_bucket_that_is_no_name_is_a_matter_of_usage(
    prober: Prober, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(SystemExit) as exit_code:
        prober.run("--bucket", name)

    assert exit_code.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"{PROG}error: argument --bucket: it must be the name of a bucket, not {name!r}"
    )


def test_an_endpoint_where_nobody_listens_is_a_sentence(prober: Prober) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

        ran = prober.run("--yes", "--endpoint-url", url)

    sentence = f'no answer: Could not connect to the endpoint URL: "{url}/". '
    sentence += "Check the network, HTTPS_PROXY and --endpoint-url."
    assert (ran.code, ran.err) == (2, [PROG + sentence])


HTML = b"<html><p>Sign in to the guest network</html>"


@contextmanager
def proxy_that_answers(http_status: int, body: bytes = HTML, content_type: str = "text/html") -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(http_status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST  # noqa: N815

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("http_status", [200, 403, 502])
def test_a_proxy_that_answers_html_is_a_sentence(prober: Prober, http_status: int) -> None:
    with proxy_that_answers(http_status) as url:
        ran = prober.run("--yes", "--endpoint-url", url)

    assert (ran.code, ran.err) == (
        2,
        [
            (
                f"{PROG}the answer was not JSON ({http_status}, text/html). "
                "Something else may have answered, such as a proxy: check HTTPS_PROXY and --endpoint-url."
            )
        ],
    )


UNREADABLE = "boto3 could not read the answer"
WITHOUT_ID = "CreateFaceLivenessSession answered 200 without a SessionId"


@pytest.mark.parametrize(
    ("http_status", "body", "why"),
    [
        (200, b'{"Other": 1}', WITHOUT_ID),
        (200, b'{"SessionId": null}', WITHOUT_ID),
        (200, b'{"SessionId": ""}', WITHOUT_ID),
        (200, b'{"SessionId": ["1"]}', WITHOUT_ID),
        (200, b"[1]", UNREADABLE),
        (400, b"[1]", UNREADABLE),
        (400, b'"text"', UNREADABLE),
        (400, b'{"__type": ["1"]}', UNREADABLE),
        (200, b'{"SessionId": "\xe9"}', UNREADABLE),
        (400, b'{"message": "two\\nlines"}', "CreateFaceLivenessSession answered 400: two"),
        (500, b"{}", "3 attempts got 500"),
    ],
)
def test_an_answer_of_an_unexpected_form_is_a_reason(http_status: int, body: bytes, why: str) -> None:
    with proxy_that_answers(http_status, body, "application/x-amz-json-1.1") as url:
        clients = wire.clients_of(boto3.Session(), url)

        with pytest.raises(CannotAskError) as error:
            service.Service(clients, "us-east-1", lambda _: None).session()

    assert error.value.why == why


def test_a_session_id_of_an_unexpected_form_is_answered_as_it_is() -> None:
    with proxy_that_answers(200, b'{"SessionId": ["1"]}', "application/x-amz-json-1.1") as url:
        answer = service.Service(wire.clients_of(boto3.Session(), url), "us-east-1", lambda _: None).create({})

    assert answer == Answer(CREATE, 200, {"SessionId": ["1"]})


def test_a_wrong_signature_does_not_show_the_session_token(prober: Prober) -> None:
    text = "The request signature we calculated does not match.\n\nThe Canonical String should have been\n'POST\n/\n"
    body = {"__type": "InvalidSignatureException", "message": f"{text}\nx-amz-security-token:FwoGZXIv'"}
    with proxy_that_answers(403, json.dumps(body).encode(), "application/x-amz-json-1.1") as url:
        ran = prober.run("--yes", "--endpoint-url", url)

    assert ran.err == [
        (
            f"{PROG}the credentials were not accepted (403 InvalidSignatureException: The request signature we "
            "calculated does not match). Check them, the clock of this machine, and --region."
        )
    ]


def test_html_instead_of_a_bucket_is_a_reason(prober: Prober) -> None:
    with proxy_that_answers(200) as url:
        clients = wire.clients_of(boto3.Session(), url)

        with pytest.raises(CannotAskError) as error:
            service.Service(clients, "us-east-1", lambda _: None, bucket="my-bucket").check_bucket()

    assert error.value.why == "boto3 could not read the answer"


def test_a_botocore_that_is_too_old_leaves_the_question_out(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = wire.unknown_member

    def forget(shape: Any, params: Any) -> str | None:
        return "ChallengePreferences" if "ChallengePreferences" in str(params) else ask(shape, params)

    monkeypatch.setattr(wire, "unknown_member", forget)

    ran = prober.run("--yes", "--skip-waiting")

    name = "preferences_that_cannot_be_met_are_an_invalid_parameter_at_create"
    why = f"botocore {botocore.__version__} does not know ChallengePreferences"
    assert ran.rows[name] == f"could not be asked ({why})"


@pytest.mark.parametrize(
    ("params", "unknown"),
    [
        ({}, None),
        ({"Settings": {"AuditImagesLimit": -1}}, None),
        ({"Settings": {"OutputConfig": {"S3Bucket": "b"}}, "Later": 1}, "Later"),
        ({"Settings": {"Later": 1}}, "Later"),
    ],
)
def test_a_member_that_botocore_does_not_know_is_found(params: dict[str, Any], unknown: str | None) -> None:
    assert wire.unknown_member(CREATE_INPUT, params) == unknown


@needs_challenges
def test_a_member_inside_a_list_is_found_too() -> None:
    params = {"Settings": {"ChallengePreferences": [{"Type": "FaceMovementChallenge"}, {"Later": 1}]}}

    assert wire.unknown_member(CREATE_INPUT, params) == "Later"


def test_a_mock_that_could_not_be_asked_is_a_reason() -> None:
    result = Result("a_question", mock=NotAsked("an old moto"), answered=(Answer(GET, 200, {}),))

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


# The command.


def test_the_package_has_the_command() -> None:
    command = [sys.executable, "-m", "moto_liveness", "probe"]

    ran = subprocess.run(command, input="n\n", capture_output=True, text=True)

    assert (ran.returncode, ran.stderr) == (2, "")
    assert ran.stdout.splitlines()[-1] == "Continue? [y/N] Nothing was asked."


def test_the_command_explains_its_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run_probe(["--help"])

    assert " ".join(capsys.readouterr().out.split()).endswith(
        "Exit codes: 0 if all that could be asked is the same, 1 if something is different, 2 if nothing was asked or "
        "the answers could not be written, 130 after Ctrl-C."
    )
