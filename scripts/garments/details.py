"""What the seamstress adds: rib, seams, stitches, tape and label, as relief and tone per pixel."""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.spatial import cKDTree

from garments.pattern import (
    ARMPIT,
    RIB_IN,
    armhole_curve,
    hem_curve,
    neck_curve,
    resample,
    sleeve_end,
)
from garments.raster import Buffers

Image = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Details:
    """Both (H, W)."""

    relief: Image
    """Inches above the cloth."""
    tone: Image
    """Linear-light factor on the cloth's own colour."""


def add_details(view: Buffers, *, side: str) -> Details:
    """Draw every seam of the panel that faces the camera and of the one seen from inside."""
    relief = np.zeros(view.panel.shape, np.float32)
    tone = np.ones_like(relief)
    other = "back" if side == "front" else "front"
    for label, own in ((0, side), (1, other)):
        rows, cols = np.nonzero(view.panel == label)
        uv = view.uv[rows, cols].astype(np.float64)
        raised, toned = _collar(uv, own)
        if label == 0:
            for part in (_hems(uv), _armholes(uv)):
                raised, toned = raised + part[0], toned * part[1]
        else:
            toned = toned * _neck_label(uv, own)
        relief[rows, cols], tone[rows, cols] = raised + _ripple(uv, seed=5 + label), toned
    return Details(relief, tone)


def _near(uv: Floats, curve: Floats, reach_in: float) -> tuple[Floats, Floats]:
    """Distance to a curve (inf past `reach_in`) and arc length along it of the nearest point."""
    line = resample(curve, 0.01)
    distance, index = cKDTree(line).query(uv, distance_upper_bound=reach_in)
    return distance, np.minimum(index, len(line) - 1) * 0.01


def _ridge(distance: Floats, at_in: float, half_in: float) -> Floats:
    return np.exp(-(((distance - at_in) / half_in) ** 2))


def _stitches(distance: Floats, arc: Floats, at_in: float) -> tuple[Floats, Floats]:
    """One row of lockstitch: 9 to the inch, each a small loaf of thread sunk into the cloth."""
    row = _ridge(distance, at_in, 0.020)
    dash = np.clip(0.5 + 1.6 * np.cos(2 * np.pi * arc * 9.0), 0, 1)
    sunk = _ridge(distance, at_in, 0.07)
    return 0.016 * row * dash - 0.012 * sunk, 1.0 - 0.16 * row * (1 - dash) - 0.05 * sunk


def _pucker(arc: Floats, seed: float) -> Floats:
    """Uneven gathers along a seam, between -1 and 1."""
    waves = ((2.3, 0.4), (3.7, 1.9), (5.9, 4.1), (1.1, 2.7))
    return np.asarray(np.mean([np.sin(f * 2 * np.pi * arc * 0.55 + p * seed) for f, p in waves], axis=0))


def _ripple(uv: Floats, *, seed: int) -> Floats:
    """The cloth's memory of having been folded and worn: very shallow dents of half an inch and more."""
    rng = np.random.default_rng(seed)
    raised = np.zeros(len(uv))
    for size_in, height_in in ((0.45, 0.0016), (0.9, 0.006), (2.0, 0.022)):
        dents = gaussian_filter(rng.normal(0, 1, (int(44 / size_in), int(44 / size_in))), 0.8)
        raised += height_in * map_coordinates(dents, (uv.T + np.array([[20], [4]])) / size_in, order=3)
    return raised


def _collar(uv: Floats, side: str) -> tuple[Floats, Floats]:
    seam, arc = _near(uv, neck_curve(side, inset_in=0.0), 1.3)
    edge, _ = _near(uv, neck_curve(side, inset_in=RIB_IN), 1.6)
    in_rib = (edge < RIB_IN + 0.2) & (seam < RIB_IN + 0.15) & (edge + seam < RIB_IN + 0.22) & (edge < RIB_IN)
    across = np.clip(np.where(in_rib, seam, 0.0) / RIB_IN, 0, 1)
    body = 0.075 * np.clip(1 - (2 * across - 1) ** 6, 0, 1)
    wale = np.cos(2 * np.pi * arc / 0.105)
    lip = np.clip(across * 8, 0, 1) * np.clip((1 - across) * 6, 0, 1)
    raised = np.where(in_rib, body + 0.012 * wale * lip, -0.02 * _ridge(seam, 0.0, 0.05))
    toned = np.where(in_rib, 1.0 + 0.07 * wale * lip, 1.0) * (1 - 0.22 * _ridge(seam, 0.0, 0.035))
    outside = np.where(in_rib, np.inf, seam)
    row, thread = _stitches(outside, arc, 0.11)
    gather = 0.005 * _pucker(arc, 1.3) * np.exp(-np.minimum(outside, 9.0) / 0.35)
    return raised + row + gather, toned * thread


def _hems(uv: Floats) -> tuple[Floats, Floats]:
    raised, toned = np.zeros(len(uv)), np.ones(len(uv))
    mirrored = uv * np.array([1.0, 1.0])
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    for curve, points, seed in ((hem_curve(), uv, 1.0), (np.array(sleeve_end()), mirrored, 2.0)):
        distance, arc = _near(points, curve, 1.8)
        arc = arc + np.where(points is mirrored, 3.1 * (uv[:, 0] < 0), 0.0)
        gather = _pucker(arc, seed)
        for at in (0.86, 1.04):
            row, thread = _stitches(distance + 0.004 * gather, arc, at)
            raised, toned = raised + row, toned * thread
        fold = np.where(distance < 0.95, 0.022, 0.0) * np.clip(distance / 0.05, 0, 1)
        raised += fold + 0.006 * gather * _ridge(distance, 0.9, 0.42)
    return raised, toned


def _armholes(uv: Floats) -> tuple[Floats, Floats]:
    mirrored = uv.copy()
    mirrored[:, 0] = np.abs(mirrored[:, 0])
    curve = armhole_curve()
    distance, arc = _near(mirrored, curve, 1.0)
    seed = np.where(uv[:, 0] < 0, 1.0, 2.2)
    line = np.interp(mirrored[:, 1], curve[:, 1], curve[:, 0])
    beyond = mirrored[:, 0] > line
    on = mirrored[:, 1] < ARMPIT[1]
    groove = _ridge(distance, 0.0, 0.05) * on
    step = np.where(beyond, 0.0, 0.020 * np.exp(-np.minimum(distance, 9.0) / 0.22)) * on
    gather = 0.005 * _pucker(arc, 1.0) * np.sin(seed + arc) * np.exp(-np.minimum(distance, 9.0) / 0.3) * on
    return step + gather - 0.025 * groove, 1 - 0.20 * _ridge(distance, 0.0, 0.028) * on


def _neck_label(uv: Floats, side: str) -> Floats:
    """Tape over the neck seam and a size print below it, on the inside of the back."""
    seam, _ = _near(uv, neck_curve(side, inset_in=0.0), 1.2)
    below = uv[:, 1] > np.interp(
        -uv[:, 0], -neck_curve(side, inset_in=0.0)[:, 0], neck_curve(side, inset_in=0.0)[:, 1]
    )
    tape = (seam < 0.36) & below
    toned = np.where(tape, 1.10, 1.0) * (1 - 0.25 * _ridge(np.where(below, seam, np.inf), 0.36, 0.03))
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
