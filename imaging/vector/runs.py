"""Runs: the pieces of boundary between corners, junctions and the ends of straight stretches."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from imaging.vector.chains import Chains
from imaging.vector.corners import Corners
from imaging.vector.settle import settle_lines
from imaging.vector.straights import fit_lines, straight_stretches

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_CLEAR_PX = 0.95
"""Points this near to a corner or junction are rounded off or mixed of three, and are left out."""
_CLEAR_SMOOTH_PX = 0.3
_STRAIGHT_PX = 0.14
"""Largest distance of a point from a run that is straight from end to end."""
_MOST_STRAIGHT_SLACK = 1.4
"""Uneven edges loosen what counts as straight less than how closely curves follow."""
_TO_CORNER = 2
"""A stretch that ends within two points of a corner goes there."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of points, end points included, chain after chain."""

    points: Floats
    """(M, 2)"""
    starts: Ints
    """(R + 1,)"""
    chain: Ints
    """(R,)"""
    ends: Ints
    """(R, 2) vertices at begin and end; -1 for a loop without corners, whose first point is its last."""
    straight: Bools
    """(R,)"""
    tangents: Floats
    """(R, 2, 2) unit directions into each run where it goes on smoothly from a straight one, else NaN."""


@dataclass(frozen=True, slots=True)
class _Piece:
    chain: int
    index: Ints
    """Points between the ends; all of them for a loop."""
    begin: int
    end: int
    straight: bool = False


@dataclass(slots=True)
class _Vertices:
    places: list[Floats]
    sharp: int
    """The first so many are corners and junctions, the others smooth."""

    def add(self, place: Floats) -> int:
        """A new smooth one."""
        self.places.append(place)
        return len(self.places) - 1


def cut_runs(chains: Chains, corners: Corners, junctions: Ints, places: Floats) -> Runs:
    """Cut chains at corners and at the ends of straight stretches.

    Args:
        chains: the edge points.
        corners: sharp corners of them.
        junctions: (chains, 2) index into `places` of each open chain's ends, -1 for closed ones.
        places: (J, 2) the junctions.
    """
    sharp = [*places, *corners.vertex]
    vertices = _Vertices(sharp, len(sharp))
    whole = _between_corners(chains, corners, junctions, len(places))
    pieces = []
    for piece, straight in zip(whole, _straight_throughout(chains, whole).tolist(), strict=True):
        if straight:
            pieces.append(_Piece(piece.chain, piece.index, piece.begin, piece.end, straight=True))
        else:
            pieces += _by_straights(chains, piece, vertices)
    return _assemble(chains, pieces, vertices)


