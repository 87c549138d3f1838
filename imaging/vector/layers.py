"""Layers from areas: each area's loops put together from its chains."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imaging.vector.coverage import Coverage
from imaging.vector.drawing import Circle, Contour, Cubic, Layer, Line, Point
from imaging.vector.outlines import Outline, outlines
from imaging.vector.paints import Paints
from imaging.vector.planar import planar_map
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
    scene = _Scene(outlines(plan, coverage), regions, order, solid[regions.label])
    layers = []
    for number, (label, areas) in enumerate(order.layers):
        above = scene.above(number)
        contours = []
        for at, loop in enumerate(plan.loops):
            if regions.loop_region[at] in areas and at not in order.covered:
                parts = [scene.part(chain, above) for chain in loop.chains]
                contours.append(_contour(parts, hole=loop.area < 0))
        paint = paints.items[label - 1]
        found = tuple(contour for contour in contours if contour is not None)
        layers.append(Layer(paint.fill, paint.opacity, found))
    return tuple(layer for layer in layers if layer.contours)


@dataclass(frozen=True, slots=True)
class _Scene:
    shapes: list[Outline]
    regions: Regions
    order: Stack
    solid: Bools
    """(A,) nothing shows through the area."""

    def above(self, number: int) -> Bools:
        """(H, W) pixels that layers above `number` hide."""
        hides: Bools = (np.where(self.solid, self.order.rank, -1) > number)[self.regions.of_pixel]
        return hides

    def part(self, chain: int, above: Bools) -> tuple[Outline, bool]:
        """One chain as its area walks it, and whether it was moved under its neighbour."""
        own, other = self.regions.chain_regions[chain if chain >= 0 else ~chain]
        outline = self.shapes[chain] if chain >= 0 else self.shapes[~chain].backwards()
        if chain < 0:
            own, other = other, own
        seam = self.solid[own] and self.solid[other] and self.order.rank[other] > self.order.rank[own]
        return (trapped(outline, above), True) if seam else (outline, False)


def _contour(parts: list[tuple[Outline, bool]], *, hole: bool) -> Contour | Circle | None:
    """A loop's chains put together."""
    first, moved = parts[0]
    if len(parts) == 1 and first.circle is not None:
        x, y, radius = first.circle
        grown = TRAP_PX / 2 if moved else 0.0
        return Circle((x, y), max(radius - grown if hole else radius + grown, 0.1), hole=hole)
    segments: list[Line | Cubic] = []
    for outline, _ in parts:
        for control, straight in zip(outline.control.tolist(), outline.straight.tolist(), strict=True):
            points: list[Point] = [(x, y) for x, y in control]
            segments.append(Line(points[3]) if straight else Cubic(points[1], points[2], points[3]))
    return Contour(segments[-1].end, tuple(segments)) if len(segments) > 1 else None
