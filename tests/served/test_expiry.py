"""See tests/served/conftest.py."""

from tests.test_expiry import *  # noqa: F403
