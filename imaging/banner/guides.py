"""Lines for the print shop: where it cuts, folds and punches, and what keeps clear of that.

Hems of vinyl banners are folded about 1 in and grommets set in the hem at the corners and about every 2 ft
("folded edges with double-stitched hems … grommets spaced approximately every 2 ft", Signs of the Times,
"The basics of banner installation", 2006); artwork keeps 1-2 in clear of them (Caldera, "What are the
requirements for preparing a banner"; 2 in: Digital Print Solutions, "Artwork Specifications").
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from imaging.banner.box import Box
from imaging.banner.frame import PT_PER_IN, Frame
from imaging.banner.spec import BannerSpec, Guide
from imaging.types import Color

HEM_IN = 1.0
GROMMET_IN = 0.75
"""Of a grommet's middle from the trim, inside the hem."""
GROMMET_RADIUS_IN = 0.375
GROMMET_STEP_IN = 24.0
WEIGHT = 0.1
"""Of the lines, in units."""
COLORS: dict[Guide, Color] = {
    "trim": (236, 0, 140),
    "safe": (0, 174, 239),
    "hem": (0, 166, 81),
    "grommets": (150, 60, 220),
}


@dataclass(frozen=True, slots=True)
class GuideShapes:
    """One kind of guide."""

    name: Guide
    color: Color
    weight: float
    """Points."""
    boxes: tuple[Box, ...]
    """Drawn as lines."""
    circles: tuple[tuple[float, float, float], ...]
    """Middle and radius, points."""


def guide_shapes(spec: BannerSpec, frame: Frame) -> tuple[GuideShapes, ...]:
    """The guides that an order asks for, in points from the top left of the page."""
    trim = frame.trim
    boxes: dict[Guide, tuple[Box, ...]] = {
        "trim": (trim,),
        "safe": (frame.safe,),
        "hem": (trim.inset(HEM_IN * PT_PER_IN),),
    }
    return tuple(
        GuideShapes(
            name,
            COLORS[name],
            WEIGHT * frame.unit,
            boxes.get(name, ()),
            tuple(_grommets(trim)) if name == "grommets" else (),
        )
        for name in dict.fromkeys(spec.guides)
    )


def _grommets(trim: Box) -> Iterator[tuple[float, float, float]]:
    """At the corners, and between them evenly, at most two feet apart."""
    inner = trim.inset(GROMMET_IN * PT_PER_IN)
    across, down = _steps(inner.w), _steps(inner.h)
    radius = GROMMET_RADIUS_IN * PT_PER_IN
    for index in range(across + 1):
        x = inner.x + inner.w * index / across
        yield from ((x, inner.y, radius), (x, inner.bottom, radius))
    for index in range(1, down):
        y = inner.y + inner.h * index / down
        yield from ((inner.x, y, radius), (inner.right, y, radius))


def _steps(length: float) -> int:
    return max(1, math.ceil(length / (GROMMET_STEP_IN * PT_PER_IN) - 1e-6))
