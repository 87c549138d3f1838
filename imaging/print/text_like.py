"""The smallest thing on artwork that looks like lettering: small shapes of like height, side by side."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_HALF = 128
_MIN_HEIGHT_PX = 2.5
_MAX_SHARE = 0.5
"""A letter is at most this share of the longer side high."""
_MAX_SHAPES = 1500
"""More shapes than this, specks included, are a texture or a halftone, not lettering."""
_MIN_LETTERS, _MAX_LETTERS = 3, 300
_LIKE_SIZE = 1.75
"""Ratio of sizes within a word: a capital with descender to a small x."""
_GAP = 0.8
"""Gap between letters, in letter sizes."""
_SLENDER = 9.0
"""A shape longer than this many times its width is a rule or a ray."""


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Candidates for letters; (N,) each."""

    label: Indices
    center: Floats
    """(N, 2): x, y."""
    box: Floats
    """(N, 4): x0, y0, x1, y1."""
    size: Floats
    """The longer side of the box."""


def smallest_lettering(coverage: Mask) -> float | None:
    """Height in pixels of the smallest group of letter-like shapes; None where there is none.

    Letters stand in a row, straight or on an arc; heights are taken at right angles to the row. Of a group
    the upper quartile counts, which is the capitals' height in mixed lettering.

    Args:
        coverage: (H, W), 0-255, of one ink, or of the clear parts within the artwork.
    """
    binary = (coverage >= _HALF).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(binary)
    binary = binary[y : y + height, x : x + width]
    if not binary.size:
        return None
    _, found, stats, centers = cv2.connectedComponentsWithStats(binary, connectivity=8)
    labels = np.asarray(found, np.int32)
    shapes = _candidates(np.asarray(stats), np.asarray(centers, np.float64), longest=max(coverage.shape))
    if shapes is None:
        return None
    heights = [_height(group, shapes, labels) for group in _groups(shapes)]
    return min(heights, default=None)


def _candidates(stats: npt.NDArray[Any], centers: Floats, *, longest: int) -> _Shapes | None:
    width, height = stats[:, 2].astype(float), stats[:, 3].astype(float)
    size, narrow = np.maximum(width, height), np.minimum(width, height)
    fits = (size >= _MIN_HEIGHT_PX) & (size <= _MAX_SHARE * longest) & (size <= _SLENDER * narrow)
    fits[0] = False
    at = np.flatnonzero(fits)
    if len(at) < _MIN_LETTERS or len(stats) > _MAX_SHAPES:
        return None
    box = stats[at, :4].astype(float)
    box[:, 2:] += box[:, :2]
    return _Shapes(at, centers[at], box, size[at])


def _groups(shapes: _Shapes) -> list[Indices]:
    """Shapes of like size linked by small gaps, in groups of three and more."""
    low, high = np.minimum(shapes.size[:, None], shapes.size), np.maximum(shapes.size[:, None], shapes.size)
    gaps = [
        np.maximum(shapes.box[:, None, k], shapes.box[None, :, k])
        - np.minimum(shapes.box[:, None, k + 2], shapes.box[None, :, k + 2])
        for k in (0, 1)
    ]
    gap = np.hypot(np.maximum(gaps[0], 0), np.maximum(gaps[1], 0))
    linked = ((gap <= _GAP * low) & (high <= _LIKE_SIZE * low)).astype(np.uint8)
    # One shape inside another's box (a ring round a dot) is not beside it.
    linked[(gaps[0] < -0.5 * low) & (gaps[1] < -0.5 * low)] = 0
    group = np.arange(len(linked))
    for _ in range(len(linked)):
        joined = np.where(linked, group[None], len(group)).min(axis=1)
        joined = np.minimum(joined, group)
        joined = joined[joined]
        if (joined == group).all():
            break
        group = joined
    return [found for g in np.unique(group) if len(found := np.flatnonzero(group == g)) >= _MIN_LETTERS]


def _height(group: Indices, shapes: _Shapes, labels: npt.NDArray[np.int32]) -> float:
    """Upper quartile of the letters' extents at right angles to the line through their neighbours."""
    centers = shapes.center[group]
    apart = np.hypot(*np.moveaxis(centers[:, None] - centers, -1, 0))
    nearest = np.argsort(apart, axis=1, kind="stable")[:, 1:3]
    extents = []
    for index, (one, two) in enumerate(nearest[:_MAX_LETTERS]):
        line = _row_direction(centers[index], centers[one], centers[two])
        x0, y0, x1, y1 = shapes.box[group[index]].astype(int)
        rows, cols = np.nonzero(labels[y0:y1, x0:x1] == shapes.label[group[index]])
        across = cols * -line[1] + rows * line[0]
        extents.append(float(across.max() - across.min()) + 1.0)
    return float(np.percentile(extents, 75))


def _row_direction(own: Floats, one: Floats, two: Floats) -> Floats:
    """Unit vector of the row at a letter, from the two nearest others on either side or one side."""
    line = two - one if np.dot(one - own, two - own) < 0 else two - own
    length = float(np.hypot(*line))
    line = line / length if length else np.array([1.0, 0.0])
    # Letters of different width and height tilt the line a little: a row nearly level is level.
    level = 0.35
    if abs(line[1]) < level:
        return np.array([1.0, 0.0])
    return np.array([0.0, 1.0]) if abs(line[0]) < level else line
