"""Loaded for the whole repository: pytest takes pytest_plugins from here only."""

pytest_plugins = ["pytester"]
