"""How long the faults last: a few seconds with every test run, their full time with `make faults`."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures of a run."""

    jobs: int
    """Done while workers are killed."""
    kill_every_s: float
    """In the short run a second worker goes before the first is back: no run ends without two kills."""
    kills: int
    """At most."""
    redis_gone_s: float
    postgres_gone_s: float
    postgres_hung_s: float
    storage_gone_s: float
    watched_s: float
    """After a fault."""
    answer_s: float
    """An answer that only says "unavailable" may take so long; promised is a second."""
    recovery_s: float
    """From a server's return to the last refusal; promised are ten seconds."""


SHORT = Scale(
    jobs=100,
    kill_every_s=3,
    kills=3,
    redis_gone_s=4,
    postgres_gone_s=4,
    postgres_hung_s=4,
    storage_gone_s=4,
    watched_s=2,
    answer_s=3,
    recovery_s=20,
)
"""With room for a machine that does other things."""
FULL = Scale(
    jobs=1000,
    kill_every_s=10,
    kills=10**6,
    redis_gone_s=300,
    postgres_gone_s=60,
    postgres_hung_s=60,
    storage_gone_s=60,
    watched_s=20,
    answer_s=1,
    recovery_s=10,
)
SCALE = FULL if os.environ.get("FAULTS") == "full" else SHORT
