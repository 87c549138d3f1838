"""Initials on a plate: the mark of a team whose logo cannot be read in a small icon."""

import re
import unicodedata
from dataclasses import dataclass

from imaging.color import contrast_ratio, to_hex
from imaging.oklab import distance, ink_on
from imaging.types import Color
from imaging.web.icons_fonts import Glyph, glyph

GRID = 16
"""Units of the plate's side: one of them is one pixel of the smallest icon, so edges on it stay sharp."""
_HEIGHT, _WIDTH, _LONE_HEIGHT = 10, 14, 12
"""Of two letters on that grid, and the height of a lone one."""
_GAP = 1
"""Between two letters."""
_SQUEEZED = 0.72
"""Least width of a letter, as a share of its own."""
_RADIUS = 3
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_SMALL_WORDS = frozenset(
    {"the", "of", "and", "de", "la", "el", "los", "las", "der", "die", "das", "und", "et", "y"}
)
_READABLE = 4.5
"""WCAG 2.2 contrast of text."""
_AT_A_GLANCE = 0.3
"""OKLab distance of two colours that nobody takes for one."""


@dataclass(frozen=True, slots=True)
class Plate:
    """Initials as a drawing."""

    text: str
    ground: Color
    ink: Color

    def svg(self, *, rounded: bool = True, bare: bool = False) -> str:
        """An SVG document, `GRID` units each way; elements `.plate` and `.ink` can be coloured anew.

        Args:
            rounded: With rounded corners; otherwise the plate is a full square.
            bare: Only the letters.
        """
        corner = f' rx="{_RADIUS}"' if rounded else ""
        plate = f'<rect class="plate" width="{GRID}" height="{GRID}"{corner} fill="{to_hex(self.ground)}"/>'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{GRID}" height="{GRID}" '
            f'viewBox="0 0 {GRID} {GRID}">{"" if bare else plate}'
            f'<g class="ink" fill="{to_hex(self.ink)}">{_letters(self.text)}</g></svg>'
        )


def initials_of(name: str) -> str:
    """One or two characters for a name, each in a font; empty where there is none.

    The first letters of its first two words, small words passed over; a number that a word begins with.
    """
    words = _WORD.findall(unicodedata.normalize("NFC", name))
    chosen = [word for word in words if word.lower() not in _SMALL_WORDS] or words
    if chosen and chosen[0][0].isdecimal():
        digits = re.match(r"\d{1,2}", chosen[0])
        found = digits[0] if digits else ""
    else:
        found = "".join(word[0].upper()[:1] for word in chosen[:2])
    return "".join(char for char in found if glyph(char) is not None)


def plate_of(name: str, *, colors: tuple[Color, ...]) -> Plate | None:
    """Initials in the team's colours: on the first, in the next that reads on it, else in black or white."""
    text = initials_of(name)
    if not text:
        return None
    ground = colors[0] if colors else (20, 40, 75)
    inks = [
        color
        for color in colors[1:]
        if contrast_ratio(color, ground) >= _READABLE and distance(color, ground) > _AT_A_GLANCE
    ]
    return Plate(text, ground, inks[0] if inks else ink_on(ground))


def _letters(text: str) -> str:
    glyphs = [found for char in text if (found := glyph(char)) is not None]
    height = _HEIGHT if len(glyphs) > 1 else _LONE_HEIGHT
    top, bottom = min(found.top for found in glyphs), max(found.bottom for found in glyphs)
    # Round letters reach a little over the line; what is straight is to stand on the grid.
    flat = _flat_height(text)
    size = height / (flat or (bottom - top))
    widths = _whole_widths([found.width * size for found in glyphs])
    size *= min(
        1.0, min(wide / found.width / size for wide, found in zip(widths, glyphs, strict=True)) / _SQUEEZED
    )
    middle = -flat / 2 if flat else (top + bottom) / 2
    baseline = GRID / 2 - middle * size
    x, drawn = (GRID - sum(widths) - _GAP * (len(glyphs) - 1)) // 2, []
    for wide, found in zip(widths, glyphs, strict=True):
        drawn.append(_placed(found, x, baseline, (wide / found.width, size)))
        x += wide + _GAP
    return "".join(drawn)


def _whole_widths(natural: list[float]) -> list[int]:
    """Widths in whole units, together no wider than the plate allows, their sum with the gaps even."""
    room = _WIDTH - _GAP * (len(natural) - 1)
    shrink = min(1.0, room / sum(natural))
    widths = [max(1, round(width * shrink)) for width in natural]
    while sum(widths) > room:
        widths[widths.index(max(widths))] -= 1
    if (sum(widths) + _GAP * (len(widths) - 1)) % 2:  # an odd sum has no middle on an even plate
        widest = widths.index(max(widths))
        widths[widest] += 1 if sum(widths) < room else -1
    return [max(1, width) for width in widths]


def _flat_height(text: str) -> float:
    """Height of a capital H, where all is Latin, Greek, Cyrillic or digits; else 0."""
    plain = all(
        unicodedata.name(char, "").startswith(("LATIN", "GREEK", "CYRILLIC", "DIGIT")) for char in text
    )
    accents = any(unicodedata.decomposition(char) for char in text)
    capital = glyph("H")
    return -capital.top if plain and not accents and capital else 0.0


def _placed(found: Glyph, x: float, baseline: float, size: tuple[float, float]) -> str:
    matrix = f"{size[0]:.4f} 0 0 {size[1]:.4f} {x:.4f} {baseline:.4f}"
    return f'<path transform="matrix({matrix})" d="{found.path}"/>'
