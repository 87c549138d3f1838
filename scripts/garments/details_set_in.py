"""What the seamstress adds to a set-in garment, per pixel and piece."""

# ruff: noqa: PLR2004 - sizes in inches, each used once where it is read

import numpy as np

from garments.collar import collar, neck_label
from garments.cut import Cut, Sleeve
from garments.hood import TUNNEL_IN, crown_curve, neck_edge
from garments.mesh import Floats, length_in
from garments.raster import Buffers
from garments.relief import Details, near, pucker, ridge, ripple, stitches
from garments.set_in import SIDES

Marks = tuple[Floats, Floats]
"""Relief in inches and tone as a factor, both (n,)."""


def add_details(view: Buffers, *, names: tuple[str, ...], cut: Cut, sleeve: Sleeve) -> Details:
    """Draw every seam of every piece, seen from outside or from inside."""
    assert view.piece is not None  # noqa: S101 - `look` always gives it
    relief = np.zeros(view.panel.shape, np.float32)
    tone = np.ones_like(relief)
    for index, name in enumerate(names):
        for inside in (0, 1):
            rows, cols = np.nonzero((view.piece == index) & (view.panel == inside))
            if not len(rows):
                continue
            uv = view.uv[rows, cols].astype(np.float64)
            hand = name.split("_")[0]
            if hand == "hood":
                raised, toned = hood_marks(uv)
            else:
                raised, toned = sleeve_marks(uv, cut, sleeve) if hand in SIDES else body_marks(uv, name, cut)
            if name == "back" and inside:
                toned = toned * neck_label(uv, name, cut)
            relief[rows, cols], tone[rows, cols] = raised + ripple(uv, seed=5 + index), toned
    return Details(relief, tone)


def body_marks(uv: Floats, side: str, cut: Cut) -> Marks:
    """Collar or hood seam, hem or rib, armholes."""
    parts = [_armhole(uv, cut)]
    parts.append(collar(uv, side, cut) if cut.rib_in else neck_seam(uv, side, cut))
    parts.append(_hem(uv, cut) if cut.rib_in else _waist_rib(uv, cut))
    return together(parts)


def sleeve_marks(uv: Floats, cut: Cut, sleeve: Sleeve) -> Marks:
    """The seam round the armhole, the rib cuff and its seam."""
    folded = np.abs(uv[:, :1]) * (1.0, 0.0) + uv * (0.0, 1.0)
    distance, arc = near(folded, sleeve.cap_curve(length_in(cut.armhole_curve())), 1.0)
    groove = ridge(distance, 0.0, 0.05)
    gather = 0.006 * pucker(arc, 1.7) * np.exp(-np.minimum(distance, 9.0) / 0.35)
    cap = (gather - 0.025 * groove, 1 - 0.20 * ridge(distance, 0.0, 0.028))
    begin = sleeve.length_in - sleeve.rib_in
    return together([cap, rib(uv, uv[:, 1] - begin, sleeve.rib_in, wale_in=0.125, rows=1)])


def hood_marks(uv: Floats) -> Marks:
    """The rim's tunnel, the seam over the crown and the one round the neck."""
    across = np.abs(uv[:, 0])
    folded = np.column_stack([across, uv[:, 1]])
    tunnel = 0.03 * np.clip((TUNNEL_IN - across) / 0.08, 0, 1) * np.clip(across / 0.10, 0, 1)
    parts = [(tunnel + 0.008 * pucker(uv[:, 1], 1.9) * ridge(across, TUNNEL_IN, 0.3), np.ones(len(uv)))]
    parts.append(stitches(across, uv[:, 1], TUNNEL_IN))
    for curve in (crown_curve(), neck_edge()):
        distance, arc = near(folded, curve, 1.0)
        parts.append((-0.03 * ridge(distance, 0.0, 0.06), 1 - 0.22 * ridge(distance, 0.0, 0.04)))
        parts.append((0.008 * pucker(arc, 2.9) * np.exp(-np.minimum(distance, 9.0) / 0.3), np.ones(len(uv))))
        parts.append(stitches(distance, arc, 0.14))
    return together(parts)


