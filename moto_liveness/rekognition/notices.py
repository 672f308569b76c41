"""What the code under test is told besides its answer: a warning in its process, a line in the log of a server."""

from __future__ import annotations

import logging
import warnings

_LOG = logging.getLogger("moto_liveness")


def tell(message: str, category: type[Warning], in_process: bool) -> None:
    """Warn of something, before anything has changed: -W error refuses the call."""
    if in_process:
        warnings.warn(message, category, stacklevel=3)
    else:
        _LOG.warning(message)
