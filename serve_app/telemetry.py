"""Time and words: how long stages took, and the service's log."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

LOG = logging.getLogger("ray.serve")
"""Serve's own logger: its lines carry the deployment, the replica and the request id."""


class Stopwatch:
    """Milliseconds per named stage.

    >>> watch = Stopwatch()
    >>> with watch("decode"):
    ...     pass
    >>> list(watch.times_ms)
    ['decode']
    """

    def __init__(self) -> None:
        self.times_ms: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Add the time of the block to `stage`."""
        start = time.perf_counter()
        try:
            yield
        finally:
            elapsed = (time.perf_counter() - start) * 1e3
            self.times_ms[stage] = round(self.times_ms.get(stage, 0.0) + elapsed, 2)


def configure_logging(level: str) -> None:
    """Set the level of the service's log in this process."""
    LOG.setLevel(level)
