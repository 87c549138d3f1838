"""Vector building blocks: letters as outlines, text on an arc, and SVG made into pixels."""

import io
import math
from functools import cache
from typing import Any

import fontpkg
import numpy as np
import typst
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from PIL import Image

from imaging.types import Pixels


@cache
def _font(family: str, weight: int) -> Any:
    return TTFont(fontpkg.path(family, weight=weight))


def _letters(
    text: str, family: str, weight: int, size: float, tracking: float
) -> list[tuple[str, float, float]]:
    """Glyph name, left edge and advance of each letter, in the units of `size`."""
    font = _font(family, weight)
    scale, x, placed = size / font["head"].unitsPerEm, 0.0, []
    for letter in text:
        name = font.getBestCmap()[ord(letter)]
        advance = font["hmtx"][name][0] * scale
        placed.append((name, x, advance))
        x += advance + tracking
    return placed


def _outline(family: str, weight: int, glyph: str, matrix: tuple[float, ...]) -> str:
    glyphs = _font(family, weight).getGlyphSet()
    pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.2f}")
    glyphs[glyph].draw(TransformPen(pen, matrix))
    return str(pen.getCommands())


def line(
    text: str,
    *,
    family: str,
    weight: int = 400,
    size: float,
    x: float,
    y: float,
    tracking: float = 0,
    anchor: str = "middle",
) -> str:
    """Path data of a straight line of text whose baseline is at `y`."""
    letters = _letters(text, family, weight, size, tracking)
    width = letters[-1][1] + letters[-1][2]
    left = x - (width / 2 if anchor == "middle" else 0)
    scale = size / _font(family, weight)["head"].unitsPerEm
    return "".join(
        _outline(family, weight, name, (scale, 0, 0, -scale, left + at, y)) for name, at, _ in letters
    )


def arc(
    text: str,
    *,
    family: str,
    weight: int = 400,
    size: float,
    center: tuple[float, float],
    radius: float,
    tracking: float = 0,
) -> str:
    """Path data of text on top of a circle or, with a negative radius, along the inside of its foot."""
    letters = _letters(text, family, weight, size, tracking)
    width = letters[-1][1] + letters[-1][2]
    scale = size / _font(family, weight)["head"].unitsPerEm
    paths = []
    for name, at, advance in letters:
        angle = (at + advance / 2 - width / 2) / radius
        cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
        across = -advance / 2 / scale
        x = center[0] + radius * math.sin(angle) + cos * across
        y = center[1] - radius * math.cos(angle) + sin * across
        paths.append(_outline(family, weight, name, (cos, sin, sin, -cos, x, y)))
    return "".join(paths)


def star(*, x: float, y: float, radius: float, points: int = 5, inner: float = 0.42) -> str:
    """Path data of a star that stands upright."""
    corners = []
    for i in range(2 * points):
        reach = radius if i % 2 == 0 else radius * inner
        angle = math.pi * i / points
        corners.append(f"{x + reach * math.sin(angle):.2f},{y - reach * math.cos(angle):.2f}")
    return "M" + "L".join(corners) + "Z"


def shape(data: str, *, fill: str = "none", stroke: str = "none", width: float = 0) -> str:
    """An SVG path element with round joins."""
    return (
        f'<path d="{data}" fill="{fill}" fill-rule="nonzero" stroke="{stroke}" stroke-width="{width}" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )


def rasterise(body: str, *, width_px: int, height_px: int) -> Pixels:
    """(H, W, 4) RGBA of an SVG body whose units are pixels, drawn four times as large and averaged."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px} {height_px}" '
        f'width="{width_px}" height="{height_px}">{body}</svg>'
    )
    page = (
        f"#set page(width: {width_px}pt, height: {height_px}pt, margin: 0pt, fill: none)\n"
        f'#image(bytes(sys.inputs.svg), format: "svg", width: {width_px}pt)'
    )
    png = typst.compile(page.encode(), format="png", ppi=288, sys_inputs={"svg": svg})
    large = Image.open(io.BytesIO(png)).convert("RGBa")
    small = large.resize((width_px, height_px), Image.Resampling.BOX).convert("RGBA")
    return np.asarray(small)
