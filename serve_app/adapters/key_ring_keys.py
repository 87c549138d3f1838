"""What an API key looks like: `mk_<id>_<secret>`; the id finds its row, the whole is compared by its hash."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from serve_app.records import KeyRecord

_FORM = re.compile(r"mk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}", re.ASCII)
_ID_BYTES = 6
_SECRET_BYTES = 32
_NO_DIGEST = "0" * 64


def new_key(
    owner: str, name: str, *, scopes: Iterable[str], plan: str, now: datetime
) -> tuple[KeyRecord, str]:
    """A new key: what is kept of it, and the key itself, which is to be shown once and is kept nowhere.

    Its secret is 256 random bits, so a plain SHA-256 keeps it as well as a slow hash would.
    """
    tag = secrets.token_hex(_ID_BYTES)
    key = f"mk_{tag}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    record = KeyRecord(
        id=f"key_{tag}",
        owner=owner,
        name=name,
        sha256=_digest(key),
        scopes=tuple(sorted(set(scopes))),
        plan=plan,
        created_at=now,
    )
    return record, key


def key_id_of(key: str) -> str | None:
    """The id of the row of a key; None when it is not of this form."""
    match = _FORM.fullmatch(key)
    return f"key_{match[1]}" if match else None


def matches(key: str, record: KeyRecord | None) -> bool:
    """Whether a key is the one of a record, in the same time whether it is, is not, or there is no record."""
    kept = record.sha256 if record else _NO_DIGEST
    same = hmac.compare_digest(_digest(key).encode(), kept.encode())
    return same and record is not None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
