"""Least-squares cubic Béziers for many runs of points at once.

Each segment's inner control points minimise the squared distance to its points (Schneider, "An Algorithm for
Automatically Fitting Digitized Curves", Graphics Gems, 1990), free where the end is a corner, on the tangent
where the curve goes on smoothly. All sums run over all segments together.
"""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_ROUNDS = 4
_SHORTEST, _LONGEST = 0.02, 0.7
"""Bounds of a handle as a share of the chord or arc."""


@dataclass(frozen=True, slots=True)
class _Data:
    points: Floats
    across: Floats
    """(2, N) the same, x and y apart, which is quicker to reckon with."""
    starts: Ints
    owner: Ints
    """(N,) segment of each point."""
    length: Floats
    """(S,) along the points."""
    basis: Floats
    fixed: npt.NDArray[np.bool_]
    products: tuple[Floats, Floats, Floats]
    """(S, 2, 2) each: of the bases at the begin, of both, of those at the end."""


def fit_cubics(points: Floats, starts: Ints, tangents: Floats) -> tuple[Floats, Floats]:
    """One cubic per segment.

    Args:
        points: (N, 2), segment after segment, end points included.
        starts: (S + 1,) where each segment begins; at least two points each.
        tangents: (S, 2, 2) unit directions into the curve at its begin and its end; NaN where free.

    Returns:
        (S, 4, 2) control points and (S,) the largest distance of a point from the curve, in pixels.
    """
    owner = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    t, length = _chord_places(points, starts, owner)
    basis, fixed = _bases(tangents)
    data = _Data(points, _apart(points), starts, owner, length, basis, fixed, _products(basis))
    control = _solve(data, t)
    for _ in range(_ROUNDS):
        t = _newton(data, control, t)
        t[starts[:-1]], t[starts[1:] - 1] = 0, 1
        control = _solve(data, t)
    t = _newton(data, control, t)
    gap = _at(_apart(control).take(owner, axis=2), t) - data.across
    miss = np.sqrt(_dot(gap, gap))
    return control, np.maximum.reduceat(miss, starts[:-1])


def _chord_places(points: Floats, starts: Ints, owner: Ints) -> tuple[Floats, Floats]:
    """Parameter of each point by chord length, and the length of each segment."""
    step = np.zeros(len(points))
    step[1:] = np.linalg.norm(np.diff(points, axis=0), axis=1)
    step[starts[:-1]] = 0
    run = np.cumsum(step)
    run -= run[starts[:-1]][owner]
    length = np.maximum(run[starts[1:] - 1], 1e-9)
    return run / length[owner], length


