"""Removes what is past its time, and what a crash left in the object store without a row."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from serve_app.errors import AppError
from serve_app.ports import Database, ObjectStore
from serve_app.records import AssetRecord, ObjectInfo

PREFIXES = ("assets", "answers")
"""Folders whose objects all have a row: `assets.key`, or the body of an idempotency record."""
BATCH = 500
"""Rows or objects that are held, and asked for, at once."""
AT_ONCE = 16
"""Requests to the object store."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class CleanUpReport:
    """What one run removed, or would remove."""

    dry_run: bool
    assets: int
    """Rows past their time; each had one object."""
    images: int
    packs: int
    kits: int
    """Brand kits that packs made for themselves."""
    answers: int
    """Idempotency records."""
    deliveries: int
    """Webhooks that are over, dead or delivered, and past their time."""
    orphans: int
    """Objects that no row names."""
    freed_bytes: int
    """Of all the objects."""
    failed_objects: int
    """Deletions of objects that the store refused; no row names them, so a later run tries them again."""


@dataclass(slots=True)
class _Tally:
    """Counts of a run on its way."""

    assets: int = 0
    orphans: int = 0
    freed_bytes: int = 0
    failed_objects: int = 0


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Rows go before their objects: a crash between leaves an object without a row, never the reverse.

    Two processes may run it at once: each row is deleted by one of them, and deleting an absent object is no
    error.
    """

    database: Database
    store: ObjectStore
    grace: timedelta = timedelta(hours=1)
    """Age under which an object without a row may be one whose row is still to come: longer than any write
    takes, and than the clocks of this machine and the store's differ."""
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_progress: Callable[[str, int], None] = field(default=lambda _stage, _count: None)
    """Told the stage, and how many rows or objects it has looked at."""

    async def run(self, *, dry_run: bool = False, orphans: bool = True) -> CleanUpReport:
        """Remove everything that is past its time now; memory does not grow with what there is.

        Args:
            dry_run: Change nothing, and report what a run would have removed.
            orphans: Look for objects without a row too, which lists the whole store.

        Raises:
            UnavailableError: the database or the store does not answer; what was removed stays removed.
        """
        now, tally = self.now(), _Tally()
        before = now - self.grace
        if not dry_run:
            await self.store.check()  # else each of many deletions would wait for its own time-out
        await self._expired_assets(tally, now=now, dry_run=dry_run)
        images = await self.database.images.delete_expired(now=now, dry_run=dry_run)
        packs = await self.database.packs.delete_expired(now=now, dry_run=dry_run)
        kits = await self.database.brand_kits.delete_expired(now=now, dry_run=dry_run)
        answers = await self._expired_answers(tally, now=now, before=before, dry_run=dry_run)
        deliveries = await self.database.webhooks.delete_expired(now=now, dry_run=dry_run)
        if orphans:
            await self._orphans(tally, before=before, dry_run=dry_run)
        return CleanUpReport(
            dry_run=dry_run,
            assets=tally.assets,
            images=images,
            packs=packs,
            kits=kits,
            answers=answers,
            deliveries=deliveries,
            orphans=tally.orphans,
            freed_bytes=tally.freed_bytes,
            failed_objects=tally.failed_objects,
        )

    async def _expired_assets(self, tally: _Tally, *, now: datetime, dry_run: bool) -> None:
        async for rows in self._expired_pages(now):
            gone = len(rows)
            if not dry_run:
                gone = await self.database.assets.delete([row.id for row in rows])
            tally.assets += gone
            if gone:  # none when another process was quicker: the objects are its own to delete then
                await self._delete(((row.key, row.bytes) for row in rows), tally, dry_run=dry_run)
            self.on_progress("expired assets", tally.assets)

    async def _expired_pages(self, now: datetime) -> AsyncIterator[tuple[AssetRecord, ...]]:
        after: tuple[datetime, str] | None = None
        while rows := await self.database.assets.expired(now=now, limit=BATCH, after=after):
            yield rows
            after = (rows[-1].expires_at, rows[-1].id)

    async def _expired_answers(self, tally: _Tally, *, now: datetime, before: datetime, dry_run: bool) -> int:
        count, keys = await self.database.idempotency.delete_expired(now=now, dry_run=dry_run)
        for start in range(0, len(keys), BATCH):
            batch = keys[start : start + BATCH]
            # The same request sent again has its answer under the same key: a young one is not the old one's.
            named = set() if dry_run else await self.database.assets.referenced(batch)
            found = await _in_turns(self._old(key, before) for key in batch if key not in named)
            await self._delete(((info.key, info.size) for info in found if info), tally, dry_run=dry_run)
        return count

    async def _orphans(self, tally: _Tally, *, before: datetime, dry_run: bool) -> None:
        for prefix in PREFIXES:
            old: list[ObjectInfo] = []
            async for info in self.store.walk(prefix):
                if info.modified_at < before:
                    old.append(info)
                if len(old) == BATCH:
                    await self._sweep(old, tally, before=before, dry_run=dry_run)
                    old.clear()
            await self._sweep(old, tally, before=before, dry_run=dry_run)

    async def _sweep(self, old: list[ObjectInfo], tally: _Tally, *, before: datetime, dry_run: bool) -> None:
        """Delete those of a batch that no row names."""
        if not old:
            return
        named = await self.database.assets.referenced([info.key for info in old])
        found = [info for info in old if info.key not in named]
        if not dry_run:
            # A job that is taken up again writes its objects anew under the same keys: look just before.
            again = await _in_turns(self._old(info.key, before) for info in found)
            found = [info for info in again if info]
        await self._delete(((info.key, info.size) for info in found), tally, dry_run=dry_run)
        tally.orphans += len(found)
        self.on_progress("objects without a row", tally.orphans)

    async def _old(self, key: str, before: datetime) -> ObjectInfo | None:
        """An object as it is now; None when it is not there or was written since."""
        async for info in self.store.walk(key.rpartition("/")[0]):
            if info.key == key:
                return info if info.modified_at < before else None
        return None

    async def _delete(self, objects: Iterable[tuple[str, int]], tally: _Tally, *, dry_run: bool) -> None:
        """Delete objects; count the bytes of those that went, and those that did not."""

        async def one(key: str, size: int) -> None:
            try:
                if not dry_run:
                    await self.store.delete(key)
            except AppError:
                tally.failed_objects += 1
            else:
                tally.freed_bytes += size

        await _in_turns(one(key, size) for key, size in objects)


async def _in_turns(work: Iterable[Coroutine[None, None, Made]]) -> list[Made]:
    """Results in order; a few at a time."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(coroutine: Coroutine[None, None, Made]) -> Made:
        async with turn:
            return await coroutine

    return await asyncio.gather(*(one(coroutine) for coroutine in work))
