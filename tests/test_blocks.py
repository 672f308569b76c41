"""The block: as a decorator, in coroutines, and what it adds to a failure."""

from __future__ import annotations

import asyncio
import sys
import unittest
from collections.abc import Iterator

import pytest

from moto_liveness import FaceLiveness, Failed
from moto_liveness.control.face_liveness import call_log
from tests import aws
from tests.aws import ALIVE, create, status
from tests.test_messages import ADVICE

needs_notes = pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions have notes since Python 3.11")


def test_a_function_can_be_decorated() -> None:
    @FaceLiveness()
    def check(confidence: float) -> str:
        """Check."""
        FaceLiveness().queue(Failed(confidence=confidence))
        return status(create())

    assert (check(10.0), check(confidence=20.0), check.__doc__) == ("FAILED", "FAILED", "Check.")


def test_a_decorated_function_is_checked() -> None:
    handle = FaceLiveness()

    @handle
    def check() -> None:
        handle.queue(ALIVE)

    with pytest.raises(AssertionError, match="1 seed was never used"):
        check()


def test_a_coroutine_function_is_awaited_inside_the_block() -> None:
    @FaceLiveness()
    async def check() -> str:
        await asyncio.sleep(0)
        FaceLiveness().queue(ALIVE)
        return status(create())

    assert asyncio.run(check()) == "SUCCEEDED"


@pytest.mark.parametrize("what", [5, "x", None])
def test_only_what_can_be_called_can_be_decorated(what: object) -> None:
    with pytest.raises(TypeError) as error:
        FaceLiveness()(what)  # type: ignore[type-var]

    assert str(error.value) == f"a block decorates a function, a coroutine function or a class, not {what!r}"


def test_a_generator_cannot_be_decorated() -> None:
    def fixture() -> Iterator[int]:
        yield 1

    with pytest.raises(TypeError) as error:
        FaceLiveness()(fixture)

    assert str(error.value) == (
        "a block cannot decorate fixture: it is a generator, which runs after the block has ended. "
        "Write `with FaceLiveness() as face_liveness:` around its yield."
    )


def test_async_with_is_the_same_block() -> None:
    async def check() -> str:
        async with FaceLiveness() as face_liveness:
            face_liveness.queue(ALIVE)
            return status(create())

    assert asyncio.run(check()) == "SUCCEEDED"


def test_each_test_of_a_plain_class_has_a_block() -> None:
    class Base:
        def test_inherited(self) -> int:
            return len(FaceLiveness().sessions)

    @FaceLiveness()
    class TestCheck(Base):
        tested = "an attribute"

        @staticmethod
        def test_static() -> int:
            return len(FaceLiveness().sessions)

        def test_one(self) -> list[object]:
            create()
            return [session.id for session in FaceLiveness().sessions]

        def helper(self) -> str:
            return "no block"

    assert len(TestCheck().test_one()) == len(TestCheck().test_one()) == 1
    assert (TestCheck().test_inherited(), TestCheck.test_static()) == (0, 0)
    assert (TestCheck().helper(), TestCheck.tested) == ("no block", "an attribute")


def run(case: type[unittest.TestCase]) -> unittest.TestResult:
    return unittest.defaultTestLoader.loadTestsFromTestCase(case).run(unittest.TestResult())


def test_the_block_of_a_test_case_lasts_from_before_set_up_until_after_tear_down() -> None:
    seen: list[int] = []

    @FaceLiveness()
    class CheckTest(unittest.TestCase):
        def setUp(self) -> None:
            FaceLiveness().queue(ALIVE)

        def test_it(self) -> None:
            assert status(create()) == "SUCCEEDED"

        def tearDown(self) -> None:
            seen.append(len(FaceLiveness().calls))

    result = run(CheckTest)

    assert (result.wasSuccessful(), result.testsRun, seen) == (True, 1, [2])


def test_a_test_case_is_checked_once() -> None:
    handle = FaceLiveness()

    @handle
    class CheckTest(unittest.TestCase):
        def test_unused(self) -> None:
            handle.queue(ALIVE)

        def test_failed_by_itself(self) -> None:
            handle.queue(ALIVE)
            self.fail("by itself")

        def test_failed_in_a_subtest(self) -> None:
            handle.queue(ALIVE)
            with self.subTest():
                self.fail("by itself")

        def test_failed_in_tear_down(self) -> None:
            handle.queue(ALIVE)

        def tearDown(self) -> None:
            assert "tear_down" not in self.id(), "by itself"

    result = run(CheckTest)

    problems = [text for _, text in [*result.failures, *result.errors]]
    assert (len(problems), sum("by itself" in text for text in problems)) == (4, 3)
    assert sum(text.endswith(f"{ADVICE}\n") for text in problems) == 1


