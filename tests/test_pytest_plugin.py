"""The pytest plugin: fixture, marker, teardown error and report section, in test suites of their own."""

from __future__ import annotations

import pytest

from tests.test_blocks import needs_notes

CODE = """
    import boto3
    import pytest
    from moto import mock_aws
    from moto_liveness import *

    rekognition = boto3.client("rekognition", "us-east-1")

    def start_check():
        return rekognition.create_face_liveness_session()["SessionId"]

    def status(session_id):
        return rekognition.get_face_liveness_session_results(SessionId=session_id)["Status"]
"""


@pytest.fixture
def run(pytester: pytest.Pytester):
    """Run a test suite that has the code above and the given tests, in this process."""
    pytester.makepyfile(code_under_test=CODE)

    def run_tests(tests: str, *arguments: str) -> pytest.RunResult:
        path = pytester.makepyfile("from code_under_test import *\n" + "\n".join(_dedented(tests)))
        return pytester.runpytest(path, "-W", "error", *arguments)

    return run_tests


def _dedented(tests: str) -> list[str]:
    lines = tests.strip("\n").splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return [line[indent:] for line in lines]


def section(result: pytest.RunResult, title: str) -> list[str]:
    """Return the lines of a part of pytest's output, from its title to the next one."""
    lines = result.outlines
    start = next(n for n, line in enumerate(lines) if title in line) + 1
    end = next(n for n, line in enumerate(lines[start:], start) if line.startswith(("---", "===", "___")))
    return [line for line in lines[start:end] if line]


def test_the_fixture_mocks_and_seeds(run) -> None:
    result = run("""
        def test_a_live_person(face_liveness):
            face_liveness.queue(Succeeded(confidence=97.3))
            assert status(start_check()) == "SUCCEEDED"
    """)

    result.assert_outcomes(passed=1)


def test_the_fixture_and_the_decorator_go_together(run) -> None:
    result = run("""
        @mock_aws
        def test_a_live_person(face_liveness):
            face_liveness.queue(Succeeded(confidence=97.3))
            assert status(start_check()) == "SUCCEEDED"
    """)

    result.assert_outcomes(passed=1)


def test_the_fixture_inside_a_mock_of_the_suite_leaves_nothing_behind(run) -> None:
    result = run("""
        @pytest.fixture(scope="module", autouse=True)
        def aws():
            with mock_aws():
                yield

        def test_first(face_liveness):
            face_liveness.set_default(Succeeded(confidence=97.3))
            assert status(start_check()) == "SUCCEEDED"

        def test_second(face_liveness):
            assert face_liveness.sessions == []
            face_liveness.queue(Created())
            assert status(start_check()) == "CREATED"
    """)

    result.assert_outcomes(passed=2)


def test_the_marker_queues_the_steps_of_one_session(run) -> None:
    result = run("""
        @pytest.mark.face_liveness(InProgress(), Succeeded(confidence=97.3))
        def test_with_the_fixture(face_liveness):
            session_id = start_check()
            assert [status(session_id), status(session_id)] == ["IN_PROGRESS", "SUCCEEDED"]

        @pytest.mark.face_liveness(Failed())
        def test_without_the_fixture():
            assert status(start_check()) == "FAILED"
    """)

    result.assert_outcomes(passed=2)


def test_the_nearest_marker_wins(run) -> None:
    result = run("""
        @pytest.mark.face_liveness(Failed(), assert_all_used=False)
        class TestCheck:
            def test_of_the_class(self):
                assert status(start_check()) == "FAILED"

            @pytest.mark.face_liveness(Succeeded(confidence=97.3))
            def test_of_its_own(self, face_liveness):
                assert status(start_check()) == "SUCCEEDED"
                face_liveness.queue(Expired())
    """)

    result.assert_outcomes(passed=2)


def test_the_marker_works_on_a_unittest_test_case(run) -> None:
    result = run("""
        import unittest

        class CheckTest(unittest.TestCase):
            @pytest.mark.face_liveness(Failed())
            def test_failed(self):
                self.assertEqual(status(start_check()), "FAILED")
    """)

    result.assert_outcomes(passed=1)


