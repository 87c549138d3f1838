"""The t-shirt's form: a flat retail form, 41 in around the chest, arms held away."""

import numpy as np

from garments.body import Body, Floats, grid, smooth_min, to_body, torso

# y, half width, half depth of the torso's cross-section.
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
_ORIGIN = (-20.0, -5.0, -6.0)


def arm_angle_deg(x: Floats) -> Floats:
    """How far below the horizontal the arm on the side of `x` points."""
    left, right = _ARM_ANGLES_DEG
    return np.where(x < 0, left, right)


def build_tshirt_form() -> Body:
    """Join torso, neck and arms smoothly and turn the result into a distance grid."""
    x, y, z = grid(_ORIGIN, (161, 161, 49))
    x = x - 0.18 * np.sin(y / 8.0)
    field = torso(_TORSO, x, y, z)
    for sign, angle in zip((-1.0, 1.0), _ARM_ANGLES_DEG, strict=True):
        field = smooth_min(field, _arm(sign * x, y, z, np.deg2rad(angle)), 1.0)
    return to_body(field, _ORIGIN)


def _arm(x: Floats, y: Floats, z: Floats, angle: float) -> Floats:
    along = (x - _SHOULDER[0]) * np.cos(angle) + (y - _SHOULDER[1]) * np.sin(angle)
    across = -(x - _SHOULDER[0]) * np.sin(angle) + (y - _SHOULDER[1]) * np.cos(angle)
    taper = 1.0 - 0.012 * np.clip(along, 0, 14)
    radius = np.sqrt((across / (2.55 * taper)) ** 2 + (z / (1.75 * taper)) ** 2)
    return np.asarray(np.maximum((radius - 1.0) * 1.75, np.maximum(-along, along - 14.0)))
