"""The roster: measured, given a grid, and set cell by cell."""

from dataclasses import dataclass

from imaging.banner.fit import fit_box, fit_line, split_balanced
from imaging.banner.fonts import Style
from imaging.banner.frame import Box
from imaging.banner.grid import FLOOR_PT, SHRINK, CellKind, Grid, Roster, solve_grid
from imaging.banner.spec import Player
from imaging.banner.typeset import Align, Line, Typesetter


@dataclass(frozen=True, slots=True)
class Cell:
    """One player, or the empty place that keeps a short column whole."""

    kind: CellKind
    box: Box
    badge: Box
    """Ground of the number (`row`), or of the name (`card`)."""
    number: Line | None
    lines: tuple[Line, ...]
    """Name and position."""
    empty: bool


@dataclass(frozen=True, slots=True)
class _Prepared:
    source: Player
    number: tuple[str, Style]
    name: tuple[str, Style]
    note: tuple[str, Style]


def set_roster(
    players: tuple[Player, ...], body: Box, *, setter: Typesetter, display: Style, text: Style
) -> tuple[Grid | None, tuple[Cell, ...]]:
    """Solve the grid and set every player.

    Args:
        players: in order of print; none gives no grid.
        body: the area to fill.
        setter: measures, and takes the report of what was shrunk or cut.
        display: style of the numbers.
        text: style of names and positions.
    """
    if not players:
        return None, ()
    prepared = [
        _Prepared(
            p,
            setter.prepare(p.number, display),
            setter.prepare(p.name, text),
            setter.prepare(p.position or "", text),
        )
        for p in players
    ]
    grid = solve_grid(body.w, body.h, _measured(prepared, setter))
    boxes = _boxes(grid, body)
    cells = [_cell(grid, box, person, setter) for person, box in zip(prepared, boxes, strict=True)]
    return grid, (*cells, *_fillers(grid, body))


def _measured(prepared: list[_Prepared], setter: Typesetter) -> Roster:
    fonts = setter.fonts
    names = tuple(fonts.width_em(*p.name) for p in prepared)
    return Roster(
        names_em=names,
        split_names_em=tuple(_split_em(*p.name, setter=setter) for p in prepared),
        numbers_em=max(fonts.width_em(*p.number) for p in prepared),
        notes_em=max(fonts.width_em(*p.note) for p in prepared),
    )


def _split_em(text: str, style: Style, *, setter: Typesetter) -> float:
    """Width of a name on at most two lines."""
    widths = [setter.fonts.width_em(word, style) for word in text.split()]
    if len(widths) < 2:  # noqa: PLR2004 - one word has no second line
        return sum(widths)
    space = setter.fonts.width_em(" ", style)
    first, _ = split_balanced(widths, space, 2)
    return max(sum(part) + space * (len(part) - 1) for part in (widths[:first], widths[first:]))


def _boxes(grid: Grid, body: Box) -> list[Box]:
    """Cells in the players' order: down the columns for rows, along the lines (each centred) for cards."""
    step_x, step_y = grid.cell_w + grid.gap_x, grid.cell_h + grid.gap_y
    boxes: list[Box] = []
    for group, length in enumerate(grid.lengths):
        indent = (grid.columns - length) * step_x / 2
        for place in range(length):
            x, y = (
                (group * step_x, place * step_y)
                if grid.kind == "row"
                else (indent + place * step_x, group * step_y)
            )
            boxes.append(Box(body.x + x, body.y + y, grid.cell_w, grid.cell_h))
    return boxes


def _fillers(grid: Grid, body: Box) -> list[Cell]:
    """Blank bars under the columns that are one player short."""
    if grid.kind == "card":
        return []
    step_x, step_y = grid.cell_w + grid.gap_x, grid.cell_h + grid.gap_y
    return [
        Cell("row", box, Box(box.x, box.y, grid.badge_w, box.h), None, (), empty=True)
        for group, length in enumerate(grid.lengths)
        for place in range(length, grid.rows)
        for box in (Box(body.x + group * step_x, body.y + place * step_y, grid.cell_w, grid.cell_h),)
    ]


