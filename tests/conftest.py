from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterator
from typing import TYPE_CHECKING

import botocore.loaders
import botocore.session
import hypothesis

# pytester forgets what a suite that it runs in this process imports: moto's classes must stay the same, and what its
# mocks import when they answer would be imported by each suite again.
import moto.iam.access_control
import moto.moto_api._internal.urls
import moto.rekognition.responses
import moto.rekognition.urls
import moto.s3.urls
import moto.sts.models  # noqa: F401
import pytest
import requests
import time_machine  # noqa: F401

from moto_liveness import FaceLiveness, FaceLivenessServer
from tests import aws
from tests.waiting import held_port

if TYPE_CHECKING:
    from tests.probing import Prober

# Nothing here is timed, and no run may find what the previous run did not.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=True, max_examples=100)
hypothesis.settings.load_profile("tests")

# moto drops boto3's default session whenever a mock starts, so boto3.client() would parse botocore's JSON once a test:
# a tenth of a second. Clients of one session share what was parsed; here those of all sessions do.
botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)

# Plugins that are installed for other reasons, and only cost time in a suite that a test runs: schemathesis and
# Hypothesis take two seconds to import in a process of their own.
_LEFT_OUT = ("anyio", "cacheprovider", "hypothesispytest", "playwright", "randomly", "schemathesis", "xdist")

needs_flask = pytest.mark.skipif(
    importlib.util.find_spec("flask") is None, reason="moto's server needs Flask, which moto-liveness[server] brings"
)


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


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Run a suite inside a test, in this process or another, without the plugins that it does not need."""
    monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(f"-p no:{name}" for name in _LEFT_OUT))
    return pytester


@pytest.fixture
def port() -> Iterator[int]:
    """Yield a port of this machine that is reserved for a server."""
    with held_port() as port:
        yield port


@pytest.fixture(params=["in_process", pytest.param("served", marks=needs_flask)])
def face_liveness(
    request: pytest.FixtureRequest, environment: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FaceLiveness]:
    """The handle in its block, once inside mock_aws and once on a server: what holds in one holds in the other.

    A test that is about its own process is marked in_process.
    """
    if request.param == "in_process":
        with FaceLiveness() as handle:
            yield handle
        return
    if request.node.get_closest_marker("in_process"):
        pytest.skip("it is about the process of the test")
    endpoint_url = request.getfixturevalue("make_face_liveness_server").endpoint_url
    requests.post(f"{endpoint_url}/moto-api/reset")
    monkeypatch.setattr(aws, "ENDPOINT", endpoint_url)
    with FaceLiveness(endpoint_url=endpoint_url) as handle:
        yield handle


@pytest.fixture
def prober(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Prober:
    """Runs the probe, with "server" or "aws" as the AWS that it asks."""
    from tests.probing import Prober, create_loader

    # Each run makes a session, which would read the models of AWS anew.
    monkeypatch.setattr("botocore.session.create_loader", create_loader)
    return Prober(capsys)


@pytest.fixture
def server() -> Iterator[FaceLivenessServer]:
    pytest.importorskip("flask", reason="moto's server needs Flask, which moto-liveness[server] brings")
    with FaceLivenessServer() as server:
        yield server


@pytest.fixture(name="aws")
def played_aws() -> Iterator[FaceLiveness]:
    """AWS, played by a mock that is already running, where the mock of the probe is nested."""
    with FaceLiveness(assert_all_seeded=False, strict_regions=True) as face_liveness:
        yield face_liveness
