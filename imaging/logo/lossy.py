"""Step 4 of the cut-out for compressed logos: edge pixels unmixed with the flat colours beside them.

Compression rings along edges and blurs their chroma, so no single pixel there can be trusted to be pure. What
can be trusted is the mean of the flat artwork near by. Each edge pixel is laid on the line from the ground to
the flat colour near it that explains it best, and both its colour and its alpha come from that line.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.logo.mixtures import LUMA_FIRST
from imaging.types import Color, Mask, Pixels

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_MOST_COLORS = 10
_LEAST_SHARE = 0.002
"""A colour with a smaller share of the flat artwork is noise."""
_APART, _REACH = 30.0, 26.0
"""sRGB distance from which two flat colours are two, and up to which a pixel counts to one."""
_EDGE = np.ones((7, 7), np.uint8)
"""Chroma at half resolution stains three pixels beside an edge: those are unmixed, and none is lent from."""
_WINDOW_PX = 11
"""Flat artwork within half of this lends its colour to an edge pixel, …"""
_LEAST_LENT_PX = 2.5
"""… when there is as much of it."""
_UNEXPLAINED = 30.0
"""sRGB levels off every line from which an edge pixel takes the strongest colour around it: a hairline."""
_BLUNT, _MOST_BLUNT = 1.5, 0.2
"""Alpha within so many times the noise of clear or solid is taken as that; but never more than the second."""
_HALO_PX = 16


@dataclass(frozen=True, slots=True)
class _Edge:
    """Edge pixels, and the best explanation of each so far."""

    at: Indices
    """(E,) their places in the flattened image."""
    mixed: Floats
    """(E, 3) their colours less the ground's, luma first."""
    cost: Floats
    off: Floats
    """(E,) how far each lies off its line, in sRGB levels."""
    share: Floats
    length: Floats
    """(E,) of the line, from the ground to the pure colour."""
    pure: Floats
    """(E, 3) sRGB."""

    def offer(self, which: Indices, pure: Floats, *, base: Floats, bonus: Floats | float) -> None:
        """Take a pure colour for some of the pixels where it explains them better."""
        whole = (pure - base) @ LUMA_FIRST.T
        squared = np.maximum(np.einsum("ij,ij->i", whole, whole), 1e-3)
        share = np.einsum("ij,ij->i", self.mixed[which], whole) / squared
        off = np.linalg.norm(self.mixed[which] - np.clip(share, 0, 1)[:, None] * whole, axis=1)
        better = off - bonus < self.cost[which]
        at = which[better]
        self.cost[at], self.off[at] = (off - bonus)[better], off[better]
        self.share[at], self.length[at], self.pure[at] = share[better], np.sqrt(squared[better]), pure[better]


def unmix_lossy(rgb: Pixels, cleared: Mask, *, ground: Color, noise: float) -> tuple[Pixels, Mask]:
    """Split the edge pixels around the cleared area into alpha and the colour of the artwork beside them.

    Args:
        rgb: (H, W, 3) uint8.
        cleared: (H, W) uint8, 1 where the ground is cleared.
        ground: the ground's colour.
        noise: level of compression noise, in sRGB levels.

    Returns:
        RGB with the ground's share taken out of the edge pixels, and the alpha, both of the input's size.
    """
    color, alpha = np.empty_like(rgb), np.empty_like(cleared)
    for band in bands(*cleared.shape, halo_px=_HALO_PX):
        found = _unmix_band(rgb[band.around], cleared[band.around], ground=ground, noise=noise)
        color[band.rows], alpha[band.rows] = (layer[band.inner] for layer in found)
    return color, alpha


