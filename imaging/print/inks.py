"""Flat artwork split into its inks: which one or two palette colours each pixel is made of, and how much.

An anti-aliased pixel between two flat areas is `s * first + (1 - s) * second` in sRGB. Strokes, regions and
recolouring are all measured on these shares, so edges keep their sub-pixel places.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, dominant_colors, to_lab
from imaging.logo.banded import bands
from imaging.types import Color, Mask, Pixels

Floats = npt.NDArray[np.float32]

NO_INK = 255
"""The label of clear pixels, and of pixels that no palette colour explains (photographs, textures)."""
MAX_INKS = 32
"""More colours than this are no flat artwork; only the first are looked at."""
_FLAT = 14.0
"""sRGB distance within which a pixel is its nearest palette colour and nothing else."""
_OFF_LINE = 0.16
"""How far a mixed pixel may lie beside the line between its two inks, as a share of the line's length."""
_TEXTURE = 60.0
"""sRGB distance beyond which the nearest palette colour does not explain a pixel at all."""
_REACH = np.ones((5, 5), np.uint8)
"""An edge pixel's two inks are both flat somewhere this near: a blurred edge is about 3 pixels wide."""
_GRADIENT = 26.0
"""sRGB distance over 4 pixels under which a border between two inks is part of a gradient."""
_MET_PX = 12
_HALO_PX = 8
_VISIBLE = 8


@dataclass(frozen=True, slots=True)
class Inks:
    """Artwork as palette labels with shares."""

    colors: tuple[Color, ...]
    """The palette, at most `MAX_INKS`."""
    first: Mask
    """(H, W): the label of the larger share, `NO_INK` where clear or unexplained."""
    second: Mask
    """(H, W): the label of the smaller share; equal to `first` where there is only one."""
    share: Mask
    """(H, W): share of `first`, 128-255."""
    alpha: Mask
    """(H, W): the artwork's own alpha."""

    def coverage(self, labels: Sequence[int]) -> Mask:
        """How much of each pixel these inks cover together, (H, W) uint8 0-255."""
        chosen = np.zeros(256, np.uint8)
        chosen[list(labels)] = 1
        out: Mask = np.empty_like(self.alpha)
        for band in bands(*self.alpha.shape):
            one, two = chosen[self.first[band.rows]], chosen[self.second[band.rows]]
            share = self.share[band.rows]
            of_both = cv2.add(cv2.multiply(share, one), cv2.multiply(255 - share, two))
            out[band.rows] = cv2.multiply(of_both, self.alpha[band.rows], scale=1 / 255)
        return out


def split_inks(pixels: Pixels, palette: Sequence[Color], *, textures: bool = False) -> Inks:
    """Explain each pixel by one palette colour, or by two that lie near by.

    Args:
        pixels: (H, W, 4) RGBA, straight alpha.
        palette: the artwork's flat colours.
        textures: whether what no palette colour explains takes the nearest all the same.
    """
    colors = tuple(palette[:MAX_INKS])
    shape = pixels.shape[:2]
    first = np.full(shape, NO_INK, np.uint8)
    second, share = first.copy(), np.full(shape, 255, np.uint8)
    limit = np.inf if textures else _TEXTURE
    if colors:
        for band in bands(*shape, halo_px=_HALO_PX):
            parts = _split_band(pixels[band.around], np.array(colors, np.float32), texture=limit)
            first[band.rows], second[band.rows], share[band.rows] = (part[band.inner] for part in parts)
    return Inks(colors, first, second, share, np.ascontiguousarray(pixels[..., 3]))


def flat_colors(pixels: Pixels, palette: Sequence[Color]) -> tuple[Color, ...]:
    """The palette given; where it is empty the main colours of what shows, at least one.

    Args:
        pixels: (H, W, 4) RGBA; something shows.
        palette: flat colours, may be empty.
    """
    found = tuple(palette) or tuple(swatch.color for swatch in dominant_colors(pixels))
    if found:
        return found
    red, green, blue = (int(v) for v in cv2.mean(pixels, (pixels[..., 3] > 0).astype(np.uint8))[:3])
    return ((red, green, blue),)


def shades(pixels: Pixels, inks: Inks, *, delta_e: float) -> list[list[int]]:
    """Labels in groups that read as one: colours under `delta_e` (CIEDE2000) apart, or of one gradient.

    Two inks are of one gradient when over most of the border between them the artwork hardly changes.
    """
    count = len(inks.colors)
    if not count:
        return []
    lab = to_lab(np.array(inks.colors))
    linked = (delta_e_2000(lab[:, None], lab[None]) < delta_e) | _gradients(pixels, inks)
    group = np.arange(count)
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


