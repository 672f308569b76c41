"""Turn the docstrings of the package into reStructuredText, for the API reference that docs/conf.py makes.

A docstring is plain text. A paragraph that begins with the name of an argument and a colon explains arguments: such a
line starts a new one, and every other line goes on with the last.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

_ARGUMENTS = re.compile(r"(\w+(?:, \w+)*): (.*)")
_CODE = re.compile(r"(`[^`]+`)")
# What reStructuredText would read as markup: emphasis, a substitution, a literal, a reference, an escape.
_MARKUP = re.compile(r"[\\*|`]|(?<=\w)_(?=\W|$)")


def to_rst(docstring: str, parameters: Collection[str]) -> str:
    """Return a docstring in reStructuredText, in which the arguments are a field list."""
    paragraphs = re.split(r"\n\s*\n", docstring.strip())
    return "\n\n".join("\n".join(_paragraph(text, parameters)) for text in paragraphs)


def _paragraph(text: str, parameters: Collection[str]) -> Iterator[str]:
    lines = _escaped(text).split("\n")
    if not _explained(lines[0], parameters):
        yield from lines
        return
    items: list[list[str]] = []
    for line in lines:
        if _explained(line, parameters):
            items.append([line])
        else:
            items[-1].append(f"    {line}")
    for first, *others in items:
        names, _, explanation = first.partition(": ")
        for name in names.split(", "):  # a field explains one argument
            yield from [f":param {name}: {explanation}", *others]


def _explained(line: str, parameters: Collection[str]) -> bool:
    found = _ARGUMENTS.fullmatch(line)
    return found is not None and set(found[1].split(", ")) <= set(parameters)


def _escaped(text: str) -> str:
    parts = _CODE.split(text)
    return "".join(f"`{part}`" if _CODE.fullmatch(part) else _MARKUP.sub(r"\\\g<0>", part) for part in parts)


def process(app: object, what: str, name: str, documented: Any, options: object, lines: list[str]) -> None:
    """Handle autodoc-process-docstring: https://www.sphinx-doc.org/en/master/usage/extensions/autodoc.html."""
    lines[:] = [*to_rst("\n".join(lines), _parameters(documented)).split("\n"), ""]


def _parameters(documented: Callable[..., object]) -> Collection[str]:
    try:
        return inspect.signature(documented).parameters
    except (TypeError, ValueError):  # an attribute, or a class without a signature
        return ()
