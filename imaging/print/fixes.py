"""Fixes for what the print report finds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from imaging.errors import ImagingError
from imaging.logo.banded import bands
from imaging.logo.decontaminate import bleed
from imaging.logo.outline import add_outline, outline_color
from imaging.logo.trim import bounding_box
from imaging.print.findings import MIN_STROKE_PT
from imaging.print.gamut import nearest_printable
from imaging.print.inks import flat_colors, split_inks
from imaging.print.report import POINTS_PER_IN, PrintSizeError
from imaging.print.thicken import thicken
from imaging.print.transparency import look_at_alpha
from imaging.types import Color, Mask, Pixels

OUTLINE_PT = 3.0
"""Width of the contour: three times the thinnest line that prints."""
_AMPLE = 1.05
"""Thin strokes get a little more than they must have, as measuring again is a few per cent off."""
_WHITE: Color = (255, 255, 255)


class UnknownFixError(ImagingError):
    """A fix of that name does not exist."""


@dataclass(frozen=True, slots=True)
class _Print:
    """What a fix needs to know of the print."""

    points_px: float
    """Pixels in a point."""
    palette: tuple[Color, ...]
    ground: Color


def apply_fixes(
    pixels: Pixels,
    *,
    fixes: Sequence[str],
    width_in: float,
    palette: Sequence[Color],
    ground: Color = _WHITE,
) -> Pixels:
    """Mend a logo for print. Whatever the order given, fixes run in the order of `FIXES`.

    Args:
        pixels: (H, W, 4) RGBA, a clean logo on transparency.
        fixes: names out of `FIXES`.
        width_in: printed width in inches of the pixels given.
        palette: the logo's flat colours.
        ground: the garment; only "outline" looks at it.

    Returns:
        RGBA, straight alpha, of the input's size; with "outline" larger by its width on every side, at the
        same pixels per inch.

    Raises:
        UnknownFixError: a name is not in `FIXES`.
        PrintSizeError: `width_in` is not positive and finite.
        NoForegroundError: nothing shows, before or after.
    """
    unknown = sorted(set(fixes) - set(FIXES))
    if unknown:
        raise UnknownFixError(f"Unknown fixes: {', '.join(unknown)}. There are: {', '.join(FIXES)}.")
    if not 0 < width_in < np.inf:
        raise PrintSizeError("The print's width must be more than 0.")
    bounding_box(pixels[..., 3])
    points_px = pixels.shape[1] / (width_in * POINTS_PER_IN)
    job = _Print(points_px, flat_colors(pixels, palette), ground)
    for name, fix in FIXES.items():
        if name in fixes:
            pixels = fix(pixels, job)
            bounding_box(pixels[..., 3])
    return pixels


def _solid(pixels: Pixels, _: _Print) -> Pixels:
    """Semi-transparent areas become solid from half on and are dropped below; the cut is anti-aliased."""
    alpha = pixels[..., 3]
    semi = look_at_alpha(alpha).semi
    if not semi.any():
        return pixels
    # Faint rims belong to the area they fade out of.
    where = cv2.dilate(semi, np.ones((7, 7), np.uint8))
    out: Mask = alpha.copy()
    for band in bands(*alpha.shape, halo_px=4):
        level = alpha[band.around].astype(np.float32) / 255
        dx, dy = (cv2.Sobel(level, cv2.CV_32F, *d, ksize=3, scale=1 / 8) for d in ((1, 0), (0, 1)))
        steep = np.maximum(cv2.magnitude(dx, dy), 1e-3)
        cut = np.rint(255 * np.clip(0.5 + (level - 0.5) / steep, 0, 1)).astype(np.uint8)
        out[band.rows] = np.where(where[band.rows] > 0, cut[band.inner], alpha[band.rows])
    return bleed(pixels[..., :3], out)


def _smooth(pixels: Pixels, _: _Print) -> Pixels:
    """A stepped edge becomes a smooth, anti-aliased one in the same place."""
    out: Mask = np.empty_like(pixels[..., 3])
    for band in bands(*out.shape, halo_px=8):
        soft = cv2.GaussianBlur(pixels[band.around][..., 3], (0, 0), 1.2).astype(np.float32)
        out[band.rows] = np.rint(np.clip(127.5 + (soft - 127.5) * 2.4, 0, 255)).astype(np.uint8)[band.inner]
    solid = bleed(pixels[..., :3], np.where(pixels[..., 3] < 128, np.uint8(0), pixels[..., 3]))  # noqa: PLR2004 - half
    return bleed(solid[..., :3], out)


def _thicken(pixels: Pixels, job: _Print) -> Pixels:
    return thicken(pixels, palette=job.palette, least_px=_AMPLE * MIN_STROKE_PT * job.points_px)


def _gamut(pixels: Pixels, job: _Print) -> Pixels:
    """Each flat colour that cannot be printed becomes the nearest that can, blends along with it."""
    moves = np.zeros((256, 3), np.float32)
    for label, color in enumerate(job.palette[:32]):
        moves[label] = np.subtract(nearest_printable(color).color, color)
    if not moves.any():
        return pixels
    inks = split_inks(pixels, job.palette, textures=True)
    out = pixels.copy()
    for band in bands(*pixels.shape[:2]):
        share = inks.share[band.rows][..., None].astype(np.float32) / 255
        move = moves[inks.first[band.rows]] * share + moves[inks.second[band.rows]] * (1 - share)
        moved = np.rint(pixels[band.rows][..., :3] + move).clip(0, 255)
        out[band.rows][..., :3] = moved.astype(np.uint8)
    return bleed(out[..., :3], out[..., 3])


def _outline(pixels: Pixels, job: _Print) -> Pixels:
    color = outline_color(pixels, job.ground, palette=job.palette)
    return add_outline(pixels, width_px=OUTLINE_PT * job.points_px, color=color)


FIXES: Mapping[str, Callable[[Pixels, _Print], Pixels]] = MappingProxyType(
    {"solid": _solid, "smooth": _smooth, "thicken": _thicken, "gamut": _gamut, "outline": _outline}
)
"""Fixes by name, in the order in which they run."""
