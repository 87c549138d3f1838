"""How a roster fills its area: columns, rows, and the size of names and numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

CellKind = Literal["row", "card"]
"""`row`: number left, name right. `card`: number above, name on a plate below."""

FLOOR_PT = 8.0
"""No text of a banner is smaller at print size."""
SHRINK = 0.66
"""A long name goes down to this share of its neighbours' size before it is cut."""
_MAX_COLUMNS = 24
_TYPICAL = 0.85
"""Share of the names that must fit at full size; the few longest may shrink instead."""
_SPLIT_GAIN = 1.25
"""Names beside their number go on two lines when that makes them this much larger."""
_SPLIT_COST = 0.85
"""What two-line names beside a number cost in evenness."""
_EMPTY_COST = 4.0
"""A grid with a tenth of its cells empty counts this many tenths less."""
_CUT_COST = 6
"""Power of the share of names that fit whole: no gain in size is worth many cut names."""
_SPLIT_SHAPE = 0.28
"""Height over width from which such a cell has room for two lines without looking crowded."""
_CARD_SHAPE = 0.62
"""Height over width from which a name goes under its number; numbers alone are always cards."""
_GAP = 0.12
"""Gap between rows as a share of their pitch."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What the grid must hold, measured: widths are in em of the text's own size."""

    names_em: tuple[float, ...]
    """One a player; all 0 when names are not shown."""
    split_names_em: tuple[float, ...]
    """The same set on two lines; equal to `names_em` where a name has no space."""
    numbers_em: float
    """The widest number; 0 when nobody has one."""
    notes_em: float
    """The widest position; 0 when nobody has one."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A solved roster; lengths in points."""

    kind: CellKind
    columns: int
    rows: int
    lengths: tuple[int, ...]
    """Players in each column (`row`) or in each row (`card`), differing by one at most."""
    cell_w: float
    cell_h: float
    gap_x: float
    gap_y: float
    number_size: float
    name_size: float
    note_size: float
    badge_w: float
    """Width of the number's badge in a `row`; height of the name's plate in a `card`."""
    name_w: float
    note_w: float
    name_lines: int


def solve_grid(width: float, height: float, roster: Roster) -> Grid:
    """The fullest, most legible and most even grid for a roster in an area.

    Every column count is tried with both kinds of cell. The score is the size of the type, lowered by empty
    cells, by names that leave their cells empty, and by names that will not fit.

    Args:
        width: of the area, points.
        height: of the area, points.
        roster: at least one player.
    """
    return max(_candidates(width, height, roster), key=lambda grid: _score(grid, roster))


def even_lengths(players: int, groups: int) -> tuple[int, ...]:
    """Players in each group, the larger groups first, differing by one at most."""
    share, over = divmod(players, groups)
    return tuple(share + (index < over) for index in range(groups))


@dataclass(frozen=True, slots=True)
class _Shape:
    """Columns and rows, and the cells they leave."""

    columns: int
    rows: int
    cell_w: float
    cell_h: float
    gap_x: float
    gap_y: float


