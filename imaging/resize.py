"""Resampling to an exact size, and the colours under transparent pixels."""

import cv2
import numpy as np

from imaging.types import Color, Pixels

OPAQUE = 255


def resize_exact(pixels: Pixels, *, width_px: int, height_px: int) -> Pixels:
    """Resample to exactly (height_px, width_px).

    Shrinking averages areas, enlarging is Lanczos over 8x8 pixels. Colours are weighted by alpha, so nothing
    bleeds in from under transparent pixels.

    Args:
        pixels: (H, W), (H, W, 3) or (H, W, 4) uint8.
        width_px: At least 1.
        height_px: At least 1.
    """
    height, width = pixels.shape[:2]
    if (width, height) == (width_px, height_px):
        return pixels
    shrinks = width_px <= width and height_px <= height
    method = cv2.INTER_AREA if shrinks else cv2.INTER_LANCZOS4
    size = (width_px, height_px)
    if pixels.ndim == 2 or pixels.shape[2] == 3 or is_opaque(pixels):  # noqa: PLR2004 - channels
        return _resample(pixels, size, method)
    alpha = pixels[..., 3:].astype(np.float32) / OPAQUE
    weighted = np.concatenate([pixels[..., :3] * alpha, alpha * OPAQUE], axis=2, dtype=np.float32)
    mixed = cv2.resize(weighted, size, interpolation=method)
    # By the unclipped alpha: where Lanczos overshoots, colour and alpha overshoot alike.
    color = mixed[..., :3] * (OPAQUE / np.maximum(mixed[..., 3:], 1.0))
    straight = np.concatenate([color, mixed[..., 3:]], axis=2)
    rounded: Pixels = np.rint(np.clip(straight, 0, OPAQUE)).astype(np.uint8)
    return rounded


def _resample(pixels: Pixels, size: tuple[int, int], method: int) -> Pixels:
    return cv2.resize(pixels, size, interpolation=method).astype(np.uint8, copy=False)


def is_opaque(pixels: Pixels) -> bool:
    """Whether no pixel lets anything through."""
    return pixels.shape[2] == 3 or bool(pixels[..., 3].min() == OPAQUE)  # noqa: PLR2004 - channels


def fill_under_transparency(pixels: Pixels, *, beyond: Color, reach_px: int = 8) -> Pixels:
    """Colours for pixels that are not seen, grown out of their seen neighbours.

    A network or a resampler that looks past an edge then finds the artwork's own colour there, not the black
    or white that editors leave under transparency, and makes no fringe.

    Args:
        pixels: (H, W, 4) uint8, straight alpha.
        beyond: The colour further out; the mean of the seen colours is a good one.
        reach_px: How far colours grow.

    Returns:
        (H, W, 3) uint8, equal to the input's colour wherever alpha is over 0.
    """
    alpha = pixels[..., 3]
    seen = (alpha > 0).astype(np.float32)
    color = pixels[..., :3].astype(np.float32)
    weight = alpha.astype(np.float32) / OPAQUE
    kernel = (2 * reach_px + 1, 2 * reach_px + 1)
    near = cv2.GaussianBlur(color * weight[..., None], kernel, 0)
    near_weight = cv2.GaussianBlur(weight, kernel, 0)[..., None]
    far = np.array(beyond, np.float32)
    grown = np.where(near_weight > 1e-4, near / np.maximum(near_weight, 1e-4), far)  # noqa: PLR2004 - no division by nothing
    result = np.where(seen[..., None] > 0, color, grown)
    rounded: Pixels = np.rint(np.clip(result, 0, OPAQUE)).astype(np.uint8)
    return rounded