def test_a_decorated_test_case_can_be_debugged() -> None:
    FailingTest("test_passes").debug()


@FaceLiveness(assert_all_used=False)
class FailingTest(unittest.TestCase):
    """Fails in each of its parts, when a test runs it."""

    __test__ = False

    def setUp(self) -> None:
        FaceLiveness().queue(Failed())
        assert "set_up" not in self.id(), "of setUp"

    def tearDown(self) -> None:
        assert "tear_down" not in self.id(), "of tearDown"

    def test_itself(self) -> None:
        assert status(create()) == "SUCCEEDED", "of the test"

    def test_in_a_subtest(self) -> None:
        with self.subTest("part", number=1):
            assert status(create()) == "SUCCEEDED", "of a subtest"

    def test_passes(self) -> None: ...

    def test_set_up(self) -> None: ...

    def test_tear_down(self) -> None: ...


FAILURES = {
    "test_itself": 'assert status(create()) == "SUCCEEDED", "of the test"',
    "test_in_a_subtest": 'assert status(create()) == "SUCCEEDED", "of a subtest"',
    "test_set_up": 'assert "set_up" not in self.id(), "of setUp"',
    "test_tear_down": 'assert "tear_down" not in self.id(), "of tearDown"',
}


@pytest.mark.parametrize("name", FAILURES)
def test_unittest_shows_the_line_that_failed_and_no_other(name: str) -> None:
    result = unittest.TestResult()
    FailingTest(name).run(result)

    ((_, text),) = result.failures
    frames = [line for line in text.splitlines() if line.startswith("  File")]
    assert (len(frames), FAILURES[name] in text) == (1, True)


def test_unittest_shows_the_line_that_failed_in_a_decorated_method() -> None:
    class MethodTest(unittest.TestCase):
        @FaceLiveness()
        def test_it(self) -> None:
            self.fail("by itself")

    ((_, text),) = run(MethodTest).failures

    assert 'self.fail("by itself")' in text


@needs_notes
@pytest.mark.parametrize("name", ["test_itself", "test_in_a_subtest"])
def test_a_failed_assertion_of_a_test_case_has_the_calls_as_a_note(name: str) -> None:
    result = unittest.TestResult()
    FailingTest(name).run(result)

    ((_, text),) = result.failures
    assert text.count("Captured face liveness calls:\nCreateFaceLivenessSession in us-east-1 -> session ") == 1
    assert text.splitlines()[-1].endswith(" -> FAILED")


@needs_notes
def test_an_assertion_that_leaves_a_block_has_the_calls_as_a_note() -> None:
    with pytest.raises(AssertionError) as error, FaceLiveness() as face_liveness:
        session = face_liveness.add_session(Failed())
        assert status(session.id) == "SUCCEEDED"

    assert error.value.__notes__ == [
        f"Captured face liveness calls:\nGetFaceLivenessSessionResults in us-east-1, session {session.id} -> FAILED"
    ]


@needs_notes
def test_other_exceptions_get_no_note() -> None:
    with pytest.raises(KeyError) as error, FaceLiveness():
        raise KeyError

    assert not hasattr(error.value, "__notes__")


def test_a_block_ends_once() -> None:
    with FaceLiveness() as face_liveness:
        pass

    with pytest.raises(RuntimeError) as error:
        face_liveness.__exit__(None, None, None)

    assert str(error.value) == "this handle has no open block: it has already ended, or was never entered"


def test_the_report_has_the_calls_of_an_inner_block_that_an_exception_left(face_liveness: FaceLiveness) -> None:
    with pytest.raises(KeyError), FaceLiveness(endpoint_url=aws.ENDPOINT) as inner:
        inner.queue(ALIVE, optional=True)
        session_id = create(ClientRequestToken="once")
        raise KeyError("a bug of the code under test")

    first, *rest = call_log(face_liveness).splitlines()
    assert first == "No face liveness call was answered."
    assert not rest[-1].startswith("Clients")
    assert rest[:2] == ["", "An inner block ended with KeyError, after these calls:"]
    assert rest[2].startswith(f"CreateFaceLivenessSession in us-east-1 -> session {session_id} (queue(")
