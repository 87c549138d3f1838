"""What the seamstress adds to the t-shirt: rib, seams, stitches, tape and label, per pixel."""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

import numpy as np

from garments.collar import collar, neck_label
from garments.cut import TSHIRT
from garments.cut_tshirt import sleeve_end
from garments.mesh import Floats
from garments.raster import Buffers
from garments.relief import Details, near, pucker, ridge, ripple, stitches


def add_details(view: Buffers, *, side: str) -> Details:
    """Draw every seam of the panel that faces the camera and of the one seen from inside."""
    relief = np.zeros(view.panel.shape, np.float32)
    tone = np.ones_like(relief)
    other = "back" if side == "front" else "front"
    for label, own in ((0, side), (1, other)):
        rows, cols = np.nonzero(view.panel == label)
        uv = view.uv[rows, cols].astype(np.float64)
        raised, toned = collar(uv, own, TSHIRT)
        if label == 0:
            for part in (_hems(uv), _armholes(uv)):
                raised, toned = raised + part[0], toned * part[1]
        else:
            toned = toned * neck_label(uv, own, TSHIRT)
        relief[rows, cols], tone[rows, cols] = raised + ripple(uv, seed=5 + label), toned
    return Details(relief, tone)


def _hems(uv: Floats) -> tuple[Floats, Floats]:
    raised, toned = np.zeros(len(uv)), np.ones(len(uv))
    mirrored = uv * np.array([1.0, 1.0])
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    for curve, points, seed in ((TSHIRT.hem_curve(), uv, 1.0), (np.array(sleeve_end()), mirrored, 2.0)):
        distance, arc = near(points, curve, 1.8)
        arc = arc + np.where(points is mirrored, 3.1 * (uv[:, 0] < 0), 0.0)
        gather = pucker(arc, seed)
        for at in (0.86, 1.04):
            row, thread = stitches(distance + 0.004 * gather, arc, at)
            raised, toned = raised + row, toned * thread
        fold = np.where(distance < 0.95, 0.022, 0.0) * np.clip(distance / 0.05, 0, 1)
        raised += fold + 0.006 * gather * ridge(distance, 0.9, 0.42)
    return raised, toned


def _armholes(uv: Floats) -> tuple[Floats, Floats]:
    mirrored = uv.copy()
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    curve = TSHIRT.armhole_curve()
    distance, arc = near(mirrored, curve, 1.0)
    seed = np.where(uv[:, 0] < 0, 1.0, 2.2)
    line = np.interp(mirrored[:, 1], curve[:, 1], curve[:, 0])
    beyond = mirrored[:, 0] > line
    on = mirrored[:, 1] < TSHIRT.armpit[1]
    groove = ridge(distance, 0.0, 0.05) * on
    step = np.where(beyond, 0.0, 0.020 * np.exp(-np.minimum(distance, 9.0) / 0.22)) * on
    gather = 0.005 * pucker(arc, 1.0) * np.sin(seed + arc) * np.exp(-np.minimum(distance, 9.0) / 0.3) * on
    return step + gather - 0.025 * groove, 1 - 0.20 * ridge(distance, 0.0, 0.028) * on
