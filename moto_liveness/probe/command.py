"""The command: arguments, what it shows before it asks, and exit codes."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from moto_liveness import _compat
from moto_liveness.core import checks
from moto_liveness.probe import report
from moto_liveness.probe.answers import DIFFERENT, NOT_ASKED, Result
from moto_liveness.probe.asking import WAIT, Mocked, ask, ask_the_mock
from moto_liveness.probe.clients import clients_of, is_aws, region_of, session_of
from moto_liveness.probe.failures import CannotAskError, Failure
from moto_liveness.probe.questions import QUESTIONS, Question
from moto_liveness.probe.record import record_of
from moto_liveness.probe.service import Service

PROG = "python -m moto_liveness probe"
#: The exit codes: all that was asked is the same; something differs; nothing was asked or written; Ctrl-C.
ALL_SAME, SOME_DIFFERENT, NOTHING_ASKED, INTERRUPTED = 0, 1, 2, 130

# How many seconds the wait is silent at most.
_SILENCE = 30


def run_probe(
    argv: Sequence[str],
    *,
    ask_user: Callable[[str], str] = input,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Ask the questions, print what was answered, and return the exit code.

    ask_user: shows a prompt and returns a line. clock: returns seconds since 1970. sleep: waits for seconds.
    """
    given = _parser().parse_args(argv)
    try:
        return _Run(given, ask_user, clock, sleep).run()
    except CannotAskError as error:
        _complain(str(error))
        return NOTHING_ASKED
    except KeyboardInterrupt:
        _complain("interrupted, and nothing was asked.")
        return INTERRUPTED


