"""The map of areas: every boundary between two labels once, as an ordered chain of pixel sides.

Each pixel side between two labels is walked clockwise around the pixel it belongs to, so that the label lies
on the right hand. Following sides gives closed loops around each painted area; corners where three or more
labels meet cut the loops into chains, and each chain is shared by the two areas beside it. Two pixels that
touch only diagonally are joined when the other diagonal is not of one label, else by which pair covers more.
"""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import Coverage

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Loop:
    """One closed outline of one painted area."""

    label: int
    chains: tuple[int, ...]
    """Chains in order; a chain that the other area owns comes as `~index` and is walked backwards."""
    pixel: int
    """A pixel inside the area and beside the loop, as a flat index."""
    area: float
    """Signed area in pixels: positive around the area, negative around a hole in it."""


@dataclass(frozen=True, slots=True)
class PlanarMap:
    """Chains of pixel sides between labels, and the loops they make."""

    inside: Ints
    """(N,): flat index of the pixel that each side belongs to, chain after chain."""
    step: Ints
    """(N,): what to add to get the pixel across."""
    starts: Ints
    """(chains + 1,): where each chain begins in the arrays above."""
    closed: Bools
    """(chains,): a loop without junctions."""
    pairs: Ints
    """(chains, 2): label inside and label across."""
    corners: Ints
    """(chains, 2): flat lattice index of the junction it begins and ends at; -1 when closed."""
    loops: tuple[Loop, ...]


def planar_map(coverage: Coverage) -> PlanarMap:
    """Walk all boundaries of the labels `coverage.first`, whose outermost pixels are clear."""
    labels = coverage.first
    width = labels.shape[1]
    flat = labels.reshape(-1).astype(np.int64)
    normal = np.array([-width, 1, width, -1])
    ahead = np.array([1, width, -1, -width])
    joined, junction = _corners(coverage)
    pixel, side = _sides(flat, normal)
    lookup = np.full(len(flat) * 4, -1, np.int64)
    lookup[pixel * 4 + side] = np.arange(len(pixel))
    corner = pixel + np.array([1, width + 1, width, 0])[side]
    front, diagonal = pixel + ahead[side], pixel + ahead[side] + normal[side]
    same, same_diagonal = flat[front] == flat[pixel], flat[diagonal] == flat[pixel]
    left = same_diagonal & (same | joined[corner, side & 1])
    following = np.where(left, diagonal, np.where(same, front, pixel)) * 4
    following += np.where(left, side + 3, np.where(same, side, side + 1)) % 4
    order, loop_starts = _walk(lookup[following], junction[corner])
    opposite = (pixel + normal[side]) * 4 + (side + 2) % 4
    return _assemble(
        flat, width, order, loop_starts,
        pixel=pixel, side=side, step=normal[side], corner=corner, junction=junction, across=lookup[opposite],
    )  # fmt: skip


def _corners(coverage: Coverage) -> tuple[Bools, Bools]:
    """For the corner at each pixel's top left: (N, 2) diagonals joined, and (N,) three labels meet.

    Column 0 joins bottom left with top right, column 1 top left with bottom right.
    """
    labels = coverage.first
    top_left, top_right, bottom_left, bottom_right = (
        labels[:-1, :-1], labels[:-1, 1:], labels[1:, :-1], labels[1:, 1:],
    )  # fmt: skip
    down, rise = top_left == bottom_right, bottom_left == top_right
    share = coverage.share
    heavier = share[:-1, :-1] + share[1:, 1:] >= share[:-1, 1:] + share[1:, :-1]
    cross = down & rise & (top_left != top_right)
    joined = np.zeros((labels.size, 2), np.bool_)
    grid = joined.reshape(*labels.shape, 2)
    grid[1:, 1:, 0] = rise & ~(cross & heavier)
    grid[1:, 1:, 1] = down & ~(cross & ~heavier)
    pairs = (
        (top_left != top_right).astype(np.int8) + (top_right != bottom_right)
        + (bottom_right != bottom_left) + (bottom_left != top_left)
    )  # fmt: skip
    junction = np.zeros(labels.shape, np.bool_)
    junction[1:, 1:] = (pairs >= 3) & ~down & ~rise
    return joined, junction.reshape(-1)


