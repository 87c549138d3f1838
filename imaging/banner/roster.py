"""The roster: measured, given a grid, and set cell by cell."""

from dataclasses import dataclass, replace

from imaging.banner.box import Box
from imaging.banner.cells import Grid, Roster, Rules
from imaging.banner.fit import split_balanced
from imaging.banner.fonts import Style
from imaging.banner.frame import Area
from imaging.banner.grid import solve_grid
from imaging.banner.player_cell import Cell, Place, Prepared, set_cell
from imaging.banner.schema import RosterContent
from imaging.banner.stage import Placed, Stage
from imaging.banner.text import is_rtl


@dataclass(frozen=True, slots=True)
class SetRoster:
    """All players, set."""

    area: str
    box: Box
    grid: Grid
    cells: tuple[Cell, ...]


def set_roster(content: RosterContent, area: Area, stage: Stage) -> SetRoster | None:
    """Solve the grid and set every player; None without players.

    Args:
        content: settings.
        area: where.
        stage: the order and its tools.
    """
    players = stage.spec.players
    if not players:
        return None
    prepared = [
        Prepared(
            p,
            number=stage.setter.prepare(p.number, stage.style(content.number)),
            name=stage.setter.prepare(p.name, stage.style(content.name)),
            note=stage.setter.prepare(p.position or "", stage.style(content.position)),
        )
        for p in players
    ]
    body = area.inner
    rules = Rules(content.cells, unit=stage.unit, floor=stage.floor)
    grid = solve_grid(max(body.w, 1.0), max(body.h, 1.0), _measured(prepared, stage), rules)
    box = body.placed(
        grid.width,
        grid.height,
        align="center" if grid.kind == "card" else "left",
        valign="top" if grid.kind == "list" else "middle",
    )
    named = [person.name[0] for person in prepared if person.name[0]]
    mirrored = sum(map(is_rtl, named)) * 2 > len(named)
    cells = [
        set_cell(content, grid, place, person, stage, mirrored=mirrored or is_rtl(person.name[0]))
        for person, place in zip(prepared, _places(grid, box), strict=True)
    ]
    cells += _fillers(content, grid, box)
    if mirrored:
        cells = [_across(cell, box) for cell in cells]
    return SetRoster(area.name, box, grid, tuple(cells))


def _measured(prepared: list[Prepared], stage: Stage) -> Roster:
    fonts = stage.setter.fonts
    return Roster(
        names_em=tuple(fonts.width_em(*p.name) for p in prepared),
        split_names_em=tuple(_split_em(*p.name, stage=stage) for p in prepared),
        numbers_em=max(fonts.width_em(*p.number) for p in prepared),
        notes_em=max(fonts.width_em(*p.note) for p in prepared),
    )


def _split_em(text: str, style: Style, *, stage: Stage) -> float:
    """Width of a name on at most two lines."""
    fonts = stage.setter.fonts
    widths = [fonts.width_em(word, style) for word in text.split()]
    if len(widths) < 2:  # noqa: PLR2004 - one word has no second line
        return sum(widths)
    first, _ = split_balanced(widths, fonts.width_em(" ", style), 2)
    words = text.split()
    return max(fonts.width_em(" ".join(part), style) for part in (words[:first], words[first:]))


def _places(grid: Grid, body: Box) -> list[Place]:
    """In the players' order: down the columns for rows, along the lines (each centred) for cards."""
    step_x, step_y = grid.cell_w + grid.gap_x, grid.cell_h + grid.gap_y
    places: list[Place] = []
    for group, length in enumerate(grid.lengths):
        indent = (grid.columns - length) * step_x / 2 if grid.kind == "card" else 0.0
        for index in range(length):
            column, row = (index, group) if grid.kind == "card" else (group, index)
            box = Box(body.x + indent + column * step_x, body.y + row * step_y, grid.cell_w, grid.cell_h)
            places.append(Place(box, column, row))
    return places


def _fillers(content: RosterContent, grid: Grid, body: Box) -> list[Cell]:
    """Blank bars under the columns that are one player short."""
    style = content.cells.row
    if grid.kind != "row" or style is None or not style.fillers:
        return []
    step_x, step_y = grid.cell_w + grid.gap_x, grid.cell_h + grid.gap_y
    return [
        Cell(
            "row",
            box,
            Box(box.x, box.y, grid.badge_w, box.h),
            None,
            (),
            empty=True,
            mirrored=False,
            column=group,
            row=place,
        )
        for group, length in enumerate(grid.lengths)
        for place in range(length, grid.rows)
        for box in (Box(body.x + group * step_x, body.y + place * step_y, grid.cell_w, grid.cell_h),)
    ]


def _across(cell: Cell, body: Box) -> Cell:
    """The cell at the other side of the roster, what it holds as it was: rosters read from the right."""
    by = cell.box.mirrored_in(body).x - cell.box.x
    return replace(
        cell,
        box=cell.box.moved(by, 0.0),
        badge=cell.badge.moved(by, 0.0),
        number=_moved(cell.number, by) if cell.number else None,
        lines=tuple(_moved(placed, by) for placed in cell.lines),
    )


def _moved(placed: Placed, by: float) -> Placed:
    return replace(placed, line=replace(placed.line, x=placed.line.x + by))
