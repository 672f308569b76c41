"""What the code under test is told besides its answer: a warning in its process, a line in the log of a server."""

from __future__ import annotations

import logging

from moto_liveness.core.lines import warn

_LOG = logging.getLogger("moto_liveness")


def tell(message: str, category: type[Warning], in_process: bool) -> None:
    """Warn of something, before anything has changed: -W error refuses the call."""
    if in_process:
        warn(message, category)
    else:
        _LOG.warning(message)
