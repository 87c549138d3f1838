"""The painting order: what lies below runs on under what lies above, so that no seam shows between them.

An area lies below the ones it encloses, and its holes are dropped where those cover them wholly. Where a hole
in the upper area shows the paint that lies below it anyway (the counter of a letter on a disc), nothing is
painted there. Layers are then taken greedily: of the paints with areas that have all their grounds painted,
one that can be finished, else the largest; so each colour is one layer unless it lies both below and above
another (A over B over A).
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

    layers: tuple[tuple[int, frozenset[int]], ...]
    """Label and areas of each layer, bottom first."""
    rank: Ints
    """(A,) the layer whose paint each area shows; -1 for clear ones."""
    covered: frozenset[int]
    """Loops of the map that are holes which later layers cover wholly."""


@dataclass(frozen=True, slots=True)
class _Hole:
    loop: int
    ground: int
    """The area it is a hole in."""
    content: frozenset[int]
    """All areas in it, however deep."""
    opaque: bool
    """Nothing in it is clear or see-through, nor is the ground."""


def stack(plan: PlanarMap, regions: Regions, solid: Bools) -> Stack:
    """Order the areas; `solid[label]` says what nothing shows through."""
    see_through = ~solid[regions.label]
    holes = []
    for number, loop in enumerate(plan.loops):
        if loop.area < 0:
            ground = regions.loop_region[number]
            content = _content(regions, ground, regions.across[number])
            opaque = not (see_through[list(content)].any() or see_through[ground])
            holes.append(_Hole(number, ground, frozenset(content), opaque))
    holes.sort(key=lambda hole: (-len(hole.content), hole.loop))
    # Wide holes come first, so the innermost one stays.
    around = {area: hole for hole in holes for area in hole.content}
    shown = _showing_through(regions, holes, around)
    kept = {around[area].loop for area in shown}
    below: dict[int, set[int]] = {}
    for hole in holes:
        for area in hole.content if hole.opaque else regions.across[hole.loop]:
            if not see_through[area] and not see_through[hole.ground]:
                below.setdefault(area, set()).add(hole.ground)
    painted = {area for area in np.flatnonzero(regions.label).tolist() if area not in shown}
    layers = _schedule(regions, below, painted)
    rank = np.full(len(regions.label), -1, np.int64)
    for number, (_, areas) in enumerate(layers):
        rank[list(areas)] = number
    for area, ground in shown.items():
        rank[area] = rank[ground]
    return Stack(tuple(layers), rank, frozenset(h.loop for h in holes if h.opaque and h.loop not in kept))


def _content(regions: Regions, ground: int, seeds: frozenset[int]) -> set[int]:
    """All areas inside a hole of `ground`, from those that touch the hole."""
    found, open_ = set(seeds), list(seeds)
    while open_:
        for other in regions.touching[open_.pop()]:
            if other != ground and other not in found:
                found.add(other)
                open_.append(other)
    return found


def _showing_through(regions: Regions, holes: list[_Hole], around: dict[int, _Hole]) -> dict[int, int]:
    """Areas that need no paint, as what lies below the area around them has the same, and that ground."""
    shown: dict[int, int] = {}
    for hole in holes:
        under = around.get(hole.ground)
        if not hole.opaque or under is None or not under.opaque:
            continue
        if hole.ground in shown or under.ground in shown:
            continue
        for area in sorted(hole.content):
            if around[area] is hole and regions.label[area] == regions.label[under.ground]:
                shown[area] = under.ground
    return shown


def _schedule(
    regions: Regions, below: dict[int, set[int]], painted: set[int]
) -> list[tuple[int, frozenset[int]]]:
    """Layers in painting order, as label and areas."""
    waiting = set(painted)
    layers: list[tuple[int, frozenset[int]]] = []
    while waiting:
        ready: dict[int, list[int]] = {}
        left: dict[int, int] = {}
        for area in sorted(waiting):
            label = int(regions.label[area])
            left[label] = left.get(label, 0) + 1
            if waiting.isdisjoint(below.get(area, ())):
                ready.setdefault(label, []).append(area)
        label = max(ready, key=lambda k: (len(ready[k]) == left[k], _size(regions, ready[k]), -k))
        layers.append((label, frozenset(ready[label])))
        waiting.difference_update(ready[label])
    return layers


def _size(regions: Regions, areas: list[int]) -> int:
    return int(regions.size[areas].sum())
