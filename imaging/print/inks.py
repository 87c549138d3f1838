"""Flat artwork split into its inks: which one or two palette colours each pixel is made of, and how much.

An anti-aliased pixel between two flat areas is `s * first + (1 - s) * second` in sRGB. Strokes, regions and
recolouring are all measured on these shares, so edges keep their sub-pixel places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import dominant_colors
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
_CORE_REACH = np.ones((7, 7), np.uint8)
"""The same for what lies deep in a colour, a pixel further in."""
_BLEND_SHARE = 0.6
"""A palette colour of which more than this share lies on edges, between the two it blends, is none."""
_HALO_PX = 8
_VISIBLE = 1


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
    flat_share: float
    """Of what shows, the share that is in a palette colour and no blend of any."""

    def coverage(self, labels: Sequence[int]) -> Mask:
        """How much of each pixel these inks cover together, (H, W) uint8 0-255."""
        out = self.portion(labels)
        for band in bands(*out.shape):
            cv2.multiply(out[band.rows], self.alpha[band.rows], dst=out[band.rows], scale=1 / 255)
        return out

    def portion(self, labels: Sequence[int]) -> Mask:
        """The same as a share of what shows of each pixel, whatever its alpha."""
        chosen = np.zeros(256, np.uint8)
        chosen[list(labels)] = 1
        out: Mask = np.empty_like(self.alpha)
        for band in bands(*self.alpha.shape):
            one, two = chosen[self.first[band.rows]], chosen[self.second[band.rows]]
            share = self.share[band.rows]
            out[band.rows] = np.maximum(share * one, one * two * np.uint8(255)) + (255 - share) * (two & ~one)
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
    alpha = np.ascontiguousarray(pixels[..., 3])
    flat, blended = np.zeros(MAX_INKS), np.zeros(MAX_INKS)
    if not colors:
        return Inks(colors, first, second, share, alpha, 0.0)
    for band in bands(*shape, halo_px=_HALO_PX):
        split = _split_band(
            pixels[band.around], np.array(colors, np.float32), texture=np.inf if textures else _TEXTURE
        )
        flat, blended = flat + split.flat, blended + split.blended
        parts = (split.first, split.second, split.share)
        first[band.rows], second[band.rows], share[band.rows] = (part[band.inner] for part in parts)
    blends = blended > flat * _BLEND_SHARE
    if blends.any():
        kept = [color for color, blend in zip(colors, blends[: len(colors)], strict=True) if not blend]
        return split_inks(pixels, kept, textures=textures)
    return Inks(colors, first, second, share, alpha, float(flat.sum()) / max(1, cv2.countNonZero(alpha)))


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


class _Split(NamedTuple):
    """A band of `Inks`, and per label how many pixels had the colour, and how many of these blend others."""

    first: Mask
    second: Mask
    share: Mask
    flat: npt.NDArray[np.int64]
    blended: npt.NDArray[np.int64]


def _split_band(pixels: Pixels, colors: Floats, *, texture: float) -> _Split:
    seen = pixels[..., 3] >= _VISIBLE
    label, distance = _nearest(pixels, colors)
    label[~seen] = NO_INK
    flat = seen & (distance <= _FLAT)
    flats = np.where(flat, label, np.uint8(NO_INK))
    cores, beside_core = _cores(flats, len(colors))
    # A flat colour in a thin line between two others is more likely their blend than a line of its own.
    doubtful = flat & ~beside_core
    at = np.flatnonzero(seen & ~(flat & beside_core))
    first, second, share = label.copy(), label.copy(), np.full(label.shape, 255, np.uint8)
    blended = np.zeros(MAX_INKS, np.int64)
    if len(at):
        near = _near(flats, at, len(colors), _REACH)
        blend = doubtful.reshape(-1)[at]
        near[blend] = _near(cores, at[blend], len(colors), _CORE_REACH)
        one, two, part = _unmix(
            pixels[..., :3].reshape(-1, 3)[at].astype(np.float32), colors, near, label.reshape(-1)[at]
        )
        blended = np.bincount(label.reshape(-1)[at[blend & (part > 0)]], minlength=MAX_INKS)[:MAX_INKS]
        lost = (distance.reshape(-1)[at] > texture) & (part == 0)
        one[lost] = two[lost] = NO_INK
        part[part == 0] = 255
        first.reshape(-1)[at], second.reshape(-1)[at], share.reshape(-1)[at] = one, two, part
    counts = np.bincount(flats.reshape(-1), minlength=256)[:MAX_INKS]
    return _Split(first, second, share, counts, blended)


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


def _nearest(pixels: Pixels, colors: Floats) -> tuple[Mask, Floats]:
    """Index of each pixel's nearest colour in sRGB, and the distance, (h, w) each."""
    # Flat artwork is long runs of one value: only where it changes is there anything to find out.
    packed = np.ascontiguousarray(pixels).view(np.uint32).reshape(-1)
    starts = np.flatnonzero(np.r_[True, packed[1:] != packed[:-1]])
    lengths = np.diff(np.r_[starts, len(packed)])
    values = pixels.reshape(-1, 4)[starts, :3].astype(np.float32)
    label = np.zeros(len(starts), np.uint8)
    best = np.full(len(starts), np.inf, np.float32)
    for index, color in enumerate(colors):
        off = values - color
        squared = np.einsum("ij,ij->i", off, off)
        label[squared < best] = index
        np.minimum(best, squared, out=best)
    shape = pixels.shape[:2]
    return np.repeat(label, lengths).reshape(shape), np.repeat(np.sqrt(best), lengths).reshape(shape)


def _near(flat_label: Mask, at: npt.NDArray[np.int64], count: int, reach: Mask) -> npt.NDArray[np.bool_]:
    """(N, K): which flat colours lie within reach of each of the pixels."""
    near = np.zeros((len(at), count), bool)
    for index in range(count):
        here = (flat_label == index).astype(np.uint8)
        near[:, index] = cv2.dilate(here, reach).reshape(-1)[at] > 0
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
