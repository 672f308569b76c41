"""Frozen dataclasses whose arguments have other types than their fields."""

from __future__ import annotations


def set_fields(instance: object, **values: object) -> None:
    """Set the fields of a frozen dataclass while it is made, as its own __init__ does.

    https://docs.python.org/3/library/dataclasses.html#frozen-instances
    """
    for name, value in values.items():
        object.__setattr__(instance, name, value)
