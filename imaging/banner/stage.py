"""What every content is set with, and what setting it gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from imaging.banner.box import Box, around
from imaging.banner.fit import Fitted, fit_box
from imaging.banner.fonts import Style
from imaging.banner.schema import Content
from imaging.banner.spec import BannerSpec
from imaging.banner.typeset import Align, Line, Typesetter

SMALLEST = 0.5
"""Share of its size that a text goes down to before it is cut."""
TextRole = Literal["title", "text", "label", "name", "number", "position"]
PictureRole = Literal["logo", "league", "sponsor", "photo"]


class Art(Protocol):
    """The pictures of an order, by key."""

    def aspect(self, key: str, ground: str) -> float | None:
        """Width over height as it will be drawn on a ground; None when there is nothing to draw."""
        ...

    def density(self, key: str) -> float:
        """Share, 0-1, of its box that a picture covers."""
        ...

    def chip(self, keys: tuple[str, ...], ground: str) -> bool:
        """Whether any of these pictures would sink into the ground."""
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of text and what it is."""

    line: Line
    role: TextRole
    style: str
    """Its name in the template."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture and its place."""

    key: str
    role: PictureRole
    box: Box
    ground: str
    chip: Box | None = None
    """Plate under it."""
    clip: Box | None = None


@dataclass(frozen=True, slots=True)
class Filled:
    """What an area holds, set."""

    lines: tuple[Placed, ...] = ()
    pictures: tuple[Shown, ...] = ()
    text: Box | None = None
    """Round its text."""
    slack: float = 0.0
    """Height that nothing fills, where a title could give it back."""

    @property
    def group(self) -> Box | None:
        """Round all it holds."""
        boxes = [shown.chip or shown.clip or shown.box for shown in self.pictures]
        return around([*boxes, *([self.text] if self.text else [])])


@dataclass(frozen=True, slots=True)
class Stage:
    """The order and the tools of one layout."""

    spec: BannerSpec
    setter: Typesetter
    styles: Mapping[str, Style]
    art: Art
    unit: float
    floor: float

    def style(self, name: str) -> Style:
        """A style of the template."""
        return self.styles[name]

    def fit(
        self,
        text: str,
        style: Style,
        *,
        box: tuple[float, float],
        lines: int,
        size: float,
        floor: float = 0.0,
    ) -> Fitted | None:
        """A text at a size or smaller in a box; None when not even the smallest type goes in.

        Args:
            text: prepared.
            style: as prepared.
            box: width and height, points.
            lines: at most.
            size: wanted, points.
            floor: least, points, where that is over the floor of the medium.
        """
        least = max(self.floor, floor)
        wanted = max(size, least)
        if not text or box[0] < least or box[1] <= 0:
            return None
        fitted = self._fewest_lines(text, style, box=box, lines=lines, size=wanted, floor=least)
        slack = 1e-6
        if fitted.lines and fitted.height_pt > box[1] + slack and least > self.floor:
            return self.fit(text, style, box=box, lines=lines, size=size)
        fits = fitted.height_pt <= box[1] + slack and fitted.width_pt <= box[0] + slack
        return fitted if fitted.lines and fits else None

    def _fewest_lines(
        self, text: str, style: Style, *, box: tuple[float, float], lines: int, size: float, floor: float
    ) -> Fitted:
        """On as few lines as have the full size; as large as can be where none has."""
        for count in range(1, lines):
            fitted = fit_box(
                text,
                style,
                fonts=self.setter.fonts,
                box_pt=box,
                max_lines=count,
                floor_pt=floor,
                ceiling_pt=size,
            )
            if not fitted.cut and fitted.size_pt >= size * 0.999:
                return fitted
        return fit_box(
            text, style, fonts=self.setter.fonts, box_pt=box, max_lines=lines, floor_pt=floor, ceiling_pt=size
        )

    def put(
        self, fitted: Fitted, style: Style, box: Box, *, align: Align, ink: str, role: TextRole, name: str
    ) -> tuple[Placed, ...]:
        """Fitted lines, centred in the height of a box."""
        lines = self.setter.lines(fitted, style, box, align=align, ink=ink)
        return tuple(Placed(line, role, name) for line in lines)


def ink_of(content: Content, given: str | None, role: str = "ink") -> str:
    """The ink that a template names, or that of the area's ground."""
    return given or f"{content.ground}.{role}"
