"""The pytest plugin: the fixture and marker face_liveness, the server fixture, and the section of a failed test.

PYTEST_DONT_REWRITE: there is no assert to rewrite. Every pytest run imports it, so it imports nothing else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from types import TracebackType

    from moto_liveness import FaceLiveness, FaceLivenessServer

_T = TypeVar("_T")

_MARKER = "face_liveness"
_AIOBOTOCORE = "aiobotocore cannot read the answers of mock_aws: take the fixture face_liveness_server."
_BELOW_A_CLIENT = ("botocore", "moto", "moto_liveness")
# The arguments of the block, each of the marker and, with the prefix face_liveness_, of the ini file.
_OPTIONS = {
    "assert_all_used": ("whether an unused face liveness seed is an error at the end of its test", True),
    "assert_all_seeded": ("whether polling a face liveness session without a seed is an error", True),
    "strict_regions": ("whether regions that do not serve Face Liveness refuse the calls and streams", False),
}
# The arguments of the marker that are settings of the handle.
_SETTINGS = ("after_expiry", "output_check")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    for name, (description, default) in _OPTIONS.items():
        parser.addini(f"{_MARKER}_{name}", description, type="bool", default=default)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        "face_liveness(*steps, assert_all_used=True, assert_all_seeded=True, strict_regions=False, "
        "after_expiry=Expired(), output_check='create'): mock Rekognition Face Liveness with the fixture of this name, "
        "and queue the steps of one session.",
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    """Give every marked test a fixture, whether or not it takes one as an argument."""
    for item in session.items:
        if item.get_closest_marker(_MARKER) is None or not isinstance(item, pytest.Function):
            continue
        if "face_liveness_server" not in item.fixturenames:
            # The parameters of one test share the old list.
            names, scoped = item.fixturenames, item._fixtureinfo.name2fixturedefs
            of_the_test = (n for n, name in enumerate(names) if name in scoped and scoped[name][-1].scope == "function")
            # After the fixtures of a wider scope, and before those of the test, which may create sessions.
            first = next(of_the_test, len(names))
            item.fixturenames = [*names[:first], "face_liveness", *names[first:]]


@pytest.fixture
def face_liveness(request: pytest.FixtureRequest) -> Generator[FaceLiveness, None, None]:
    """Mock AWS for this test, and script the outcome of its Face Liveness checks.

    A moto_liveness.FaceLiveness inside its own `with` block. The marker of the same name takes the steps of a first
    session, the arguments of the block, after_expiry, and output_check.
    """
    from moto_liveness import FaceLiveness

    yield from _block(request, lambda options: FaceLiveness(**options))


@pytest.fixture
def face_liveness_server(
    request: pytest.FixtureRequest, make_face_liveness_server: FaceLivenessServer
) -> Generator[FaceLivenessServer, None, None]:
    """Serve AWS for this test on a free port of 127.0.0.1, for clients that mock_aws does not reach.

    A moto_liveness.FaceLivenessServer: endpoint_url is for the clients, face_liveness for the test. Its handle is
    inside a block, as the fixture face_liveness is, and the marker face_liveness applies to it. A test that takes both
    fixtures has one block for both.
    """
    from moto_liveness import FaceLiveness
    from moto_liveness.core.frozen import set_fields

    server = make_face_liveness_server
    if "face_liveness" in request.fixturenames:
        request.getfixturevalue("face_liveness")
        yield server
        return
    make = lambda options: FaceLiveness(endpoint_url=server.endpoint_url, **options)  # noqa: E731
    for handle in _block(request, make):
        set_fields(server, face_liveness=handle)
        yield server


@pytest.fixture(scope="session")
def make_face_liveness_server() -> Generator[FaceLivenessServer, None, None]:
    """Serve AWS for the whole test session. face_liveness_server is the same server, cleared for each test."""
    from moto_liveness import FaceLivenessServer

    with FaceLivenessServer() as server:
        yield server


def _block(
    request: pytest.FixtureRequest, make: Callable[[dict[str, Any]], FaceLiveness]
) -> Generator[FaceLiveness, None, None]:
    """Open a block as the markers of a test say; close it with the checks that a passed test needs."""
    from moto_liveness.core import failures

    failures.check()  # with its traceback: the test is not to blame
    handle, markers = _without_traceback(lambda: _marked(request, make))
    with contextlib.ExitStack() as failing:
        handle.__enter__()
        failing.callback(lambda: handle.__exit__(Exception, None, None))
        _without_traceback(lambda: _apply(handle, markers))
        reports = _Reports(handle)
        # Registered for this test only: a hook of this module would cost every test of every suite.
        request.config.pluginmanager.register(reports)
        failing.pop_all()
    yield handle
    request.config.pluginmanager.unregister(reports)
    reports.close()
    # A test that did not pass gets no second error: the block ends as if it had raised.
    kind = None if reports.passed else Exception
    _without_traceback(lambda: handle.__exit__(kind, None, None))


class _Reports:
    """The reports of one test: whether it passed, and the section with the calls if it failed."""

    def __init__(self, handle: FaceLiveness) -> None:
        self._handle = handle
        self._failed = False
        self._called = False

    def close(self) -> None:
        """Release the handle: pluggy remembers everything that was ever registered."""
        del self._handle

    @property
    def passed(self) -> bool:
        """Whether the test passed, with all of its subtests, which report themselves before the test does."""
        return self._called and not self._failed

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
        if call.excinfo is not None and not item.config.getoption("fulltrace", default=False):
            from moto_liveness.control.reporting import with_causes

            for shown in with_causes(call.excinfo.value):
                _end_at_the_client(shown.__traceback__)
        report: pytest.TestReport = (yield).get_result()
        self._failed |= report.failed
        self._called = report.when == "call" and report.passed
        if report.failed:
            from moto_liveness.control.face_liveness import call_log
            from moto_liveness.control.reporting import SECTION

            error = call.excinfo.value if call.excinfo else None
            hints = [_AIOBOTOCORE] if call.excinfo is not None and _is_of_aiobotocore(call.excinfo) else []
            report.sections.append((SECTION, "\n\n".join([call_log(self._handle, error), *hints])))


def _is_of_aiobotocore(raised: pytest.ExceptionInfo[BaseException]) -> bool:
    """Return whether aiobotocore stumbled over an answer that has no coroutines."""
    where = str(raised.traceback[-1].frame.f_globals.get("__name__"))
    return isinstance(raised.value, (TypeError, AttributeError)) and where.startswith("aiobotocore.")


def _end_at_the_client(entry: TracebackType | None) -> None:
    """End the traceback of an error that the mock raises through a client at the line that calls the client."""
    calling = None
    while entry is not None:
        if str(entry.tb_frame.f_globals.get("__name__")).partition(".")[0] not in _BELOW_A_CLIENT:
            calling = entry
        if calling and not entry.tb_next and entry.tb_frame.f_code.co_name == "_answer_face_liveness":
            calling.tb_next = None
        entry = entry.tb_next


def _marked(
    request: pytest.FixtureRequest, make: Callable[[dict[str, Any]], FaceLiveness]
) -> tuple[FaceLiveness, dict[str, Any]]:
    """Return the handle that the markers and the ini options ask for, and what the markers say of a first session.

    Each argument comes from the nearest marker that gives it.
    """
    from moto_liveness.core import checks

    options: dict[str, Any] = {name: request.config.getini(f"{_MARKER}_{name}") for name in _OPTIONS}
    first: dict[str, Any] = {"steps": ()}
    for node, marker in reversed(list(request.node.iter_markers_with_node(_MARKER))):
        with _at(node):
            for name, value in marker.kwargs.items():
                checks.choice("argument", name, [*_OPTIONS, *_SETTINGS])
                (options if name in _OPTIONS else first)[name] = value
                if name in _OPTIONS:
                    checks.flag(name, value)
        if marker.args or not marker.kwargs.keys().isdisjoint(_SETTINGS):
            first["node"] = node
        first["steps"] = marker.args or first["steps"]
    return make(options), first


def _apply(handle: FaceLiveness, first: dict[str, Any]) -> None:
    from moto_liveness.control.face_liveness import queue_all
    from moto_liveness.control.seeding import seeds_of

    if "node" not in first:
        return
    with _at(first["node"]):
        if first["steps"]:
            queue_all(handle, seeds_of(first["steps"], queued_at=f"the marker of {first['node'].nodeid}"))
        for name in first.keys() & _SETTINGS:
            getattr(handle, f"set_{name}")(first[name])


@contextlib.contextmanager
def _at(node: pytest.Item) -> Generator[None, None, None]:
    """Name the place of a marker in the message of its error."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise _MarkerError(f"the marker {_MARKER} of {node.nodeid}: {error}") from None


class _MarkerError(Exception):
    """A marker is wrong, and its message says where it is."""


def _without_traceback(do: Callable[[], _T]) -> _T:
    """Fail the test with the message of an error alone: the traceback would only lead here."""
    try:
        return do()
    except _MarkerError as error:
        message = str(error)
    except (AssertionError, RuntimeError) as error:
        message = f"{type(error).__name__}: {error}"
    pytest.fail(message, pytrace=False)
