"""How thick strokes are, to a fraction of a pixel.

A stroke's axis is where the distance to the shape's edge has a ridge that hardly rises or falls along
itself. The tip of a star, a corner or a dot's centre is no such place: there the ridge climbs by the sine of
half the opening angle. The thickness is the coverage summed across the stroke at right angles to its axis,
so the grey of anti-aliased edges counts for what it is.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_PRESENT = 56
"""Coverage, of 255, from which a pixel may be part of a stroke: a hairline of half a pixel keeps 64."""
_BEND = 0.7
"""How sharply the distance must fold across an axis; a flat edge's own steps fold by less than 0.5."""
_ON_CREST = 0.6
"""Share of the greatest distance within 2 pixels that an axis has: the steps of a slanted edge have less."""
_SLOPE = 0.19
"""How fast the half width may change along an axis: the sine of half of 22 degrees."""
_STRAIGHT = 0.7
"""How much of the axis's spread near by must lie along one direction; at junctions it does not."""
_LEAST_POINTS = 4
"""A shorter stretch has no direction."""
_SEAM_PX = 0.5
_LEAST_SHARE = 0.004
_POINTED = 0.3
"""A stretch whose thinnest twentieth is under this share of its middle runs out into a point."""
_FRAME_PX = 4
_MARGIN_PX = 2.5
"""The edge is looked for this far on either side of where the distance says it is."""
_STEP_PX = 0.5
_NEAR_PX = 4
"""An axis's direction is that of its pixels this near."""
_OFF_AXIS_PX = 1.0
"""How far the middle of a stroke may lie from the axis pixel: more, and it is a step of a flat edge."""
_FALLEN = 0.5
"""Share of the axis's coverage that the coverage must fall under on both sides."""
_DIRECTIONS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True, slots=True)
class Strokes:
    """Points on the axes of a shape's strokes; (N,) each, N may be 0."""

    x: Floats
    y: Floats
    """Where, in pixels; whole numbers are pixel centres. On the stroke's middle, not on the grid."""
    width_px: Floats
    """Thickness there."""
    run: Indices
    """Which unbroken stretch of axis the point belongs to."""
    step: int
    """Of the axis's points, one in how many was measured."""


