"""A contact sheet as a PDF of one page, laid out by Typst; equal orders give equal bytes."""

import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from imaging.banner.fonts import FontLibrary, Style
from imaging.banner.text import clean
from imaging.color import contrast_ratio, to_hex
from imaging.sheet.spec import Row, SheetSpec, Tile
from imaging.types import Color
from imaging.typst_page import draw_page

FONTS = ("anton", "barlow-condensed")
"""Slugs of the `fontpkg-*` packages that the sheet is set in."""
DISPLAY = Style(("Anton",), 400, 1.0)
TEXT = Style(("Barlow",), 500, 0.75)
COLUMNS = 12
_MEDIA_BOX = re.compile(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]")
_WHITE: Color = (255, 255, 255)
_INK: Color = (17, 19, 24)
_PALE: Color = (243, 244, 246)
_MAGIC = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff\xe0": "jpg",
    b"\xff\xd8\xff\xe1": "jpg",
    b"\xff\xd8\xff\xdb": "jpg",
}


def render_sheet(spec: SheetSpec, *, source: bytes, fonts: FontLibrary) -> bytes:
    """The page: US Letter wide, as long as all of it needs, and at least Letter long.

    Args:
        spec: What is shown.
        source: The Typst file; it sees the pictures only, and no network.
        fonts: Loaded with `FONTS`.

    Raises:
        TypstPageError: the Typst file does not compile.
    """
    with tempfile.TemporaryDirectory(prefix="sheet-") as folder:
        data = _data(spec, folder=Path(folder), fonts=fonts)
        return draw_page(source, root=Path(folder), fonts=fonts.fonts, data=data, to="pdf")


def page_size_pt(page: bytes) -> tuple[float, float]:
    """Width and height of a page that `render_sheet` made, in points: of its media box."""
    found = _MEDIA_BOX.search(page)
    if found is None:
        raise ValueError("a page without a media box")
    return round(float(found[1]), 2), round(float(found[2]), 2)


def _data(spec: SheetSpec, *, folder: Path, fonts: FontLibrary) -> dict[str, Any]:
    dark = contrast_ratio(spec.primary, _WHITE) >= contrast_ratio(spec.primary, _INK)
    return {
        "title": _text(spec.title, DISPLAY, fonts),
        "subtitle": _text(spec.subtitle, TEXT, fonts),
        "primary": to_hex(spec.primary),
        "on_primary": to_hex(_WHITE if dark else _INK),
        "mark": _stored(spec.mark, folder / "mark"),
        "swatches": [{**asdict(each), "color": to_hex(each.color)} for each in spec.swatches],
        "rows": [
            _row(row, fonts=fonts, stem=folder / f"picture-{index}") for index, row in enumerate(spec.rows)
        ],
        "notes": [_text(note, TEXT, fonts) for note in spec.notes],
        "columns": COLUMNS,
        "fonts": {"display": list(DISPLAY.families), "text": list(TEXT.families)},
    }


def _row(row: Row, *, fonts: FontLibrary, stem: Path) -> dict[str, Any]:
    tiles = [
        _tile(tile, fonts=fonts, stem=stem.with_name(f"{stem.name}-{index}"))
        for index, tile in enumerate(row.tiles)
    ]
    return {"title": row.title, "tiles": tiles, "lines": _lines(row), "height": row.height_in}


def _lines(row: Row) -> list[list[tuple[int, float]]]:
    """The tiles of each line, with the columns that each takes."""
    lines: list[list[tuple[int, float]]] = [[]]
    for index, width in enumerate(row.widths):
        if sum(taken for _, taken in lines[-1]) + width > COLUMNS + 1e-6:
            lines.append([])
        lines[-1].append((index, width))
    return lines


def _tile(tile: Tile, *, fonts: FontLibrary, stem: Path) -> dict[str, Any]:
    return {
        "caption": _text(tile.caption, TEXT, fonts),
        "files": [_text(text, TEXT, fonts) for text in tile.files],
        "picture": _stored(tile.picture, stem),
        "ending": tile.files[0].rpartition(".")[2].partition(" ")[0].upper() if tile.files else "",
        "ground": to_hex(tile.ground or _PALE),
        "bleed": tile.bleed,
    }


def _text(text: str, style: Style, fonts: FontLibrary) -> dict[str, Any]:
    """A text with the fonts that set all of it."""
    shown = clean(text)
    return {"text": shown, "fonts": list(fonts.lead(shown, style).families)}


def _stored(picture: bytes | None, stem: Path) -> str | None:
    """Put a picture where Typst finds it; its name."""
    if picture is None:
        return None
    path = stem.with_name(f"{stem.name}.{_MAGIC.get(picture[:4], 'svg')}")
    path.write_bytes(picture)
    return path.name
