"""A crest for an invented football club, the Broadbay Rovers."""

import math

from artwork.svg import arc, rasterise, shape, star
from imaging.types import Pixels

NAVY, RED, DEEP_RED, GOLD, DARK_GOLD, WHITE = "#14213d", "#c8102e", "#a20c24", "#f4a900", "#c98500", "#ffffff"
_SHIELD = (
    "M258,338 C330,372 400,352 450,312 C500,352 570,372 642,338 L642,560 "
    "C642,700 556,780 450,836 C344,780 258,700 258,560 Z"
)
_RIBBON = "M150,668 Q450,742 750,668 L750,772 Q450,846 150,772 Z"
_TAILS = (
    "M196,700 L88,652 L122,712 L84,764 L196,806 Z",
    "M704,700 L812,652 L778,712 L816,764 L704,806 Z",
)
_SEAM = 7


def draw() -> Pixels:
    """(780, 900, 4) RGBA on opaque white."""
    art = _name() + _shield() + _ball(450, 536, 104) + _ribbon()
    body = f'<rect width="900" height="780" fill="{WHITE}"/><g transform="translate(0 -112)">{art}</g>'
    return rasterise(body, width_px=900, height_px=780)


def _name() -> str:
    """The place name straight on the ground: its counters show what lies behind."""
    letters = arc("BROADBAY", family="alfa-slab-one", size=112, center=(450, 700), radius=456, tracking=4)
    return shape(letters, fill=NAVY)


def _shield() -> str:
    stripes = "".join(
        f'<rect x="{x}" y="300" width="32" height="560" fill="{DEEP_RED}"/>' for x in range(274, 660, 64)
    )
    chief = f'<path d="M240,290H660V404H240Z" fill="{NAVY}"/><path d="M240,404H660V414H240Z" fill="{WHITE}"/>'
    stars = "".join(
        shape(star(x=x, y=y, radius=r), fill=WHITE) for x, y, r in ((316, 384, 21), (584, 384, 21))
    )
    return (
        f'<clipPath id="shield"><path d="{_SHIELD}"/></clipPath>'
        + shape(_SHIELD, fill=NAVY, stroke=NAVY, width=52)
        + shape(_SHIELD, fill=WHITE, stroke=WHITE, width=22)
        + f'<g clip-path="url(#shield)">{shape(_SHIELD, fill=RED)}{stripes}{chief}{stars}</g>'
    )


def _ball(x: float, y: float, radius: float) -> str:
    """A football: white, with pentagons and the seams between them, clipped by its rim."""
    marks = shape(_pentagon(x, y, radius * 0.34, 0), fill=NAVY)
    for i in range(5):
        turn = 2 * math.pi * i / 5
        outer = _around(x, y, turn, radius * 0.97)
        marks += shape(_pentagon(*outer, radius * 0.33, turn + math.pi), fill=NAVY)
        marks += _seam(_around(x, y, turn, radius * 0.3), _around(x, y, turn, radius * 0.7))
        corner = _around(x, y, turn + math.pi / 5, radius * 0.62)
        for side in (-1, 1):
            marks += _seam(corner, _around(x, y, turn + math.pi / 5 + side * 0.42, radius * 0.8))
    return (
        f'<clipPath id="ball"><circle cx="{x}" cy="{y}" r="{radius}"/></clipPath>'
        f'<circle cx="{x}" cy="{y}" r="{radius + 15}" fill="{NAVY}"/>'
        f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{WHITE}"/><g clip-path="url(#ball)">{marks}</g>'
    )


def _around(x: float, y: float, turn: float, reach: float) -> tuple[float, float]:
    return x + reach * math.sin(turn), y - reach * math.cos(turn)


def _seam(start: tuple[float, float], end: tuple[float, float]) -> str:
    path = f"M{start[0]:.1f},{start[1]:.1f}L{end[0]:.1f},{end[1]:.1f}"
    return shape(path, stroke=NAVY, width=_SEAM)


def _pentagon(x: float, y: float, radius: float, turn: float) -> str:
    corners = (_around(x, y, turn + 2 * math.pi * i / 5, radius) for i in range(5))
    return "M" + "L".join(f"{across:.2f},{down:.2f}" for across, down in corners) + "Z"


def _ribbon() -> str:
    """A ribbon that sags, and the club's name along the same curve."""
    tails = "".join(shape(tail, fill=DARK_GOLD, stroke=NAVY, width=14) for tail in _TAILS)
    sag_radius = 1216
    letters = arc(
        "ROVERS",
        family="alfa-slab-one",
        size=80,
        center=(450, 785 - sag_radius),
        radius=-sag_radius,
        tracking=14,
    )
    return tails + shape(_RIBBON, fill=GOLD, stroke=NAVY, width=16) + shape(letters, fill=NAVY)
