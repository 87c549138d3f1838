"""Three team colours that tell themselves apart, from the none to three of an order."""

from dataclasses import dataclass

from imaging.oklab import WHITE, distance, ink_on, oklab, with_lightness
from imaging.types import Color

DEFAULT_COLORS: tuple[Color, Color] = ((20, 40, 75), (242, 169, 0))
"""Navy and gold, for an order without colours."""
COAL: Color = (22, 25, 30)
"""Ground for teams without a hue, and a neutral third colour."""
_VISIBLE = 0.16
"""OKLab distance at which two neighbouring areas read as two colours from across a field."""


@dataclass(frozen=True, slots=True)
class Team:
    """The colours a template works with."""

    primary: Color
    """As given."""
    secondary: Color
    accent: Color


def team_colors(colors: tuple[Color, ...]) -> Team:
    """Three colours, the second apart from the first, the third apart from the second.

    Args:
        colors: 0 to 3; those left out are chosen.
    """
    if not colors:
        colors = DEFAULT_COLORS
    primary = colors[0]
    secondary = _apart(colors[1] if len(colors) > 1 else ink_on(primary), (primary,))
    spare = next((c for c in (WHITE, COAL) if _is_apart(c, (primary, secondary))), secondary)
    accent = _apart(colors[2] if len(colors) > 2 else spare, (secondary, primary))  # noqa: PLR2004 - the third
    return Team(primary, secondary, accent)


def _is_apart(color: Color, others: tuple[Color, ...]) -> bool:
    return all(distance(color, other) >= _VISIBLE for other in others)


def _apart(color: Color, others: tuple[Color, ...]) -> Color:
    """`color`, or the nearest lightness of it that stands apart from the others."""
    start = oklab(color)[0]
    steps = sorted((i / 20 for i in range(21)), key=lambda lightness: abs(lightness - start))
    candidates = [color, *(with_lightness(color, lightness) for lightness in steps)]
    return next((c for c in candidates if _is_apart(c, others)), ink_on(others[0]))
