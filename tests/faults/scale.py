"""How long the faults last: a few seconds with every test run, their full time with `make faults`."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures of a run: the short one's, unless they are given."""

    jobs: int = 100
    """Done while workers are killed."""
    kill_every_s: float = 3
    """In the short run a second worker goes before the first is back: no run ends without two kills."""
    kills: int = 3
    """At most."""
    redis_gone_s: float = 4
    postgres_gone_s: float = 4
    postgres_hung_s: float = 4
    storage_gone_s: float = 4
    watched_s: float = 2
    """After a fault."""
    answer_s: float = 3
    """An answer that only says "unavailable" may take so long; promised is a second. With room for a machine
    that does other things, as the next."""
    recovery_s: float = 20
    """From a server's return to the last refusal; promised are ten seconds."""


FULL = Scale(
    jobs=1000, kill_every_s=10, kills=10**6,
    redis_gone_s=300, postgres_gone_s=60, postgres_hung_s=60, storage_gone_s=60, watched_s=20,
    answer_s=1, recovery_s=10,
)  # fmt: skip
SCALE = FULL if os.environ.get("FAULTS") == "full" else Scale()
