"""Values whose attributes are set once, while they are made."""

from __future__ import annotations


def set_fields(instance: object, **values: object) -> None:
    """Set the attributes of a frozen object while it is made, as the __init__ of a frozen dataclass does.

    https://docs.python.org/3/library/dataclasses.html#frozen-instances
    """
    for name, value in values.items():
        object.__setattr__(instance, name, value)
