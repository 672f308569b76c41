"""The pytest plugin: the fixture and marker face_liveness, the server fixture, and the section of a failed test.

PYTEST_DONT_REWRITE: it has no assert to rewrite. Every pytest run imports it, so it imports nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from moto_liveness import FaceLiveness, FaceLivenessServer

_T = TypeVar("_T")

_INI = "face_liveness_assert_all_used"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option."""
    parser.addini(
        _INI, "whether an unused face liveness seed is an error at the end of its test", type="bool", default=True
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "face_liveness(*steps, assert_all_used=True, after_expiry=Expired()): "
        "mock Rekognition Face Liveness with the fixture of this name, and queue the steps of one session.",
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Give every marked test the fixture, whether or not it takes it as an argument."""
    for item in session.items:
        if item.get_closest_marker("face_liveness") is not None and isinstance(item, pytest.Function):
            # The parameters of one test share the old list. The last fixture is set up after those of a wider scope.
            item.fixturenames = [*item.fixturenames, "face_liveness"]


@pytest.fixture
def face_liveness(request: pytest.FixtureRequest) -> Generator[FaceLiveness, None, None]:
    """Mock AWS for this test, and script the outcome of its Face Liveness checks.

    A moto_liveness.FaceLiveness inside its own `with` block. The marker of the same name takes the steps of a first
    session, assert_all_used and after_expiry.
    """
    from moto_liveness import FaceLiveness

    with FaceLiveness(assert_all_used=False) as handle:
        assert_all_used = _without_traceback("the marker face_liveness: ", lambda: _apply_markers(handle, request))
        reports = _Reports(handle, request.node)
        # Registered for this test only: a hook of this module would cost every test of every suite.
        request.config.pluginmanager.register(reports)
        yield handle
        request.config.pluginmanager.unregister(reports)
        if assert_all_used and reports.passed:
            _without_traceback("AssertionError: ", handle.assert_all_used)


@pytest.fixture(scope="session")
def face_liveness_server() -> Generator[FaceLivenessServer, None, None]:
    """Serve AWS on a free port of 127.0.0.1, for clients that mock_aws does not reach.

    A moto_liveness.FaceLivenessServer: endpoint_url is for the clients, face_liveness for the test. It lives as long as
    the test session; `with face_liveness_server.face_liveness as face_liveness:` takes back what one test seeded.
    """
    from moto_liveness import FaceLivenessServer

    with FaceLivenessServer() as server:
        yield server


class _Reports:
    """The reports of one test: whether it passed, and the section with the calls if it failed."""

    def __init__(self, handle: FaceLiveness, item: pytest.Item) -> None:
        self._handle = handle
        self._item = item
        self._failed = False
        self._called = False

    @property
    def passed(self) -> bool:
        """Whether the test passed, with all of its subtests, which report themselves before the test does."""
        return self._called and not self._failed

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, Any, None]:
        report: pytest.TestReport = (yield).get_result()
        if item is not self._item:
            return
        self._failed |= report.failed
        self._called = report.when == "call" and report.passed
        if report.failed:
            from moto_liveness.control.face_liveness import call_log
            from moto_liveness.control.reporting import SECTION

            report.sections.append((SECTION, call_log(self._handle)))


def _apply_markers(handle: FaceLiveness, request: pytest.FixtureRequest) -> bool:
    """Do what the markers of a test say, and return whether it must use all of its seeds.

    Each argument comes from the nearest marker that gives it.
    """
    from moto_liveness.core import checks

    markers = list(request.node.iter_markers("face_liveness"))
    options: dict[str, Any] = {}
    for marker in reversed(markers):
        options |= marker.kwargs
    for name in options:
        checks.choice("argument", name, ["assert_all_used", "after_expiry"])
    steps = next((marker.args for marker in markers if marker.args), ())
    if steps:
        handle.queue(*steps)
    if "after_expiry" in options:
        handle.set_after_expiry(options["after_expiry"])
    return checks.flag("assert_all_used", options.get("assert_all_used", request.config.getini(_INI)))


def _without_traceback(prefix: str, do: Callable[[], _T]) -> _T:
    """Fail the test with the message of an error alone: the traceback would only lead here."""
    try:
        return do()
    except (AssertionError, TypeError, ValueError) as error:
        message = f"{prefix}{error}"
    pytest.fail(message, pytrace=False)
