"""The tests of the handle and of the service once more: on a server, with FaceLiveness(endpoint_url=...)."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import pytest
import requests

from moto_liveness import FaceLiveness, FaceLivenessServer
from tests import aws

# moto's server needs Flask, which moto-liveness[server] brings.
if importlib.util.find_spec("flask") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture
def face_liveness(face_liveness_server: FaceLivenessServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaceLiveness]:
    requests.post(f"{face_liveness_server.endpoint_url}/moto-api/reset")
    monkeypatch.setattr(aws, "ENDPOINT", face_liveness_server.endpoint_url)
    with FaceLiveness(assert_all_used=False, endpoint_url=face_liveness_server.endpoint_url) as handle:
        yield handle


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "served" in item.path.parts and item.get_closest_marker("in_process"):
            item.add_marker(pytest.mark.skip(reason="what it is about is in the process of the test"))