@needs_notes
def test_a_failed_assertion_of_a_decorated_test_case_has_the_calls_as_a_note(run) -> None:
    result = run("""
        import unittest

        @FaceLiveness()
        class CheckTest(unittest.TestCase):
            def test_failed(self):
                FaceLiveness().queue(Failed())
                self.assertEqual(status(start_check()), "SUCCEEDED")
    """)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            '*self.assertEqual(status(start_check()), "SUCCEEDED")',
            "*Captured face liveness calls:",
            "*CreateFaceLivenessSession in us-east-1 -> session *",
            "*GetFaceLivenessSessionResults in us-east-1, session * -> FAILED",
        ]
    )


def test_the_marker_chooses_what_comes_after_expiry(run) -> None:
    result = run("""
        from time_machine import travel

        @pytest.mark.face_liveness(after_expiry=ApiError("SessionNotFoundException"))
        def test_late():
            with travel("2026-03-01T12:00Z", tick=False) as clock:
                session_id = start_check()
                clock.shift(180)
                with pytest.raises(rekognition.exceptions.SessionNotFoundException):
                    status(session_id)
    """)

    result.assert_outcomes(passed=1)


def test_the_marker_chooses_what_refuses_an_invalid_bucket(run) -> None:
    result = run("""
        pytestmark = pytest.mark.face_liveness(after_expiry=ApiError("SessionNotFoundException"), output_check="create")

        @pytest.mark.face_liveness(output_check="stream")
        def test_invalid_bucket():
            rekognition.create_face_liveness_session(Settings={"OutputConfig": {"S3Bucket": "nowhere"}})
    """)

    result.assert_outcomes(passed=1)


def test_the_marker_is_declared(run) -> None:
    result = run(
        """
        @pytest.mark.face_liveness
        def test_nothing():
            pass
    """,
        "--strict-markers",
    )

    result.assert_outcomes(passed=1)


def test_the_marker_and_the_ini_option_are_documented(pytester: pytest.Pytester) -> None:
    markers = pytester.runpytest("--markers")
    options = pytester.runpytest("--help")

    options_of_a_block = "assert_all_used=True, assert_all_seeded=True, strict_regions=False"
    arguments = f"[*]steps, {options_of_a_block}, after_expiry=Expired(), output_check='create'"
    markers.stdout.fnmatch_lines([f"@pytest.mark.face_liveness({arguments}): *"])
    options.stdout.fnmatch_lines(
        [f"*face_liveness_{name} (bool):*" for name in ("assert_all_used", "assert_all_seeded", "strict_regions")]
    )


def test_the_fixture_is_documented(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest("--fixtures")

    result.stdout.fnmatch_lines(["face_liveness*", "*Mock AWS for this test, and script the outcome of its Face*"])


def test_a_suite_can_require_the_plugin(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nrequired_plugins = moto-liveness")
    pytester.makepyfile("def test_it(): pass")

    missing = pytester.runpytest_subprocess("-p", "no:moto_liveness")

    missing.stderr.fnmatch_lines(["ERROR: Missing required plugins: moto-liveness"])
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_a_misspelt_argument_of_the_marker_is_named(run) -> None:
    result = run("""
        @pytest.mark.face_liveness(asert_all_used=False)
        def test_nothing():
            pass
    """)

    result.assert_outcomes(errors=1)
    place = "test_a_misspelt_argument_of_the_marker_is_named.py::test_nothing"
    message = "argument 'asert_all_used' does not exist. Did you mean 'assert_all_used'?"
    assert section(result, "ERROR at setup of test_nothing") == [f"the marker face_liveness of {place}: {message}"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            "'SUCCEEDED'",
            "expected a step (Created, InProgress, Succeeded, Failed, Expired, ApiError), got 'SUCCEEDED'",
        ),
        ("after_expiry=Failed()", "only EXPIRED or an error can come after the three minutes, not FAILED"),
        ("output_check='poll'", "when 'poll' does not exist. Choose from: create, stream."),
        ("assert_all_used='no'", "assert_all_used must be true or false, not 'no'"),
    ],
)
def test_a_wrong_marker_is_answered_in_one_line(run, arguments: str, message: str) -> None:
    result = run(f"""
        @pytest.mark.face_liveness({arguments})
        def test_nothing():
            pass
    """)

    result.assert_outcomes(errors=1)
    place = "test_a_wrong_marker_is_answered_in_one_line.py::test_nothing"
    assert section(result, "ERROR at setup of test_nothing") == [f"the marker face_liveness of {place}: {message}"]


