"""A camera with a long lens, and what each of its pixels sees."""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN202, PLR0917, PLR2004 - numba infers types; sizes are used once, where they are read

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit, prange

from garments.modelled.bvh import DEPTH, Tree, closest
from garments.modelled.mesh import ATTRIBUTES, Floats, Mesh

Image = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Camera:
    """Looks at `target` from `distance_in` away."""

    target: tuple[float, float, float]
    azimuth_deg: float
    """0 looks from +z, 180 from -z."""
    elevation_deg: float
    distance_in: float
    ppi: float
    """Pixels per inch at the target, for a picture of `size_px`."""
    size_px: int

    def axes(self) -> Floats:
        """(3, 3): right, up and forward."""
        turn, rise = np.deg2rad([self.azimuth_deg, self.elevation_deg])
        back = np.array([np.sin(turn) * np.cos(rise), np.sin(rise), np.cos(turn) * np.cos(rise)])
        right = np.array([np.cos(turn), 0.0, -np.sin(turn)])
        return np.stack([right, np.cross(back, right), -back])

    def eye(self) -> Floats:
        """Where the lens is."""
        return np.asarray(np.array(self.target) - self.axes()[2] * self.distance_in)

    def enlarged(self, factor: int) -> "Camera":
        """The same view with `factor` times the pixels."""
        return Camera(
            self.target, self.azimuth_deg, self.elevation_deg, self.distance_in,
            self.ppi * factor, self.size_px * factor,
        )  # fmt: skip

    def project(self, points: Floats) -> Floats:
        """(n, 3) inches to (n, 2) pixels."""
        local = (points - self.eye()) @ self.axes().T
        scale = self.ppi * self.distance_in / local[:, 2:]
        return np.stack([local[:, 0], -local[:, 1]], axis=1) * scale + self.size_px / 2


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pixels see; all (H, W, ...) over a window of the picture."""

    part: npt.NDArray[np.int8]
    """-1 where nothing is seen."""
    attributes: Image
    """(H, W, ATTRIBUTES)."""
    normal: Image
    """(H, W, 3), facing the camera."""
    point: Image
    """(H, W, 3)."""
    left: int
    top: int
    """Upper left corner of the window on the picture."""


def see(mesh: Mesh, tree: Tree, camera: Camera) -> Seen:
    """Trace one ray through the centre of each pixel of the window that holds the mesh."""
    at = camera.project(mesh.points)
    low = np.clip(np.floor(at.min(axis=0)).astype(int) - 8, 0, camera.size_px) // 8 * 8
    high = np.clip(-(-(np.ceil(at.max(axis=0)).astype(int) + 8) // 8) * 8, 0, camera.size_px)
    shape = (int(high[1] - low[1]), int(high[0] - low[0]))
    seen = Seen(
        np.full(shape, -1, np.int8),
        np.zeros((*shape, ATTRIBUTES), np.float32),
        np.zeros((*shape, 3), np.float32),
        np.zeros((*shape, 3), np.float32),
        int(low[0]),
        int(low[1]),
    )
    corners = mesh.triangles[tree.order]
    _see(
        tree,
        corners,
        mesh.parts[tree.order].astype(np.int8),
        mesh.normals.astype(np.float32),
        mesh.attributes.astype(np.float32),
        camera.eye().astype(np.float32),
        camera.axes().astype(np.float32),
        np.float32(camera.ppi * camera.distance_in),
        np.array([low[0] - camera.size_px / 2, low[1] - camera.size_px / 2], np.float32),
        seen.part,
        seen.attributes,
        seen.normal,
        seen.point,
    )
    return seen


@njit(parallel=True, fastmath=True, cache=True)
def _see(tree, corners, parts, normals, attributes, eye, axes, focal, first, part, attr, normal, point):
    height, width = part.shape
    for row in prange(height):
        stack = np.empty(DEPTH, np.int32)
        way, inverse = np.empty(3, np.float32), np.empty(3, np.float32)
        for col in range(width):
            x = (first[0] + col + np.float32(0.5)) / focal
            y = -(first[1] + row + np.float32(0.5)) / focal
            length = np.float32(np.sqrt(1 + x * x + y * y))
            for k in range(3):
                way[k] = (axes[0, k] * x + axes[1, k] * y + axes[2, k]) / length
                inverse[k] = np.float32(1.0) / (way[k] if abs(way[k]) > 1e-9 else np.float32(1e-9))
            t, at, u, v = closest(tree, eye, way, inverse, stack)
            if at < 0:
                continue
            part[row, col] = parts[at]
            a, b, c = corners[at]
            w = np.float32(1.0) - u - v
            for k in range(attributes.shape[1]):
                attr[row, col, k] = w * attributes[a, k] + u * attributes[b, k] + v * attributes[c, k]
            n = w * normals[a] + u * normals[b] + v * normals[c]
            length = np.float32(np.sqrt((n * n).sum()) + 1e-12)
            facing = -(n[0] * way[0] + n[1] * way[1] + n[2] * way[2])
            sign = np.float32(1.0) if facing >= 0 else np.float32(-1.0)
            for k in range(3):
                normal[row, col, k] = sign * n[k] / length
                point[row, col, k] = eye[k] + t * way[k]
