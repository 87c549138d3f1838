"""Colours at the rim of a print: those of the artwork inside it, never of what it once lay on."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Pixels

Sums = npt.NDArray[np.int32]
_FAINT = 64
"""Alpha under which a pixel's own colour has too few levels to be trusted."""
_SOLID = 255


def with_inner_colors(premultiplied: Pixels, *, reach_px: int, cut: bool) -> Pixels:
    """Straight alpha, with the rim's colours, seen or not, taken from the artwork near it.

    Clear pixels get one too: a renderer that resizes the file without premultiplying finds no foreign colour
    beside an edge.

    Args:
        premultiplied: (H, W, 4).
        reach_px: how far colours are fetched from.
        cut: the rim will be made solid. Its colours then come from solid pixels where there are some in
            reach: half-transparent ones often still hold some of the ground they were cut from.

    Returns:
        (H, W, 4), alpha as it was.
    """
    straight = np.asarray(cv2.cvtColor(premultiplied, cv2.COLOR_mRGBA2RGBA), np.uint8)
    alpha = np.ascontiguousarray(premultiplied[..., 3])
    _recolor(straight, premultiplied, below=_FAINT, reach_px=reach_px)
    if cut:
        only_solid = np.zeros_like(premultiplied)
        cv2.copyTo(premultiplied, cv2.inRange(alpha, _SOLID, _SOLID), only_solid)
        _recolor(straight, only_solid, below=_SOLID, reach_px=reach_px)
    straight[..., 3] = alpha
    return straight


def _recolor(straight: Pixels, source: Pixels, *, below: int, reach_px: int) -> None:
    """Give pixels whose source alpha is under `below` the mean colour of the source near them, in place."""
    side = 2 * reach_px + 1
    depth = cv2.CV_16S if side * side * _SOLID < np.iinfo(np.int16).max else cv2.CV_32S
    around = cv2.boxFilter(
        source, depth, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT
    ).reshape(-1, 4)
    rim = np.flatnonzero((source[..., 3].reshape(-1) < below) & (around[:, 3] > 0))
    sums = around[rim].astype(np.float32)
    colors = np.round(np.minimum(sums[:, :3] * (_SOLID / sums[:, 3:]), _SOLID))
    straight.reshape(-1, 4)[rim, :3] = colors.astype(np.uint8)
