"""A record of the answers in JSON, for the project.

docs/what-aws-does-not-say.md describes the format.
"""

from __future__ import annotations

import datetime
import importlib.metadata
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from moto_liveness.probe.answers import NotAsked, Outcome, Result

FORMAT = 1
_PACKAGES = ("boto3", "botocore", "moto", "moto-liveness")


def record_of(results: Iterable[Result], region_name: str, endpoint_url: str | None, at: float) -> dict[str, Any]:
    """Return the record of a run that ended at a time, in seconds since 1970. endpoint_url: None for AWS."""
    return {
        "format": FORMAT,
        "recorded_at": datetime.datetime.fromtimestamp(int(at), datetime.timezone.utc).isoformat(),
        "target": "endpoint" if endpoint_url else "aws",
        "region": region_name,
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "answers": {result.name: _encode(result.answered) for result in results},
    }


def _encode(outcome: Outcome) -> Any:
    if isinstance(outcome, NotAsked):
        return {"could_not_be_asked": outcome.why}
    return [asdict(answer) for answer in outcome]
