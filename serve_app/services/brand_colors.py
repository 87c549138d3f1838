"""The colours of a brand: those that were asked for, else the logo's, with the contrast that they have."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from imaging.color import contrast_ratio, delta_e_2000, to_hex, to_lab
from imaging.logo.palette import PaletteColor
from imaging.types import Color

Part = Literal["primary", "secondary", "accent"]
PARTS: tuple[Part, ...] = ("primary", "secondary", "accent")
LEAST_COVERAGE = 0.015
"""A colour with less of the logo is a detail, and no colour of the team."""
NEUTRAL_WORTH = 0.3
"""What the share of a gray counts, beside a vivid colour's: teams are known by their colours."""
VIVID_CHROMA = 40.0
"""CIE chroma from which a colour is vivid."""
APART = 15.0
"""CIEDE2000 under which two colours are the same to a viewer of a banner."""
WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)
AA_TEXT = 4.5
"""WCAG 2.2, 1.4.3: contrast that text needs."""


@dataclass(frozen=True, slots=True)
class BrandColor:
    """One colour of the brand."""

    part: Part
    color: Color
    source: Literal["request", "kit", "logo"]

    def as_json(self) -> dict[str, Any]:
        """As the answer shows it: with the text colour that is read on it, and the contrasts."""
        on_white, on_black = contrast_ratio(self.color, WHITE), contrast_ratio(self.color, BLACK)
        best = max(on_white, on_black)
        return {
            "part": self.part,
            "hex": to_hex(self.color),
            "source": self.source,
            "text": to_hex(WHITE if on_white >= on_black else BLACK),
            "text_contrast": round(best, 2),
            "aa": best >= AA_TEXT,
            "on_white": round(on_white, 2),
            "on_black": round(on_black, 2),
        }


@lru_cache(maxsize=256)
def brand_colors(
    palette: tuple[PaletteColor, ...],
    *,
    asked: tuple[Color, ...] = (),
    kept: tuple[Color, ...] = (),
) -> tuple[BrandColor, ...]:
    """Primary, secondary and accent, as far as there are such.

    Args:
        palette: Of the logo.
        asked: The request's colours in that order; they win.
        kept: The kit's; they come before the logo's.
    """
    found: list[BrandColor] = [
        BrandColor(part, color, source)
        for part, (color, source) in zip(PARTS, _given(asked, kept), strict=False)
    ]
    for part in PARTS[len(found) :]:
        taken = [each.color for each in found]
        rest = [share for share in palette if _is_new(share, taken)]
        if not rest:
            break
        accent = part == "accent"
        best = max(rest, key=_vividness if accent else _weight)
        found.append(BrandColor(part, best.color, "logo"))
    return tuple(found)


def _given(
    asked: Sequence[Color], kept: Sequence[Color]
) -> list[tuple[Color, Literal["request", "kit", "logo"]]]:
    if asked:
        return [(color, "request") for color in asked]
    return [(color, "kit") for color in kept]


def _is_new(share: PaletteColor, taken: Sequence[Color]) -> bool:
    if share.coverage < LEAST_COVERAGE and taken:
        return False
    lab = to_lab(share.color)
    return all(float(delta_e_2000(lab, to_lab(color))) > APART for color in taken)


def _chroma(color: Color) -> float:
    _, a, b = (float(value) for value in to_lab(color))
    return math.hypot(a, b)


def _weight(share: PaletteColor) -> float:
    vivid = min(1.0, _chroma(share.color) / VIVID_CHROMA)
    return share.coverage * (NEUTRAL_WORTH + (1 - NEUTRAL_WORTH) * vivid)


def _vividness(share: PaletteColor) -> float:
    return _chroma(share.color) * math.sqrt(share.coverage)
