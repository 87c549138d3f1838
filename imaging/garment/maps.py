"""The pictures that a garment.yaml names: checked by their headers at start, read when a side is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from PIL import Image

from imaging.garment.fields import Fields
from imaging.garment.spec import SideSpec, View
from imaging.types import Pixels

LARGE = ("mask", "shading")
"""Of one size, the view's."""
SMALL = ("displacement", "shadow", "no_ink")
"""May be smaller than the view."""
OPTIONAL = ("no_ink",)
MIN_PX, MAX_PX = 256, 4096
"""Sides of a view."""
_SMALLEST_PX = 32
_RED = 2
"""Of OpenCV's order of channels."""
_FORMATS: Final = ("WEBP", "PNG")


@dataclass(frozen=True, slots=True)
class MapFiles:
    """The picture files of one side, and where the garment's file names them."""

    folder: Path
    fields: Fields
    files: Mapping[str, str]

    def read(self, spec: SideSpec) -> View:
        """The side with its pictures.

        Raises:
            GarmentFileError: a picture cannot be read, or is not what it was at start.
        """
        maps: dict[str, Any] = {field: self._read(field) for field in self.files}
        if any(maps[field].shape[0] != spec.size_px for field in LARGE):
            raise self.fields.error("mask", "has changed its size since the service started")
        known: dict[str, Any] = {name: getattr(spec, name) for name in SideSpec.__slots__}
        return View(**known, **maps)

    def _read(self, field: str) -> Pixels:
        """By OpenCV, which takes a third of Pillow's time for lossless WebP."""
        name = self.files[field]
        try:
            data = np.fromfile(self.folder / name, np.uint8)
            image = cv2.imdecode(data, cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        except (OSError, cv2.error) as error:
            raise self.fields.error(field, f"{name}: cannot be read: {error}") from error
        if image is None:
            raise self.fields.error(field, f"{name}: cannot be read: its pixels are broken")
        if field == "displacement":
            return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)
        return np.asarray(cv2.extractChannel(image, _RED), np.uint8)


def find_maps(folder: Path, fields: Fields) -> tuple[MapFiles, int]:
    """Check by their headers that a side's pictures are there, square and of fitting sizes.

    Returns:
        The files, and the view's size in pixels.

    Raises:
        GarmentFileError: a picture is missing, unreadable or of a wrong size; names the field.
    """
    given = [field for field in (*LARGE, *SMALL) if field not in OPTIONAL or field in fields.names()]
    files = {field: _file_name(fields, field) for field in given}
    sizes = {field: _size_px(folder, fields, field, name) for field, name in files.items()}
    view_px = sizes["mask"]
    if not MIN_PX <= view_px <= MAX_PX:
        raise fields.error("mask", f"must be {MIN_PX} to {MAX_PX} px a side, is {view_px}")
    if sizes["shading"] != view_px:
        raise fields.error("shading", f"must be as large as the mask, {view_px} px, is {sizes['shading']}")
    for field in SMALL:
        if field in sizes and not _SMALLEST_PX <= sizes[field] <= view_px:
            raise fields.error(field, f"must be {_SMALLEST_PX} to {view_px} px a side, is {sizes[field]}")
    return MapFiles(folder, fields, files), view_px


def _file_name(fields: Fields, field: str) -> str:
    name = fields.text(field)
    if Path(name).name != name or name in {".", ".."}:
        raise fields.error(field, f"must be a file name without folders: {name!r}")
    return name


def _size_px(folder: Path, fields: Fields, field: str, name: str) -> int:
    try:
        with Image.open(folder / name, formats=_FORMATS) as image:
            width, height = image.size
    except Exception as error:
        # As when it is read: whatever is wrong with the file, its name is what helps.
        raise fields.error(field, f"{name}: cannot be read: {error}") from error
    if width != height:
        raise fields.error(field, f"{name}: must be square, is {width} x {height}")
    return width
