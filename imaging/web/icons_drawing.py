"""A mark as SVG: drawn where a drawing shows it faithfully, else as a picture in one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from imaging.codec.encode import encode
from imaging.color import to_hex
from imaging.logo.clean import CleanOptions, clean_logo
from imaging.types import Color, Pixels
from imaging.vector.numbers import number
from imaging.vector.picture import picture_svg
from imaging.vector.rasterize import render_svg
from imaging.vector.score import score
from imaging.vector.svg import path_data, to_svg
from imaging.vector.trace import trace
from imaging.web.icons_fit import Window
from imaging.web.icons_light import within

TRACED_PX = 384
"""Longer side of what is traced: twelve times the side of a tab's icon on a dense display."""
PICTURE_PX = 160
FAITHFUL_SSIM = 0.95
"""Under this a drawing is visibly not the mark."""
MOST_BYTES = 32_000
"""A longer drawing is slower to show than a picture of the same mark."""
_OUTLINE_PX = 192
_ROOT = re.compile(r"<svg[^>]*>(.*)</svg>\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MarkDrawing:
    """What stands inside the SVG's root, in its own units."""

    body: str
    width: float
    height: float
    vector: bool
    ssim: float | None
    """Of the drawing to the mark; None for a picture."""

    @property
    def fills(self) -> tuple[Color, ...]:
        """Flat colours of the drawing, each once."""
        found = dict.fromkeys(re.findall(r'fill="#([0-9a-f]{6})"', self.body)) if self.vector else ()
        return tuple((int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for code in found)

    def document(self, place: Window, *, longer_px: int, style: str = "", behind: str = "") -> str:
        """The whole SVG.

        Args:
            place: What of the mark it shows, in pixels of a mark whose longer side is `longer_px`.
            longer_px: See `place`.
            style: CSS.
            behind: Markup that is drawn first, in the drawing's units.
        """
        unit = max(self.width, self.height) / longer_px
        box = " ".join(number(value * unit, 2) for value in (place.left, place.top, place.side, place.side))
        rules = f"<style>{style}</style>" if style else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{PICTURE_PX}" height="{PICTURE_PX}" '
            f'viewBox="{box}">{rules}{behind}{self.body}</svg>\n'
        )

    def pixels(
        self, place: Window, side: int, *, longer_px: int, style: str = "", behind: str = ""
    ) -> Pixels:
        """(side, side, 4) of the document."""
        markup = self.document(place, longer_px=longer_px, style=style, behind=behind)
        return render_svg(markup, width_px=side, height_px=side)


def drawing_of(mark: Pixels, *, made: str | None = None, try_vector: bool = True) -> MarkDrawing:
    """Draw a trimmed (H, W, 4) mark.

    Args:
        mark: On transparency.
        made: A faithful drawing of it by `imaging.vector.svg`, where there is one already.
        try_vector: Whether it is worth tracing.
    """
    if made is not None and len(made) <= MOST_BYTES:
        height, width = mark.shape[:2]
        box = re.search(r'viewBox="0 0 (\d+) (\d+)"', made)
        wide, high = (int(box[1]), int(box[2])) if box else (width, height)
        return MarkDrawing(_body(made), wide, high, vector=True, ssim=None)
    return (_traced(mark) if try_vector else None) or _picture(mark)


def silhouette(mark: Pixels, drawing: MarkDrawing) -> tuple[str, float] | None:
    """`d` of the mark's outline, and by what it is enlarged to the drawing's units; None for no outline."""
    small = within(mark, longest_px=_OUTLINE_PX)
    flat = np.zeros_like(small)
    flat[..., 3] = small[..., 3]
    layers = trace(flat, palette=[(0, 0, 0)]).layers
    if not layers:
        return None
    scale = max(drawing.width, drawing.height) / max(small.shape[:2])
    return "".join(path_data(layer) for layer in layers), scale


def recolored(changes: Mapping[Color, Color]) -> str:
    """CSS that gives flat fills other colours."""
    return "".join(f'[fill="{to_hex(old)}"]{{fill:{to_hex(new)}}}' for old, new in changes.items())


def _traced(mark: Pixels) -> MarkDrawing | None:
    clean = clean_logo(within(mark, longest_px=TRACED_PX), options=CleanOptions())
    if clean.kind == "photographic":
        return None
    drawing = trace(clean.pixels, palette=[part.color for part in clean.palette])
    svg = to_svg(drawing, width_in=1.0)
    if len(svg) > MOST_BYTES:
        return None
    ssim = score(drawing, svg, clean.pixels).ssim
    if ssim < FAITHFUL_SSIM:
        return None
    return MarkDrawing(_body(svg), drawing.width_px, drawing.height_px, vector=True, ssim=ssim)


def _picture(mark: Pixels) -> MarkDrawing:
    small = within(mark, longest_px=PICTURE_PX)
    height, width = small.shape[:2]
    svg = picture_svg(encode(small, compact=True), width_px=width, height_px=height, width_in=1.0).decode()
    return MarkDrawing(_body(svg), width, height, vector=False, ssim=None)


def _body(svg: str) -> str:
    found = _ROOT.search(svg)
    return found[1].strip() if found else ""
