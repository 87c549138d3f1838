"""Layers from areas: each area's loops put together from its chains."""

import numpy as np

from imaging.vector.coverage import Coverage
from imaging.vector.drawing import Circle, Contour, Cubic, Layer, Line, Point
from imaging.vector.outlines import Outline, outlines
from imaging.vector.paints import Paints
from imaging.vector.planar import PlanarMap, planar_map
from imaging.vector.regions import Regions, find_regions
from imaging.vector.stacking import Stack, stack
from imaging.vector.traps import TRAP_PX, trapped


def build_layers(coverage: Coverage, paints: Paints) -> tuple[Layer, ...]:
    """Outlines of all areas in painting order, coordinates in pixels of the covered image."""
    plan = planar_map(coverage)
    if not plan.loops:
        return ()
    regions, shapes = find_regions(plan, coverage), outlines(plan, coverage)
    solid = paints.solid()
    order = stack(plan, regions, solid)
    layers = []
    for number, (label, areas) in enumerate(order.layers):
        # A pixel's cover counts from here up, and only when nothing shows through it.
        above = np.where(solid[regions.label], order.rank, -1)[regions.of_pixel] > number
        contours = []
        for at, loop in enumerate(plan.loops):
            if regions.loop_region[at] in areas and at not in order.covered:
                parts = [_part(chain, shapes, regions, order, solid, above) for chain in loop.chains]
                contour = _contour(parts, hole=loop.area < 0, plan=plan)
                if contour is not None:
                    contours.append(contour)
        paint = paints.items[label - 1]
        layers.append(Layer(paint.fill, paint.opacity, tuple(contours)))
    return tuple(layer for layer in layers if layer.contours)


def _part(
    chain: int,
    shapes: list[Outline],
    regions: Regions,
    order: Stack,
    solid: np.ndarray,
    above: np.ndarray,
) -> tuple[Outline, bool]:
    """One chain's outline as its area walks it, and whether it was moved under its neighbour."""
    own, other = regions.chain_regions[chain if chain >= 0 else ~chain]
    outline = shapes[chain] if chain >= 0 else shapes[~chain].backwards()
    if chain < 0:
        own, other = other, own
    seam = solid[regions.label[own]] and solid[regions.label[other]] and order.rank[other] > order.rank[own]
    return (trapped(outline, above), True) if seam else (outline, False)


def _contour(parts: list[tuple[Outline, bool]], *, hole: bool, plan: PlanarMap) -> Contour | Circle | None:
    del plan
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
