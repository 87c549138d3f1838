"""Logos for the tests of web icons, drawn here."""

import cv2
import numpy as np

from imaging.types import Color, Pixels

RED: Color = (200, 16, 46)
NAVY: Color = (20, 33, 61)
BLACK: Color = (0, 0, 0)
TIMES = 4
"""Drawn this much larger, then averaged, so that edges are smooth."""


def clear(width: int, height: int) -> Pixels:
    """A canvas on which nothing shows, `TIMES` the size."""
    return np.zeros((height * TIMES, width * TIMES, 4), np.uint8)


def done(canvas: Pixels) -> Pixels:
    """The canvas at its size, straight alpha."""
    weighted = np.asarray(cv2.cvtColor(canvas, cv2.COLOR_RGBA2mRGBA), np.uint8)
    small = cv2.resize(weighted, None, fx=1 / TIMES, fy=1 / TIMES, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8)


def disc(color: Color = RED, *, side: int = 256) -> Pixels:
    """A ring with a dot, filling its square: read at any size."""
    canvas = clear(side, side)
    ys, xs = np.mgrid[: side * TIMES, : side * TIMES] + 0.5
    away = np.hypot(xs - side * TIMES / 2, ys - side * TIMES / 2) / (side * TIMES / 2)
    canvas[(away <= 1) & ((away > 2 / 3) | (away < 1 / 3))] = (*color, 255)
    return done(canvas)


def letters(color: Color = BLACK, *, count: int = 14, width: int = 600, height: int = 60) -> Pixels:
    """A row of thin strokes like small lettering: gray at 16 px."""
    canvas = clear(width, height)
    step = width * TIMES / count
    for index in range(count):
        x = int(index * step)
        stroke = max(2, int(step / 6))
        for place in (0, 2, 4):
            canvas[:, x + place * stroke : x + (place + 1) * stroke] = (*color, 255)
    return done(canvas)


def lockup(symbol: Color = RED, text: Color = BLACK) -> Pixels:
    """A symbol with lettering to its right."""
    mark, words = disc(symbol, side=128), letters(text, width=420, height=40)
    sheet = np.zeros((128, 128 + 30 + 420, 4), np.uint8)
    sheet[:, :128] = mark
    sheet[44:84, 158:] = words
    return sheet
