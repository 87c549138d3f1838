"""Signed URLs that give a file to whoever holds the link, until a fixed time."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from serve_app.errors import BadSignatureError, ExpiredError

_MIN_SECRET_BYTES = 16
_EXPIRES = re.compile(r"[0-9]{1,12}", re.ASCII)


class UrlSigner:
    """Signs and checks `{base_path}/{key}?expires=UNIX&signature=HEX`.

    The signature is HMAC-SHA256 (RFC 2104) over the UTF-8 text `key`, a line feed, `expires`; hexadecimal.

    Args:
        secret: At least 16 bytes; signs, and checks.
        retired: Earlier secrets, which only check, so that links outlive a rotation.
        base_path: Where the files are served, without a slash at its end.
    """

    def __init__(
        self, secret: bytes, *, retired: Sequence[bytes] = (), base_path: str = "/api/v1/files"
    ) -> None:
        self._secrets = (secret, *retired)
        if any(len(each) < _MIN_SECRET_BYTES for each in self._secrets):
            raise ValueError(f"a signing secret needs at least {_MIN_SECRET_BYTES} bytes")
        self._base_path = base_path.rstrip("/")

    def sign(self, key: str, *, expires_at: datetime) -> str:
        """The relative URL of a key.

        Args:
            key: The object's key.
            expires_at: When the link ends; it must know its time zone. Fractions of a second are dropped.

        Raises:
            ValueError: The time has no zone or lies before 1970.
        """
        expires = str(_unix_seconds(expires_at))
        if not _EXPIRES.fullmatch(expires):
            raise ValueError("a link cannot end before 1970")
        signature = _signature(self._secrets[0], key, expires)
        return f"{self._base_path}/{quote(key, safe='/')}?expires={expires}&signature={signature}"

    def verify(self, key: str, expires: str, signature: str, *, now: datetime) -> None:
        """Let a request for a key through, or raise.

        The signature is judged before the time, so that a stranger learns nothing about a key from its age.

        Args:
            key: The key, decoded from the path.
            expires: The query's `expires`, as it came.
            signature: The query's `signature`, as it came.
            now: The present; it must know its time zone.

        Raises:
            BadSignatureError: Any part was changed, is malformed or was signed with another secret.
            ExpiredError: The link is ours and its time is over.
        """
        if not _EXPIRES.fullmatch(expires) or not self._is_ours(key, expires, signature):
            raise BadSignatureError("The signature of this link is not valid.")
        if int(expires) <= _unix_seconds(now):
            raise ExpiredError("This link has expired.")

    def _is_ours(self, key: str, expires: str, signature: str) -> bool:
        given = _bytes_of(signature)
        # No early exit: the time taken does not say which secret, or how much of it, was right.
        matches = [
            hmac.compare_digest(_signature(each, key, expires).encode(), given) for each in self._secrets
        ]
        return any(matches)


def _signature(secret: bytes, key: str, expires: str) -> str:
    return hmac.new(secret, _bytes_of(f"{key}\n{expires}"), hashlib.sha256).hexdigest()


def _bytes_of(text: str) -> bytes:
    """UTF-8 that never fails: lone surrogates reach us through percent-decoding."""
    return text.encode("utf-8", "surrogatepass")


def _unix_seconds(moment: datetime) -> int:
    if moment.utcoffset() is None:
        raise ValueError("the time needs a time zone")
    return int(moment.astimezone(UTC).timestamp())
