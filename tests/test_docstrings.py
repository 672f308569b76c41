"""The docstrings are plain text in a form of the house, and tools/docstrings.py makes reStructuredText of them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest

import moto_liveness
from moto_liveness import BoundingBox, FaceLiveness, scenarios, strategies
from tools.docstrings import process, to_rst


def test_arguments_become_a_field_list() -> None:
    docstring = """Queue the steps.

    times: how many calls get the error; None for all calls: an
    outage.
    optional: whether it may go unused.

    Raises ValueError for 0."""

    assert to_rst(inspect.cleandoc(docstring), ["times", "optional"]).splitlines() == [
        "Queue the steps.",
        "",
        ":param times: how many calls get the error; None for all calls: an",
        "    outage.",
        ":param optional: whether it may go unused.",
        "",
        "Raises ValueError for 0.",
    ]


def test_arguments_with_one_explanation_get_a_field_each() -> None:
    assert to_rst("left, width: ratios of the\nwidth.", ["left", "width"]).splitlines() == [
        ":param left: ratios of the",
        "    width.",
        ":param width: ratios of the",
        "    width.",
    ]


def test_a_colon_behind_another_word_is_text() -> None:
    text = "Add a session: it exists now.\nNote: it is CREATED."

    assert to_rst(text, ["session"]) == text


def test_an_argument_is_explained_at_the_beginning_of_a_paragraph_only() -> None:
    text = "It replaces\nstep: all of it."

    assert to_rst(text, ["step"]) == text


@pytest.mark.parametrize(
    ("written", "rst"),
    [
        ("queue(*steps)", r"queue(\*steps)"),
        ("names that end in an underscore_", r"names that end in an underscore\_"),
        ("face_liveness", "face_liveness"),
        (r"a \ and a | and a lone `", r"a \\ and a \| and a lone \`"),
        ("write `with a *b:` around it", "write ``with a *b:`` around it"),
    ],
)
def test_what_would_be_markup_stays_text(written: str, rst: str) -> None:
    assert to_rst(written, []) == rst


def test_the_arguments_of_a_class_are_those_of_its_signature() -> None:
    lines = ["Where it is.", "", "left, width: ratios."]

    process(None, "class", "BoundingBox", BoundingBox, None, lines)

    assert lines == ["Where it is.", "", ":param left: ratios.", ":param width: ratios.", ""]


def test_the_docstring_of_an_attribute_has_no_arguments() -> None:
    lines = ["status: the Status."]

    process(None, "attribute", "Step.status", "CREATED", None, lines)

    assert lines == ["status: the Status.", ""]


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
    explained = re.findall(r"^:param (\w+):", to_rst(inspect.getdoc(documented) or "", arguments), re.MULTILINE)

    assert sorted(explained) == sorted(arguments)
