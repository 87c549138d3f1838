"""Layers from areas: each area's loops put together from its chains."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import Coverage
from imaging.vector.drawing import Circle, Contour, Cubic, Layer, Line
from imaging.vector.outlines import Outline, outlines
from imaging.vector.paints import Paints
from imaging.vector.planar import Loop, PlanarMap, planar_map
from imaging.vector.regions import Regions, find_regions
from imaging.vector.stacking import Stack, stack
from imaging.vector.traps import TRAP_PX, trapped

Bools = npt.NDArray[np.bool_]


def build_layers(coverage: Coverage, paints: Paints) -> tuple[Layer, ...]:
    """Outlines of all areas in painting order, coordinates in pixels of the covered image."""
    if not coverage.first.any():
        return ()
    plan = planar_map(coverage)
    regions, solid = find_regions(plan, coverage), paints.solid()
    order = stack(plan, regions, solid)
    opaque = solid[regions.label]
    scene = _Scene(outlines(plan, coverage), _seams(regions, order, opaque), regions, order, opaque)
    loops = _loops_of_layers(plan, regions, order)
    parts = iter(scene.moved(scene.walks(loops)))
    layers = []
    for (label, _), ats in zip(order.layers, loops, strict=True):
        found = [_contour(list(islice(parts, len(loop.chains))), hole=loop.area < 0) for loop in ats]
        paint = paints.items[label - 1]
        contours = tuple(contour for contour in found if contour is not None)
        layers.append(Layer(paint.fill, paint.opacity, contours))
    return tuple(layer for layer in layers if layer.contours)


def _loops_of_layers(plan: PlanarMap, regions: Regions, order: Stack) -> list[list[Loop]]:
    """The loops that each layer paints, in the order of the map."""
    layer_of = {area: number for number, (_, areas) in enumerate(order.layers) for area in areas}
    loops: list[list[Loop]] = [[] for _ in order.layers]
    for at, loop in enumerate(plan.loops):
        number = layer_of.get(regions.loop_region[at])
        if number is not None and at not in order.covered:
            loops[number].append(loop)
    return loops


def _seams(regions: Regions, order: Stack, solid: Bools) -> list[list[bool]]:
    """Chains with solid areas on both sides, for the area that is painted first."""
    inside, across = order.rank[regions.chain_regions].T
    both = solid[regions.chain_regions].all(axis=1)
    found: list[list[bool]] = np.column_stack([both & (across > inside), both & (inside > across)]).tolist()
    return found


@dataclass(frozen=True, slots=True)
class _Walk:
    """One chain as its area walks it."""

    outline: Outline
    number: int
    """The layer the area is painted in."""
    seam: bool
    """Whether it is to be moved under its neighbour."""


@dataclass(frozen=True, slots=True)
class _Scene:
    shapes: list[Outline]
    seams: list[list[bool]]
    """(chains, 2) whether each is a seam for the area inside and for the one across."""
    regions: Regions
    order: Stack
    solid: Bools
    """(A,) nothing shows through the area."""

    def walks(self, loops: list[list[Loop]]) -> list[_Walk]:
        """The chains of every layer's loops, end to end."""
        numbered = ((number, loop) for number, inside in enumerate(loops) for loop in inside)
        return [self._walk(chain, number) for number, loop in numbered for chain in loop.chains]

    def _walk(self, chain: int, number: int) -> _Walk:
        at, back = (~chain, True) if chain < 0 else (chain, False)
        shape = self.shapes[at]
        return _Walk(shape.backwards() if back else shape, number, self.seams[at][back])

    def moved(self, walks: list[_Walk]) -> list[_Walk]:
        """The same, with the seams under their neighbours."""
        at = [k for k, walk in enumerate(walks) if walk.seam and walk.outline.circle is None]
        at = [k for k in at if len(walks[k].outline.control)]
        rank = np.where(self.solid, self.order.rank, -1)[self.regions.of_pixel]
        seams = trapped([walks[k].outline for k in at], [walks[k].number for k in at], rank)
        found = list(walks)
        for k, outline in zip(at, seams, strict=True):
            found[k] = _Walk(outline, walks[k].number, seam=True)
        return found


def _contour(parts: list[_Walk], *, hole: bool) -> Contour | Circle | None:
    """A loop's chains put together."""
    first = parts[0]
    if len(parts) == 1 and first.outline.circle is not None:
        x, y, radius = first.outline.circle
        grown = TRAP_PX / 2 if first.seam else 0.0
        return Circle((x, y), max(radius - grown if hole else radius + grown, 0.1), hole=hole)
    segments: list[Line | Cubic] = []
    for outline in (part.outline for part in parts):
        for control, straight in zip(outline.control.tolist(), outline.straight.tolist(), strict=True):
            end = tuple(control[3])
            segments.append(Line(end) if straight else Cubic(tuple(control[1]), tuple(control[2]), end))
    return Contour(segments[-1].end, tuple(segments)) if len(segments) > 1 else None