def _cell(grid: Grid, box: Box, person: _Prepared, setter: Typesetter) -> Cell:
    if grid.kind == "row":
        return _row(grid, box, person, setter)
    return _card(grid, box, person, setter)


def _row(grid: Grid, box: Box, person: _Prepared, setter: Typesetter) -> Cell:
    badge = Box(box.x, box.y, grid.badge_w, box.h)
    pad = 0.31 * min(box.h, grid.number_size / 0.7)
    name_box = Box(badge.right + pad, box.y, grid.name_w, box.h)
    lines = _name_lines(grid, name_box, person, setter, align="left", ink="card_ink")
    note, style = person.note
    if note and grid.note_w > FLOOR_PT:
        fitted = fit_line(
            note, style, fonts=setter.fonts, size_pt=grid.note_size, width_pt=grid.note_w, floor_pt=FLOOR_PT
        )
        setter.note(person.source.position or "", fitted, wanted_pt=grid.note_size)
        note_box = Box(box.right - pad - grid.note_w, box.y, grid.note_w, box.h)
        lines.append(setter.line(fitted, style, note_box, align="right", ink="card_note"))
    return Cell(
        "row", box, badge, _number(grid, badge, person, setter, ink="badge_ink"), tuple(lines), empty=False
    )


def _card(grid: Grid, box: Box, person: _Prepared, setter: Typesetter) -> Cell:
    plate = Box(box.x, box.bottom - grid.badge_w, box.w, grid.badge_w)
    top = box.above(plate.y)
    lines: list[Line] = []
    note, style = person.note
    if note:
        fitted = fit_line(
            note, style, fonts=setter.fonts, size_pt=grid.note_size, width_pt=grid.note_w, floor_pt=FLOOR_PT
        )
        setter.note(person.source.position or "", fitted, wanted_pt=grid.note_size)
        note_box = Box(
            box.x + (box.w - grid.note_w) / 2, plate.y - 1.5 * grid.note_size, grid.note_w, grid.note_size
        )
        lines.append(setter.line(fitted, style, note_box, align="center", ink="card_note"))
        top = top.above(note_box.y)
    name_box = Box(box.x + (box.w - grid.name_w) / 2, plate.y, grid.name_w, plate.h)
    lines.extend(_name_lines(grid, name_box, person, setter, align="center", ink="badge_ink"))
    return Cell(
        "card", box, plate, _number(grid, top, person, setter, ink="badge"), tuple(lines), empty=False
    )


def _name_lines(
    grid: Grid, box: Box, person: _Prepared, setter: Typesetter, *, align: Align, ink: str
) -> list[Line]:
    name, style = person.name
    if not name:
        return []
    floor = max(FLOOR_PT, SHRINK * grid.name_size)
    if grid.name_lines == 1:
        fitted = fit_line(
            name, style, fonts=setter.fonts, size_pt=grid.name_size, width_pt=box.w, floor_pt=floor
        )
        setter.note(person.source.name, fitted, wanted_pt=grid.name_size)
        return [setter.line(fitted, style, box, align=align, ink=ink)]
    fitted = fit_box(
        name,
        style,
        fonts=setter.fonts,
        box_pt=(box.w, 0.94 * box.h),
        max_lines=grid.name_lines,
        floor_pt=floor,
        ceiling_pt=grid.name_size,
    )
    setter.note(person.source.name, fitted, wanted_pt=grid.name_size)
    return setter.lines(fitted, style, box, align=align, ink=ink)


def _number(grid: Grid, box: Box, person: _Prepared, setter: Typesetter, *, ink: str) -> Line | None:
    number, style = person.number
    if not number:
        return None
    room = Box(box.x + 0.06 * box.w, box.y, 0.88 * box.w, box.h)
    size = min(grid.number_size, 0.92 * box.h)
    fitted = fit_line(number, style, fonts=setter.fonts, size_pt=size, width_pt=room.w, floor_pt=FLOOR_PT)
    return setter.line(fitted, style, room, align="center", ink=ink)