def test_the_fixture_of_a_marked_test_comes_behind_those_of_a_wider_scope(run) -> None:
    result = run("""
        @pytest.fixture(scope="session", autouse=True)
        def aws():
            with mock_aws():
                FaceLiveness().add_session(session_id="11111111-2222-3333-4444-555555555555")
                yield

        @pytest.mark.face_liveness(Failed())
        def test_marked():
            assert status(start_check()) == "FAILED"

        def test_afterwards():
            assert status("11111111-2222-3333-4444-555555555555") == "CREATED"
    """)

    result.assert_outcomes(passed=2)


def test_a_marker_that_is_added_during_the_collection_counts(run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        import pytest

        def pytest_collection_modifyitems(items):
            from moto_liveness import Failed
            items[0].add_marker(pytest.mark.face_liveness(Failed()))
    """)

    result = run("""
        def test_it():
            assert status(start_check()) == "FAILED"
    """)

    result.assert_outcomes(passed=1)


def test_a_marker_on_something_else_than_a_function_is_left_alone(run, pytester: pytest.Pytester) -> None:
    pytester.makefile(".txt", test_doc=">>> 1 + 1\n2\n")
    pytester.makeconftest("""
        import pytest

        def pytest_collection_modifyitems(items):
            items[0].add_marker(pytest.mark.face_liveness)
    """)

    pytester.runpytest("test_doc.txt").assert_outcomes(passed=1)


def test_an_unmarked_test_sets_up_no_fixture_of_ours(run) -> None:
    result = run(
        """
        def test_it():
            pass
    """,
        "--setup-plan",
    )

    result.stdout.no_fnmatch_line("*face_liveness*")


def test_the_fixture_of_a_marked_test_comes_before_those_of_the_test(run) -> None:
    result = run("""
        @pytest.fixture
        def session_id():
            return start_check()

        @pytest.mark.face_liveness(Failed())
        def test_it(session_id):
            assert status(session_id) == "FAILED"
    """)

    result.assert_outcomes(passed=1)


def test_one_marked_parameter_leaves_the_others_alone(run) -> None:
    result = run("""
        from moto.core.models import MockAWS

        @pytest.mark.parametrize("mocks", [0, pytest.param(1, marks=pytest.mark.face_liveness)])
        def test_it(mocks):
            assert MockAWS._nested_count == mocks
    """)

    result.assert_outcomes(passed=2)


def test_a_failed_part_of_a_test_gets_no_second_error(run) -> None:
    result = run("""
        import unittest

        class CheckTest(unittest.TestCase):
            @pytest.mark.face_liveness(Failed())
            def test_parts(self):
                with self.subTest("one"):
                    self.fail("by itself")
    """)

    assert result.parseoutcomes().get("errors", 0) == 0
    assert result.ret == 1


def test_a_misused_outcome_shows_none_of_our_frames(run) -> None:
    result = run("""
        def test_it(face_liveness):
            face_liveness.add_session().set_outcome("SUCCEEDED")
    """)

    result.stdout.fnmatch_lines(["E       TypeError: expected a step (Created, *), got 'SUCCEEDED'"])
    result.stdout.no_fnmatch_line("*moto_liveness*.py*")


def test_aiobotocore_inside_mock_aws_is_told_to_take_a_server(run) -> None:
    result = run("""
        def test_it(face_liveness):
            # aiobotocore/endpoint.py awaits the bytes of a response.
            exec("raise TypeError(\\"object bytes can't be used in 'await' expression\\")",
                 {"__name__": "aiobotocore.endpoint"})
    """)

    assert section(result, "Captured face liveness calls") == [
        "No face liveness call was answered.",
        "aiobotocore cannot read the answers of mock_aws: take the fixture face_liveness_server.",
    ]


@pytest.mark.parametrize(
    ("arrange", "error"),
    [
        ("", "moto_liveness.core.unseeded.UnseededSessionError: session * was polled, but nothing was queued for it *"),
        (
            "face_liveness.queue_exception(ConnectionClosedError(endpoint_url='x'))",
            "botocore.exceptions.ConnectionClosedError: *",
        ),
    ],
)
def test_an_error_that_the_mock_raises_ends_at_the_line_that_calls_the_client(
    run, monkeypatch: pytest.MonkeyPatch, arrange: str, error: str
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    tests = f"""
        from botocore.exceptions import ConnectionClosedError

        def test_it(face_liveness):
            {arrange}
            status(start_check())
    """

    short, full = run(tests), run(tests, "--full-trace")

    short.stdout.fnmatch_lines(
        [">       return rekognition.get_face_liveness_session_results(SessionId=session_id)*", f"E       {error}"]
    )
    short.stdout.fnmatch_lines(["code_under_test.py:*: *Error"])
    short.stdout.no_fnmatch_line("*hooks.py*")
    full.stdout.fnmatch_lines(["*hooks.py*"])


@pytest.mark.parametrize("raised", ["Refused() from error", "Refused()"])
def test_the_error_of_the_mock_ends_at_the_client_below_an_exception_of_the_code_under_test(run, raised: str) -> None:
    result = run(f"""
        class Refused(Exception):
            pass

        def test_it(face_liveness):
            try:
                status(start_check())
            except Exception as error:
                raise {raised}
    """)

    result.stdout.fnmatch_lines(["code_under_test.py:*: UnseededSessionError", "", "*", "", ">*raise Refused()*"])
    result.stdout.no_fnmatch_line("*hooks.py*")


@pytest.mark.parametrize("cause", ["ValueError()", "error"])
def test_a_cause_without_a_traceback_and_a_circle_of_causes_do_not_disturb_the_report(run, cause: str) -> None:
    result = run(f"""
        def test_it(face_liveness):
            error = KeyError("mine")
            error.__cause__ = LookupError("other")
            error.__cause__.__cause__ = {cause}
            raise error
    """)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E       KeyError: 'mine'"])


def test_an_unused_seed_fails_a_test_that_passed_and_shows_none_of_our_frames(run) -> None:
    result = run("""
        def test_a_live_person(face_liveness):
            face_liveness.queue(Succeeded(confidence=97.3))
            face_liveness.queue_error("ThrottlingException", times=2)
    """)

    result.assert_outcomes(passed=1, errors=1)
    file = "test_an_unused_seed_fails_a_test_that_passed_and_shows_none_of_our_frames.py"
    assert section(result, "ERROR at teardown of test_a_live_person") == [
        "AssertionError: 2 seeds were never used:",
        f"  - queue(Succeeded(confidence=97.3)), queued at {file}:3",
        (
            "  - queue_error('ThrottlingException', operation='GetFaceLivenessSessionResults', times=2), "
            f"queued at {file}:4: raised 0 of 2 times"
        ),
        "No session was created.",
        'If this is on purpose, see "For one seed" and "For one test" in docs/unused-seeds.md of the repository.',
    ]


@pytest.mark.parametrize(
    "silenced",
    [
        "@pytest.mark.face_liveness(assert_all_used=False)\ndef test_it(face_liveness): face_liveness.queue(Failed())",
        "def test_it(face_liveness): face_liveness.queue(Failed(), optional=True)",
    ],
    ids=["marker", "optional"],
)
def test_an_unused_seed_can_be_on_purpose(run, silenced: str) -> None:
    run(silenced).assert_outcomes(passed=1)


def test_the_ini_option_is_the_default(run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nface_liveness_assert_all_used = false\n")

    result = run("""
        def test_by_default(face_liveness):
            face_liveness.queue(Failed())

        @pytest.mark.face_liveness(assert_all_used=True)
        def test_with_the_marker(face_liveness):
            face_liveness.queue(Failed())
    """)

    result.assert_outcomes(passed=2, errors=1)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [("assert False", "failed"), ("pytest.skip('why')", "skipped"), ("pytest.xfail('why')", "xfailed")],
)
def test_a_test_that_did_not_pass_gets_no_second_error(run, body: str, outcome: str) -> None:
    result = run(f"""
        def test_it(face_liveness):
            face_liveness.queue(Failed())
            {body}
    """)

    result.assert_outcomes(**{outcome: 1})


def test_a_test_that_failed_by_itself_shows_its_calls(run) -> None:
    result = run("""
        def test_a_live_person(face_liveness):
            face_liveness.add_session(Failed(), session_id="11111111-2222-3333-4444-555555555555")
            assert status("11111111-2222-3333-4444-555555555555") == "SUCCEEDED"
    """)

    result.assert_outcomes(failed=1)
    assert section(result, "Captured face liveness calls") == [
        "GetFaceLivenessSessionResults in us-east-1, session 11111111-2222-3333-4444-555555555555 -> FAILED"
    ]


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (
            "raise NoCredentialsError",
            (
                "NoCredentialsError: the client was made before the mock set dummy credentials. Set them for all "
                "tests: AWS_ACCESS_KEY_ID=testing and AWS_SECRET_ACCESS_KEY=testing."
            ),
        ),
        (
            "boto3.Session().client('rekognition')",
            "NoRegionError: the client got no region. Set one for all tests: AWS_DEFAULT_REGION=us-east-1.",
        ),
        (
            "error = OSError(); error.__cause__ = NoRegionError(); raise RuntimeError('no check') from error",
            "NoRegionError: the client got no region. Set one for all tests: AWS_DEFAULT_REGION=us-east-1.",
        ),
        (
            "raise RuntimeError('no check') from EndpointConnectionError(endpoint_url='http://127.0.0.1:5000')",
            (
                "EndpointConnectionError: the client has an endpoint_url, and no server answers there. Take the one of "
                "face_liveness_server, or none inside mock_aws."
            ),
        ),
    ],
)
def test_a_test_whose_call_was_not_sent_says_why(run, monkeypatch: pytest.MonkeyPatch, body: str, hint: str) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "none")
    result = run(f"""
        from botocore.exceptions import *

        def test_it(face_liveness):
            {body}
    """)

    result.assert_outcomes(failed=1)
    assert section(result, "Captured face liveness calls") == ["No face liveness call was answered.", hint]


def test_a_test_that_passed_shows_no_calls(run) -> None:
    result = run(
        """
        def test_it(face_liveness):
            start_check()
    """,
        "-rA",
    )

    result.stdout.no_fnmatch_line("*Captured face liveness calls*")


def test_a_failed_setup_of_another_fixture_shows_the_calls_too(run) -> None:
    result = run("""
        @pytest.fixture
        def checked(face_liveness):
            face_liveness.queue(Failed(), Expired())
            start_check()
            assert False

        def test_it(checked):
            pass
    """)

    result.assert_outcomes(errors=1)
    assert section(result, "Captured face liveness calls")[0].startswith("CreateFaceLivenessSession in us-east-1 -> ")


def test_misuse_shows_the_line_of_the_test_and_none_of_ours(run) -> None:
    result = run("""
        def test_it(face_liveness):
            face_liveness.queue(Succeeded(confidence=973))
    """)

    result.stdout.fnmatch_lines(
        [
            ">       face_liveness.queue(Succeeded(confidence=973))",
            "E       ValueError: confidence must be a percentage between 0 and 100, not 973",
        ]
    )
    result.stdout.no_fnmatch_line("*moto_liveness*.py*")


def test_a_wrong_value_in_a_parametrization_fails_on_its_line(run) -> None:
    result = run("""
        @pytest.mark.parametrize("step", [Succeeded(confidence=973)])
        def test_it(step):
            pass
    """)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E   ValueError: confidence must be a percentage between 0 and 100, not 973"])


def test_tests_without_face_liveness_are_left_alone(run) -> None:
    result = run("""
        def test_passes():
            pass

        def test_fails():
            assert False
    """)

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*face liveness*")


def test_a_test_that_is_run_again_starts_anew(run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):  # as pytest-rerunfailures does it
            for _ in range(2):
                item._initrequest()
                runtestprotocol(item, nextitem=nextitem)
            return True
    """)

    result = run("""
        def test_it(face_liveness):
            assert face_liveness.sessions == []
            face_liveness.set_default(Failed())
            assert status(start_check()) == "FAILED"
    """)

    result.assert_outcomes(passed=2)
