"""The sizes of type that a cell leaves room for, one function a kind of cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, cast

from imaging.banner.schema import CardStyle, CellKind, Cells, CellStyle

SHRINK = 0.66
"""A long name goes down to this share of its neighbours' size before it is wrapped or cut."""
SHRINK_WRAPPED = 0.5
"""On two lines it goes down to this share."""
_TYPICAL = 0.85
"""Share of the names that must fit at full size; the few longest may shrink instead."""
_SPLIT_GAIN = 1.6
"""Names beside their number go on two lines when that makes them this much larger."""
_SPLIT_SHAPE = 0.28
"""Height over width from which such a cell has room for two lines without looking crowded."""
_WIDEST_PAD = 0.07
"""Beside a name in a row, of the cell's width at most."""
_LIST_LINE = 0.56
"""Size of a name in a list, of the pitch of its lines."""


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
class Rules:
    """What a template allows."""

    cells: Cells
    unit: float
    floor: float
    """Smallest type, points."""

    @property
    def only_cards(self) -> bool:
        """Whether there is no other kind."""
        return self.cells.row is None and self.cells.list is None

    def kinds(self, *, named: bool) -> Iterator[tuple[CellKind, CellStyle]]:
        """The kinds with their styles; numbers alone are cards wherever those are allowed."""
        found = {"row": self.cells.row, "list": self.cells.list, "card": self.cells.card}
        if not named and found["card"]:
            found = {"card": found["card"]}
        yield from ((cast("CellKind", kind), style) for kind, style in found.items() if style)


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns and rows, and the cells they leave, in points."""

    columns: int
    rows: int
    cell_w: float
    cell_h: float
    gap_x: float
    gap_y: float


class Sizes(NamedTuple):
    """What a cell holds, in points."""

    number_size: float
    name_size: float
    note_size: float
    badge_w: float
    """Width of the number's ground beside a name; 0 where there is none."""
    plate_h: float
    """Height of the name's plate on a card; 0 where there is none."""
    pad: float
    name_w: float
    note_w: float
    name_lines: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A solved roster; lengths in points."""

    kind: CellKind
    columns: int
    rows: int
    lengths: tuple[int, ...]
    """Players in each column (`row`, `list`) or in each row (`card`), differing by one at most."""
    cell_w: float
    cell_h: float
    gap_x: float
    gap_y: float
    number_size: float
    name_size: float
    note_size: float
    badge_w: float
    plate_h: float
    pad: float
    name_w: float
    note_w: float
    name_lines: int

    @property
    def width(self) -> float:
        """Of all columns."""
        return self.columns * self.cell_w + (self.columns - 1) * self.gap_x

    @property
    def height(self) -> float:
        """Of all rows."""
        return self.rows * self.cell_h + (self.rows - 1) * self.gap_y


def smallest_name(size: float, floor: float) -> float:
    """How small a name may get beside neighbours of a size."""
    return max(floor, SHRINK * size)


def made_cells(kind: CellKind, style: CellStyle, shape: Shape, roster: Roster, rules: Rules) -> Sizes:
    """The sizes in a cell of a kind."""
    if isinstance(style, CardStyle):
        return _card(style, shape, roster, rules)
    return _row(style, shape, roster, rules) if kind == "row" else _list(style, shape, roster, rules)


def _row(style: CellStyle, shape: Shape, roster: Roster, rules: Rules) -> Sizes:
    """The number in a badge at the left, the name beside it, the position at the right."""
    width, height = shape.cell_w, shape.cell_h
    number = max(min(0.7 * height, 0.3 * width / max(roster.numbers_em, 0.5)), rules.floor)
    tall = min(height, number / 0.7)
    badge = 0.0
    if roster.numbers_em:
        badge = max(1.05 * tall, roster.numbers_em * number + 0.5 * tall)
        badge = min(badge, 0.34 * width) if any(roster.names_em) else width
    pad = min(style.pad * tall, _WIDEST_PAD * width)
    return _beside(style, shape, roster, rules, number=number, badge=badge, pad=pad, tallest=0.66)


def _list(style: CellStyle, shape: Shape, roster: Roster, rules: Rules) -> Sizes:
    """The same on the ground: number and name of one size."""
    width, height = shape.cell_w, shape.cell_h
    pad = style.pad * height

    def sized(number: float) -> Sizes:
        badge = min((roster.numbers_em + 0.75) * number, 0.34 * width) if roster.numbers_em else 0.0
        badge = badge if any(roster.names_em) else width - 2 * pad
        return _beside(
            style, shape, roster, rules, number=number, badge=badge, pad=pad, tallest=_LIST_LINE, apart=False
        )

    most = max(rules.floor, min(_LIST_LINE * height, 0.3 * width / max(roster.numbers_em, 0.5)))
    if not any(roster.names_em):
        return sized(most)
    first = sized(min(most, max(rules.floor, style.largest * rules.unit)))
    # The number is as large as the names, so the column it takes depends on them.
    return sized(max(rules.floor, min(most, first.name_size * 1.06)))


def _beside(
    style: CellStyle,
    shape: Shape,
    roster: Roster,
    rules: Rules,
    *,
    number: float,
    badge: float,
    pad: float,
    tallest: float,
    apart: bool = True,
) -> Sizes:
    """Name and position in what the number leaves."""
    height, floor = shape.cell_h, rules.floor
    inner = max(0.0, shape.cell_w - badge - 2 * pad) if apart or not badge else shape.cell_w - badge - 2 * pad
    most = style.largest * rules.unit
    rough = _name_size(roster.names_em, 0.9 * inner, min(most, tallest * height), floor)
    note = max(floor, min(0.34 * height, 0.56 * rough))
    note_w = min(roster.notes_em * note + 0.9 * note, 0.26 * inner) if roster.notes_em else 0.0
    name_w = inner - note_w
    one = _name_size(roster.names_em, name_w, min(most, tallest * height), floor)
    two = _name_size(roster.split_names_em, name_w, min(most, 0.42 * height), floor)
    split = style.lines > 1 and height >= _SPLIT_SHAPE * shape.cell_w and two >= _SPLIT_GAIN * one
    return Sizes(number, two if split else one, note, badge, 0.0, pad, name_w, note_w, 2 if split else 1)


def _card(style: CardStyle, shape: Shape, roster: Roster, rules: Rules) -> Sizes:
    """A large number, the position under it, and the name on a plate at the bottom."""
    width, height, floor = shape.cell_w, shape.cell_h, rules.floor
    pad = style.pad * width
    name_w = width - 2 * pad
    plate = 0.0
    if any(roster.names_em):
        plate = min(style.plate * height, max(0.42 * width, 2 * floor)) if roster.numbers_em else height
        if not roster.numbers_em and roster.notes_em:
            plate = height - 2.2 * max(floor, 0.1 * height)
    most = style.largest * rules.unit
    one = _name_size(roster.names_em, name_w, min(most, 0.7 * plate), floor)
    two = _name_size(roster.split_names_em, name_w, min(most, 0.43 * plate), floor)
    split = style.lines > 1 and one < 0.95 * two
    size = two if split else one
    number = max(min(0.8 * (height - plate), 0.78 * width / max(roster.numbers_em, 0.5)), floor)
    note = max(floor, min(0.1 * height, 0.75 * size) if plate else 0.1 * height)
    note_w = 0.9 * name_w if roster.notes_em else 0.0
    return Sizes(number, size, note, 0.0, plate, pad, name_w, note_w, 2 if split else 1)


def _name_size(widths_em: Sequence[float], width: float, tallest: float, floor: float) -> float:
    """The size at which typical names fit; all of them, when the longest costs little."""
    ordered = sorted(widths_em)
    if not ordered[-1]:
        return max(floor, tallest)
    typical = min(tallest, width / max(ordered[int(_TYPICAL * (len(ordered) - 1))], 0.1))
    whole = min(tallest, width / ordered[-1])
    return max(floor, whole if whole >= 0.9 * typical else typical)
