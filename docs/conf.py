"""The documentation site: `tox -e docs` builds it, with every warning an error and without a network."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import repository_links

project = "moto-liveness"
author = "the moto-liveness authors"
copyright = author
release = metadata.version("moto-liveness")

extensions = ["myst_parser"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"moto-liveness {release}"
html_show_copyright = False
html_copy_source = False

# Links to a heading of a page, as GitHub makes them: [...](unused-seeds.md#for-one-test).
myst_heading_anchors = 3


def setup(app: Sphinx) -> None:
    """Carry along the files that pages link to."""
    app.connect("source-read", repository_links.process)
