"""Reads a garment's folder: garment.yaml, and the headers of the pictures it names."""

from pathlib import Path

import yaml

from imaging.garment.errors import GarmentFileError
from imaging.garment.fields import Fields
from imaging.garment.maps import LARGE, SMALL, MapFiles, find_maps
from imaging.garment.shape import zone_problem
from imaging.garment.spec import SIDES, Garment, Quad, Side, SideSpec, View, Zone

MIN_SIZE_IN, MAX_SIZE_IN = 0.5, 30.0
"""Sides of a zone."""
_PLAIN = ("pixels_per_inch", "shading_neutral", "displacement_in", "default_zone", "zones")


def load_garment(folder: Path) -> Garment:
    """Load and check a garment; a side's pictures are read, each time, when it is shown.

    Args:
        folder: holds `garment.yaml` and the image files that it names; bears the garment's id.

    Raises:
        GarmentFileError: a file is missing or unreadable, or a field is missing, of the wrong type, unknown,
            out of range or contradicts another; the text names file and field.
    """
    path = folder / "garment.yaml"
    root = Fields(path, "", _yaml(path))
    root.only("id", "name", "views", "colors")
    if root.identifier("id") != folder.name:
        raise root.error("id", f"must be the folder's name, {folder.name!r}")
    views, colors = root.section("views"), root.section("colors")
    views.only(*SIDES)
    sides = {side: _side(folder, side, views.section(side)) for side in SIDES if side in views.names()}

    def open_view(side: Side) -> View:
        spec, maps = sides[side]
        return maps.read(spec)

    return Garment(
        id=root.identifier("id"),
        name=root.text("name"),
        sides=tuple(spec for spec, _ in sides.values()),
        colors=tuple((name, colors.color(name)) for name in colors.ids()),
        open_view=open_view,
    )


def _side(folder: Path, side: Side, fields: Fields) -> tuple[SideSpec, MapFiles]:
    fields.only(*LARGE, *SMALL, *_PLAIN)
    maps, size_px = find_maps(folder, fields)
    ppi = fields.number("pixels_per_inch", above=0, at_most=1000)
    zones = fields.section("zones")
    default = fields.text("default_zone")
    if default not in zones.ids():
        raise fields.error("default_zone", f"names no zone of this view: {default!r}")
    spec = SideSpec(
        side=side,
        size_px=size_px,
        pixels_per_inch=ppi,
        shading_neutral=round(fields.number("shading_neutral", above=31, at_most=255)),
        displacement_in=fields.number("displacement_in", above=0, at_most=3),
        zones=tuple(_zone(name, zones.section(name), size_px=size_px, ppi=ppi) for name in zones.names()),
        default_zone=default,
    )
    return spec, maps


def _zone(name: str, fields: Fields, *, size_px: int, ppi: float) -> Zone:
    fields.only("size_in", "origin_px", "quad_px")
    width, height = fields.pair("size_in")
    if not (MIN_SIZE_IN <= width <= MAX_SIZE_IN and MIN_SIZE_IN <= height <= MAX_SIZE_IN):
        raise fields.error("size_in", f"must be two numbers from {MIN_SIZE_IN:g} to {MAX_SIZE_IN:g}")
    tilted = "quad_px" in fields.names()
    if tilted == ("origin_px" in fields.names()):
        raise fields.error("quad_px" if tilted else "origin_px", "give either origin_px or quad_px")
    quad = fields.quad("quad_px") if tilted else _upright(fields.pair("origin_px"), width * ppi, height * ppi)
    problem = zone_problem(quad, size_in=(width, height), size_px=size_px, pixels_per_inch=ppi)
    if problem:
        raise fields.error("quad_px" if tilted else "origin_px", problem)
    return Zone(name, (width, height), quad)


def _upright(origin: tuple[float, float], width_px: float, height_px: float) -> Quad:
    left, top = origin
    right, bottom = left + width_px, top + height_px
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GarmentFileError(f"{path.parent.name}/{path.name}: cannot be read: {error}") from error
