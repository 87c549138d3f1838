"""Specks: areas too small to be artwork go to what surrounds them, and the number of areas is bounded."""

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import Coverage
from imaging.vector.regions import connected

_LEAST_PX = 3
_MOST_AREAS = 1500
"""Beyond this many the smallest go: such an image is a photograph or noise, and time is bounded."""


def without_specks(coverage: Coverage) -> Coverage:
    """The coverage with small areas given to a neighbour of theirs."""
    first, share = coverage.first.copy(), coverage.share.copy()
    for _ in range(3):
        area = connected(first)
        size = np.bincount(area.reshape(-1))
        least = _LEAST_PX
        if len(size) > _MOST_AREAS:
            least = max(least, int(np.sort(size)[-_MOST_AREAS]) + 1)
        small = size < least
        small[0] = False
        speck = small[area]
        if not speck.any():
            break
        _fill(first, speck)
        flipped = speck & (first == coverage.second)
        share[speck] = np.where(flipped, np.maximum(1 - coverage.share, 0.5), 1.0)[speck]
    second = np.where(first == coverage.second, coverage.first, coverage.second)
    second = np.where((first != coverage.first) & (first != coverage.second), first, second)
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
