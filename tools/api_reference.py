"""Write the signatures and the docstrings of the public names into docs/reference/api.md, as Markdown.

Run it after a change to one: ``python tools/api_reference.py``. On that page a heading of the third level is a public
name, and everything below it is written anew. The rest is written by hand.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import FunctionType
from typing import Any

import moto_liveness

FILE = Path(__file__).parent.parent / "docs" / "reference" / "api.md"

_BELOW_A_NAME = re.compile(r"^### ([\w.]+)\n.*?(?=^#{2,3} |\Z)", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^(Args|Raises):\n((?: +.*\n?|\n)+)", re.MULTILINE)
_TITLES = {"Args": "Arguments", "Raises": "Raises"}
_WIDTH = 88
# For the rest of the package: an attribute whose type is not public, and two base classes.
_HIDDEN = ("place", "ReadOnly", "Suggesting")


class _Text(str):
    """An annotation or a default, as a signature shows it."""

    def __repr__(self) -> str:
        return str(self)


def page(markdown: str) -> str:
    """Return the page with what the docstrings say now."""
    return _BELOW_A_NAME.sub(lambda name: f"### {name[1]}\n\n{_named(name[1])}\n\n", markdown).rstrip() + "\n"


def _named(name: str) -> str:
    home, _, attribute = f"moto_liveness.{name}".rpartition(".")
    found = getattr(importlib.import_module(home), attribute)
    if isinstance(found, type):
        return "\n\n".join(_class(found))
    return _function(found) if isinstance(found, FunctionType) else _alias(name)


def _class(cls: type) -> Iterator[str]:
    docstring = inspect.getdoc(cls) or ""
    if "\nArgs:\n" in docstring:
        yield _signature(f"class {cls.__name__}", cls)
    else:
        bases = [base.__name__ for base in cls.__bases__ if base is not object and base.__name__ not in _HIDDEN]
        yield _code(f"class {cls.__name__}{'(' + ', '.join(bases) + ')' if bases else ''}")
    yield _markdown(docstring)
    attributes = list(_attributes(cls))
    if attributes:
        yield "**Attributes**"
        yield "\n".join(_bullet(code, text) for code, text in attributes)
    for name, member in vars(cls).items():
        function = getattr(member, "__func__", member)
        if isinstance(function, FunctionType) and not name.startswith("_"):
            yield f"#### {cls.__name__}.{name}"
            yield _function(function, "" if function is member else f"@{type(member).__name__}\n")


def _function(function: FunctionType, decorator: str = "") -> str:
    described = _signature(f"{decorator}def {function.__name__}", function)
    return f"{described}\n\n{_markdown(inspect.getdoc(function) or '')}"


def _alias(name: str) -> str:
    module = importlib.import_module(f"moto_liveness.{moto_liveness._HOMES[name]}")
    source = inspect.getsource(module)
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == name:
            return f"{_code(ast.get_source_segment(source, node) or '')}\n\n{_comment(source.splitlines(), node)}"
    raise LookupError(f"{module.__name__} has no {name}")


def _attributes(cls: type) -> Iterator[tuple[str, str]]:
    """Find what a comment with a colon explains, and the properties: the code of each and its text."""
    source = textwrap.dedent(inspect.getsource(cls))
    lines = source.splitlines()
    nodes = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt))
    for node in sorted(nodes, key=lambda node: node.lineno):
        if isinstance(node, ast.FunctionDef) and isinstance(vars(cls).get(node.name), property):
            docstring = ast.get_docstring(node) or ""
            if docstring and not node.name.startswith("_") and node.name not in _HIDDEN:
                yield f"{node.name}: {ast.get_source_segment(source, node.returns)}", _markdown(docstring)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and _comment(lines, node):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            name = target.attr if isinstance(target, ast.Attribute) else ast.get_source_segment(source, target)
            yield f"{name}: {ast.get_source_segment(source, _type(node))}", _comment(lines, node)


def _type(node: ast.Assign | ast.AnnAssign) -> ast.expr:
    """Return the annotation of an attribute, or, for a descriptor such as _Now[str](), its argument."""
    return node.annotation if isinstance(node, ast.AnnAssign) else node.value.func.slice


def _comment(lines: Sequence[str], node: ast.stmt) -> str:
    """Return the comment with a colon above a statement, in one line; nothing if there is none."""
    above: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        if not line.lstrip().startswith("#:"):
            break
        above.insert(0, line.lstrip().removeprefix("#:").strip())
    return " ".join(above)


def _signature(before: str, called: Callable[..., Any]) -> str:
    signature = inspect.signature(called)
    # self and cls have no annotation, and one that takes NoReturn is there for a message only.
    known = [one for one in signature.parameters.values() if one.annotation not in (one.empty, "NoReturn")]
    parameters = list(_parameters(known))
    returned = "" if before.startswith("class") else f" -> {signature.return_annotation}"
    line = f"{before}({', '.join(parameters)}){returned}"
    if len(line.splitlines()[-1]) <= _WIDTH:
        return _code(line)
    return _code("\n".join([f"{before}(", *(f"    {one}," for one in parameters), f"){returned}"]))


def _parameters(known: Iterable[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for one in known:
        if one.kind is one.KEYWORD_ONLY and not starred:
            yield "*"
        starred = starred or one.kind in (one.KEYWORD_ONLY, one.VAR_POSITIONAL)
        default = one.default
        if default is not one.empty:
            # The image of a drawn face has no value to show.
            shown = default in (None, ()) or isinstance(default, (str, int, float))
            default = _Text(repr(default).replace("'", '"') if shown else "...")
        yield str(one.replace(annotation=_Text(one.annotation), default=default))


def _markdown(docstring: str) -> str:
    """Return a docstring with its sections as lists, and each paragraph in one line."""
    prose, *sections = _SECTION.split(docstring)
    parts = [_in_one_line(paragraph) for paragraph in prose.strip().split("\n\n")]
    for title, entries in zip(sections[::3], sections[1::3], strict=True):
        parts.append(f"**{_TITLES[title]}**")
        each = re.split(r"\n(?=\S)", textwrap.dedent(entries).strip())
        parts.append("\n".join(_bullet(*entry.split(": ", 1)) for entry in each))
    return "\n\n".join(parts)


def _in_one_line(paragraph: str) -> str:
    return re.sub(r"(https://\S*\w)", r"<\1>", " ".join(paragraph.split()))


def _bullet(names: str, text: str) -> str:
    code = ", ".join(f"`{name}`" for name in re.split(r", (?=[A-Z]\w+Error)", names))
    return f"- {code}: {textwrap.indent(text, '  ').strip()}" if "\n\n" in text else f"- {code}: {_in_one_line(text)}"


def _code(python: str) -> str:
    # Not "python": the blocks of that language run in the tests.
    return f"```py\n{python}\n```"


if __name__ == "__main__":
    FILE.write_text(page(FILE.read_text(encoding="utf-8")), encoding="utf-8")
