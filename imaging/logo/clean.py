"""Cleaning a logo that is off its ground: the steps, in order."""

from dataclasses import dataclass

import numpy as np

from imaging.logo import clean_steps as do
from imaging.logo.clean_steps import Artwork, Kind
from imaging.logo.palette import PaletteColor, main_colors, palette_of
from imaging.logo.trim import bounding_box
from imaging.types import Color, Pixels

__all__ = ["CleanLogo", "CleanOptions", "PaletteColor", "Step", "clean_logo"]

STEPS = (
    ("normalise", do.normalise),
    ("denoise", do.denoise),
    ("merge_colors", do.merge_colors),
    ("snap_flats", do.snap_flats),
    ("remove_specks", do.remove_specks),
    ("decontaminate", do.decontaminate),
    ("trim_and_pad", do.trim_and_pad),
)
_LOOK_AROUND_PX = 8


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """What the caller wants, and what is known of the input."""

    max_colors: int | None = None
    """Most colours of the result, 1-64; None keeps as many as the logo really has."""
    noise: float = 0.0
    """Compression noise that the keying measured, in sRGB levels; 0 for clean artwork."""
    margin_frac: float = 0.0
    """Padding round the trimmed logo, as a share of its longer side."""
    ground: Color | None = None
    """The colour that was keyed out; what compression left of it along edges is cleared."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did."""

    name: str
    detail: str
    changed: float
    """Share of the pixels that look different after it, 0-1."""


@dataclass(frozen=True, slots=True)
class CleanLogo:
    """A logo whose colours are counted and whose edges are clean."""

    pixels: Pixels
    """(h, w, 4) RGBA, trimmed and padded, colours bled under clear pixels."""
    palette: tuple[PaletteColor, ...]
    """The flat colours, exact as they occur in `pixels`, largest first; without any, the main colours."""
    kind: Kind
    """`gradient` is flats and smooth areas, `photographic` is mostly texture."""
    steps: tuple[Step, ...]


def clean_logo(image: Pixels, *, options: CleanOptions = CleanOptions()) -> CleanLogo:
    """Clean a logo: no noise, no ghost colours, exact flats, true edges; a clean one comes through as it is.

    Args:
        image: (H, W, 4) RGBA with straight alpha, off its ground.
        options: see `CleanOptions`.

    Raises:
        NoForegroundError: nothing shows.
    """
    art = _around_artwork(image, options)
    steps = []
    for name, action in STEPS:
        after, detail = action(art)
        steps.append(Step(name, detail, do.changed(art, after)))
        art = after
    pixels = np.dstack([art.rgb, art.alpha])
    return CleanLogo(pixels, _palette(art, pixels), art.kind, tuple(steps))


def _around_artwork(image: Pixels, options: CleanOptions) -> Artwork:
    """The part of the image that shows, and a little around it."""
    x0, y0, x1, y1 = bounding_box(image[..., 3])
    top, left = max(0, y0 - _LOOK_AROUND_PX), max(0, x0 - _LOOK_AROUND_PX)
    part = image[top : y1 + _LOOK_AROUND_PX, left : x1 + _LOOK_AROUND_PX]
    return Artwork(
        np.ascontiguousarray(part[..., :3]),
        np.ascontiguousarray(part[..., 3]),
        noise=options.noise,
        max_colors=options.max_colors,
        margin_frac=options.margin_frac,
        ground=options.ground,
    )


def _palette(art: Artwork, pixels: Pixels) -> tuple[PaletteColor, ...]:
    exact = palette_of(pixels, art.flats.colors) if art.flats is not None else ()
    return exact if exact and art.kind != "photographic" else main_colors(pixels)
