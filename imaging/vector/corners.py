"""Corners: where the direction turns more at once than the curve beside would explain.

Anti-aliasing rounds a corner off within about a pixel, so its point is where the two sides, fitted from
further away, meet; and that point must lie as near to the edge as a sharp corner's does. A rounder one is a
curve.
"""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.vector.chains import Chains

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_SIDE = 6
"""Points looked at on each side."""
_NEAR_PX, _FAR_PX = 0.9, 5.0
_LEAST_TURN = np.radians(18)
_BESIDE_PX, _CRISP_PX = 1.7, 0.12
_TIP_PX, _TIP_TURN = 3.5, np.radians(75)
_CANDIDATE_WIDE, _CANDIDATE_TIGHT = np.radians(16), np.radians(36)


@dataclass(frozen=True, slots=True)
class Corners:
    """Sharp corners of chains, in the order of their points."""

    at: Ints
    """(K,) the edge point nearest to each."""
    vertex: Floats
    """(K, 2) where the sides meet."""


def find_corners(chains: Chains) -> Corners:
    """All corners of all chains."""
    at = _candidates(chains)
    if not len(at):
        return Corners(at, np.zeros((0, 2)))
    before, after = (_side(chains, at, sign) for sign in (-1, 1))
    vertex = _meet(before, after)
    turn = _angle(-before.direction, after.direction)
    bend = (before.bend + after.bend) / 2 * (before.away + after.away)
    excess = np.abs(turn - bend)
    near = chains.beside(at[:, None], np.arange(-2, 3))
    gap = _distance(chains.points[near], vertex)
    # A corner of inner angle p is cut by about half a pixel's width: 0.3 / tan(p / 2) along its axis.
    half = np.maximum(np.tan((np.pi - np.abs(turn)) / 2), 0.12)
    limit = 0.42 + 0.35 / half + np.where(_crisp(chains.points[near], vertex, before, after), 0.3, 0.0)
    sharp = (excess > _LEAST_TURN) & (np.abs(turn) > _LEAST_TURN) & (gap <= limit)
    sharp &= ~_rounded_tips(at, vertex, turn, sharp)
    return Corners(at[sharp], vertex[sharp])


def _crisp(track: Floats, vertex: Floats, *sides: "_Side") -> Bools:
    """Whether the points right beside the corner are still on its sides, which a rounding would leave."""
    away = np.linalg.norm(track - vertex[:, None], axis=2)
    off = []
    for side in sides:
        gap = track - side.center[:, None]
        off.append(
            np.abs(gap[..., 0] * side.direction[:, None, 1] - gap[..., 1] * side.direction[:, None, 0])
        )
    beside = np.where(away <= _BESIDE_PX, np.minimum(*off), 0.0)
    return np.asarray(beside.max(axis=1) <= _CRISP_PX, np.bool_)


def _distance(track: Floats, points: Floats) -> Floats:
    """From each point to its polyline (K, P, 2)."""
    start, across = track[:, :-1], np.diff(track, axis=1)
    gap = points[:, None] - start
    square = np.maximum(np.einsum("ijk,ijk->ij", across, across), 1e-9)
    place = np.clip(np.einsum("ijk,ijk->ij", gap, across) / square, 0, 1)
    away = np.linalg.norm(gap - place[..., None] * across, axis=2)
    return np.asarray(away.min(axis=1), np.float64)


def _rounded_tips(at: Ints, vertex: Floats, turn: Floats, sharp: Bools) -> Bools:
    """Neighbours that together round one tip off: near each other, turning the same way, neither by much."""
    tip = np.zeros(len(at), np.bool_)
    which = np.flatnonzero(sharp)
    one, two = which[:-1], which[1:]
    near = np.linalg.norm(vertex[one] - vertex[two], axis=1) < _TIP_PX
    near &= at[two] - at[one] <= _SIDE
    both = np.maximum(np.abs(turn[one]), np.abs(turn[two])) < _TIP_TURN
    pair = near & both & (turn[one] * turn[two] > 0)
    tip[one[pair]] = tip[two[pair]] = True
    return tip


def _angle(first: Floats, second: Floats) -> Floats:
    """Signed angle from one direction to another, radians."""
    cross = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
    return np.asarray(np.arctan2(cross, np.einsum("...i,...i", first, second)), np.float64)


