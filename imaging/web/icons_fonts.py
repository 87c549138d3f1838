"""The fonts of initials: installed packages, by file; nothing of the system's."""

from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import fontpkg
from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

DISPLAY = ("anton", "oswald", "heebo", "noto-sans")
SCRIPTS = tuple(
    f"noto-sans-{script}" for script in ("arabic", "devanagari", "thai", "tamil", "telugu", "khmer")
)
"""Used where they are installed."""
HEAVY = 800.0
_reading = Lock()
"""One file handle a font: two threads must not seek in it at once."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """The outline of a character, 1 em high, y down, its ink's left edge at 0 and its baseline at 0."""

    path: str
    """`d` of an SVG path."""
    width: float
    """Of its ink."""
    top: float
    """Of its ink; negative above the baseline."""
    bottom: float


@cache
def glyph(char: str) -> Glyph | None:
    """The outline of a character in the first font of `DISPLAY` and `SCRIPTS` that has it."""
    slug = next((name for name in _present() if ord(char) in _cmap(name)), None)
    if slug is None:
        return None
    font, name = _font(slug), _cmap(slug)[ord(char)]
    with _reading:
        glyphs: Any = font.getGlyphSet(location={"wght": HEAVY} if "fvar" in font else {})
        em = font["head"].unitsPerEm
        bounds = BoundsPen(glyphs)
        glyphs[name].draw(bounds)
        if bounds.bounds is None:
            return None
        left, low, right, high = bounds.bounds
        pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.4f}".rstrip("0").rstrip("."))
        glyphs[name].draw(TransformPen(pen, (1 / em, 0, 0, -1 / em, -left / em, 0)))
    return Glyph(pen.getCommands(), (right - left) / em, -high / em, -low / em)


@cache
def _present() -> tuple[str, ...]:
    installed = fontpkg.families()
    return tuple(slug for slug in dict.fromkeys((*DISPLAY, *SCRIPTS)) if slug in installed)


@cache
def _font(slug: str) -> TTFont:
    """The heaviest upright file of a package."""
    files = [file for file in fontpkg.families()[slug].files if "italic" not in file.path.name.lower()]
    return TTFont(str(max(files, key=lambda file: _weight(file.path.name)).path), lazy=True)


def _weight(name: str) -> int:
    known = ("Thin", "ExtraLight", "Light", "Regular", "Medium", "SemiBold", "Bold", "ExtraBold", "Black")
    stem = name.rpartition("-")[2].split(".")[0]
    return known.index(stem) if stem in known else 3


@cache
def _cmap(slug: str) -> dict[int, str]:
    with _reading:
        found: dict[int, str] = _font(slug).getBestCmap()
    return found
