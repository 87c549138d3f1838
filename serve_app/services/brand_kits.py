"""Brand kits: what a team's pictures have in common, kept under a name."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from imaging.color import to_hex
from imaging.types import Color
from serve_app.errors import FieldError, InvalidFieldsError, NotFoundError, TooManyItemsError
from serve_app.ports import AssetRecords, BrandKitRecords
from serve_app.records import AssetRecord, BrandKitRecord, Page, PageRequest
from serve_app.services.brand_kit import FOREVER, ORIGINAL, kit_ticket
from serve_app.services.ids import ID, asset_id, new_id
from serve_app.services.made_files import Copied
from serve_app.services.recorder import Recorder

MAX_KITS = 100
"""Of one owner."""


@dataclass(frozen=True, slots=True)
class KitContent:
    """What the client says of a kit."""

    name: str
    team_name: str
    sport: str
    colors: tuple[Color, ...]
    logo_id: str | None
    garment_color: Color | None = None


@dataclass(frozen=True, slots=True)
class BrandKitService:
    """The use cases over their ports. Another owner's kit is not there, like one that never was.

    A kit has its own copy of its logo from the first moment on; see `BrandStudio` for its other files.
    """

    recorder: Recorder
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def create(self, content: KitContent, *, owner: str) -> BrandKitRecord:
        """Keep a new kit.

        Of requests at the same moment for the last place all may be refused, but none is kept over the limit.

        Raises:
            InvalidFieldsError: the logo is not an asset of the owner's, or has expired.
            TooManyItemsError: the owner has `MAX_KITS` already.
            UnavailableError: the database does not answer.
        """
        logo = await self._logo(content.logo_id, owner=owner)
        await self._check_number(MAX_KITS - 1, owner=owner)
        now = self.now()
        kit = _record(content, kit_id=new_id("kit", now), owner=owner, created_at=now, updated_at=now)
        await self._keep_logo(kit, logo)
        await self.records.save(kit)
        try:
            await self._check_number(MAX_KITS, owner=owner)
        except TooManyItemsError:
            await self.delete(kit.id, owner=owner)
            raise
        return await self.get(kit.id, owner=owner)

    async def get(self, kit_id: str, *, owner: str) -> BrandKitRecord:
        """One kit. Raises `NotFoundError`, `UnavailableError`."""
        found = await self.records.get(kit_id, owner=owner) if ID.fullmatch(kit_id) else None
        if found is None or (found.expires_at is not None and found.expires_at <= self.now()):
            raise _not_found()
        return found

    async def page(self, request: PageRequest, *, owner: str) -> Page[BrandKitRecord]:
        """The owner's kits, newest first, without those that packs made. Raises `UnavailableError`."""
        return await self.records.page(request, owner=owner)

    async def replace(self, kit_id: str, content: KitContent, *, owner: str) -> BrandKitRecord:
        """Put other content in a kit's place; its id and the time of its creation stay.

        A kit that a pack made is kept from then on. What was made of the logo stays while the logo does.

        Raises:
            NotFoundError: the owner has no such kit, or has just deleted it.
            InvalidFieldsError: as in `create`.
            UnavailableError: the database does not answer.
        """
        held = await self.get(kit_id, owner=owner)
        same = content.logo_id == held.logo_asset_id and await self._has_own(held)
        logo = None if same else await self._logo(content.logo_id, owner=owner)
        kit = _record(content, kit_id=held.id, owner=owner, created_at=held.created_at, updated_at=self.now())
        if same:
            await self.assets.extend(held.id, owner=owner, expires_at=FOREVER)
            kit = replace(kit, logo_facts=held.logo_facts)
        else:
            await self._forget_files(held.id, owner=owner)
            await self._keep_logo(kit, logo)
        if not await self.records.replace(kit):
            await self._forget_files(held.id, owner=owner)
            raise _not_found()
        return await self.get(kit_id, owner=owner)

    async def delete(self, kit_id: str, *, owner: str) -> None:
        """Forget a kit with its own files; the logo that it was made of stays, and so do packs.

        Raises `NotFoundError`, `UnavailableError`.
        """
        if not (ID.fullmatch(kit_id) and await self.records.delete(kit_id, owner=owner)):
            raise _not_found()
        await self._forget_files(kit_id, owner=owner)

    async def files(self, kit: BrandKitRecord) -> tuple[AssetRecord, ...]:
        """What a kit has by now: its logo, and what was made of it. Raises `UnavailableError`."""
        rows = await self.assets.of_parent(kit.id, owner=kit.owner)
        return tuple(row for row in rows if row.expires_at > self.now())

    async def logos(self, kits: Sequence[BrandKitRecord], *, owner: str) -> dict[str, AssetRecord]:
        """The logos of these kits, by the kit's id: its own copy, else the asset while it can be opened.

        Raises `UnavailableError`.
        """
        wanted = {kit.id: (asset_id(kit_ticket(kit), ORIGINAL), kit.logo_asset_id) for kit in kits}
        ids = {one for pair in wanted.values() for one in pair if one is not None}
        rows = await self.assets.several(ids, owner=owner) if ids else ()
        there = {row.id: row for row in rows if row.expires_at > self.now()}
        return {kit: there[one] for kit, pair in wanted.items() for one in reversed(pair) if one in there}

    @property
    def records(self) -> BrandKitRecords:
        """The table."""
        return self.recorder.database.brand_kits

    @property
    def assets(self) -> AssetRecords:
        """The table of files."""
        return self.recorder.database.assets

    async def _has_own(self, kit: BrandKitRecord) -> bool:
        return any(row.role == ORIGINAL for row in await self.files(kit))

    async def _keep_logo(self, kit: BrandKitRecord, logo: AssetRecord | None) -> None:
        """A copy of its own: the asset may go, and expires."""
        if logo is None:
            return
        try:
            await self.recorder.keep({ORIGINAL: Copied(logo)}, kit_ticket(kit))
        except NotFoundError as error:
            raise _bad_logo("the file of this asset is gone") from error

    async def _forget_files(self, kit_id: str, *, owner: str) -> None:
        keys = await self.assets.delete_of_parent(kit_id, owner=owner)
        await asyncio.gather(*(self.recorder.store.delete(key) for key in keys))

    async def _logo(self, logo_id: str | None, *, owner: str) -> AssetRecord | None:
        """The asset that is to be the logo. Raises `InvalidFieldsError`."""
        if logo_id is None:
            return None
        found = await self.assets.get(logo_id, owner=owner) if ID.fullmatch(logo_id) else None
        if found is None:
            raise _bad_logo("there is no asset with this id")
        if found.expires_at <= self.now():
            raise _bad_logo("this asset has expired")
        return found

    async def _check_number(self, most: int, *, owner: str) -> None:
        """Raises `TooManyItemsError` when the owner has more kits than this."""
        if len((await self.records.page(PageRequest(limit=most + 1), owner=owner)).rows) > most:
            raise TooManyItemsError(f"There are {MAX_KITS} brand kits; delete one to make another.")


def _record(
    content: KitContent, *, kit_id: str, owner: str, created_at: datetime, updated_at: datetime
) -> BrandKitRecord:
    return BrandKitRecord(
        id=kit_id,
        owner=owner,
        name=content.name,
        team_name=content.team_name,
        sport=content.sport,
        colors=tuple(to_hex(color) for color in content.colors),
        logo_asset_id=content.logo_id,
        created_at=created_at,
        updated_at=updated_at,
        garment_color=to_hex(content.garment_color) if content.garment_color else None,
    )


def _not_found() -> NotFoundError:
    return NotFoundError("There is no brand kit with this id.")


def _bad_logo(message: str) -> InvalidFieldsError:
    return InvalidFieldsError("The logo cannot be used.", (FieldError("logo_id", message),))
