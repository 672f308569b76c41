from __future__ import annotations

import hypothesis

# pytester forgets what a suite that it runs in this process imports, and moto's classes must stay the same.
import moto.rekognition.responses  # noqa: F401
import pytest
import time_machine  # noqa: F401

import moto_liveness.control.face_liveness  # noqa: F401

pytest_plugins = ["pytester"]

# Nothing here is timed, and no run may find what the run before it did not.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, max_examples=100)
hypothesis.settings.load_profile("tests")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may depend on the machine: neither on its AWS configuration nor on moto's switches."""
    for name in ("AWS_PROFILE", "AWS_REGION", "MOTO_ACCOUNT_ID", "MOTO_ALLOW_NONEXISTENT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
