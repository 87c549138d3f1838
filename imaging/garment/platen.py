"""A print zone on a mock-up: which inch of a flat print each pixel sees, and how much ink it takes."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.garment.placement import Box
from imaging.garment.scene import Scene, corners_px
from imaging.garment.spec import View, Zone
from imaging.types import Mask

Floats = npt.NDArray[np.float32]
Matrix = npt.NDArray[np.float64]

INK_COVER = 0.975
"""Share of the cloth that ink hides: the rest is yarn standing up through it."""
_HORIZON = 1e-6
"""Depth under which a pixel sees nothing of the zone's plane."""
_FAR_IN = 1e4
"""Where such a pixel looks: off every zone."""


@dataclass(frozen=True, slots=True, eq=False)
class Platen:
    """A window of a mock-up that holds a zone."""

    top: int
    left: int
    x_in: Floats
    """(h, w): inches from the zone's left edge of what is seen at a pixel's middle, folds included."""
    y_in: Floats
    """From its upper edge."""
    cover: Mask
    """(h, w): share of the cloth that ink hides, 255 for all."""
    to_px: Matrix
    """(3, 3): inches of the zone to pixels of the mock-up, folds left out."""
    reach_px: int
    """Most that folds move ink."""
    pixels_per_inch: tuple[float, float]
    """Along the print's own x and y, in the middle of the zone."""

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return self.x_in.nbytes + self.y_in.nbytes + self.cover.nbytes

    def window(self, box: Box) -> tuple[slice, slice]:
        """Rows and columns, from the platen's own, that a print can touch."""
        corners = [(x, y) for x in (box.x_in, box.right_in) for y in (box.y_in, box.bottom_in)]
        at = cv2.perspectiveTransform(np.array([corners]), self.to_px)[0] - (self.left, self.top)
        size = self.cover.shape[::-1]
        low = np.clip(np.floor(at.min(axis=0)).astype(int) - self.reach_px, 0, size)
        high = np.clip(np.ceil(at.max(axis=0)).astype(int) + self.reach_px, 0, size)
        return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def build_platen(view: View, scene: Scene, zone: Zone) -> Platen:
    """Prepare a zone of a scene.

    Args:
        view: the side, for its displacement and what takes no ink.
        scene: the same side at the mock-up's size.
        zone: one of the side's.
    """
    size_px = scene.tone.shape[0]
    corners = corners_px(zone, view, size_px=size_px)
    reach = int(np.ceil(view.displacement_in * scene.pixels_per_inch)) + 2
    left, top = (int(v) for v in np.clip(np.floor(corners.min(axis=0)) - reach, 0, size_px))
    right, bottom = (int(v) for v in np.clip(np.ceil(corners.max(axis=0)) + reach, 0, size_px))
    to_px = _to_px(zone, corners)
    x_in, y_in = _seen(view, scene, to_px, _middles(left, right), _middles(top, bottom))
    window = slice(top, bottom), slice(left, right)
    cover = _cover(view, scene, window) * _inside(zone, x_in, y_in, scene)
    cover_byte = np.asarray(np.round(255 * cover), np.uint8)
    return Platen(top, left, x_in, y_in, cover_byte, to_px, reach, _scales(zone, to_px))


def _to_px(zone: Zone, corners: Floats) -> Matrix:
    width, height = zone.size_in
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(flat, corners), np.float64)
    # An upright zone gets no perspective out of rounding; what is dropped is far below a pixel.
    matrix[np.abs(matrix) < 1e-9 * np.abs(matrix).max()] = 0.0
    return matrix


def _scales(zone: Zone, to_px: Matrix) -> tuple[float, float]:
    """Pixels that an inch across and an inch down make in the middle of the zone."""
    u, v, w = to_px @ (zone.size_in[0] / 2, zone.size_in[1] / 2, 1)
    across, down = (
        np.hypot(to_px[0, k] * w - u * to_px[2, k], to_px[1, k] * w - v * to_px[2, k]) for k in (0, 1)
    )
    return float(across / w**2), float(down / w**2)


def _middles(first: int, last: int) -> Floats:
    """Of pixels `first` up to `last`."""
    return np.arange(first, last, dtype=np.float32) + np.float32(0.5)


def _seen(view: View, scene: Scene, to_px: Matrix, x_px: Floats, y_px: Floats) -> tuple[Floats, Floats]:
    """Inches of the zone at a grid of pixels."""
    x, y = np.meshgrid(x_px, y_px)
    ahead = _displacement(view, scene, x, y)
    x += ahead[..., 0]
    y += ahead[..., 1]
    m = np.linalg.inv(to_px).astype(np.float32)
    # `to_px` ends in 1: depth is 1 at the zone's corner, above 0 in all of it, below beyond its horizon.
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    hidden = depth < np.float32(_HORIZON)
    depth[hidden] = 1
    x_in: Floats = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth
    y_in: Floats = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth
    x_in[hidden] = y_in[hidden] = _FAR_IN
    return x_in, y_in


def _displacement(view: View, scene: Scene, x: Floats, y: Floats) -> Floats:
    """Pixels, (h, w, 2), that the cloth runs ahead at a grid of pixels."""
    ratio = np.float32(view.displacement.shape[0] / scene.tone.shape[0])
    step = (view.displacement[..., :2].astype(np.float32) - 128) * (
        view.displacement_in / 127 * scene.pixels_per_inch
    )
    return np.asarray(
        cv2.remap(step, x * ratio - 0.5, y * ratio - 0.5, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        np.float32,
    )


def _cover(view: View, scene: Scene, window: tuple[slice, slice]) -> Floats:
    """Share of the cloth that ink hides: none beyond the garment or under its own parts."""
    tone = scene.tone[window]
    grain = tone.astype(np.float32) - cv2.GaussianBlur(tone, (0, 0), 2.0)
    # Yarn that stands out of the ink is also the yarn that catches the light.
    cover = np.clip(INK_COVER - 0.006 * np.maximum(grain, 0), 0.8, 1.0)
    cover[scene.cloth[window] == 0] = 0
    if view.no_ink is not None:
        free = cv2.resize(view.no_ink, scene.tone.shape[::-1], interpolation=cv2.INTER_LINEAR)[window]
        cover *= 1 - free.astype(np.float32) / 255
    return np.asarray(cover, np.float32)


def _inside(zone: Zone, x_in: Floats, y_in: Floats, scene: Scene) -> Floats:
    """1 in the zone, 0 from a pixel outside it on: nothing is printed beyond."""
    width, height = np.float32(zone.size_in[0]), np.float32(zone.size_in[1])
    within = np.minimum(np.minimum(x_in, width - x_in), np.minimum(y_in, height - y_in))
    return np.asarray(np.clip(within * scene.pixels_per_inch + 1, 0, 1), np.float32)
