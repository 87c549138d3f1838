"""The fonts a template may use, and how wide they set a text.

Widths are sums of advance widths, as a line breaker needs them: no kerning, no ligatures. Shaped Arabic and
Devanagari come out a little narrower than the sum; the template still squeezes a line that came out wider.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import fontpkg
import typst
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from imaging.banner.errors import BannerTemplateError

_IGNORABLE = frozenset("\u200c\u200d\ufe0e\ufe0f")
"""Joiners and variation selectors: a font need not hold them."""
_TOFU_EM = 0.6
"""Width assumed for a character no font has."""


@dataclass(frozen=True, slots=True)
class Style:
    """A way of setting text: families in order of preference, the first that has a character sets it."""

    families: tuple[str, ...]
    """Family names as the fonts spell them."""
    weight: int
    """100-900."""
    stretch: float
    """1 is normal, 0.75 condensed; families without that width come as they are."""


class Face:
    """One font file at one weight and width; measures are read from the file once and kept."""

    def __init__(self, info: typst.FontInfo, *, weight: int, stretch: float) -> None:
        self._font = TTFont(str(info.path), fontNumber=info.index, lazy=True)
        self._cmap: dict[int, str] = self._font.getBestCmap()
        self._glyphs: Any = self._font.getGlyphSet(location=_location(self._font, weight, stretch))
        self._em: int = self._font["head"].unitsPerEm
        self._measures: dict[str, tuple[float, float, float]] = {}
        self._reading = Lock()  # one file handle: two threads must not seek in it at once

    def has(self, char: str) -> bool:
        """Whether the font maps the character to a glyph."""
        return ord(char) in self._cmap

    def measure(self, char: str) -> tuple[float, float, float]:
        """Advance width, height above and depth below the baseline of a character it has, in em."""
        if char not in self._measures:
            with self._reading:
                self._measures[char] = self._read(self._cmap[ord(char)])
        return self._measures[char]

    def _read(self, glyph: str) -> tuple[float, float, float]:
        pen = BoundsPen(self._glyphs)
        self._glyphs[glyph].draw(pen)
        low, high = (pen.bounds[1], pen.bounds[3]) if pen.bounds else (0, 0)
        return self._glyphs[glyph].width / self._em, max(0.0, high / self._em), max(0.0, -low / self._em)


class FontLibrary:
    """The loaded fonts: what Typst renders with and what the layout measures with."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.fonts = typst.Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(folder) for folder in folders],
        )
        self._infos: dict[str, list[typst.FontInfo]] = {}
        for info in self.fonts.fonts():
            if info.style == "normal" and info.path is not None:
                self._infos.setdefault(info.family, []).append(info)
        self._faces: dict[tuple[str, int, float], Face] = {}

    @property
    def families(self) -> tuple[str, ...]:
        """Names of the loaded families, sorted."""
        return tuple(sorted(self._infos))

    def lead(self, text: str, style: Style) -> Style:
        """The style with a family in front that has every letter of the text, when there is one.

        A word half in one typeface and half in another looks like a mistake; one set wholly in the second
        choice does not.
        """
        families = tuple(family for family in style.families if family in self._infos)
        letters = [char for char in text if unicodedata.category(char)[0] in "LMN"]
        style = Style(families, style.weight, style.stretch)
        first = next((f for f in families if all(self._face(f, style).has(c) for c in letters)), None)
        if first is None:
            return style
        return Style((first, *(f for f in families if f != first)), style.weight, style.stretch)

    def width_em(self, text: str, style: Style) -> float:
        """Sum of the advance widths, in em."""
        return sum(self._char_width(char, style) for char in text)

    def extent_em(self, text: str, style: Style) -> tuple[float, float]:
        """Greatest height above and depth below the baseline, in em."""
        extents = [face.measure(c)[1:] for c in text if (face := self._holder(c, style)) is not None]
        return max((e[0] for e in extents), default=0.0), max((e[1] for e in extents), default=0.0)

    def cap_em(self, style: Style) -> float:
        """Height of a capital H of the first family that has one, in em."""
        return self.extent_em("H", style)[0]

    def missing(self, text: str, style: Style) -> tuple[str, ...]:
        """Characters that no family of the style has, each once."""
        absent = (
            c for c in text if not c.isspace() and c not in _IGNORABLE and self._holder(c, style) is None
        )
        return tuple(dict.fromkeys(absent))

    def _char_width(self, char: str, style: Style) -> float:
        if char in _IGNORABLE:
            return 0.0
        face = self._holder(char, style)
        return _TOFU_EM if face is None else face.measure(char)[0]

    def _holder(self, char: str, style: Style) -> Face | None:
        for family in style.families:
            if family in self._infos and (face := self._face(family, style)).has(char):
                return face
        return None

    def _face(self, family: str, style: Style) -> Face:
        key = (family, style.weight, style.stretch)
        if key not in self._faces:  # two threads may both open it: harmless, the last one stays
            info = min(
                self._infos[family],
                key=lambda i: (abs(i.stretch - style.stretch), abs(i.weight - style.weight)),
            )
            self._faces[key] = Face(info, weight=style.weight, stretch=style.stretch)
        return self._faces[key]


@lru_cache(maxsize=8)
def load_library(
    required: tuple[str, ...], optional: tuple[str, ...] = (), folders: tuple[Path, ...] = ()
) -> FontLibrary:
    """Load the fonts of `fontpkg-*` packages, and of further folders.

    Args:
        required: package slugs such as `barlow-condensed`.
        optional: slugs that are used when installed.
        folders: further folders of font files, e.g. of the CJK fonts of a Linux distribution.

    Raises:
        BannerTemplateError: a required package is not installed.
    """
    installed = fontpkg.families()
    absent = [slug for slug in required if slug not in installed]
    if absent:
        names = ", ".join(f"fontpkg-{slug}" for slug in absent)
        raise BannerTemplateError(f"fonts are not installed: {names}")
    slugs = [*required, *(slug for slug in optional if slug in installed)]
    found = {file.path.parent for slug in slugs for file in installed[slug].files}
    return FontLibrary((*sorted(found), *folders))


def _location(font: TTFont, weight: int, stretch: float) -> dict[str, float]:
    """Where on a variable font's axes a weight (100-900) and a width (1 is normal) lie."""
    if "fvar" not in font:
        return {}
    wanted = {"wght": float(weight), "wdth": stretch * 100}
    return {
        axis.axisTag: min(axis.maxValue, max(axis.minValue, wanted.get(axis.axisTag, axis.defaultValue)))
        for axis in font["fvar"].axes
    }
