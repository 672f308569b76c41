"""See tests/served/conftest.py."""

from tests.test_storage import *  # noqa: F403
