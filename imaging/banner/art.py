"""The pictures of an order made ready for their grounds, and written where Typst finds them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from imaging.banner.box import Box
from imaging.banner.logo import needs_keyline, prepare_logo, prepare_mark, prepare_photo, rgba_of
from imaging.banner.mark_cache import Mark, MarkCache
from imaging.banner.palette import Palette
from imaging.banner.spec import Picture
from imaging.banner.vector_logo import prepare_vector
from imaging.types import Color, Pixels

CHIPS: tuple[Color, ...] = ((255, 255, 255), (22, 25, 30))
"""Plates under logos that would sink in: white, or coal for logos that are white themselves."""
_PHOTO_QUALITY = 90


_MARKS = MarkCache()


@dataclass(slots=True)
class Artwork:
    """Pictures by key, prepared once for every ground they lie on.

    Attributes:
        pictures: as ordered.
        palette: gives the grounds their colours.
        limit_px: longer side of a logo at most.
        photo_px: longer side of a photo at most.
    """

    pictures: Mapping[str, Picture]
    palette: Palette
    limit_px: int
    photo_px: int
    _ready: dict[tuple[str, str], Mark | None] = field(default_factory=dict)
    _sinking: dict[tuple[str, Color], bool] = field(default_factory=dict)

    def aspect(self, key: str, ground: str) -> float | None:
        """Width over height as it will be drawn on a ground; None when there is nothing to draw."""
        mark = self._mark(key, ground)
        return mark.aspect if mark else None

    def density(self, key: str) -> float:
        """Share, 0-1, of its box that a picture covers."""
        mark = next((found for (name, _), found in self._ready.items() if name == key), None)
        return float(np.mean(mark.pixels[..., 3])) / 255 if mark else 1.0

    def chip(self, keys: tuple[str, ...], ground: str) -> bool:
        """Whether any of these pictures would sink into the ground."""
        return any(self._sunk(key, ground, self.palette.grounds[ground].fill) for key in keys)

    def chip_color(self, keys: tuple[str, ...], ground: str) -> Color:
        """The plate that fewest of these pictures sink into."""
        return min(CHIPS, key=lambda color: sum(self._sunk(key, ground, color) for key in keys))

    def write(self, key: str, ground: str, folder: Path) -> str:
        """Write one picture; its path as Typst names it."""
        mark = self._mark(key, ground)
        if mark is None:
            raise KeyError(key)
        name = f"{key}-{ground}.{mark.suffix}"
        (folder / name).write_bytes(mark.data)
        return f"/{name}"

    def write_part(self, key: str, ground: str, folder: Path, *, box: Box, clip: Box) -> tuple[str, Box]:
        """Write what of a photo is seen; its path, and the place of that part, which covers `clip`.

        Typst enlarges a whole picture to the pixels of its place before it cuts it, and the place of a narrow
        photo may be thousands of times as high as what is seen of it.

        Args:
            key: Of the photo.
            ground: Under it.
            folder: Typst's root.
            box: Place of the whole photo.
            clip: What of the place is seen; lies in `box`.
        """
        mark = self._mark(key, ground)
        if mark is None:
            raise KeyError(key)
        height, width = mark.pixels.shape[:2]
        left, right = _span(clip.x - box.x, clip.w, px=width, of=box.w)
        top, bottom = _span(clip.y - box.y, clip.h, px=height, of=box.h)
        name = f"{key}-{left}-{top}-{right}-{bottom}.{mark.suffix}"
        (folder / name).write_bytes(_packed(mark.pixels[top:bottom, left:right], mark.suffix))
        x_pt, y_pt = box.w / width, box.h / height
        place = Box(box.x + left * x_pt, box.y + top * y_pt, (right - left) * x_pt, (bottom - top) * y_pt)
        return f"/{name}", place

    def _sunk(self, key: str, ground: str, color: Color) -> bool:
        asked = (key, color)
        if asked not in self._sinking:
            mark = self._mark(key, ground)
            self._sinking[asked] = mark is not None and needs_keyline(mark.pixels, ground=color)
        return self._sinking[asked]

    def _mark(self, key: str, ground: str) -> Mark | None:
        place = (key, ground)
        if place not in self._ready:
            picture = self.pictures.get(key)
            self._ready[place] = self._prepare(key, picture, ground) if picture else None
        return self._ready[place]

    def _prepare(self, key: str, picture: Picture, ground: str) -> Mark | None:
        if key == "photo":
            photo = prepare_photo(picture.pixels, limit_px=self.photo_px)
            return Mark(b"", "jpg", _aspect(photo), photo)
        sponsor = key.startswith("sponsor")
        fill = None if sponsor else self.palette.grounds[ground].fill
        make = partial(_made, picture, fill=fill, limit_px=self.limit_px)
        return _MARKS.get(picture, make, fill=fill, limit_px=self.limit_px)


def _made(picture: Picture, *, fill: Color | None, limit_px: int) -> Mark | None:
    """A logo for a ground of this colour, or for any."""
    if picture.svg is not None:
        pixels = rgba_of(picture.pixels)
        if drawn := prepare_vector(picture.svg, pixels, ground=fill):
            return Mark(drawn.svg, "svg", drawn.aspect, pixels)
    made = (
        prepare_mark(picture.pixels, limit_px=limit_px)
        if fill is None
        else prepare_logo(picture.pixels, ground=fill, limit_px=limit_px)
    )
    return Mark(_packed(made, "png"), "png", _aspect(made), made) if made is not None else None


def _span(start: float, length: float, *, px: int, of: float) -> tuple[int, int]:
    """First pixel, and the one after the last, that a stretch of a side touches; one pixel at least."""
    first = min(max(math.floor(start * px / of), 0), px - 1)
    return first, max(first + 1, min(math.ceil((start + length) * px / of), px))


def _packed(pixels: Pixels, suffix: str) -> bytes:
    """A file that Typst reads once: fast to write; a PDF packs lossless pixels anew."""
    order = cv2.COLOR_RGBA2BGRA if suffix == "png" else cv2.COLOR_RGB2BGR
    options = (
        [cv2.IMWRITE_PNG_COMPRESSION, 0] if suffix == "png" else [cv2.IMWRITE_JPEG_QUALITY, _PHOTO_QUALITY]
    )
    _, packed = cv2.imencode(f".{suffix}", cv2.cvtColor(pixels, order), options)
    return packed.tobytes()


def _aspect(pixels: Pixels) -> float:
    height, width = pixels.shape[:2]
    return float(width / height)
