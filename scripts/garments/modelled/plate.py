"""One view of a garment as the files that the mock-up engine reads."""

# ruff: noqa: PLR2004 - a display's curve and a few pixels, each used once where it is read

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image as PillowImage

from garments.modelled.bvh import Tree
from garments.modelled.camera import Camera, Seen
from garments.modelled.mesh import Floats
from garments.modelled.studio import Studio, irradiance

Image = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

NEUTRAL = 180
SMALL = 4


@dataclass(frozen=True, slots=True)
class Zone:
    """How a print lies on the picture."""

    quad_px: Floats
    """(4, 2)."""
    displacement_in: Image
    """(H, W, 2), zero where nothing can be printed."""

    def describe(self, size_in: tuple[float, float]) -> str:
        """The figures that garment.yaml states."""
        quad = np.round(self.quad_px, 1)
        wide = np.mean([np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3])])
        return f"pixels_per_inch {wide / size_in[0]:.2f}, quad_px {quad.tolist()}"


def framed(seen: Seen, size_px: int) -> Callable[[npt.NDArray[Any]], npt.NDArray[Any]]:
    """What lays a plane of the window onto the whole picture, zeros around it."""

    def full(window: npt.NDArray[Any]) -> npt.NDArray[Any]:
        whole = np.zeros((size_px, size_px, *window.shape[2:]), window.dtype)
        whole[seen.top : seen.top + window.shape[0], seen.left : seen.left + window.shape[1]] = window
        return whole

    return full


def averaged(light: Image, cover: Image, size_px: int) -> tuple[Image, Bytes]:
    """A large picture brought to size: brightness of what is covered, and the cover as alpha."""
    small, glow = (
        cv2.resize(plane, (size_px, size_px), interpolation=cv2.INTER_AREA)
        for plane in (cover, light * cover)
    )
    return (
        np.where(small > 0, glow / np.maximum(small, 1e-3), 1.0).astype(np.float32),
        np.round(255 * small).astype(np.uint8),
    )


def shading_code(light: Image, mask: Bytes, *, step: int) -> Bytes:
    """Brightness as bytes, NEUTRAL for 1, in steps that yarn hides; NEUTRAL off the garment."""
    eye = NEUTRAL * np.maximum(light, 0) ** (1 / 2.2)
    code = np.round((eye - NEUTRAL) / step) * step + NEUTRAL
    return np.where(mask > 0, np.clip(code, 0, 255), NEUTRAL).astype(np.uint8)


def shoulder(light: Image, *, knee: float = 1.0) -> Image:
    """Film's shoulder: above the knee light gains half, so that white cloth keeps its form."""
    over = light - knee
    return np.where(over > 0, knee + 0.45 * np.tanh(over * 1.25), light).astype(np.float32)


