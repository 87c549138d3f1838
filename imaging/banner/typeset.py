"""Lines of text at exact places, as the template gets them, and the record of what had to give."""

from dataclasses import dataclass, field
from typing import Literal

from imaging.banner.box import Box
from imaging.banner.fallback import Han
from imaging.banner.fit import Fitted
from imaging.banner.fonts import Covering, FontLibrary, Style
from imaging.banner.text import capitals, clean, clusters, is_picture, is_rtl, unprintable

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; lengths in points from the top left of the page."""

    text: str
    x: float
    """Left edge of the room that the pen has; ink that reaches out of its advance is outside it."""
    baseline: float
    w: float
    """Width of that room."""
    size: float
    align: Align
    ink: str
    """Name of a colour of `Palette`."""
    families: tuple[str | Covering, ...]
    weight: int
    stretch: float
    rtl: bool
    cap: float
    """Height of its capitals."""
    advance: float
    """Way of the pen; not over `w`."""
    tracking_em: float
    """Space between letters; 0 where they join."""


@dataclass(slots=True)
class Typesetter:
    """Prepares strings for print and keeps account of what was shrunk, cut or not in any font."""

    fonts: FontLibrary
    shrunk: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    wrapped: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    han: Han = "SC"
    """Whose forms Han characters take: see `imaging.banner.fallback.choose_han`."""

    def prepare(self, text: str, style: Style) -> tuple[str, Style]:
        """Printable text, in capitals where the style says so, and the style that sets it.

        Pictures that no font has are left out, and so are marks; letters stay, as a box to be seen and
        mended.
        """
        wanted = clean(text)
        wanted = clean(capitals(wanted)) if style.caps else wanted
        style = self.fonts.lead(wanted, style, han=self.han)
        lost = list(unprintable(text))
        while missing := self.fonts.missing(wanted, style):
            lost += missing
            kept = self._without(wanted, missing, style)
            if kept == wanted:
                break
            wanted = kept  # what stood apart may now meet, and be missing as one
        self.missing.extend(cluster for cluster in dict.fromkeys(lost) if cluster not in self.missing)
        return wanted, style

    def note(self, source: str, fitted: Fitted, *, wanted_pt: float) -> None:
        """Record that a text was cut, or set visibly smaller than wanted."""
        if fitted.cut:
            self.cut.append(source)
        elif fitted.size_pt < wanted_pt * 0.99:
            self.shrunk.append(source)

    def lines(self, fitted: Fitted, style: Style, box: Box, *, align: Align, ink: str) -> list[Line]:
        """The fitted lines, their ink centred in the height of the box."""
        top = box.y + (box.h - fitted.height_pt) / 2
        return [
            self._line(text, fitted.size_pt, style, box, baseline=top + baseline, align=align, ink=ink)
            for text, baseline in zip(fitted.lines, fitted.baselines_pt, strict=True)
        ]

    def line(self, fitted: Fitted, style: Style, box: Box, *, align: Align, ink: str) -> Line:
        """One fitted line, its capitals centred in the box, so that neighbours share a baseline.

        Tall ink that would leave the box moves the line as far as it must.
        """
        text, size = fitted.lines[0], fitted.size_pt
        baseline = box.y + (box.h + self.fonts.cap_em(style) * size) / 2
        above, below = (extent * size for extent in self.fonts.extent_em(text, style))
        if above + below <= box.h:
            baseline = min(max(baseline, box.y + above), box.bottom - below)
        else:
            baseline = box.y + (box.h + above - below) / 2
        return self._line(text, size, style, box, baseline=baseline, align=align, ink=ink)

    def _line(
        self, text: str, size: float, style: Style, box: Box, *, baseline: float, align: Align, ink: str
    ) -> Line:
        shaped = self.fonts.shaped(text, style)
        return Line(
            text,
            x=box.x + shaped.left * size,
            baseline=baseline,
            w=box.w - (shaped.left + shaped.right) * size,
            size=size,
            align=align,
            ink=ink,
            families=self.fonts.named(text, style),
            weight=style.weight,
            stretch=style.stretch,
            rtl=is_rtl(text),
            cap=self.fonts.cap_em(style) * size,
            advance=shaped.advance * size,
            tracking_em=self.fonts.tracking_em(text, style),
        )

    def _without(self, text: str, missing: tuple[str, ...], style: Style) -> str:
        """The text without what cannot be drawn, except whole letters."""
        kept = (self._spared(c, style) if c in missing else c for c in clusters(text))
        return clean("".join(kept))

    def _spared(self, cluster: str, style: Style) -> str:
        """What a font has of a cluster; all of it when it is a letter of which no font has anything."""
        kept = ""
        for char in cluster:
            if not self.fonts.missing(kept + char, style):
                kept += char
        picture = is_picture(cluster) or not any(char.isalnum() for char in cluster)
        if picture:
            return "".join(char for char in kept if char.isascii())
        return kept if any(char.isalnum() for char in kept) else cluster
