"""A block as a decorator."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from moto_liveness.core import checks

__tracebackhide__ = True  # pytest shows the wrong line of the test, not the line here that raises

_Test = TypeVar("_Test", bound="Callable[..., Any]")


def decorate(block: AbstractContextManager[object], test: _Test) -> _Test:
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
    # Whoever has a TestCase has imported unittest; nobody else pays for it.
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


def _coroutine(block: AbstractContextManager[object], test: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(test)
    async def inside(*args: Any, **kwargs: Any) -> Any:
        with block:
            return await test(*args, **kwargs)

    return inside


def _decorate_test_case(block: AbstractContextManager[object], test_case: Any) -> None:
    # Any: unittest has no public name for calling the test method and for its outcome.
    set_up, call_test_method = test_case.setUp, test_case._callTestMethod

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
        self._face_liveness_passed = self._outcome.success  # False if a subtest failed

    test_case.setUp, test_case._callTestMethod = enter, call
