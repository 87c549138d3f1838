"""`Cache-Control` of a request (RFC 9111, 5.2.1): whether an earlier result will do, and may be kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_AGE_S = 10**9
"""Longer than anything is kept; what is more, or no number, changes nothing."""


@dataclass(frozen=True, slots=True)
class CacheWishes:
    """What the client wants."""

    may_reuse: bool = True
    """An earlier result will do."""
    may_store: bool = True
    """The result may answer later requests."""
    max_age_s: int | None = None
    """Of an earlier result, seconds; None is any."""

    def take(self, created_at: datetime, *, now: datetime) -> bool:
        """Whether a result that was made then is young enough; both times know their zones."""
        return self.max_age_s is None or now - created_at <= timedelta(seconds=self.max_age_s)


def read_wishes(headers: Sequence[str]) -> CacheWishes:
    """The wishes of all `Cache-Control` headers; what is not known or malformed says nothing."""
    directives: dict[str, str] = {}
    for part in ",".join(headers).lower().split(","):
        name, _, value = part.partition("=")
        directives[name.strip()] = value.strip(' "')
    age = directives.get("max-age", "")
    max_age_s = int(age) if age.isascii() and age.isdigit() and len(age) < len(str(MAX_AGE_S)) else None
    may_store = "no-store" not in directives
    return CacheWishes(
        may_reuse=may_store and "no-cache" not in directives and max_age_s != 0,
        may_store=may_store,
        max_age_s=max_age_s,
    )
