"""Which inks of flat artwork read as one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, to_lab
from imaging.logo.banded import bands
from imaging.print.inks import NO_INK, Inks
from imaging.types import Color, Pixels

_GRADIENT = 26.0
"""sRGB distance over 4 pixels under which a border between two inks is part of a gradient."""
_MET_PX = 12
"""A shorter border says nothing."""


def alike(colors: Sequence[Color], *, delta_e: float) -> list[list[int]]:
    """Indices of the colours in groups: whatever a chain of steps under `delta_e` (CIEDE2000) links."""
    return _chains(_near_colors(colors, delta_e))


def shades(pixels: Pixels, inks: Inks, *, delta_e: float) -> list[list[int]]:
    """Labels in groups that read as one: colours under `delta_e` (CIEDE2000) apart, or of one gradient.

    Two inks are of one gradient when over most of the border between them the artwork hardly changes.
    """
    return _chains(_near_colors(inks.colors, delta_e) | _gradients(pixels, inks))


def _near_colors(colors: Sequence[Color], delta_e: float) -> npt.NDArray[np.bool_]:
    lab = to_lab(np.array(colors).reshape(-1, 3))
    return np.asarray(delta_e_2000(lab[:, None], lab[None]) < delta_e)


def _chains(linked: npt.NDArray[np.bool_]) -> list[list[int]]:
    group = np.arange(len(linked))
    for i, j in np.argwhere(np.triu(linked, 1)):
        group[group == group[j]] = group[i]
    return [np.flatnonzero(group == g).tolist() for g in dict.fromkeys(group.tolist())]


def _gradients(pixels: Pixels, inks: Inks) -> npt.NDArray[np.bool_]:
    """(K, K), upper triangle: whether the colour steps by little at most places where two inks meet."""
    count = len(inks.colors)
    met, smooth = np.zeros(count * count), np.zeros(count * count)
    for label, rgba in ((inks.first, pixels), (inks.first.T, pixels.transpose(1, 0, 2))):
        for band in bands(*label.shape):
            one, two = label[band.rows][:, 1:-3], label[band.rows][:, 2:-2]
            at = np.nonzero((one != two) & (one != NO_INK) & (two != NO_INK))
            near, far = rgba[band.rows][:, :-4][at].astype(np.float32), rgba[band.rows][:, 4:][at]
            little = np.linalg.norm(near - far, axis=1) < _GRADIENT
            key = np.minimum(one[at], two[at]).astype(int) * count + np.maximum(one[at], two[at])
            met += np.bincount(key, minlength=count * count)
            smooth += np.bincount(key, little, minlength=count * count)
    return ((smooth > met / 2) & (met >= _MET_PX)).reshape(count, count)
