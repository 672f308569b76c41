"""The pages of the reference say what there is: routes and their keys, options, the marker, public names."""

from __future__ import annotations

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
import requests

import moto_liveness
from moto_liveness import FaceLiveness, photo, pytest_plugin, scenarios, strategies
from moto_liveness.control import objects
from moto_liveness.moto_api import routes
from tests.conftest import needs_flask
from tools import api_reference

REFERENCE = Path(__file__).parent.parent / "docs" / "reference"
HTTP = (REFERENCE / "http.md").read_text()
PYTEST = (REFERENCE / "pytest.md").read_text()
DOCUMENT: dict[str, Any] = json.loads((Path(routes.__file__).parent / "openapi.json").read_text())


def operations() -> list[tuple[str, dict[str, Any]]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]


def sections(page: str, level: str) -> dict[str, str]:
    """Return the sections of a page by their titles."""
    _, *parts = re.split(f"^{level} (.*)$", re.split("^## Results$", page, flags=re.MULTILINE)[0], flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def keys_of(operation: dict[str, Any]) -> dict[str, bool]:
    """Return the keys of a route outside of its path, and whether they are required."""
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    parameters = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    keys = {key: key in body["required"] for key in body.get("properties", ())}
    return keys | {one["name"]: one["required"] for one in parameters}


def keys_in(section: str) -> dict[str, bool]:
    """Return the keys in the table of a section, and whether it says that they are required."""
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    return {key: "(required)" in cell for cell in cells for key in re.findall(r"`(\w+)`", cell)}


def run_shell(script: list[str], endpoint_url: str, folder: Path) -> tuple[str, list[str]]:
    """Run blocks of a shell one after the other; return what they print, and the HTTP statuses that curl got."""
    curl = r"""curl() { command curl --write-out '%{stderr}%{http_code}\n' "$@"; }"""
    command = ["bash", "-eu", "-c", "\n".join([curl, *script])]
    env = {**os.environ, "SERVER": endpoint_url}
    done = subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.split()


def test_every_route_has_a_section_and_every_section_is_a_route() -> None:
    assert sorted(sections(HTTP, "###")) == sorted(name for name, _ in operations())


@pytest.mark.parametrize(("name", "operation"), operations(), ids=[name for name, _ in operations()])
def test_a_section_lists_the_keys_of_its_route(name: str, operation: dict[str, Any]) -> None:
    assert keys_in(sections(HTTP, "###")[name]) == keys_of(operation)


def test_the_keys_of_results_are_listed() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    kinds = {"steps": "SessionSeed", "error": "ErrorSeed", "exception": "ExceptionSeed", "scenario": "ScenarioSeed"}
    listed = re.findall(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \|", HTTP, re.MULTILINE)

    for kind, schema in kinds.items():
        with_it = {key for key, cell in listed if f"`{kind}`" in cell}
        assert with_it | {kind} == set(schemas[schema]["properties"])


def test_the_keys_of_steps_are_listed() -> None:
    schemas = [
        schema for schema in DOCUMENT["components"]["schemas"].values() if "status" in schema.get("required", ())
    ]
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*) \|$", HTTP, re.MULTILINE))

    described = {
        schema["properties"]["status"]["const"]: {key for key in schema["properties"] if key != "status"}
        for schema in schemas
        if "const" in schema["properties"]["status"]
    }
    assert {status: set(re.findall(r"`(\w+)`", cell)) for status, cell in listed.items()} == described


@pytest.mark.parametrize("schema", ["State", "Session", "Stream", "Call", "Seed", "Collection"])
def test_the_members_of_answers_are_listed(schema: str) -> None:
    article = "The" if schema == "State" else "A"
    section = HTTP.partition(f"\n### {article} {schema.lower()}\n")[2].partition("\n### ")[0]
    members = re.findall(r"`(\w+)`", " ".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)))

    assert sorted(members) == sorted(DOCUMENT["components"]["schemas"][schema]["properties"])


@pytest.fixture
def empty_server(make_face_liveness_server: Any) -> Iterator[Any]:
    """The server, with nothing that an earlier test left. It keeps nothing of what the blocks of a page queue."""
    reset = f"{make_face_liveness_server.endpoint_url}/moto-api/reset"
    requests.post(reset)
    yield make_face_liveness_server
    requests.post(reset)


@needs_flask
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed here")
def test_the_curl_blocks_run(empty_server: Any, tmp_path: Path, environment: None) -> None:
    pytest.importorskip("sybil", reason="Sybil, which finds the blocks of the documentation, is not installed here")
    from tests.documentation import blocks

    printed, statuses = run_shell(blocks("docs/reference/http.md", "sh"), empty_server.endpoint_url, tmp_path)

    assert statuses.count("404") == 1  # nobody streamed, so there is no video
    assert set(statuses) == {"200", "201", "204", "404"}
    assert (tmp_path / "alice.jpg").read_bytes().startswith(b"\xff\xd8")
    assert printed.endswith(json.dumps(DOCUMENT))


