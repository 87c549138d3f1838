"""The steps that clean a logo, each from artwork to artwork with a sentence on what it did."""

from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo import merge, snap
from imaging.logo.absorb import absorb_noise
from imaging.logo.banded import bands
from imaging.logo.contrast_map import difference
from imaging.logo.deblock import deblock
from imaging.logo.decontaminate import bleed
from imaging.logo.flats import find_areas
from imaging.logo.islands import fill_islands
from imaging.logo.left_ground import clear_left_ground
from imaging.logo.mixtures import LUMA_FIRST
from imaging.logo.recover import recover_colors
from imaging.logo.reduce import reduce_colors
from imaging.logo.trim import VISIBLE_ALPHA, bounding_box, trim
from imaging.types import Color, Mask, Pixels

Kind = Literal["flat", "gradient", "photographic"]

_NOISY = 1.0
"""Level of noise, in sRGB levels, from which artwork is put together anew."""
_SHADED_SHARE = 0.02
"""Least share of smooth areas that makes a logo a gradient one."""
_FLAT_SHARE = 0.25
"""Below this share of flat or smooth areas together a logo is photographic."""
_NEAR_LEVELS, _NEAR_SHARE = 32.0, 0.6
"""Thin artwork is not photographic where this share of it is within these levels of a few colours."""
_STROKE_PX = 11
"""Width from which a stroke of compressed artwork has flat pixels."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """A logo on its way through the steps."""

    rgb: Pixels
    """(H, W, 3)."""
    alpha: Mask
    """(H, W)."""
    noise: float
    max_colors: int | None
    margin_frac: float
    ground: Color | None
    flats: merge.Flats | None = None
    kind: Kind = "flat"


def changed(before: Artwork, after: Artwork) -> float:
    """Share of the pixels that look different, 0-1; 0 for a step that only crops or pads."""
    same = before.rgb is after.rgb and before.alpha is after.alpha
    if same or before.alpha.shape != after.alpha.shape:
        return 0.0
    count = 0
    for band in bands(*before.alpha.shape):
        alpha = after.alpha[band.rows]
        seen = (difference(before.rgb[band.rows], after.rgb[band.rows]) > 0) & (alpha > 0)
        count += int(np.count_nonzero(seen | (before.alpha[band.rows] != alpha)))
    return round(count / before.alpha.size, 6)


def normalise(art: Artwork) -> tuple[Artwork, str]:
    """Clear the faint dust of compression; the faint rim of clean artwork is its edge."""
    height, width = art.alpha.shape
    detail = f"{width} x {height} px, sRGB, straight alpha"
    if art.noise < _NOISY:
        return art, detail
    alpha = np.where(art.alpha < VISIBLE_ALPHA, 0, art.alpha).astype(np.uint8)
    return replace(art, alpha=alpha), detail


def denoise(art: Artwork) -> tuple[Artwork, str]:
    """Take JPEG's blocks and ringing out, edges kept; clean artwork has none."""
    if art.noise < _NOISY:
        return art, "no compression noise"
    rgb = deblock(art.rgb, art.alpha, noise=art.noise)
    return replace(art, rgb=rgb), f"compression noise of {art.noise:.1f} levels smoothed within edges"


def merge_colors(art: Artwork) -> tuple[Artwork, str]:
    """Find the flat colours; what the eye cannot tell apart is one."""
    areas = find_areas(art.rgb, art.alpha, noise=art.noise)
    flats = merge.merge_colors(art.rgb, areas, noise=art.noise, ground=art.ground)
    if art.noise >= _NOISY:
        flats = absorb_noise(art.rgb, areas.labels, flats, noise=art.noise)
        flats = recover_colors(art.rgb, art.alpha, flats, ground=art.ground)
    art = replace(art, flats=flats, kind=_kind(art, flats))
    found = f"{len(flats.colors)} flat colours, {flats.merged} near-duplicates merged, {art.kind}"
    if art.max_colors is None or (art.kind == "flat" and len(flats.colors) <= art.max_colors):
        return art, found
    everything = art.kind == "photographic"
    flats = reduce_colors(art.rgb, art.alpha, flats, most=art.max_colors, everything=everything)
    return replace(art, flats=flats, kind="flat"), f"{found}, reduced to {art.max_colors} at most"


def _kind(art: Artwork, flats: merge.Flats) -> Kind:
    sure = cv2.erode((art.alpha > 0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    seen = max(1, int(sure.sum()))
    shaded = float((flats.labels[sure] == merge.SHADED).sum()) / seen
    known = float((flats.labels[sure] > 0).sum()) / seen
    if known < _FLAT_SHARE and not (art.noise >= _NOISY and _is_thin(art, sure, flats)):
        return "photographic"
    return "gradient" if shaded > _SHADED_SHARE else "flat"


def _is_thin(art: Artwork, sure: npt.NDArray[np.bool_], flats: merge.Flats) -> bool:
    """Whether compressed artwork has no flats because it is all strokes, of a few colours."""
    deep = cv2.erode((art.alpha > 0).astype(np.uint8), np.ones((_STROKE_PX, _STROKE_PX), np.uint8))
    if not len(flats.colors) or not sure.any() or int(deep.sum()) > _NEAR_SHARE * int(sure.sum()):
        return False
    seen = art.rgb[sure]
    sample = seen[:: max(1, len(seen) // 20_000)].astype(np.float32)
    apart = np.linalg.norm((sample[:, None] - flats.colors[None].astype(np.float32)) @ LUMA_FIRST.T, axis=2)
    return float((apart.min(axis=1) <= _NEAR_LEVELS).mean()) >= _NEAR_SHARE


def snap_flats(art: Artwork) -> tuple[Artwork, str]:
    """Give flat areas their exact colour; edges stay mixtures of the two colours beside them."""
    if art.flats is None or not len(art.flats.colors) or art.kind == "photographic":
        return art, "no flat areas"
    rgb, alpha = snap.snap(art.rgb, art.alpha, art.flats, noise=art.noise, ground=art.ground)
    return replace(art, rgb=rgb, alpha=alpha), "flat areas and edges in exact colours"


def remove_specks(art: Artwork) -> tuple[Artwork, str]:
    """Remove islands that are noise, never an i's dot, a star or a registered mark."""
    if art.noise < _NOISY:
        return art, "clean artwork has none"
    alpha, count = clear_left_ground(art.rgb, art.alpha, ground=art.ground)
    if art.kind == "photographic":
        return replace(art, alpha=alpha), f"{count} islands of the ground cleared"
    rgb, stray = fill_islands(art.rgb, alpha)
    detail = f"{count} islands of the ground cleared, {stray} stray pixels in flat areas filled"
    return replace(art, rgb=rgb, alpha=alpha), detail


def decontaminate(art: Artwork) -> tuple[Artwork, str]:
    """Let the artwork's colours run out under clear pixels, so that resampling makes no halo."""
    pixels = bleed(art.rgb, art.alpha)
    rgb = np.ascontiguousarray(pixels[..., :3])
    return replace(art, rgb=rgb), "edge colours run out under clear pixels"


def trim_and_pad(art: Artwork) -> tuple[Artwork, str]:
    """Crop to what shows and pad evenly."""
    x0, y0, x1, y1 = bounding_box(art.alpha)
    pixels = trim(np.dstack([art.rgb, art.alpha]), margin_frac=art.margin_frac)
    rgb, alpha = np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])
    pad = (alpha.shape[1] - (x1 - x0)) // 2
    return replace(art, rgb=rgb, alpha=alpha), f"{x1 - x0} x {y1 - y0} px and {pad} px around"
