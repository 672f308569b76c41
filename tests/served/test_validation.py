"""See tests/served/conftest.py."""

from tests.test_validation import *  # noqa: F403
