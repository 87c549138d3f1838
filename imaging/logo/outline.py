"""A contour around a logo, so that its edge stands out from a garment."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import contrast_ratio, dominant_colors
from imaging.errors import ImagingError
from imaging.logo.banded import bands
from imaging.logo.trim import VISIBLE_ALPHA, bounding_box
from imaging.types import Color, Mask, Pixels

Floats = npt.NDArray[np.float32]

STANDS_OUT = 3.0
"""WCAG 2.2 contrast that graphics need from what they lie on (success criterion 1.4.11)."""
_HALF, _SOLID = 128, 255
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


class OutlineWidthError(ImagingError):
    """The outline's width is not a positive, finite number of pixels."""


def add_outline(
    pixels: Pixels, *, width_px: float, color: Color, around: npt.NDArray[np.bool_] | None = None
) -> Pixels:
    """Lay a solid contour of even width behind a logo, rounded at corners, along holes too.

    What the contour leaves of a hole is filled where it is narrower than the contour itself.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.
        width_px: the contour's width; need not be whole.
        color: the contour's colour.
        around: (H, W), the parts to put the contour around; the others lie on top of it. None is all of it.

    Returns:
        RGBA, larger by the width, rounded up, on every side; anti-aliased, straight alpha.

    Raises:
        OutlineWidthError: the width is not positive and finite.
        NoForegroundError: nothing shows.
    """
    if not 0 < width_px < np.inf:
        raise OutlineWidthError("The outline's width must be more than 0.")
    bounding_box(pixels[..., 3])
    pad = int(np.ceil(width_px))
    framed = np.pad(pixels, ((pad, pad), (pad, pad), (0, 0)))
    inner = framed[..., 3]
    if around is not None:
        inner = np.where(np.pad(around, pad), inner, np.uint8(0))
    shape = _fill_slits(grow(inner, by_px=width_px), narrower_px=width_px)
    behind = np.empty_like(framed)
    behind[..., :3], behind[..., 3] = color, shape
    return over(framed, behind)


def outline_color(pixels: Pixels, ground: Color, *, palette: Sequence[Color]) -> Color:
    """The colour for a contour on a ground: the logo's own that stands out best, else white or black.

    Args:
        pixels: (H, W, 4) RGBA; looked at only where the palette is empty.
        ground: the garment.
        palette: the logo's flat colours.
    """
    own = tuple(palette) or tuple(swatch.color for swatch in dominant_colors(pixels))
    best = max(own, key=lambda color: contrast_ratio(color, ground), default=ground)
    if contrast_ratio(best, ground) >= STANDS_OUT:
        return best
    return max((_WHITE, _BLACK), key=lambda color: contrast_ratio(color, ground))


def grow(coverage: Mask, *, by_px: float) -> Mask:
    """A shape grown on every side, to a fraction of a pixel.

    Distances are taken from the anti-aliased edge: each pixel's nearest edge pixel tells by its coverage
    where within it the edge runs (Gustavson and Strand, "Anti-aliased Euclidean distance transform", 2011).

    Args:
        coverage: (H, W), 0-255.
        by_px: 0 or more.
    """
    out: Mask = np.empty_like(coverage)
    for band in bands(*coverage.shape, halo_px=int(np.ceil(by_px)) + 2):
        around = coverage[band.around]
        # From the edge's outer pixels, and from its inner ones: each alone overshoots now and then.
        away = _distance(around, VISIBLE_ALPHA, reach_px=by_px + 2)
        away = np.minimum(away, _distance(around, _HALF, reach_px=by_px + 2))[band.inner]
        grown = np.clip((by_px + 0.5 - away) * 255 + 0.5, 0, 255).astype(np.uint8)
        out[band.rows] = np.maximum(grown, coverage[band.rows])
    return out


def _distance(coverage: Mask, least: int, *, reach_px: float) -> Floats:
    """Pixels from each centre to the shape's edge, by pixels of at least this coverage.

    -0.5 within these; beyond reach it is only known to be beyond.
    """
    clear = (coverage < least).astype(np.uint8)
    if clear.all():
        return np.full(coverage.shape, np.inf, np.float32)
    rough, labels = cv2.distanceTransformWithLabels(
        clear, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    inside = np.flatnonzero(clear == 0)
    source = np.zeros(int(labels.max()) + 1, np.int64)
    source[labels.reshape(-1)[inside]] = inside
    at = np.flatnonzero((rough > 0) & (rough <= reach_px))
    edge = source[labels.reshape(-1)[at]]
    width = coverage.shape[1]
    dy, dx = at // width - edge // width, at % width - edge % width
    length = np.hypot(dx, dy).astype(np.float32)
    away = np.where(rough > 0, np.float32(np.inf), np.float32(-0.5))
    away.reshape(-1)[at] = length + _within_pixel(
        dx, dy, length, coverage.reshape(-1)[edge] / np.float32(255)
    )
    return away


def _within_pixel(
    dx: npt.NDArray[np.int64], dy: npt.NDArray[np.int64], length: Floats, covered: Floats
) -> Floats:
    """How far before (positive) or beyond an edge pixel's centre the edge crosses it, in pixels."""
    one, two = np.abs(dx) / length, np.abs(dy) / length
    long, short = np.maximum(one, two), np.minimum(one, two)
    corner = 0.5 * short / long
    product = 2 * long * short
    near = 0.5 * (long + short) - np.sqrt(product * covered)
    far = np.sqrt(product * (1 - covered)) - 0.5 * (long + short)
    middle = (0.5 - covered) * long
    return np.where(covered < corner, near, np.where(covered > 1 - corner, far, middle)).astype(np.float32)


def _fill_slits(shape: Mask, *, narrower_px: float) -> Mask:
    """Fill enclosed clear parts that are nowhere as wide as given."""
    clear = np.pad((shape < _HALF).astype(np.uint8), 1, constant_values=1)
    depth = cv2.distanceTransform(clear, cv2.DIST_L2, cv2.DIST_MASK_5)
    count, labels = cv2.connectedComponents(clear, connectivity=4)
    wide = np.zeros(count, bool)
    wide[labels[depth >= narrower_px / 2]] = True
    wide[[0, labels[0, 0]]] = True
    slits = (~wide)[labels].astype(np.uint8)[1:-1, 1:-1]
    if not slits.any():
        return shape
    filled: Mask = shape.copy()
    filled[cv2.dilate(slits, np.ones((5, 5), np.uint8)) > 0] = 255
    return filled


def over(front: Pixels, back: Pixels) -> Pixels:
    """Lay one picture over another of the same size (Porter and Duff's "over"), straight alpha, (H, W, 4)."""
    out: Pixels = back.copy()
    for band in bands(*front.shape[:2]):
        above, below = front[band.rows], out[band.rows]
        np.copyto(below, above, where=above[..., 3:] == _SOLID)
        soft = np.nonzero((above[..., 3] > 0) & (above[..., 3] < _SOLID))
        alpha = above[soft][:, 3:].astype(np.float32)
        under = below[soft][:, 3:] * (1 - alpha / _SOLID)
        total = alpha + under
        rgb = (above[soft][:, :3] * alpha + below[soft][:, :3] * under) / total
        below[soft] = np.rint(np.concatenate([rgb, total], axis=1)).clip(0, _SOLID).astype(np.uint8)
    return out