def fit_zone(
    place_in: Image, on_cloth: Flags, *, size_in: tuple[float, float], margin_in: float = 0.3
) -> Zone:
    """Lay a flat rectangle over the cloth's own inches as well as perspective can; the rest is displacement.

    Args:
        place_in: (H, W, 2), each pixel's inches right and down of the zone's upper left corner.
        on_cloth: (H, W), where these are known.
        size_in: the zone's width and height.
        margin_in: how far around the zone the fit counts.
    """
    inside = on_cloth.copy()
    for k in (0, 1):
        inside &= (place_in[..., k] > -margin_in) & (place_in[..., k] < size_in[k] + margin_in)
    rows, cols = np.nonzero(inside)
    pick = slice(None, None, max(1, len(rows) // 20000))
    seen = np.stack([cols[pick] + 0.5, rows[pick] + 0.5], axis=1)
    matrix, _ = cv2.findHomography(seen, place_in[inside][pick].astype(np.float64), 0)
    y, x = (np.indices(on_cloth.shape, dtype=np.float64) + 0.5).reshape(2, -1)
    flat = cv2.perspectiveTransform(np.stack([x, y], axis=1)[None], matrix)[0].reshape(*on_cloth.shape, 2)
    extra = np.where(on_cloth[..., None], place_in - flat, 0.0).astype(np.float32)
    width, height = size_in
    corners = np.array([[(0, 0), (width, 0), (width, height), (0, height)]], np.float64)
    return Zone(cv2.perspectiveTransform(corners, np.linalg.inv(matrix))[0], _spread(extra, on_cloth))


def _spread(extra: Image, known: Flags) -> Image:
    """Carry values on past the edge of what is known, so that shrinking the map mixes in no zeros."""
    weight = known.astype(np.float32)
    total = extra * weight[..., None]
    result = extra.copy()
    for sigma in (3, 9, 30):
        near = cv2.GaussianBlur(weight, (0, 0), sigma)
        mean = cv2.GaussianBlur(total, (0, 0), sigma) / np.maximum(near, 1e-4)[..., None]
        fresh = (near > 0.02) & (weight == 0) & (result == 0).all(axis=-1)
        result[fresh] = mean[fresh]
    return result


def displacement_code(displacement_in: Image, *, range_in: float) -> Bytes:
    """(H/4, W/4, 3) bytes: red is x, green is y, 128 none, 127 steps to `range_in`."""
    size = (displacement_in.shape[1] // SMALL, displacement_in.shape[0] // SMALL)
    small = cv2.resize(displacement_in, size, interpolation=cv2.INTER_AREA) / range_in
    code = np.clip(np.round(128 + 127 * small), 1, 255).astype(np.uint8)
    return np.dstack([code, np.full(code.shape[:2], 128, np.uint8)])


def plane_share(tree: Tree, studio: Studio, camera: Camera, *, centre: Floats, samples: int) -> Image:
    """(S/4, S/4): the plane's light at each pixel as a share of what it gets far from the garment."""
    size = camera.size_px // SMALL
    normal = np.array(studio.plane.normal)
    axes, eye = camera.axes(), camera.eye()
    step = ((np.arange(size) + 0.5) * SMALL - camera.size_px / 2) / (camera.ppi * camera.distance_in)
    x, y = np.meshgrid(step, -step)
    way = x[..., None] * axes[0] + y[..., None] * axes[1] + axes[2]
    down = way @ normal
    t = np.where(down < -1e-3, (studio.plane.distance_in - eye @ normal) / np.minimum(down, -1e-3), 1e3)
    points = eye + way * np.minimum(t, 400.0)[..., None]
    vectors = irradiance(tree, studio, points.reshape(-1, 3), None, centre=centre, samples=samples, seed=7)
    share = (vectors.sum(axis=1) @ normal).reshape(size, size)
    # The lit plane is even: what the far corners get is what all of it would get.
    return np.asarray(share / np.percentile(share, 97), np.float32)


def shadow_code(share: Image, mask: Bytes) -> Bytes:
    """(S/4, S/4) bytes, 255 the lit plane: `plane_share` without its noise, and a slight vignette."""
    free = cv2.resize(mask, share.shape[::-1], interpolation=cv2.INTER_AREA) < 8
    away = cv2.distanceTransform(free.astype(np.uint8), cv2.DIST_L2, 5)
    calm = cv2.medianBlur(share, 5)
    # The further from what casts it, the softer a shadow is anyway.
    result = cv2.GaussianBlur(calm, (0, 0), 1.0)
    for sigma, from_px in ((2.5, 4.0), (6.0, 14.0), (14.0, 40.0)):
        part = np.clip((away - from_px) / from_px, 0, 1)
        result = result * (1 - part) + cv2.GaussianBlur(calm, (0, 0), sigma) * part
    rows, cols = np.indices(share.shape) / share.shape[0] - np.array([0.42, 0.45])[:, None, None]
    vignette = 1.0 - 0.13 * np.clip(np.hypot(rows, cols), 0, 1) ** 2
    return np.asarray(np.round(255 * np.clip(result, 0, 1) ** (1 / 1.3) * vignette), np.uint8)


def shrunk(plane: Image, size_px: int) -> Bytes:
    """(H, W) of 0 to 1, brought to a quarter of `size_px`, as bytes."""
    small = cv2.resize(plane, (size_px // SMALL, size_px // SMALL), interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(255 * small), np.uint8)


def write(path: Path, code: Bytes) -> int:
    """Write lossless WebP and return its size in bytes."""
    PillowImage.fromarray(code).save(path, format="WEBP", lossless=True, quality=90, method=4, exact=True)
    return path.stat().st_size