def rib(uv: Floats, below: Floats, depth_in: float, *, wale_in: float, rows: int) -> Marks:
    """A rib band: `below` is how far under its seam a point lies; `rows` of stitches on the cloth above."""
    on = (below > 0) & (below < depth_in + 0.3)
    wale = (
        np.cos(2 * np.pi * uv[:, 0] / wale_in)
        * np.clip(below * 8, 0, 1)
        * np.clip((depth_in - below) * 8, 0, 1)
    )
    edge = np.clip(below / 0.10, 0, 1) * np.clip((depth_in - below) / 0.10, 0, 1)
    raised = np.where(on, 0.035 * edge + 0.012 * wale, 0.0) - 0.035 * ridge(below, 0.0, 0.06)
    toned = np.where(on, 1 + 0.06 * wale, 1.0) * (1 - 0.25 * ridge(below, 0.0, 0.035))
    gather = 0.016 * pucker(uv[:, 0], 2.3) * np.exp(-np.maximum(-below, 0) / 0.5) * (below < 0)
    marks = [(raised + gather, toned)]
    marks += [stitches(-below, uv[:, 0], 0.10 + 0.22 * row) for row in range(rows)]
    return together(marks)


def neck_seam(uv: Floats, side: str, cut: Cut) -> Marks:
    """Where the hood is sewn on: a groove and two rows of stitches."""
    distance, arc = near(uv, cut.neck_curve(side, inset_in=0.0), 1.2)
    gather = 0.008 * pucker(arc, 1.3) * np.exp(-np.minimum(distance, 9.0) / 0.35)
    groove = (gather - 0.03 * ridge(distance, 0.0, 0.06), 1 - 0.22 * ridge(distance, 0.0, 0.04))
    return together([groove, stitches(distance, arc, 0.13), stitches(distance, arc, 0.33)])


def together(parts: list[Marks]) -> Marks:
    """Reliefs add, tones multiply."""
    raised = np.sum([part[0] for part in parts], axis=0)
    return raised, np.prod([part[1] for part in parts], axis=0)


def _hem(uv: Floats, cut: Cut) -> Marks:
    distance, arc = near(uv, cut.hem_curve(), 1.8)
    gather = pucker(arc, 1.0)
    fold = np.where(distance < 0.95, 0.022, 0.0) * np.clip(distance / 0.05, 0, 1)
    parts = [(fold + 0.006 * gather * ridge(distance, 0.9, 0.42), np.ones(len(uv)))]
    return together(parts + [stitches(distance + 0.004 * gather, arc, at) for at in (0.86, 1.04)])


def _waist_rib(uv: Floats, cut: Cut) -> Marks:
    x, y = cut.hem_curve()[::-1].T
    edge = np.interp(uv[:, 0], x, y)
    return rib(uv, uv[:, 1] - (edge - cut.hem_in), cut.hem_in, wale_in=0.14, rows=2)


def _armhole(uv: Floats, cut: Cut) -> Marks:
    mirrored = np.abs(uv[:, :1]) * (1.0, 0.0) + uv * (0.0, 1.0)
    distance, arc = near(mirrored, cut.armhole_curve(), 1.0)
    seed = np.where(uv[:, 0] < 0, 1.0, 2.2)
    lift = 0.020 * np.exp(-np.minimum(distance, 9.0) / 0.22)
    gather = 0.005 * pucker(arc, 1.0) * np.sin(seed + arc) * np.exp(-np.minimum(distance, 9.0) / 0.3)
    raised = lift + gather - 0.025 * ridge(distance, 0.0, 0.05)
    marks = (raised, 1 - 0.20 * ridge(distance, 0.0, 0.028))
    if cut.rib_in:
        return marks
    return together([marks, stitches(distance, arc, 0.16)])
