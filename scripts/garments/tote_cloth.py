"""The tote's two panels laid on a table and left to settle; inches, x right, y up, z towards the camera.

Extended position-based dynamics (Macklin, Müller, Chentanez 2016) with small steps and one sweep a step, on
a regular grid of each panel. The seams are sewn a little short, which is what makes a real bag wave.
"""

# mypy: allow-untyped-defs, allow-untyped-calls
# ruff: noqa: ANN001, ANN202, PLR0917, C901, PLR2004 - numba infers types; sizes are used once, where they are read

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit
from scipy.ndimage import gaussian_filter, map_coordinates

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

WIDTH_IN, HEIGHT_IN, HEM_IN = 15.0, 16.0, 1.2
_SPACING_IN = 0.2
_STEP_S = 1 / 1000


@dataclass(frozen=True, slots=True)
class Bag:
    """Both panels settled, on one fine grid of places: rows down from the mouth, columns from the left."""

    u: Floats
    """(columns,) inches right of the middle."""
    v: Floats
    """(rows,) inches down from the mouth."""
    upper: Floats
    """(rows, columns, 3), the panel that faces the camera."""
    lower: Floats


def lay_bag(*, seed: int, finer: int = 4) -> Bag:
    """Let a bag settle on the table and smooth it."""
    cols, rows = round(WIDTH_IN / _SPACING_IN) + 1, round(HEIGHT_IN / _SPACING_IN) + 1
    u, v = np.linspace(-WIDTH_IN / 2, WIDTH_IN / 2, cols), np.linspace(0, HEIGHT_IN, rows)
    flat = _cut(u, v)
    rng = np.random.default_rng(seed)
    waves = [gaussian_filter(rng.normal(0, 1, (rows, cols)), size) for size in (11, 5, 22)]
    lift = sum(h * w / w.std() for h, w in zip((0.22, 0.05, 0.25), waves, strict=True))
    away = np.clip(np.minimum(WIDTH_IN / 2 - np.abs(u)[None], HEIGHT_IN - v[:, None]) / 1.2, 0, 1)
    upper, lower = flat.copy(), flat.copy()
    upper[..., 2] += 0.08 + (0.30 + np.abs(lift)) * away
    lower[..., 2] = 0.04
    points, edges, rest, give, pairs = _springs(upper, lower, flat, rng)
    _settle(points, edges, rest, give, pairs, 1600)
    index = np.arange(rows * cols).reshape(rows, cols)
    fine = [
        _smooth(points[which].reshape(rows, cols, 3), finer)
        for which in (index, pairs[index.ravel(), 1].reshape(index.shape))
    ]
    along = [
        np.interp(np.linspace(0, n - 1, (n - 1) * finer + 1), np.arange(n), at)
        for n, at in ((cols, u), (rows, v))
    ]
    return Bag(along[0], along[1], fine[0], fine[1])


def _cut(u: Floats, v: Floats) -> Floats:
    """The panel's outline: turned corners are never quite square, sides never quite straight."""
    x, y = np.meshgrid(u, v)
    low = np.clip((y - 14.8) / 1.2, 0, 1) * np.clip((np.abs(x) - 6.3) / 1.2, 0, 1)
    side = 0.05 * np.sin(y * 0.33 + 0.4 * np.sign(x)) * (x / 7.5)
    return np.stack([x - 0.16 * low**2 * np.sign(x) + side, -(y - 0.13 * low**2), np.zeros_like(x)], axis=-1)


