"""Logos that stay vectors: cut, ringed and printed as their pixels would be."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging.banner import BannerSpec, Picture, render_banner
from imaging.banner.logo import prepare_logo
from imaging.banner.vector_logo import prepare_vector
from imaging.types import Color, Pixels
from imaging.vector.rasterize import render_svg

BOLD = Path(__file__).resolve().parents[4] / "configs/banners/bold"
NAVY: Color = (20, 40, 75)
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="4in" height="4in" viewBox="0 0 400 400">'
    b'<defs><linearGradient id="a"><stop offset="0" stop-color="#14284b"/></linearGradient></defs>'
    b'<g fill="url(#a)"><path d="M60 40H340V360H60Z M160 120V200H240V120Z" fill-rule="evenodd"/></g>'
    b'<path d="M60 380H340" stroke="#14284b" stroke-width="10" fill="none"/></svg>'
)


def pixels() -> Pixels:
    """The drawing at 400 x 400 px."""
    return render_svg(DRAWING.decode(), width_px=400, height_px=400)


def shown(rgba: Pixels) -> Pixels:
    """As it shows on green."""
    alpha = rgba[..., 3:] / 255
    return rgba[..., :3] * alpha + np.array((0, 255, 0)) * (1 - alpha)


@pytest.mark.parametrize("ground", [NAVY, (255, 255, 255)])
def test_vectors_look_as_the_pixels_do(ground: Color) -> None:
    """Cut to the same box and ringed by the same line, or by none, in any case like the pixels."""
    raster = prepare_logo(pixels(), ground=ground)
    vector = prepare_vector(DRAWING, pixels(), ground=ground)
    assert raster is not None
    assert vector is not None
    height, width = raster.shape[:2]
    drawn = render_svg(vector.svg.decode(), width_px=width, height_px=height)
    assert vector.aspect == pytest.approx(width / height, rel=0.01)
    gap = np.abs(shown(drawn) - shown(raster)).max(axis=2)
    assert (gap > 64).mean() < 0.05
    assert tuple(drawn[height // 2, width - 3, :3]) == ((255, 255, 255) if ground == NAVY else NAVY)


def test_a_pdf_with_a_drawing_has_no_pixels_in_it() -> None:
    """The logo is printed as curves; given as pixels alone it is an image."""
    spec = BannerSpec("Wildcats", dpi=20, colors=(NAVY,))
    images = [
        render_banner(spec, template=BOLD, pictures={"logo": logo}, formats=("pdf",)).pdf.count(
            b"/Subtype/Image"
        )
        for logo in (Picture(pixels(), DRAWING), Picture(pixels()))
    ]
    assert images[0] == 0
    assert images[1] > 0


def test_a_drawing_shows_in_the_png() -> None:
    """The navy of the drawing is on a white banner."""
    spec = BannerSpec("Wildcats", dpi=20, colors=((255, 255, 255), (240, 240, 240)))
    png = render_banner(
        spec, template=BOLD, pictures={"logo": Picture(pixels(), DRAWING)}, formats=("png",)
    ).png
    seen = np.asarray(Image.open(BytesIO(png)).convert("RGB"))
    assert (seen == NAVY).all(axis=2).sum() > 500


@pytest.mark.parametrize("broken", [b"<svg", b"<svg/>", b"not a drawing"])
def test_what_is_no_drawing_is_left_out(broken: bytes) -> None:
    """A document that cannot be read gives none, and so do pixels of which none shows."""
    assert prepare_vector(broken, pixels(), ground=NAVY) is None
    assert prepare_vector(DRAWING, np.zeros((9, 9, 4), np.uint8), ground=NAVY) is None
