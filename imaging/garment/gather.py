"""Prints of several zones on one sheet, as they lie to each other on the garment: a name over its number."""

import math
from collections.abc import Sequence
from dataclasses import replace

from imaging.garment.errors import PlacementError
from imaging.garment.placement import Box
from imaging.garment.print_file import Placed
from imaging.garment.spec import Point, SideSpec, Zone

_GRAIN_IN = 0.01
"""Sheets are whole hundredths of an inch large."""
_SQUARE_PX = 0.5
"""Corners that lie nearer to upright than this make an upright zone."""


def gather(spec: SideSpec, prints: Sequence[tuple[str | None, Placed]]) -> tuple[Point, list[Placed]]:
    """Move prints from their zones onto one sheet that holds all these zones.

    Args:
        spec: the side.
        prints: zone and print of each, from back to front; None is the side's default zone.

    Returns:
        Width and height of the sheet in inches, and the prints in its inches, each cut at its own zone:
        what `render_print` takes.

    Raises:
        UnknownZoneError: the side has no such zone.
        PlacementError: there are none, or of several zones one is seen at an angle: it is printed on another
            part of the garment.
    """
    zones = [spec.zone(name) for name, _ in prints]
    if not zones:
        raise PlacementError("There is nothing to print.")
    if len({zone.id for zone in zones}) == 1:
        corners = [(0.0, 0.0)] * len(zones)
    else:
        corners = [_corner_in(zone, spec) for zone in zones]
    left, top = (min(corner[axis] for corner in corners) for axis in (0, 1))
    places = [(x - left, y - top) for x, y in corners]
    width, height = (
        max(place[axis] + zone.size_in[axis] for place, zone in zip(places, zones, strict=True))
        for axis in (0, 1)
    )
    moved = [_moved(item, zone, at) for (_, item), zone, at in zip(prints, zones, places, strict=True)]
    return (_rounded_up(width), _rounded_up(height)), moved


def _corner_in(zone: Zone, spec: SideSpec) -> Point:
    """Upper left corner of an upright zone, in inches of the view."""
    (left, top), (right, level), _, (below, _) = zone.quad_px
    if max(abs(level - top), abs(below - left)) > _SQUARE_PX or right < left:
        raise PlacementError(f"{zone.id} is seen at an angle: it cannot share a sheet with other zones.")
    return left / spec.pixels_per_inch, top / spec.pixels_per_inch


def _moved(item: Placed, zone: Zone, at: Point) -> Placed:
    box = replace(item.box, x_in=item.box.x_in + at[0], y_in=item.box.y_in + at[1])
    return Placed(item.artwork, box, within=Box(*at, *zone.size_in))


def _rounded_up(inches: float) -> float:
    return round(math.ceil(inches / _GRAIN_IN - 1e-6) * _GRAIN_IN, 2)
