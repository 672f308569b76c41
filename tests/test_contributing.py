"""CONTRIBUTING.md names the right files: what it says about them is checked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "moto_liveness"
PAGE = (ROOT / "CONTRIBUTING.md").read_text()


def section(title: str) -> str:
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def imports_moto(path: Path) -> bool:
    modules = [
        name
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in getattr(node, "names", [])]
        )
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    return any(name == "moto" or name.startswith("moto.") for name in modules)


def test_every_file_that_it_names_exists() -> None:
    named = re.findall(r"`((?:\w+/)*\w+\.(?:py|md|js|json))`", section("Where to add things") + section("The layers"))
    missing = [name for name in named if not (PACKAGE / name).exists() and not (ROOT / name).exists()]

    assert len(named) > 20
    assert missing == []


def test_what_it_names_in_a_file_is_there() -> None:
    pairs = re.findall(r"`(\w+)(?:\(\))?` in\s+`((?:\w+/)+\w+\.py)`", PAGE)
    absent = [(name, path) for name, path in pairs if not re.search(rf"\b{name}\b", (PACKAGE / path).read_text())]

    assert len(pairs) >= 5
    assert absent == []


def test_every_module_that_imports_moto_is_listed() -> None:
    listed = set(re.findall(r"`((?:\w+/)*\w+\.py)`", section("The layers")))
    importing = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if imports_moto(path)}

    assert importing - listed == set()


def test_every_layer_is_in_the_table() -> None:
    layers = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}

    assert {layer for layer in layers if f"| `{layer}/` |" not in section("The layers")} == set()