@needs_flask
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed here")
@pytest.mark.parametrize(("page", "made"), [("scenarios", []), ("photos", ["alice", "group", "marked", "asleep"])])
def test_the_blocks_in_a_shell_run(
    empty_server: Any,
    tmp_path: Path,
    environment: None,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    made: list[str],
) -> None:
    pytest.importorskip("sybil", reason="Sybil, which finds the blocks of the documentation, is not installed here")
    from tests.documentation import blocks

    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    (tmp_path / "passport.jpg").write_bytes(photo())

    _, statuses = run_shell(blocks(f"docs/{page}.md", "sh"), empty_server.endpoint_url, tmp_path)

    assert set(statuses) <= {"200", "201"}
    assert [(tmp_path / f"{name}.jpg").read_bytes()[:2] for name in made] == [b"\xff\xd8"] * len(made)


def test_the_options_are_listed_with_their_defaults() -> None:
    listed = re.findall(r"^\| `face_liveness_(\w+)` \| `(\w+)` \| (.*) \|$", PYTEST, re.MULTILINE)

    assert listed == [(name, str(default).lower(), text) for name, (text, default) in pytest_plugin._OPTIONS.items()]


def test_the_arguments_of_the_marker_are_listed() -> None:
    listed = re.findall(r"^\| `(\*?\w+)` \| (?:none|the ini option|`Expired\(\)`) \|", PYTEST, re.MULTILINE)

    assert listed == ["*steps", *pytest_plugin._OPTIONS, "after_expiry"]


def test_the_fixtures_are_listed() -> None:
    listed = re.findall(r"^\| `(\w+)` \| (?:function|session) \|", PYTEST, re.MULTILINE)

    assert listed == ["face_liveness", "face_liveness_server", "make_face_liveness_server"]
    assert all(hasattr(pytest_plugin, name) for name in listed)


def test_every_public_name_is_in_the_api_reference() -> None:
    documented = re.findall(r"^### (.*)$", api_reference.FILE.read_text(), re.MULTILINE)

    own = {name for name in moto_liveness.__all__ if name != "scenarios"}
    modules = {
        f"{module.__name__.removeprefix('moto_liveness.')}.{name}"
        for module in (scenarios, strategies)
        for name in module.__all__
    }
    assert sorted(documented) == sorted(own | modules)


def test_the_api_reference_is_up_to_date() -> None:
    markdown = api_reference.FILE.read_text()

    assert markdown == api_reference.page(markdown), "run python tools/api_reference.py"


def test_the_api_reference_shows_every_public_method_and_argument() -> None:
    markdown = api_reference.FILE.read_text()
    for name, method in vars(FaceLiveness).items():
        if inspect.isfunction(method) and not name.startswith("_"):
            section = sections(markdown, "####")[f"FaceLiveness.{name}"].partition("\n### ")[0]
            arguments = [one for one in inspect.signature(method).parameters if one != "self"]
            assert re.findall(r"^- `\*?(\w+)`: \S", section.partition("**Raises**")[0], re.MULTILINE) == arguments


class Example:
    """What a test of the page reads.

    It has a second paragraph
    in two lines, and https://example.org/page.

    Args:
        when: "start", the default,
            or "end".

    Raises:
        TypeError, ValueError: for anything
            else.
    """

    #: A comment
    #: in two lines.
    size = objects._Now[int]()

    # A comment for those who change it.
    hidden = 3

    def __init__(self, *misplaced: NoReturn, when: str = "start", image: object = b"") -> None:
        #: Where it is.
        self.place: str = ""

    @property
    def path(self) -> str | None:
        """Where it comes from.

        Raises:
            LookupError: if it is gone.
        """

    @classmethod
    def of(cls, when: str) -> Example:
        """Return one of them."""
        return cls(when=when)


def test_a_class_is_shown_with_its_arguments_errors_attributes_and_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moto_liveness, "Example", Example, raising=False)

    page = api_reference.page("# A page\n\n### Example\n\nold\n\n#### Example.old\n\nold\n\n## By hand\n\nA text.\n")

    assert (
        page
        == """# A page

### Example

```py
class Example(*, when: str = "start", image: object = ...)
```

What a test of the page reads.

It has a second paragraph in two lines, and <https://example.org/page>.

**Arguments**

- `when`: "start", the default, or "end".

**Raises**

- `TypeError`, `ValueError`: for anything else.

**Attributes**

- `size: int`: A comment in two lines.
- `place: str`: Where it is.
- `path: str | None`: Where it comes from.

  **Raises**

  - `LookupError`: if it is gone.

#### Example.of

```py
@classmethod
def of(when: str) -> Example
```

Return one of them.

## By hand

A text.
"""
    )
