"""The artwork as plates: connected areas of one flat colour, the strokes and fields of a logo."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]

_MOST_COLORS = 8
_LEAST_SHARE = 0.002
"""A colour with a smaller share of the artwork makes no plate."""
_APART = 40.0
"""sRGB distance from which two colours are two plates'."""
_REACH = 60.0
"""sRGB distance up to which a pixel belongs to its nearest plate colour; further off it is an edge."""
_NEAR = np.ones((7, 7), np.uint8)


@dataclass(frozen=True, slots=True)
class Plates:
    """Plates by label, 0 for none; every array but the first has one entry a label."""

    labels: Labels
    """(H, W)."""
    colors: Labels
    """(H, W): which colour, counted from 1."""
    shades: Floats
    """(C, 3): the colours themselves, sRGB levels, commonest first."""
    shares: Floats
    """(C,): share of the artwork in each colour, 0-1."""
    area_px: npt.NDArray[np.int64]
    box_px: npt.NDArray[np.int64]
    """Area of the bounding box."""
    radius_px: Floats
    """Radius of the largest disc inside: half the stroke's width, where it is a stroke."""
    at_outside: Floats
    """Share of the rim that runs along the outer ground, 0-1."""
    at_ground: Floats
    """Share of the rim that runs along the ground's colour, outer or enclosed, 0-1."""


def find_plates(rgb: Pixels, like_ground: Mask, outer: Mask) -> Plates:
    """Split the artwork into plates.

    Args:
        rgb: (H, W, 3) uint8.
        like_ground: (H, W) uint8, 1 where the pixel has the ground's colour.
        outer: (H, W) uint8, 1 on the ground that reaches the border.
    """
    red, green, blue = (channel.astype(np.uint16) >> 4 for channel in cv2.split(rgb))
    cells = np.asarray(red << 8 | green << 4 | blue, np.uint16)
    shades, which = _shades(rgb, cells, like_ground)
    colors = np.where(like_ground > 0, 0, which[cells]).astype(np.int32)
    labels, areas, boxes = _label(colors, len(shades))
    whole = np.zeros(labels.shape, np.uint8)
    core = labels[1:-1, 1:-1]
    around = (labels[:-2, 1:-1], labels[2:, 1:-1], labels[1:-1, :-2], labels[1:-1, 2:])
    whole[1:-1, 1:-1] = (core > 0) & np.logical_and.reduce([core == side for side in around])
    depth = np.asarray(cv2.distanceTransform(whole, cv2.DIST_L2, 5), np.float32)
    radius = np.zeros(len(areas), np.float32)
    np.maximum.at(radius, labels.reshape(-1), depth.reshape(-1))
    rim = np.flatnonzero((whole == 0).reshape(-1) & (labels > 0).reshape(-1))
    owner = labels.reshape(-1)[rim]
    length = np.maximum(np.bincount(owner, minlength=len(areas)), 1)
    outside, ground = (
        np.bincount(owner, weights=cv2.dilate(mask, _NEAR).reshape(-1)[rim], minlength=len(areas)) / length
        for mask in (outer, like_ground)
    )
    counts = np.bincount(colors.reshape(-1), minlength=len(shades) + 1)[1:]
    shares = (counts / max(1, counts.sum())).astype(np.float32)
    return Plates(
        labels, colors, shades, shares, areas, boxes, radius + np.float32(0.5),
        outside.astype(np.float32), ground.astype(np.float32),
    )  # fmt: skip


def _shades(
    rgb: Pixels, cells: npt.NDArray[np.uint16], like_ground: Mask
) -> tuple[Floats, npt.NDArray[np.uint8]]:
    """The plates' colours, commonest first; for each of 4096 cells the number of its colour, 0 for none."""
    flat = np.zeros(like_ground.shape, bool)
    flat[:, :-1] = cv2.absdiff(rgb[:, 1:], rgb[:, :-1]).max(axis=2) <= 6  # noqa: PLR2004 - levels of noise
    flat &= like_ground == 0
    chosen = cells[flat] if flat.any() else cells[like_ground == 0]
    counts = np.bincount(chosen, minlength=4096)
    centers = np.stack([np.arange(4096) >> 8, np.arange(4096) >> 4 & 15, np.arange(4096) & 15], axis=1)
    centers = (centers * 16 + 8).astype(np.float32)
    picked: list[int] = []
    for cell in np.argsort(-counts, kind="stable")[:24]:
        if counts[cell] < max(1.0, _LEAST_SHARE * len(chosen)) or len(picked) == _MOST_COLORS:
            break
        if all(np.linalg.norm(centers[cell] - centers[other]) > _APART for other in picked):
            picked.append(int(cell))
    shades = centers[picked].reshape(-1, 3)
    if not picked:
        return shades, np.zeros(4096, np.uint8)
    away = np.linalg.norm(centers[:, None] - shades[None], axis=2)
    nearest = np.where(away.min(axis=1) <= _REACH, away.argmin(axis=1) + 1, 0).astype(np.uint8)
    return shades, nearest


def _label(colors: Labels, count: int) -> tuple[Labels, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Connected components of every colour under one numbering; their areas and bounding boxes' areas."""
    labels = np.zeros(colors.shape, np.int32)
    stats = [np.zeros((1, 5), np.int64)]
    total = 1
    for color in range(1, count + 1):
        found, own, numbers, _ = cv2.connectedComponentsWithStats(
            (colors == color).astype(np.uint8), connectivity=4
        )
        np.copyto(labels, own + (total - 1), where=own > 0)
        stats.append(np.asarray(numbers[1:], np.int64))
        total += found - 1
    table = np.concatenate(stats)
    return labels, table[:, cv2.CC_STAT_AREA], table[:, cv2.CC_STAT_WIDTH] * table[:, cv2.CC_STAT_HEIGHT]
