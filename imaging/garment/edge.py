"""The edge of a print: pulled in by a distance, fractions of a pixel included, and cut hard."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

_SOLID = 255
_HALF = 128
_BESIDE_PX = np.float32(1.5)
"""Nearer than this to a pixel outside, a pixel's own neighbours tell where the contour runs."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What becomes of soft edges."""

    threshold: int | None
    """Alpha from which a pixel is solid, 1-255; None leaves edges soft."""
    choke_px: float
    """How far they are pulled in."""

    @property
    def reach_px(self) -> int:
        """Most that a pixel's alpha depends on."""
        return int(np.ceil(self.choke_px)) + 3 if self.choke_px else 0

    def of(self, alpha: Mask, *, beyond: tuple[bool, bool]) -> Mask:
        """A matte with its edges made so.

        Args:
            alpha: (h, W), rows of a print at its whole width.
            beyond: whether nothing lies above the first row, and below the last one.
        """
        level = _HALF if self.threshold is None else self.threshold
        if self.choke_px:
            alpha = _pulled_in(alpha, level=level, by_px=self.choke_px, beyond=beyond)
            level = _HALF
        return alpha if self.threshold is None else _cut(alpha, at=level)


def _cut(alpha: Mask, *, at: int) -> Mask:
    return np.asarray(cv2.threshold(alpha, at - 1, _SOLID, cv2.THRESH_BINARY)[1], np.uint8)


def _pulled_in(alpha: Mask, *, level: int, by_px: float, beyond: tuple[bool, bool]) -> Mask:
    """Move the contour at `level` inwards; the new edge is one pixel soft, however soft it was.

    A pixel's distance to the contour is, beside it, its alpha's distance from the level over the slope there;
    further in, the distance to its nearest pixel outside less that one's distance to the contour.
    """
    above, below = (int(nothing) for nothing in beyond)
    padded = np.asarray(cv2.copyMakeBorder(alpha, above, below, 1, 1, cv2.BORDER_CONSTANT, value=0), np.uint8)
    inside = _cut(padded, at=level)
    plane, labels = cv2.distanceTransformWithLabels(
        inside, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    away, label, values = plane.reshape(-1), labels.reshape(-1), padded.reshape(-1)
    outside = np.flatnonzero(inside.reshape(-1) == 0)
    place = np.zeros(int(label.max()) + 1, np.int64)
    place[label[outside]] = outside
    near = np.flatnonzero((away <= by_px + 2) & (values > 0))
    width = padded.shape[1]
    from_outside = away[near] + _depth_px(values, place[label[near]], level=level, width=width)
    depth = np.where(away[near] < _BESIDE_PX, _depth_px(values, near, level=level, width=width), from_outside)
    share = np.clip(depth - np.float32(by_px - 0.5), 0, 1)
    values[near] = np.round(share * _SOLID).astype(np.uint8)
    return np.asarray(padded[above : len(padded) - below, 1:-1], np.uint8)


def _depth_px(values: Mask, places: Places, *, level: int, width: int) -> Floats:
    """How far pixels beside the contour at `level` are inside it, to first order; under 0 outside.

    Args:
        values: a flattened matte.
        places: where in it.
        level: of the contour.
        width: of a row.
    """
    here = values[places].astype(np.float32)
    slopes = []
    for step in (1, width):
        sides = [values.take(places + by, mode="clip").astype(np.float32) for by in (-step, step)]
        slopes.append(np.max([np.abs(side - here) for side in sides], axis=0))
    depth: Floats = (here - np.float32(level - 0.5)) / np.maximum(np.hypot(*slopes), 1)
    return np.clip(depth, -_BESIDE_PX, _BESIDE_PX)