def _candidates(width: float, height: float, roster: Roster) -> Iterator[Grid]:
    players = len(roster.names_em)
    named = any(roster.names_em)
    for columns in range(1, min(players, _MAX_COLUMNS) + 1):
        rows = -(-players // columns)
        if -(-players // rows) != columns:
            continue
        shape = _shape(width, height, columns, rows)
        if named:
            yield _row_grid(shape, roster)
        if not named or shape.cell_h >= _CARD_SHAPE * shape.cell_w:
            yield _card_grid(shape, roster)


def _shape(width: float, height: float, columns: int, rows: int) -> _Shape:
    gap_y = min(_GAP * height / rows, 0.03 * height) if rows > 1 else 0.0
    gap_x = max(gap_y, 0.009 * width) if columns > 1 else 0.0
    cell_w = (width - gap_x * (columns - 1)) / columns
    cell_h = (height - gap_y * (rows - 1)) / rows
    return _Shape(columns, rows, cell_w, cell_h, gap_x, gap_y)


def _row_grid(shape: _Shape, roster: Roster) -> Grid:
    """Cells with the number in a badge at the left, the name beside it, the position at the right."""
    width, height = shape.cell_w, shape.cell_h
    number = max(min(0.7 * height, 0.3 * width / max(roster.numbers_em, 0.5)), FLOOR_PT)
    pad = min(height, number / 0.7)
    badge = 0.16 * height
    if roster.numbers_em:
        badge = max(roster.numbers_em * number + 0.5 * pad, min(0.95 * height, 0.3 * width))
    inner = width - badge - 0.62 * pad
    rough = _name_size(roster.names_em, 0.9 * inner, 0.66 * height)
    note = max(FLOOR_PT, min(0.34 * height, 0.56 * rough))
    note_w = min(roster.notes_em * note + 0.9 * note, 0.26 * inner) if roster.notes_em else 0.0
    name_w = inner - note_w
    one = _name_size(roster.names_em, name_w, 0.66 * height)
    two = _name_size(roster.split_names_em, name_w, 0.42 * height)
    split = height >= _SPLIT_SHAPE * width and two >= _SPLIT_GAIN * one
    size = two if split else one
    sizes = _Sizes(number, size, note, badge, name_w, note_w, 2 if split else 1)
    return _grid("row", shape, len(roster.names_em), sizes)


def _card_grid(shape: _Shape, roster: Roster) -> Grid:
    """Cells with a large number, the position under it, and the name on a plate at the bottom."""
    width, height = shape.cell_w, shape.cell_h
    name_w = 0.88 * width
    named = any(roster.names_em)
    plate = min(0.3 * height, 0.42 * width) if named else 0.0
    one = _name_size(roster.names_em, name_w, 0.7 * plate)
    two = _name_size(roster.split_names_em, name_w, 0.43 * plate)
    split = one < 0.95 * two
    size = two if split else one
    number = max(min(0.8 * (height - plate), 0.74 * width / max(roster.numbers_em, 0.5)), FLOOR_PT)
    note = max(FLOOR_PT, min(0.075 * height, 0.6 * size) if named else 0.1 * height)
    sizes = _Sizes(number, size, note, plate, name_w, 0.8 * width, 2 if split else 1)
    return _grid("card", shape, len(roster.names_em), sizes)


class _Sizes(NamedTuple):
    """The sizes of `Grid`, by the same names."""

    number_size: float
    name_size: float
    note_size: float
    badge_w: float
    name_w: float
    note_w: float
    name_lines: int


def _grid(kind: CellKind, shape: _Shape, players: int, sizes: _Sizes) -> Grid:
    lengths = even_lengths(players, shape.columns if kind == "row" else shape.rows)
    return Grid(
        kind=kind,
        columns=shape.columns,
        rows=shape.rows,
        lengths=lengths,
        cell_w=shape.cell_w,
        cell_h=shape.cell_h,
        gap_x=shape.gap_x,
        gap_y=shape.gap_y,
        **sizes._asdict(),
    )


def _name_size(widths_em: Sequence[float], width: float, tallest: float) -> float:
    """The size at which typical names fit; all of them, when the longest costs little."""
    ordered = sorted(widths_em)
    if not ordered[-1]:
        return max(FLOOR_PT, tallest)
    typical = min(tallest, width / max(ordered[int(_TYPICAL * (len(ordered) - 1))], 0.1))
    whole = min(tallest, width / ordered[-1])
    return max(FLOOR_PT, whole if whole >= 0.9 * typical else typical)


def _score(grid: Grid, roster: Roster) -> float:
    """Geometric mean of the type sizes, times how full the cells are, less for all that looks uneven."""
    widths = roster.split_names_em if grid.name_lines > 1 else roster.names_em
    players = len(widths)
    if grid.name_w <= 2 * grid.name_size:
        return 0.0
    smallest = max(FLOOR_PT, SHRINK * grid.name_size)
    cut = sum(width * smallest > grid.name_w for width in widths) / players
    filled = sum(min(1.0, width * grid.name_size / grid.name_w) for width in widths) / players
    empty = 1 - players / (grid.columns * grid.rows)
    broken = _SPLIT_COST if grid.kind == "row" and grid.name_lines > 1 else 1.0
    type_size = grid.name_size**0.8 * grid.number_size**0.2
    whole = max(0.05, 1 - _EMPTY_COST * empty) * (1 - cut) ** _CUT_COST
    return float(type_size * max(0.15, filled) ** 0.25 * whole * broken)
