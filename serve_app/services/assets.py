"""Stored files: made ids, signed and expiring URLs, reading one's own back."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from serve_app.domain import Asset, Encoded, Principal
from serve_app.errors import ExpiredError, NotFoundError
from serve_app.ports import ObjectStore, StoredObject

ID_PREFIX = "ast_"
TIME_DIGITS = 12  # hex digits of a millisecond clock: the id tells when it was made
RANDOM_BYTES = 10
EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/svg+xml": "svg",
    "application/pdf": "pdf",
    "application/zip": "zip",
}


class Signer(Protocol):
    """Makes and checks signed URLs (`adapters.signing`)."""

    def sign(self, key: str, *, expires_at: datetime) -> str:
        """A URL that opens the object until then."""
        ...

    def verify(self, key: str, expires: str, signature: str, *, now: datetime) -> None:
        """Raises `BadSignatureError` or `ExpiredError`."""
        ...


@dataclass(frozen=True, slots=True)
class AssetService:
    """Keeps results for their owner."""

    store: ObjectStore
    signer: Signer
    asset_ttl: timedelta
    url_ttl: timedelta
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def save(self, file: Encoded, *, role: str, owner: Principal) -> Asset:
        """Store a file; the asset is answered only when it is durable. Raises `UnavailableError`."""
        created = self.now()
        asset_id = _new_id(created)
        key = f"{_owner_prefix(owner)}/{asset_id}/{role}.{EXTENSIONS[file.content_type]}"
        await self.store.put(key, file.data, content_type=file.content_type)
        expires = created + self.asset_ttl
        return Asset(
            id=asset_id,
            role=role,
            url=self.signer.sign(key, expires_at=min(expires, created + self.url_ttl)),
            content_type=file.content_type,
            width=file.width,
            height=file.height,
            dpi=file.dpi,
            bytes=len(file.data),
            sha256=hashlib.sha256(file.data).hexdigest(),
            created_at=created,
            expires_at=expires,
        )

    async def read_own(self, asset_id: str, *, owner: Principal) -> StoredObject:
        """The bytes of one of the caller's assets.

        Raises:
            NotFoundError: no asset of this caller has this id.
            ExpiredError: it had, but its time is over.
        """
        made = _made_at(asset_id)
        keys = await self.store.list_keys(f"{_owner_prefix(owner)}/{asset_id}") if made else []
        if made is None or not keys:
            raise NotFoundError("There is no asset with this id.")
        if made + self.asset_ttl < self.now():
            raise ExpiredError("This asset has expired.")
        return await self.store.get(keys[0])

    async def open_signed(self, key: str, *, expires: str, signature: str) -> StoredObject:
        """The bytes behind a signed URL; raises `BadSignatureError`, `ExpiredError`, `NotFoundError`."""
        self.signer.verify(key, expires, signature, now=self.now())
        return await self.store.get(key)


def _owner_prefix(owner: Principal) -> str:
    """A folder per owner whose name does not give the owner away in URLs."""
    return f"assets/{hashlib.sha256(owner.owner.encode()).hexdigest()[:16]}"


def _new_id(created: datetime) -> str:
    return f"{ID_PREFIX}{int(created.timestamp() * 1e3):0{TIME_DIGITS}x}{secrets.token_hex(RANDOM_BYTES)}"


def _made_at(asset_id: str) -> datetime | None:
    """When an id was made; None when it is not one of ours."""
    digits = asset_id.removeprefix(ID_PREFIX)
    expected = TIME_DIGITS + 2 * RANDOM_BYTES
    hexadecimal = len(digits) == expected and all(char in "0123456789abcdef" for char in digits)
    if not asset_id.startswith(ID_PREFIX) or not hexadecimal:
        return None
    try:
        return datetime.fromtimestamp(int(digits[:TIME_DIGITS], 16) / 1e3, UTC)
    except (ValueError, OverflowError, OSError):
        return None
