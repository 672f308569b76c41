"""The messages of the package, read from its source: what it raises, warns of, logs, refuses, and says when it exits.

A message has … where the source puts a value.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import moto_liveness

_PACKAGE = Path(moto_liveness.__file__).parent
# What tells a user something, in addition to raise; refusal makes the exceptions of streams.
_CALLS = {"exit", "fail", "log", "refusal", "tell", "warn", "_message", "_say"}
# Placeholders of str.format and of logging.
_VALUE = re.compile(r"\{\w*\}|%s")

_Definitions = dict[str, list[ast.AST]]


def texts() -> set[str]:
    """Return all texts of the package, messages or not."""
    return {text for tree in _trees() for text in _texts(tree, {}, set())}


def messages() -> set[str]:
    """Return all messages of at least three words. A message that is made of others is listed in its parts."""
    trees = _trees()
    defined: _Definitions = {}
    for name, node in itertools.chain.from_iterable(map(_definitions, trees)):
        defined.setdefault(name, []).append(node)
    seen: set[str] = set()
    found = {text for tree in trees for told in _told(tree) for text in _texts(told, defined, seen)}
    return {text for text in found if len(re.findall(r"[\w…]+ ", f"{text} ")) > 2}


def _trees() -> list[ast.Module]:
    # The probe is a command whose lines say themselves what to do.
    paths = [path for path in sorted(_PACKAGE.rglob("*.py")) if path.parent.name != "probe"]
    return [ast.parse(path.read_text()) for path in paths]


def _definitions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield the functions of a module and its constants, which messages are made of."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield node.name, ast.Module(node.body[1:] if ast.get_docstring(node) else node.body, [])
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield statement.targets[0].id, statement.value


def _told(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and node.exc is not None:
            yield node.exc
        elif isinstance(node, ast.Call) and _name(node.func) in _CALLS:
            yield from node.args


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _texts(node: ast.AST, defined: _Definitions, seen: set[str]) -> Iterator[str]:
    """Yield the texts in an expression, and in the functions and constants that it names."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield _VALUE.sub("…", node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.Call) and _name(node.func) == "Scenario":
        return  # what happened, not what a user did wrong
    name = _name(node)
    if name in defined and name not in seen:
        seen.add(name)
        for definition in defined[name]:
            yield from _texts(definition, defined, seen)
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from _texts(child, defined, seen)
