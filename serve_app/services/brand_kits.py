"""Brand kits: what a team's pictures have in common, kept under a name."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from imaging.color import to_hex
from imaging.types import Color
from serve_app.errors import FieldError, InvalidFieldsError, NotFoundError, TooManyItemsError
from serve_app.ports import AssetRecords, BrandKitRecords
from serve_app.records import AssetRecord, BrandKitRecord, Page, PageRequest
from serve_app.services.ids import ID, new_id

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


@dataclass(frozen=True, slots=True)
class BrandKitService:
    """The use cases over their ports. Another owner's kit is not there, like one that never was."""

    records: BrandKitRecords
    assets: AssetRecords
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def create(self, content: KitContent, *, owner: str) -> BrandKitRecord:
        """Keep a new kit.

        Of requests at the same moment for the last place all may be refused, but none is kept over the limit.

        Raises:
            InvalidFieldsError: the logo is not an asset of the owner's, or has expired.
            TooManyItemsError: the owner has `MAX_KITS` already.
            UnavailableError: the database does not answer.
        """
        await self._check_logo(content.logo_id, owner=owner)
        await self._check_number(MAX_KITS - 1, owner=owner)
        now = self.now()
        kit = _record(content, kit_id=new_id("kit", now), owner=owner, created_at=now, updated_at=now)
        await self.records.save(kit)
        try:
            await self._check_number(MAX_KITS, owner=owner)
        except TooManyItemsError:
            await self.records.delete(kit.id, owner=owner)
            raise
        return await self.get(kit.id, owner=owner)

    async def get(self, kit_id: str, *, owner: str) -> BrandKitRecord:
        """One kit. Raises `NotFoundError`, `UnavailableError`."""
        found = await self.records.get(kit_id, owner=owner) if ID.fullmatch(kit_id) else None
        if found is None:
            raise _not_found()
        return found

    async def page(self, request: PageRequest, *, owner: str) -> Page[BrandKitRecord]:
        """The owner's kits, newest first. Raises `UnavailableError`."""
        return await self.records.page(request, owner=owner)

    async def replace(self, kit_id: str, content: KitContent, *, owner: str) -> BrandKitRecord:
        """Put other content in a kit's place; its id and the time of its creation stay.

        Raises:
            NotFoundError: the owner has no such kit, or has just deleted it.
            InvalidFieldsError: as in `create`.
            UnavailableError: the database does not answer.
        """
        held = await self.get(kit_id, owner=owner)
        await self._check_logo(content.logo_id, owner=owner)
        kit = _record(content, kit_id=held.id, owner=owner, created_at=held.created_at, updated_at=self.now())
        if not await self.records.replace(kit):
            raise _not_found()
        return await self.get(kit_id, owner=owner)

    async def delete(self, kit_id: str, *, owner: str) -> None:
        """Forget a kit; its logo stays. Raises `NotFoundError`, `UnavailableError`."""
        if not (ID.fullmatch(kit_id) and await self.records.delete(kit_id, owner=owner)):
            raise _not_found()

    async def logos(self, kits: Sequence[BrandKitRecord], *, owner: str) -> dict[str, AssetRecord]:
        """The logos of these kits, by id, as far as they still can be opened. Raises `UnavailableError`."""
        wanted = {kit.logo_asset_id for kit in kits if kit.logo_asset_id is not None}
        found = await self.assets.several(wanted, owner=owner) if wanted else ()
        return {asset.id: asset for asset in found if asset.expires_at > self.now()}

    async def _check_logo(self, logo_id: str | None, *, owner: str) -> None:
        if logo_id is None:
            return
        found = await self.assets.get(logo_id, owner=owner) if ID.fullmatch(logo_id) else None
        if found is None:
            raise _bad_logo("there is no asset with this id")
        if found.expires_at <= self.now():
            raise _bad_logo("this asset has expired")

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
    )


def _not_found() -> NotFoundError:
    return NotFoundError("There is no brand kit with this id.")


def _bad_logo(message: str) -> InvalidFieldsError:
    return InvalidFieldsError("The logo cannot be used.", (FieldError("logo_id", message),))
