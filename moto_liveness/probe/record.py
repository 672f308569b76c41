"""A record of the answers in JSON, for the project, and the file that it is written to.

docs/what-aws-does-not-say.md describes the format.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from moto_liveness.probe.answers import NotAsked, Outcome, Result
from moto_liveness.probe.failures import CannotAskError, Failure

FORMAT = 1
_PACKAGES = ("boto3", "botocore", "moto", "moto-liveness")


def record_of(results: Iterable[Result], region_name: str, endpoint_url: str | None) -> dict[str, Any]:
    """Return the record of a run that ends now. endpoint_url: None for AWS."""
    return {
        "format": FORMAT,
        "recorded_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "target": "endpoint" if endpoint_url else "aws",
        "region": region_name,
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "answers": {result.name: _encode(result.answered) for result in results},
    }


def check_writable(path: Path) -> None:
    """Raise CannotAskError now, and not after three minutes."""
    target = _target(path)
    try:
        for file in (target, _beside(target)):
            existed = file.exists()
            file.open("a").close()
            if not existed:
                file.unlink()
    except OSError as error:
        raise _unwritable(path, error) from None


def write(path: Path, record: dict[str, Any]) -> None:
    """Write a record to a file, which stays as it is if that fails. Raises CannotAskError then."""
    target = _target(path)
    beside = _beside(target)
    try:
        beside.write_text(json.dumps(record, indent=2) + "\n")
        beside.replace(target)
    except OSError as error:
        if beside != target:
            beside.unlink(missing_ok=True)
        raise _unwritable(path, error) from None


def _target(path: Path) -> Path:
    # What a link points to, so that the link stays.
    return Path(os.path.realpath(path))


def _beside(target: Path) -> Path:
    # A pipe or a device is written to, and never replaced.
    return target if target.exists() and not target.is_file() else target.with_name(f"{target.name}.part")


def _unwritable(path: Path, error: OSError) -> CannotAskError:
    return Failure.RECORD_NOT_WRITABLE.error(path=path, text=error.strerror)


def _encode(outcome: Outcome) -> Any:
    if isinstance(outcome, NotAsked):
        return {"could_not_be_asked": outcome.why}
    return [asdict(answer) for answer in outcome]
