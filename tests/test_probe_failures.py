"""`python -m moto_liveness probe`: what keeps it from asking, a sentence each."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore.exceptions import ClientError, CredentialRetrievalError, NoCredentialsError, ReadTimeoutError

from moto_liveness import FaceLiveness
from moto_liveness.probe import command
from moto_liveness.probe.answers import Answer, CannotAskError
from moto_liveness.probe.asking import ask_the_mock
from moto_liveness.probe.command import region_of, session_of
from moto_liveness.probe.questions import QUESTIONS
from moto_liveness.probe.record import check_writable, write
from moto_liveness.probe.service import clients_of
from tests.aws import CREATE, needs_challenges
from tests.probing import PROG, Prober, needs_endpoints_in_the_environment, proxy_that_answers, service_of
from tests.waiting import PATIENCE

NO_CREDENTIALS = (
    "boto3 found no credentials. Configure some for AWS, or choose them with --profile. A moto_liveness_server takes "
    "any: AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing."
)


def refusal(ask: Callable[[], object]) -> str:
    """Return the sentence with which something is refused. The command prints it, and exits with 2."""
    with pytest.raises(CannotAskError) as error:
        ask()
    return str(error.value)


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
def test_an_error_that_keeps_it_from_asking_is_a_sentence(aws: FaceLiveness, code: str, sentence: str) -> None:
    aws.queue_error(code, operation=CREATE, times=None)

    assert refusal(service_of().session) == sentence


def test_the_command_says_the_sentence_and_shows_no_table(prober: Prober, aws: FaceLiveness) -> None:
    ran = prober.run(agree=lambda: aws.queue_error("ExpiredTokenException", operation=CREATE, times=None))

    sentence = "the credentials have expired (403 ExpiredTokenException). Log in again, then repeat the command."
    assert (ran.code, ran.err, ran.rows) == (2, [PROG + sentence], {})


def test_an_empty_message_is_a_region_that_does_not_serve_it(aws: FaceLiveness) -> None:
    assert refusal(service_of("eu-central-1").session) == (
        "CreateFaceLivenessSession got an AccessDeniedException with an empty message in eu-central-1. "
        "AWS answers so where it does not serve Face Liveness. Choose another --region: us-east-1, us-west-2, "
        "eu-west-1, ap-northeast-1, ap-south-1, ap-southeast-5, ap-southeast-7, sa-east-1."
    )


def test_a_short_throttle_is_waited_for(aws: FaceLiveness) -> None:
    slept: list[float] = []
    service = dataclasses.replace(service_of(), sleep=slept.append)
    aws.queue_error("ThrottlingException", operation=CREATE, times=2)

    session_id = service.session()

    assert service.get(session_id).http_status == 200
    assert slept == [0.25, 1, 0.25, 2, 0.25, 0.25]


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
    aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch, exception: Exception, sentence: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise exception

    monkeypatch.setattr("botocore.signers.RequestSigner.sign", fail)

    assert refusal(service_of().session) == sentence


def test_no_credentials_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    assert refusal(lambda: session_of(None)) == NO_CREDENTIALS


def test_half_of_the_credentials_are_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert refusal(lambda: session_of(None)) == "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY."


def test_an_unknown_profile_is_a_sentence() -> None:
    assert refusal(lambda: session_of("nobody")) == "The config profile (nobody) could not be found."


def test_a_configuration_that_boto3_refuses_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULTS_MODE", "none")

    sentence = refusal(lambda: clients_of(boto3.Session(), None)("rekognition", "us-east-1"))

    assert sentence.startswith("boto3 does not accept its configuration: Client configured with invalid defaults ")
    assert sentence.endswith(". Check the environment, the profile and --endpoint-url.")


@needs_endpoints_in_the_environment
def test_an_endpoint_of_the_environment_that_is_not_a_url_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "localhost:5000")

    assert refusal(lambda: clients_of(boto3.Session(), None)("rekognition", "us-east-1")) == (
        "boto3 does not accept its configuration: Invalid endpoint: localhost:5000. "
        "Check the environment, the profile and --endpoint-url."
    )


def test_an_unknown_region_is_a_sentence() -> None:
    sentence = "Rekognition has no region 'us-east-11'. Did you mean 'us-east-1'?"

    assert refusal(lambda: region_of(boto3.Session(), "us-east-11")) == sentence


def test_what_is_refused_before_the_plan_is_all_that_the_command_says(prober: Prober) -> None:
    ran = prober.run("--yes", "--profile", "nobody")

    assert (ran.code, ran.out, ran.err) == (2, [], [f"{PROG}The config profile (nobody) could not be found."])


def test_a_record_that_cannot_be_written_is_a_sentence_before_anything_is_asked(
    prober: Prober, aws: FaceLiveness, tmp_path: Path
) -> None:
    path = tmp_path / "nowhere" / "record.json"

    ran = prober.run("--yes", "--json", str(path))

    sentence = f"{PROG}cannot write the record to {path}: No such file or directory."
    assert (ran.code, ran.out, ran.err, aws.calls) == (2, [], [sentence], [])


def test_a_file_whose_name_is_too_long_is_a_sentence() -> None:
    name = "n" * 300

    assert refusal(lambda: check_writable(Path(name))) == f"cannot write the record to {name}: File name too long."


def test_a_file_that_exists_is_left_as_it_is_until_there_is_a_record(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("yesterday")

    check_writable(path)

    assert path.read_text() == "yesterday"


def test_a_link_to_no_file_stays_until_there_is_a_record(tmp_path: Path) -> None:
    link, target = tmp_path / "link.json", tmp_path / "record.json"
    link.symlink_to(target)

    check_writable(link)

    assert (link.is_symlink(), target.exists()) == (True, False)


def test_a_record_that_cannot_be_written_in_the_end_is_a_sentence(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    name = "the_text_of_session_not_found"
    monkeypatch.setattr(command, "QUESTIONS", {name: QUESTIONS[name]})
    path = tmp_path / "record.json"

    ran = prober.run("--json", str(path), agree=path.mkdir)

    assert (ran.code, ran.err) == (2, [f"{PROG}cannot write the record to {path}: Is a directory."])


def test_server_mode_leaves_no_mock_to_compare_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moto_liveness._compat.server_endpoint", lambda: "http://localhost:5000")

    assert refusal(lambda: ask_the_mock({}, boto3.Session(), "us-east-1", strict_regions=True)) == (
        "mock_aws sends everything to http://localhost:5000, because TEST_SERVER_MODE or TEST_PROXY_MODE is set. "
        "Unset it: the answers are compared with those of the mock in this process."
    )


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
    assert (service_of(endpoint_url=url).endpoint_url is None) is expected


def test_an_endpoint_where_nobody_listens_is_a_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"

        sentence = refusal(service_of(endpoint_url=url).session)

    assert sentence == (
        f'no answer: Could not connect to the endpoint URL: "{url}/". '
        "Check the network, HTTPS_PROXY and --endpoint-url."
    )


@pytest.mark.parametrize("http_status", [200, 403, 502])
def test_a_proxy_that_answers_html_is_a_sentence(http_status: int) -> None:
    with proxy_that_answers(http_status) as url:
        sentence = refusal(service_of(endpoint_url=url).session)

    assert sentence == (
        f"the answer was not JSON ({http_status}, text/html). "
        "Something else may have answered, such as a proxy: check HTTPS_PROXY and --endpoint-url."
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
        (200, b"null", UNREADABLE),
        (200, b"5", UNREADABLE),
        (400, b"[1]", UNREADABLE),
        (400, b"null", UNREADABLE),
        (500, b"[1]", UNREADABLE),
        (400, b'"text"', UNREADABLE),
        (400, b'{"__type": ["1"]}', UNREADABLE),
        (200, b'{"SessionId": "\xe9"}', UNREADABLE),
        (400, b'{"message": "two\\nlines"}', "CreateFaceLivenessSession answered 400: two"),
        (500, b"{}", "3 attempts got 500"),
    ],
)
def test_an_answer_of_an_unexpected_form_is_a_reason(http_status: int, body: bytes, why: str) -> None:
    with (
        proxy_that_answers(http_status, body, "application/x-amz-json-1.1") as url,
        pytest.raises(CannotAskError) as error,
    ):
        service_of(endpoint_url=url).session()

    assert error.value.why == why


def test_a_session_id_of_an_unexpected_form_is_answered_as_it_is() -> None:
    with proxy_that_answers(200, b'{"SessionId": ["1"]}', "application/x-amz-json-1.1") as url:
        answer = service_of(endpoint_url=url).create({})

    assert answer == Answer(CREATE, 200, {"SessionId": ["1"]})


def test_a_wrong_signature_does_not_show_the_session_token() -> None:
    text = "The request signature we calculated does not match.\n\nThe Canonical String should have been\n'POST\n/\n"
    body = {"__type": "InvalidSignatureException", "message": f"{text}\nx-amz-security-token:FwoGZXIv'"}
    with proxy_that_answers(403, json.dumps(body).encode(), "application/x-amz-json-1.1") as url:
        sentence = refusal(service_of(endpoint_url=url).session)

    assert sentence == (
        "the credentials were not accepted (403 InvalidSignatureException: The request signature we "
        "calculated does not match). Check them, the clock of this machine, and --region."
    )


def test_html_instead_of_a_bucket_is_a_reason() -> None:
    with proxy_that_answers(200) as url, pytest.raises(CannotAskError) as error:
        dataclasses.replace(service_of(endpoint_url=url), bucket="my-bucket").check_bucket()

    assert error.value.why == "boto3 could not read the answer"


@pytest.mark.parametrize("params", [{"Settings": {"AuditImagesLimit": -1}, "Later": 1}, {"Settings": {"Later": 1}}])
def test_a_member_that_botocore_does_not_know_is_a_sentence(aws: FaceLiveness, params: dict[str, Any]) -> None:
    assert refusal(lambda: service_of().create(params)) == f"botocore {botocore.__version__} does not know Later."
    assert aws.calls == []


@needs_challenges
def test_a_member_inside_a_list_is_found_too(aws: FaceLiveness) -> None:
    params = {"Settings": {"ChallengePreferences": [{"Type": "FaceMovementChallenge"}, {"Later": 1}]}}

    assert refusal(lambda: service_of().create(params)) == f"botocore {botocore.__version__} does not know Later."


def test_a_record_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "record.json"
    write(path, {"old": True})

    def full(file: Path, text: str) -> int:
        with file.open("w") as opened:
            opened.write(text[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", full)
        assert refusal(lambda: write(path, {"new": True})) == (
            f"cannot write the record to {path}: No space left on device."
        )

    assert json.loads(path.read_text()) == {"old": True}
    assert [*tmp_path.iterdir()] == [path]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_record_goes_into_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(path.read_text()))
    reader.start()
    write(path, {"new": True})
    reader.join(PATIENCE)

    assert json.loads(read[0]) == {"new": True}
    assert stat.S_ISFIFO(path.stat().st_mode)
