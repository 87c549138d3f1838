"""A drawstring: a braided cord with a metal tip, as a tube lying on the cloth, and its eyelet."""

# ruff: noqa: PLR2004 - sizes in inches, each used once where it is read

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from garments.maps import Image
from garments.mesh import Floats, resample
from garments.raster import Buffers
from garments.relief import Details, near

_CORD_IN, _TIP_IN = 0.12, 0.095
"""Radii."""
_AGLET_IN = 0.75
_STEP_IN = 0.01


@dataclass(frozen=True, slots=True)
class _Tube:
    """A cord over a window of a picture, all (h, w) unless said."""

    on: npt.NDArray[np.bool_]
    share: Floats
    """Across it, -1 to 1."""
    up: Floats
    """How much its surface faces the camera."""
    run: Floats
    """(h, w, 2), along it."""
    tip: npt.NDArray[np.bool_]
    arc: Floats
    """Inches from its start."""
    length_in: float


def hang(eyelet_in: Floats, *, length_in: float, sway_in: float) -> Floats:
    """A string from its eyelet down: out over the rim, then plumb with a little sway."""
    t = np.linspace(0, 1, 60)
    lean = np.sign(sway_in) * 0.35 * (1 - np.exp(-6 * t))
    x = eyelet_in[0] + lean + sway_in * np.sin(2.6 * t) * t
    return resample(np.stack([x, eyelet_in[1] + length_in * t], axis=1), _STEP_IN)


def ring(details: Details, at_px: Floats, ppi: float) -> Details:
    """A metal eyelet: a raised ring round a dark hole."""
    y, x = np.indices(details.tone.shape, dtype=np.float32)
    radius = np.hypot(x + 0.5 - at_px[0], y + 0.5 - at_px[1]) / ppi
    relief = details.relief + 0.05 * np.exp(-(((radius - 0.155) / 0.045) ** 2))
    tone = np.where(radius < 0.105, 0.22, details.tone)
    tone = np.where((radius >= 0.105) & (radius < 0.215), 1.12, tone)
    return Details(relief.astype(np.float32), tone.astype(np.float32))


def lay_cord(view: Buffers, details: Details, path_in: Floats, ppi: float) -> tuple[Buffers, Details, Image]:
    """Lay a cord along a path on the picture; the last of what is returned is 1 on it."""
    low = np.floor((path_in.min(axis=0) - 0.3) * ppi).astype(int)
    high = np.ceil((path_in.max(axis=0) + 0.3) * ppi).astype(int)
    window = (slice(low[1], high[1]), slice(low[0], high[0]))
    y, x = np.mgrid[window]
    tube = _tube(np.stack([x, y], axis=-1) / ppi + 0.5 / ppi, path_in)
    depth, normal, panel = view.depth.copy(), view.normal.copy(), view.panel.copy()
    relief, tone = details.relief.copy(), details.tone.copy()
    base = np.maximum(cv2.GaussianBlur(depth[window], (0, 0), 0.25 * ppi), depth[window])
    sideways = np.stack([tube.run[..., 1], -tube.run[..., 0]], axis=-1) * tube.share[..., None]
    raised = base + _CORD_IN * (0.6 + tube.up)
    depth[window] = np.where(tube.on, raised, depth[window])
    facing = np.concatenate([sideways, tube.up[..., None]], axis=-1)
    normal[window] = np.where(tube.on[..., None], facing, normal[window])
    panel[window] = np.where(tube.on, 0, panel[window])
    relief[window] = np.where(tube.on, 0.0, relief[window])
    tone[window] = np.where(tube.on, _tone(tube), tone[window])
    covered = np.zeros(view.panel.shape, np.float32)
    covered[window] = tube.on
    return replace(view, depth=depth, normal=normal, panel=panel), Details(relief, tone), covered


def _tube(points: Floats, path_in: Floats) -> _Tube:
    distance, arc = (part.reshape(points.shape[:2]) for part in near(points.reshape(-1, 2), path_in, 0.3))
    step = np.minimum((arc / _STEP_IN).astype(int), len(path_in) - 1)
    run = np.gradient(path_in, axis=0)
    run = (run / np.linalg.norm(run, axis=1, keepdims=True))[step]
    away = points - path_in[step]
    length_in = len(path_in) * _STEP_IN
    tip = arc > length_in - _AGLET_IN
    radius = np.where(tip, _TIP_IN, _CORD_IN)
    share = np.clip((away[..., 0] * run[..., 1] - away[..., 1] * run[..., 0]) / radius, -1, 1)
    up = np.sqrt(np.clip(1 - share**2, 0.02, 1))
    return _Tube(distance < radius, share, up, run, tip, arc, length_in)


def _tone(tube: _Tube) -> Floats:
    """Plaits on the cord, a highlight on the tip, a dark line between them."""
    plait = tube.arc / 0.115
    braid = np.cos(2 * np.pi * (plait + 0.5 * tube.share)) * np.cos(2 * np.pi * (plait - 0.5 * tube.share))
    shine = 0.95 + 0.75 * np.exp(-(((tube.share + 0.35) / 0.22) ** 2)) - 0.35 * (tube.share > 0.55)
    tone = np.where(tube.tip, shine, 1.02 + 0.16 * braid)
    return np.where(np.abs(tube.arc - (tube.length_in - _AGLET_IN)) < 0.025, 0.6, tone)