def _split_band(pixels: Pixels, colors: Floats, *, texture: float) -> tuple[Mask, Mask, Mask]:
    seen = pixels[..., 3] >= _VISIBLE
    label, distance = _nearest(pixels[..., :3], colors)
    label[~seen] = NO_INK
    flat = seen & (distance <= _FLAT)
    flats = np.where(flat, label, np.uint8(NO_INK))
    cores, beside_core = _cores(flats, len(colors))
    # A flat colour in a thin line between two others is more likely their blend than a line of its own.
    doubtful = flat & ~beside_core
    at = np.flatnonzero(seen & ~(flat & beside_core))
    first, second, share = label.copy(), label.copy(), np.full(label.shape, 255, np.uint8)
    if len(at):
        near = _near(flats, at, len(colors))
        blend = doubtful.reshape(-1)[at]
        near[blend] = _near(cores, at[blend], len(colors))
        one, two, part = _unmix(
            pixels[..., :3].reshape(-1, 3)[at].astype(np.float32), colors, near, label.reshape(-1)[at]
        )
        lost = (distance.reshape(-1)[at] > texture) & (part == 0)
        one[lost] = two[lost] = NO_INK
        part[part == 0] = 255
        first.reshape(-1)[at], second.reshape(-1)[at], share.reshape(-1)[at] = one, two, part
    return first, second, share


def _cores(flats: Mask, count: int) -> tuple[Mask, npt.NDArray[np.bool_]]:
    """Labels of the flat pixels that are deep in their colour, and which flat pixels lie beside such."""
    cores = np.full(flats.shape, NO_INK, np.uint8)
    beside = np.zeros(flats.shape, bool)
    for index in range(count):
        here = (flats == index).astype(np.uint8)
        core = cv2.erode(here, np.ones((3, 3), np.uint8))
        cores[core > 0] = index
        beside |= cv2.bitwise_and(cv2.dilate(core, _REACH), here) > 0
    return cores, beside


def _nearest(rgb: Pixels, colors: Floats) -> tuple[Mask, Floats]:
    """Index of each pixel's nearest colour in sRGB, and the distance, (h, w) each."""
    values = rgb.astype(np.float32)
    best = np.full(rgb.shape[:2], np.inf, np.float32)
    label = np.zeros(rgb.shape[:2], np.uint8)
    for index, color in enumerate(colors):
        off = values - color
        squared = np.einsum("ijk,ijk->ij", off, off)
        closer = squared < best
        label[closer] = index
        np.minimum(best, squared, out=best)
    return label, np.sqrt(best)


def _near(flat_label: Mask, at: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.bool_]:
    """(N, K): which flat colours lie within reach of each of the pixels."""
    near = np.zeros((len(at), count), bool)
    for index in range(count):
        here = (flat_label == index).astype(np.uint8)
        near[:, index] = cv2.dilate(here, _REACH).reshape(-1)[at] > 0
    return near


def _unmix(
    rgb: Floats, colors: Floats, near: npt.NDArray[np.bool_], nearest: Mask
) -> tuple[Mask, Mask, Mask]:
    """For N pixels the larger and smaller ink, and the larger one's share; share 0 where no pair fits."""
    one, two = nearest.copy(), nearest.copy()
    part = np.zeros(len(rgb), np.uint8)
    best = np.full(len(rgb), np.inf, np.float32)
    for i in range(len(colors)):
        for j in range(i + 1, len(colors)):
            at = np.flatnonzero(near[:, i] & near[:, j])
            if len(at):
                _try_pair(rgb, at, (i, j), colors, best=best, into=(one, two, part))
    return one, two, part


def _try_pair(
    rgb: Floats,
    at: npt.NDArray[np.int64],
    pair: tuple[int, int],
    colors: Floats,
    *,
    best: Floats,
    into: tuple[Mask, Mask, Mask],
) -> None:
    """Take the pair for those of the pixels that lie closer to its line than to any tried before."""
    line = colors[pair[0]] - colors[pair[1]]
    length = float(np.linalg.norm(line))
    if length < 2 * _FLAT:
        return
    vectors = rgb[at] - colors[pair[1]]
    share = np.clip(vectors @ line / length**2, 0, 1)
    beside = np.linalg.norm(vectors - share[:, None] * line, axis=1)
    better = (beside < best[at]) & (beside <= _OFF_LINE * length + _FLAT / 2)
    at, share = at[better], share[better]
    best[at] = beside[better]
    larger = share >= 0.5  # noqa: PLR2004 - the larger of two shares
    one, two, part = into
    one[at], two[at] = np.where(larger, *pair), np.where(larger, *pair[::-1])
    part[at] = np.rint(255 * np.maximum(share, 1 - share)).astype(np.uint8)
