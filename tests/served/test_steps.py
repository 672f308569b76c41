"""See tests/served/conftest.py."""

from tests.test_steps import *  # noqa: F403
