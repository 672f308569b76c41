"""Resolve the references of the API documentation that Sphinx cannot resolve by itself, without a network.

A type alias is documented as data, and referred to as a class. A name of the standard library or of Hypothesis leads to
the documentation of that project.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

_PYTHON = "https://docs.python.org/3/library"
_HYPOTHESIS = "https://hypothesis.readthedocs.io/en/latest/"
_MODULES = ("collections.abc", "datetime", "os", "types")


def process(
    app: Sphinx, env: BuildEnvironment, node: pending_xref, contnode: nodes.TextElement
) -> nodes.reference | None:
    """Handle missing-reference: https://www.sphinx-doc.org/en/master/extdev/event_callbacks.html."""
    target = str(node.get("reftarget", ""))
    url = url_of(target)
    if url is not None:
        return nodes.reference("", "", contnode, internal=False, refuri=url)
    name = target.removeprefix("moto_liveness.")
    page = str(node.get("refdoc", ""))
    domain = env.get_domain("py")
    return domain.resolve_xref(env, page, app.builder, "data", f"moto_liveness.{name}", node, contnode)


def url_of(target: str) -> str | None:
    """Return where a name of another project is documented; None for a name of this one."""
    if target.startswith("hypothesis."):
        return _HYPOTHESIS
    module = target.rpartition(".")[0]
    return f"{_PYTHON}/{module}.html#{target}" if module in _MODULES else None
