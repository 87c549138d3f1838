"""Which colours a logo has: flat areas of colours that the eye cannot tell apart count as one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, to_lab
from imaging.logo.banded import by_label
from imaging.logo.flats import Areas
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

MOST_COLORS = 250
"""Flat colours that are kept apart; what has more is left as it is beyond the largest."""
SHADED = 255
"""Label of areas that drift: gradients."""
_COMPARED = 4096
"""Distinct mean colours that are compared; time is bounded for images that are all specks."""
_ALIKE, _ALIKE_PER_NOISE = 2.0, 0.2
"""CIEDE2000 within which colours are one, and more of it for each level of noise."""
_GHOST, _GHOST_PER_NOISE = 4.0, 1.0
"""sRGB levels beside the line of two other colours within which a thin colour is their blend."""


@dataclass(frozen=True, slots=True)
class Flats:
    """The flat colours of a logo and where they are."""

    labels: Mask
    """(H, W) uint8: 0 for edges and what is clear, 1 to K for the colours, `SHADED` for gradients."""
    colors: Pixels
    """(K, 3) uint8, largest area first."""
    merged: int
    """Distinct colours that were taken for one of `colors`."""


def merge_colors(rgb: Pixels, areas: Areas, *, noise: float) -> Flats:
    """Count colours that are alike as one, and drop blends that only look like a colour.

    Args:
        rgb: (H, W, 3) uint8.
        areas: of the same image.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
    """
    flat = np.flatnonzero(areas.flat)
    of_area = np.where(~areas.flat & areas.thick, SHADED, 0).astype(np.uint8)
    if not flat.size:
        return Flats(by_label(of_area, areas.labels), np.empty((0, 3), np.uint8), 0)
    means, index = np.unique(np.rint(areas.mean[flat]), axis=0, return_inverse=True)
    weight = np.bincount(index, weights=areas.size_px[flat]).astype(np.float64)
    solid = np.bincount(index, weights=areas.thick[flat]) > 0
    group = _groups(means, weight, solid=solid, noise=noise)
    of_area[flat] = group[index]
    labels = by_label(of_area, areas.labels)
    colors = np.stack([_center(means[group == k], weight[group == k]) for k in range(1, group.max() + 1)])
    if noise < 1:
        colors = _commonest(rgb, labels, colors)
    return Flats(labels, np.rint(colors).astype(np.uint8), int((group > 0).sum()) - len(colors))


def _groups(means: Floats, weight: Floats, *, solid: npt.NDArray[np.bool_], noise: float) -> Mask:
    """The colour, 1 to K and largest first, that each mean belongs to; 0 for none."""
    order = np.argsort(-weight, kind="stable")[:_COMPARED]
    lab = to_lab(means)
    group = np.zeros(len(means), np.uint8)
    free = np.zeros(len(means), np.bool_)
    free[order] = True
    chosen: list[int] = []
    for seed in order[np.argsort(~solid[order], kind="stable")]:
        if not free[seed] or len(chosen) == MOST_COLORS:
            continue
        reach = (_ALIKE + _ALIKE_PER_NOISE * noise) * (1 if solid[seed] or noise < 1 else 2)
        near = np.flatnonzero(free)
        near = near[delta_e_2000(lab[near], lab[seed]) <= reach]
        free[near] = False
        if _is_noise(means, weight[near].sum(), seed, chosen, solid=bool(solid[seed]), noise=noise):
            continue
        chosen.append(int(seed))
        group[near] = len(chosen)
    return group


def _is_noise(
    means: Floats, area_px: float, seed: int, chosen: list[int], *, solid: bool, noise: float
) -> bool:
    """Whether a candidate is a blend of two colours along their edge, or too small to be sure of."""
    if noise >= 1 and area_px < 8 + noise:
        return True
    if solid or len(chosen) < 2 or noise < 1:  # noqa: PLR2004 - a blend is of two
        return False
    return blend_error(means[seed], means[chosen]) <= _GHOST + _GHOST_PER_NOISE * noise


def blend_error(color: Floats, others: Floats) -> float:
    """Distance of a colour from the nearest line between two of `others`, (K, 3), in sRGB levels."""
    start = others[:, None, :]
    way = others[None, :, :] - start
    share = ((color - start) * way).sum(axis=-1) / np.maximum((way**2).sum(axis=-1), 1e-6)
    nearest = start + np.clip(share, 0, 1)[..., None] * way
    return float(np.sqrt(((color - nearest) ** 2).sum(axis=-1)).min())


def _center(means: Floats, weight: Floats) -> Floats:
    """The mean of the larger half: areas that are far from all edges, and so the least stained."""
    order = np.argsort(-weight, kind="stable")
    most = order[: 1 + int(np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2))]
    center: Floats = np.average(means[most], axis=0, weights=weight[most])
    return center


def _commonest(rgb: Pixels, labels: Mask, colors: Floats) -> Floats:
    """The commonest exact colour of each label."""
    step = max(1, int(np.sqrt(labels.size / 1_000_000)))
    of = labels[::step, ::step].reshape(-1).astype(np.int64)
    sample = rgb[::step, ::step].reshape(-1, 3)
    flat = (of > 0) & (of <= len(colors))
    key = (of[flat] << 24) + sample[flat].astype(np.int64) @ np.array([65536, 256, 1])
    exact, counts = np.unique(key, return_counts=True)
    order = np.argsort(counts, kind="stable")
    result = colors.copy()
    packed = exact[order]
    result[(packed >> 24) - 1] = np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], axis=1)
    return result
