"""Artwork carried onto the cloth: shrunk, bent by perspective and folds, lit, inked in."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.garment.placement import Box
from imaging.garment.spec import View, Zone
from imaging.garment.tint import ink_tables
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float32]
Window = tuple[slice, slice]

_DENSITY = 1.2
_INK_COVER = 0.975
"""Share of the cloth that ink hides: the rest is yarn standing up through it."""


def prepare_artwork(artwork: Pixels, *, print_px: tuple[float, float]) -> tuple[Pixels, tuple[float, float]]:
    """Premultiply artwork and bring it to 1.2-2.4 pixels for each pixel of the mock-up.

    At that density a bilinear remap neither skips pixels nor needs a sharpening kernel, which would ring at
    edges. Whole-number factors because OpenCV averages those many times faster.

    Args:
        artwork: (H, W, 4) RGBA, straight alpha.
        print_px: width and height of the print on the mock-up.

    Returns:
        (h, w, 4) premultiplied, and the part of it, from the upper left, that the artwork fills.
    """
    premultiplied = np.asarray(cv2.cvtColor(artwork, cv2.COLOR_RGBA2mRGBA), np.uint8)
    height, width = artwork.shape[:2]
    if width < print_px[0]:
        size = (max(1, round(print_px[0])), max(1, round(print_px[1])))
        large = cv2.resize(premultiplied, size, interpolation=cv2.INTER_LINEAR)
        return np.asarray(large, np.uint8).reshape(size[1], size[0], 4), (float(size[0]), float(size[1]))
    factor = max(1, int(width / print_px[0] / _DENSITY))
    padded = cv2.copyMakeBorder(
        premultiplied, 0, -height % factor, 0, -width % factor, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)
    )
    size = (padded.shape[1] // factor, padded.shape[0] // factor)
    small = np.asarray(cv2.resize(padded, size, interpolation=cv2.INTER_AREA), np.uint8)
    return small.reshape(size[1], size[0], 4), (width / factor, height / factor)


def print_window(view: View, zone: Zone, box: Box) -> Window:
    """Rows and columns of the mock-up that the print can touch, folds included."""
    margin = view.displacement_in
    corners = [
        (box.x_in + dx, box.y_in + dy)
        for dx in (-margin, box.width_in + margin)
        for dy in (-margin, box.height_in + margin)
    ]
    to_view = np.linalg.inv(_to_inches(zone))
    at = cv2.perspectiveTransform(np.array([corners]), to_view)[0]
    size = view.mask.shape[0]
    low = np.clip(np.floor(at.min(axis=0)).astype(int), 0, size)
    high = np.clip(np.ceil(at.max(axis=0)).astype(int) + 1, 0, size)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def warp_artwork(
    artwork: Pixels, view: View, zone: Zone, box: Box, *, filled: tuple[float, float], window: Window
) -> Pixels:
    """Bend prepared artwork into the window by one remap of scale, perspective and displacement.

    Returns:
        (h, w, 4) premultiplied RGBA.
    """
    rows, cols = (np.arange(part.start, part.stop, dtype=np.float32) for part in window)
    x, y = np.meshgrid(cols + 0.5, rows + 0.5)
    m = _to_inches(zone).astype(np.float32)
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    ahead = _displacement(view, x, y)
    x_in = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth + ahead[..., 0]
    y_in = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth + ahead[..., 1]
    map_x = (x_in - box.x_in) * (filled[0] / box.width_in) - 0.5
    map_y = (y_in - box.y_in) * (filled[1] / box.height_in) - 0.5
    bent = cv2.remap(artwork, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(bent, np.uint8)


def ink(shirt: Pixels, artwork: Pixels, shading: Mask, mask: Mask, *, neutral: int) -> Pixels:
    """Print warped artwork on tinted cloth.

    Args:
        shirt: (h, w, 3) tinted cloth.
        artwork: (h, w, 4) premultiplied.
        shading: (h, w) the cloth's shading bytes.
        mask: (h, w) the garment's alpha; no ink beyond it.
        neutral: the shading byte of plain light.
    """
    gain, factor = ink_tables(neutral)
    red, green, blue, clear = cv2.split(artwork)
    brightest = cv2.divide(cv2.max(cv2.max(red, green), blue), clear, scale=255)
    grain = shading.astype(np.float32) - cv2.GaussianBlur(shading, (0, 0), 2.0)
    # Yarn that stands out of the ink is also the yarn that catches the light.
    cover = np.clip(_INK_COVER - 0.006 * np.maximum(grain, 0), 0.8, 1.0) * (mask > 0)
    lit = (factor[shading] * gain[brightest] * cover)[..., None]
    rgb = artwork[..., :3].astype(np.float32) * lit
    alpha = artwork[..., 3:].astype(np.float32) * (cover / 255.0)[..., None]
    mixed = shirt.astype(np.float32) * (1 - alpha) + rgb
    return np.asarray(np.clip(mixed + 0.5, 0, 255), np.uint8)


def _to_inches(zone: Zone) -> npt.NDArray[np.float64]:
    """(3, 3): view pixels to inches from the zone's upper left corner."""
    width, height = zone.size_in
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(np.array(zone.quad_px, np.float32), flat), np.float64)


def _displacement(view: View, x: Floats, y: Floats) -> Floats:
    """Inches, (h, w, 2), at view pixels x, y (a regular grid)."""
    ratio = view.displacement.shape[0] / view.mask.shape[0]
    step = (view.displacement.astype(np.float32)[..., :2] - 128.0) * (view.displacement_in / 127.0)
    x, y = x * ratio - 0.5, y * ratio - 0.5
    return np.asarray(cv2.remap(step, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
