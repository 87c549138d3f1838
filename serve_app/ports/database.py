"""What the use cases need of the database.

Every method raises `UnavailableError` within a second when the database's server is gone, and within
seven seconds when another process keeps an embedded file locked.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from serve_app.records import (
    AssetRecord,
    BrandKitRecord,
    DeliveryRecord,
    ImageRecord,
    KeyRecord,
    PackRecord,
    Page,
    PageRequest,
    StoredAnswer,
)


class AssetRecords(Protocol):
    """The table `assets`: each stored file."""

    async def add(self, assets: Sequence[AssetRecord]) -> None:
        """Insert all or none; one that is there already (same id) is left as it is."""
        ...

    async def get(self, asset_id: str, *, owner: str) -> AssetRecord | None:
        """One of the owner's, expired or not; None when there is none."""
        ...

    async def several(self, asset_ids: Collection[str], *, owner: str) -> tuple[AssetRecord, ...]:
        """Those of these that the owner has, expired or not, in any order."""
        ...

    async def of_parent(self, parent_id: str, *, owner: str) -> tuple[AssetRecord, ...]:
        """Every file of an image, pack or job, in the order in which they were added."""
        ...

    async def present(self, asset_ids: Collection[str], *, owner: str) -> set[str]:
        """Which of these are there."""
        ...

    async def made_of(
        self, content_keys: Collection[str], *, owner: str, alive_at: datetime
    ) -> tuple[AssetRecord, ...]:
        """The owner's files with one of these content keys that live on at that time, newest first."""
        ...

    async def extend(self, parent_id: str, *, owner: str, expires_at: datetime) -> None:
        """Give every file of a parent more time."""
        ...

    async def referenced(self, keys: Collection[str]) -> set[str]:
        """Which of these object keys a row names (an asset's, or an idempotency record's)."""
        ...

    async def delete_of_parent(self, parent_id: str, *, owner: str) -> list[str]:
        """Remove every file row of a parent; the keys of their objects."""
        ...

    async def expired(
        self, *, now: datetime, limit: int, after: tuple[datetime, str] | None = None
    ) -> tuple[AssetRecord, ...]:
        """Rows past their time, oldest first by (`expires_at`, `id`).

        `after` is that pair of the last row of the page before, for who looks without deleting.
        """
        ...

    async def delete(self, asset_ids: Collection[str]) -> int:
        """Remove rows; how many there were."""
        ...


class ImageRecords(Protocol):
    """The table `processed_images`."""

    async def add(self, image: ImageRecord) -> None:
        """Insert; left as it is when the id is there."""
        ...

    async def get(self, image_id: str, *, owner: str) -> ImageRecord | None:
        """One of the owner's; None when there is none."""
        ...

    async def page(self, request: PageRequest, *, owner: str, now: datetime) -> Page[ImageRecord]:
        """The owner's that are not past their time, newest first."""
        ...

    async def delete(self, image_id: str, *, owner: str) -> bool:
        """Remove; whether there was one."""
        ...

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        ...


class PackRecords(Protocol):
    """The table `asset_packs`."""

    async def add(self, pack: PackRecord) -> None:
        """Insert; left as it is when the id is there."""
        ...

    async def get(self, pack_id: str, *, owner: str) -> PackRecord | None:
        """One of the owner's; None when there is none."""
        ...

    async def page(self, request: PageRequest, *, owner: str, now: datetime) -> Page[PackRecord]:
        """The owner's that are not past their time, newest first."""
        ...

    async def delete(self, pack_id: str, *, owner: str) -> bool:
        """Remove; whether there was one."""
        ...

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        ...


