"""Specks: areas too small to be artwork go to what surrounds them, and the number of areas is bounded."""

import numpy as np
import numpy.typing as npt

from imaging.types import Pixels
from imaging.vector.coverage import Coverage, unmix, with_border
from imaging.vector.paints import Paints
from imaging.vector.regions import connected

_LEAST_PX = 3
_TINY_PX = 100
"""Of so little artwork nothing is a speck."""
_SURE = 0.98
"""What a pixel of a speck is blended of are paints of pixels that have at least this much of one."""
_MOST_AREAS = 800
"""Beyond this many the smallest go: such an image is a photograph or noise, and time is bounded."""


def without_specks(coverage: Coverage, pixels: Pixels, paints: Paints) -> Coverage:
    """The coverage with small areas split anew between the paints around them."""
    first, specks = coverage.first.copy(), np.zeros(coverage.first.shape, np.bool_)
    for _ in range(3):
        area = connected(first)
        size = np.bincount(area.reshape(-1))
        least = _LEAST_PX if size[1:].sum() > _TINY_PX else 1
        if len(size) > _MOST_AREAS:
            least = max(least, int(np.sort(size)[-_MOST_AREAS]) + 1)
        small = size < least
        small[0] = False
        speck = small[area]
        if not speck.any():
            break
        specks |= speck
        _fill(first, speck)
    if not specks.any():
        return coverage
    second, share = coverage.second.copy(), coverage.share.copy()
    at = np.flatnonzero(specks)
    padded = with_border(pixels)
    sure = np.where(specks | (share < _SURE), -1, first).astype(np.int16)
    blend = unmix(padded, sure, at, paints, far=False)
    found = blend.one != blend.two
    at, one, two, part = at[found], blend.one[found], blend.two[found], blend.part[found]
    # What was filled in stays, with the share that the new blend gives it.
    own = first.reshape(-1)[at]
    part = np.where(own == two, 1 - part, np.where(own == one, part, 1.0))
    second.reshape(-1)[specks.reshape(-1)] = first[specks]
    share[specks] = 1.0
    second.reshape(-1)[at] = np.where(own == two, one, np.where(own == one, two, own))
    share.reshape(-1)[at] = np.maximum(part, 0.5)
    return Coverage(first, second, share)


def _fill(labels: npt.NDArray[np.int16], hollow: npt.NDArray[np.bool_]) -> None:
    """Give hollow pixels the label of a neighbour, from the rim inwards."""
    open_ = hollow.copy()
    while open_.any():
        reached = np.zeros_like(open_)
        for axis, shift in ((0, 1), (1, 1), (0, -1), (1, -1)):
            known = np.roll(~open_, shift, axis) & open_ & ~reached
            labels[known] = np.roll(labels, shift, axis)[known]
            reached |= known
        open_ &= ~reached