def _sides(flat: Ints, normal: Ints) -> tuple[Ints, Ints]:
    """Pixel and side of every boundary side of painted pixels."""
    painted = np.flatnonzero(flat)
    own = flat[painted]
    pixels = [painted[flat[painted + step] != own] for step in normal]
    sides = [np.full(len(found), number) for number, found in enumerate(pixels)]
    pixel, side = np.concatenate(pixels), np.concatenate(sides)
    order = np.argsort(pixel * 4 + side, kind="stable")
    return pixel[order], side[order]


def _walk(following: Ints, ends_at_junction: Bools) -> tuple[Ints, Ints]:
    """Order the sides loop by loop; a loop with junctions begins right after one."""
    after = following[np.flatnonzero(ends_at_junction)]
    seeds = [*after.tolist(), *range(len(following))]
    follow, seen = following.tolist(), bytearray(len(following))
    order: list[int] = []
    starts: list[int] = []
    for seed in seeds:
        if seen[seed]:
            continue
        starts.append(len(order))
        at = seed
        while not seen[at]:
            seen[at] = 1
            order.append(at)
            at = follow[at]
    return np.array(order, np.int64), np.array([*starts, len(order)], np.int64)


def _assemble(
    flat: Ints,
    width: int,
    order: Ints,
    loop_starts: Ints,
    *,
    pixel: Ints,
    side: Ints,
    step: Ints,
    corner: Ints,
    junction: Bools,
    across: Ints,
) -> PlanarMap:
    """Cut the loops into chains and let the area with the higher label own each of them."""
    ends = junction[corner[order]]
    begins = np.zeros(len(order), np.bool_)
    begins[1:] = ends[:-1]
    begins[loop_starts[:-1]] = True
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(order)) - 1
    chain_of = np.empty(len(order), np.int64)
    chain_of[order] = np.cumsum(begins) - 1
    inner, outer = flat[pixel[order[first]]], flat[pixel[order[first]] + step[order[first]]]
    owned = inner > outer
    number = np.cumsum(owned) - 1
    partner = chain_of[across[order[first]]]
    names = np.where(owned, number, ~number[partner])
    keep = np.repeat(owned, last - first + 1)
    closed = ~ends[last]
    start_corner = (pixel + np.array([0, 1, width + 1, width])[side])[order[first]]
    corners = np.column_stack([start_corner, corner[order[last]]])
    corners[closed] = -1
    lengths = (last - first + 1)[owned]
    return PlanarMap(
        inside=pixel[order][keep],
        step=step[order][keep],
        starts=np.concatenate([[0], np.cumsum(lengths)]),
        closed=closed[owned],
        pairs=np.column_stack([inner, outer])[owned],
        corners=corners[owned],
        loops=_loops(
            names,
            first,
            loop_starts,
            labels=flat[pixel[order]],
            sides=(pixel[order], side[order]),
            width=width,
        ),
    )


def _loops(
    names: Ints, first: Ints, loop_starts: Ints, *, labels: Ints, sides: tuple[Ints, Ints], width: int
) -> tuple[Loop, ...]:
    """Each loop with the chains it is made of."""
    if not len(names):
        return ()
    # Green's theorem: a side that runs right adds -y, one that runs left adds y.
    pixel, side = sides
    y = pixel // width
    moment = np.where(side == 0, -y, np.where(side == 2, y + 1, 0))
    areas = np.add.reduceat(moment, loop_starts[:-1])
    bounds = np.searchsorted(first, loop_starts)
    return tuple(
        Loop(int(labels[at]), tuple(names[low:high].tolist()), int(pixel[at]), float(area))
        for at, low, high, area in zip(loop_starts[:-1], bounds[:-1], bounds[1:], areas, strict=True)
    )
