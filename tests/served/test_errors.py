"""See tests/served/conftest.py."""

from tests.test_errors import *  # noqa: F403
