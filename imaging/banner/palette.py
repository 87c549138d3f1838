"""One to three team colours made into every colour of a banner, each text legible on its ground."""

import math
from dataclasses import dataclass

from imaging.banner.colors import (
    WHITE,
    distance,
    ink_on,
    oklab,
    readable,
    with_lightness,
)
from imaging.color import contrast_ratio, luminance
from imaging.types import Color

DEFAULT_COLORS: tuple[Color, Color] = ((20, 40, 75), (242, 169, 0))
"""Navy and gold, for an order without colours."""
AA_TEXT = 4.5
AA_LARGE = 3.0
_COAL: Color = (22, 25, 30)
"""Ground for teams without a hue, and a neutral third colour."""
_BLACK_LIGHTNESS = 0.16
"""OKLab lightness under which steps no longer show, on screen or in print."""
_TINTED = 0.04
"""OKLab chroma from which a colour is not grey."""
_VISIBLE = 0.16
"""OKLab distance at which two neighbouring areas read as two colours from across a field."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour a template may use."""

    header: Color
    """Ground of the team name: the primary colour as given."""
    header_tone: Color
    """Pattern on the header, a touch further from the title's ink than the header itself."""
    title: Color
    title_shadow: Color
    band: Color
    """Ground of sport and season, and of the stripes: the secondary colour."""
    band_ink: Color
    slash: Color
    """Thin stripes: the accent colour."""
    body: Color
    """Ground under the roster, always dark."""
    body_tone: Color
    card: Color
    card_ink: Color
    card_note: Color
    badge: Color
    badge_ink: Color
    foot: Color
    foot_ink: Color
    foot_label: Color

    def texts(self) -> tuple[tuple[Color, Color, float], ...]:
        """Every (ink, ground, least contrast) that occurs in print."""
        return (
            (self.title, self.header, AA_TEXT),
            (self.title, self.header_tone, AA_TEXT),
            (self.band_ink, self.band, AA_TEXT),
            (self.card_ink, self.card, AA_TEXT),
            (self.card_note, self.card, AA_TEXT),
            (self.badge_ink, self.badge, AA_TEXT),
            (self.badge, self.card, AA_LARGE),
            (self.foot_ink, self.foot, AA_TEXT),
            (self.foot_label, self.foot, AA_TEXT),
        )


def build_palette(colors: tuple[Color, ...]) -> Palette:
    """Fill the roles of `Palette` from primary, secondary and accent (0 to 3 of them)."""
    primary, secondary, accent = _team_colors(colors)
    body = _body_ground(primary, secondary, accent)
    card = _lifted(body, 0.085)
    badge = _badge(card, secondary, accent, primary)
    title = _ink(primary, body)
    return Palette(
        header=primary,
        header_tone=_away_from(title, primary, 0.055),
        title=title,
        title_shadow=with_lightness(primary, oklab(primary)[0] - 0.22),
        band=secondary,
        band_ink=_ink(secondary, body),
        slash=accent,
        body=body,
        body_tone=_lifted(body, 0.035),
        card=card,
        card_ink=WHITE,
        card_note=readable(badge, card),
        badge=badge,
        badge_ink=_ink(badge, body),
        foot=primary,
        foot_ink=title,
        foot_label=readable(secondary, primary),
    )


def _team_colors(colors: tuple[Color, ...]) -> tuple[Color, Color, Color]:
    """Three colours, the second apart from the first, the third apart from the second."""
    if not colors:
        colors = DEFAULT_COLORS
    primary = colors[0]
    secondary = _apart(colors[1] if len(colors) > 1 else ink_on(primary), (primary,))
    spare = next((c for c in (WHITE, _COAL) if _is_apart(c, (primary, secondary))), secondary)
    accent = _apart(colors[2] if len(colors) > 2 else spare, (secondary, primary))  # noqa: PLR2004 - the third
    return primary, secondary, accent


def _is_apart(color: Color, others: tuple[Color, ...]) -> bool:
    return all(distance(color, other) >= _VISIBLE for other in others)


def _apart(color: Color, others: tuple[Color, ...]) -> Color:
    """`color`, or the nearest lightness of it that stands apart from the others."""
    start = oklab(color)[0]
    steps = sorted((i / 20 for i in range(21)), key=lambda lightness: abs(lightness - start))
    candidates = [color, *(with_lightness(color, lightness) for lightness in steps)]
    return next((c for c in candidates if _is_apart(c, others)), ink_on(others[0]))


def _ink(ground: Color, deep: Color) -> Color:
    """White or the deep team tint when one is AA on the ground (the better one), else black."""
    ink = max((WHITE, deep), key=lambda candidate: contrast_ratio(candidate, ground))
    return ink if contrast_ratio(ink, ground) >= AA_TEXT + 0.5 else ink_on(ground)


def _lifted(ground: Color, by: float) -> Color:
    """A dark ground made lighter, counted from where lightness begins to show."""
    return with_lightness(ground, max(oklab(ground)[0], _BLACK_LIGHTNESS) + by)


def _away_from(ink: Color, ground: Color, by: float) -> Color:
    """The ground shifted in lightness away from the ink, so that contrast only grows.

    Where there is no room (near-black ground, white ground) it shifts towards the ink, which is far off.
    """
    lightness = oklab(ground)[0]
    if luminance(ink) < luminance(ground):
        return with_lightness(ground, lightness + by if lightness + by <= 1.0 else lightness - by)
    if lightness - by < _BLACK_LIGHTNESS:
        return _lifted(ground, by)
    return with_lightness(ground, lightness - by)


def _body_ground(*team: Color) -> Color:
    """A near-black of the first team colour that has a hue or is dark; neutral coal for white and silver."""
    for color in team:
        lightness, a, b = oklab(color)
        chroma = math.hypot(a, b)
        if chroma > _TINTED:
            yellow = 60 < math.degrees(math.atan2(b, a)) < 150  # noqa: PLR2004 - OKLab hues; dark ones are muddy
            keep = min(1.0, (0.012 if yellow else 0.06) / chroma)
            return with_lightness(color, 0.22, chroma=keep)
        if lightness < 0.35:  # noqa: PLR2004 - black or charcoal
            return with_lightness(color, _BLACK_LIGHTNESS)
    return _COAL


def _badge(card: Color, *team: Color) -> Color:
    """The first team colour that shows on the card at AA for large text, else the first one lightened."""
    for color in team:
        if contrast_ratio(color, card) >= AA_LARGE:
            return color
    return readable(team[0], card, minimum=AA_LARGE)
