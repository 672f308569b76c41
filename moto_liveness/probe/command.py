"""The command: arguments, what it shows before it asks, and exit codes."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, NoCredentialsError

from moto_liveness.core import checks
from moto_liveness.probe import report
from moto_liveness.probe.answers import CannotAskError, of_exception
from moto_liveness.probe.asking import DIFFERENT, NOT_ASKED, WAIT, Mocked, Result, ask, ask_the_mock
from moto_liveness.probe.questions import QUESTIONS, Question
from moto_liveness.probe.record import check_writable, write
from moto_liveness.probe.service import Service, clients_of

PROG = "python -m moto_liveness probe"
#: The exit codes: all that was asked is the same; something differs; nothing was asked or written; Ctrl-C.
ALL_SAME, SOME_DIFFERENT, NOTHING_ASKED, INTERRUPTED = 0, 1, 2, 130

# The longest silence during the wait, in seconds.
_SILENCE = 30


def run_probe(
    argv: Sequence[str], *, ask_user: Callable[[str], str] = input, sleep: Callable[[float], None] = time.sleep
) -> int:
    """Ask the questions, print what was answered, and return the exit code.

    Args:
        ask_user: shows a prompt and returns a line.
        sleep: waits for seconds.
    """
    given = _parser().parse_args(argv)
    try:
        return _run(given, ask_user, sleep)
    except CannotAskError as error:
        _complain(str(error))
        return NOTHING_ASKED
    except KeyboardInterrupt:
        _complain("interrupted, and nothing was asked.")
        return INTERRUPTED


def _run(given: argparse.Namespace, ask_user: Callable[[str], str], sleep: Callable[[float], None]) -> int:
    session = session_of(given.profile)
    region_name = region_of(session, given.region)
    clients = clients_of(session, given.endpoint_url)
    service = Service(clients, region_name, sleep, given.bucket or "", f"moto-liveness-probe-{uuid4().hex}")
    if given.json is not None:
        check_writable(given.json)
    questions = _questions(given)
    mocked = ask_the_mock(questions, session, region_name, strict_regions=service.endpoint_url is None)
    _say(*report.plan(questions, mocked, service))
    if not given.yes and not _agreed(ask_user):
        _say("Nothing was asked.")
        return NOTHING_ASKED
    # Whether anything can be asked at all.
    service.session()
    results: list[Result] = []
    try:
        _compare(questions, mocked, service, results)
    except KeyboardInterrupt:
        _say(*report.details(results))
        no_record = "" if given.json is None else " No record was written."
        _complain(f"interrupted after {len(results)} of {len(questions)} questions.{no_record}")
        return INTERRUPTED
    return _finished(given, service, results)


def _finished(given: argparse.Namespace, service: Service, results: Sequence[Result]) -> int:
    """Print the report, write the record, and return the exit code."""
    _say(*report.details(results), "", report.summary(results))
    if given.json is not None:
        write(given.json, report.record(results, service))
        _say(f"The record is in {given.json}.")
    if service.endpoint_url is None:
        _say(report.WHERE_TO_SEND)
    verdicts = {result.verdict for result in results}
    if DIFFERENT in verdicts:
        return SOME_DIFFERENT
    return NOTHING_ASKED if verdicts == {NOT_ASKED} else ALL_SAME


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROG,
        description="Ask Amazon Rekognition Face Liveness what its documentation leaves open, and compare its answers "
        "with those of the mock. The command shows what it is going to do before it does it.",
        epilog="Exit codes: 0 if all that could be asked is the same, 1 if something is different, 2 if nothing was "
        "asked or the answers could not be written, 130 after Ctrl-C.",
    )
    add = parser.add_argument
    add("--region", metavar="NAME", help="the region to ask; by default that of the profile, or us-east-1")
    add("--profile", metavar="NAME", help="the profile of boto3 with the credentials")
    add("--endpoint-url", type=_endpoint, metavar="URL", help="ask this endpoint, such as a moto_liveness_server")
    add("--bucket", type=_bucket, metavar="NAME", help="a bucket in the region, for the questions that need one")
    add("--json", type=Path, metavar="FILE", help="write a record of the masked answers")
    add("--skip-waiting", action="store_true", help="leave out the questions that take three minutes")
    add("--yes", action="store_true", help="ask at once, without a prompt")
    return parser


def _endpoint(value: str) -> str:
    if not re.fullmatch(r"https?://([^\s/:]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?(/\S*)?", value):
        raise argparse.ArgumentTypeError(f"it must look like http://127.0.0.1:5000, not {value!r}")
    return value


def _bucket(value: str) -> str:
    # https://docs.aws.amazon.com/rekognition/latest/APIReference/API_LivenessOutputConfig.html
    if not re.fullmatch(r"[0-9A-Za-z._-]{3,255}", value):
        raise argparse.ArgumentTypeError(f"it must be the name of a bucket, not {checks.short_repr(value)}")
    return value


def session_of(profile: str | None) -> boto3.Session:
    """Return a session with credentials, by default those that boto3 finds. Raises CannotAskError without any."""
    try:
        session = boto3.Session(profile_name=profile)
        credentials = session.get_credentials()
    except BotoCoreError as error:
        raise CannotAskError(str(error)) from None
    if credentials is None:
        raise of_exception(NoCredentialsError())
    return session


def region_of(session: boto3.Session, name: str | None) -> str:
    """Return a region of Rekognition, by default that of the session. Raises CannotAskError for another one."""
    region_name = str(name or session.region_name or "us-east-1")
    known = session.get_available_regions("rekognition")
    if region_name not in known:
        hint = checks.did_you_mean(region_name, known)
        raise CannotAskError(f"Rekognition has no region {checks.short_repr(region_name)}", hint)
    return region_name


def _questions(given: argparse.Namespace) -> Mapping[str, Question]:
    questions = QUESTIONS
    if given.skip_waiting:
        questions = {name: each.left_out("--skip-waiting") if each.waits else each for name, each in questions.items()}
    return questions if given.bucket else _without_bucket(questions, "it needs --bucket NAME")


def _without_bucket(questions: Mapping[str, Question], why: str) -> Mapping[str, Question]:
    return {name: each.left_out(why) if each.needs_bucket else each for name, each in questions.items()}


def _agreed(ask_user: Callable[[str], str]) -> bool:
    try:
        return ask_user("Continue? [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, RuntimeError):  # a RuntimeError if stdin or stdout is closed
        _say("")
        return False


def _compare(questions: Mapping[str, Question], mocked: Mocked, service: Service, results: list[Result]) -> None:
    """Ask the questions, print a line about each, and add it to the results: Ctrl-C leaves what there is."""
    if service.bucket:
        try:
            service.check_bucket()
        except CannotAskError as error:
            questions = _without_bucket(questions, service.mask(error.why))
            service = replace(service, bucket="")
    try:
        for name, outcome in ask(questions, service, lambda: _wait(service.sleep)):
            results.append(Result(name, mocked.outcomes[name], outcome))
            _say(report.row(results[-1]))
    finally:
        if service.bucket:
            _clean_up(service)


def _clean_up(service: Service) -> None:
    left = f"If there are objects under {service.prefix}/ in the bucket, delete them."
    try:
        deleted = service.delete_objects()
    except CannotAskError as error:
        _complain(f"{service.mask(error.why)}. {left}")
    except KeyboardInterrupt:
        _complain(left)
        raise
    else:
        if deleted:
            _say(f"Deleted {checks.plural(deleted, 'object')} under the prefix.")


def _wait(sleep: Callable[[float], None]) -> None:
    _say(f"Waiting {WAIT} seconds for the sessions to expire.")
    for left in range(WAIT, 0, -_SILENCE):
        if left < WAIT:
            _say(f"  {left} seconds left")
        sleep(min(left, _SILENCE))


def _say(*lines: str) -> None:
    if sys.stdout is None:  # it was closed before the command started
        return
    try:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except OSError as error:
        # Python would flush it again as it exits, and fail: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        sys.stdout = None
        raise CannotAskError(f"cannot write the report: {error.strerror}") from None


def _complain(sentence: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{PROG}: {sentence}\n")
