"""Curved runs as few cubics: fit, split where it misses, join again where one cubic does for two.

A run that one cubic cannot follow is split where half its turning is done, at an extreme in x or y when one
is near, which is where designers put their nodes. Nodes inside a run are smooth: both sides share a tangent.
"""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.vector.cubics import fit_cubics

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TOLERANCE_PX = 0.15
"""Largest distance of an edge point from the curve through it."""
_MOST_TURN = np.radians(135)
"""One cubic turns no further."""
_ROUNDS = 9
_HALF = 3


@dataclass(slots=True)
class Pieces:
    """Segments of runs while they are fitted; each spans the run points `low` to `high` inclusive."""

    low: Ints
    high: Ints
    tangents: Floats
    """(S, 2, 2) into the segment at its ends, NaN where free."""

    def take(self, at: Ints | Bools) -> "Pieces":
        """Some of them."""
        return Pieces(self.low[at], self.high[at], self.tangents[at])

    @staticmethod
    def join(parts: list["Pieces"]) -> "Pieces":
        """All of several, in order of their points."""
        low, high = np.concatenate([p.low for p in parts]), np.concatenate([p.high for p in parts])
        tangents = np.concatenate([p.tangents for p in parts])
        order = np.argsort(low, kind="stable")
        return Pieces(low[order], high[order], tangents[order])


def fit_curves(
    points: Floats, starts: Ints, loops: Bools, *, tangents: Floats, slack: Floats
) -> tuple[Floats, Ints]:
    """Cubics through runs of points.

    Args:
        points: (M, 2), changed in place where nodes are moved onto extremes.
        starts: (R + 1,)
        loops: (R,) whether the run is closed and smooth: its last point is its first.
        tangents: (R, 2, 2) unit directions into each run at its ends where they are known, else NaN.
        slack: (R,) factor of the usual tolerance.

    Returns:
        (S, 4, 2) control points in order, and (S,) the run of each.
    """
    if len(starts) < 2:
        return np.zeros((0, 4, 2)), np.zeros(0, np.int64)
    flow = _Flow.of(points, starts, loops)
    limit = np.repeat(TOLERANCE_PX * slack, np.diff(starts))
    work, done = flow.first_pieces(tangents), []
    for _ in range(_ROUNDS):
        if not len(work.low):
            break
        _, miss = _fit(flow.points, work)
        turn = flow.turned[work.high] - flow.turned[work.low]
        fine = ((miss <= limit[work.low]) & (turn <= _MOST_TURN)) | (work.high - work.low <= _HALF)
        done.append(work.take(fine))
        work = flow.split(work.take(~fine))
    pieces = Pieces.join([*done, work])
    for _ in range(2):
        pieces = _merged(flow, pieces, limit)
    control, _ = _fit(flow.points, pieces)
    return control, np.searchsorted(starts, pieces.low, side="right") - 1


def _fit(points: Floats, pieces: Pieces) -> tuple[Floats, Floats]:
    counts = pieces.high - pieces.low + 1
    starts = np.concatenate([[0], np.cumsum(counts)])
    index = np.arange(starts[-1]) + np.repeat(pieces.low - starts[:-1], counts)
    return fit_cubics(points[index], starts, pieces.tangents)


def _merged(flow: "_Flow", pieces: Pieces, limit: Floats) -> Pieces:
    """Join neighbours that one cubic can follow, first even pairs, then odd ones."""
    for odd in (0, 1):
        if len(pieces.low) < 2 + odd:
            continue
        first = np.arange(odd, len(pieces.low) - 1, 2)
        first = first[pieces.high[first] == pieces.low[first + 1]]
        turn = flow.turned[pieces.high[first + 1]] - flow.turned[pieces.low[first]]
        first = first[turn <= _MOST_TURN * 0.8]
        if not len(first):
            continue
        tangents = np.stack([pieces.tangents[first, 0], pieces.tangents[first + 1, 1]], axis=1)
        joint = Pieces(pieces.low[first], pieces.high[first + 1], tangents)
        _, miss = _fit(flow.points, joint)
        good = miss <= limit[joint.low]
        keep = np.ones(len(pieces.low), np.bool_)
        keep[first[good]] = keep[first[good] + 1] = False
        pieces = Pieces.join([pieces.take(keep), joint.take(good)])
    return pieces


