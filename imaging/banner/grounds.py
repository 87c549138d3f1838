"""A ground's fill made into all that may lie on it: pattern, inks, lines, shadow."""

import math
from dataclasses import dataclass
from functools import lru_cache

from imaging.banner.team import COAL, Team
from imaging.color import contrast_ratio, luminance
from imaging.oklab import BLACK, WHITE, ink_on, oklab, readable, with_lightness
from imaging.types import Color

AA_TEXT = 4.5
_SOFT = 6.0
"""Contrast of quiet text, where there is as much to give."""
_MARGIN = 0.02
"""Contrast over AA, for what rounding to 8 bits takes."""
_BLACK_LIGHTNESS = 0.16
"""OKLab lightness under which steps no longer show, on screen or in print."""
_TINTED = 0.04
"""OKLab chroma from which a colour is not grey."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One ground and its colours."""

    fill: Color
    tone: Color
    """Pattern on the fill, a touch further from the ink than the fill itself."""
    ink: Color
    """Main text."""
    soft: Color
    """Quiet text."""
    accent: Color
    """Text in a team colour."""
    line: Color
    """Hairlines; no text."""
    shadow: Color
    """Under large letters; no text."""
    over: float
    """Least opacity, 0-1, with which the fill may lie over any photo for its texts to stay AA."""

    @property
    def inks(self) -> tuple[Color, Color, Color]:
        """Those that set text."""
        return self.ink, self.soft, self.accent


@lru_cache(maxsize=256)
def make_ground(fill: Color, team: Team) -> Ground:
    """All colours of one ground."""
    ink = _ink(fill, dark_of(team, lightness=0.22, chroma=0.06))
    tone = _away_from(ink, fill, 0.055)
    if contrast_ratio(ink, tone) < AA_TEXT:
        ink = ink_on(fill, tone)
    both = (fill, tone)
    accent = _accent(team, both, ink)
    soft = _soft(ink, both)
    return Ground(
        fill=fill,
        tone=tone,
        ink=ink,
        soft=soft,
        accent=accent,
        line=_mixed(fill, ink, 0.24),
        shadow=with_lightness(fill, oklab(fill)[0] - 0.22),
        over=_over(fill, (ink, soft, accent)),
    )


def lifted(ground: Color, by: float) -> Color:
    """A ground made lighter by `by` in OKLab lightness (darker where negative, or where there is no room).

    A dark one counts from where lightness begins to show.
    """
    lightness = oklab(ground)[0]
    dark = lightness < 0.5  # noqa: PLR2004 - OKLab's middle
    start = max(lightness, _BLACK_LIGHTNESS) if dark and by > 0 else lightness
    goal = start + by
    return with_lightness(ground, goal if 0 <= goal <= 1 else lightness - by / 2)


def dark_of(team: Team, *, lightness: float, chroma: float) -> Color:
    """A dark colour of the first team colour that has a hue or is dark; neutral coal for white and silver.

    Args:
        team: in this order: primary, secondary, accent.
        lightness: in OKLab.
        chroma: in OKLab, at most; a fifth of it for yellows, whose dark shades are muddy.
    """
    for color in (team.primary, team.secondary, team.accent):
        own, a, b = oklab(color)
        colored = math.hypot(a, b)
        if colored > _TINTED:
            yellow = 60 < math.degrees(math.atan2(b, a)) < 150  # noqa: PLR2004 - OKLab hues
            return with_lightness(
                color, lightness, chroma=min(1.0, chroma * (0.2 if yellow else 1) / colored)
            )
        if own < 0.35:  # noqa: PLR2004 - black or charcoal
            return with_lightness(color, lightness - 0.06)
    return COAL


def pale(team: Team, lightness: float, chroma: float) -> Color:
    """A near-white of the first team colour that has a hue; neutral without one."""
    for color in (team.primary, team.secondary, team.accent):
        _, a, b = oklab(color)
        colored = math.hypot(a, b)
        if colored > _TINTED:
            return with_lightness(color, lightness, chroma=min(1.0, chroma / colored))
    return with_lightness(COAL, lightness, chroma=0.0)


def _ink(ground: Color, deep: Color) -> Color:
    """White or the deep team tint when one is AA on the ground (the better one), else black."""
    ink = max((WHITE, deep), key=lambda candidate: contrast_ratio(candidate, ground))
    return ink if contrast_ratio(ink, ground) >= AA_TEXT + 0.5 else ink_on(ground)


def _away_from(ink: Color, ground: Color, by: float) -> Color:
    """The ground shifted in lightness away from the ink, so that contrast only grows.

    Where there is no room (near-black ground, white ground) it shifts towards the ink, which is far off.
    """
    lightness = oklab(ground)[0]
    if luminance(ink) < luminance(ground):
        return with_lightness(ground, lightness + by if lightness + by <= 1.0 else lightness - by)
    if lightness - by < _BLACK_LIGHTNESS:
        return lifted(ground, by)
    return with_lightness(ground, lightness - by)


def _worst(ink: Color, grounds: tuple[Color, ...]) -> float:
    return min(contrast_ratio(ink, ground) for ground in grounds)


def _soft(ink: Color, grounds: tuple[Color, ...]) -> Color:
    """The ink moved towards the fill, as far as its contrast stays over `_SOFT`; the ink where it is not."""
    steps = (_mixed(ink, grounds[0], step / 20) for step in range(12, 0, -1))
    return next((color for color in steps if _worst(color, grounds) >= _SOFT), ink)


def _accent(team: Team, grounds: tuple[Color, ...], ink: Color) -> Color:
    """The team colour that is AA on the ground and has a hue; else one moved in lightness; else the ink."""
    order = (team.secondary, team.accent, team.primary)
    for color in order:
        if _chroma(color) > _TINTED and _worst(color, grounds) >= AA_TEXT + _MARGIN:
            return color
    for color in order:
        moved = readable(color, min(grounds, key=lambda g: contrast_ratio(ink, g)), minimum=AA_TEXT + 0.1)
        if _chroma(color) > _TINTED and _worst(moved, grounds) >= AA_TEXT + _MARGIN:
            return moved
    return next((color for color in order if _worst(color, grounds) >= AA_TEXT + _MARGIN), ink)


def _chroma(color: Color) -> float:
    return math.hypot(*oklab(color)[1:])


def _mixed(one: Color, other: Color, share: float) -> Color:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _over(fill: Color, inks: tuple[Color, ...]) -> float:
    """Contrast changes steadily with each channel of the photo, so black and white are its worst cases."""

    def legible(step: int) -> bool:
        mixed = tuple(_mixed(photo, fill, step / 100) for photo in (BLACK, WHITE))
        return all(_worst(ink, mixed) >= AA_TEXT + _MARGIN for ink in inks)

    return next((step / 100 for step in range(40, 100, 2) if legible(step)), 1.0)
