"""The documentation site: `tox -e docs` builds it, with every warning an error and without a network."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import references
import repository_links

project = "moto-liveness"
author = "the moto-liveness authors"
copyright = author
release = metadata.version("moto-liveness")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]

html_theme = "furo"
html_title = f"moto-liveness {release}"
html_show_copyright = False
html_copy_source = False

# Links to a heading of a page, as GitHub makes them: [...](unused-seeds.md#for-one-test).
myst_heading_anchors = 3

# The docstrings are in Google's style.
napoleon_numpy_docstring = False
# `code` in a docstring, as in Markdown.
default_role = "code"

autodoc_member_order = "bysource"
maximum_signature_line_length = 88
# The name of a placeholder image, not its repr.
autodoc_preserve_defaults = True

# A type alias keeps its name in signatures.
autodoc_type_aliases = {name: f"moto_liveness.{name}" for name in ("FeedbackSource", "ImageSource")}


def setup(app: Sphinx) -> None:
    """Carry along the files that pages link to, and resolve the names of other projects."""
    app.connect("source-read", repository_links.process)
    app.connect("missing-reference", references.process)