def _springs(
    upper: Floats, lower: Floats, flat: Floats, rng: np.random.Generator
) -> tuple[Floats, Ints, Floats, Floats, Ints]:
    rows, cols = flat.shape[:2]
    index = np.arange(rows * cols).reshape(rows, cols)
    sewn = np.zeros((rows, cols), bool)
    sewn[:, [0, -1]] = sewn[-1] = True
    other = np.where(sewn, index, index + rows * cols)
    points = np.concatenate([upper.reshape(-1, 3), lower.reshape(-1, 3)])
    uneven = gaussian_filter(rng.normal(0, 1, (rows, cols)), 4)
    size = 1 + 0.006 * uneven / uneven.std()
    near = np.minimum(np.arange(cols), np.arange(cols)[::-1])[None] * _SPACING_IN
    foot = ((rows - 1 - np.arange(rows)) * _SPACING_IN)[:, None]
    seam = np.exp(-np.minimum(near, foot) / 0.30)
    mouth = np.exp(-(np.arange(rows) * _SPACING_IN)[:, None] / 0.8) + 0 * seam
    shrink = size * (1 - 0.020 * seam - 0.005 * mouth)
    edges, rest, give = [], [], []
    kinds = [
        (0, 1, 1e-8),
        (1, 0, 1e-8),
        (1, 1, 2e-6),
        (1, -1, 2e-6),
        (0, 2, 2e-6),
        (2, 0, 2e-6),
        (0, 4, 5e-6),
        (4, 0, 5e-6),
    ]
    stiff = np.where(np.arange(rows) * _SPACING_IN < HEM_IN, 0.15, 1.0)[:, None] * np.ones((1, cols))
    for dy, dx, soft in kinds:
        a = np.s_[: rows - dy, max(0, -dx) : cols - max(0, dx)]
        b = np.s_[dy:, max(0, dx) : cols + min(0, dx)]
        length = np.linalg.norm(flat[b] - flat[a], axis=-1) * (shrink[a] + shrink[b]) / 2
        for name in (index, other):
            edges.append(np.stack([name[a].ravel(), name[b].ravel()], axis=1))
            rest.append(length.ravel())
            give.append((soft * stiff[a]).ravel())
    order = rng.permutation(sum(len(e) for e in edges))
    pairs = np.stack([index.ravel(), other.ravel()], axis=1)
    return (
        points,
        np.concatenate(edges)[order],
        np.concatenate(rest)[order],
        np.concatenate(give)[order],
        pairs,
    )


@njit(fastmath=True, cache=True)
def _settle(points, edges, rest, give, pairs, steps):
    velocity = np.zeros_like(points)
    before = points.copy()
    inverse = 1.0 / (_STEP_S * _STEP_S)
    for step in range(steps):
        drag = 0.995 if step < steps * 0.5 else 0.97
        for i in range(points.shape[0]):
            velocity[i, 2] -= 18.0 * _STEP_S
            for k in range(3):
                before[i, k] = points[i, k]
                points[i, k] += velocity[i, k] * drag * _STEP_S
        for e in range(edges.shape[0]):
            a, b = edges[e, 0], edges[e, 1]
            x, y, z = points[a, 0] - points[b, 0], points[a, 1] - points[b, 1], points[a, 2] - points[b, 2]
            length = np.sqrt(x * x + y * y + z * z) + 1e-12
            share = (length - rest[e]) / (2.0 + give[e] * inverse) / length
            for k, d in ((0, x), (1, y), (2, z)):
                points[a, k] -= share * d
                points[b, k] += share * d
        for p in range(pairs.shape[0]):
            a, b = pairs[p, 0], pairs[p, 1]
            gap = points[a, 2] - points[b, 2]
            if a != b and gap < 0.06:
                points[a, 2] += 0.5 * (0.06 - gap)
                points[b, 2] -= 0.5 * (0.06 - gap)
        for i in range(points.shape[0]):
            if points[i, 2] < 0.03:
                points[i, 2] = 0.03
                # Friction with the table.
                for k in range(2):
                    points[i, k] = before[i, k] + 0.5 * (points[i, k] - before[i, k])
            for k in range(3):
                velocity[i, k] = (points[i, k] - before[i, k]) / _STEP_S


def _smooth(points: Floats, finer: int) -> Floats:
    rows, cols = points.shape[:2]
    where = np.meshgrid(
        np.linspace(0, rows - 1, (rows - 1) * finer + 1),
        np.linspace(0, cols - 1, (cols - 1) * finer + 1),
        indexing="ij",
    )
    soft = np.stack([gaussian_filter(points[..., k], 0.9, mode="nearest") for k in range(3)], axis=-1)
    # Blurring pulls the outline in: keep it where it is.
    rim = np.minimum.outer(np.r_[:rows][::-1], np.full(cols, 99)).clip(0, 2) / 2
    rim = np.minimum(rim, np.minimum(np.r_[:rows], 2)[:, None] / 2)
    rim = np.minimum(rim, np.minimum(np.r_[:cols], np.r_[:cols][::-1])[None].clip(0, 2) / 2)
    mixed = points * (1 - rim[..., None]) + soft * rim[..., None]
    return np.stack(
        [map_coordinates(mixed[..., k], where, order=3, mode="nearest") for k in range(3)], axis=-1
    )
