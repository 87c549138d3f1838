"""Colours of compressed artwork that are nowhere flat: thin letters, small accents, hairlines."""

import numpy as np
import numpy.typing as npt

from imaging.logo.flats import NOISY_OPAQUE
from imaging.logo.grouping import MOST_COLORS, is_blend
from imaging.logo.merge import Flats
from imaging.logo.mixtures import LUMA_FIRST
from imaging.types import Color, Mask, Pixels

Floats = npt.NDArray[np.float64]

_KNOWN_LUMA, _KNOWN_LEVELS = 32.0, 90.0
"""Distances (luma first, and in sRGB) from a known colour within which a pixel is that colour, stained."""
_ONE_LEVELS = 16.0
"""Distance within which pixels are taken for one new colour."""
_LEAST_SHARE = 0.003
"""Of the visible pixels, that a new colour has at least."""
_LEAST_PX = 12
_MOST = 16
_MOST_PIXELS = 300_000


def recover_colors(rgb: Pixels, alpha: Mask, flats: Flats, *, ground: Color | None) -> Flats:
    """Add the colours that enough pixels have which no known colour, and no blend of two, explains.

    Args:
        rgb: (H, W, 3) uint8, without its compression noise.
        alpha: (H, W) matte.
        flats: what is known.
        ground: the colour that was keyed out, whose blends are no colours either; None when not known.
    """
    step = max(1, int(np.sqrt(alpha.size / _MOST_PIXELS)))
    seen = alpha[::step, ::step] >= NOISY_OPAQUE
    sample = rgb[::step, ::step][seen].astype(np.float64)
    known = [color.astype(np.float64) for color in flats.colors]
    ends = [np.array(ground, np.float64)] if ground is not None else []
    loose = _unknown(sample[(flats.labels[::step, ::step] == 0)[seen]], known + ends)
    for _ in range(min(_MOST, MOST_COLORS - len(known))):
        if len(loose) < max(_LEAST_PX, _LEAST_SHARE * len(sample)):
            break
        center, members = _heaviest(loose)
        loose = loose[~members]
        if members.sum() < max(_LEAST_PX, _LEAST_SHARE * len(sample)):
            continue
        if not (known + ends and is_blend(center, np.stack(known + ends))):
            known.append(center)
            loose = _unknown(loose, [center])
    if len(known) == len(flats.colors):
        return flats
    return Flats(flats.labels, np.rint(np.stack(known)).astype(np.uint8), flats.merged)


def _unknown(pixels: Floats, known: list[Floats]) -> Floats:
    for color in known:
        far = np.linalg.norm(pixels - color, axis=1) > _KNOWN_LEVELS
        pixels = pixels[far | (_apart(pixels, color) > _KNOWN_LUMA)]
    return pixels


def _heaviest(pixels: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The colour that most pixels are near to, and which they are."""
    cells = (pixels.astype(np.int64) >> 4) @ np.array([256, 16, 1])
    center: Floats = pixels[cells == np.bincount(cells).argmax()].mean(axis=0)
    for _ in range(2):
        members = _apart(pixels, center) <= _ONE_LEVELS
        center = np.median(pixels[members], axis=0) if members.any() else center
    return center, members


def _apart(pixels: Floats, color: Floats) -> Floats:
    apart: Floats = np.linalg.norm((pixels - color) @ LUMA_FIRST.T.astype(np.float64), axis=1)
    return apart
