"""Traps: the edge of a lower layer moved a little under the layer above it, so that no seam shows."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import PAD
from imaging.vector.outlines import Outline

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

TRAP_PX = 0.8
_STEP_PX = 0.05
_SIZES, _CHECKED = (1.0, 0.5), (1.0, 1.7)
"""A node moves by the whole trap or half of it, where the upper layer reaches 1.7 times as far; else not."""


def trapped(seams: Sequence[Outline], numbers: Sequence[int], rank: Ints) -> list[Outline]:
    """The outlines moved outwards, under their neighbours, their ends joined to where they were.

    All are moved together, as most have few segments.

    Args:
        seams: the area each bounds lies on its right-hand side; at least one segment each, no circles.
        numbers: the layer each belongs to.
        rank: (H, W) with `PAD`, the layer that hides what is below at each pixel, -1 for none.
    """
    if not seams:
        return []
    control = np.concatenate([seam.control for seam in seams])
    ends = _Ends.of(control, [len(seam.control) for seam in seams])
    shift = _shifts(control, ends)
    shift *= _share(control, shift, rank, np.repeat(numbers, ends.counts))[..., None]
    kept = np.ones(len(control), np.bool_)
    kept[ends.first[~ends.closed]] = False
    shift[kept, 0] = shift[ends.before[kept], 3]
    moved = control + shift
    straight = np.concatenate([seam.straight for seam in seams])
    straight &= ~shift.any(axis=(1, 2)) | _stays_straight(moved)
    return _with_steps(moved, straight, control, ends)


@dataclass(frozen=True, slots=True)
class _Ends:
    """Where each outline begins and ends in the segments of all."""

    counts: Ints
    first: Ints
    last: Ints
    closed: Bools
    before: Ints
    """(S,) the segment before each, around its outline."""
    after: Ints

    @classmethod
    def of(cls, control: Floats, lengths: list[int]) -> "_Ends":
        counts = np.array(lengths, np.int64)
        last = np.cumsum(counts) - 1
        first = last - counts + 1
        every = np.arange(len(control))
        before, after = every - 1, every + 1
        before[first], after[last] = last, first
        closed = np.isclose(control[first, 0], control[last, 3]).all(axis=1)
        return cls(counts, first, last, closed, before, after)


def _shifts(control: Floats, ends: _Ends) -> Floats:
    """(S, 4, 2) how far each control point moves for the whole trap."""
    begin, end = _outward(control, 0, 1), _outward(control, 2, 3)
    joint = begin + end[ends.before]
    joint *= 2 / np.maximum(np.einsum("ij,ij->i", joint, joint), 0.7)[:, None]
    start_shift, end_shift = joint, joint[ends.after]
    # At its ends an open seam steps aside within the trap's own length.
    first, last = ends.first[~ends.closed], ends.last[~ends.closed]
    start_shift[first] = begin[first] + _ahead(begin[first])
    end_shift[last] = end[last] - _ahead(end[last])
    return np.stack([start_shift, start_shift, end_shift, end_shift], axis=1) * TRAP_PX


def _ahead(outward: Floats) -> Floats:
    """The directions of walking where `outward` is to the left."""
    return np.column_stack([-outward[:, 1], outward[:, 0]])


def _share(control: Floats, shift: Floats, rank: Ints, number: Ints) -> Floats:
    """(S, 4) the share of the trap by which each control point may move."""
    tries = np.array([size * reach for size in _SIZES for reach in _CHECKED])[:, None, None, None]
    points = control + tries * shift
    x = np.clip(np.floor(points[..., 0]).astype(int) + PAD, 0, rank.shape[1] - 1)
    y = np.clip(np.floor(points[..., 1]).astype(int) + PAD, 0, rank.shape[0] - 1)
    under = (rank[y, x] > number[:, None]).reshape(len(_SIZES), len(_CHECKED), -1, 4)
    whole, half = np.all(under, axis=1)
    return np.where(whole, _SIZES[0], np.where(half, _SIZES[1], 0.0))


def _with_steps(moved: Floats, straight: Bools, control: Floats, ends: _Ends) -> list[Outline]:
    """Moved outlines, the open ones joined to their old ends by short lines."""
    old = np.stack([control[ends.first, 0], control[ends.last, 3]], axis=1)
    new = np.stack([moved[ends.first, 0], moved[ends.last, 3]], axis=1)
    far = (np.abs(old - new).max(axis=2) > _STEP_PX) & ~ends.closed[:, None]
    lines = np.stack(
        [np.stack([old[:, 0], new[:, 0]], axis=1), np.stack([new[:, 1], old[:, 1]], axis=1)], axis=1
    )
    at = np.column_stack([ends.first, ends.last + 1])[far]
    moved, straight = np.insert(moved, at, _thirds(lines[far]), axis=0), np.insert(straight, at, True)
    bounds = np.concatenate([[0], np.cumsum(ends.counts + far.sum(axis=1))]).tolist()
    return [Outline(moved[low:high], straight[low:high]) for low, high in pairwise(bounds)]


def _thirds(lines: Floats) -> Floats:
    """(N, 4, 2) the cubics of straight lines (N, 2, 2)."""
    return np.asarray(np.linspace(lines[:, 0], lines[:, 1], 4, axis=1), np.float64)


def _outward(control: Floats, one: int, two: int) -> Floats:
    """Unit normals to the left of each segment at one of its ends."""
    along = control[:, two] - control[:, one]
    flat = np.linalg.norm(along, axis=1) < 1e-6
    along[flat] = (control[:, 3] - control[:, 0])[flat]
    along /= np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    return np.column_stack([along[:, 1], -along[:, 0]])


def _stays_straight(control: Floats) -> Bools:
    chord = control[:, 3] - control[:, 0]
    length = np.maximum(np.linalg.norm(chord, axis=1), 1e-9)
    inner = control[:, 1:3] - control[:, :1]
    off = np.abs(inner[..., 0] * chord[:, None, 1] - inner[..., 1] * chord[:, None, 0]) / length[:, None]
    return np.asarray(off.max(axis=1) < 0.02, np.bool_)
