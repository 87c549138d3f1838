"""What a small icon shows: the logo where it can be read, else its symbol, else initials."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from imaging.logo.trim import trim
from imaging.types import Color, Pixels
from imaging.vector.rasterize import render_svg
from imaging.web.icons_fit import Outline, Window, filling, outline_of
from imaging.web.icons_initials import GRID, Plate, plate_of
from imaging.web.icons_legible import Legibility, Reference
from imaging.web.icons_light import Light, resized, to_light, window, within
from imaging.web.icons_sharp import crisp
from imaging.web.icons_symbol import largest_symbol

MarkKind = Literal["logo", "symbol", "initials"]
MarkChoice = Literal["auto", "logo", "symbol", "initials"]
REFERENCE_PX = 512
"""What small icons are measured against."""
WORK_PX = 1024
"""Longer side of the mark that everything is made from: twice the largest icon."""
FINER = 8
"""How many times as large as the icon initials are drawn first."""
FULL = Window(0.0, 0.0, float(REFERENCE_PX))
"""All of the reference."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A logo or a part of it, ready to be shrunk."""

    pixels: Pixels
    light: Light
    outline: Outline
    large: Light
    """(REFERENCE_PX, REFERENCE_PX, 4): the mark as large as fits an icon."""

    @classmethod
    def of(cls, pixels: Pixels) -> "Mark":
        """Of (H, W, 4) RGBA, straight alpha. Raises `NoForegroundError`: nothing shows."""
        small = trim(within(trim(pixels), longest_px=WORK_PX))
        light, outline = to_light(small), outline_of(small)
        large = window(light, filling(outline).box, width=REFERENCE_PX, height=REFERENCE_PX)
        return cls(small, light, outline, large)

    def icon(self, side: int) -> Light:
        """A crisp small icon, the mark as large as fits."""
        return crisp(self.large, FULL, side)

    def reference(self) -> Reference:
        """What icons of it are held against."""
        return Reference.of(self.large, fill=self.outline.fill)

    def shown(self, place: Window, side: int) -> Light:
        """A large icon of any window, from the smallest copy that has all its detail."""
        scale = REFERENCE_PX / self.outline.longer
        if scale >= 1 or place.side * scale < 2 * side:
            return window(self.light, place.box, width=side, height=side)
        whole = filling(self.outline)
        left, top = (place.left - whole.left) * scale, (place.top - whole.top) * scale
        return window(self.large, Window(left, top, place.side * scale).box, width=side, height=side)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the small icons show, by side in pixels."""

    icons: Mapping[int, Light]
    marks: Mapping[int, Mark | None]
    """None for initials."""
    kinds: Mapping[int, MarkKind]
    measured: Mapping[int, Legibility]
    """Of the logo itself."""
    symbol: Legibility | None
    """Of the logo's symbol at the smallest side, where it was looked at."""
    plate: Plate | None
    smallest: int

    def kind(self, side: int) -> MarkKind:
        """What is shown at a side."""
        return self.kinds[side]

    def report(self) -> dict[str, Any]:
        """The choice and its figures, ready for JSON."""
        return {
            "shows": {str(side): kind for side, kind in self.kinds.items()},
            "simplified": any(kind != "logo" for kind in self.kinds.values()),
            "logo": [{**asdict(found), "readable": found.readable} for found in self.measured.values()],
            "symbol": {**asdict(self.symbol), "readable": self.symbol.readable} if self.symbol else None,
            "initials": self.plate.text if self.plate and "initials" in self.kinds.values() else None,
        }


def choose_small(
    logo: Mark, *, sides: Sequence[int], name: str, colors: tuple[Color, ...], wish: MarkChoice
) -> Chosen:
    """Decide and draw, for each side by itself: a logo that is lost at 16 px may be read at 48.

    Args:
        logo: All of it.
        sides: In pixels, smallest first.
        name: For initials.
        colors: For their plate, main one first.
        wish: `auto`, or what to show wherever that can be had.
    """
    logos = {side: logo.icon(side) for side in sides}
    whole = logo.reference()
    measured = {side: whole.read(icon) for side, icon in logos.items()}
    read_from = next((side for side in sides if measured[side].readable), sides[-1] + 1)
    simpler = [side for side in sides if wish != "logo" and (wish != "auto" or side < read_from)]
    if not simpler:
        return _all_logo(logo, logos, measured)
    symbol, read = _symbol(logo, sides[0]) if wish in ("auto", "symbol") else (None, None)
    take = symbol is not None and read is not None and (read.readable or wish == "symbol")
    plate = None if take else plate_of(name, colors=colors)
    kind: MarkKind = "symbol" if take else "initials" if plate else "logo"
    shown = symbol if take else logo
    icons = {
        side: logos[side]
        if side not in simpler or kind == "logo"
        else _simple(shown if take else None, plate, side)
        for side in sides
    }
    kinds: dict[int, MarkKind] = {side: kind if side in simpler else "logo" for side in sides}
    marks = {
        side: None if kinds[side] == "initials" else shown if side in simpler else logo for side in sides
    }
    return Chosen(icons, marks, kinds, measured, read, plate, sides[0])


def _all_logo(logo: Mark, icons: Mapping[int, Light], measured: Mapping[int, Legibility]) -> Chosen:
    kinds: dict[int, MarkKind] = dict.fromkeys(icons, "logo")
    return Chosen(icons, dict.fromkeys(icons, logo), kinds, measured, None, None, min(icons))


def _symbol(logo: Mark, side: int) -> tuple[Mark | None, Legibility | None]:
    part = largest_symbol(logo.pixels)
    if part is None:
        return None, None
    symbol = Mark.of(part)
    return symbol, symbol.reference().read(symbol.icon(side))


def _simple(mark: Mark | None, plate: Plate | None, side: int) -> Light:
    if mark is not None:
        return mark.icon(side)
    if plate is None:
        raise ValueError("neither a mark nor a plate")
    # Drawn on the pixel grid at every side that is a multiple of the plate's own.
    fine = to_light(render_svg(plate.svg(), width_px=side * FINER, height_px=side * FINER))
    assert side % GRID == 0  # noqa: S101 - the sides of favicons are
    return resized(fine, width=side, height=side)
