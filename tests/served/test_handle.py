"""See tests/served/conftest.py."""

from tests.test_handle import *  # noqa: F403
