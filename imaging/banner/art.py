"""The pictures of an order made ready for their grounds, and written where Typst finds them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from imaging.banner.logo import prepare_logo, prepare_mark, prepare_photo, sunk_share
from imaging.banner.palette import Palette
from imaging.banner.spec import Picture
from imaging.codec.encode import encode
from imaging.types import Color, Pixels

CHIPS: tuple[Color, ...] = ((255, 255, 255), (22, 25, 30))
"""Plates under logos that would sink in: white, or coal for logos that are white themselves."""
_SINKS_SHARE = 0.12
"""Share of its edge that may be lost before a logo needs a plate."""


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
    _ready: dict[tuple[str, str], Pixels | None] = field(default_factory=dict)

    def aspect(self, key: str, ground: str) -> float | None:
        """Width over height as it will be drawn on a ground; None when there is nothing to draw."""
        pixels = self._prepared(key, ground)
        return pixels.shape[1] / pixels.shape[0] if pixels is not None else None

    def density(self, key: str) -> float:
        """Share, 0-1, of its box that a picture covers."""
        pixels = next((found for (name, _), found in self._ready.items() if name == key), None)
        return float(np.mean(pixels[..., 3])) / 255 if pixels is not None else 1.0

    def chip(self, keys: tuple[str, ...], ground: str) -> bool:
        """Whether any of these pictures would sink into the ground."""
        return any(self._sunk(key, ground, self.palette.grounds[ground].fill) for key in keys)

    def chip_color(self, keys: tuple[str, ...], ground: str) -> Color:
        """The plate that fewest of these pictures sink into."""
        return min(CHIPS, key=lambda color: sum(self._sunk(key, ground, color) for key in keys))

    def write(self, key: str, ground: str, folder: Path) -> str:
        """Write one picture; its path as Typst names it."""
        pixels = self._prepared(key, ground)
        if pixels is None:
            raise KeyError(key)
        photo = key == "photo"
        name = f"{key}-{ground}.{'jpg' if photo else 'png'}"
        data = encode(pixels, to="jpeg", quality=92) if photo else encode(pixels)
        (folder / name).write_bytes(data)
        return f"/{name}"

    def _sunk(self, key: str, ground: str, color: Color) -> bool:
        pixels = self._prepared(key, ground)
        return pixels is not None and sunk_share(pixels, ground=color) > _SINKS_SHARE

    def _prepared(self, key: str, ground: str) -> Pixels | None:
        place = (key, ground)
        if place not in self._ready:
            picture = self.pictures.get(key)
            self._ready[place] = self._prepare(key, picture.pixels, ground) if picture else None
        return self._ready[place]

    def _prepare(self, key: str, pixels: Pixels, ground: str) -> Pixels | None:
        if key == "photo":
            return prepare_photo(pixels, limit_px=self.photo_px)
        if key.startswith("sponsor"):
            return prepare_mark(pixels, limit_px=self.limit_px)
        return prepare_logo(pixels, ground=self.palette.grounds[ground].fill, limit_px=self.limit_px)
