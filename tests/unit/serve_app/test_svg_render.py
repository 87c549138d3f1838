"""SVG rendered in a process of its own."""

import numpy as np
import pytest

from imaging.codec.header import DecodeLimits
from imaging.codec.svg import read_svg
from imaging.errors import CorruptImageError
from serve_app.deployments.svg.render import render_svg

LIMITS = DecodeLimits()
NS = 'xmlns="http://www.w3.org/2000/svg"'


def test_shapes_and_clear_ground() -> None:
    """A red half on nothing: red where it is drawn, clear elsewhere."""
    body = f'<svg {NS} viewBox="0 0 2 1"><rect width="1" height="1" fill="#f00"/></svg>'
    pixels = render_svg(read_svg(body.encode(), limits=LIMITS), limits=LIMITS)
    assert pixels.shape == (1024, 2048, 4)
    assert (pixels[:, :1024] == (255, 0, 0, 255)).all()
    assert not pixels[:, 1024:, 3].any()


def test_text_is_set_in_our_fonts() -> None:
    """Text shows although the system's fonts are not used."""
    body = f'<svg {NS} viewBox="0 0 40 20"><text x="2" y="16" font-size="16">Hg</text></svg>'
    pixels = render_svg(read_svg(body.encode(), limits=LIMITS), limits=LIMITS)
    assert 0.05 < np.mean(pixels[..., 3] > 0) < 0.9


def test_references_that_multiply_are_refused() -> None:
    """Ten to the tenth copies end the renderer's process, and only that."""
    copies = "".join(f'<g id="a{k}">' + f'<use href="#a{k - 1}"/>' * 10 + "</g>" for k in range(1, 11))
    body = f'<svg {NS} viewBox="0 0 9 9"><g id="a0"><path d="M0 0h1v1z"/></g>{copies}</svg>'
    with pytest.raises(CorruptImageError):
        render_svg(read_svg(body.encode(), limits=LIMITS), limits=LIMITS)
