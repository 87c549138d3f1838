"""A solved banner as the data that a template gets: `configs/banners/README.md` tells every field."""

from pathlib import Path
from typing import Any

from imaging.banner.art import Artwork
from imaging.banner.box import Box
from imaging.banner.fonts import Covering
from imaging.banner.frame import PT_PER_IN, Area
from imaging.banner.guides import GuideShapes, guide_shapes
from imaging.banner.layout import Composition
from imaging.banner.motif import motif_for
from imaging.banner.palette import Palette
from imaging.banner.player_cell import Cell
from imaging.banner.roster import SetRoster
from imaging.banner.spec import BannerSpec
from imaging.banner.stage import Filled, Placed, Shown
from imaging.banner.text import clean
from imaging.color import to_hex


def payload(
    spec: BannerSpec, composition: Composition, palette: Palette, art: Artwork, folder: Path
) -> dict[str, Any]:
    """The data; pictures are written into the folder that is Typst's root."""
    frame = composition.frame
    return {
        "title": clean(spec.team_name),
        "motif": motif_for(spec.sport),
        "medium": spec.medium,
        "arrangement": frame.arrangement,
        "bleed": spec.bleed_in * PT_PER_IN,
        "unit": frame.unit,
        "page": _fields(frame.page),
        "trim": _fields(frame.trim),
        "safe": _fields(frame.safe),
        "guides": [_guide(shapes) for shapes in guide_shapes(spec, frame)],
        "colors": _colors(palette),
        "areas": {
            name: _area(area, composition.filled.get(name, Filled()), palette, art, folder)
            for name, area in frame.areas.items()
        },
        "roster": _roster(composition.roster, palette) if composition.roster else None,
    }


def _guide(shapes: GuideShapes) -> dict[str, Any]:
    boxes = [_fields(box) for box in shapes.boxes]
    return _fields(shapes) | {"color": to_hex(shapes.color), "boxes": boxes}


def _colors(palette: Palette) -> dict[str, Any]:
    plain: dict[str, Any] = {
        name: to_hex(getattr(palette, name)) for name in ("primary", "secondary", "accent")
    }
    for name, ground in palette.grounds.items():
        roles = ("fill", "tone", "ink", "soft", "accent", "line", "shadow")
        plain[name] = {role: to_hex(getattr(ground, role)) for role in roles} | {"over": ground.over}
    return plain


def _area(area: Area, filled: Filled, palette: Palette, art: Artwork, folder: Path) -> dict[str, Any]:
    sponsors = tuple(shown.key for shown in filled.pictures if shown.role == "sponsor")
    return {
        "box": _fields(area.box),
        "inner": _fields(area.inner),
        "ground": area.content.ground,
        "holds": area.content.holds,
        "group": _fields(filled.group) if filled.group else None,
        "text": _fields(filled.text) if filled.text else None,
        "lines": [_line(placed, palette) for placed in filled.lines],
        "pictures": [_picture(shown, sponsors, art, folder) for shown in filled.pictures],
    }


def _picture(shown: Shown, sponsors: tuple[str, ...], art: Artwork, folder: Path) -> dict[str, Any]:
    chip = _fields(shown.chip) if shown.chip else None
    row = sponsors if shown.role == "sponsor" else (shown.key,)
    file, box = _written(shown, art, folder)
    return {
        "role": shown.role,
        "file": file,
        **_fields(box),
        "chip": chip,
        "chip_fill": to_hex(art.chip_color(row, shown.ground)) if chip else None,
        "clip": _fields(shown.clip) if shown.clip else None,
    }


def _written(shown: Shown, art: Artwork, folder: Path) -> tuple[str, Box]:
    """The path of the picture's file, and the place of what the file holds."""
    if shown.clip is None:
        return art.write(shown.key, shown.ground, folder), shown.box
    return art.write_part(shown.key, shown.ground, folder, box=shown.box, clip=shown.clip)


def _line(placed: Placed, palette: Palette) -> dict[str, Any]:
    line = placed.line
    return _fields(line) | {
        "families": [_family(family) for family in line.families],
        "color": to_hex(palette.color(line.ink)),
        "role": placed.role,
        "style": placed.style,
    }


def _roster(roster: SetRoster, palette: Palette) -> dict[str, Any]:
    grid = roster.grid
    return {
        "kind": grid.kind,
        "columns": grid.columns,
        "rows": grid.rows,
        "gap_x": grid.gap_x,
        "gap_y": grid.gap_y,
        "cell_w": grid.cell_w,
        "cell_h": grid.cell_h,
        "box": _fields(roster.box),
        "area": roster.area,
        "cells": [_cell(cell, palette) for cell in roster.cells],
    }


def _cell(cell: Cell, palette: Palette) -> dict[str, Any]:
    return {
        "kind": cell.kind,
        "box": _fields(cell.box),
        "badge": _fields(cell.badge),
        "number": _line(cell.number, palette) if cell.number else None,
        "lines": [_line(placed, palette) for placed in cell.lines],
        "empty": cell.empty,
        "mirrored": cell.mirrored,
        "column": cell.column,
        "row": cell.row,
    }


def _family(family: str | Covering) -> str | dict[str, Any]:
    return family if isinstance(family, str) else _fields(family)


def _fields(thing: Any) -> dict[str, Any]:
    """The fields of a flat dataclass with slots; `asdict` would copy every one deeply."""
    return {name: getattr(thing, name) for name in thing.__slots__}
