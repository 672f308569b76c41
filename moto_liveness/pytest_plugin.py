"""The pytest plugin: the fixture and the marker face_liveness, and a section in the report of a failed test.

PYTEST_DONT_REWRITE: there is no assert to rewrite. Every pytest run imports this module, so it imports nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from moto_liveness import FaceLiveness, FaceLivenessServer

_T = TypeVar("_T")

_INI = "face_liveness_assert_all_used"
_HANDLE = pytest.StashKey["FaceLiveness"]()
_PASSED = pytest.StashKey[bool]()
_FAILED = pytest.StashKey[bool]()


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


@pytest.fixture(autouse=True)
def _face_liveness_of_the_marker(request: pytest.FixtureRequest) -> None:
    # A marked test has the fixture, whether or not it takes it as an argument, and behind those of a wider scope.
    if request.node.get_closest_marker("face_liveness") is not None:
        request.getfixturevalue("face_liveness")


@pytest.fixture
def face_liveness(request: pytest.FixtureRequest) -> Generator[FaceLiveness, None, None]:
    """Mock AWS for this test, and say what happens to the person in front of the camera.

    A moto_liveness.FaceLiveness, inside its own `with` block. The marker of the same name takes the steps of a first
    session, assert_all_used and after_expiry.
    """
    from moto_liveness import FaceLiveness

    stash = request.node.stash
    stash[_FAILED] = stash[_PASSED] = False
    with FaceLiveness(assert_all_used=False) as handle:
        assert_all_used = _without_traceback("the marker face_liveness: ", lambda: _mark(handle, request))
        stash[_HANDLE] = handle
        yield handle
        del stash[_HANDLE]
        if stash[_PASSED] and not stash[_FAILED] and assert_all_used:
            _without_traceback("AssertionError: ", handle.assert_all_used)


@pytest.fixture(scope="session")
def face_liveness_server() -> Generator[FaceLivenessServer, None, None]:
    """Serve AWS on a free port of 127.0.0.1, for clients that mock_aws does not reach.

    A moto_liveness.FaceLivenessServer: endpoint_url is for the clients, face_liveness for the test. It lives as long as
    the test session: `with face_liveness_server.face_liveness as face_liveness:` takes back what one test said.
    """
    from moto_liveness import FaceLivenessServer

    with FaceLivenessServer() as server:
        yield server


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Note whether the test passed; add the calls to the report of one that failed."""
    report: pytest.TestReport = (yield).get_result()
    handle = item.stash.get(_HANDLE, None)
    if handle is None:
        return
    # The parts of a test with subtests report themselves, before the whole does.
    item.stash[_FAILED] |= report.failed
    item.stash[_PASSED] = report.when == "call" and report.passed
    if report.failed:
        from moto_liveness.control.face_liveness import call_log
        from moto_liveness.control.reporting import SECTION

        report.sections.append((SECTION, call_log(handle)))


def _mark(handle: FaceLiveness, request: pytest.FixtureRequest) -> bool:
    """Do what the markers of a test say, and return whether all seeds must be used. The nearest marker wins."""
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


def _without_traceback(what: str, do: Callable[[], _T]) -> _T:
    """Let what goes wrong fail the test with its message alone: the traceback would only lead here."""
    try:
        return do()
    except (AssertionError, TypeError, ValueError) as error:
        message = f"{what}{error}"
    pytest.fail(message, pytrace=False)
