"""Artwork for print files."""

from functools import cache

import cv2
import numpy as np

from imaging.garment.placement import fit_artwork
from imaging.garment.print_file import Placed
from imaging.types import Pixels


def solid(width: int, height: int, rgba: tuple[int, int, int, int] = (0, 0, 255, 255)) -> Pixels:
    """Artwork of one colour."""
    return np.full((height, width, 4), rgba, np.uint8)


@cache
def disc(side: int, rgb: tuple[int, int, int] = (200, 30, 40), *, scale: int = 8) -> Pixels:
    """A disc of one colour with smooth edges, clear white around it."""
    large = np.zeros((side * scale, side * scale), np.uint8)
    cv2.circle(large, (side * scale // 2,) * 2, int(side * scale * 0.4), 255, -1)
    art = np.full((side, side, 4), 255, np.uint8)
    art[..., 3] = cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA)
    art[art[..., 3] > 0, :3] = rgb
    art.flags.writeable = False
    return art


def placed(art: Pixels, *, zone_in: tuple[float, float], width_in: float | None = None) -> list[Placed]:
    """One artwork at the zone's top centre."""
    return [Placed(art, fit_artwork(zone_in, size_px=art.shape[1::-1], width_in=width_in))]
