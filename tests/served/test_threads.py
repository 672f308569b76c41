"""See tests/served/conftest.py."""

from tests.test_threads import *  # noqa: F403
