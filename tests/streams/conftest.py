from __future__ import annotations

from collections.abc import Iterator

import pytest

from moto_liveness import FaceLiveness
from moto_liveness.core.stream import reachable


@pytest.fixture
def face_liveness(environment: None) -> Iterator[FaceLiveness]:
    """A handle in its process, to which clients can stream."""
    with reachable(), FaceLiveness() as handle:
        yield handle
