"""Which colours a logo has: flat areas of colours that the eye cannot tell apart count as one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.logo.banded import by_label
from imaging.logo.flats import Areas
from imaging.logo.grouping import group_colors
from imaging.logo.mixtures import UNEVEN
from imaging.types import Color, Mask, Pixels

SHADED = UNEVEN
"""Label of areas that drift: gradients."""


@dataclass(frozen=True, slots=True)
class Flats:
    """The flat colours of a logo and where they are."""

    labels: Mask
    """(H, W) uint8: 0 for edges and what is clear, 1 to K for the colours, `SHADED` for gradients."""
    colors: Pixels
    """(K, 3) uint8, as they are to be; the keyed ground is the last where some of it is left."""
    merged: int
    """Distinct colours that were taken for one of `colors`."""
    seen: Pixels | None = None
    """(K, 3) uint8, as they are in the image, where that is far from `colors`: colours were reduced."""


def merge_colors(rgb: Pixels, areas: Areas, *, noise: float, ground: Color | None) -> Flats:
    """Count colours that are alike as one, and drop blends that only look like a colour.

    Args:
        rgb: (H, W, 3) uint8.
        areas: of the same image.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
        ground: the colour that was keyed out; None when not known.
    """
    flat = np.flatnonzero(areas.flat)
    shaded = ~areas.flat & (areas.deep if noise >= 1 else areas.thick)
    of_area = np.where(shaded, SHADED, 0).astype(np.uint8)
    if not flat.size:
        return Flats(by_label(of_area, areas.labels), np.empty((0, 3), np.uint8), 0)
    means, index = np.unique(np.rint(areas.mean[flat]), axis=0, return_inverse=True)
    area_px = np.bincount(index, weights=areas.size_px[flat]).astype(np.float64)
    solid = np.bincount(index, weights=areas.thick[flat]) > 0
    deep = np.bincount(index, weights=areas.deep[flat]) > 0
    group, colors = group_colors(means, area_px, solid=solid, deep=deep, noise=noise, ground=ground)
    of_area[flat] = group[index]
    labels = by_label(of_area, areas.labels)
    if noise < 1:
        colors = _commonest(rgb, labels, colors)
    return Flats(labels, np.rint(colors).astype(np.uint8), int((group > 0).sum()) - len(colors))


def _commonest(rgb: Pixels, labels: Mask, colors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The commonest exact colour of each label."""
    step = max(1, int(np.sqrt(labels.size / 1_000_000)))
    of = labels[::step, ::step].reshape(-1).astype(np.int64)
    sample = rgb[::step, ::step].reshape(-1, 3)
    flat = (of > 0) & (of <= len(colors))
    key = (of[flat] << 24) + sample[flat].astype(np.int64) @ np.array([65536, 256, 1])
    exact, counts = np.unique(key, return_counts=True)
    packed = exact[np.argsort(counts, kind="stable")]
    result = colors.copy()
    result[(packed >> 24) - 1] = np.stack([packed >> 16 & 255, packed >> 8 & 255, packed & 255], axis=1)
    return result
