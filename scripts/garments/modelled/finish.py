"""From what is seen and how it is lit to the brightness of each pixel."""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN202, PLR0917, C901, PLR2004 - numba infers types; sizes are used once, where they are read

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from numba import njit, prange

from garments.modelled.bvh import Tree
from garments.modelled.camera import Camera, Seen
from garments.modelled.mesh import Floats
from garments.modelled.studio import Studio, irradiance

Image = npt.NDArray[np.float32]

STEP = 6
_RADIUS = 4


@dataclass(frozen=True, slots=True)
class Surface:
    """What is drawn on the surfaces, (H, W) like the window it belongs to."""

    relief: Image
    """Inches above the modelled surface."""
    tone: Image
    """Linear-light factor on the cloth's own colour."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Light at every STEP-th pixel of a window, (h, w, ...)."""

    part: npt.NDArray[np.int8]
    point: Image
    normal: Image
    vectors: Image
    """(h, w, 6): of the soft box and of the room."""


def gather(
    seen: Seen, tree: Tree, studio: Studio, *, centre: Floats, plane_light: Image, samples: int
) -> Gathered:
    """Light at every STEP-th pixel, its noise averaged out along the surfaces."""
    at = np.s_[STEP // 2 :: STEP, STEP // 2 :: STEP]
    part = np.ascontiguousarray(seen.part[at])
    rows, cols = np.nonzero(part >= 0)
    point, normal = np.ascontiguousarray(seen.point[at]), np.ascontiguousarray(seen.normal[at])
    vectors = np.zeros((*part.shape, 6), np.float32)
    vectors[rows, cols] = irradiance(
        tree, studio, point[rows, cols], normal[rows, cols],
        centre=centre, plane_light=plane_light, samples=samples,
    ).reshape(-1, 6)  # fmt: skip
    for reach in (1, 2):
        vectors = _calmed(part, point, normal, vectors, reach)
    return Gathered(part, point, normal, vectors)


def shade(seen: Seen, surface: Surface, light: Gathered, camera: Camera) -> Image:
    """(H, W) linear-light brightness of white cloth."""
    leaning = lean(seen, surface.relief, camera)
    back = -camera.axes()[2].astype(np.float32)
    joined = _join(
        seen.part,
        seen.point,
        seen.normal,
        leaning,
        light.part,
        light.point,
        light.normal,
        light.vectors,
        back,
    )
    return np.asarray(joined * surface.tone * cavity(surface.relief, seen.part, camera.ppi), np.float32)


def lean(seen: Seen, relief: Image, camera: Camera) -> Image:
    """Normals with the relief's slopes (Mikkelsen 2010, by the steps of the picture)."""
    axes = camera.axes().astype(np.float32)
    return np.asarray(_lean(seen.part, seen.normal, relief, axes, np.float32(1.0 / camera.ppi)), np.float32)


def cavity(relief: Image, part: npt.NDArray[np.int8], ppi: float) -> Image:
    """How much less light reaches the bottom of what the relief digs."""
    inside = (part >= 0).astype(np.float32)
    factor = np.ones_like(relief)
    for size_in, gain in ((0.012, 9.0), (0.035, 5.0)):
        near = cv2.GaussianBlur(inside, (0, 0), size_in * ppi)
        mean = cv2.GaussianBlur(relief * inside, (0, 0), size_in * ppi) / np.maximum(near, 1e-3)
        factor *= np.exp(np.clip(gain * (relief - mean), -0.35, 0.06)).astype(np.float32)
    return factor


@njit(parallel=True, fastmath=True, cache=True)
def _lean(part, normal, relief, axes, inch):
    height, width = part.shape
    out = np.zeros((height, width, 3), np.float32)
    for y in prange(height):
        for x in range(width):
            label = part[y, x]
            if label < 0:
                continue
            n = normal[y, x]
            dx = dy = np.float32(0.0)
            count = 0
            for s in (-1, 1):
                if 0 <= x + s < width and part[y, x + s] == label:
                    dx += s * (relief[y, x + s] - relief[y, x])
                    count += 1
            dx /= max(1, count)
            count = 0
            for s in (-1, 1):
                if 0 <= y + s < height and part[y + s, x] == label:
                    dy += s * (relief[y + s, x] - relief[y, x])
                    count += 1
            dy /= max(1, count)
            # One pixel right or down, along the surface: slid back along the view onto its plane.
            depth = max(np.float32(0.12), -(n * axes[2]).sum())
            a = (axes[0] + axes[2] * ((n * axes[0]).sum() / depth)) * inch
            b = (-axes[1] - axes[2] * ((n * axes[1]).sum() / depth)) * inch
            ra, rb = np.cross(b, n), np.cross(n, a)
            det = (a * ra).sum()
            steep = (dx * ra + dy * rb) / det
            size = np.float32(np.sqrt((steep * steep).sum()))
            limit = min(np.float32(1.0), np.float32(1.3) / max(size, np.float32(1e-6)))
            m = n - steep * limit
            out[y, x] = m / np.float32(np.sqrt((m * m).sum()))
    return out


@njit(fastmath=True, cache=True)
def _alike(pa, na, pb, nb, reach):
    """How far two spots belong to one smooth surface: by normals and by distance off the tangent plane."""
    cosine = na[0] * nb[0] + na[1] * nb[1] + na[2] * nb[2]
    off = abs((pa[0] - pb[0]) * na[0] + (pa[1] - pb[1]) * na[1] + (pa[2] - pb[2]) * na[2])
    return max(np.float32(0.0), cosine) ** 16 * np.float32(np.exp(-((off / reach) ** 2)))


@njit(parallel=True, fastmath=True, cache=True)
def _calmed(part, point, normal, vectors, stride):
    """Average over neighbours of the same surface."""
    height, width = part.shape
    out = np.zeros_like(vectors)
    for y in prange(height):
        for x in range(width):
            if part[y, x] < 0:
                continue
            total = np.float32(0.0)
            for dy in range(-_RADIUS // 2, _RADIUS // 2 + 1):
                for dx in range(-_RADIUS // 2, _RADIUS // 2 + 1):
                    v, u = y + dy * stride, x + dx * stride
                    if 0 <= v < height and 0 <= u < width and part[v, u] == part[y, x]:
                        w = _alike(point[y, x], normal[y, x], point[v, u], normal[v, u], np.float32(0.05))
                        w *= np.float32(np.exp(-(dx * dx + dy * dy) / 4.0))
                        total += w
                        out[y, x] += w * vectors[v, u]
            out[y, x] /= total
    return out


@njit(parallel=True, fastmath=True, cache=True)
def _join(part, point, normal, leaning, c_part, c_point, c_normal, vectors, back):
    height, width = part.shape
    out = np.zeros((height, width), np.float32)
    rows, cols = c_part.shape
    for y in prange(height):
        vector = np.empty(6, np.float32)
        for x in range(width):
            if part[y, x] < 0:
                continue
            total = np.float32(0.0)
            vector[:] = 0
            fy, fx = (y - STEP / 2) / STEP, (x - STEP / 2) / STEP
            for reach in (2, 6):
                for v in range(int(np.floor(fy)) - reach + 1, int(np.floor(fy)) + reach + 1):
                    for u in range(int(np.floor(fx)) - reach + 1, int(np.floor(fx)) + reach + 1):
                        if not (0 <= v < rows and 0 <= u < cols) or c_part[v, u] < 0:
                            continue
                        d = (v - fy) ** 2 + (u - fx) ** 2
                        w = np.float32(np.exp(-d / 0.9)) + np.float32(1e-7)
                        w *= _alike(
                            point[y, x], normal[y, x], c_point[v, u], c_normal[v, u], np.float32(0.04)
                        ) + np.float32(1e-5)
                        if c_part[v, u] != part[y, x]:
                            w *= np.float32(1e-3)
                        total += w
                        vector += w * vectors[v, u]
                if total > 1e-4:
                    break
            vector /= max(total, np.float32(1e-20))
            n, m = leaning[y, x], normal[y, x]
            key = np.float32(0.0)
            room = np.float32(0.0)
            for k in range(3):
                # Cloth is not a smooth plate: threads face other ways too and flatten what their slope does.
                blend = np.float32(0.88) * n[k] + np.float32(0.12) * m[k]
                key += vector[k] * blend
                room += vector[3 + k] * blend
            edge = np.float32(1.0) - max(np.float32(0.0), n[0] * back[0] + n[1] * back[1] + n[2] * back[2])
            fuzz = np.float32(1.0) + np.float32(0.22) * edge**4
            out[y, x] = (max(np.float32(0.0), key) + max(np.float32(0.0), room)) * fuzz
    return out
