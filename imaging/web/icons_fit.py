"""Where in an icon a mark stands: fitted, never cropped, in its optical middle."""

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.logo.trim import VISIBLE_ALPHA
from imaging.types import Pixels

SAFE_SHARE = 0.8
"""Diameter of the circle that no mask cuts (W3C, Web Application Manifest, "icon masks")."""
COMPACT_SHARE, OPEN_SHARE = 0.72, 0.84
"""Longer side of a padded mark that fills its square, and of one that hardly does: areas look alike then.
Material's keyline shapes have the same ratio, 152 px for a square and 176 px for a circle of 192."""
_LEAN = 0.5
"""How far a mark is moved from the middle of its box towards its centre of gravity, 0-1."""


@dataclass(frozen=True, slots=True)
class Window:
    """The square of the mark's plane that an icon shows, in the mark's pixels."""

    left: float
    top: float
    side: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom."""
        return self.left, self.top, self.left + self.side, self.top + self.side


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a mark's shape decides where it stands."""

    width: int
    height: int
    middle: tuple[float, float]
    """Centre of gravity of what shows."""
    circle: tuple[float, float, float]
    """x, y and radius of the smallest circle around what shows."""
    fill: float
    """Area of its convex hull as a share of the square on its longer side, 0-1."""

    @property
    def longer(self) -> int:
        """The longer side."""
        return max(self.width, self.height)


def outline_of(pixels: Pixels) -> Outline:
    """Measure a trimmed (H, W, 4) mark."""
    height, width = pixels.shape[:2]
    alpha = pixels[..., 3].astype(np.float32)
    total = max(float(alpha.sum()), 1.0)
    middle = (
        float(alpha.sum(axis=0) @ (np.arange(width) + 0.5)) / total,
        float(alpha.sum(axis=1) @ (np.arange(height) + 0.5)) / total,
    )
    hull = _corners(pixels)
    (x, y), radius = cv2.minEnclosingCircle(hull)
    fill = float(cv2.contourArea(hull)) / max(width, height) ** 2
    return Outline(width, height, middle, (x, y, radius), fill)


def filling(outline: Outline, *, margin: float = 0.0) -> Window:
    """The mark as large as fits, with a margin on every side as a share of the icon."""
    side = outline.longer / (1 - 2 * margin)
    return Window(*_placed(outline, side, room=outline.longer), side)


def padded(outline: Outline) -> Window:
    """The mark with the room around it that an opaque icon wants; compact marks get more."""
    share = float(np.clip(COMPACT_SHARE / np.sqrt(max(outline.fill, 1e-6)), COMPACT_SHARE, OPEN_SHARE))
    side = outline.longer / share
    return Window(*_placed(outline, side, room=side), side)


def within_circle(outline: Outline, *, share: float) -> Window:
    """The mark as large as fits the circle of that diameter, as a share of the icon, in its middle."""
    x, y, radius = outline.circle
    side = 2 * radius / share
    return Window(x - side / 2, y - side / 2, side)


def _placed(outline: Outline, side: float, *, room: float) -> tuple[float, float]:
    """Left and top of a window: optically centred, as far as the mark stays within `room` of it."""
    found = []
    for length, gravity in zip((outline.width, outline.height), outline.middle, strict=True):
        lean = _LEAN * (gravity - length / 2)
        slack = (room - length) / 2
        found.append(length / 2 + float(np.clip(lean, -slack, slack)) - side / 2)
    return found[0], found[1]


def _corners(pixels: Pixels) -> np.ndarray:
    """(N, 1, 2) float32: the convex hull of the outer corners of every pixel that shows."""
    seen = pixels[..., 3] >= VISIBLE_ALPHA
    rows = np.flatnonzero(seen.any(axis=1))
    if not rows.size:
        height, width = seen.shape
        return np.array([[[0, 0]], [[width, 0]], [[width, height]], [[0, height]]], np.float32)
    first = seen.argmax(axis=1)[rows]
    last = seen.shape[1] - seen[:, ::-1].argmax(axis=1)[rows]
    points = [
        (x, y + down) for down in (0, 1) for ends in (first, last) for x, y in zip(ends, rows, strict=True)
    ]
    return np.asarray(cv2.convexHull(np.array(points, np.float32)), np.float32)