def _candidates(chains: Chains) -> Ints:
    """Points where the direction turns most among their neighbours."""
    points = chains.points
    if not len(points):
        return np.zeros(0, np.int64)
    every = np.arange(len(points))
    at = {k: points[chains.beside(every, k)] for k in (-4, -2, -1, 1, 2, 4)}
    wide = np.abs(_angle(at[-1] - at[-4], at[4] - at[1]))
    tight = np.abs(_angle(points - at[-2], at[2] - points))
    strong = (wide > _CANDIDATE_WIDE) | (tight > _CANDIDATE_TIGHT)
    score = wide + tight
    for k in (-2, -1, 1, 2):
        other = score[chains.beside(every, k)]
        strong &= (score > other) | ((score == other) & (k > 0)) | (chains.beside(every, k) == every)
    open_ = ~chains.closed[chains.owner()]
    edge = (chains.beside(every, -1) == every) | (chains.beside(every, 1) == every)
    return np.flatnonzero(strong & ~(open_ & edge))


@dataclass(frozen=True, slots=True)
class _Side:
    """A line through the points on one side of each candidate."""

    center: Floats
    direction: Floats
    """Unit, away from the corner."""
    bend: Floats
    """Curvature of that side, radians a pixel, signed along the chain."""
    away: Floats
    """Mean distance of the points from the corner."""


def _side(chains: Chains, at: Ints, sign: int) -> _Side:
    index = chains.beside(at[:, None], sign * np.arange(1, _SIDE + 1))
    points = chains.points[index]
    origin = chains.points[at]
    away = np.linalg.norm(points - origin[:, None], axis=2)
    room = _room(chains, at, sign)
    use = (away >= _NEAR_PX) & (away <= _FAR_PX) & (np.arange(1, _SIDE + 1) <= room[:, None])
    use[np.arange(len(at)), np.minimum(np.maximum(room, 1), 2) - 1] |= use.sum(axis=1) < 2
    use[:, 0] |= use.sum(axis=1) < 2
    weight = use / use.sum(axis=1, keepdims=True)
    center = np.einsum("ij,ijk->ik", weight, points)
    spread = points - center[:, None]
    moments = np.einsum("ij,ijk,ijl->ikl", weight, spread, spread)
    angle = np.arctan2(2 * moments[:, 0, 1], moments[:, 0, 0] - moments[:, 1, 1]) / 2
    direction = np.column_stack([np.cos(angle), np.sin(angle)])
    outward = center - origin
    direction *= np.where(np.einsum("ij,ij->i", direction, outward) < 0, -1.0, 1.0)[:, None]
    mean_away = np.einsum("ij,ij->i", weight, away)
    return _Side(center, direction, _bend(points, use, direction, sign), mean_away)


def _room(chains: Chains, at: Ints, sign: int) -> Ints:
    """Points up to the next candidate, which is no side any more."""
    mark = np.zeros(len(chains.points), np.bool_)
    mark[at] = True
    index = chains.beside(at[:, None], sign * np.arange(1, _SIDE + 1))
    hit = mark[index]
    return np.where(hit.any(axis=1), np.maximum(hit.argmax(axis=1), 1), _SIDE)


def _bend(points: Floats, use: Bools, direction: Floats, sign: int) -> Floats:
    """Curvature along the chain from a parabola over each side, where it has enough points."""
    normal = np.column_stack([-direction[:, 1], direction[:, 0]])
    center = (points * use[..., None]).sum(axis=1) / use.sum(axis=1)[:, None]
    u = np.einsum("ijk,ik->ij", points - center[:, None], direction)
    v = np.einsum("ijk,ik->ij", points - center[:, None], normal)
    count = use.sum(axis=1)
    square = np.where(use, u**2, 0)
    square_mean = square.sum(axis=1) / count
    curve = np.where(use, u**2 - square_mean[:, None], 0)
    slope = (curve * v).sum(axis=1) / np.maximum((curve**2).sum(axis=1), 1e-6)
    return np.where(count >= 4, 2 * slope * sign, 0.0)


def _meet(one: _Side, two: _Side) -> Floats:
    """Where the lines of two sides cross; the middle when they hardly do."""
    cross = one.direction[:, 0] * two.direction[:, 1] - one.direction[:, 1] * two.direction[:, 0]
    gap = two.center - one.center
    safe = np.where(np.abs(cross) < 1e-3, 1.0, cross)
    along = (gap[:, 0] * two.direction[:, 1] - gap[:, 1] * two.direction[:, 0]) / safe
    met = one.center + along[:, None] * one.direction
    return np.where(np.abs(cross)[:, None] < 1e-3, (one.center + two.center) / 2, met)
