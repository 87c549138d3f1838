"""Areas that are no palette colour: shading, as gradients where they fit, else as a few bands.

Neighbouring pixels that differ by little belong to one area; an anti-aliased edge steps further than that.
"""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels
from imaging.vector.coverage import match_flats
from imaging.vector.gradients import Sample, fit_paint, fits
from imaging.vector.paints import Paint, Paints
from imaging.vector.posterise import bands
from imaging.vector.regions import connected

Labels = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Steps: TypeAlias = tuple[Floats, Floats]
"""Largest difference in any channel to the right (H, W - 1) and to the lower (H - 1, W) neighbour."""

_STEPS = (12.0, 5.0)
"""Largest step between neighbours of one area in any premultiplied channel: first wide, then narrow."""
_EVEN_STEP = 4.0
_LEAST_SEAM_PX = 4
_LEAST_CORE_PX = 12
"""An area needs this many pixels with all their neighbours in it."""
_MOST_AREAS = 96
_MOST_PAINTS = 160


def shade(pixels: Pixels, paints: Paints) -> tuple[Paints, Labels]:
    """Find what no flat paint explains.

    Args:
        pixels: (H, W, 4) straight alpha.
        paints: the flat paints.

    Returns:
        The paints with gradients and bands added, and (H, W) the labels known so far, -1 at edges.
    """
    labels = match_flats(pixels, paints)
    # Plain logos never ask for them.
    steps = cache(lambda: _steps(premultiply(pixels)))
    _drop_bands_of_gradients(labels, steps)
    items = list(paints.items)
    for most in _STEPS:
        left = labels < 0
        if not _core(left).any():
            break
        for index in _smooth_areas(left, steps(), most):
            _paint_area(pixels, labels, items, index)
    _join_even_ends(pixels, labels, items, steps)
    _paint_rest(pixels, labels, items)
    return Paints(tuple(items)), labels


def premultiply(pixels: Pixels) -> Floats:
    """(H, W, 4) float32, 0-255."""
    color = pixels.astype(np.float32)
    share = color[..., 3] / 255
    for channel in range(3):
        color[..., channel] *= share
    return color


def _core(mask: Bools) -> Bools:
    """Pixels whose eight neighbours are in the mask too."""
    return np.asarray(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0) > 0)


def _steps(color: Floats) -> Steps:
    right, down = np.zeros_like(color[:, 1:, 0]), np.zeros_like(color[1:, :, 0])
    for plane in cv2.split(color):
        np.maximum(right, np.abs(plane[:, 1:] - plane[:, :-1]), out=right)
        np.maximum(down, np.abs(plane[1:] - plane[:-1]), out=down)
    return right, down


def _drop_bands_of_gradients(labels: Labels, steps: Callable[[], Steps]) -> None:
    """Unlabel flat areas most of whose rim goes on almost evenly: eight bits make bands of slow gradients."""
    if not _core(labels < 0).any() and len(np.unique(labels)) <= 3:
        return
    area = connected(labels)
    flat = area.reshape(-1)
    count = int(flat.max()) + 1
    rim, even = np.zeros(count), np.zeros(count)
    right, down = steps()
    for one, two, step in ((area[:, 1:], area[:, :-1], right), (area[1:], area[:-1], down)):
        edge = one != two
        for side in (one[edge], two[edge]):
            rim += np.bincount(side, minlength=count)
            even += np.bincount(side, weights=step[edge] <= _EVEN_STEP, minlength=count)
    dropped = (even > 0.4 * rim) & (rim > 0)
    labels[dropped[area] & (labels > 0)] = -1


def _smooth_areas(left: Bools, steps: Steps, most: float) -> list[Ints]:
    """Flat indices of the pixels of each area without steps, largest first."""
    height, width = left.shape
    grid = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    grid[::2, ::2] = left
    right, down = steps
    grid[::2, 1::2] = left[:, 1:] & left[:, :-1] & (right <= most)
    grid[1::2, ::2] = left[1:] & left[:-1] & (down <= most)
    count, numbered = cv2.connectedComponents(grid, connectivity=4)
    area = np.ascontiguousarray(numbered[::2, ::2])
    inner = _core(left)
    for dy, dx in ((0, 1), (1, 0), (0, -1), (-1, 0)):
        inner &= np.roll(area, (dy, dx), axis=(0, 1)) == area
    cores = np.bincount(area[inner], minlength=count)
    cores[0] = 0
    chosen = np.argsort(-cores, kind="stable")[:_MOST_AREAS]
    order = np.argsort(area.reshape(-1), kind="stable")
    bounds = np.searchsorted(area.reshape(-1)[order], np.arange(count + 1))
    return [order[bounds[k] : bounds[k + 1]] for k in chosen if cores[k] >= _LEAST_CORE_PX]


def _paint_area(pixels: Pixels, labels: Labels, items: list[Paint], index: Ints) -> None:
    """Give an area a paint that is there already, or its own; leave it when none fits."""
    sample = Sample.of(pixels, index)
    for number, paint in enumerate(items, start=1):
        if fits(paint, sample):
            labels.reshape(-1)[index] = number
            return
    if len(items) >= _MOST_PAINTS:
        return
    fitted = fit_paint(sample)
    if fitted is not None:
        items.append(fitted)
        labels.reshape(-1)[index] = len(items)


def _join_even_ends(pixels: Pixels, labels: Labels, items: list[Paint], steps: Callable[[], Steps]) -> None:
    """Give flat areas to a gradient beside them that ends in their colour: the seam between is no edge."""
    shaded = np.array([False, *(not paint.flat for paint in items)])
    if not shaded.any():
        return
    area = connected(labels)
    right, down = steps()
    pairs = []
    for one, two, step in (
        (np.s_[:, 1:], np.s_[:, :-1], right),
        (np.s_[:, :-1], np.s_[:, 1:], right),
        (np.s_[1:], np.s_[:-1], down),
        (np.s_[:-1], np.s_[1:], down),
    ):
        seam = (labels[one] > 0) & (labels[two] > 0) & (step <= _EVEN_STEP)
        seam &= ~shaded[labels[one]] & shaded[labels[two]]
        pairs.append(np.column_stack([area[one][seam], labels[two][seam]]))
    found, counts = np.unique(np.concatenate(pairs), axis=0, return_counts=True)
    for flat, number in found[counts >= _LEAST_SEAM_PX].tolist():
        index = np.flatnonzero(area == flat)
        if fits(items[number - 1], Sample.of(pixels, index)):
            labels.reshape(-1)[index] = number


def _paint_rest(pixels: Pixels, labels: Labels, items: list[Paint]) -> None:
    """Bands for what is too deep to be an edge and has no paint yet."""
    deep = _core(labels < 0)
    if deep.sum() < _LEAST_CORE_PX:
        return
    rest = cv2.dilate(deep.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    numbers, found = bands(pixels, np.asarray(rest & (labels < 0)))
    labels[numbers >= 0] = (numbers[numbers >= 0] + len(items) + 1).astype(np.int16)
    items += found
