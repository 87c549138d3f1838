"""Flat pieces of cloth as triangles, in inches."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of cloth cut into triangles."""

    name: str
    uv: Floats
    """(n, 2) pattern coordinates; the outline's points come first, in the outline's order."""
    triangles: Ints
    """(m, 3), wound the same way throughout."""


def triangulate(name: str, outline: Floats, *, spacing_in: float) -> Piece:
    """Fill a closed outline with points `spacing_in` apart and cut it into triangles."""
    uv = np.concatenate([outline, _inner_points(outline, spacing_in)])
    triangles = Delaunay(uv).simplices.astype(np.int64)
    centre = uv[triangles].mean(axis=1)
    triangles = triangles[_inside(outline, centre) > 0]
    a, b, c = (uv[triangles[:, k]] for k in range(3))
    area = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    triangles[area < 0] = triangles[area < 0][:, ::-1]
    return Piece(name, uv, triangles[np.abs(area) > 1e-4 * spacing_in**2])


def resample(line: Floats, spacing_in: float) -> Floats:
    """Points evenly `spacing_in` apart (about) along a polyline, both ends kept."""
    return spread(line, max(2, round(length_in(line) / spacing_in) + 1))


def spread(line: Floats, count: int) -> Floats:
    """`count` points evenly apart along a polyline, both ends kept."""
    arc = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, arc[-1], count)
    return np.stack([np.interp(at, arc, line[:, k]) for k in range(2)], axis=1)


def length_in(line: Floats) -> float:
    """Length of a polyline."""
    # Summed as a running total: a pairwise sum may round another way and move every point by a hair.
    return float(np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))[-1])


def _inner_points(outline: Floats, spacing_in: float) -> Floats:
    """A jittered hexagonal filling: a regular one would print its own directions into the folds."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    ys = np.arange(low[1], high[1], spacing_in * np.sqrt(3) / 2)
    xs = np.arange(low[0], high[0], spacing_in)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    grid[1::2, :, 0] += spacing_in / 2
    points = grid.reshape(-1, 2) + np.random.default_rng(7).normal(0, 0.12 * spacing_in, (grid.size // 2, 2))
    return points[_inside(outline, points) > 0.55 * spacing_in]


def _inside(outline: Floats, points: Floats) -> Floats:
    """Distance to the outline in inches, negative outside."""
    contour = outline.astype(np.float32).reshape(-1, 1, 2)
    return np.array([cv2.pointPolygonTest(contour, (float(x), float(y)), True) for x, y in points])  # noqa: FBT003 - OpenCV takes it by place
