"""Stored files as the API shows them: signed and expiring URLs, reading one's own back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from serve_app.domain import Asset, Principal
from serve_app.errors import ExpiredError, NotFoundError
from serve_app.ports import AssetRecords, ObjectStore, StoredObject
from serve_app.records import AssetRecord
from serve_app.services.ids import ID
from serve_app.services.recorder import OBJECT


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
    """Shows files to their owner."""

    store: ObjectStore
    records: AssetRecords
    signer: Signer
    url_ttl: timedelta
    native_links: bool = True
    """Give the store's own signed links where it has some."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def show(self, record: AssetRecord) -> Asset:
        """A stored file with a fresh link."""
        return Asset(
            id=record.id,
            role=record.role,
            url=await self._sign(record.key, until=record.expires_at),
            content_type=record.content_type,
            width=record.width,
            height=record.height,
            dpi=record.dpi,
            bytes=record.bytes,
            sha256=record.sha256,
            created_at=record.created_at,
            expires_at=record.expires_at,
        )

    async def link(self, url: str | None, *, until: datetime) -> str | None:
        """What a URL column leads to: a fresh link to an object of ours, any other address as it is."""
        if url is None or not url.startswith(OBJECT):
            return url
        return await self._sign(url.removeprefix(OBJECT), until=until)

    async def read_own(self, asset_id: str, *, owner: Principal) -> StoredObject:
        """The bytes of one of the caller's assets.

        Raises:
            NotFoundError: no asset of this caller has this id.
            ExpiredError: it had, but its time is over.
            UnavailableError: the database or the store does not answer.
        """
        found = await self.records.get(asset_id, owner=owner.owner) if ID.fullmatch(asset_id) else None
        if found is None:
            raise NotFoundError("There is no asset with this id.")
        if found.expires_at <= self.now():
            raise ExpiredError("This asset has expired.")
        return await self.store.get(found.key)

    def verify(self, key: str, *, expires: str, signature: str) -> None:
        """Let a signed URL through; raises `BadSignatureError`, `ExpiredError`."""
        self.signer.verify(key, expires, signature, now=self.now())

    async def _sign(self, key: str, *, until: datetime) -> str:
        expires_at = min(until, self.now() + self.url_ttl)
        own = await self.store.signed_url(key, expires_at=expires_at) if self.native_links else None
        return own or self.signer.sign(key, expires_at=expires_at)
