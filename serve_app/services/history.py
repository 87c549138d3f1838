"""What was made before: images and packs, to list, to look at, to delete."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from serve_app.errors import NotFoundError
from serve_app.ports import Database, ObjectStore
from serve_app.records import AssetRecord, ImageRecord, PackRecord, Page, PageRequest
from serve_app.services.ids import ID


@dataclass(frozen=True, slots=True)
class HistoryService:
    """The use cases over their ports. Another owner's row is not there, like one that never was."""

    database: Database
    store: ObjectStore
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def images(self, request: PageRequest, *, owner: str) -> Page[ImageRecord]:
        """A page of the processing history. Raises `UnavailableError`."""
        return await self.database.images.page(request, owner=owner, now=self.now())

    async def image(self, image_id: str, *, owner: str) -> tuple[ImageRecord, tuple[AssetRecord, ...]]:
        """One piece of work and its files. Raises `NotFoundError`, `UnavailableError`."""
        found = await self.database.images.get(image_id, owner=owner) if ID.fullmatch(image_id) else None
        if found is None or found.expires_at <= self.now():
            raise NotFoundError("There is no image with this id.")
        return found, await self.database.assets.of_parent(image_id, owner=owner)

    async def packs(self, request: PageRequest, *, owner: str) -> Page[PackRecord]:
        """A page of packs. Raises `UnavailableError`."""
        return await self.database.packs.page(request, owner=owner, now=self.now())

    async def pack(self, pack_id: str, *, owner: str) -> tuple[PackRecord, tuple[AssetRecord, ...]]:
        """One pack and its files. Raises `NotFoundError`, `UnavailableError`."""
        found = await self.database.packs.get(pack_id, owner=owner) if ID.fullmatch(pack_id) else None
        if found is None or found.expires_at <= self.now():
            raise NotFoundError("There is no asset pack with this id.")
        return found, await self.database.assets.of_parent(pack_id, owner=owner)

    async def delete_image(self, image_id: str, *, owner: str) -> None:
        """Forget a piece of work with its files. Raises `NotFoundError`, `UnavailableError`."""
        await self.image(image_id, owner=owner)
        keys = await self.database.assets.delete_of_parent(image_id, owner=owner)
        await self.database.images.delete(image_id, owner=owner)
        await self._delete_objects(keys)

    async def delete_pack(self, pack_id: str, *, owner: str) -> None:
        """Forget a pack with its files. Raises `NotFoundError`, `UnavailableError`."""
        await self.pack(pack_id, owner=owner)
        keys = await self.database.assets.delete_of_parent(pack_id, owner=owner)
        await self.database.packs.delete(pack_id, owner=owner)
        await self._delete_objects(keys)

    async def delete_inputs(self, job_id: str, *, owner: str) -> None:
        """Forget what was sent for a job that will not use it any more. Raises `UnavailableError`."""
        await self._delete_objects(await self.database.assets.delete_of_parent(job_id, owner=owner))

    async def _delete_objects(self, keys: Iterable[str]) -> None:
        """Last of all: objects that are left here have no row, and the clean-up finds them.

        The row that is asked for goes after those of its files: when a database fails in between, the caller
        still has something to delete again.
        """
        for key in keys:
            await self.store.delete(key)
