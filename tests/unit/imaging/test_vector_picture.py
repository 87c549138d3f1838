"""Pictures in SVG documents."""

from io import BytesIO

import numpy as np
from PIL import Image

from imaging.codec.header import DecodeLimits
from imaging.codec.svg import read_svg
from imaging.vector.picture import picture_svg
from imaging.vector.rasterize import render_svg


def test_a_picture_keeps_its_pixels_and_its_size() -> None:
    """Rendered at its own size the document shows the picture; its width is in inches."""
    pixels = np.random.default_rng(2).integers(0, 256, (20, 40, 4), np.uint8)
    pixels[..., 3] = 255
    file = BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    svg = picture_svg(file.getvalue(), width_px=40, height_px=20, width_in=2.5)
    assert b'width="2.5in" height="1.25in"' in svg
    assert np.array_equal(render_svg(svg.decode(), width_px=40, height_px=20), pixels)
    assert "data:image/png" in read_svg(svg, limits=DecodeLimits()).markup, "it may come back as a logo"
