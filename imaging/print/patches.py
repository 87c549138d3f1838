"""Flat artwork as patches of one colour, and how they touch."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import to_lab
from imaging.logo.banded import bands, by_label
from imaging.print.inks import NO_INK, Inks
from imaging.types import Pixels

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Labels = npt.NDArray[np.int32]

_STEP = 26.0
"""sRGB distance over 4 pixels under which the artwork runs on smoothly from one patch into the next."""
_SMOOTH_SHARE = 0.35
"""Share of a border that must be smooth: a line cut through a gradient is worse than a fold not shown."""
_HALF = 128


@dataclass(frozen=True, slots=True)
class Patches:
    """Connected areas of one colour or one gradient; patch 0 is the clear ground."""

    label: Labels
    """(H, W)."""
    lab: Floats
    """(R, 3): mean CIELAB under D65."""
    area: Floats
    """(R,): pixels."""
    pairs: Indices
    """(P, 2): patches that touch, the smaller first."""
    border: Floats
    """(P,): over how many pixels."""


def find_patches(pixels: Pixels, inks: Inks, groups: list[list[int]]) -> Patches:
    """Cut artwork into patches; those that blend into each other without an edge are one.

    Args:
        pixels: (H, W, 4) RGBA.
        inks: what it is made of.
        groups: labels that count as one colour.
    """
    label, count = _components(inks, groups)
    pairs, border, smooth = _touches(label, pixels)
    joined = (smooth > _SMOOTH_SHARE * border) & (pairs[:, 0] > 0)
    into = _union(pairs[joined], count)
    label = by_label(into.astype(np.int32), label)
    pairs = np.sort(into[pairs], axis=1)
    keys, at = np.unique(pairs[:, 0] << 32 | pairs[:, 1], return_inverse=True)
    border = np.bincount(at, border).astype(np.float64)
    pairs = np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)
    apart = pairs[:, 0] != pairs[:, 1]
    area, lab = _means(label, inks, int(into.max()) + 1)
    return Patches(label, lab, area, pairs[apart], border[apart])


def _components(inks: Inks, groups: list[list[int]]) -> tuple[Labels, int]:
    of_label = np.full(256, 255, np.uint8)
    for index, members in enumerate(groups):
        of_label[members] = index
    color = of_label[inks.first]
    color[inks.alpha < _HALF] = 255
    label = np.zeros(color.shape, np.int32)
    total = 1
    for index in range(len(groups)):
        here = (color == index).astype(np.uint8)
        if here.any():
            count, found = cv2.connectedComponents(here, connectivity=4)
            np.add(label, found + np.int32(total - 1), out=label, where=here > 0)
            total += count - 1
    return label, total


def _touches(label: Labels, pixels: Pixels) -> tuple[Indices, Floats, Floats]:
    """Pairs of patches side by side: over how many pixels, and over how many without an edge in the artwork.

    The picture's border counts as ground.
    """
    framed = np.pad(label, 2)
    packed, little = [], []
    for one, rgba in ((framed, pixels), (framed.T, pixels.transpose(1, 0, 2))):
        first, second = one[2:-2, 1:-2], one[2:-2, 2:-1]
        at = np.nonzero(first != second)
        a, b = first[at].astype(np.int64), second[at].astype(np.int64)
        packed.append(np.minimum(a, b) << 32 | np.maximum(a, b))
        last = rgba.shape[1] - 1
        before = rgba[at[0], np.clip(at[1] - 2, 0, last)].astype(np.float32)
        after = rgba[at[0], np.clip(at[1] + 2, 0, last)]
        little.append(np.linalg.norm(before - after, axis=1) < _STEP)
    keys, index = np.unique(np.concatenate(packed), return_inverse=True)
    pairs = np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)
    met, smooth = np.bincount(index), np.bincount(index, np.concatenate(little))
    return pairs, met.astype(np.float64), smooth.astype(np.float64)


def _union(pairs: Indices, count: int) -> Indices:
    """(count,): new, gapless numbers that are equal for whatever the pairs link; 0 stays 0."""
    into = np.arange(count)
    while len(pairs):
        low = into.copy()
        np.minimum.at(low, pairs[:, 0], into[pairs[:, 1]])
        np.minimum.at(low, pairs[:, 1], into[pairs[:, 0]])
        low = low[low]
        if (low == into).all():
            break
        into = low
    return np.unique(into, return_inverse=True)[1].astype(np.int64)


def _means(label: Labels, inks: Inks, count: int) -> tuple[Floats, Floats]:
    """Area and mean CIELAB of each patch, from its palette colours."""
    known = len(inks.colors)
    counted = np.zeros(count * known)
    for band in bands(*label.shape):
        ink = inks.first[band.rows]
        seen = ink != NO_INK
        key = label[band.rows][seen].astype(np.int64) * known + ink[seen]
        counted += np.bincount(key, minlength=count * known)
    share = counted.reshape(count, known)
    area = np.bincount(label.reshape(-1), minlength=count).astype(float)
    lab = share @ to_lab(np.array(inks.colors)) / np.maximum(share.sum(axis=1, keepdims=True), 1)
    return area, np.asarray(lab, np.float64)
