"""Areas of one label that hang together, what they touch and what they enclose."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import Coverage
from imaging.vector.planar import PlanarMap

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Regions:
    """The areas of a map; area 0 is the clear outside."""

    of_pixel: npt.NDArray[np.int32]
    """(H, W) area of each pixel."""
    label: Ints
    """(A,)"""
    size: Ints
    """(A,) in pixels."""
    touching: tuple[frozenset[int], ...]
    """(A,) areas that share a boundary with each."""
    loop_region: tuple[int, ...]
    """Area of each loop of the map."""
    across: tuple[frozenset[int], ...]
    """Areas on the other side of each loop."""
    chain_regions: Ints
    """(chains, 2) area inside and area across each chain."""


def find_regions(plan: PlanarMap, coverage: Coverage) -> Regions:
    """Label the areas and see which touch."""
    of_pixel = connected(coverage.first)
    flat = of_pixel.reshape(-1)
    joined = _joined_diagonally(plan, flat)
    of_pixel = joined[of_pixel]
    flat = of_pixel.reshape(-1)
    count = int(flat.max()) + 1
    label = np.zeros(count, np.int64)
    label[flat] = coverage.first.reshape(-1)
    inside, across = flat[plan.inside], flat[plan.inside + plan.step]
    pairs = np.unique(np.stack([inside, across], axis=1), axis=0)
    touching: list[set[int]] = [set() for _ in range(count)]
    for one, two in pairs.tolist():
        touching[one].add(two)
        touching[two].add(one)
    first = plan.starts[:-1]
    chain_regions = np.stack([inside[first], across[first]], axis=1).reshape(-1, 2).astype(np.int64)
    beyond = [_beyond(loop.chains, chain_regions) for loop in plan.loops]
    return Regions(
        of_pixel,
        label,
        np.bincount(flat, minlength=count),
        tuple(frozenset(other) for other in touching),
        tuple(int(flat[loop.pixel]) for loop in plan.loops),
        tuple(beyond),
        chain_regions,
    )


def _beyond(chains: Iterable[int], chain_regions: Ints) -> frozenset[int]:
    return frozenset(
        int(chain_regions[chain, 1] if chain >= 0 else chain_regions[~chain, 0]) for chain in chains
    )


def connected(labels: npt.NDArray[np.int16]) -> npt.NDArray[np.int32]:
    """(H, W) number of the 4-connected area of equal labels each pixel is in; the first pixel's is 0.

    OpenCV labels binary images only, so pixels are set apart by one and the cells between equal ones filled.
    """
    height, width = labels.shape
    grid = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    grid[::2, ::2] = 1
    grid[::2, 1::2] = labels[:, 1:] == labels[:, :-1]
    grid[1::2, ::2] = labels[1:] == labels[:-1]
    _, numbered = cv2.connectedComponents(grid, connectivity=4)
    return np.ascontiguousarray(numbered[::2, ::2]).astype(np.int32) - 1


def _joined_diagonally(plan: PlanarMap, flat: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """New numbers for areas, equal where a loop passes from one to the other over a corner."""
    parent = np.arange(int(flat.max()) + 1)

    def root(at: int) -> int:
        while parent[at] != at:
            at = int(parent[at])
        return at

    owner = np.repeat(np.arange(len(plan.closed)), np.diff(plan.starts))
    for side in (flat[plan.inside], flat[plan.inside + plan.step]):
        crossing = np.flatnonzero((side[1:] != side[:-1]) & (owner[1:] == owner[:-1]))
        for one, two in zip(side[crossing].tolist(), side[crossing + 1].tolist(), strict=True):
            low, high = sorted((root(one), root(two)))
            parent[high] = low
    roots = np.array([root(at) for at in range(len(parent))])
    _, numbers = np.unique(roots, return_inverse=True)
    return numbers.astype(np.int32)