def _between_corners(chains: Chains, corners: Corners, junctions: Ints, first: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    of_chain = np.searchsorted(chains.starts, corners.at, side="right") - 1
    bounds = np.searchsorted(of_chain, np.arange(len(chains.closed) + 1)).tolist()
    every, closed, of_ends = corners.at.tolist(), chains.closed.tolist(), junctions.tolist()
    for chain, (low, high) in enumerate(pairwise(chains.starts.tolist())):
        corner, last = bounds[chain], bounds[chain + 1]
        at, names = every[corner:last], list(range(corner + first, last + first))
        if not closed[chain]:
            begin, end = of_ends[chain]
            cuts, names = [low - 1, *at, high], [begin, *names, end]
            spans = [np.arange(cuts[k] + 1, cuts[k + 1]) for k in range(len(cuts) - 1)]
            pieces += [_Piece(chain, span, names[k], names[k + 1]) for k, span in enumerate(spans)]
        elif not at:
            pieces.append(_Piece(chain, np.arange(low, high), -1, -1))
        else:
            for k, begin in enumerate(at):
                after = (k + 1) % len(at)
                span = (at[after] - begin) % (high - low) or high - low
                index = low + (begin - low + np.arange(1, span)) % (high - low)
                pieces.append(_Piece(chain, index, names[k], names[after]))
    return pieces


def _straight_throughout(chains: Chains, pieces: list[_Piece]) -> Bools:
    """(pieces,) whether each is straight from end to end; those of one length are fitted together."""
    lengths = np.array([len(piece.index) for piece in pieces])
    open_ = np.array([piece.begin >= 0 for piece in pieces])
    slack = np.minimum(chains.slack[[piece.chain for piece in pieces]], _MOST_STRAIGHT_SLACK)
    straight = open_ & (lengths < 2)
    for length in np.unique(lengths[open_ & ~straight]):
        at = np.flatnonzero(open_ & (lengths == length))
        off = fit_lines(chains.points[np.stack([pieces[k].index for k in at])])[2]
        straight[at] = off <= _STRAIGHT_PX * slack[at]
    return straight


def _by_straights(chains: Chains, piece: _Piece, vertices: _Vertices) -> list[_Piece]:
    """A piece cut at the ends of its straight stretches; whole when it has none."""
    points, loop = chains.points[piece.index], piece.begin < 0
    slack = min(float(chains.slack[piece.chain]), _MOST_STRAIGHT_SLACK)
    stretches = straight_stretches(points, loop=loop, slack=slack)
    if not stretches:
        return [piece]
    count = len(points)
    index = np.concatenate([piece.index, piece.index]) if loop else piece.index
    cuts: list[tuple[int, int]] = []
    for low, high in stretches:
        to_begin, to_end = not loop and low <= _TO_CORNER, not loop and high >= count - 1 - _TO_CORNER
        names = []
        for place, vertex, taken in ((low, piece.begin, to_begin), (high, piece.end, to_end)):
            names.append(vertex if taken else vertices.add(chains.points[index[place]]))
        cuts += [(-1 if to_begin else low, names[0]), (count if to_end else high, names[1])]
    line_first = loop or cuts[0][0] == -1
    if loop:
        cuts.append((cuts[0][0] + count, cuts[0][1]))
    else:
        cuts = [*([] if line_first else [(-1, piece.begin)]), *cuts]
        cuts += [] if cuts[-1][0] == count else [(count, piece.end)]
    found = []
    for number, ((low, begin), (high, end)) in enumerate(pairwise(cuts)):
        straight = (number % 2 == 0) == line_first
        found.append(_Piece(piece.chain, index[low + 1 : high], begin, end, straight=straight))
    return found


def _assemble(chains: Chains, pieces: list[_Piece], vertices: _Vertices) -> Runs:
    places = np.array(vertices.places).reshape(-1, 2)
    reach = np.where(np.arange(len(places)) < vertices.sharp, _CLEAR_PX, _CLEAR_SMOOTH_PX)
    ends = np.array([(piece.begin, piece.end) for piece in pieces], np.int64)
    points, starts = _laid_out(chains, pieces, ends, places, reach)
    straight = np.array([piece.straight for piece in pieces])
    places = settle_lines(points, starts, ends, straight, places)
    anchored = ends[:, 0] >= 0
    points[starts[:-1][anchored]] = places[ends[anchored, 0]]
    points[starts[1:][anchored] - 1] = places[ends[anchored, 1]]
    chain = np.array([piece.chain for piece in pieces], np.int64)
    return Runs(points, starts, chain, ends, straight, _tangents(ends, straight, places, vertices.sharp))


def _laid_out(
    chains: Chains, pieces: list[_Piece], ends: Ints, places: Floats, reach: Floats
) -> tuple[Floats, Ints]:
    """Points of the pieces and where each starts: with both ends, or a loop with its first point again."""
    owner = np.repeat(np.arange(len(pieces)), [len(piece.index) for piece in pieces])
    inner = chains.points[np.concatenate([piece.index for piece in pieces])]
    keep = _clear(inner, ends[owner], places, reach)
    inner, owner = inner[keep], owner[keep]
    counts, anchored = np.bincount(owner, minlength=len(pieces)), ends[:, 0] >= 0
    starts = np.concatenate([[0], np.cumsum(counts + np.where(anchored, 2, 1))]).astype(np.int64)
    first, last = starts[:-1], starts[1:] - 1
    points = np.empty((starts[-1], 2))
    before = np.cumsum(counts) - counts
    points[np.arange(len(inner)) + (first + anchored - before)[owner]] = inner
    points[first[anchored]], points[last[anchored]] = places[ends[anchored, 0]], places[ends[anchored, 1]]
    points[last[~anchored]] = points[first[~anchored]]
    return points, starts


def _clear(points: Floats, ends: Ints, places: Floats, reach: Floats) -> Bools:
    """(N,) whether a point is out of reach of both vertices (N, 2) it lies between; in a loop it is."""
    clear = np.ones(len(points), np.bool_)
    anchored = ends[:, 0] >= 0
    vertex = ends[anchored]
    gap = points[anchored][:, None] - places[vertex]
    clear[anchored] = (np.hypot(gap[..., 0], gap[..., 1]) > reach[vertex]).all(axis=1)
    return clear


def _tangents(ends: Ints, straight: Bools, places: Floats, sharp: int) -> Floats:
    """Directions that curved runs take over from the straight ones they continue."""
    along = np.full((len(places), 2), np.nan)
    chord = places[ends[straight, 1]] - places[ends[straight, 0]]
    length = np.hypot(*chord.T)
    long = length > 1e-6
    # Where two straight runs meet, the later one counts.
    along[ends[straight][long].reshape(-1)] = np.repeat(chord[long] / length[long, None], 2, axis=0)
    along[:sharp] = np.nan
    tangents = np.full((len(ends), 2, 2), np.nan)
    anchored = (ends[:, 0] >= 0) & ~straight
    tangents[anchored, 0] = along[ends[anchored, 0]]
    tangents[anchored, 1] = -along[ends[anchored, 1]]
    return tangents
