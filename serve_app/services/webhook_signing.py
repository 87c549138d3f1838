"""Signatures of webhooks: what the service sends and how a receiver checks it.

`X-Signature: t=UNIX,v1=HEX`, where HEX is HMAC-SHA256 (RFC 2104) over the bytes `UNIX`, a full stop, the
body, keyed with the UTF-8 text of the owner's secret. The time is inside, so a recorded webhook cannot be
sent again later; a receiver looks at every `v1` and passes over names that it does not know.
"""

import base64
import hmac
import re
from datetime import datetime

PREFIX = "whsec_"
MIN_MASTER_BYTES = 16
TOLERANCE_S = 300.0
_PURPOSE = b"webhook-owner\n"
_UNIX = re.compile(r"[0-9]{1,12}", re.ASCII)


def owner_secret(master: bytes, owner: str) -> str:
    """The secret that one owner's webhooks are signed with; nothing of it leads to another's.

    Args:
        master: The service's own secret, at least 16 bytes.
        owner: Of the API key.

    Raises:
        ValueError: The master secret is too short.

    >>> owner_secret(b"a master secret of the service", "owner-1")
    'whsec_...'
    """
    if len(master) < MIN_MASTER_BYTES:
        raise ValueError(f"the webhook secret needs at least {MIN_MASTER_BYTES} bytes")
    digest = hmac.digest(master, _PURPOSE + owner.encode("utf-8", "surrogatepass"), "sha256")
    return PREFIX + base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sign(body: bytes, *, secret: str, now: datetime) -> str:
    """The value of `X-Signature`.

    Args:
        body: The exact bytes that are sent.
        secret: The owner's.
        now: Time of the attempt, with a zone; fractions of a second are dropped.

    Raises:
        ValueError: The time has no zone.

    >>> from datetime import UTC
    >>> sign(b'{"id": "1"}', secret="whsec_test", now=datetime(2026, 1, 2, tzinfo=UTC))
    't=1767312000,v1=...'
    """
    unix = str(_unix_seconds(now))
    return f"t={unix},v1={_mac(body, unix, secret)}"


def verify(
    body: bytes, signature: str, *, secret: str, now: datetime, tolerance_s: float = TOLERANCE_S
) -> bool:
    """Whether a webhook is genuine and fresh, as its receiver asks.

    Args:
        body: The exact bytes that came, before any JSON parser.
        signature: `X-Signature` as it came.
        secret: From `GET /api/v1/webhooks/secret`.
        now: The receiver's time, with a zone.
        tolerance_s: How far its clock and the signature's time may lie apart.

    >>> from datetime import UTC
    >>> now = datetime(2026, 1, 2, tzinfo=UTC)
    >>> header = sign(b"{}", secret="whsec_test", now=now)
    >>> verify(b"{}", header, secret="whsec_test", now=now)
    True
    >>> verify(b"{ }", header, secret="whsec_test", now=now)
    False
    """
    parts = [part.strip().partition("=") for part in signature.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    if len(times) != 1 or not _UNIX.fullmatch(times[0]):
        return False
    right = _mac(body, times[0], secret).encode()
    offered = [value.encode("utf-8", "surrogatepass") for name, _, value in parts if name == "v1"]
    genuine = any(hmac.compare_digest(right, each) for each in offered)
    return genuine and abs(now.timestamp() - int(times[0])) <= tolerance_s


def _mac(body: bytes, unix: str, secret: str) -> str:
    return hmac.digest(secret.encode(), unix.encode() + b"." + body, "sha256").hex()


def _unix_seconds(moment: datetime) -> int:
    if moment.utcoffset() is None:
        raise ValueError("the time needs a time zone")
    return int(moment.timestamp())
