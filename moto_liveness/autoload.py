"""Being there without being imported, the one clever thing of this package.

`import moto` takes 0.3 to 1.1 seconds, and two facts about it pull in opposite directions. A client that the code under
test makes at import time, before anything imported moto, is never intercepted: it talks to the real AWS. And a pytest
plugin that imports moto when pytest starts charges every run for it, tests of AWS or not.

So a finder waits on sys.meta_path for three modules, and acts right behind each:

- boto3: moto is imported, before any client can exist;
- moto.rekognition.responses: the two operations are installed;
- moto.moto_api._internal.urls: the routes for seeding over HTTP are installed, before moto makes a server of its own.

It finds nothing itself. It asks the other finders, and has their loader run the action after the module. Then the
module is as if the finder had never been there, and after all of them the finder takes itself out.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# Statements, not importlib.import_module: where two threads wait for each other's modules, Python lets a statement go
# on with a module that the other thread is still importing, and answers the function with a deadlock error.


def _import_moto() -> None:
    import moto  # noqa: F401


def _install() -> None:
    from moto_liveness.install import install

    install()


def _install_routes() -> None:
    from moto_liveness.install import install_routes

    install_routes()


_ACTIONS: dict[str, Callable[[], None]] = {
    "boto3": _import_moto,
    "moto.rekognition.responses": _install,
    "moto.moto_api._internal.urls": _install_routes,
}


class _Loader:
    """The loader of a module that is waited for, with an action behind it."""

    def __init__(self, spec: ModuleSpec, action: Callable[[], None]) -> None:
        self._spec = spec
        self._loader: Any = spec.loader
        self._action = action

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def exec_module(self, module: ModuleType) -> None:
        self._spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._action()


class _Finder:
    """Waits for the modules of its actions."""

    def __init__(self, actions: dict[str, Callable[[], None]]) -> None:
        self._actions = actions

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._actions:
            return None
        others = [finder for finder in sys.meta_path if finder is not self and hasattr(finder, "find_spec")]
        spec = next(filter(None, (finder.find_spec(name, path, target) for finder in others)), None)
        if spec is not None:
            spec.loader = _Loader(spec, lambda: self.act(name))  # type: ignore[assignment]
        return spec

    def act(self, name: str) -> None:
        """Do what is due behind a module, and leave when nothing else is waited for."""
        action = self._actions.pop(name, lambda: None)
        if not self._actions:
            # Another thread may be walking the list for an import of its own: it keeps the old one, whole.
            sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
        action()


def watch() -> None:
    """Wait for the modules; for one that is there already, do at once what is due."""
    finder = _Finder(dict(_ACTIONS))
    sys.meta_path.insert(0, finder)
    for name in _ACTIONS:
        if name in sys.modules:
            finder.act(name)
