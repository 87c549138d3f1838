"""From lit pixels to the small files a mock-up is made of."""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from garments.light import blur
from garments.raster import Buffers

Image = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

NEUTRAL = 180
DISPLACEMENT_RANGE_IN = 0.3
_SMALL = 4


@dataclass(frozen=True, slots=True)
class Print:
    """Where the pattern lies on the picture, fitted over the printable area."""

    pixels_per_inch: float
    centre_px: float
    """Column of the pattern's middle line, half way down the area."""
    top_px: float
    """Row of the area's top."""
    displacement_in: Image
    """(H, W, 2): how far the cloth's own inches run ahead of the picture's, per pixel."""


def shading_code(light: Image) -> Bytes:
    """Linear-light factors as bytes, NEUTRAL for 1, spaced by the eye's own curve."""
    return np.clip(np.round(NEUTRAL * np.maximum(light, 0) ** (1 / 2.2)), 0, 255).astype(np.uint8)


def fit_print(
    view: Buffers, *, top_in: float, bottom_in: float, body: npt.NDArray[np.bool_] | None = None
) -> Print:
    """Fit one scale and origin over the printable area and keep what cloth and folds add to it.

    Args:
        view: the side.
        top_in: of the area, on the pattern.
        bottom_in: of the area.
        body: (H, W) pixels of the panel printed on; None takes all that faces the camera.
    """
    u, v = view.uv[..., 0], view.uv[..., 1]
    body = view.panel == 0 if body is None else body
    inner = body & (np.abs(u) < 9.5) & (v > 1.0)
    area = inner & (np.abs(u) < 6.2) & (v > top_in) & (v < bottom_in)
    rows, cols = np.nonzero(area)
    design = np.stack([cols + 0.5, rows + 0.5, np.ones(len(rows))], axis=1)
    fit, *_ = np.linalg.lstsq(design, np.stack([u[area], v[area]], axis=1), rcond=None)
    scale = float((fit[0, 0] + fit[1, 1]) / 2)
    y, x = np.indices(u.shape) + 0.5
    centre = -(fit[1, 0] * rows.mean() + fit[2, 0]) / fit[0, 0]
    top = (top_in - fit[0, 1] * cols.mean() - fit[2, 1]) / fit[1, 1]
    # The leftover tilt and squeeze of the fit is taken out too: a stated inch is an inch on average.
    flat = np.stack([x * fit[0, k] + y * fit[1, k] + fit[2, k] for k in (0, 1)], axis=-1)
    extra = np.where(inner[..., None], view.uv - flat, 0.0).astype(np.float32)
    return Print(1.0 / scale, float(centre), float(top), follow_folds(extra, inner, ppi=1.0 / scale))


def follow_folds(extra_in: Image, inside: npt.NDArray[np.bool_], *, ppi: float) -> Image:
    """Keep what folds do to a print in full and what the whole form does by a third.

    A print that bends with the shoulders is true and looks like a mistake.
    """
    weight = inside.astype(np.float32)
    fine, broad = (
        blur(extra_in * weight[..., None], inch * ppi) / np.maximum(blur(weight, inch * ppi), 0.02)[..., None]
        for inch in (0.08, 1.5)
    )
    fade = np.clip(3 * blur(weight, 0.2 * ppi), 0, 1)[..., None]
    return np.asarray((fine - 0.67 * broad) * fade, np.float32)


def displacement_code(displacement_in: Image) -> Bytes:
    """(H/4, W/4, 3) bytes: red is x, green is y, 128 none, 127 steps to DISPLACEMENT_RANGE_IN."""
    small = _shrink(displacement_in) / DISPLACEMENT_RANGE_IN
    code = np.clip(np.round(128 + 127 * small), 1, 255).astype(np.uint8)
    return np.dstack([code, np.full(code.shape[:2], 128, np.uint8)])


def shadow_code(mask: Bytes, *, ppi: float) -> Bytes:
    """(H/4, W/4) bytes, 255 the lit ground: contact, cast and ambient shadow, and a slight vignette."""
    cover = _shrink((mask / 255).astype(np.float32))
    unit = ppi / _SMALL
    ground = np.ones_like(cover)
    for blur_in, right_in, down_in, depth in (
        (0.16, 0.10, 0.16, 0.30),
        (0.7, 0.45, 0.75, 0.26),
        (2.2, 0.7, 1.4, 0.16),
    ):
        moved = cv2.warpAffine(
            cover, np.array([[1, 0, right_in * unit], [0, 1, down_in * unit]]), cover.shape[::-1]
        )
        ground *= 1 - depth * cv2.GaussianBlur(moved, (0, 0), blur_in * unit)
    y, x = np.indices(cover.shape) / cover.shape[0] - np.array([0.42, 0.45])[:, None, None]
    ground *= 1.0 - 0.13 * np.clip(np.hypot(x, y), 0, 1) ** 2
    return np.round(255 * ground).astype(np.uint8)


def write(path: Path, code: Bytes) -> int:
    """Write lossless WebP and return its size in bytes."""
    PillowImage.fromarray(code).save(path, format="WEBP", lossless=True, quality=100, method=6, exact=True)
    return path.stat().st_size


def _shrink(image: Image) -> Image:
    size = (image.shape[1] // _SMALL, image.shape[0] // _SMALL)
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.float32)
