"""The contact sheet of a pack: every file with its picture, on one page."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from imaging.sheet.spec import Row, SheetSpec, Swatch, Tile
from imaging.types import Color
from serve_app.domain import Encoded
from serve_app.ports import Engines, ObjectStore, ResultCache
from serve_app.services.brand_colors import BrandColor
from serve_app.services.brand_kit import PREVIEW, SVG, Kit
from serve_app.services.pack_items import BY_NAME, JERSEY
from serve_app.services.pack_manifest import Entry
from serve_app.version import code_fingerprint

THUMBNAIL_PX = 420
"""Longer side: 200 pixels an inch of the widest tile but the banner's."""
BANNER_PX = 1100
KEEP = timedelta(days=7)
RASTER = frozenset({"image/png", "image/jpeg"})
LIGHT: Color = (255, 255, 255)
DARK: Color = (24, 26, 32)
POINTS_PER_INCH = 72.0
JERSEY_COLUMNS = 2.0
MOST_JERSEYS = 24
"""More are counted, not shown."""
ROWS: tuple[tuple[str, tuple[tuple[str, float], ...], float], ...] = (
    ("Logo", (("logo_master", 3), ("logo_mono", 3), ("logo_reversed", 3), ("logo_dark_garment", 3)), 1.3),
    # As wide as pictures of 2 : 1, 16 : 9 and 4 : 5 are that are equally high.
    ("Banner", (("banner_png", 5.155), ("screen_banner", 4.638), ("social_card", 2.207)), 1.58),
    (
        "Garments",
        (("tshirt_front", 3), ("tshirt_back", 3), ("tshirt_front_print", 3), ("tshirt_back_print", 3)),
        1.9,
    ),
)
"""Title, items with their columns of twelve, height of the pictures in inches."""
BESIDE = {
    "logo_svg": "logo_master",
    "logo_pdf": "logo_master",
    "banner_pdf": "banner_png",
    "tshirt_front_print_pdf": "tshirt_front_print",
    "tshirt_back_print_pdf": "tshirt_back_print",
}
"""Files that are shown by another one's picture."""


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
        pictures, mark = await asyncio.gather(self._pictures(entries), self._mark(kit))
        brand = kit.brand
        spec = SheetSpec(
            title=team.name,
            subtitle="  ·  ".join(text for text in (_capital(team.sport), team.season) if text),
            primary=brand[0].color if brand else DARK,
            swatches=(*(_swatch(each) for each in brand), Swatch("Garment", kit.garment_color)),
            rows=_rows(entries, pictures, kit=kit),
            mark=mark,
            notes=_notes(entries, failed),
        )
        return await self.engines.renderer.contact_sheet(spec)

    async def _mark(self, kit: Kit) -> bytes:
        """The logo for the head: its drawing where that is faithful."""
        role = SVG if kit.logo.faithful else PREVIEW
        return (await self.store.get(kit.files[role].key)).data

    async def _pictures(self, entries: Sequence[Entry]) -> dict[str, bytes]:
        """A thumbnail of each picture that is shown, by the id of its asset."""
        jerseys = 0
        wanted: list[Entry] = []
        for entry in entries:
            jersey = entry.part.startswith(JERSEY)
            jerseys += jersey and entry.asset.role.endswith("_mockup")
            hidden = jersey and (not entry.asset.role.endswith("_mockup") or jerseys > MOST_JERSEYS)
            if entry.asset.content_type in RASTER and not hidden:
                wanted.append(entry)
        made = await asyncio.gather(*(self._thumbnail(entry) for entry in wanted))
        return {entry.asset.id: picture for entry, picture in zip(wanted, made, strict=True)}

    async def _thumbnail(self, entry: Entry) -> bytes:
        longest_px = BANNER_PX if entry.part == "banner_png" else THUMBNAIL_PX
        parts = f"thumbnail {entry.asset.sha256} {longest_px} {code_fingerprint()}"
        key = hashlib.sha256(parts.encode()).hexdigest()
        kept = await self.cache.get(key)
        if kept is not None:
            return kept
        stored = await self.store.get(entry.asset.key)
        made = await self.engines.codec.thumbnail(stored.data, longest_px=longest_px)
        await self.cache.put(key, made, ttl=KEEP)
        return made


def _rows(entries: Sequence[Entry], pictures: Mapping[str, bytes], *, kit: Kit) -> tuple[Row, ...]:
    rows = []
    for title, cells, height_in in ROWS:
        found = [(_tile(item, entries, pictures, kit), columns) for item, columns in cells]
        shown = [(tile, columns) for tile, columns in found if tile is not None]
        tiles, widths = tuple(tile for tile, _ in shown), tuple(columns for _, columns in shown)
        rows.append(Row(title, tiles, widths, height_in))
    backs = [entry for entry in entries if entry.asset.role.startswith(JERSEY) and entry.asset.id in pictures]
    tiles = tuple(
        Tile(_name(entry.path), (_size(entry),), pictures[entry.asset.id], None, bleed=True)
        for entry in backs
    )
    rows.append(Row("Jerseys", tiles, (JERSEY_COLUMNS,) * len(tiles), 1.2))
    return tuple(row for row in rows if row.tiles)


def _tile(item: str, entries: Sequence[Entry], pictures: Mapping[str, bytes], kit: Kit) -> Tile | None:
    """One subject with all of its files; None where there are none."""
    files = [entry for entry in entries if BESIDE.get(entry.part, entry.part) == item]
    if not files:
        return None
    about = BY_NAME[item]
    picture = next((pictures[entry.asset.id] for entry in files if entry.asset.id in pictures), None)
    grounds = {"light": LIGHT, "dark": DARK, "garment": kit.garment_color, "none": None}
    lines = tuple(f"{_name(entry.path)}  ·  {_size(entry)}" for entry in files)
    return Tile(about.caption, lines, picture, grounds[about.ground], bleed=about.ground == "none")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _size(entry: Entry) -> str:
    asset = entry.asset
    if asset.content_type in RASTER:
        pixels = f"{asset.width:.0f} x {asset.height:.0f} px"
        printed = asset.dpi and (entry.part.endswith("print") or entry.part.startswith("logo"))
        return f"{pixels}, {asset.dpi:.0f} dpi" if printed else pixels
    return f"{asset.width / POINTS_PER_INCH:.4g} x {asset.height / POINTS_PER_INCH:.4g} in"


def _swatch(each: BrandColor) -> Swatch:
    facts = each.as_json()
    words = "white" if facts["text"] == "#ffffff" else "black"
    return Swatch(each.part.capitalize(), each.color, f"{words} text {facts['text_contrast']:.1f} : 1")


def _notes(entries: Sequence[Entry], failed: Sequence[str]) -> tuple[str, ...]:
    backs = sum(entry.asset.role.startswith(JERSEY) and entry.path.endswith(".jpg") for entry in entries)
    notes = []
    if backs > MOST_JERSEYS:
        notes.append(f"And {backs - MOST_JERSEYS} more jerseys in mockups/jerseys/.")
    if failed:
        notes.append(f"Could not be made: {', '.join(failed)}.")
    return tuple(notes)
