"""Fewer colours: those that matter least go, until no more are left than asked for."""

import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, dominant_colors, to_lab
from imaging.logo.banded import bands
from imaging.logo.grouping import MOST_COLORS
from imaging.logo.merge import SHADED, Flats
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float64]

_BANDS_OF_SHADE = 64
"""Colours that gradients and photographs are cut into before the least important go."""
_SHADE_DELTA_E = 4.0
_CELL_BITS = 3


def reduce_colors(rgb: Pixels, alpha: Mask, flats: Flats, *, most: int, everything: bool) -> Flats:
    """Let colours become one another until at most `most` are left; gradients become flat as well.

    The pair whose union is noticed least goes first: CIEDE2000 squared times the square root of the smaller
    area. So a tiny accent of its own outlives a large near-duplicate.

    Args:
        rgb: (H, W, 3) uint8.
        alpha: (H, W) matte.
        flats: of the same image.
        most: colours that may be left, 1 or more.
        everything: also what is neither flat nor a gradient gets one of the colours, as in photographs.
    """
    labels, seen = _with_shades(rgb, alpha, flats, everything=everything)
    if not len(seen):
        return flats
    area_px = np.zeros(256)
    for band in bands(*labels.shape):
        area_px += np.bincount(labels[band.rows].reshape(-1), minlength=256)
    keeper = _keepers(to_lab(seen), np.maximum(area_px[1 : len(seen) + 1], 1), most=most)
    return Flats(labels, seen[keeper], flats.merged, seen=seen)


def _keepers(lab: Floats, area_px: Floats, *, most: int) -> npt.NDArray[np.int64]:
    """(K,): the colour that each of K becomes."""
    keeper = np.arange(len(lab))
    area = area_px.copy()
    apart = delta_e_2000(lab[:, None], lab[None]) ** 2
    np.fill_diagonal(apart, np.inf)
    for _ in range(len(lab) - most):
        cost = apart * np.sqrt(np.minimum(area[:, None], area[None]))
        first, second = np.unravel_index(int(np.argmin(cost)), cost.shape)
        stays, goes = (first, second) if area[first] >= area[second] else (second, first)
        keeper[keeper == goes] = stays
        area[stays] += area[goes]
        apart[goes] = apart[:, goes] = np.inf
    return keeper


def _with_shades(rgb: Pixels, alpha: Mask, flats: Flats, *, everything: bool) -> tuple[Mask, Pixels]:
    """Labels in which gradients are cut into flat bands, and the colours of all labels."""
    loose = flats.labels == SHADED
    if everything:
        loose |= (flats.labels == 0) & (alpha > 0)
    labels, room = np.where(loose, 0, flats.labels).astype(np.uint8), MOST_COLORS - len(flats.colors)
    if not loose.any():
        return labels, flats.colors
    sample = np.dstack([rgb, np.where(loose, 255, 0).astype(np.uint8)])
    swatches = dominant_colors(
        sample, min(_BANDS_OF_SHADE, room), min_coverage=1e-4, merge_delta_e=_SHADE_DELTA_E
    )
    shades = np.array([swatch.color for swatch in swatches], np.uint8).reshape(-1, 3)
    seen = np.concatenate([flats.colors, shades])
    table = _nearest_table(shades if len(shades) else seen)
    first = len(flats.colors) if len(shades) else 0
    for band in bands(*labels.shape):
        cell = rgb[band.rows][loose[band.rows]].astype(np.int64) >> _CELL_BITS
        labels[band.rows][loose[band.rows]] = 1 + first + table[cell @ np.array([1024, 32, 1])]
    return labels, seen


def _nearest_table(colors: Pixels) -> Mask:
    """(32768,): for each cell of 8x8x8 levels the nearest of (K, 3) colours in Lab."""
    cells = np.arange(32 * 32 * 32)
    middle = np.stack([cells >> 10, cells >> 5 & 31, cells & 31], axis=1) * 8 + 4
    lab, ends = to_lab(middle), to_lab(colors)
    best, least = np.zeros(len(cells), np.uint8), np.full(len(cells), np.inf)
    for index, end in enumerate(ends):
        apart = ((lab - end) ** 2).sum(axis=1)
        closer = apart < least
        best[closer], least[closer] = index, apart[closer]
    return best
