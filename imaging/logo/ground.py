"""Step 1 of the cut-out: which colour the logo stands on, and how noisy it is."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import to_lab
from imaging.errors import NoForegroundError
from imaging.logo.banded import bands
from imaging.types import Color, Pixels

UNIFORM_SHARE = 0.6
"""Least share of the border in one colour: artwork may touch a side or two, a photo's border holds less."""

_SAME_DELTA_E = 3.0
"""CIE76 within which border pixels are the ground: JPEG and scanner noise stay under it, a vignette not."""
_FLAT_SHARE, _RINGING_DELTA_E = 0.3, 8.0
"""Where so much of the border has one exact colour, it is a drawing's: what is a little off is ringing."""
_STRONG, _FAINT = 60.0, 40.0
"""Distances from the ground above which a pixel is certainly artwork, and below which it may be ringing."""
_COMES_BACK = 3.0
"""Distance to which ringing returns within 3 px."""
_UNEVEN = 0.3
_RINGING_SHARE = 0.15
"""Clean renderings have no uneven pixels around the artwork, lossy ones 23 % or more."""


class NoUniformGroundError(NoForegroundError):
    """The logo stands on no single colour: keying cannot find it, a segmentation network may."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The colour behind the artwork."""

    color: Color
    uniformity: float
    """Share of the border within a just visible difference of `color`, 0-1."""


def border_ring(pixels: Pixels) -> Pixels:
    """The outermost pixels, up to 3 deep: (N, C)."""
    height, width, channels = pixels.shape
    deep = max(1, min(3, min(height, width) // 50))
    sides = (pixels[:deep], pixels[-deep:], pixels[deep:-deep, :deep], pixels[deep:-deep, -deep:])
    return np.concatenate([side.reshape(-1, channels) for side in sides])


def estimate_ground(rgb: Pixels) -> Ground:
    """The commonest colour of the border, and how much of the border it makes up.

    Args:
        rgb: (H, W, 3) uint8.
    """
    ring = border_ring(rgb)[:, :3]
    packed, counts = np.unique(ring.astype(np.int64) @ np.array([65536, 256, 1]), return_counts=True)
    colors = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1).astype(np.uint8)
    lab = to_lab(colors)
    heaviest = _heaviest_bin(colors, counts)
    center = np.average(lab[heaviest], axis=0, weights=counts[heaviest])
    for _ in range(2):
        near = np.linalg.norm(lab - center, axis=1) <= _SAME_DELTA_E
        center = np.average(lab[near], axis=0, weights=counts[near]) if near.any() else center
    if not near.any():  # a border of nothing but different colours
        near = heaviest
    members = np.repeat(colors[near], counts[near], axis=0)
    red, green, blue = (int(channel) for channel in np.median(members, axis=0))
    if counts.max() >= _FLAT_SHARE * counts.sum():
        near = np.linalg.norm(lab - center, axis=1) <= _RINGING_DELTA_E
    return Ground(color=(red, green, blue), uniformity=float(counts[near].sum() / counts.sum()))


def _heaviest_bin(colors: Pixels, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which of the (N, 3) colours lie in the 16-level cell that most of the border lies in."""
    cells = (colors >> 4).astype(np.int64) @ np.array([256, 16, 1])
    heaviest = np.bincount(cells, weights=counts).argmax()
    return np.asarray(cells == heaviest)


def ground_distance(rgb: Pixels, ground: Color) -> npt.NDArray[np.float32]:
    """Euclidean sRGB distance of every pixel from the ground, (H, W), 0-442.

    sRGB and not Lab, because artwork is blended into its ground in sRGB: there, and only there, the distance
    grows linearly with coverage along an anti-aliased edge.
    """
    height, width, _ = rgb.shape
    distance = np.empty((height, width), np.float32)
    for band in bands(height, width):
        part = rgb[band.rows]
        apart = cv2.absdiff(part, np.full_like(part, ground))
        squared = cv2.multiply(apart, apart, dtype=cv2.CV_32F)
        distance[band.rows] = cv2.sqrt(cv2.transform(squared, np.ones((1, 3), np.float32)))
    return distance


def ringing(distance: npt.NDArray[np.float32]) -> float:
    """How far lossy compression strews the ground's colour around the artwork, in sRGB levels; 0 when clean.

    Looked at are the ground-like pixels 3-8 px from strong artwork that have the ground's very colour near
    by: ringing comes and goes, pale artwork stays off it. There a clean rendering is smooth (no pixel differs
    from its neighbours' mean), while after JPEG at quality 95 a quarter or more of them ring. Then the answer
    is the distance that 97 of 100 of them keep within: about 5 at quality 95, 12 at 75, 18 at 40 (medians
    over 36 logos).
    """
    strong = (distance > _STRONG).astype(np.uint8)
    near = cv2.dilate(strong, np.ones((17, 17), np.uint8)) > cv2.dilate(strong, np.ones((7, 7), np.uint8))
    zone = near & (distance < _FAINT) & (cv2.erode(distance, np.ones((7, 7), np.uint8)) < _COMES_BACK)
    if not zone.any():
        return 0.0
    uneven = np.concatenate(
        [
            np.abs(around - cv2.blur(around, (3, 3)))[band.inner][zone[band.rows]] > _UNEVEN
            for band in bands(distance.shape[0], distance.shape[1], halo_px=1)
            for around in (distance[band.around],)
        ]
    )
    return float(np.percentile(distance[zone], 97)) if uneven.mean() > _RINGING_SHARE else 0.0