@dataclass(frozen=True, slots=True)
class _Flow:
    """Runs with their direction and turning at every point."""

    points: Floats
    starts: Ints
    loops: Bools
    tangent: Floats
    """(M, 2) unit"""
    turned: Floats
    """(M,) absolute turning since the run began, radians, plus where the last run left off."""

    @classmethod
    def of(cls, points: Floats, starts: Ints, loops: Bools) -> "_Flow":
        run = np.repeat(np.arange(len(loops)), np.diff(starts))
        every = np.arange(len(points))
        place, count = every - starts[run], np.diff(starts)[run]
        half = np.where(loops[run], _HALF, np.clip(np.minimum(place, count - 1 - place), 0, _HALF))
        round_ = loops[run]
        period = np.maximum(count - 1, 1)
        ahead = starts[run] + np.where(round_, (place + half) % period, place + half)
        back = starts[run] + np.where(round_, (place - half) % period, place - half)
        chord = points[ahead] - points[back]
        ends = half == 0
        inner = np.where(place == 0, every + 1, every - 1)
        chord[ends] = (points[inner] - points)[ends] * np.where(place == 0, 1, -1)[ends, None]
        tangent = chord / np.maximum(np.linalg.norm(chord, axis=1), 1e-9)[:, None]
        cross = tangent[:-1, 0] * tangent[1:, 1] - tangent[:-1, 1] * tangent[1:, 0]
        turn = np.zeros(len(points))
        turn[1:] = np.abs(np.arctan2(cross, np.einsum("ij,ij->i", tangent[:-1], tangent[1:])))
        turn[starts[:-1]] = 0
        return cls(points, starts, loops, tangent, np.cumsum(turn))

    def first_pieces(self, known: Floats) -> Pieces:
        """Each run whole; a loop's begin and end share their tangent."""
        low, high = self.starts[:-1], self.starts[1:] - 1
        tangents = known.copy()
        tangents[self.loops, 0] = self.tangent[low[self.loops]]
        tangents[self.loops, 1] = -self.tangent[low[self.loops]]
        return Pieces(low.copy(), high.copy(), tangents)

    def split(self, pieces: Pieces) -> Pieces:
        """Cut each piece in two."""
        cuts = [
            self._cut(low, high) for low, high in zip(pieces.low.tolist(), pieces.high.tolist(), strict=True)
        ]
        if not cuts:
            return pieces
        at = np.array([cut[0] for cut in cuts])
        direction = np.array([cut[1] for cut in cuts])
        low = np.stack([pieces.low, at], axis=1).reshape(-1)
        high = np.stack([at, pieces.high], axis=1).reshape(-1)
        begin = np.stack([pieces.tangents[:, 0], direction], axis=1).reshape(-1, 2)
        end = np.stack([-direction, pieces.tangents[:, 1]], axis=1).reshape(-1, 2)
        return Pieces(low, high, np.stack([begin, end], axis=1))

    def _cut(self, low: int, high: int) -> tuple[int, Floats]:
        """Where to cut a piece, and the tangent there."""
        total = max(float(self.turned[high] - self.turned[low]), 1e-9)
        margin = 2 if high - low >= 6 else 1
        first, last = low + margin, high - margin + 1
        off = np.abs((self.turned[first:last] - self.turned[low]) / total - 0.5)
        at = first + int(off.argmin())
        if total > 0.9:
            before, after = self.tangent[first - 1 : last - 1], self.tangent[first + 1 : last + 1]
            level = np.abs(self.tangent[first:last]).min(axis=1)
            near = (before * after <= 0).any(axis=1) & (level < 0.2) & (off < 0.27)
            if near.any():
                at = first + int(np.where(near, off, np.inf).argmin())
                return at, self._to_extreme(low, at, high)
        return at, self.tangent[at]

    def _to_extreme(self, low: int, at: int, high: int) -> Floats:
        """Move the point onto the curve's extreme next to it; its tangent is then the axis."""
        axis = int(np.abs(self.tangent[at]).argmax())
        half = min(_HALF, at - low, high - at)
        window = self.points[at - half : at + half + 1]
        u, v = window[:, axis] - self.points[at, axis], window[:, 1 - axis] - self.points[at, 1 - axis]
        basis = np.column_stack([np.ones_like(u), u, u * u])
        (c0, c1, c2), *_ = np.linalg.lstsq(basis, v, rcond=None)
        place = -c1 / (2 * c2) if abs(c2) > 1e-6 else 0.0
        direction = np.zeros(2)
        direction[axis] = np.sign(self.tangent[at, axis])
        if half >= 2 and abs(place) <= 1.2:
            self.points[at, axis] += place
            self.points[at, 1 - axis] += c0 + c1 * place + c2 * place * place
        return direction
