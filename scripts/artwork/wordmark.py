"""A script wordmark for an invented baseball club, the Gladebrook."""

from artwork.svg import line, rasterise, shape
from imaging.types import Pixels

GROUND, SCARLET, CREAM, NAVY = "#f2b632", "#c4161c", "#fff3d9", "#15233f"
_SWASH = (
    "M1370,372 C1180,408 760,404 330,438 C300,440 296,470 330,472 "
    "C760,520 1190,486 1392,396 C1412,386 1396,366 1370,372 Z"
)


def draw() -> Pixels:
    """(520, 1600, 4) RGBA on an opaque ground."""
    name = line("Gladebrook", family="oleo-script", weight=700, size=330, x=790, y=352, tracking=4)
    club = line("BASEBALL CLUB", family="alfa-slab-one", size=44, x=840, y=466, tracking=14)
    both = name + _SWASH
    art = (
        f'<g transform="translate(5 8)">{shape(both, fill=NAVY, stroke=NAVY, width=26)}</g>'
        + shape(both, fill=NAVY, stroke=NAVY, width=26)
        + shape(both, fill=CREAM, stroke=CREAM, width=11)
        + shape(both, fill=SCARLET)
        + shape(club, fill=CREAM)
    )
    body = f'<rect width="1600" height="520" fill="{GROUND}"/>'
    body += f'<g transform="translate(96 6) scale(0.88) rotate(-4 800 260)">{art}</g>'
    return rasterise(body, width_px=1600, height_px=520)
