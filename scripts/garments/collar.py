"""The rib collar, and what is seen inside the neck: tape and size print."""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

import cv2
import numpy as np

from garments.cut import Cut
from garments.mesh import Floats
from garments.relief import near, pucker, ridge, stitches


def collar(uv: Floats, side: str, cut: Cut) -> tuple[Floats, Floats]:
    """The rib with its wales, its seam and the stitches beside it: relief and tone, both (n,)."""
    seam, arc = near(uv, cut.neck_curve(side, inset_in=0.0), 1.3)
    edge, _ = near(uv, cut.neck_curve(side, inset_in=cut.rib_in), 1.6)
    in_rib = (
        (edge < cut.rib_in + 0.2)
        & (seam < cut.rib_in + 0.15)
        & (edge + seam < cut.rib_in + 0.22)
        & (edge < cut.rib_in)
    )
    across = np.clip(np.where(in_rib, seam, 0.0) / cut.rib_in, 0, 1)
    body = 0.075 * np.clip(1 - (2 * across - 1) ** 6, 0, 1)
    wale = np.cos(2 * np.pi * arc / 0.105)
    lip = np.clip(across * 8, 0, 1) * np.clip((1 - across) * 6, 0, 1)
    raised = np.where(in_rib, body + 0.012 * wale * lip, -0.02 * ridge(seam, 0.0, 0.05))
    toned = np.where(in_rib, 1.0 + 0.07 * wale * lip, 1.0) * (1 - 0.22 * ridge(seam, 0.0, 0.035))
    outside = np.where(in_rib, np.inf, seam)
    row, thread = stitches(outside, arc, 0.11)
    gather = 0.005 * pucker(arc, 1.3) * np.exp(-np.minimum(outside, 9.0) / 0.35)
    return raised + row + gather, toned * thread


def neck_label(uv: Floats, side: str, cut: Cut) -> Floats:
    """Tone of the tape over the neck seam and a size print below it, on the inside of the back."""
    seam, _ = near(uv, cut.neck_curve(side, inset_in=0.0), 1.2)
    below = uv[:, 1] > np.interp(
        -uv[:, 0], -cut.neck_curve(side, inset_in=0.0)[:, 0], cut.neck_curve(side, inset_in=0.0)[:, 1]
    )
    tape = (seam < 0.36) & below
    toned = np.where(tape, 1.10, 1.0) * (1 - 0.25 * ridge(np.where(below, seam, np.inf), 0.36, 0.03))
    if side == "front":
        return np.ones(len(uv))
    return toned * _printed(uv)


def _printed(uv: Floats) -> Floats:
    """The tagless print: a few lines of type, lighter than the cloth."""
    scale = 100
    sheet = np.zeros((84, 160), np.uint8)
    cv2.putText(sheet, "L", (69, 34), cv2.FONT_HERSHEY_DUPLEX, 1.1, 255, 3, cv2.LINE_AA)
    for k, width in enumerate((84, 62, 74)):
        cv2.line(sheet, (80 - width // 2, 50 + 11 * k), (80 + width // 2, 50 + 11 * k), 200, 4, cv2.LINE_AA)
    x = ((uv[:, 0] + 0.8) * scale).astype(np.float32)
    y = ((uv[:, 1] - 1.65) * scale).astype(np.float32)
    inside = (x >= 0) & (x < sheet.shape[1] - 1) & (y >= 0) & (y < sheet.shape[0] - 1)
    ink = np.zeros(len(uv))
    ink[inside] = sheet[y[inside].astype(int), x[inside].astype(int)] / 255.0
    return 1.0 + 0.55 * ink
