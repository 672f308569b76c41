"""The files of the console, a page for a browser. It does everything through the routes."""

from __future__ import annotations

from pathlib import Path

from moto_liveness.core import checks
from moto_liveness.moto_api.route import File

_FOLDER = Path(__file__).parent / "console"
_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
_PAGE = "index.html"

# Nothing inline, nothing of another origin, and no frame of another page around it: what a client sent to the mock,
# and what a page elsewhere does, cannot become code here.
# https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Content-Security-Policy
_POLICY = (
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
)
_HEADERS = {"Content-Security-Policy": "; ".join(_POLICY), "Referrer-Policy": "no-referrer"}


def console_page() -> File:
    """Return the page of the console."""
    return _read(_FOLDER / _PAGE)


def console_file(name: str) -> File:
    """Return a file that the page names. Raise LookupError if there is none with this name."""
    # Looked up among the names that exist, so a name is never a path.
    files = {path.name: path for path in _FOLDER.iterdir() if path.suffix in _TYPES and path.name != _PAGE}
    if name not in files:
        raise LookupError(f"the console has no file {checks.short_repr(name)}")
    return _read(files[name])


def _read(path: Path) -> File:
    return File(path.read_bytes(), f"{_TYPES[path.suffix]}; charset=utf-8", _HEADERS)
