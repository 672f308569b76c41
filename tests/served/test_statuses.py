"""See tests/served/conftest.py."""

from tests.test_statuses import *  # noqa: F403
