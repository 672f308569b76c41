"""A folder listing tells the architecture, and these tests keep it true: imports go one way."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import moto_liveness

PACKAGE = Path(moto_liveness.__file__).parent
CORE = ["checks", "errors", "images", "details", "outcomes", "course", "session", "seeds", "script"]
SERVICE = [f"rekognition.{path.stem}" for path in (PACKAGE / "rekognition").glob("*.py")]

#: Who may import what of this package, beside the core.
ROOMS = {
    **{module: set() for module in CORE},
    **{module: {"_compat", "rekognition"} for module in SERVICE},
    "_compat": set(),
    "__init__": {"autoload", "control", "server.threaded"},
    "autoload": {"install"},
    "install": {"rekognition.responses", "server.routes"},
    "__main__": {"server.command"},
    "reporting": set(),
    "store": {"_compat", "rekognition.current", "rekognition.models"},
    "control": {"_compat", "reporting", "store", "server.remote"},
    "pytest_plugin": {"__init__", "control", "reporting"},
    "server.__init__": set(),
    "server.wire": set(),
    "server.remote": {"server.wire"},
    "server.routes": {"_compat", "rekognition.current", "rekognition.models", "store", "server.remote", "server.wire"},
    "server.command": {"_compat", "install"},
    "server.threaded": {"_compat", "control", "install", "store"},
}


def modules() -> list[str]:
    found = (path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py"))
    return sorted(".".join(path.parts) for path in found)


def imports(module: str) -> set[str]:
    """Return the modules that a module imports, at its top or in a function, those of this package without its name."""
    tree = ast.parse((PACKAGE / f"{module.replace('.', '/')}.py").read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = node.module.removeprefix("moto_liveness").lstrip(".") if "moto_liveness" in node.module else None
            if base is None:
                found.add(node.module)
            else:
                inner = {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
                found |= {f"ours:{name if name in modules() else base or '__init__'}" for name in inner}
    return found


def ours(module: str) -> set[str]:
    return {name.removeprefix("ours:") for name in imports(module) if name.startswith("ours:")}


def test_every_module_has_its_room() -> None:
    assert sorted(ROOMS) == modules()


@pytest.mark.parametrize("module", modules())
def test_a_module_imports_what_its_room_allows(module: str) -> None:
    allowed = ROOMS[module]
    rest = {name for name in ours(module) if name not in CORE and name not in allowed}

    assert {name for name in rest if not any(name.startswith(f"{room}.") for room in allowed)} == set()


@pytest.mark.parametrize("module", CORE)
def test_the_core_imports_the_standard_library_and_the_core_before_it(module: str) -> None:
    import sys

    foreign = {name.partition(".")[0] for name in imports(module) if not name.startswith("ours:")}

    assert foreign <= set(sys.stdlib_module_names)
    assert ours(module) <= set(CORE[: CORE.index(module)])


@pytest.mark.parametrize("module", modules())
def test_moto_is_reached_where_a_moto_service_reaches_it_and_in_one_other_place(module: str) -> None:
    reached = {name for name in imports(module) if name == "moto" or name.startswith("moto.")}
    public = {"moto", "moto.core.base_backend", "moto.core.common_models", "moto.core.common_types"}
    service = {"moto.core.models", "moto.core.responses"}
    allowed = {
        "_compat": reached,
        "install": {"moto.rekognition.responses", "moto.moto_api._internal.urls"},
        "rekognition.current": public | service,
        "rekognition.models": public | service,
        "rekognition.responses": public | service,
        "rekognition.transitions": {"moto.moto_api"},
    }.get(module, {"moto"})

    assert reached <= allowed


@pytest.mark.parametrize("module", modules())
def test_modules_are_small(module: str) -> None:
    assert len((PACKAGE / f"{module.replace('.', '/')}.py").read_text().splitlines()) <= 250
