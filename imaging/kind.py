"""What an image is: a photograph, drawn artwork, or something that brings its own transparency."""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.ground import UNIFORM_SHARE, border_ring, estimate_ground, ground_distance
from imaging.types import Color, Pixels

KindName = Literal["photo", "graphic", "transparent"]

_WORK_SIDE_PX = 512
"""Facts are computed on a copy whose sides are at most this long, taken without blending pixels."""
_CLEAR_ALPHA = 128
_TRANSPARENT_SHARE = 0.001
"""Least share of clear pixels that makes an alpha channel mean something."""
_ARTWORK_DISTANCE = 24.0
"""sRGB distance from the ground from which a pixel is the subject and not compression noise."""
_EXACT_LEVELS = 2.5
_EXACT_SHARE = 0.5
"""Half of the border within 2.5 levels of one colour is drawn: a lens and a sensor do not give that."""
_FLAT_LEVELS = 3
_PALETTE_CELLS = 8
_LEAST_BODY_PX = 200

_DRAWN_BODY = (0.45, 0.38)
"""Palette and flat share below both of which the inside of a subject on a drawn ground is photographic."""
_DRAWN_ALL = (0.75, 0.60)
"""Palette and flat share above both of which a picture without a drawn ground is drawn all the same.

Both pairs were set on 288 logos, plain and as JPEG at quality 40, and on scikit-image's photographs.
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """What an image is, and why."""

    kind: KindName
    reason: str
    background: Color | None
    """The one colour of the border; None when there is none, or it is transparent."""
    uniform_border: float
    """Share of the border in its commonest colour, 0-1."""
    palette_share: float
    """Share of the subject's pixels in its eight commonest colours, 0-1."""
    flat_share: float
    """Share of the subject's pixels that equal the pixel two to the right but for 3 levels, 0-1."""


def classify(image: Pixels) -> Kind:
    """Tell photographs from drawn artwork by counting; the same pixels always give the same answer.

    Args:
        image: (H, W, 3) RGB or (H, W, 4) RGBA, uint8.
    """
    small = _shrunk(image)
    rgb = np.ascontiguousarray(small[..., :3])
    if small.shape[2] > rgb.shape[2] and (small[..., 3] < _CLEAR_ALPHA).mean() > _TRANSPARENT_SHARE:
        palette, flat = _facts(rgb, small[..., 3] >= _CLEAR_ALPHA)
        return Kind("transparent", "brings its own transparency", None, 0.0, palette, flat)
    ground = estimate_ground(rgb)
    background = ground.color if ground.uniformity >= UNIFORM_SHARE else None
    subject = _body(rgb, background)
    palette, flat = _facts(rgb, subject)
    kind, reason = _decide(rgb, background, palette, flat, body_px=int(subject.sum()))
    return Kind(kind, reason, background, ground.uniformity, palette, flat)


def _shrunk(image: Pixels) -> Pixels:
    """Every n-th pixel: exact colours survive, where averaging would mix new ones."""
    step = -(-max(image.shape[:2]) // _WORK_SIDE_PX)
    return image[::step, ::step]


def _body(rgb: Pixels, background: Color | None) -> npt.NDArray[np.bool_]:
    """The subject without its edges, which are blended and ring; everything when there is no background."""
    if background is None:
        return np.ones(rgb.shape[:2], np.bool_)
    subject = (ground_distance(rgb, background) > _ARTWORK_DISTANCE).astype(np.uint8)
    return np.asarray(cv2.erode(subject, np.ones((7, 7), np.uint8)), np.bool_)


def _facts(rgb: Pixels, subject: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Palette share and flat share of the subject; 1 and 1 when there is none."""
    if not subject.any():
        return 1.0, 1.0
    cells = (rgb[subject] >> 4).astype(np.int64) @ np.array([256, 16, 1])
    commonest = np.sort(np.bincount(cells))[-_PALETTE_CELLS:]
    apart = np.abs(rgb[:, :-2].astype(np.int16) - rgb[:, 2:]).max(axis=2)[subject[:, :-2]]
    flat = float((apart <= _FLAT_LEVELS).mean()) if apart.size else 1.0
    return float(commonest.sum() / cells.size), flat


def _decide(
    rgb: Pixels, background: Color | None, palette: float, flat: float, *, body_px: int
) -> tuple[KindName, str]:
    if background is not None and _is_exact(rgb, background):
        if body_px >= _LEAST_BODY_PX and palette < _DRAWN_BODY[0] and flat < _DRAWN_BODY[1]:
            return "photo", "a photographic subject on a plain ground"
        return "graphic", "drawn on a ground of one exact colour"
    if palette >= _DRAWN_ALL[0] and flat >= _DRAWN_ALL[1]:
        return "graphic", "few colours in flat areas"
    return "photo", "many colours, softly varying, without an exact ground"


def _is_exact(rgb: Pixels, background: Color) -> bool:
    apart = np.linalg.norm(border_ring(rgb).astype(np.float32) - background, axis=1)
    return float((apart <= _EXACT_LEVELS).mean()) >= _EXACT_SHARE
