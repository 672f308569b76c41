"""Loaded for the whole repository: pytest takes pytest_plugins, and files outside of tests/, from here only."""

import importlib.util

pytest_plugins = ["pytester"]

# The environments of the matrix have no Sybil: the documentation is tested once.
if importlib.util.find_spec("sybil"):
    from tests.documentation import sybil

    pytest_collect_file = sybil.pytest()