def measure_strokes(coverage: Mask, *, beyond: int = 0, most_points: int = 8000) -> Strokes:
    """Find the strokes of a shape and measure them.

    Args:
        coverage: (H, W), 0-255, how much of each pixel the shape covers.
        beyond: coverage beyond the border: 255 for what is clear around artwork.
        most_points: of an axis with more, evenly spaced points are measured.
    """
    left, top, right, bottom = _box(coverage) if not beyond else (0, 0, *coverage.shape[::-1])
    framed = np.pad(coverage[top:bottom, left:right], _FRAME_PX, constant_values=beyond)
    measured = cv2.distanceTransform((framed >= _PRESENT).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    depth = np.minimum(measured, 1e6).astype(np.float32)  # no edge at all is endlessly far
    axis = _axis(depth)
    _, labels = cv2.connectedComponents(cv2.dilate(axis, np.ones((3, 3), np.uint8)), connectivity=8)
    at = np.flatnonzero(axis)
    step = max(1, -(-len(at) // most_points))
    at = at[::step]
    y, x = (part.astype(np.float32) for part in np.divmod(at, framed.shape[1]))
    along, radius = _directions(axis, at), depth.reshape(-1)[at]
    slope = _slope(depth, x, y, along, radius)
    keep = (along[2] >= _STRAIGHT) & (slope <= _SLOPE)
    x, y, along, radius = x[keep], y[keep], along[:, keep], radius[keep]
    width, off, fallen = _profile(framed.astype(np.float32), x, y, along, radius)
    sound = fallen & (np.abs(off) <= _OFF_AXIS_PX)
    x, y = x - along[1] * off + (left - _FRAME_PX), y + along[0] * off + (top - _FRAME_PX)
    run = labels.reshape(-1)[at][keep].astype(np.int64)
    return Strokes(x[sound], y[sound], width[sound], run[sound], step)


def _box(coverage: Mask) -> tuple[int, int, int, int]:
    """What is covered at all: x0, y0, x1, y1, the last two exclusive."""
    x, y, width, height = cv2.boundingRect(coverage)
    return x, y, x + max(1, width), y + max(1, height)


def thinnest(strokes: Strokes) -> float | None:
    """The thickness, in pixels, of the thinnest stretch of stroke; None where there is no stroke.

    Of all stretches the thinnest is taken that, with those thinner still, is at least 0.4 % of all that was
    measured: a nick is no stroke.
    """
    found = stretches(strokes)
    if not len(found.run):
        return None
    order = np.argsort(found.width_px, kind="stable")
    reached = np.cumsum(found.length_px[order]) >= _LEAST_SHARE * found.length_px.sum()
    return float(found.width_px[order][np.argmax(reached)])


@dataclass(frozen=True, slots=True)
class Stretches:
    """Unbroken stretches of stroke; (M,) each."""

    run: Indices
    """As in `Strokes.run`."""
    width_px: Floats
    length_px: Floats


def stretches(strokes: Strokes) -> Stretches:
    """The stretches that are strokes: at least twice as long as they are thick (a dot is none).

    A stretch is as thick as its thinnest tenth, or, where it runs out into a point, as its thinnest third:
    the last of a swash is meant to vanish. What is thinner than half a pixel cannot be told from the seams
    that renderers leave where two shapes meet, and does not count.
    """
    order = np.lexsort((strokes.width_px, strokes.run))
    run, width = strokes.run[order], strokes.width_px[order]
    starts = np.flatnonzero(np.diff(run, prepend=-1))
    counts = np.diff(np.append(starts, len(run)))
    low, middle = width[starts + counts // 20], width[starts + counts // 2]
    pointed = low < _POINTED * middle
    thin = width[starts + np.where(pointed, counts // 3, counts // 10)]
    # The ends are lost to the slope, and a step along the axis is 1 to 1.41 pixels.
    length = counts * np.float32(1.1 * strokes.step) + thin
    long = (length >= 2 * thin) & (counts * strokes.step >= _LEAST_POINTS) & (thin >= _SEAM_PX)
    return Stretches(run[starts][long], thin[long], length[long].astype(np.float32))


def _axis(depth: Floats) -> Mask:
    """Pixels where the distance folds: a maximum across at least one of four directions."""
    bent = cv2.Laplacian(depth, cv2.CV_32F) < -_BEND / 2
    bent &= depth >= _ON_CREST * cv2.dilate(depth, np.ones((5, 5), np.uint8))
    bent[[0, -1]] = bent[:, [0, -1]] = False
    at, flat = np.flatnonzero(bent), depth.reshape(-1)
    here = flat[at]
    found = np.zeros(len(at), bool)
    for dy, dx in _DIRECTIONS:
        step = dy * depth.shape[1] + dx
        before, after = flat[at - step], flat[at + step]
        fold = (2 * here - before - after) >= _BEND * np.float32(np.hypot(dy, dx))
        found |= fold & (here > before) & (here >= after)
    axis = np.zeros(depth.shape, np.uint8)
    axis.reshape(-1)[at[found]] = 1
    return axis


def _directions(axis: Mask, at: Indices) -> Floats:
    """(3, N): the axis's direction x, y from the spread of axis pixels near by, and how straight."""
    step = np.arange(-_NEAR_PX, _NEAR_PX + 1)
    dy, dx = (grid.reshape(-1) for grid in np.meshgrid(step, step, indexing="ij"))
    moments = np.stack([np.ones_like(dx), dx, dy, dx * dx, dy * dy, dx * dy], axis=1).astype(np.float32)
    flat = np.pad(axis, _NEAR_PX).reshape(-1)
    row = axis.shape[1] + 2 * _NEAR_PX
    y, x = np.divmod(at, axis.shape[1])
    near = flat[((y + _NEAR_PX) * row + x + _NEAR_PX)[:, None] + (dy * row + dx)]
    mass, mx, my, xx, yy, xy = (near.astype(np.float32) @ moments).T
    xx, yy, xy = mass * xx - mx * mx, mass * yy - my * my, mass * xy - mx * my
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    straight = np.hypot(xx - yy, 2 * xy) / np.maximum(xx + yy, 1e-6)
    return np.stack([np.cos(angle), np.sin(angle), straight]).astype(np.float32)


def _slope(depth: Floats, x: Floats, y: Floats, along: Floats, radius: Floats) -> Floats:
    """How fast the distance rises along the axis, without sign."""
    reach = np.clip(radius, 2.5, 12.0)
    ahead = _sample(depth, x + along[0] * reach, y + along[1] * reach)
    behind = _sample(depth, x - along[0] * reach, y - along[1] * reach)
    return np.asarray(np.abs(ahead - behind) / (2 * reach), np.float32)


def _profile(
    coverage: Floats, x: Floats, y: Floats, along: Floats, radius: Floats
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Thickness; how far the middle lies off the axis towards its left, in pixels; whether both sides end.

    Going outwards the coverage may only fall, so that a neighbour across a narrow gap adds nothing.
    """
    shift = _crest(coverage, x, y, along)
    x, y = x - along[1] * shift, y + along[0] * shift
    inside = np.maximum(radius - 0.5 - _MARGIN_PX, 0)
    steps = np.arange(_STEP_PX / 2, 2 * _MARGIN_PX + 1, _STEP_PX, dtype=np.float32)
    crest = _FALLEN * _sample(coverage, x, y)
    sides, fallen = [], np.ones(len(x), bool)
    for sign in (1, -1):
        out = sign * (inside[:, None] + steps)
        seen = _sample(coverage, x[:, None] - along[1][:, None] * out, y[:, None] + along[0][:, None] * out)
        seen = np.minimum.accumulate(seen, axis=1)
        fallen &= seen[:, -1] < crest
        sides.append(inside + _STEP_PX / 255 * seen.sum(axis=1))
    off = shift + (sides[0] - sides[1]) / 2
    return (sides[0] + sides[1]).astype(np.float32), off.astype(np.float32), fallen


def _crest(coverage: Floats, x: Floats, y: Floats, along: Floats) -> Floats:
    """How far off the axis pixel the middle of the coverage close around it lies."""
    steps = np.arange(-1.5, 1.51, 0.5, dtype=np.float32)
    seen = _sample(coverage, x[:, None] - along[1][:, None] * steps, y[:, None] + along[0][:, None] * steps)
    return np.asarray((seen @ steps) / np.maximum(seen.sum(axis=1), 1), np.float32)


def _sample(image: Floats, x: Floats, y: Floats) -> Floats:
    """Bilinear values at points of any shape; 0 beyond the border."""
    if not x.size:
        return np.zeros(x.shape, np.float32)
    flat_x, flat_y = x.reshape(-1).astype(np.float32), y.reshape(-1).astype(np.float32)
    wide = 4096  # OpenCV remaps to images of at most 32,767 rows or columns
    pad = -len(flat_x) % wide
    grid_x, grid_y = (np.pad(v, (0, pad)).reshape(-1, wide) for v in (flat_x, flat_y))
    values = cv2.remap(image, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(values, np.float32).reshape(-1)[: len(flat_x)].reshape(x.shape)
