"""Lines of text at exact places, as the template gets them, and the record of what had to give."""

from dataclasses import dataclass, field
from typing import Literal

from imaging.banner.fit import Fitted
from imaging.banner.fonts import FontLibrary, Style
from imaging.banner.frame import Box
from imaging.banner.text import capitals, clean, drop_pictures, is_rtl

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; lengths in points from the top left of the page."""

    text: str
    x: float
    """Left edge of its room."""
    baseline: float
    w: float
    """Width of its room; the template squeezes what shaping made wider."""
    size: float
    align: Align
    ink: str
    """Name of a colour of `Palette`."""
    families: tuple[str, ...]
    weight: int
    stretch: float
    rtl: bool
    cap: float
    """Height of its capitals."""


@dataclass(slots=True)
class Typesetter:
    """Prepares strings for print and keeps account of what was shrunk, cut or not in any font."""

    fonts: FontLibrary
    shrunk: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def prepare(self, text: str, style: Style) -> tuple[str, Style]:
        """Printable capitals and the style that sets them; pictures no font has are left out."""
        wanted = clean(text)
        style = self.fonts.lead(capitals(wanted), style)
        missing = self.fonts.missing(capitals(wanted), style)
        self.missing.extend(char for char in missing if char not in self.missing)
        return capitals(drop_pictures(wanted, missing)), style

    def note(self, source: str, fitted: Fitted, *, wanted_pt: float) -> None:
        """Record that a text was cut, or set visibly smaller than wanted."""
        if fitted.cut:
            self.cut.append(source)
        elif fitted.size_pt < wanted_pt * 0.99:
            self.shrunk.append(source)

    def lines(self, fitted: Fitted, style: Style, box: Box, *, align: Align, ink: str) -> list[Line]:
        """The fitted lines, their ink centred in the height of the box."""
        top = box.y + (box.h - fitted.height_pt) / 2
        cap = self.fonts.cap_em(style) * fitted.size_pt
        return [
            Line(
                text,
                box.x,
                top + baseline,
                box.w,
                fitted.size_pt,
                align,
                ink,
                style.families,
                style.weight,
                style.stretch,
                is_rtl(text),
                cap,
            )
            for text, baseline in zip(fitted.lines, fitted.baselines_pt, strict=True)
        ]

    def line(self, fitted: Fitted, style: Style, box: Box, *, align: Align, ink: str) -> Line:
        """One fitted line, its capitals centred in the box, so that neighbours share a baseline."""
        cap = self.fonts.cap_em(style) * fitted.size_pt
        baseline = box.y + (box.h + cap) / 2
        return Line(
            fitted.lines[0],
            box.x,
            baseline,
            box.w,
            fitted.size_pt,
            align,
            ink,
            style.families,
            style.weight,
            style.stretch,
            is_rtl(fitted.lines[0]),
            cap,
        )
