"""How a roster fills its area: columns, rows, and the size of names and numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

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
    score: float


def solve_grid(width: float, height: float, roster: Roster) -> Grid:
    """The fullest, most legible and most even grid for a roster in an area.

    Every column count is tried with both kinds of cell. The score is the size of the type, lowered by empty
    cells, by names that leave their cells empty, and by names that will not fit.

    Args:
        width: of the area, points.
        height: of the area, points.
        roster: at least one player.
    """
    return max(_candidates(width, height, roster), key=lambda grid: grid.score)


def even_lengths(players: int, groups: int) -> tuple[int, ...]:
    """Players in each group, the larger groups first, differing by one at most."""
    share, over = divmod(players, groups)
    return tuple(share + (index < over) for index in range(groups))


def _candidates(width: float, height: float, roster: Roster) -> Iterator[Grid]:
    players = len(roster.names_em)
    for columns in range(1, min(players, _MAX_COLUMNS) + 1):
        rows = -(-players // columns)
        if -(-players // rows) != columns:
            continue
        gap_y = _GAP * height / rows if rows > 1 else 0.0
        gap_y = min(gap_y, 0.03 * height)
        gap_x = max(gap_y, 0.009 * width) if columns > 1 else 0.0
        cell = ((width - gap_x * (columns - 1)) / columns, (height - gap_y * (rows - 1)) / rows)
        shape = (columns, rows, gap_x, gap_y)
        named = any(roster.names_em)
        if named:
            yield _row_grid(cell, shape, roster)
        if not named or cell[1] >= _CARD_SHAPE * cell[0]:
            yield _card_grid(cell, shape, roster)


def _row_grid(cell: tuple[float, float], shape: tuple[int, int, float, float], roster: Roster) -> Grid:
    cell_w, cell_h = cell
    number = max(min(0.7 * cell_h, 0.3 * cell_w / max(roster.numbers_em, 0.5)), FLOOR_PT)
    badge = (
        roster.numbers_em * number + 0.5 * min(cell_h, number / 0.7) if roster.numbers_em else 0.16 * cell_h
    )
    badge = max(badge, min(0.95 * cell_h, 0.3 * cell_w)) if roster.numbers_em else badge
    inner = cell_w - badge - 0.62 * min(cell_h, number / 0.7)
    note_size = max(0.34 * cell_h, FLOOR_PT)
    note_w = min(roster.notes_em * note_size + 0.6 * note_size, 0.26 * inner)
    name_w = inner - note_w
    one = _name_size(roster.names_em, name_w, 0.66 * cell_h)
    two = _name_size(roster.split_names_em, name_w, 0.42 * cell_h)
    split = cell_h >= _SPLIT_SHAPE * cell_w and two >= _SPLIT_GAIN * one
    lines, size, widths = (2, two, roster.split_names_em) if split else (1, one, roster.names_em)
    note_size = max(FLOOR_PT, min(note_size, 0.58 * size))
    return _grid(
        "row",
        cell,
        shape,
        roster,
        number=number,
        size=size,
        name_w=name_w,
        badge=badge,
        note=(note_w, note_size),
        lines=lines,
        widths=widths,
    )


def _card_grid(cell: tuple[float, float], shape: tuple[int, int, float, float], roster: Roster) -> Grid:
    cell_w, cell_h = cell
    name_w = 0.88 * cell_w
    named = any(roster.names_em)
    plate = min(0.3 * cell_h, 0.42 * cell_w) if named else 0.0
    one = _name_size(roster.names_em, name_w, 0.7 * plate)
    two = _name_size(roster.split_names_em, name_w, 0.43 * plate)
    lines, size, widths = (1, one, roster.names_em) if one >= 0.95 * two else (2, two, roster.split_names_em)
    number = max(min(0.8 * (cell_h - plate), 0.74 * cell_w / max(roster.numbers_em, 0.5)), FLOOR_PT)
    note_size = max(FLOOR_PT, min(0.075 * cell_h, 0.6 * size)) if named else max(FLOOR_PT, 0.1 * cell_h)
    return _grid(
        "card",
        cell,
        shape,
        roster,
        number=number,
        size=size,
        name_w=name_w,
        badge=plate,
        note=(0.8 * cell_w, note_size),
        lines=lines,
        widths=widths,
    )


def _grid(
    kind: CellKind,
    cell: tuple[float, float],
    shape: tuple[int, int, float, float],
    roster: Roster,
    *,
    number: float,
    size: float,
    name_w: float,
    badge: float,
    note: tuple[float, float],
    lines: int,
    widths: Sequence[float],
) -> Grid:
    columns, rows, gap_x, gap_y = shape
    players = len(roster.names_em)
    return Grid(
        kind=kind,
        columns=columns,
        rows=rows,
        lengths=even_lengths(players, columns if kind == "row" else rows),
        cell_w=cell[0],
        cell_h=cell[1],
        gap_x=gap_x,
        gap_y=gap_y,
        number_size=number,
        name_size=size,
        note_size=note[1],
        badge_w=badge,
        name_w=name_w,
        note_w=note[0],
        name_lines=lines,
        score=_score(players, columns * rows, widths=widths, name_w=name_w, size=size, number=number),
    )


def _name_size(widths_em: Sequence[float], width: float, tallest: float) -> float:
    """The size at which typical names fit; all of them, when the longest costs little."""
    ordered = sorted(widths_em)
    if not ordered[-1]:
        return max(FLOOR_PT, tallest)
    typical = min(tallest, width / max(ordered[int(_TYPICAL * (len(ordered) - 1))], 0.1))
    whole = min(tallest, width / ordered[-1])
    return max(FLOOR_PT, whole if whole >= 0.8 * typical else typical)


def _score(
    players: int, cells: int, *, widths: Sequence[float], name_w: float, size: float, number: float
) -> float:
    """Geometric mean of the type sizes, times how full the cells are."""
    if name_w <= 2 * size:
        return 0.0
    filled = [min(1.0, width * size / name_w) for width in widths]
    over = sum(width * max(FLOOR_PT, SHRINK * size) > name_w for width in widths) / players
    full = max(0.15, sum(filled) / players)
    empty = (cells - players) / cells
    return float(size**0.8 * number**0.2 * full**0.25 * (1 - 2 * empty) * (1 - over) ** 2)
