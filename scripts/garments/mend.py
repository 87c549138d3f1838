"""Close the hairline gaps that two pieces' smoothed outlines leave along a seam."""

import cv2
import numpy as np

from garments.raster import Buffers

_REACH_PX = 3


def mend(view: Buffers) -> Buffers:
    """Fill gaps up to twice `_REACH_PX` wide with what lies beside them."""
    assert view.piece is not None  # noqa: S101 - `look` always gives it
    cloth = (view.panel >= 0).astype(np.uint8)
    size = 2 * _REACH_PX + 1
    closed = cv2.morphologyEx(
        cloth, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    )
    panel, piece = view.panel.copy(), view.piece.copy()
    uv, depth, normal = view.uv.copy(), view.depth.copy(), view.normal.copy()
    for _ in range(_REACH_PX):
        filled = panel >= 0
        rows, cols = np.nonzero((closed > 0) & ~filled)
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            y = np.clip(rows + dy, 0, len(panel) - 1)
            x = np.clip(cols + dx, 0, len(panel) - 1)
            take = filled[y, x] & (panel[rows, cols] < 0)
            to, source = (rows[take], cols[take]), (y[take], x[take])
            panel[to], piece[to] = panel[source], piece[source]
            uv[to], depth[to], normal[to] = uv[source], depth[source], normal[source]
    return Buffers(panel, uv, depth, normal, piece)
