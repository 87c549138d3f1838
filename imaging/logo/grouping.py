"""Which of many mean colours are one colour, and which are no colour at all."""

import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, to_lab
from imaging.logo.mixtures import LUMA_FIRST
from imaging.types import Color, Mask

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST_COLORS = 250
"""Flat colours that are kept apart; what has more is left as it is beyond the largest."""
_COMPARED = 4096
"""Distinct mean colours that are compared; time is bounded for images that are all specks."""
_NOISY = 1.0
_ALIKE, _ALIKE_PER_NOISE = 2.0, 0.14
"""CIEDE2000 within which colours are one, and more of it for each level of noise."""
_DEEP_PER_NOISE = 0.05
"""The same for colours of deep areas, whose mean noise hardly moves."""
_MOST_NOISE = 22.0
"""Level beyond which noise strays no further in flat areas; what measures higher is texture or shadow."""
_STAIN_DECADES = 2.0
"""In compressed artwork, a colour ten times rarer than another counts as stained by its edges twice as far
off, one a hundred times rarer three times."""
_GROUND_REACH, _GROUND_SHARE = 1.3, 0.1
"""How much further than a colour of the logo the ground stains, being all around; and the share of the logo
that it counts for, so that pale artwork stays where there is much of it."""
_LEAST_PX = 8.0
"""Least area of a colour of compressed artwork, and a pixel more for each level of noise."""
_THIN_DELTA_E = 14.0
"""CIEDE2000 within which a colour that is nowhere thick is another one, stained by its edges."""
_BLEND_LUMA, _BLEND_LEVELS = 14.0, 40.0
"""Distances (luma first, and in sRGB) from the line of two others within which a thin colour is a blend."""


def group_colors(
    means: Floats, area_px: Floats, *, solid: Flags, deep: Flags, noise: float, ground: Color | None
) -> tuple[Mask, Floats]:
    """Group colours that are alike around the largest of them.

    Args:
        means: (N, 3) sRGB, distinct.
        area_px: (N,).
        solid: (N,) whether an area of this colour is thick.
        deep: (N,) whether one is deep inside, and not small.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
        ground: the colour that was keyed out of compressed artwork; None when not known.

    Returns:
        (N,) the group of each colour, 1 to K, 0 for none; and the (K, 3) mean colour of each, the ground, if
        any belongs to it, as it is and last.
    """
    if noise < _NOISY:
        ground = None
    state = _Chosen(means, float(area_px.sum()), ground=ground, noise=noise)
    order = np.argsort(-area_px, kind="stable")[:_COMPARED]
    group = np.zeros(len(means), np.int64)
    free = np.zeros(len(means), np.bool_)
    free[order] = True
    for seed in order[np.argsort(~solid[order], kind="stable")]:
        if free[seed]:
            near = np.flatnonzero(free)
            reach = np.where(deep[near] & deep[seed], state.alike_deep, state.alike)
            near = near[delta_e_2000(state.lab[near], state.lab[seed]) <= reach]
            free[near] = False
            depth = (bool(solid[seed]), bool(deep[seed]))
            group[near] = state.place(int(seed), float(area_px[near].sum()), depth=depth)
    return _numbered(group, means, area_px, ground=ground)


class _Chosen:
    """The colours chosen so far, from 1; the ground, if it is known, is number 1 from the start."""

    def __init__(self, means: Floats, total_px: float, *, ground: Color | None, noise: float) -> None:
        self.lab = to_lab(means)
        self.alike = _ALIKE + _ALIKE_PER_NOISE * min(noise, _MOST_NOISE)
        self.alike_deep = _ALIKE + _DEEP_PER_NOISE * min(noise, _MOST_NOISE)
        self._means, self._noise = means, noise
        start = [] if ground is None else [np.array(ground, np.float64)]
        self._colors = list(start)
        self._area_px = [_GROUND_SHARE * total_px] * len(start)
        self._reach = [_GROUND_REACH] * len(start)

    def place(self, seed: int, near_px: float, *, depth: tuple[bool, bool]) -> int:
        """The number of the colour that a candidate, solid and deep or not, is; 0 when it is none."""
        solid, deep = depth
        noisy = self._noise >= _NOISY
        if noisy and self._colors:
            apart = delta_e_2000(to_lab(np.stack(self._colors)), self.lab[seed])
            stained = self._stain_of(apart, near_px, deep=deep)
            if stained or (not solid and self._is_ghost(seed, apart)):
                return stained
        if (noisy and near_px < _LEAST_PX + self._noise) or len(self._colors) >= MOST_COLORS:
            return 0
        self._colors.append(self._means[seed])
        self._area_px.append(near_px)
        self._reach.append(1.0)
        return len(self._colors)

    def _stain_of(self, apart: Floats, near_px: float, *, deep: bool) -> int:
        """The colour that a rarer one is a stained copy of; 0 for none."""
        decades = np.clip(np.log10(np.array(self._area_px) / near_px), 0, _STAIN_DECADES)
        reach = self.alike * (1 + decades) * np.array(self._reach)
        if deep:
            reach[:] = self.alike_deep
        best = int(np.argmin(apart / reach))
        return best + 1 if apart[best] <= reach[best] else 0

    def _is_ghost(self, seed: int, apart: Floats) -> bool:
        """Whether a thin candidate is another colour, or a blend of two along their edge."""
        close = float(apart.min()) <= _THIN_DELTA_E
        return close or is_blend(self._means[seed], np.stack(self._colors))


def _numbered(
    group: npt.NDArray[np.int64], means: Floats, area_px: Floats, *, ground: Color | None
) -> tuple[Mask, Floats]:
    """Groups without gaps, the ground last, and their colours."""
    found = [int(k) for k in np.unique(group) if k]
    if ground is not None and 1 in found:
        found = [*found[1:], 1]
    colors = [_center(means[group == k], area_px[group == k]) for k in found]
    if ground is not None and found and found[-1] == 1:
        colors[-1] = np.array(ground, np.float64)
    number = np.zeros(int(group.max(initial=0)) + 1, np.uint8)
    number[found] = np.arange(1, len(found) + 1)
    return number[group], np.stack(colors) if colors else np.empty((0, 3))


def _center(means: Floats, area_px: Floats) -> Floats:
    """The mean of the larger half: areas that are far from all edges, and so the least stained."""
    order = np.argsort(-area_px, kind="stable")
    most = order[: 1 + int(np.searchsorted(np.cumsum(area_px[order]), area_px.sum() / 2))]
    center: Floats = np.average(means[most], axis=0, weights=area_px[most])
    return center


def is_blend(color: Floats, others: Floats) -> bool:
    """Whether a colour of compressed artwork lies on the line between two of `others`, (K, 3).

    JPEG halves the resolution of chroma, so blends stray further in it than in luma, but not anywhere.
    """
    luma = _off_lines(color @ LUMA_FIRST.T, others @ LUMA_FIRST.T)
    levels = _off_lines(color, others)
    return bool(((luma <= _BLEND_LUMA) & (levels <= _BLEND_LEVELS)).any())


def _off_lines(point: Floats, ends: Floats) -> Floats:
    """(K, K): distance of a point from the line between each two ends."""
    start = ends[:, None, :]
    way = ends[None, :, :] - start
    share = ((point - start) * way).sum(axis=-1) / np.maximum((way**2).sum(axis=-1), 1e-6)
    offset: Floats = point - start - np.clip(share, 0, 1)[..., None] * way
    return np.asarray(np.linalg.norm(offset, axis=-1))
