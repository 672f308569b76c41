"""The import hook: installs the operations as soon as moto is imported.

`import moto` takes 0.3 to 1.1 seconds, and two facts about it pull in opposite directions. moto intercepts only clients
that are made after it was imported, so a client that the code under test makes earlier, at import time, would talk to
the real AWS. But a pytest plugin that imports moto makes every run pay for it, even one that never touches AWS.

So nothing is imported here. A finder on sys.meta_path waits for four modules, and acts right after each import:

- botocore.handlers: every client from now on gets a handler that hands its requests over to moto once moto is imported;
- moto.core.models: moto has added a handler of its own, so later clients get only that one, and are answered once;
- moto.rekognition.responses: the operations are installed;
- moto.moto_api._internal.urls: the routes for seeding over HTTP are installed, before moto builds a server from them.

The finder finds nothing itself: it asks the other finders, and wraps the loader that they return so that the action
runs after the module. Then it restores the module's loader, and after the last module it removes itself.

An action that fails must not break the import, which may be that of a plain moto user. Its error is remembered:
FaceLiveness(), the fixtures and the server raise it.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

# The functions use import statements, not importlib.import_module: when two threads wait for each other's modules,
# a statement gets the module that the other thread is still importing, and the function raises a deadlock error.


def _hand_over_to_moto(**event: Any) -> object:
    """Answer botocore's before-send event as moto does, or not at all while moto is not imported."""
    stubber = getattr(sys.modules.get("moto.core.models"), "botocore_stubber", None)
    return stubber(**event) if stubber else None


_HANDLER = ("before-send", _hand_over_to_moto)


def _add_handler() -> None:
    from botocore.handlers import BUILTIN_HANDLERS

    BUILTIN_HANDLERS.append(_HANDLER)


def _remove_handler() -> None:
    from botocore.handlers import BUILTIN_HANDLERS

    if _HANDLER in BUILTIN_HANDLERS:
        BUILTIN_HANDLERS.remove(_HANDLER)


def _install() -> None:
    from moto_liveness.install import install

    install()


def _install_routes() -> None:
    from moto_liveness.install import install_routes

    install_routes()


_ACTIONS: dict[str, Callable[[], None]] = {
    "botocore.handlers": _add_handler,
    "moto.core.models": _remove_handler,
    "moto.rekognition.responses": _install,
    "moto.moto_api._internal.urls": _install_routes,
}


def _remember(module: str, error: Exception) -> None:
    try:
        from moto_liveness.core import failures
    except Exception:  # noqa: BLE001  # FaceLiveness and the server import it too, and raise the error themselves
        return
    failures.remember(module, error)


class _Loader:
    """The loader of a module that the finder waits for, followed by an action."""

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
        # The finders before this one have been asked already. One of them may be another _Finder, if the package was
        # imported twice, and the two would ask each other forever.
        behind = itertools.islice(itertools.dropwhile(lambda finder: finder is not self, sys.meta_path), 1, None)
        found = (finder.find_spec(name, path, target) for finder in behind if hasattr(finder, "find_spec"))
        spec = next(filter(None, found), None)
        if spec is not None:
            spec.loader = _Loader(spec, lambda: self.act(name))  # type: ignore[assignment]
        return spec

    def act(self, name: str) -> None:
        """Run the action of a module, and remove the finder after the last one."""
        action = self._actions.pop(name, lambda: None)
        if not self._actions:
            # Replace the list: another thread may be iterating over the old one for an import of its own.
            sys.meta_path = [finder for finder in sys.meta_path if finder is not self]
        try:
            action()
        except Exception as error:  # noqa: BLE001  # moto's import must go on
            _remember(name, error)


def watch() -> None:
    """Wait for the modules, and act at once for those that are imported already."""
    finder = _Finder(dict(_ACTIONS))
    sys.meta_path.insert(0, finder)
    for name in _ACTIONS:
        if name in sys.modules:
            finder.act(name)
