"""Attributes that are computed when they are first read."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any, TypeVar

_T = TypeVar("_T")


class Cached(functools.cached_property[_T]):
    """A cached_property without a lock.

    Before Python 3.12 all instances share one, so that nobody would be answered while a long request is read.
    https://docs.python.org/3/library/functools.html#functools.cached_property
    """

    def __init__(self, compute: Callable[[Any], _T]) -> None:
        super().__init__(compute)
        self.lock = contextlib.nullcontext()
