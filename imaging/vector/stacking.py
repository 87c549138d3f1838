"""The painting order: what lies below runs on under what lies above, so that no seam shows between them.

An area lies below the ones it encloses. Layers are then taken greedily: of the paints with areas that have
all their grounds painted, the one that can be finished, else the largest; so each colour is one layer unless
it lies both below and above another (A over B over A).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.vector.planar import PlanarMap
from imaging.vector.regions import Regions

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stack:
    """Which areas are painted when."""

    layers: tuple[tuple[int, tuple[int, ...]], ...]
    """Label and areas of each layer, bottom first."""
    rank: Ints
    """(A,) layer of each area; -1 for clear ones."""
    covered: tuple[bool, ...]
    """For each loop of the map, whether it is a hole that later layers cover wholly."""


def stack(plan: PlanarMap, regions: Regions, solid: Bools) -> Stack:
    """Order the areas; `solid[label]` says what nothing shows through."""
    below: dict[int, set[int]] = {}
    covered = []
    for number, loop in enumerate(plan.loops):
        if loop.area > 0:
            covered.append(False)
            continue
        ground = regions.loop_region[number]
        content = _content(regions, ground, regions.across[number])
        opaque = all(solid[regions.label[area]] for area in content)
        covered.append(opaque and bool(solid[regions.label[ground]]))
        for area in content if opaque else regions.across[number]:
            if regions.label[area] > 0 and solid[regions.label[area]]:
                below.setdefault(area, set()).add(ground)
    layers = _schedule(regions, below)
    rank = np.full(len(regions.label), -1, np.int64)
    for number, (_, areas) in enumerate(layers):
        rank[list(areas)] = number
    return Stack(tuple(layers), rank, tuple(covered))


def _content(regions: Regions, ground: int, seeds: frozenset[int]) -> set[int]:
    """All areas inside a hole of `ground`, from those that touch the hole."""
    found, open_ = set(seeds), list(seeds)
    while open_:
        for other in regions.touching[open_.pop()]:
            if other != ground and other not in found:
                found.add(other)
                open_.append(other)
    return found


def _schedule(regions: Regions, below: dict[int, set[int]]) -> list[tuple[int, tuple[int, ...]]]:
    """Layers in painting order, as label and areas."""
    waiting = {area for area in range(len(regions.label)) if regions.label[area] > 0}
    layers: list[tuple[int, tuple[int, ...]]] = []
    while waiting:
        ready: dict[int, list[int]] = {}
        left: dict[int, int] = {}
        for area in sorted(waiting):
            label = int(regions.label[area])
            left[label] = left.get(label, 0) + 1
            if not below.get(area, set()) & waiting - _same(regions, below, area, waiting):
                ready.setdefault(label, []).append(area)
        label = max(ready, key=lambda name: (_whole(ready, left, name), _size(regions, ready[name]), -name))
        layers.append((label, tuple(ready[label])))
        waiting -= set(ready[label])
    return layers


def _same(regions: Regions, below: dict[int, set[int]], area: int, waiting: set[int]) -> set[int]:
    """Grounds of the area's own paint that are painted with it, in one layer, and so need not come first."""
    del regions, below, area, waiting
    return set()


def _whole(ready: dict[int, list[int]], left: dict[int, int], label: int) -> bool:
    return len(ready[label]) == left[label]


def _size(regions: Regions, areas: list[int]) -> int:
    return int(regions.size[areas].sum())
