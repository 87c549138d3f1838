"""One to three team colours made into every colour of a banner, each text legible on its ground.

A template names its grounds and gives each a recipe; the fill follows from the recipe and the team's colours,
and everything that may lie on the fill follows from the fill.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from imaging.banner.grounds import AA_TEXT, Ground, dark_of, lifted, make_ground, pale
from imaging.banner.team import Team, team_colors
from imaging.color import contrast_ratio
from imaging.oklab import oklab, readable
from imaging.types import Color

AA_LARGE = 3.0
CREAM: Color = (249, 244, 232)
"""Undyed wool and old paper, whatever the team's hue."""
Recipe = Literal[
    "primary",
    "secondary",
    "accent",
    "pop",
    "lead",
    "night",
    "deep",
    "white",
    "paper",
    "tint",
    "cream",
    "raised",
    "sunken",
    "clear",
]
_PALE = {"white": (1.0, 0.0), "paper": (0.975, 0.006), "tint": (0.93, 0.03)}
"""OKLab lightness and chroma."""
_FIRST: dict[Recipe, int] = {"raised": 1, "sunken": 1, "clear": 1, "pop": 2, "lead": 2}
"""Recipes that look at other grounds come after these: `raised` needs the page, `pop` the card."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour a template may use."""

    primary: Color
    secondary: Color
    accent: Color
    grounds: Mapping[str, Ground]

    def color(self, ink: str) -> Color:
        """The colour of `<ground>.<role>`."""
        ground, role = ink.split(".")
        found: Color = getattr(self.grounds[ground], role)
        return found

    def texts(self) -> tuple[tuple[Color, Color, float], ...]:
        """Every (ink, ground, least contrast) that occurs in print."""
        return tuple(
            (ink, under, AA_TEXT)
            for ground in self.grounds.values()
            for ink in ground.inks
            for under in (ground.fill, ground.tone)
        )


def build_palette(colors: tuple[Color, ...], recipes: Mapping[str, Recipe]) -> Palette:
    """Fill the grounds of a template from primary, secondary and accent (0 to 3 of them).

    Args:
        colors: as ordered.
        recipes: by ground; `page` among them.
    """
    team = team_colors(colors)
    fills: dict[str, Color] = {}
    for name in sorted(recipes, key=lambda name: (_FIRST.get(recipes[name], 0), name != "card")):
        fills[name] = _fill(recipes[name], team, fills)
    grounds = {name: make_ground(fills[name], team) for name in recipes}
    return Palette(team.primary, team.secondary, team.accent, grounds)


def _fill(recipe: Recipe, team: Team, fills: Mapping[str, Color]) -> Color:
    """The fill of one ground."""
    night = dark_of(team, lightness=0.22, chroma=0.06)
    page = fills.get("page", night)
    match recipe:
        case "primary" | "secondary" | "accent":
            color: Color = getattr(team, recipe)
        case "night":
            color = night
        case "deep":
            color = dark_of(team, lightness=0.31, chroma=0.12)
        case "white" | "paper" | "tint":
            color = pale(team, *_PALE[recipe])
        case "cream":
            color = CREAM
        case "raised" | "sunken":
            color = lifted(page, 0.085 if recipe == "raised" else -0.045)
        case "pop":
            color = _standing((team.secondary, team.accent, team.primary), fills.get("card", page))
        case "lead":
            color = _standing((team.primary, team.secondary), fills.get("card", page))
        case "clear":
            color = page
    return color


def _standing(order: tuple[Color, ...], ground: Color) -> Color:
    """The first colour that shows on the ground at AA for large text; else the most vivid one moved."""
    for color in order:
        if contrast_ratio(color, ground) >= AA_LARGE:
            return color
    vivid = max(order, key=lambda color: math.hypot(*oklab(color)[1:]))
    return readable(vivid, ground, minimum=AA_LARGE)
