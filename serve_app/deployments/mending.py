"""Fixes for print on a clean logo, which is clean again afterwards."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from imaging.bands import resample
from imaging.errors import NoForegroundError
from imaging.logo.clean import CleanLogo, Step, clean_logo
from imaging.print.findings import MIN_STROKE_PT
from imaging.print.fixes import FIXES, OUTLINE_PT, apply_fixes
from imaging.types import Pixels
from serve_app.domain import Notice

POINTS_PER_INCH = 72.0
FINEST_PPI, LEAST_PX = 2400.0, 512
"""What a logo is averaged down to: pixels an inch, but no narrower than in pixels. Fixes are so many points
wide, which on large pictures of tiny prints is more pixels than fit into memory."""

NOT_MENDED = Notice(
    code="fixes_left_nothing",
    message="The fixes asked for would have left nothing of the logo: none was made.",
    fix="Ask for other fixes, or send artwork that is larger and more solid.",
)


def mend(logo: CleanLogo, *, fixes: Sequence[str], width_in: float) -> tuple[CleanLogo, tuple[Notice, ...]]:
    """Mend a logo for print.

    Args:
        logo: To be mended.
        fixes: Names out of `imaging.print.fixes.FIXES`.
        width_in: Of the print, a contour included.

    Returns:
        The logo with the palette of what became of it and one step more, and what the client should look at.
        A logo too faint or fine for its fixes comes back as it is.
    """
    try:
        return _mended(logo, fixes=fixes, width_in=width_in), ()
    except NoForegroundError:
        return logo, (NOT_MENDED,)


def _mended(logo: CleanLogo, *, fixes: Sequence[str], width_in: float) -> CleanLogo:
    if "outline" in fixes:
        # Of a print that is narrower than two contours half is the logo's.
        width_in = max(width_in / 2, width_in - 2 * OUTLINE_PT / POINTS_PER_INCH)
    pixels = _no_finer(logo.pixels, most_px=max(LEAST_PX, round(width_in * FINEST_PPI)))
    ppi = pixels.shape[1] / width_in
    if "thicken" in fixes:
        pixels = _with_room(pixels, room_px=int(MIN_STROKE_PT * ppi / POINTS_PER_INCH) + 2)
    colors = [part.color for part in logo.palette]
    mended = apply_fixes(pixels, fixes=fixes, width_in=pixels.shape[1] / ppi, palette=colors)
    done = ", ".join(name for name in FIXES if name in fixes)
    step = Step("mend_for_print", done, _changed(pixels, mended))
    return replace(clean_logo(mended), steps=(*logo.steps, step))


def _no_finer(pixels: Pixels, *, most_px: int) -> Pixels:
    height, width = pixels.shape[:2]
    if width <= most_px:
        return pixels
    return resample(pixels, width_px=most_px, height_px=max(1, round(height * most_px / width)))


def _with_room(pixels: Pixels, *, room_px: int) -> Pixels:
    """Clear pixels on every side: strokes at the border could not grow beyond it."""
    return np.pad(pixels, ((room_px, room_px), (room_px, room_px), (0, 0)))


def _changed(before: Pixels, after: Pixels) -> float:
    """Share of the pixels that look different, 0-1; `after` may have grown, by the same on every side."""
    top, left = ((new - old) // 2 for new, old in zip(after.shape[:2], before.shape[:2], strict=True))
    framed = np.zeros_like(after)
    framed[top : top + before.shape[0], left : left + before.shape[1]] = before
    shows = (framed[..., 3] > 0) | (after[..., 3] > 0)
    return round(float(((framed != after).any(axis=2) & shows).mean()), 6)
