"""Where the parts of a banner lie: header, logo, title, band, roster, foot."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from imaging.banner.spec import BannerSpec

PT_PER_IN = 72.0
SAFE_IN = 0.5
"""No text or logo nearer to the cut."""

Arrangement = Literal["band", "stack", "side"]
"""`band`: header across the top. `stack`: the same, logo above the name. `side`: header at the left."""


FOOT_PITCH = 2.9
"""Height of a line of coaches or sponsors, in units of the frame."""
FOOT_PAD = 1.0
"""Space over the first of them; the safe margin lies under the last."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in points, from the top left of the page, bleed included."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    def inset(self, by: float) -> "Box":
        """Smaller by `by` on every side."""
        return Box(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)

    def below(self, y: float) -> "Box":
        """What lies under the line `y`."""
        return Box(self.x, y, self.w, self.bottom - y)

    def above(self, y: float) -> "Box":
        """What lies over the line `y`."""
        return Box(self.x, self.y, self.w, y - self.y)


@dataclass(frozen=True, slots=True)
class Frame:
    """The areas of one banner."""

    arrangement: Arrangement
    page: Box
    trim: Box
    safe: Box
    unit: float
    """A length that grows with the banner: 1/100 of its geometric mean side."""
    header: Box
    """Ground of the title; runs into the bleed."""
    masthead: Box
    """Where logo and title may lie."""
    band: Box
    """Ground of sport and season; runs into the bleed."""
    body: Box
    """Where the roster lies; empty (height 0) without players."""
    foot: Box
    """Ground of coaches and sponsors; runs into the bleed."""


@dataclass(frozen=True, slots=True)
class Proportions:
    """What a template says of its header: (players, share of the height or width) from few to many."""

    band: tuple[tuple[int, float], ...]
    stack: tuple[tuple[int, float], ...]
    side: tuple[tuple[int, float], ...]
    side_from_aspect: float
    stack_to_aspect: float


def frame_unit(spec: BannerSpec) -> float:
    """A hundredth of the banner's geometric mean side, in points."""
    return math.sqrt(spec.width_in * spec.height_in) * PT_PER_IN / 100


def arrange(spec: BannerSpec, proportions: Proportions, *, foot_lines: int, header_cut: float = 0.0) -> Frame:
    """Divide the page.

    Args:
        spec: sizes and number of players count.
        proportions: of the template.
        foot_lines: lines of coaches and sponsors, 0 to 2.
        header_cut: height taken from the header and given to the roster, points.
    """
    bleed = spec.bleed_in * PT_PER_IN
    trim = Box(bleed, bleed, spec.width_in * PT_PER_IN, spec.height_in * PT_PER_IN)
    page = trim.inset(-bleed)
    unit = frame_unit(spec)
    margin = max(SAFE_IN * PT_PER_IN, 0.03 * min(trim.w, trim.h))
    safe = trim.inset(margin)
    foot_h = margin + foot_lines * FOOT_PITCH * unit + FOOT_PAD * unit if foot_lines else 0.45 * margin
    foot_top = trim.bottom - foot_h
    foot = page.below(foot_top)
    arrangement = _arrangement(spec, proportions)
    share = _share(getattr(proportions, arrangement), len(spec.players))
    band_h = 5.2 * unit if spec.sport.strip() or spec.season.strip() else 1.6 * unit
    gap = min(0.7 * margin, 2.4 * unit)
    if arrangement == "side":
        header = Box(page.x, page.y, trim.x + share * trim.w, foot_top - page.y)
        band = Box(header.x, foot_top - band_h - gap, header.w, band_h)
        masthead = Box(safe.x, safe.y, header.right - 2 * gap - safe.x, band.y - gap - safe.y)
        left = header.right + 1.6 * gap
        body = Box(left, safe.y, safe.right - left, foot_top - gap - safe.y)
    else:
        bottom = (
            trim.y + share * trim.h - header_cut
            if spec.players
            else foot_top - band_h - (0.0 if foot_lines else gap)
        )
        header = page.above(bottom)
        band = Box(page.x, bottom, page.w, band_h)
        masthead = Box(safe.x, safe.y, safe.w, bottom - 1.35 * gap - safe.y)
        top = band.bottom + 1.15 * gap
        body = Box(safe.x, top, safe.w, foot_top - 1.15 * gap - top)
    if not foot_lines:
        body = body.above(safe.bottom)
    if not spec.players:
        body = Box(body.x, body.y, body.w, 0.0)
    return Frame(arrangement, page, trim, safe, unit, header, masthead, band, body, foot)


def _arrangement(spec: BannerSpec, proportions: Proportions) -> Arrangement:
    aspect = spec.width_in / spec.height_in
    if aspect <= proportions.stack_to_aspect:
        return "stack"
    return "side" if spec.players and aspect >= proportions.side_from_aspect else "band"


def _share(points: tuple[tuple[int, float], ...], players: int) -> float:
    """Linear between the given (players, share), flat beyond."""
    if players <= points[0][0]:
        return points[0][1]
    for (few, large), (many, small) in pairwise(points):
        if players <= many:
            return large + (small - large) * (players - few) / (many - few)
    return points[-1][1]
