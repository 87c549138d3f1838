"""When a webhook that failed is sent again: growing waits over a day."""

import hashlib
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MINUTE_S = 60
_HOUR_S = 3600
RETRY_DELAYS_S: tuple[int, ...] = (
    10,
    30,
    2 * _MINUTE_S,
    10 * _MINUTE_S,
    30 * _MINUTE_S,
    1 * _HOUR_S,
    2 * _HOUR_S,
    4 * _HOUR_S,
    6 * _HOUR_S,
    10 * _HOUR_S,
)
"""Waits after the first attempt, the second ...: eleven attempts in 23 h 43 min, before jitter."""
JITTER = 0.1
"""Share by which a wait is shortened or stretched, so that what failed together comes back apart."""
MAX_RETRY_AFTER_S = 4 * _HOUR_S
"""Longest wait that a receiver can ask for; every round ends within two days."""
LONGEST_WAIT_S = RETRY_DELAYS_S[-1] * (1 + JITTER)
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)


def retry_delay_s(delivery_id: str, *, attempts: int) -> float | None:
    """Seconds from a failed attempt to the next one; always the same for the same delivery and count.

    Args:
        delivery_id: From which the jitter comes.
        attempts: How many there were, at least 1.

    Returns:
        None when there is no further attempt.
    """
    if attempts > len(RETRY_DELAYS_S):
        return None
    digest = hashlib.sha256(f"{delivery_id}\n{attempts}".encode()).digest()
    share = int.from_bytes(digest[:8]) / 2**64
    return round(RETRY_DELAYS_S[attempts - 1] * (1 + JITTER * (2 * share - 1)), 3)


def retry_after_s(text: str | None, *, now: datetime) -> float:
    """Seconds that a `Retry-After` asks for (RFC 9110 10.2.3), 0 to `MAX_RETRY_AFTER_S`; 0 for nonsense."""
    if text is None:
        return 0.0
    if _SECONDS.fullmatch(text.strip()):
        return float(min(int(text), MAX_RETRY_AFTER_S))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0.0
    asked_s = moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() - now.timestamp()
    return min(max(asked_s, 0.0), float(MAX_RETRY_AFTER_S))
