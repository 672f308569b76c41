"""The file that a record is written to."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moto_liveness.probe.answers import CannotAskError


def check_writable(path: Path) -> None:
    """Raise CannotAskError now, and not after three minutes."""
    target = _target(path)
    with _writing(path):
        for file in (target, _beside(target)):
            existed = file.exists()
            file.open("a").close()
            if not existed:
                file.unlink()


def write(path: Path, record: dict[str, Any]) -> None:
    """Write a record to a file, which stays as it is if that fails. Raises CannotAskError then."""
    target = _target(path)
    beside = _beside(target)
    with _writing(path):
        try:
            beside.write_text(json.dumps(record, indent=2) + "\n")
            beside.replace(target)
        except OSError:
            if beside != target:
                beside.unlink(missing_ok=True)
            raise


def _target(path: Path) -> Path:
    # What a link points to, so that the link stays.
    return Path(os.path.realpath(path))


def _beside(target: Path) -> Path:
    # A pipe or a device is written to, and never replaced.
    return target if target.exists() and not target.is_file() else target.with_name(f"{target.name}.part")


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotAskError(f"cannot write the record to {path}: {error.strerror}") from None
