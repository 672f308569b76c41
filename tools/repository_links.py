"""Let the site carry the files of the repository that its pages link to, beside the pages themselves.

On GitHub a relative link leads to any file. MyST makes a download of a file that is not Markdown, and takes Markdown
for a page, unless the link has the prefix "path:". A link to a folder leads to the README.md in it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_LINK = re.compile(r"(?<=\]\()(?:\.\./)+[^)#\s]*(?=\))")


def carry(markdown: str, page: Path, docs: Path) -> str:
    """Return the text of a page whose links to other Markdown files and to folders are downloads."""

    def destination(link: re.Match[str]) -> str:
        path = (page.parent / link[0]).resolve()
        inside = path.is_relative_to(docs)
        if inside or not path.exists() or (path.is_dir() and not (path / "README.md").exists()):
            return link[0]
        return f"path:{link[0].rstrip('/')}/README.md" if path.is_dir() else f"path:{link[0]}"

    return _LINK.sub(destination, markdown)


def process(app: Sphinx, docname: str, source: list[str]) -> None:
    """Handle source-read: https://www.sphinx-doc.org/en/master/extdev/event_callbacks.html#event-source-read."""
    source[0] = carry(source[0], Path(app.env.doc2path(docname)), Path(app.srcdir))
