"""Semi-transparent pixels, and the edges that they are not to be confused with."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.logo.trim import VISIBLE_ALPHA
from imaging.types import Mask

_SOLID = 247
"""Alpha from which a pixel is solid: what is lost of it does not show."""
_REACH_PX = 2
"""An anti-aliased edge pixel has both clear and solid pixels this near."""


@dataclass(frozen=True, slots=True)
class Transparency:
    """How a logo's alpha is made up."""

    semi: Mask
    """(H, W) 0 or 1: semi-transparent by design: glows, shadows, tints."""
    semi_share: float
    """Of the visible pixels."""
    soft_edge_share: float
    """Of the visible pixels: anti-aliasing."""
    hard_edge_share: float
    """Of the slanted outer edge: without anti-aliasing, in steps of whole pixels. 0 where none is slanted."""


def look_at_alpha(alpha: Mask) -> Transparency:
    """Tell glows and tints from anti-aliasing.

    Args:
        alpha: (H, W), 0-255.
    """
    framed = np.pad(alpha, 1)
    shown = (framed >= VISIBLE_ALPHA).astype(np.uint8)
    solid = (framed >= _SOLID).astype(np.uint8)
    partial = shown - solid
    kernel = np.ones((2 * _REACH_PX + 1,) * 2, np.uint8)
    edge = cv2.bitwise_and(cv2.dilate(solid, kernel), cv2.dilate(1 - shown, kernel))
    semi = cv2.subtract(partial, edge)
    # Hairlines are nowhere solid; what is 2 pixels thick or less is an edge on both sides.
    semi = cv2.morphologyEx(semi, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    visible = max(1, cv2.countNonZero(shown))
    semis = cv2.countNonZero(semi)
    return Transparency(
        (semi[1:-1, 1:-1] > 0).astype(np.uint8),
        semis / visible,
        (cv2.countNonZero(partial) - semis) / visible,
        _hard_edge_share(framed, shown),
    )


def _hard_edge_share(alpha: Mask, shown: Mask) -> float:
    """Of corners of the outer edge's staircase, the share that no intermediate alpha smooths."""
    steps, stepped = 0, 0
    for dy, dx in ((0, 1), (1, 0)):
        # A step: the edge moves by one pixel between two rows (or columns) and runs on for two both ways.
        one, two = (shown, alpha) if not dy else (shown.T, alpha.T)
        edge = (one[:, :-1] == 0) != (one[:, 1:] == 0)
        moved = edge[:-1, :-1] & edge[1:, 1:] & ~edge[:-1, 1:] & ~edge[1:, :-1]
        stepped += int(np.count_nonzero(moved))
        levels = (two[:-1, :-2], two[:-1, 1:-1], two[:-1, 2:], two[1:, :-2], two[1:, 1:-1], two[1:, 2:])
        clean = np.ones(moved[:, : levels[0].shape[1]].shape, bool)
        for level in levels:
            clean &= (level < VISIBLE_ALPHA) | (level >= _SOLID)
        steps += int(np.count_nonzero(moved[:, : clean.shape[1]] & clean))
        del dx
    return steps / stepped if stepped else 0.0