def _bernstein(t: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    s = 1 - t
    return s**3, 3 * s * s * t, 3 * s * t * t, t**3


def _at(control: Floats, t: Floats) -> Floats:
    """(2, N) points of cubics (4, 2, N) at parameters (N,)."""
    b0, b1, b2, b3 = _bernstein(t)
    return np.asarray(b0 * control[0] + b1 * control[1] + b2 * control[2] + b3 * control[3], np.float64)


def _newton(data: _Data, control: Floats, t: Floats) -> Floats:
    """One Newton step of each parameter towards the foot of its point, for cubics (S, 4, 2)."""
    s, u, owner = 1 - t, t, data.owner
    each = _apart(control)
    p0, p1, p2, p3 = each
    d0, d1, d2 = (gap.take(owner, axis=1) for gap in (p1 - p0, p2 - p1, p3 - p2))
    e0, e1 = (gap.take(owner, axis=1) for gap in (p2 - 2 * p1 + p0, p3 - 2 * p2 + p1))
    velocity = 3 * (s * s * d0 + 2 * s * u * d1 + u * u * d2)
    bend = 6 * (s * e0 + u * e1)
    gap = _at(each.take(owner, axis=2), t) - data.across
    slope = _dot(gap, velocity)
    rate = _dot(velocity, velocity) + _dot(gap, bend)
    step = np.where(rate > 1e-9, slope / np.maximum(rate, 1e-9), 0)
    return np.asarray(np.clip(t - np.clip(step, -0.2, 0.2), 0, 1), np.float64)


def _apart(points: Floats) -> Floats:
    """(S, ..., 2) as (..., 2, S), laid out so."""
    return np.ascontiguousarray(np.moveaxis(points, 0, -1))


def _dot(one: Floats, two: Floats) -> Floats:
    """(N,) of (2, N) each."""
    return np.asarray(one[0] * two[0] + one[1] * two[1], np.float64)


def _solve(data: _Data, t: Floats) -> Floats:
    """Control points that fit best at the given parameters: four unknowns a segment, two on a tangent."""
    begin, end = data.points[data.starts[:-1]], data.points[data.starts[1:] - 1]
    basis, fixed = data.basis, data.fixed
    matrix, goal = _normal_equations(data, t, begin, end)
    guess = _thirds(begin, end, fixed, data.length)
    # Held weakly at the thirds, which settles what too few points leave open.
    hold = 1e-3 + 1e-9 * matrix[:, 0, 0]
    matrix[:, range(4), range(4)] += hold[:, None]
    matrix[:, [1, 3], [1, 3]] += fixed
    goal += hold[:, None] * guess
    best = np.asarray(np.linalg.solve(matrix, goal[..., None])[..., 0], np.float64)
    found = _bounded(best, end - begin, fixed, data.length)
    control = np.empty((len(begin), 4, 2))
    control[:, 0], control[:, 3] = begin, end
    control[:, 1] = begin + np.einsum("nij,nj->ni", basis[:, 0], found[:, :2])
    control[:, 2] = end + np.einsum("nij,nj->ni", basis[:, 1], found[:, 2:])
    return control


def _normal_equations(data: _Data, t: Floats, begin: Floats, end: Floats) -> tuple[Floats, Floats]:
    """(S, 4, 4) matrix and (S, 4) right side of the least squares."""
    b0, b1, b2, b3 = _bernstein(t)
    rest = (
        data.across
        - (b0 + b1) * _apart(begin).take(data.owner, axis=1)
        - (b2 + b3) * _apart(end).take(data.owner, axis=1)
    )
    terms = np.stack([b1 * b1, b1 * b2, b2 * b2, *(b1 * rest), *(b2 * rest)], axis=1)
    sums = np.add.reduceat(terms, data.starts[:-1])
    one, two = data.basis[:, 0], data.basis[:, 1]
    first, mixed, second = data.products
    matrix = np.zeros((len(begin), 4, 4))
    matrix[:, :2, :2] = sums[:, 0, None, None] * first
    matrix[:, :2, 2:] = sums[:, 1, None, None] * mixed
    matrix[:, 2:, :2] = matrix[:, :2, 2:].transpose(0, 2, 1)
    matrix[:, 2:, 2:] = sums[:, 2, None, None] * second
    goal = np.zeros((len(begin), 4))
    goal[:, :2] = np.einsum("nij,ni->nj", one, sums[:, 3:5])
    goal[:, 2:] = np.einsum("nij,ni->nj", two, sums[:, 5:7])
    return matrix, goal


def _products(basis: Floats) -> tuple[Floats, Floats, Floats]:
    one, two = basis[:, 0], basis[:, 1]
    across = one.transpose(0, 2, 1)
    return across @ one, across @ two, two.transpose(0, 2, 1) @ two


def _bounded(found: Floats, chord: Floats, fixed: npt.NDArray[np.bool_], length: Floats) -> Floats:
    """Handles that point back or reach too far, put to a third."""
    for side, sign in ((0, 1), (1, -1)):
        handle = found[:, 2 * side : 2 * side + 2]
        ahead = sign * np.einsum("ij,ij->i", handle, chord)
        far = np.linalg.norm(handle, axis=1) > _LONGEST * length
        bad = ~fixed[:, side] & (far | (ahead < 0))
        found[bad, 2 * side : 2 * side + 2] = sign * chord[bad] / 3
        bad = fixed[:, side] & (far | (found[:, 2 * side] < _SHORTEST * length))
        found[bad, 2 * side] = length[bad] / 3
    return found


def _bases(tangents: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """(S, 2, 2, 2): the directions in which each inner control point may move, as columns."""
    fixed = ~np.isnan(tangents[..., 0])
    basis = np.zeros((*tangents.shape[:2], 2, 2))
    basis[..., 0, 0] = np.where(fixed, np.nan_to_num(tangents[..., 0]), 1)
    basis[..., 1, 0] = np.where(fixed, np.nan_to_num(tangents[..., 1]), 0)
    basis[..., 1, 1] = np.where(fixed, 0, 1)
    return basis, fixed


def _thirds(begin: Floats, end: Floats, fixed: npt.NDArray[np.bool_], length: Floats) -> Floats:
    """Unknowns that put the control points a third of the way along."""
    third = (end - begin) / 3
    guess = np.concatenate([third, -third], axis=1)
    for side in (0, 1):
        guess[:, 2 * side] = np.where(fixed[:, side], length / 3, guess[:, 2 * side])
        guess[:, 2 * side + 1] = np.where(fixed[:, side], 0, guess[:, 2 * side + 1])
    return guess
