"""Reads a garment's folder: garment.yaml and the maps it names."""

from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from imaging.garment.errors import GarmentFileError
from imaging.garment.fields import Fields
from imaging.garment.spec import Garment, Side, View, Zone
from imaging.types import Mask, Pixels

_SIDES: tuple[Side, ...] = ("front", "back")


def load_garment(folder: Path) -> Garment:
    """Load and check a garment.

    Args:
        folder: holds `garment.yaml` and the image files that it names.

    Raises:
        GarmentFileError: a file is missing or unreadable, or a field is missing, of the wrong type, unknown,
            or contradicts another; the text names file and field.
    """
    path = folder / "garment.yaml"
    root = Fields(path, "", _yaml(path))
    root.only("id", "name", "views", "colors")
    views = root.section("views")
    views.only(*_SIDES)
    colors = root.section("colors")
    return Garment(
        id=root.text("id"),
        name=root.text("name"),
        views=tuple(_view(folder, side, views.section(side)) for side in _SIDES if side in views.names()),
        colors=tuple((name, colors.color(name)) for name in colors.names()),
    )


def _view(folder: Path, side: Side, fields: Fields) -> View:
    fields.only(
        "pixels_per_inch", "mask", "shading", "shading_neutral", "displacement", "displacement_in", "shadow",
        "default_zone", "zones",
    )  # fmt: skip
    mask = _gray(folder, fields, "mask")
    shading = _gray(folder, fields, "shading")
    if mask.shape != shading.shape or mask.shape[0] != mask.shape[1]:
        raise fields.error("shading", f"must be square and as large as the mask, {mask.shape}")
    zones = fields.section("zones")
    found = tuple(_zone(name, zones.section(name), mask.shape[0]) for name in zones.names())
    default = fields.text("default_zone")
    if default not in zones.names():
        raise fields.error("default_zone", f"names no zone of this view: {default!r}")
    return View(
        side=side,
        pixels_per_inch=fields.positive("pixels_per_inch"),
        shading=shading,
        shading_neutral=round(fields.positive("shading_neutral", at_most=255)),
        mask=mask,
        displacement=_rgb(folder, fields, "displacement"),
        displacement_in=fields.positive("displacement_in"),
        shadow=_gray(folder, fields, "shadow"),
        zones=found,
        default_zone=default,
    )


def _zone(name: str, fields: Fields, size_px: int) -> Zone:
    fields.only("size_in", "origin_px", "quad_px")
    width, height = fields.pair("size_in")
    if min(width, height) <= 0:
        raise fields.error("size_in", "must be two positive numbers")
    origin = fields.pair("origin_px")
    if not all(0 <= at < size_px for at in origin):
        raise fields.error("origin_px", f"must lie on the view, 0 to {size_px}")
    quad = fields.quad("quad_px") if "quad_px" in fields.names() else None
    return Zone(name, (width, height), origin, quad)


def _yaml(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GarmentFileError(f"{path.name}: cannot be read: {error}") from error


def _gray(folder: Path, fields: Fields, field: str) -> Mask:
    return _picture(folder, fields, field, "L")


def _rgb(folder: Path, fields: Fields, field: str) -> Pixels:
    return _picture(folder, fields, field, "RGB")


def _picture(folder: Path, fields: Fields, field: str, mode: str) -> Pixels:
    name = fields.text(field)
    if Path(name).name != name:
        raise fields.error(field, f"must be a file name without folders: {name!r}")
    try:
        with Image.open(folder / name) as image:
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, ValueError) as error:
        raise fields.error(field, f"{name}: cannot be read: {error}") from error
    return np.ascontiguousarray(pixels[..., 0] if mode == "L" else pixels)
