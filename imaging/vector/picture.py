"""A picture in an SVG document, for artwork that outlines cannot show."""

import base64

from imaging.vector.numbers import number


def picture_svg(png: bytes, *, width_px: int, height_px: int, width_in: float) -> bytes:
    """An SVG of true size that holds a PNG.

    Args:
        png: the file.
        width_px: its width.
        height_px: its height.
        width_in: width in inches; the height follows.
    """
    height_in = width_in * height_px / width_px
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(width_in, 4)}in" '
        f'height="{number(height_in, 4)}in" viewBox="0 0 {width_px} {height_px}">\n'
        f'<image width="{width_px}" height="{height_px}" href="data:image/png;base64,{data}"/>\n</svg>\n'
    ).encode()
