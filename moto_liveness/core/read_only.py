"""Objects of a test that show the state: their attributes are for reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from moto_liveness.core import checks

__tracebackhide__ = True  # pytest shows the line of the test, not the line here that raises


class Suggesting:
    """Suggests the attribute that a misspelt name probably stands for."""

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch  # or type checkers would accept any name

        def __getattr__(self, name: str) -> object:
            raise checks.attribute_error(checks.no_attribute(self, name), name)


class ReadOnly(Suggesting):
    """Refuses to set its public attributes."""

    #: What to do instead of setting an attribute.
    _instead: ClassVar[str]

    if not TYPE_CHECKING:  # pragma: no branch

        def __setattr__(self, name: str, value: object) -> None:
            if not name.startswith("_"):
                raise AttributeError(self._not_settable(name, value))
            super().__setattr__(name, value)

    def _not_settable(self, name: str, _value: object) -> str:
        """Return the message for an attribute that a test tries to set."""
        if name not in dir(self):
            return checks.no_attribute(self, name)
        if callable(getattr(type(self), name, None)):
            return f"{name} cannot be set: it is a method"
        return f"{name} cannot be set: it is read from the state. {self._instead}"
