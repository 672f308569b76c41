"""`python -m moto_liveness probe`: its arguments, what it says, and its exit codes. A server of ours plays AWS."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
import uuid
from pathlib import Path

import boto3
import pytest

from moto_liveness import FaceLiveness, FaceLivenessServer, Succeeded
from moto_liveness.probe import command, report, service
from moto_liveness.probe.answers import CannotAskError
from moto_liveness.probe.command import run_probe
from moto_liveness.probe.questions import QUESTIONS
from tests.probing import (
    NO_VIDEO,
    PROG,
    TOO_OLD,
    Prober,
    make_bucket,
    needs_endpoints_in_the_environment,
)


def test_it_shows_what_it_is_going_to_do(prober: Prober, server: FaceLivenessServer) -> None:
    ran = prober.run("--endpoint-url", server.endpoint_url, "--bucket", "my-bucket", answer="n")

    prefix = next(line for line in ran.out if "s3://" in line).partition("my-bucket/")[2].partition("/")[0]
    asked = [question for question in QUESTIONS.values() if not question.unanswerable]
    assert ran.out == [
        f"{len(asked)} questions to {server.endpoint_url} in us-east-1:",
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

    # What botocore is too old for it finds out as it makes a request.
    assert prober.slept == [0.25] * (len(aws.calls) + len(TOO_OLD))


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

    at_once = sum(not question.waits for question in QUESTIONS.values())
    assert (ran.code, ran.err) == (
        130,
        [f"{PROG}interrupted after {at_once} of {len(QUESTIONS)} questions. No record was written."],
    )
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
            f"{PROG}interrupted after {len(QUESTIONS)} of {len(QUESTIONS)} questions.",
        ],
    )


def test_a_run_in_which_nothing_could_be_asked_is_not_a_success(
    prober: Prober, aws: FaceLiveness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "QUESTIONS", {name: each.left_out("no reason") for name, each in QUESTIONS.items()})

    ran = prober.run("--yes")

    assert (ran.code, ran.out[-2]) == (2, f"0 same, 0 different, {len(QUESTIONS)} could not be asked.")


def test_a_record_of_aws_is_one_for_the_project(prober: Prober, aws: FaceLiveness, tmp_path: Path) -> None:
    path = tmp_path / "record.json"

    ran = prober.run("--skip-waiting", "--json", str(path))

    assert ran.out[-2:] == [
        f"The record is in {path}.",
        report.WHERE_TO_SEND,
    ]
    assert json.loads(path.read_text())["target"] == "aws"


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


@pytest.mark.parametrize("url", ["localhost:5000", "ftp://localhost", "http://", "http://a b", "http://localhost:port"])
def test_an_endpoint_that_is_not_a_url_is_a_matter_of_usage(
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

    asked = [each for each in QUESTIONS.values() if not (each.waits or each.needs_bucket or each.unanswerable)]
    assert ran.out[0] == f"{len(asked)} questions to {server.endpoint_url} in us-east-1:"
    assert (ran.code, ran.different) == (0, [])
    assert json.loads(path.read_text())["target"] == "endpoint"


@pytest.mark.parametrize("name", ["", "my bucket", "my/bucket", "arn:aws:s3:::my-bucket"])
def test_a_bucket_that_is_not_a_name_is_a_matter_of_usage(
    prober: Prober, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    with pytest.raises(SystemExit) as exit_code:
        prober.run("--bucket", name)

    assert exit_code.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"{PROG}error: argument --bucket: it must be the name of a bucket, not {name!r}"
    )


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
