"""A hoodie's kangaroo pocket, as relief on the front's pattern."""

# ruff: noqa: PLR2004 - sizes in inches, each used once where it is read

from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from garments.cut import HOODIE
from garments.maps import Image
from garments.mesh import Floats
from garments.raster import Buffers
from garments.relief import Details, near, pucker, ridge, stitches

_POCKET = np.array([(4.3, 18.6), (6.9, 22.9), (6.9, 27.5)])
"""Upper corner, lower end of the opening and bottom on the +x side; the rib's seam cuts it off."""


def sew_pocket(
    view: Buffers, details: Details, front: npt.NDArray[np.bool_]
) -> tuple[Buffers, Details, Image]:
    """Lay the pocket on the front; the last of what is returned is 1 on it."""
    rows, cols = np.nonzero(front & (np.nan_to_num(view.uv[..., 1]) > _POCKET[0, 1] - 1.5))
    uv = view.uv[rows, cols].astype(np.float64)
    folded = np.column_stack([np.abs(uv[:, 0]), uv[:, 1]])
    outline = np.concatenate([[(-1.0, _POCKET[0, 1])], _POCKET, [(-1.0, _POCKET[2, 1])]]).astype(np.float32)
    seam = np.interp(uv[:, 0], *HOODIE.hem_curve()[::-1].T) - HOODIE.hem_in
    inside = np.array(
        [cv2.pointPolygonTest(outline.reshape(-1, 1, 2), p, measureDist=True) for p in folded.tolist()]
    )
    raised, toned = _pocket_marks(folded, np.where(folded[:, 1] < seam, inside, -9.0))
    relief, tone, depth = details.relief.copy(), details.tone.copy(), view.depth.copy()
    relief[rows, cols] += raised
    tone[rows, cols] *= toned
    depth[rows, cols] += raised.astype(np.float32)
    no_ink = np.zeros(view.panel.shape, np.float32)
    no_ink[rows, cols] = (inside > -0.02) & (folded[:, 1] < seam)
    return replace(view, depth=depth), Details(relief, tone), no_ink


def _pocket_marks(uv: Floats, inside: Floats) -> tuple[Floats, Floats]:
    """Thickness, stitched top and sides, and the rolled openings with the dark behind them."""
    opening, along = near(uv, _POCKET[:2], 2.5)
    straight, arc = near(uv, _POCKET[1:], 2.5)
    top, along_top = near(uv, np.array([(0.0, _POCKET[0, 1]), _POCKET[0]]), 2.5)
    on = inside > 0
    raised = 0.085 * np.clip(inside / 0.07 + 0.5, 0, 1)
    raised += np.where(on, 0.045 * np.clip(1 - np.minimum(opening, 9.0) / 0.8, 0, 1) ** 0.5, 0.0)
    raised += 0.012 * pucker(along_top, 1.1) * np.exp(-np.minimum(np.minimum(top, straight), 9.0) / 0.3)
    toned = 1 - 0.18 * ridge(inside, 0.0, 0.035)
    gap = np.where(on, 0.0, np.exp(-((np.minimum(opening, 9.0) / 0.16) ** 2)))
    toned = toned * (1 - 0.42 * gap)
    for distance, run, rows in (
        (opening, along, (0.72, 0.92)),
        (straight, arc, (0.1, 0.34)),
        (top, along_top, (0.1, 0.34)),
    ):
        for at in rows:
            row, thread = stitches(np.where(on, distance, np.inf), run, at)
            raised, toned = raised + row, toned * thread
    return raised, toned
