"""Which triangle a ray meets: a binary tree of boxes over triangles sorted along a space-filling curve.

The tree is implicit: node i has the children 2i + 1 and 2i + 2, leaves hold up to LEAF triangles in curve
order (after Lauterbach and others 2009). Rays and triangles meet by Möller and Trumbore 1997.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN201, ANN202 - numba infers types; sizes are used once, where they are read

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from garments.modelled.mesh import Mesh

Image = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]

LEAF = 4
DEPTH = 64
FAR = np.float32(1e9)
# Triangles reach a hair past their edges, or rays slip through between neighbours.
_SLACK = np.float32(3e-4)


class Tree(NamedTuple):
    """What `closest` and `blocked` read."""

    low: Image
    high: Image
    corner: Image
    """(m, 3), first corner of each triangle in curve order."""
    edge_a: Image
    edge_b: Image
    order: Ints
    """(m,), the mesh's own number of each triangle."""
    leaves: int


def build(mesh: Mesh) -> Tree:
    """Sort triangles along a Morton curve and box them in bottom-up."""
    corners = mesh.points[mesh.triangles].astype(np.float32)
    order = np.argsort(_morton(corners.mean(axis=1)), kind="stable")
    corners = corners[order]
    leaves = 1 << max(0, int(np.log2(max(1, len(order)) * 2 / LEAF)))
    low = np.full((2 * leaves - 1, 3), FAR, np.float32)
    high = np.full((2 * leaves - 1, 3), -FAR, np.float32)
    # Spread evenly: an empty leaf's box, inside out, would be entered by every ray.
    slot = leaves - 1 + np.arange(len(order)) * leaves // len(order)
    np.minimum.at(low, slot, corners.min(axis=1))
    np.maximum.at(high, slot, corners.max(axis=1))
    for first in (2**level - 1 for level in range(int(np.log2(leaves)) - 1, -1, -1)):
        nodes = np.arange(first, 2 * first + 1)
        low[nodes] = np.minimum(low[2 * nodes + 1], low[2 * nodes + 2])
        high[nodes] = np.maximum(high[2 * nodes + 1], high[2 * nodes + 2])
    a, b, c = (np.ascontiguousarray(corners[:, k]) for k in range(3))
    return Tree(low, high, a, b - a, c - a, order.astype(np.int32), leaves)


def _morton(points: Image) -> npt.NDArray[np.int64]:
    span = np.maximum((points.max(axis=0) - points.min(axis=0)).max(), 1e-9)
    cell = np.clip((points - points.min(axis=0)) / span * 1023, 0, 1023).astype(np.int64)
    code = np.zeros(len(points), np.int64)
    for bit in range(10):
        for axis in range(3):
            code |= ((cell[:, axis] >> bit) & 1) << (3 * bit + axis)
    return code


@njit(fastmath=True, cache=True)
def _enter(tree, node, origin, inverse, limit):
    near, far = np.float32(0.0), limit
    for k in range(3):
        a = (tree.low[node, k] - origin[k]) * inverse[k]
        b = (tree.high[node, k] - origin[k]) * inverse[k]
        near = max(near, min(a, b))
        far = min(far, max(a, b))
    return near if near <= far else FAR


@njit(fastmath=True, cache=True)
def _meet(tree, at, origin, way):
    ax, ay, az = tree.edge_a[at]
    bx, by, bz = tree.edge_b[at]
    px, py, pz = way[1] * bz - way[2] * by, way[2] * bx - way[0] * bz, way[0] * by - way[1] * bx
    det = ax * px + ay * py + az * pz
    if abs(det) < np.float32(1e-12):
        return FAR, np.float32(0), np.float32(0)
    inv = np.float32(1.0) / det
    sx = origin[0] - tree.corner[at, 0]
    sy = origin[1] - tree.corner[at, 1]
    sz = origin[2] - tree.corner[at, 2]
    u = (sx * px + sy * py + sz * pz) * inv
    if u < -_SLACK or u > 1 + _SLACK:
        return FAR, np.float32(0), np.float32(0)
    qx, qy, qz = sy * az - sz * ay, sz * ax - sx * az, sx * ay - sy * ax
    v = (way[0] * qx + way[1] * qy + way[2] * qz) * inv
    if v < -_SLACK or u + v > 1 + _SLACK:
        return FAR, np.float32(0), np.float32(0)
    t = (bx * qx + by * qy + bz * qz) * inv
    return (t if t > np.float32(1e-5) else FAR), np.float32(u), np.float32(v)


@njit(fastmath=True, cache=True)
def closest(tree, origin, way, inverse, stack):
    """Nearest hit as (distance, place in the tree's order or -1, u, v)."""
    best, found, bu, bv = FAR, -1, np.float32(0), np.float32(0)
    top = 1
    stack[0] = 0
    while top > 0:
        top -= 1
        node = stack[top]
        if _enter(tree, node, origin, inverse, best) >= best:
            continue
        if node >= tree.leaves - 1:
            leaf, count = node - tree.leaves + 1, tree.order.shape[0]
            for at in range(-(-leaf * count // tree.leaves), -(-(leaf + 1) * count // tree.leaves)):
                t, u, v = _meet(tree, at, origin, way)
                if t < best:
                    best, found, bu, bv = t, at, u, v
        else:
            a, b = 2 * node + 1, 2 * node + 2
            ta = _enter(tree, a, origin, inverse, best)
            tb = _enter(tree, b, origin, inverse, best)
            if ta > tb:
                a, b, ta, tb = b, a, tb, ta
            if tb < best:
                stack[top] = b
                top += 1
            if ta < best:
                stack[top] = a
                top += 1
    return best, found, bu, bv
