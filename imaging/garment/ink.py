"""Prepared artwork printed on a picture of cloth: bent, lit, inked in, by bands of rows."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.garment.artwork import Sheet
from imaging.garment.placement import Box
from imaging.garment.platen import Platen
from imaging.garment.tint import InkTables
from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float32]

_BAND_PX = 60_000
"""Pixels inked at once: their floats fit a processor's second cache."""


def print_on(
    picture: Pixels, sheet: Sheet, box: Box, *, platen: Platen, tone: Mask, tables: InkTables
) -> None:
    """Ink a sheet into tinted cloth, in place, touching only the pixels that it can reach.

    Args:
        picture: (S, S, 3) tinted cloth.
        sheet: the artwork.
        box: where it lies in the zone.
        platen: of the zone.
        tone: (S, S) the cloth's shading bytes.
        tables: of the side's light.
    """
    rows, cols = platen.window(box)
    step = max(1, _BAND_PX // max(1, cols.stop - cols.start))
    for first in range(rows.start, rows.stop, step):
        band = slice(first, min(first + step, rows.stop))
        warped = _warped(sheet, platen, box, band, cols)
        if not warped[..., 3].any():
            continue
        at = (
            slice(platen.top + band.start, platen.top + band.stop),
            slice(platen.left + cols.start, platen.left + cols.stop),
        )
        picture[at] = _inked(picture[at], warped, tone[at], platen.cover[band, cols], tables)


def _warped(sheet: Sheet, platen: Platen, box: Box, rows: slice, cols: slice) -> Pixels:
    """(h, w, 4) premultiplied RGBA: one remap of scale, perspective and folds."""
    map_x = _to_sheet(platen.x_in[rows, cols], box.x_in, sheet.width_px / box.width_in)
    map_y = _to_sheet(platen.y_in[rows, cols], box.y_in, sheet.height_px / box.height_in)
    bent = cv2.remap(
        sheet.pixels, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0
    )
    return np.asarray(bent, np.uint8)


def _to_sheet(inches: Floats, start_in: float, scale: float) -> Floats:
    """Inches of the zone as pixels of the sheet, whose first middle is 0."""
    return inches * np.float32(scale) - np.float32(start_in * scale + 0.5)


def _inked(cloth: Pixels, artwork: Pixels, shading: Mask, cover: Mask, tables: InkTables) -> Pixels:
    """(h, w, 3): ink over cloth, sinking where yarn stands up, lit as the cloth is."""
    red, green, blue, alpha = cv2.split(artwork)
    brightest = cv2.divide(cv2.max(cv2.max(red, green), blue), alpha, scale=255)
    share = cover * np.float32(1 / 255)
    lit = share * cv2.LUT(shading, tables.light) * cv2.LUT(brightest, tables.gain)
    kept = 1 - alpha * (share * np.float32(1 / 255))
    mixed = cloth * kept[..., None]
    for channel, plane in enumerate((red, green, blue)):
        mixed[..., channel] += plane * lit
    return np.asarray(cv2.convertScaleAbs(mixed), np.uint8)