def _unmix_band(rgb: Pixels, cleared: Mask, *, ground: Color, noise: float) -> tuple[Pixels, Mask]:
    alpha = np.where(cleared > 0, 0, 255).astype(np.uint8)
    color = rgb.copy()
    places = np.flatnonzero(cv2.dilate(cleared, _EDGE) > cleared)
    if not len(places):
        return color, alpha
    smooth = np.asarray(cv2.bilateralFilter(np.ascontiguousarray(rgb), 7, 3 * noise, 3), np.uint8)
    base = np.array(ground, np.float32)
    edge = _start(places, rgb, smooth, base)
    for mask in _flat_colors(smooth, cleared):
        weight = cv2.blur(mask, (_WINDOW_PX, _WINDOW_PX)).reshape(-1)[places]
        near = np.flatnonzero(weight > _LEAST_LENT_PX / _WINDOW_PX**2)
        if len(near):
            lent = cv2.blur(smooth * mask[..., None], (_WINDOW_PX, _WINDOW_PX)).reshape(-1, 3)[places[near]]
            bonus = np.asarray(0.5 * noise * np.log(weight[near]), np.float32)
            edge.offer(near, np.asarray(lent / weight[near, None], np.float32), base=base, bonus=bonus)
    lost = np.flatnonzero(edge.off > _UNEXPLAINED)
    if len(lost):
        edge.cost[lost] = np.inf
        edge.offer(lost, _strongest_near(smooth, places[lost], base), base=base, bonus=0.0)
    blunt = np.minimum(_BLUNT * noise / edge.length, _MOST_BLUNT)
    share = np.clip((edge.share - blunt) / (1 - 2 * blunt), 0, 1)
    alpha.reshape(-1)[places] = np.rint(share * 255).astype(np.uint8)
    color.reshape(-1, 3)[places] = np.rint(edge.pure).astype(np.uint8)
    return color, alpha


def _start(places: Indices, rgb: Pixels, smooth: Pixels, base: Floats) -> _Edge:
    count = len(places)
    mixed = (rgb.reshape(-1, 3)[places].astype(np.float32) - base) @ LUMA_FIRST.T
    far = np.full(count, np.inf, np.float32)
    share, length = np.ones(count, np.float32), np.full(count, 255, np.float32)
    return _Edge(places, np.asarray(mixed, np.float32), far, far.copy(), share, length,
                 smooth.reshape(-1, 3)[places].astype(np.float32))  # fmt: skip


def _flat_colors(smooth: Pixels, cleared: Mask) -> list[Floats]:
    """(H, W) masks of the artwork's flat colours: 1 on pixels well inside it that have the colour."""
    core = cv2.erode(1 - cleared, _EDGE) > 0
    if not core.any():
        core = cleared == 0
    red, green, blue = (channel.astype(np.uint16) >> 4 for channel in cv2.split(smooth))
    cells = np.asarray(red << 8 | green << 4 | blue, np.uint16)
    counts = np.bincount(cells[core], minlength=4096)
    centers = np.stack([np.arange(4096) >> 8, np.arange(4096) >> 4 & 15, np.arange(4096) & 15], axis=1)
    centers = (centers * 16 + 8).astype(np.float32)
    picked: list[int] = []
    for cell in np.argsort(-counts, kind="stable"):
        if counts[cell] < max(1.0, _LEAST_SHARE * core.sum()) or len(picked) == _MOST_COLORS:
            break
        if all(np.linalg.norm(centers[cell] - centers[other]) > _APART for other in picked):
            picked.append(int(cell))
    away = np.linalg.norm(centers[:, None] - centers[picked][None], axis=2)
    nearest = np.where(away.min(axis=1) <= _REACH, away.argmin(axis=1) + 1, 0).astype(np.uint8)
    label = np.where(core, nearest[cells], 0)
    return [(label == i + 1).astype(np.float32) for i in range(len(picked))]


def _strongest_near(smooth: Pixels, places: Indices, base: Floats) -> Floats:
    """(N, 3): of the pixels within two of each place, the colour farthest from the ground."""
    height, width, _ = smooth.shape
    row, column = places // width, places % width
    best = smooth[row, column].astype(np.float32)
    height_of = np.linalg.norm(best - base, axis=1)
    for down in range(-2, 3):
        for right in range(-2, 3):
            color = smooth[np.clip(row + down, 0, height - 1), np.clip(column + right, 0, width - 1)]
            far = np.linalg.norm(color - base, axis=1)
            higher = far > height_of
            best[higher], height_of[higher] = color[higher], far[higher]
    return np.asarray(best, np.float32)
