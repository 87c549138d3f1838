"""Forms for garments with long sleeves: arms hang at the sides, elbows a little bent."""

import numpy as np
from scipy.interpolate import PchipInterpolator

from garments.body import Floats, Form

Point = tuple[float, ...]


def arm_line(shoulder: Point, elbow: Point, wrist: Point, end: Point) -> Floats:
    """A smooth line through the joints."""
    return _through((shoulder, elbow, wrist, end))


def arm_girth(shoulder: Point, elbow: Point, wrist: Point, end: Point) -> Floats:
    """Half widths and half depths along that line."""
    return _through((shoulder, elbow, wrist, end))


def _through(joints: tuple[Point, ...]) -> Floats:
    line: Floats = PchipInterpolator((0.0, 1.0, 2.0, 3.0), np.array(joints))(np.linspace(0, 3, 13))
    return line


LONG_SLEEVE_FORM = Form(
    torso=np.array(
        [
            (-5.0, 2.75, 2.25),
            (-0.9, 2.85, 2.25),
            (-0.1, 3.50, 2.20),
            (0.7, 5.30, 2.00),
            (1.6, 7.10, 2.00),
            (2.8, 8.00, 2.15),
            (4.5, 8.40, 2.45),
            (9.0, 8.80, 2.75),
            (13.0, 8.80, 2.70),
            (18.0, 8.80, 2.60),
            (24.0, 9.20, 2.70),
            (36.0, 9.30, 2.75),
        ]
    ),
    arm=arm_line((7.3, 4.2, 0.0), (12.0, 13.8, -0.3), (15.7, 23.4, 0.9), (18.4, 30.5, 1.6)),
    arm_radius=arm_girth((2.4, 1.8), (2.0, 1.6), (1.20, 0.92), (1.75, 1.35)),
    origin=(-21.0, -5.0, -6.0),
    cells=(169, 161, 49),
)
HOODIE_FORM = Form(
    torso=np.array(
        [
            (-6.0, 3.7, 3.1),
            (-2.6, 3.7, 3.1),
            (-1.0, 3.75, 2.9),
            (-0.1, 3.95, 2.6),
            (0.7, 5.50, 2.20),
            (1.6, 7.30, 2.20),
            (2.8, 8.40, 2.40),
            (4.5, 9.00, 2.75),
            (9.0, 9.50, 3.05),
            (13.0, 9.50, 3.00),
            (18.0, 9.30, 2.90),
            (24.0, 9.40, 2.90),
            (36.0, 9.40, 2.90),
        ]
    ),
    arm=arm_line((7.8, 4.4, 0.0), (12.6, 13.9, -0.3), (16.2, 23.4, 0.9), (18.9, 30.5, 1.6)),
    arm_radius=arm_girth((2.8, 2.1), (2.4, 1.9), (1.45, 0.74), (2.6, 1.7)),
    origin=(-21.0, -5.0, -9.0),
    cells=(169, 161, 65),
    neck_end_in=-2.4,
    hood=np.array([(0.0, 2.6, -4.4), (4.2, 3.8, 0.95)]),
)
