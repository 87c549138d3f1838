"""Where each file of a pack stands on its contact sheet."""

from collections.abc import Mapping, Sequence

from imaging.sheet.spec import Row, Tile
from imaging.types import Color
from serve_app.services.brand_kit import Kit
from serve_app.services.pack_items import BY_NAME, JERSEY, WEB
from serve_app.services.pack_manifest import Entry
from serve_app.services.pack_web import file_name

RASTER = frozenset({"image/png", "image/jpeg"})
LIGHT: Color = (255, 255, 255)
DARK: Color = (24, 26, 32)
POINTS_PER_INCH = 72.0
MOST_JERSEYS = 24
"""More are counted, not shown."""
BACK = "_mockup"
"""What the role of a jersey's picture ends with."""

Cells = tuple[tuple[str, float], ...]
ROWS: tuple[tuple[str, Cells, float], ...] = (
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
WEB_CELLS: Cells = (
    ("og-image.png", 4.1),
    ("social-square.png", 2.25),
    ("icon-512.png", 1.8834),
    ("icon-maskable-512.png", 1.8833),
    ("apple-touch-icon.png", 1.8833),
)
WEB_HEIGHT_IN, JERSEY_HEIGHT_IN = 1.25, 1.15
JERSEY_COLUMNS = 2.0
PHOTOGRAPHS = ("og-image.png", "social-square.png")
"""Web assets that fill their frame."""
BESIDE = {
    "logo_svg": "logo_master",
    "logo_pdf": "logo_master",
    "banner_pdf": "banner_png",
    "tshirt_front_print_pdf": "tshirt_front_print",
    "tshirt_back_print_pdf": "tshirt_back_print",
}
"""Items that are shown by another one's picture."""


def pictured(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The files whose pictures are shown."""
    backs = [entry for entry in entries if _is_back(entry)]
    hidden = {entry.asset.id for entry in backs[MOST_JERSEYS:]}
    return tuple(
        entry
        for entry in entries
        if entry.asset.content_type in RASTER and entry.asset.id not in hidden and _is_shown(entry)
    )


def rows_of(entries: Sequence[Entry], pictures: Mapping[str, bytes], *, kit: Kit) -> tuple[Row, ...]:
    """All rows that have something in them.

    Args:
        entries: The files of the pack.
        pictures: Thumbnails by the id of their asset.
        kit: For the grounds.
    """
    rows = [
        _row(title, {item: _subject(item, entries, pictures, kit) for item, _ in cells}, cells, height_in)
        for title, cells, height_in in ROWS
    ]
    icons = {name: _icon(name, entries, pictures) for name, _ in WEB_CELLS}
    rows.append(_row("Web", icons, WEB_CELLS, WEB_HEIGHT_IN))
    backs = tuple(
        Tile(_name(entry), (_size(entry),), pictures[entry.asset.id], bleed=True)
        for entry in entries
        if _is_back(entry) and entry.asset.id in pictures
    )
    rows.append(Row("Jerseys", backs, (JERSEY_COLUMNS,) * len(backs), JERSEY_HEIGHT_IN))
    return tuple(row for row in rows if row.tiles)


def more_jerseys(entries: Sequence[Entry]) -> int:
    """How many backs are not shown."""
    return max(0, sum(_is_back(entry) for entry in entries) - MOST_JERSEYS)


def _row(title: str, tiles: Mapping[str, Tile | None], cells: Cells, height_in: float) -> Row:
    shown = [(tile, columns) for item, columns in cells if (tile := tiles[item]) is not None]
    return Row(title, tuple(tile for tile, _ in shown), tuple(columns for _, columns in shown), height_in)


def _subject(item: str, entries: Sequence[Entry], pictures: Mapping[str, bytes], kit: Kit) -> Tile | None:
    """One subject with all of its files; None where there are none."""
    files = [entry for entry in entries if BESIDE.get(entry.part, entry.part) == item]
    if not files:
        return None
    about = BY_NAME[item]
    picture = next((pictures[entry.asset.id] for entry in files if entry.asset.id in pictures), None)
    grounds = {"light": LIGHT, "dark": DARK, "garment": kit.garment_color, "none": None}
    lines = tuple(f"{_name(entry)}  ·  {_size(entry)}" for entry in files)
    return Tile(about.caption, lines, picture, grounds[about.ground], bleed=about.ground == "none")


def _icon(name: str, entries: Sequence[Entry], pictures: Mapping[str, bytes]) -> Tile | None:
    for entry in entries:
        if _is_web(entry, name) and entry.asset.id in pictures:
            picture = pictures[entry.asset.id]
            return Tile(name, (_size(entry),), picture, LIGHT, bleed=name in PHOTOGRAPHS)
    return None


def _is_shown(entry: Entry) -> bool:
    if entry.part.startswith(JERSEY):
        return _is_back(entry)
    return entry.part != WEB or any(_is_web(entry, name) for name, _ in WEB_CELLS)


def _is_web(entry: Entry, name: str) -> bool:
    return entry.part == WEB and file_name(entry.asset.role) == name


def _is_back(entry: Entry) -> bool:
    return entry.part.startswith(JERSEY) and entry.asset.role.endswith(BACK)


def _name(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]


def _size(entry: Entry) -> str:
    asset = entry.asset
    if asset.content_type in RASTER:
        pixels = f"{asset.width:.0f} x {asset.height:.0f} px"
        printed = asset.dpi and (entry.part.endswith("print") or entry.part.startswith("logo"))
        return f"{pixels}, {asset.dpi:.0f} dpi" if printed else pixels
    return f"{asset.width / POINTS_PER_INCH:.4g} x {asset.height / POINTS_PER_INCH:.4g} in"
