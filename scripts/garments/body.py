"""The dress form the shirt hangs on, as a signed distance grid.

Coordinates everywhere here are inches: x to the right of the picture, y down from the neck point of the
shoulder seam, z towards the camera.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter

Floats = npt.NDArray[np.float64]

# y, half width, half depth of the torso's cross-section: a flat retail form, 41 in around the chest.
_TORSO = np.array(
    [
        (-5.0, 2.75, 2.25),
        (-0.9, 2.85, 2.25),
        (-0.1, 3.50, 2.20),
        (0.7, 5.50, 2.00),
        (1.6, 7.50, 2.00),
        (2.8, 8.50, 2.15),
        (4.5, 8.90, 2.45),
        (9.0, 9.40, 2.75),
        (13.0, 9.35, 2.70),
        (18.0, 9.25, 2.60),
        (24.0, 9.50, 2.70),
        (36.0, 9.60, 2.75),
    ]
)
_ARM_ANGLES_DEG = (46.0, 49.0)  # picture left, picture right: no real form is symmetric
_SHOULDER = (6.6, 4.75)
_STEP_IN = 0.25
_ORIGIN = np.array([-20.0, -5.0, -6.0])


@dataclass(frozen=True, slots=True)
class Body:
    """A signed distance in inches, negative inside, sampled on a regular grid."""

    distance: Floats
    """(nx, ny, nz)."""
    gradient: Floats
    """(nx, ny, nz, 3), unit vectors pointing out of the form."""
    origin: Floats
    """(3,), the place of sample (0, 0, 0)."""
    step_in: float


def arm_angle_deg(x: Floats) -> Floats:
    """How far below the horizontal the arm on the side of `x` points."""
    left, right = _ARM_ANGLES_DEG
    return np.where(x < 0, left, right)


def build_body() -> Body:
    """Join torso, neck and arms smoothly and turn the result into a distance grid."""
    axes = [o + _STEP_IN * np.arange(n) for o, n in zip(_ORIGIN, (161, 161, 49), strict=True)]
    x, y, z = np.meshgrid(*axes, indexing="ij")
    x = x - 0.18 * np.sin(y / 8.0)
    field = _torso(x, y, z)
    for sign, angle in zip((-1.0, 1.0), _ARM_ANGLES_DEG, strict=True):
        field = _smooth_min(field, _arm(sign * x, y, z, np.deg2rad(angle)), 1.0)
    field = gaussian_filter(field, 1.2)
    gradient = np.stack(np.gradient(field, _STEP_IN), axis=-1)
    length = np.maximum(np.linalg.norm(gradient, axis=-1), 0.2)
    return Body(field / length, gradient / length[..., None], _ORIGIN, _STEP_IN)


def _torso(x: Floats, y: Floats, z: Floats) -> Floats:
    half_width = PchipInterpolator(_TORSO[:, 0], _TORSO[:, 1], extrapolate=True)(y)
    half_depth = PchipInterpolator(_TORSO[:, 0], _TORSO[:, 2], extrapolate=True)(y)
    power = 2.3
    radius = (np.abs(x / half_width) ** power + np.abs(z / half_depth) ** power) ** (1 / power)
    field: Floats = (radius - 1.0) * half_depth
    return field


def _arm(x: Floats, y: Floats, z: Floats, angle: float) -> Floats:
    along = (x - _SHOULDER[0]) * np.cos(angle) + (y - _SHOULDER[1]) * np.sin(angle)
    across = -(x - _SHOULDER[0]) * np.sin(angle) + (y - _SHOULDER[1]) * np.cos(angle)
    taper = 1.0 - 0.012 * np.clip(along, 0, 14)
    radius = np.sqrt((across / (2.55 * taper)) ** 2 + (z / (1.75 * taper)) ** 2)
    return np.asarray(np.maximum((radius - 1.0) * 1.75, np.maximum(-along, along - 14.0)))


def _smooth_min(a: Floats, b: Floats, width: float) -> Floats:
    """Polynomial smooth minimum (I. Quilez)."""
    h = np.clip(0.5 + 0.5 * (b - a) / width, 0.0, 1.0)
    joined: Floats = b * (1 - h) + a * h - width * h * (1 - h)
    return joined
