"""A drawing as pixels, by resvg."""

import io
import re

import numpy as np
import resvg_py
from PIL import Image

from imaging.types import Pixels
from imaging.vector.drawing import Drawing
from imaging.vector.svg import to_svg

_SIZE = re.compile(r'width="[^"]*" height="[^"]*"')
"""Of the root, the first in a document of ours; resvg keeps the aspect ratio of these, whatever is asked."""


def rasterize(drawing: Drawing, *, width_px: int, height_px: int) -> Pixels:
    """(height_px, width_px, 4) RGBA, straight alpha, stretched to that size."""
    return render_svg(to_svg(drawing, width_in=1), width_px=width_px, height_px=height_px)


def render_svg(svg: str, *, width_px: int, height_px: int) -> Pixels:
    """Pixels of an SVG of our own; it refers to no fonts and no files."""
    size = f'width="{width_px}" height="{height_px}" preserveAspectRatio="none"'
    stretched = _SIZE.sub(size, svg, count=1)
    png = resvg_py.svg_to_bytes(svg_string=stretched, skip_system_fonts=True)
    return np.array(Image.open(io.BytesIO(png)).convert("RGBA"))
