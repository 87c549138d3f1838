"""One player's cell: number, name and position on their lines."""

from dataclasses import dataclass, replace
from typing import Literal

from imaging.banner.box import Box
from imaging.banner.cells import SHRINK_WRAPPED, Grid, smallest_name
from imaging.banner.fit import Fitted, fit_line
from imaging.banner.fonts import Style
from imaging.banner.schema import CardStyle, CellKind, CellStyle, RosterContent
from imaging.banner.spec import Player
from imaging.banner.stage import Placed, Stage, TextRole
from imaging.banner.typeset import Align

_NAME_ROOM = 0.94
"""Share of a cell's height that a name may fill."""
_GROUNDS = {"row": ("badge", "card"), "card": ("card", "badge"), "list": (None, None)}
"""Grounds of number and name; the area's own where none."""
_INKS: dict[CellKind, tuple[str, str, str]] = {
    "row": ("ink", "ink", "accent"),
    "card": ("accent", "ink", "soft"),
    "list": ("accent", "ink", "soft"),
}
_Part = Literal["number", "name", "position"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A player with texts and styles ready to set."""

    source: Player
    number: tuple[str, Style]
    name: tuple[str, Style]
    note: tuple[str, Style]


@dataclass(frozen=True, slots=True)
class Place:
    """A cell's box with its place in the grid."""

    box: Box
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One player, or the empty place that keeps a short column whole."""

    kind: CellKind
    box: Box
    badge: Box
    """Ground of the number (`row`, `list`), or of the name (`card`)."""
    number: Placed | None
    lines: tuple[Placed, ...]
    """Name and position."""
    empty: bool
    mirrored: bool
    """Right to left: the number lies at the right."""
    column: int
    row: int


def default_inks(kind: CellKind, ground: str) -> dict[str, str]:
    """Inks of number, name and position where a template names none."""
    number_ground, name_ground = (given or ground for given in _GROUNDS[kind])
    grounds = (number_ground, name_ground, "card" if kind == "card" else name_ground)
    return {
        part: f"{on}.{role}"
        for part, on, role in zip(("number", "name", "position"), grounds, _INKS[kind], strict=True)
    }


def set_cell(
    content: RosterContent, grid: Grid, place: Place, person: Prepared, stage: Stage, *, mirrored: bool
) -> Cell:
    """Set one player.

    Args:
        content: settings.
        grid: sizes.
        place: where.
        person: who.
        stage: the order and its tools.
        mirrored: whether the number lies at the right.
    """
    setter = _Setter(content, grid, place.box, person, stage)
    made = setter.card() if grid.kind == "card" else setter.beside()
    badge, number, lines = made if not mirrored else _mirrored(made, place.box)
    return Cell(
        grid.kind,
        place.box,
        badge,
        number,
        lines,
        empty=False,
        mirrored=mirrored,
        column=place.column,
        row=place.row,
    )


_Made = tuple[Box, Placed | None, tuple[Placed, ...]]


@dataclass(frozen=True, slots=True)
class _Setter:
    content: RosterContent
    grid: Grid
    box: Box
    person: Prepared
    stage: Stage

    @property
    def style(self) -> CellStyle:
        style = getattr(self.content.cells, self.grid.kind)
        assert isinstance(style, CellStyle)  # noqa: S101 - the grid is of a kind that there is
        return style

    def beside(self) -> _Made:
        """Number left, name beside it, position at the far end."""
        grid, box = self.grid, self.box
        badge = Box(box.x, box.y, grid.badge_w, box.h)
        plain = grid.kind == "list"
        start = badge.right + (grid.pad if not plain else 0.0) if grid.badge_w else box.x + grid.pad
        name_box = Box(start, box.y, max(0.0, grid.name_w), box.h)
        lines = self._name(name_box, align=self.style.align or "left")
        note_box = Box(box.right - grid.pad - grid.note_w, box.y, grid.note_w, box.h)
        lines += self._note(note_box, align="right")
        number_box = Box(badge.x + 0.06 * badge.w, badge.y, 0.88 * badge.w, badge.h)
        if plain:
            # Figures stand flush right before the name, as in a table.
            gap = 0.6 * grid.number_size
            number_box = Box(badge.x, badge.y, max(0.0, badge.w - gap), badge.h)
        return badge, self._number(number_box, align="right" if plain else "center"), tuple(lines)

    def card(self) -> _Made:
        """Number above, name on a plate below, position between or in the corner."""
        grid, box = self.grid, self.box
        style = self.style
        number_align: Align = style.number_align if isinstance(style, CardStyle) else "center"
        plate = Box(box.x, box.bottom - grid.plate_h, box.w, grid.plate_h)
        top = box.above(plate.y)
        lines: list[Placed] = []
        if grid.note_w:  # everybody's numbers stand at one height, with a position or without
            y = plate.y - 1.5 * grid.note_size if number_align == "center" else box.y + 0.7 * grid.note_size
            align: Align = "center" if number_align == "center" else "right"
            note_box = Box(box.x + grid.pad, y, box.w - 2 * grid.pad, grid.note_size)
            lines += self._note(note_box, align=align)
            top = top.above(note_box.y) if number_align == "center" else top.below(note_box.bottom)
        name_box = Box(box.x + grid.pad, plate.y, grid.name_w, plate.h)
        lines += self._name(name_box, align=style.align or "center")
        number_box = Box(box.x + grid.pad, top.y, box.w - 2 * grid.pad, top.h)
        return plate, self._number(number_box, align=number_align), tuple(lines)

    def _ink(self, part: _Part) -> str:
        given: str | None = getattr(self.style, part)
        return given or default_inks(self.grid.kind, self.content.ground)[part]

    def _name(self, box: Box, *, align: Align) -> list[Placed]:
        """Smaller within a floor, then on two lines, then cut."""
        name, style = self.person.name
        if not name or box.w < self.stage.floor:
            return self._lost(self.person.source.name)
        size, source = self.grid.name_size, self.person.source.name
        least = smallest_name(size, self.stage.floor)
        height = _NAME_ROOM * box.h
        if self.grid.name_lines == 1:
            fitted = fit_line(
                name,
                style,
                fonts=self.stage.setter.fonts,
                size_pt=size,
                width_pt=box.w,
                floor_pt=least,
                height_pt=height,
            )
            if not fitted.cut and fitted.height_pt <= box.h:
                self.stage.setter.note(source, fitted, wanted_pt=size)
                return [self._placed(fitted, style, box, align=align, ink=self._ink("name"), role="name")]
        least = max(self.stage.floor, SHRINK_WRAPPED * size)
        two = self.stage.fit(name, style, box=(box.w, height), lines=2, size=size, floor=least)
        if two is None:
            return self._lost(source)
        self.stage.setter.note(source, two, wanted_pt=size)
        if self.grid.name_lines == 1 and len(two.lines) > 1 and not two.cut:
            self.stage.setter.wrapped.append(source)
        name_of_style = self.content.name
        return list(
            self.stage.put(
                two, style, box, align=align, ink=self._ink("name"), role="name", name=name_of_style
            )
        )

    def _lost(self, source: str) -> list[Placed]:
        if source.strip():
            self.stage.setter.cut.append(source)
        return []

    def _note(self, box: Box, *, align: Align) -> list[Placed]:
        note, style = self.person.note
        source = self.person.source.position or ""
        if not note:
            return []
        size = self.grid.note_size
        if box.w <= self.stage.floor or box.h < size:
            return self._lost(source)
        fitted = self._line(note, style, box, size)
        if fitted is None:
            return self._lost(source)
        self.stage.setter.note(source, fitted, wanted_pt=size)
        return [self._placed(fitted, style, box, align=align, ink=self._ink("position"), role="position")]

    def _number(self, box: Box, *, align: Align) -> Placed | None:
        number, style = self.person.number
        if not number:
            return None
        fitted = self._line(number, style, box, min(self.grid.number_size, 0.92 * box.h))
        if fitted is None:
            self._lost(self.person.source.number)
            return None
        if fitted.cut:
            self.stage.setter.cut.append(self.person.source.number)
        return self._placed(fitted, style, box, align=align, ink=self._ink("number"), role="number")

    def _line(self, text: str, style: Style, box: Box, size: float) -> Fitted | None:
        """One line in a box, or none where not even the smallest type goes in."""
        fitted = fit_line(
            text,
            style,
            fonts=self.stage.setter.fonts,
            size_pt=max(size, self.stage.floor),
            width_pt=box.w,
            floor_pt=self.stage.floor,
            height_pt=box.h,
        )
        slack = 1e-6
        return fitted if fitted.height_pt <= box.h + slack and fitted.width_pt <= box.w + slack else None

    def _placed(
        self, fitted: Fitted, style: Style, box: Box, *, align: Align, ink: str, role: TextRole
    ) -> Placed:
        line = self.stage.setter.line(fitted, style, box, align=align, ink=ink)
        names = {"number": self.content.number, "name": self.content.name, "position": self.content.position}
        return Placed(line, role, names[role])


def _mirrored(made: _Made, box: Box) -> _Made:
    badge, number, lines = made
    return (
        badge.mirrored_in(box),
        _mirror(number, box) if number else None,
        tuple(_mirror(placed, box) for placed in lines),
    )


def _mirror(placed: Placed, box: Box) -> Placed:
    line = placed.line
    room = Box(line.x, 0.0, line.w, 0.0).mirrored_in(box)
    align: Align = {"left": "right", "right": "left"}.get(line.align, "center")  # type: ignore[assignment]  # of Align
    return replace(placed, line=replace(line, x=room.x, align=align))