class BrandKitRecords(Protocol):
    """The table `brand_kits`."""

    async def save(self, kit: BrandKitRecord) -> None:
        """Insert, or replace the one with this id and owner."""
        ...

    async def add(self, kit: BrandKitRecord) -> None:
        """Insert; left as it is when the owner has one with this id."""
        ...

    async def replace(self, kit: BrandKitRecord) -> bool:
        """Replace the one with this id and owner; whether there was one."""
        ...

    async def get(self, kit_id: str, *, owner: str) -> BrandKitRecord | None:
        """One of the owner's; None when there is none."""
        ...

    async def page(self, request: PageRequest, *, owner: str) -> Page[BrandKitRecord]:
        """The owner's that are kept until they are deleted, newest first."""
        ...

    async def learn(
        self, kit_id: str, *, owner: str, logo_facts: Mapping[str, Any], updated_at: datetime
    ) -> None:
        """Keep what was learnt of a kit's logo, unless the kit was replaced since that time."""
        ...

    async def extend(self, kit_id: str, *, owner: str, expires_at: datetime) -> None:
        """Give a kit that has an end more time."""
        ...

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        ...

    async def delete(self, kit_id: str, *, owner: str) -> bool:
        """Remove; whether there was one."""
        ...


class KeyRecords(Protocol):
    """The table `api_keys`."""

    async def add(self, key: KeyRecord) -> None:
        """Insert."""
        ...

    async def get(self, key_id: str) -> KeyRecord | None:
        """One by its id, revoked or not."""
        ...

    async def every(self) -> tuple[KeyRecord, ...]:
        """All, oldest first."""
        ...

    async def revoke(self, key_id: str, *, now: datetime) -> bool:
        """End a key's right; whether there was one in force."""
        ...

    async def touch(self, key_id: str, *, now: datetime) -> None:
        """Note that a key was used."""
        ...


Claim = Literal["ours", "busy", "reused"]


class IdempotencyRecords(Protocol):
    """The table `idempotency`: one row an owner and key."""

    async def claim(
        self, key: str, *, owner: str, fingerprint: str, now: datetime, lease: timedelta, ttl: timedelta
    ) -> Claim | StoredAnswer:
        """Take the key for a request, in one statement that only one of many callers can win.

        `ours`: go on, and `finish` or `release`. `busy`: another request with this key and fingerprint has
        not ended, and its lease is not over. `reused`: the key was used for another fingerprint. Else the
        answer to give again. A row past `ttl`, or running past its lease, is taken over.
        """
        ...

    async def finish(self, key: str, *, owner: str, lease_until: datetime, answer: StoredAnswer) -> None:
        """Keep the answer of the claim whose lease ends then; nothing where another one took over."""
        ...

    async def release(self, key: str, *, owner: str, lease_until: datetime) -> None:
        """Forget the claim whose lease ends then, which came to nothing that should be repeated."""
        ...

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> tuple[int, list[str]]:
        """Remove rows past their time; how many, and the object keys of their bodies."""
        ...


class WebhookRecords(Protocol):
    """The table `webhook_deliveries`."""

    async def save(self, delivery: DeliveryRecord) -> None:
        """Insert, or replace the one with this id."""
        ...

    async def get(self, delivery_id: str, *, owner: str) -> DeliveryRecord | None:
        """One of the owner's; None when there is none."""
        ...

    async def page(self, request: PageRequest, *, owner: str) -> Page[DeliveryRecord]:
        """The owner's, newest first."""
        ...

    async def delete_expired(self, *, now: datetime, dry_run: bool = False) -> int:
        """Remove rows past their time; how many there are."""
        ...


class Database(Protocol):
    """Every table."""

    @property
    def assets(self) -> AssetRecords: ...  # noqa: D102 - the type says it
    @property
    def images(self) -> ImageRecords: ...  # noqa: D102 - the type says it
    @property
    def packs(self) -> PackRecords: ...  # noqa: D102 - the type says it
    @property
    def brand_kits(self) -> BrandKitRecords: ...  # noqa: D102 - the type says it
    @property
    def keys(self) -> KeyRecords: ...  # noqa: D102 - the type says it
    @property
    def idempotency(self) -> IdempotencyRecords: ...  # noqa: D102 - the type says it
    @property
    def webhooks(self) -> WebhookRecords: ...  # noqa: D102 - the type says it

    async def check(self) -> None:
        """Raises `UnavailableError` when it does not answer, or is not migrated to this version."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
