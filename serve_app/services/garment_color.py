"""The garment colour on which a logo shows best."""

from collections.abc import Sequence

from imaging.color import contrast_ratio
from imaging.logo.clean import PaletteColor
from imaging.types import Color

COMMON: tuple[Color, ...] = ((255, 255, 255), (24, 26, 32), (128, 133, 142))
"""White, black and gray: every shop has them."""
WORTH_SEEING = 4.5  # WCAG 2.2, 1.4.3: more contrast than text needs is worth no more


def best_ground(palette: Sequence[PaletteColor]) -> Color:
    """The common colour on which the largest share of the logo stands out."""

    def seen(ground: Color) -> float:
        return sum(part.coverage * min(contrast_ratio(part.color, ground), WORTH_SEEING) for part in palette)

    return max(COMMON, key=seen)
