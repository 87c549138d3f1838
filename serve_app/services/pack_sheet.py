"""The contact sheet of a pack: every file with its picture, on one page."""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from imaging.errors import ImagingError
from imaging.sheet.spec import SheetSpec, Swatch
from serve_app.domain import Encoded
from serve_app.errors import AppError
from serve_app.ports import Engines, ObjectStore, ResultCache
from serve_app.records import AssetRecord
from serve_app.services.brand_colors import BrandColor
from serve_app.services.brand_kit import PREVIEW, SVG, Kit
from serve_app.services.made_files import Copied, MadeFiles
from serve_app.services.pack_manifest import Entry
from serve_app.services.pack_tiles import DARK, RASTER, more_jerseys, pictured, rows_of
from serve_app.version import code_fingerprint

THUMBNAIL_PX = 420
"""Longer side: 200 pixels an inch of the widest tile but the banner's."""
BANNER_PX = 800
WIDE = frozenset({"banner_png", "screen_banner"})
KEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Team:
    """What the sheet is headed with."""

    name: str
    sport: str = ""
    season: str = ""


@dataclass(frozen=True, slots=True)
class ContactSheets:
    """Makes contact sheets; thumbnails are kept by the hash of their file."""

    engines: Engines
    store: ObjectStore
    cache: ResultCache

    async def make(
        self, entries: Sequence[Entry], *, kit: Kit, team: Team, failed: Sequence[str] = ()
    ) -> Encoded:
        """One page with all of them.

        Args:
            entries: The files.
            kit: For the head and the colours.
            team: For the head.
            failed: Items that could not be made.

        Raises:
            NotFoundError: one of the files is gone.
            OverloadedError, UnavailableError: it cannot be made now.
        """
        shown = pictured(entries)
        mark, *made = await asyncio.gather(self._mark(kit), *(self._thumbnail(entry) for entry in shown))
        pictures = {entry.asset.id: picture for entry, picture in zip(shown, made, strict=True)}
        brand = kit.brand
        spec = SheetSpec(
            title=team.name,
            subtitle="  ·  ".join(text for text in (_capital(team.sport), team.season) if text),
            primary=brand[0].color if brand else DARK,
            swatches=(*(_swatch(each) for each in brand), Swatch("Garment", kit.garment_color)),
            rows=rows_of(entries, pictures, kit=kit),
            mark=mark,
            notes=_notes(entries, failed),
        )
        return await self.engines.renderer.contact_sheet(spec)

    async def _mark(self, kit: Kit) -> bytes:
        """The logo for the head: its drawing where that is faithful."""
        role = SVG if kit.logo.faithful else PREVIEW
        return (await self.store.get(kit.files[role].key)).data

    async def foresee(self, part: str, made: MadeFiles) -> None:
        """Make the thumbnail of an item of one file while other items are made: `make` finds it then.

        What fails here fails again in `make`, which tells of it.
        """
        file, *more = made.files.values()
        if more:
            return
        with contextlib.suppress(AppError, ImagingError):
            if isinstance(file, Copied) and file.source.content_type in RASTER:
                await self._small(part, file.source.sha256, partial(self._stored, file.source))
            elif isinstance(file, Encoded) and file.content_type in RASTER:
                digest = await asyncio.to_thread(hashlib.sha256, file.data)
                await self._small(part, digest.hexdigest(), partial(_at_hand, file.data))

    async def _thumbnail(self, entry: Entry) -> bytes:
        return await self._small(entry.part, entry.asset.sha256, partial(self._stored, entry.asset))

    async def _small(self, part: str, sha256: str, read: Callable[[], Awaitable[bytes]]) -> bytes:
        """The thumbnail of a file, kept or made."""
        longest_px = BANNER_PX if part in WIDE else THUMBNAIL_PX
        parts = f"thumbnail {sha256} {longest_px} {code_fingerprint()}"
        key = hashlib.sha256(parts.encode()).hexdigest()
        kept = await self.cache.get(key)
        if kept is not None:
            return kept
        made = await self.engines.codec.thumbnail(await read(), longest_px=longest_px)
        await self.cache.put(key, made, ttl=KEEP)
        return made

    async def _stored(self, asset: AssetRecord) -> bytes:
        return (await self.store.get(asset.key)).data


async def _at_hand(data: bytes) -> bytes:
    return data


def _swatch(each: BrandColor) -> Swatch:
    facts = each.as_json()
    words = "white" if facts["text"] == "#ffffff" else "black"
    return Swatch(each.part.capitalize(), each.color, f"{words} text {facts['text_contrast']:.1f} : 1")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _notes(entries: Sequence[Entry], failed: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if more := more_jerseys(entries):
        notes.append(f"And {more} more jerseys in mockups/jerseys/.")
    if failed:
        notes.append(f"Could not be made: {', '.join(failed)}.")
    return tuple(notes)
