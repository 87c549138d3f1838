"""A studio for the shirt: one big soft box at the upper left, a fill at the right, a bright ceiling."""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

import cv2
import numpy as np
import numpy.typing as npt

from garments.raster import Buffers
from garments.relief import Details

Image = npt.NDArray[np.float32]

_KEY = np.array([-0.60, -0.60, 0.52], np.float32)
_FILL = np.array([0.75, -0.10, 0.65], np.float32)


def shade(
    view: Buffers,
    details: Details,
    *,
    ppi: float,
    seed: int,
    body: npt.NDArray[np.bool_] | None = None,
) -> Image:
    """Linear-light brightness of white cloth, (H, W), 1 where the chest is plainly lit; 0 on the ground.

    Args:
        view: what is seen.
        details: what is sewn on it.
        ppi: pixels per inch.
        seed: of the yarn.
        body: (H, W) pixels of the panel that has the chest; None takes all that faces the camera.
    """
    shirt = view.panel >= 0
    depth = np.where(shirt, view.depth, np.nan).astype(np.float32)
    normal = _bent(view, details.relief, ppi)
    direct = _wrapped(normal, _KEY, 0.18) * _cast(depth, ppi)
    fill = _wrapped(normal, _FILL, 0.5)
    sky = 0.5 - 0.32 * normal[..., 1] + 0.18 * normal[..., 2]
    light = (0.80 * direct + 0.14 * fill + 0.36 * sky) * _occlusion(depth, ppi)
    half = np.array([-0.28, -0.36, 0.89], np.float32)
    light += 0.05 * np.clip(normal @ half, 0, 1) ** 14
    # The soft box is near: its light falls off across the shirt.
    rows, cols = np.indices(light.shape, dtype=np.float32) / (light.shape[0] - 1) - 0.5
    light *= 1.0 - 0.16 * cols - 0.14 * rows
    light *= details.tone * _knit(view, seed)
    light = np.where(view.panel == 1, light * 0.72, light)
    chest = (np.abs(view.uv[..., 0]) < 5) & (view.uv[..., 1] > 5) & (view.uv[..., 1] < 16)
    chest &= view.panel == 0 if body is None else body
    light = np.where(shirt, light / np.median(light[chest]), 0.0)
    return _evened(light.astype(np.float32), shirt, ppi)


def _evened(light: Image, shirt: npt.NDArray[np.bool_], ppi: float) -> Image:
    """Hold back the broad gradient over the whole shirt and keep the folds, as a retoucher would."""
    log = np.log(np.maximum(light, 0.03)) * shirt
    weight = blur(shirt.astype(np.float32), 2.2 * ppi)
    broad = blur(log.astype(np.float32), 2.2 * ppi) / np.maximum(weight, 1e-3)
    return np.where(shirt, _shoulder(np.exp(0.50 * broad + 1.35 * (log - broad))), 0.0).astype(np.float32)


def _shoulder(light: Image) -> Image:
    """Film's shoulder: above 1 light gains half, so that white cloth keeps its form."""
    return np.where(light > 1.0, 1.0 + 0.42 * np.tanh((light - 1.0) * 1.3), light)


def _bent(view: Buffers, relief: Image, ppi: float) -> Image:
    """Normals with the relief's slopes added; no slope across the edge of a panel."""
    slope_y, slope_x = (np.asarray(g * ppi, np.float32) for g in np.gradient(relief))
    edge = cv2.dilate(
        (cv2.Laplacian(view.panel.astype(np.float32), cv2.CV_32F) != 0).astype(np.uint8), np.ones((3, 3))
    )
    slope_x[edge > 0] = slope_y[edge > 0] = 0
    normal = np.nan_to_num(view.normal, nan=0.0).copy()
    normal[..., 0] -= normal[..., 2] * np.clip(slope_x, -1.2, 1.2)
    normal[..., 1] -= normal[..., 2] * np.clip(slope_y, -1.2, 1.2)
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6), np.float32)


def _wrapped(normal: Image, light: npt.NDArray[np.float32], wrap: float) -> Image:
    """Lambert's law for a large source: light reaches a little past the horizon."""
    cosine = normal @ (light / np.linalg.norm(light))
    return np.asarray(np.clip((cosine + wrap) / (1 + wrap), 0, None) ** (1 + wrap / 2), np.float32)


def _cast(depth: Image, ppi: float) -> Image:
    """Soft shadows: march towards the key and note how far the cloth rises above the ray."""
    ground = np.nan_to_num(depth, nan=-9.0)
    lit = np.ones_like(ground)
    flat = np.linalg.norm(_KEY[:2])
    rise = _KEY[2] / flat
    for distance in np.geomspace(0.06, 3.5, 22):
        dx, dy = (_KEY[:2] / flat * distance * ppi).tolist()
        matrix = np.array([[1, 0, -dx], [0, 1, -dy]], np.float32)
        seen = cv2.warpAffine(ground, matrix, ground.shape[::-1], borderValue=-9.0)
        above = (seen - ground - rise * distance) / distance
        lit = np.minimum(lit, np.clip(0.75 - above * 1.5, 0.25, 1.0))
    return blur(lit, 0.05 * ppi)


def _occlusion(depth: Image, ppi: float) -> Image:
    """How much of the sky the neighbourhood hides, from depth against its own blur at four sizes."""
    # The wall stands well behind: past a free edge nothing hides the sky.
    filled = np.nan_to_num(depth, nan=float(np.nanmin(depth)) - 1.0)
    hidden = np.zeros_like(filled)
    for size, gain in ((0.08, 0.5), (0.22, 0.55), (0.6, 0.5), (1.6, 0.35)):
        mean = blur(filled, size * ppi)
        hidden += gain * np.clip((mean - filled) / size, 0, 1.2)
    return np.exp(-hidden).astype(np.float32)


def blur(image: Image, sigma_px: float) -> Image:
    """Gaussian blur; wide ones on a smaller copy, which they cannot tell from the original."""
    step = max(1, int(sigma_px / 6))
    small = cv2.resize(image, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / step)
    return np.asarray(cv2.resize(small, image.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _knit(view: Buffers, seed: int) -> Image:
    """Jersey: fine wales along the grain, and the slight cloudiness of real yarn."""
    rng = np.random.default_rng(seed)
    shape = view.panel.shape
    grain = cv2.GaussianBlur(rng.normal(0, 1, shape).astype(np.float32), (0, 0), sigmaX=0.7, sigmaY=1.3)
    small = rng.normal(0, 1, (shape[0] // 8, shape[1] // 8)).astype(np.float32)
    cloud = cv2.GaussianBlur(cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC), (0, 0), 4)
    wale = np.cos(2 * np.pi * 26.0 * np.nan_to_num(view.uv[..., 0]))
    return np.asarray(
        1 + 0.026 * grain / grain.std() + 0.006 * cloud / cloud.std() + 0.010 * wale, np.float32
    )
