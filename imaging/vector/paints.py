"""The paints of a drawing: its flat colours, solid or evenly see-through."""

# ruff: noqa: PLR2004 - counts of points, halves and guards against division read best where they stand

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Color, Pixels
from imaging.vector.drawing import Fill, LinearGradient, RadialGradient
from imaging.vector.ramps import ramp_colors

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

SOLID = 255
_MOST_FLATS = 64
"""Colours beyond the 64 largest are treated like shading."""
_LEAST_FLAT_PX = 12
_MOST_VEILS = 8
"""See-through flats beyond the eight largest are treated like shading."""


@dataclass(frozen=True, slots=True)
class Paint:
    """One fill with its opacity, 0-1."""

    fill: Fill
    opacity: float = 1.0

    @property
    def flat(self) -> bool:
        """Whether it is one colour."""
        return not isinstance(self.fill, LinearGradient | RadialGradient)


@dataclass(frozen=True, slots=True)
class Paints:
    """What each label stands for; label 0 is clear, label `i` is `items[i - 1]`."""

    items: tuple[Paint, ...]

    def premultiplied(self, labels: Ints, x: Floats, y: Floats) -> Floats:
        """(N, 4) premultiplied RGBA, 0-255, of each label at each place (pixels)."""
        table = np.zeros((len(self.items) + 1, 4), np.float32)
        for number, paint in enumerate(self.items, start=1):
            if not isinstance(paint.fill, LinearGradient | RadialGradient):
                table[number] = np.array([*paint.fill, SOLID], np.float32) * paint.opacity
        color = table[labels]
        for number, paint in enumerate(self.items, start=1):
            if isinstance(paint.fill, LinearGradient | RadialGradient):
                at = np.flatnonzero(labels == number)
                color[at] = ramp_colors(paint.fill, x[at], y[at])
        return color

    def solid(self) -> npt.NDArray[np.bool_]:
        """(labels,): whether nothing shows through; False for clear."""
        return np.array([False, *(_is_solid(paint) for paint in self.items)])


def _is_solid(paint: Paint) -> bool:
    if isinstance(paint.fill, LinearGradient | RadialGradient):
        return paint.opacity == 1 and all(stop.opacity == 1 for stop in paint.fill.stops)
    return paint.opacity == 1


def flat_paints(pixels: Pixels, palette: Sequence[Color]) -> Paints:
    """The palette's colours that occur, each once, and the even see-through areas of the image."""
    colors = list(dict.fromkeys((int(red), int(green), int(blue)) for red, green, blue in palette))
    del colors[_MOST_FLATS:]
    return Paints((*(Paint(color) for color in colors), *_veils(pixels)))


def _veils(pixels: Pixels) -> list[Paint]:
    """Even areas of one colour and one alpha between clear and solid, largest first."""
    alpha = pixels[..., 3]
    if not cv2.inRange(alpha, 4, SOLID - 3).any():
        return []
    packed = np.ascontiguousarray(pixels).view(np.uint32)[..., 0]
    across = (packed[:, 1:-1] == packed[:, :-2]) & (packed[:, 1:-1] == packed[:, 2:])
    even = across[1:-1] & across[:-2] & across[2:]
    even &= (packed[1:-1, 1:-1] == packed[:-2, 1:-1]) & (packed[1:-1, 1:-1] == packed[2:, 1:-1])
    even &= (alpha[1:-1, 1:-1] >= 4) & (alpha[1:-1, 1:-1] < SOLID - 3)
    values, counts = np.unique(packed[1:-1, 1:-1][even], return_counts=True)
    least = max(_LEAST_FLAT_PX, alpha.size // 5000)
    order = np.argsort(-counts, kind="stable")[:_MOST_VEILS]
    kept = np.ascontiguousarray(values[order][counts[order] >= least])
    veils = []
    for red, green, blue, level in kept.view(np.uint8).reshape(-1, 4).tolist():
        veils.append(Paint((red, green, blue), round(level / SOLID, 3)))
    return veils
