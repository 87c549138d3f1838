"""How a roster fills its area: kind of cell, columns, rows, and the size of names and numbers."""

import math
from collections.abc import Iterator
from dataclasses import replace

from imaging.banner.cells import Grid, Roster, Rules, Shape, made_cells, smallest_name
from imaging.banner.schema import CardStyle, CellKind, CellStyle

_MAX_COLUMNS = 24
_AIRIEST = 0.45
"""Gap between rows that may grow no more, as a share of their height."""
_LOW_COST = 0.6
"""Power of the share of the height that the lines of players fill."""
_SPLIT_COST = 0.75
"""What two-line names beside a number cost in evenness."""
_EMPTY_COST = 4.0
"""A grid with a tenth of its cells empty counts this many tenths less."""
_CUT_COST = 6
"""Power of the share of names that fit whole: no gain in size is worth many cut names."""
_WRAP_COST = 2
"""The same of names that fit on one line."""
_TWO_LINES = 2.35
"""Height of two lines of a name, in its size."""
_CARD_SHAPE = 0.62
"""Height over width from which a name goes under its number, where there is a choice."""
_SHAPE_COST = 0.9
"""How much a card of the wrong shape counts less: by this power of the ratio's logarithm squared."""
_TALLEST_LINE = 3.0
"""Highest pitch of a row or list, in sizes of its names."""


def solve_grid(width: float, height: float, roster: Roster, rules: Rules) -> Grid:
    """The fullest, most legible and most even grid for a roster in an area.

    Every column count is tried with every kind of cell. The score is the size of the type, lowered by empty
    cells, by names that leave their cells empty, and by names that will not fit.

    Args:
        width: of the area, points.
        height: of the area, points.
        roster: at least one player.
        rules: the kinds of cell there are, and the smallest type.
    """
    return max(
        _candidates(width, height, roster, rules),
        key=lambda grid: _score(grid, roster, rules) * (grid.height / height) ** _LOW_COST,
    )


def even_lengths(players: int, groups: int) -> tuple[int, ...]:
    """Players in each group, the larger groups first, differing by one at most."""
    share, over = divmod(players, groups)
    return tuple(share + (index < over) for index in range(groups))


def _candidates(width: float, height: float, roster: Roster, rules: Rules) -> Iterator[Grid]:
    players = len(roster.names_em)
    for kind, style in rules.kinds(named=any(roster.names_em)):
        for columns in range(1, min(players, _MAX_COLUMNS) + 1):
            rows = -(-players // columns)
            if -(-players // rows) != columns:
                continue
            shape = _shape((width, height), columns, rows, style, rules)
            choice = kind == "card" and not rules.only_cards and any(roster.names_em)
            if not choice or shape.cell_h >= _CARD_SHAPE * shape.cell_w:
                yield _grid(kind, style, shape, roster, rules)


def _grid(kind: CellKind, style: CellStyle, shape: Shape, roster: Roster, rules: Rules) -> Grid:
    sizes = made_cells(kind, style, shape, roster, rules)
    if kind != "card":
        # Cells much taller than their type look unfinished; the roster then leaves height to the ground.
        tallest = _TALLEST_LINE * max(
            sizes.name_size if any(roster.names_em) else sizes.number_size, rules.floor
        )
        tallest *= sizes.name_lines
        if shape.cell_h + shape.gap_y > tallest:
            gap = style.gap * tallest if shape.rows > 1 else 0.0
            cell_h = tallest - gap
            if kind == "row" and shape.rows > 1:
                gap = max(gap, min(shape.cell_h + shape.gap_y - cell_h, _AIRIEST * cell_h))
            shape = replace(shape, cell_h=cell_h, gap_y=gap)
            sizes = made_cells(kind, style, shape, roster, rules)
    return Grid(
        kind=kind,
        columns=shape.columns,
        rows=shape.rows,
        lengths=even_lengths(len(roster.names_em), shape.rows if kind == "card" else shape.columns),
        cell_w=shape.cell_w,
        cell_h=shape.cell_h,
        gap_x=shape.gap_x,
        gap_y=shape.gap_y,
        **sizes._asdict(),
    )


def _shape(area: tuple[float, float], columns: int, rows: int, style: CellStyle, rules: Rules) -> Shape:
    width, height = area
    gap_y = min(style.gap * height / rows, 0.03 * height) if rows > 1 else 0.0
    gutter = min(style.gutter * rules.unit, 0.1 * width)
    gap_x = max(gap_y, gutter, 0.009 * width) if columns > 1 else 0.0
    gap_x = min(gap_x, 0.4 * width / columns)
    cell_w = (width - gap_x * (columns - 1)) / columns
    cell_h = (height - gap_y * (rows - 1)) / rows
    if isinstance(style, CardStyle):
        cell_w = min(cell_w, style.widest * cell_h)
    return Shape(columns, rows, cell_w, cell_h, gap_x, gap_y)


def _score(grid: Grid, roster: Roster, rules: Rules) -> float:
    """Geometric mean of the type sizes, times how full the cells are, less for all that looks uneven."""
    players = len(roster.names_em)
    if not any(roster.names_em):
        return grid.number_size * _evenness(grid, players) * _fitness(grid, rules)
    if grid.name_w <= 2 * grid.name_size:
        return 1e-9 * grid.name_w
    widths = roster.split_names_em if grid.name_lines > 1 else roster.names_em
    smallest = smallest_name(grid.name_size, rules.floor)
    room = grid.plate_h if grid.kind == "card" else grid.cell_h
    over = sum(width * smallest > grid.name_w for width in widths) / players
    two = room >= _TWO_LINES * smallest
    cut = sum(width * smallest > grid.name_w for width in roster.split_names_em) / players if two else over
    filled = sum(min(1.0, width * grid.name_size / grid.name_w) for width in widths) / players
    broken = _SPLIT_COST if grid.kind != "card" and grid.name_lines > 1 else 1.0
    type_size = grid.name_size**0.8 * grid.number_size**0.2
    whole = _evenness(grid, players) * (1 - cut) ** _CUT_COST * (1 - 0.9 * (over - cut)) ** _WRAP_COST
    too_small = min(1.0, grid.cell_h / (1.15 * grid.name_size)) ** 4
    return (
        float(type_size * max(0.15, filled) ** 0.25 * whole * broken * too_small * _fitness(grid, rules))
        + 1e-6
    )


def _evenness(grid: Grid, players: int) -> float:
    return max(0.05, 1 - _EMPTY_COST * (1 - players / (grid.columns * grid.rows)))


def _fitness(grid: Grid, rules: Rules) -> float:
    """1 for a card of the shape that its template likes, less for others."""
    style = rules.cells.card
    if grid.kind != "card" or not isinstance(style, CardStyle) or not rules.only_cards:
        return 1.0
    return math.exp(-_SHAPE_COST * math.log(max(1e-3, grid.cell_h / grid.cell_w) / style.shape) ** 2)
