"""What is made of a cut-out logo: vectors and enlargements, laid back where the truth lies."""

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from bench.logo_peers import lanczos, plain_vtracer
from bench.logo_scores import alpha_iou, psnr, similarity
from bench.logo_set import WHITE, Logo, on_ground
from imaging.errors import NoForegroundError
from imaging.logo.clean import CleanLogo, CleanOptions, clean_logo
from imaging.logo.cutout import key_logo
from imaging.logo.enlarge_flat import enlarge_flat
from imaging.types import Pixels
from imaging.vector.rasterize import render_svg
from imaging.vector.svg import to_svg
from imaging.vector.trace import trace

TIMES = 4
SMALL = 0.5
"""Logos are enlarged from half of the set's size to twice of it."""


@dataclass(frozen=True, slots=True)
class Traced:
    """How close an SVG comes, drawn again at the size of the truth."""

    iou: float
    similarity: float
    paths: float
    """Its paths over those of the original SVG."""


def traced(logo: Logo) -> dict[str, Traced]:
    """Our tracer on the logo with its own alpha and on white, and plain vtracer on white."""
    truth = logo.render()
    white = on_ground(truth, WHITE)
    own, plain = _our_trace(logo, truth, truth), _vtracer(logo, white, truth)
    results = {"ours, own alpha": own, "vtracer, white": plain}
    try:
        results["ours, white"] = _our_trace(logo, white, truth)
    except NoForegroundError:
        results["ours, white"] = Traced(0.0, 0.0, 0.0)
    return results


def _our_trace(logo: Logo, picture: Pixels, truth: Pixels) -> Traced:
    clean = cleaned(picture)
    drawing = trace(clean.pixels, palette=[entry.color for entry in clean.palette])
    height, width = clean.pixels.shape[:2]
    again = render_svg(to_svg(drawing, width_in=1.0), width_px=width, height_px=height)
    return _scored(laid_back(again, truth), truth, drawing.paths / max(1, logo.paths))


def _vtracer(logo: Logo, white: Pixels, truth: Pixels) -> Traced:
    svg = plain_vtracer(white)
    again = render_svg(svg, width_px=white.shape[1], height_px=white.shape[0])
    return _scored(again, truth, svg.count("<path") / max(1, logo.paths))


def _scored(again: Pixels, truth: Pixels, paths: float) -> Traced:
    return Traced(alpha_iou(again, truth), similarity(again, truth), paths)


def enlarged(logo: Logo) -> float:
    """Decibels of PSNR that our fourfold enlargement gains over Lanczos."""
    small, large = logo.render(scale=SMALL), logo.render(scale=SMALL * TIMES)
    height, width = small.shape[0] * TIMES, small.shape[1] * TIMES
    if large.shape[:2] != (height, width):  # rounding of the two sizes
        large = _stretched(large, width=width, height=height)
    clean = cleaned(small)
    tall, wide = (side * TIMES for side in clean.pixels.shape[:2])
    ours = laid_back(enlarge_flat(clean, width_px=wide, height_px=tall), large, step=TIMES)
    return psnr(ours, large) - psnr(lanczos(small, times=TIMES), large)


def _stretched(pixels: Pixels, *, width: int, height: int) -> Pixels:
    image = Image.fromarray(pixels).convert("RGBa").resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(image.convert("RGBA"))


def cleaned(picture: Pixels) -> CleanLogo:
    """The logo off its ground and cleaned, as the service does it."""
    cut = key_logo(picture)
    return clean_logo(cut.pixels, options=CleanOptions(noise=cut.noise, ground=cut.ground))


def laid_back(part: Pixels, whole: Pixels, *, step: int = 1) -> Pixels:
    """A trimmed picture on a clear canvas of the truth's size, where its alpha fits the truth's best.

    Args:
        part: (h, w, 4).
        whole: (H, W, 4), at least as large.
        step: Offsets are multiples of it.
    """
    canvas = np.zeros_like(whole)
    height, width = (min(a, b) for a, b in zip(part.shape[:2], whole.shape[:2], strict=True))
    part = part[:height, :width]
    misses = cv2.matchTemplate(whole[::step, ::step, 3], part[::step, ::step, 3], cv2.TM_SQDIFF)
    top, left = (int(place) * step for place in np.unravel_index(int(misses.argmin()), misses.shape))
    canvas[top : top + height, left : left + width] = part
    return canvas
