"""From the draped mesh to picture-sized buffers: which point of which panel each pixel sees."""

# ruff: noqa: PLR2004 - sizes of one shirt, in inches, each used once where it is read

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.interpolate import CloughTocher2DInterpolator

from garments.sewing import Sewn

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Image = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Buffers:
    """One view, all (H, W); pixels that see nothing have panel -1."""

    panel: npt.NDArray[np.int8]
    """0 the panel facing the camera, 1 the inside of the other one, -1 the ground."""
    uv: Image
    """(H, W, 2) pattern coordinates in inches."""
    depth: Image
    """Inches towards the camera."""
    normal: Image
    """(H, W, 3), unit, z towards the camera."""
    piece: npt.NDArray[np.int8] | None = None
    """Which piece of the mesh, -1 the ground."""


def look(
    sewn: Sewn,
    position: Floats,
    *,
    side: str,
    size_px: int,
    ppi: float,
    top_in: float,
    outward: Sequence[int] | None = None,
) -> Buffers:
    """Draw the garment as seen straight from the front or from behind, without perspective.

    Args:
        sewn: the mesh.
        position: (n, 3) inches.
        side: "front" or "back".
        size_px: side of the picture.
        ppi: pixels per inch.
        top_in: room above the neck point.
        outward: for each piece 1 where its winding faces out on the front, -1 on the back; tells outside from
            inside where a piece turns over. None takes the whole far panel for inside.
    """
    turn = np.array([1.0, 1.0, 1.0]) if side == "front" else np.array([-1.0, 1.0, -1.0])
    uvz = np.full((size_px, size_px, 6), np.nan, np.float32)
    depth = np.full((size_px, size_px), -1e9, np.float32)
    panel = np.full((size_px, size_px), -1, np.int8)
    piece = np.full((size_px, size_px), -1, np.int8)
    order = range(len(sewn.names))
    for label, index in enumerate(order if side == "front" else reversed(order)):
        points, uv, triangles = _smooth(sewn, position, index)
        points = points * turn
        normal = _normals(points, triangles, facing=1.0)
        pixel = np.stack([points[:, 0] * ppi + size_px / 2, (points[:, 1] + top_in) * ppi], axis=1)
        values = np.concatenate([uv * turn[:2], points[:, 2:], normal], axis=1)
        labels = np.full(len(triangles), label)
        if outward is not None:
            labels = (outward[index] * _towards(points, triangles) < 0).astype(np.int64)
        _fill(pixel, values, triangles, uvz, depth, panel, labels, piece, index)
    return Buffers(panel, uvz[..., :2], depth, uvz[..., 3:], piece)


def _towards(points: Floats, triangles: Ints) -> Floats:
    """Above 0 for triangles whose winding faces the camera."""
    a, b, c = (points[triangles[:, k], :2] for k in range(3))
    turned: Floats = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    return turned


def _smooth(sewn: Sewn, position: Floats, index: int) -> tuple[Floats, Floats, Ints]:
    """Split each triangle in sixteen, the new points on a smooth surface through the old ones."""
    used, local = np.unique(sewn.triangles[index], return_inverse=True)
    uv, triangles = sewn.sheets[index][used], local.reshape(-1, 3)
    surface = CloughTocher2DInterpolator(uv, position[used], tol=1e-4, maxiter=200)
    fine = uv
    for _ in range(2):
        fine, triangles = _split(fine, triangles)
    points = surface(fine)
    points[: len(uv)] = position[used]
    missing = np.isnan(points[:, 0])
    points[missing] = _midpoints(uv, position[used], fine[missing])
    return points, fine, triangles


def _midpoints(uv: Floats, position: Floats, wanted: Floats) -> Floats:
    """Points on the outline that rounding puts just outside: between their two nearest neighbours."""
    result = np.empty((len(wanted), 3))
    for k, point in enumerate(wanted):
        distance = np.linalg.norm(uv - point, axis=1)
        a, b = np.argsort(distance)[:2]
        share = distance[a] / (distance[a] + distance[b] + 1e-12)
        result[k] = position[a] * (1 - share) + position[b] * share
    return result


def _split(uv: Floats, triangles: Ints) -> tuple[Floats, Ints]:
    ends = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    edges, index = np.unique(ends, axis=0, return_inverse=True)
    middle = uv[edges].mean(axis=1)
    ab, bc, ca = (len(uv) + index.reshape(3, -1)[k] for k in range(3))
    a, b, c = triangles.T
    quarters = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.concatenate([uv, middle]), np.concatenate([np.stack(q, axis=1) for q in quarters])


def _normals(points: Floats, triangles: Ints, *, facing: float) -> Floats:
    a, b, c = (points[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    total = np.zeros_like(points)
    for k in range(3):
        np.add.at(total, triangles[:, k], face)
    total /= np.linalg.norm(total, axis=1, keepdims=True) + 1e-12
    return np.where(total[:, 2:] < 0, -facing, facing) * total


@njit(cache=True)
def _fill(  # noqa: PLR0917 - numba takes arguments by place
    pixel: Floats,
    values: Floats,
    triangles: Ints,
    out: Image,
    depth: Image,
    panel: npt.NDArray[np.int8],
    labels: Ints,
    piece: npt.NDArray[np.int8],
    index: int,
) -> None:
    """Depth-buffered triangles with linear interpolation of `values`."""
    height, width = depth.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t]
        ax, ay = pixel[a]
        bx, by = pixel[b]
        cx, cy = pixel[c]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-9:
            continue
        for y in range(max(0, int(min(ay, by, cy))), min(height, int(max(ay, by, cy)) + 2)):
            for x in range(max(0, int(min(ax, bx, cx))), min(width, int(max(ax, bx, cx)) + 2)):
                px, py = x + 0.5, y + 0.5
                wa = ((bx - px) * (cy - py) - (by - py) * (cx - px)) / area
                wb = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) / area
                wc = 1.0 - wa - wb
                if wa < -1e-6 or wb < -1e-6 or wc < -1e-6:
                    continue
                z = wa * values[a, 2] + wb * values[b, 2] + wc * values[c, 2]
                if z > depth[y, x]:
                    depth[y, x] = z
                    panel[y, x] = labels[t]
                    piece[y, x] = index
                    for k in range(6):
                        out[y, x, k] = wa * values[a, k] + wb * values[b, k] + wc * values[c, k]
