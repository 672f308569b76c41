"""The docstrings are in Google's style: editors and Sphinx show the arguments and the errors of each public name."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import moto_liveness
from moto_liveness import BoundingBox, FaceLiveness, scenarios, strategies

PACKAGE = Path(moto_liveness.__file__).parent


def explained(docstring: str) -> list[str]:
    """Return the arguments in the section "Args" of a docstring."""
    section = re.search(r"^Args:\n((?: +.*\n?)+)", docstring, re.MULTILINE)
    return re.findall(r"^    \*?(\w+): \S", section[1] if section else "", re.MULTILINE)


def _documented() -> Iterator[tuple[str, object]]:
    for module in (moto_liveness, scenarios, strategies):
        for name in module.__all__:
            if name != "scenarios":
                yield name, getattr(module, name)
    for name, method in vars(FaceLiveness).items():
        if inspect.isfunction(method) and not name.startswith("_"):
            yield f"FaceLiveness.{name}", method
    yield "BoundingBox.from_pixels", BoundingBox.from_pixels
    yield "Session.set_outcome", moto_liveness.Session.set_outcome


# What a handle returns is made by no test, and the arguments of Failed are those of Succeeded.
_MADE_BY_NO_TEST = {"Call", "Failed", "FeedbackSource", "ImageSource", "Seed", "Session", "Step", "Stream"}


@pytest.mark.parametrize(("name", "documented"), list(_documented()))
def test_a_docstring_explains_every_argument(name: str, documented: object) -> None:
    if name in _MADE_BY_NO_TEST or (isinstance(documented, type) and issubclass(documented, Exception)):
        return
    parameters = inspect.signature(documented).parameters  # type: ignore[arg-type]
    # One that takes NoReturn is there for a message only.
    arguments = [name for name, one in parameters.items() if name != "self" and one.annotation != "NoReturn"]

    assert sorted(explained(inspect.getdoc(documented) or "")) == sorted(arguments)


def _docstrings() -> Iterator[tuple[str, str]]:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{path.name}: {getattr(node, 'name', '')}", ast.get_docstring(node) or ""


def test_arguments_and_errors_are_in_sections() -> None:
    in_prose = re.compile(r"\n\n(?:[a-z]\w*(?:, \w+)*: |Raises \w)")

    assert [place for place, docstring in _docstrings() if in_prose.search(docstring)] == []
