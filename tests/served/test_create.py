"""See tests/served/conftest.py."""

from tests.test_create import *  # noqa: F403
