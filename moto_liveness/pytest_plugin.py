"""The pytest plugin: the fixture and the marker face_liveness, and a section in the report of a failed test.

PYTEST_DONT_REWRITE: there is no assert to rewrite. Every pytest run imports this module, so it imports nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

if TYPE_CHECKING:
    from moto_liveness import ApiError, Expired, FaceLiveness
    from moto_liveness.outcomes import Step

_INI = "face_liveness_assert_all_used"
_HANDLE = pytest.StashKey["FaceLiveness"]()
_PASSED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    parser.addini(
        _INI,
        "whether a face liveness seed that no code used is an error at the end of its test",
        type="bool",
        default=True,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "face_liveness(*steps, assert_all_used=True, after_expiry=Expired()): "
        "mock Rekognition Face Liveness with the fixture of this name, and queue the steps of one session.",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a marked test the fixture, before any other, whether or not it takes it as an argument."""
    for item in items:
        names = getattr(item, "fixturenames", None)
        if names is not None and item.get_closest_marker("face_liveness") and "face_liveness" not in names:
            names.insert(0, "face_liveness")


@pytest.fixture
def face_liveness(request: pytest.FixtureRequest) -> Generator[FaceLiveness, None, None]:
    """Mock AWS for this test, and say what happens to the person in front of the camera.

    A moto_liveness.FaceLiveness, inside its own `with` block. The marker of the same name takes the steps of a first
    session, assert_all_used and after_expiry.
    """
    __tracebackhide__ = True
    from moto_liveness import FaceLiveness

    marked = _marked(request.node)
    ini: bool = request.config.getini(_INI)
    assert_all_used = ini if marked.assert_all_used is None else marked.assert_all_used
    stash = request.node.stash
    stash[_PASSED] = False
    with FaceLiveness(assert_all_used=False) as handle:
        if marked.steps:
            handle.queue(*marked.steps)
        if marked.after_expiry is not None:
            handle.set_after_expiry(marked.after_expiry)
        stash[_HANDLE] = handle
        yield handle
        del stash[_HANDLE]
        if stash[_PASSED] and assert_all_used:
            _fail_without_traceback(handle.assert_all_used)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Note whether the test passed; add the calls to the report of one that failed."""
    report: pytest.TestReport = (yield).get_result()
    handle = item.stash.get(_HANDLE, None)
    if handle is None:
        return
    item.stash[_PASSED] = report.when == "call" and report.passed
    if report.failed:
        from moto_liveness.control import call_log
        from moto_liveness.reporting import SECTION

        report.sections.append((SECTION, call_log(handle)))


def _fail_without_traceback(check: Callable[[], None]) -> None:
    """Let a check fail the test with its message alone: the traceback would only lead here."""
    try:
        check()
    except AssertionError as error:
        message = str(error)
    else:
        return
    pytest.fail(f"AssertionError: {message}", pytrace=False)


class _Marked(NamedTuple):
    """What the markers of a test say: the nearest one wins, as everywhere in pytest."""

    steps: tuple[Step, ...]
    assert_all_used: bool | None
    after_expiry: Expired | ApiError | None


def _marked(node: pytest.Item) -> _Marked:
    markers = list(node.iter_markers("face_liveness"))
    options: dict[str, Any] = {}
    for marker in reversed(markers):
        options |= marker.kwargs
    unknown = [name for name in options if name not in _Marked._fields[1:]]
    if unknown:
        from moto_liveness import checks

        suggestion = checks.suggestion(unknown[0], _Marked._fields[1:])
        pytest.fail(f"the marker face_liveness has no argument {unknown[0]!r}. {suggestion}", pytrace=False)
    steps = next((marker.args for marker in markers if marker.args), ())
    return _Marked(steps, options.get("assert_all_used"), options.get("after_expiry"))
