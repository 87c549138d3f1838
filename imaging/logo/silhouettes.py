"""The artwork as silhouettes: what stands free on the ground, enclosed regions filled: a letter, a badge."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int32]

_CRUMB = 0.0004
"""A silhouette smaller than this share of the logo's square stands in no row."""
_OFF_ROW = 0.4
"""Centres of a row's silhouettes lie within this share of their height."""
_HEIGHTS = (0.55, 1.8)
"""Heights of a row's silhouettes, as shares of one another: x-height to ascender."""


@dataclass(frozen=True, slots=True)
class Silhouettes:
    """Silhouettes by label, 0 for the outer ground; every array but the first two has one entry a label."""

    labels: Labels
    """(H, W)."""
    depth: Floats
    """(H, W): distance of each pixel from the outer ground."""
    boxes: Labels
    """(N, 5): x, y, width, height, area."""
    radius_px: Floats
    """Radius of the largest disc inside."""
    row_px: Floats
    """Summed widths of the silhouettes that stand in a row with this one, as letters do."""
    logo_px: int
    """Longer side of the whole artwork's bounding box."""
    solidity: float
    """The whole artwork, filled, over its convex hull, 0-1."""

    def solidity_of(self, label: int) -> float:
        """Area of a silhouette over that of its convex hull, 0-1."""
        x, y, width, height, area = (int(value) for value in self.boxes[label])
        own = (self.labels[y : y + height, x : x + width] == label).astype(np.uint8)
        return _solidity(own, area)


def find_silhouettes(outer: Mask) -> Silhouettes:
    """Label what stands on the outer ground: (H, W) uint8, 1 on the ground that reaches the border."""
    filled = 1 - outer
    count, found, stats, _ = cv2.connectedComponentsWithStats(filled, connectivity=8)
    labels, boxes = np.asarray(found, np.int32), np.asarray(stats, np.int32)
    depth = np.asarray(cv2.distanceTransform(filled, cv2.DIST_L2, 5), np.float32)
    radius = np.zeros(count, np.float32)
    np.maximum.at(radius, labels.reshape(-1), depth.reshape(-1))
    x, y, width, height = cv2.boundingRect(filled)
    longer = max(width, height, 1)
    whole = _solidity(filled[y : y + height, x : x + width], int(filled.sum()))
    return Silhouettes(labels, depth, boxes, radius, _rows(boxes, longer), longer, whole)


def _solidity(mask: Mask, area: int) -> float:
    points = cv2.findNonZero(mask)
    return min(1.0, area / max(1.0, cv2.contourArea(cv2.convexHull(points)))) if points is not None else 0.0


def _rows(boxes: Labels, logo_px: int) -> Floats:
    """For each silhouette the summed widths of those alike in height whose centres lie on its line."""
    large = boxes[:, 4] >= _CRUMB * logo_px**2
    large[0] = False
    height = np.maximum(boxes[:, 3], 1).astype(np.float32)
    center = boxes[:, 1] + height / 2
    row = np.zeros(len(boxes), np.float32)
    for label in np.flatnonzero(large):
        ratio = height / height[label]
        mates = large & (np.abs(center - center[label]) < _OFF_ROW * height[label])
        mates &= (ratio > _HEIGHTS[0]) & (ratio < _HEIGHTS[1])
        row[label] = boxes[mates, 2].sum() - boxes[label, 2]
    return row
