"""Surfaces as triangles that know where on the cloth they are."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

ATTRIBUTES = 4


@dataclass(frozen=True, slots=True)
class Mesh:
    """Triangles of one or more parts, in inches."""

    points: Floats
    """(n, 3)."""
    normals: Floats
    """(n, 3), unit."""
    attributes: Floats
    """(n, ATTRIBUTES), coordinates on the cloth; what they mean is the part's own affair."""
    triangles: Ints
    """(m, 3)."""
    parts: Ints
    """(m,), which part each triangle belongs to."""


def grid(points: Floats, attributes: Floats, *, part: int, keep: npt.NDArray[np.bool_] | None = None) -> Mesh:
    """A surface sampled on a grid.

    Args:
        points: (rows, columns, 3).
        attributes: (rows, columns, ATTRIBUTES).
        part: its label.
        keep: (rows - 1, columns - 1), cells that exist; None keeps all.
    """
    rows, cols = points.shape[:2]
    along, across = np.gradient(points, axis=0), np.gradient(points, axis=1)
    normal = np.cross(across, along)
    length = np.linalg.norm(normal, axis=-1, keepdims=True)
    normal = normal / np.maximum(length, 1e-12)
    index = np.arange(rows * cols).reshape(rows, cols)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    cells = np.ones(a.shape, bool) if keep is None else keep
    corners = [part_[cells] for part_ in (a, b, c, d)]
    triangles = np.concatenate(
        [np.stack([corners[0], corners[1], corners[2]], 1), np.stack([corners[0], corners[2], corners[3]], 1)]
    )
    return Mesh(
        points.reshape(-1, 3),
        normal.reshape(-1, 3),
        attributes.reshape(-1, ATTRIBUTES),
        triangles,
        np.full(len(triangles), part),
    )


def joined(meshes: list[Mesh]) -> Mesh:
    """All parts as one mesh."""
    start = np.cumsum([0, *(len(mesh.points) for mesh in meshes[:-1])])
    return Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.attributes for mesh in meshes]),
        np.concatenate([mesh.triangles + at for mesh, at in zip(meshes, start, strict=True)]),
        np.concatenate([mesh.parts for mesh in meshes]),
    )


def tube(
    line: Floats,
    normal: Floats,
    *,
    width_in: float,
    height_in: float,
    part: int,
    around: int = 33,
    widths: Floats | None = None,
) -> Mesh:
    """A rounded band laid along a line.

    Args:
        line: (n, 3), its middle.
        normal: (n, 3), unit, the way the band's upper face looks.
        width_in: across the band.
        height_in: its thickness.
        part: its label.
        around: samples around the cross-section.
        widths: (n,), factors on the width, and by their square root on the thickness; None for 1.

    Attributes are: inches along, inches across from the middle, -1 to 1 for lower to upper face, 0.
    """
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    side = np.cross(tangent, normal)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(side, tangent)
    angle = np.linspace(0, 2 * np.pi, around)
    # A superellipse: flat faces, round edges.
    c, s = np.cos(angle), np.sin(angle)
    x = np.sign(c) * np.abs(c) ** 0.6 * width_in / 2
    y = np.sign(s) * np.abs(s) ** 0.6 * height_in / 2
    scale = np.ones(len(line)) if widths is None else widths
    x, y = x[None] * scale[:, None], y[None] * np.sqrt(scale)[:, None]
    points = line[:, None] + side[:, None] * x[..., None] + up[:, None] * y[..., None]
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    blank = np.zeros_like(points[..., 0])
    attributes = np.stack([blank + arc[:, None], blank + x, blank + np.sin(angle), blank], axis=-1)
    return grid(points, attributes, part=part)