class _Run:
    """One run of the command."""

    def __init__(
        self,
        given: argparse.Namespace,
        ask_user: Callable[[str], str],
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._given = given
        self._ask_user = ask_user
        self._clock = clock
        self._sleep = sleep
        self._session = session_of(given.profile)
        self._region_name = region_of(self._session, given.region)
        self._clients = clients_of(self._session, given.endpoint_url)
        endpoint_url = str(self._clients("rekognition", self._region_name).meta.endpoint_url)
        #: None for AWS.
        self._endpoint_url = None if is_aws(endpoint_url) else endpoint_url
        #: The prefix of the objects of this run.
        self._prefix = f"moto-liveness-probe-{uuid4().hex}"

    def run(self) -> int:
        _check_mock()
        _check_writable(self._given.json)
        questions = self._questions()
        strict_regions = self._endpoint_url is None
        mocked = ask_the_mock(questions, self._session, self._region_name, strict_regions=strict_regions)
        _say(*self._plan(questions, mocked).lines())
        if not self._given.yes and not self._agreed():
            _say("Nothing was asked.")
            return NOTHING_ASKED
        # Whether anything can be asked at all.
        self._service().session()
        results: list[Result] = []
        try:
            self._compare(questions, mocked, results)
        except KeyboardInterrupt:
            _say(*report.details(results))
            no_record = "" if self._given.json is None else " No record was written."
            _complain(f"interrupted after {len(results)} of {len(questions)} questions.{no_record}")
            return INTERRUPTED
        _say(*report.details(results), "", report.summary(results))
        if self._given.json is not None:
            self._write(results, self._given.json)
        if self._endpoint_url is None:
            _say(report.WHERE_TO_SEND)
        return _exit_code(results)

    def _questions(self) -> list[Question]:
        questions = list(QUESTIONS)
        if self._given.skip_waiting:
            questions = [each.left_out("--skip-waiting") if each.waits else each for each in questions]
        if self._given.bucket is None:
            questions = _without_bucket(questions, "it needs --bucket NAME")
        return questions

    def _plan(self, questions: Sequence[Question], mocked: Mocked) -> report.Plan:
        return report.Plan(
            region_name=self._region_name,
            endpoint_url=self._endpoint_url,
            questions=questions,
            # One more, which finds out whether anything can be asked.
            requests=mocked.requests + 1,
            sessions=mocked.sessions + 1,
            wait=WAIT,
            bucket=self._given.bucket,
            prefix=self._prefix,
        )

    def _agreed(self) -> bool:
        try:
            return self._ask_user("Continue? [y/N] ").strip().lower() in ("y", "yes")
        except (EOFError, RuntimeError):  # a RuntimeError if stdin or stdout is closed
            _say("")
            return False

    def _service(self) -> Service:
        bucket = self._given.bucket
        return Service(self._clients, self._region_name, self._sleep, bucket=bucket, prefix=self._prefix)

    def _compare(self, questions: list[Question], mocked: Mocked, results: list[Result]) -> None:
        if self._given.bucket is not None:
            try:
                self._service().check_bucket()
            except CannotAskError as error:
                questions = _without_bucket(questions, self._service().mask(error.why))
        needs_bucket = any(question.needs_bucket and not question.unanswerable for question in questions)
        with self._cleaned_up() if needs_bucket else contextlib.nullcontext():
            for question, outcome in ask(questions, self._service, self._wait):
                results.append(Result(question.name, mocked.outcomes[question.name], outcome))
                _say(report.row(results[-1]))

    @contextlib.contextmanager
    def _cleaned_up(self) -> Iterator[None]:
        try:
            yield
        finally:
            left = f"If there are objects under {self._prefix}/ in the bucket, delete them."
            try:
                deleted = self._service().delete_objects()
            except CannotAskError as error:
                _complain(f"{self._service().mask(error.why)}. {left}")
            except KeyboardInterrupt:
                _complain(left)
                raise
            else:
                if deleted:
                    _say(f"Deleted {checks.plural(deleted, 'object')} under the prefix.")

    def _wait(self) -> None:
        _say(f"Waiting {WAIT:.0f} seconds for the sessions to expire.")
        left = WAIT
        while left > 0:
            self._sleep(min(left, _SILENCE))
            left -= _SILENCE
            if left > 0:
                _say(f"  {left:.0f} seconds left")

    def _write(self, results: Sequence[Result], path: Path) -> None:
        record = record_of(results, self._region_name, self._endpoint_url, self._clock())
        try:
            path.write_text(json.dumps(record, indent=2) + "\n")
        except OSError as error:
            raise _unwritable(path, error) from None
        _say(f"The record is in {path}.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROG,
        description="Ask Amazon Rekognition Face Liveness what its documentation leaves open, and compare its answers "
        "with those of the mock. The command shows what it is going to do before it does it.",
        epilog="Exit codes: 0 if all that could be asked is the same, 1 if something is different, 2 if nothing was "
        "asked or the answers could not be written, 130 after Ctrl-C.",
    )
    parser.add_argument(
        "--region", metavar="NAME", help="the region to ask; by default that of the profile, or us-east-1"
    )
    parser.add_argument("--profile", metavar="NAME", help="the profile of boto3 with the credentials")
    parser.add_argument(
        "--endpoint-url", type=_endpoint, metavar="URL", help="ask this endpoint, such as a moto_liveness_server"
    )
    parser.add_argument(
        "--bucket", type=_bucket, metavar="NAME", help="a bucket in the region, for the questions that need one"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write a record of the masked answers")
    parser.add_argument("--skip-waiting", action="store_true", help="leave out the questions that take three minutes")
    parser.add_argument("--yes", action="store_true", help="ask at once, without a prompt")
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


def _check_mock() -> None:
    server = _compat.server_endpoint()
    if server is not None:
        raise Failure.MOCK_ELSEWHERE.error(server=server)


def _check_writable(path: Path | None) -> None:
    """Raise CannotAskError now, and not after three minutes."""
    if path is None:
        return
    # What a link points to, so that the link stays.
    target = Path(os.path.realpath(path))
    try:
        existed = target.exists()
        target.open("a").close()
    except OSError as error:
        raise _unwritable(path, error) from None
    if not existed:
        target.unlink()


def _unwritable(path: Path, error: OSError) -> CannotAskError:
    return Failure.RECORD_NOT_WRITABLE.error(path=path, text=error.strerror)


def _without_bucket(questions: Sequence[Question], why: str) -> list[Question]:
    return [question.left_out(why) if question.needs_bucket else question for question in questions]


def _exit_code(results: Sequence[Result]) -> int:
    verdicts = {result.verdict for result in results}
    if DIFFERENT in verdicts:
        return SOME_DIFFERENT
    return NOTHING_ASKED if verdicts == {NOT_ASKED} else ALL_SAME


def _say(*lines: str) -> None:
    if sys.stdout is None:  # it was closed before the command started
        return
    try:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except OSError as error:
        # Python would flush it again as it exits, and fail: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        sys.stdout = None
        raise Failure.REPORT_NOT_WRITABLE.error(text=error.strerror) from None


def _complain(sentence: str) -> None:
    if sys.stderr is not None:
        sys.stderr.write(f"{PROG}: {sentence}\n")
