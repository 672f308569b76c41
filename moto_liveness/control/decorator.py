"""A block as a decorator."""

from __future__ import annotations

import contextlib
import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from moto_liveness.core import checks

if TYPE_CHECKING:
    from moto_liveness.control.face_liveness import FaceLiveness

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises
# unittest cuts the traceback of a failed assertion at the first of its own frames that follows a foreign one.
__unittest = True

_Test = TypeVar("_Test", bound="Callable[..., Any]")


def decorate(block: FaceLiveness, test: _Test) -> _Test:
    """Run a function, a coroutine function, or each test of a class inside a block.

    For a unittest.TestCase the block lasts from before setUp until after tearDown.
    """
    if not callable(test):
        raise TypeError(f"a block decorates a function, a coroutine function or a class, not {checks.short_repr(test)}")
    if inspect.isgeneratorfunction(test) or inspect.isasyncgenfunction(test):
        raise TypeError(
            f"a block cannot decorate {test.__name__}: it is a generator, which runs after the block has ended. "
            "Write `with FaceLiveness() as face_liveness:` around its yield."
        )
    # A caller with a TestCase has already imported unittest; do not import it for others.
    if isinstance(test, type) and "unittest" in sys.modules and issubclass(test, sys.modules["unittest"].TestCase):
        _decorate_test_case(block, test)
        return test
    if isinstance(test, type):
        for name in dir(test):
            method = inspect.getattr_static(test, name)
            if name.startswith("test") and inspect.isfunction(method):
                setattr(test, name, decorate(block, method))
            elif name.startswith("test") and isinstance(method, staticmethod):
                setattr(test, name, staticmethod(decorate(block, method.__func__)))
        return test
    if inspect.iscoroutinefunction(test):
        return _coroutine(block, test)  # type: ignore[return-value]

    @functools.wraps(test)
    def inside(*args: Any, **kwargs: Any) -> Any:
        with block:
            return test(*args, **kwargs)

    return inside  # type: ignore[return-value]


def _coroutine(block: FaceLiveness, test: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(test)
    async def inside(*args: Any, **kwargs: Any) -> Any:
        with block:
            return await test(*args, **kwargs)

    return inside


def _decorate_test_case(block: FaceLiveness, test_case: Any) -> None:
    # Any: unittest has no public name for calling the test method and for its outcome.
    set_up, tear_down, call_test_method = (
        _noting(block, getattr(test_case, name)) for name in ("setUp", "tearDown", "_callTestMethod")
    )
    sub_test = test_case.subTest

    @functools.wraps(set_up)
    def enter(self: Any) -> None:
        block.__enter__()
        self._face_liveness_passed = False
        # Cleanups run after tearDown. A test that failed gets no second error: its block ends as if it had raised.
        self.addCleanup(lambda: block.__exit__(None if self._face_liveness_passed else Exception, None, None))
        set_up(self)

    @functools.wraps(call_test_method)
    def call(self: Any, method: Callable[[], object]) -> None:
        call_test_method(self, method)
        # False if a subtest failed. There is no outcome while debug() runs the test.
        self._face_liveness_passed = self._outcome is None or self._outcome.success

    @functools.wraps(tear_down)
    def leave(self: Any) -> None:
        passed, self._face_liveness_passed = self._face_liveness_passed, False
        tear_down(self)
        self._face_liveness_passed = passed

    @functools.wraps(sub_test)
    @contextlib.contextmanager
    def part(self: Any, *message: object, **params: object) -> Iterator[None]:
        with sub_test(self, *message, **params), contextlib.ExitStack() as leaving:
            leaving.push(block._note)
            yield

    test_case.setUp, test_case.tearDown, test_case._callTestMethod, test_case.subTest = enter, leave, call, part


def _noting(block: FaceLiveness, method: Callable[..., Any]) -> Callable[..., Any]:
    """Add the calls to a failed assertion of a method at once: unittest prints it before the block ends."""

    @functools.wraps(method)
    def noting(*args: Any) -> Any:
        with contextlib.ExitStack() as leaving:
            leaving.push(block._note)
            return method(*args)

    return noting
