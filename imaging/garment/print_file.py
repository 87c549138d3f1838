"""The file that a print shop prints: exact inches, transparent sRGB, no half-transparent edge.

A printer that lays white ink under colour (direct to garment, direct to film) lays it under every pixel that
is not wholly clear, so the soft rim that makes an edge smooth on a screen prints as a pale seam with specks.
Alpha is therefore cut to 0 or 255 unless asked otherwise: at 300 DPI a step of an edge is 0.085 mm, finer
than yarn.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from imaging.errors import ImageTooLargeError
from imaging.garment.edge import Edge
from imaging.garment.errors import PlacementError
from imaging.garment.mockup import check_artwork
from imaging.garment.placement import Box
from imaging.garment.rim import with_inner_colors
from imaging.garment.spec import Point
from imaging.logo.banded import bands
from imaging.types import Pixels

HALF = 128
"""Where alpha is cut: where the artwork's edge truly lies."""
MIN_DPI, MAX_DPI = 36.0, 1200.0
MAX_ZONE_IN = 60.0
MAX_CHOKE_PX = 20.0
MAX_MEGAPIXELS = 100.0
MIN_RIM_PX, MAX_RIM_PX = 2, 16
"""How far a rim's colours are fetched from: its width, which enlarging multiplies."""
_SOLID = 255


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Artwork and its place in the zone, the same as on a mock-up (`fit_artwork`)."""

    artwork: Pixels
    """(H, W, 4) RGBA, straight alpha."""
    box: Box


@dataclass(frozen=True, slots=True, eq=False)
class PrintFile:
    """A finished print."""

    pixels: Pixels
    """(H, W, 4) sRGB with straight alpha, of exactly the zone's inches."""
    dpi: float
    effective_dpi: float
    """Of the artwork's own pixels; the least where there are several. Under `dpi` it was enlarged."""
    boxes: tuple[Box, ...]
    """Where each artwork lies, inches."""
    cut_share: float
    """Share of the visible pixels in half-transparent areas wider than an edge, 0-1: glows, shadows, fades,
    which the threshold made solid or left out; 0 without one."""


def render_print(
    placed: Sequence[Placed],
    *,
    zone_in: Point,
    dpi: float = 300.0,
    threshold: int | None = HALF,
    choke_px: float = 0.0,
) -> PrintFile:
    """Draw a zone's print at its true size. The same input always gives the same bytes.

    Enlarging is bicubic, shrinking averages areas, colours weighted by alpha. Edges of a box fall on the
    nearest pixel: within half a pixel, 0.04 mm at 300 DPI, of the mock-up's place.

    Args:
        placed: artworks from back to front. What lies beyond the zone is not printed.
        zone_in: width and height of the zone, up to 60 in.
        dpi: pixels an inch, 36-1200.
        threshold: alpha from which a pixel is printed solid, 1-255, the rest not at all; None keeps soft
            edges, for shops that ask for them (dye sublimation, paper transfer).
        choke_px: how far edges are pulled in, in pixels of the file, 0-20, so that white ink under the colour
            does not peek out; fractions count.

    Raises:
        PlacementError: a figure out of range, or artwork that is not RGBA.
        ImageTooLargeError: over 100 megapixels.
    """
    size = _size_px(zone_in, dpi=dpi, threshold=threshold, choke_px=choke_px)
    for item in placed:
        check_artwork(item.artwork)
    canvas: Pixels = np.zeros((size[1], size[0], 4), np.uint8)
    for item in placed:
        _lay(canvas, item, dpi=dpi)
    own = [item.artwork.shape[1] / item.box.width_in for item in placed]
    effective_dpi = min(own, default=dpi)
    rim_px = min(MAX_RIM_PX, MIN_RIM_PX * max(1, round(dpi / effective_dpi)))
    cut_share = 0.0 if threshold is None else _glow_share(canvas, rim_px=rim_px)
    pixels = _finished(canvas, Edge(threshold, choke_px), rim_px=rim_px)
    return PrintFile(pixels, dpi, effective_dpi, tuple(item.box for item in placed), cut_share)


def _size_px(zone_in: Point, *, dpi: float, threshold: int | None, choke_px: float) -> tuple[int, int]:
    """Width and height in pixels of a print whose figures are in range."""
    if not all(0 < side <= MAX_ZONE_IN for side in zone_in):
        raise PlacementError(f"A print's sides must be above 0 and at most {MAX_ZONE_IN:g} in.")
    if not MIN_DPI <= dpi <= MAX_DPI:
        raise PlacementError(f"A print has {MIN_DPI:g} to {MAX_DPI:g} dpi.")
    if threshold is not None and not 1 <= threshold <= _SOLID:
        raise PlacementError("The alpha threshold must be 1 to 255.")
    if not 0 <= choke_px <= MAX_CHOKE_PX:
        raise PlacementError(f"The choke must be 0 to {MAX_CHOKE_PX:g} px.")
    width, height = (max(1, round(side * dpi)) for side in zone_in)
    if width * height > MAX_MEGAPIXELS * 1e6:
        raise ImageTooLargeError(
            f"A {width} x {height} px print is over {MAX_MEGAPIXELS:g} megapixels; lower dpi or size."
        )
    return width, height


def _lay(canvas: Pixels, item: Placed, *, dpi: float) -> None:
    """Put one artwork over a premultiplied canvas, in place."""
    box = item.box
    left, right = round(box.x_in * dpi), round(box.right_in * dpi)
    top, bottom = round(box.y_in * dpi), round(box.bottom_in * dpi)
    size = max(1, right - left), max(1, bottom - top)
    layer = _resampled(item.artwork, size)
    rows = slice(max(0, top), max(0, min(canvas.shape[0], top + size[1])))
    cols = slice(max(0, left), max(0, min(canvas.shape[1], left + size[0])))
    under = canvas[rows, cols]
    if not under.size:
        return
    layer = layer[rows.start - top : rows.stop - top, cols.start - left : cols.stop - left]
    for band in bands(*under.shape[:2]):
        _over(under[band.rows], layer[band.rows])


def _resampled(artwork: Pixels, size: tuple[int, int]) -> Pixels:
    """(h, w, 4) premultiplied, at another size."""
    premultiplied = np.asarray(cv2.cvtColor(artwork, cv2.COLOR_RGBA2mRGBA), np.uint8)
    if size == artwork.shape[1::-1]:
        return premultiplied
    shrinks = size[0] <= artwork.shape[1] and size[1] <= artwork.shape[0]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(premultiplied, size, interpolation=method), np.uint8).reshape(
        size[1], size[0], 4
    )


def _over(under: Pixels, layer: Pixels) -> None:
    """Porter and Duff's "over" of premultiplied pixels, in place."""
    if not under[..., 3].any():
        under[:] = layer
        return
    clear = cv2.merge([_SOLID - np.ascontiguousarray(layer[..., 3])] * 4)
    kept = cv2.multiply(under, clear, scale=1 / _SOLID)
    under[:] = cv2.add(layer, kept)


def _glow_share(canvas: Pixels, *, rim_px: int) -> float:
    """Share of visible pixels with nothing clear or solid within `rim_px`, 0-1."""
    visible = glowing = 0
    square = np.ones((2 * rim_px + 1, 2 * rim_px + 1), np.uint8)
    for band in bands(*canvas.shape[:2], halo_px=rim_px):
        alpha = np.ascontiguousarray(canvas[band.around, :, 3])
        visible += cv2.countNonZero(alpha[band.inner])
        soft = cv2.inRange(alpha, 1, _SOLID - 1)
        if cv2.countNonZero(soft):
            glowing += cv2.countNonZero(cv2.erode(soft, square)[band.inner])
    return glowing / visible if visible else 0.0


def _finished(canvas: Pixels, edge: Edge, *, rim_px: int) -> Pixels:
    """Straight alpha, choked and cut; the rim in the colours of what is inside it."""
    out = np.empty_like(canvas)
    for band in bands(*canvas.shape[:2], halo_px=max(edge.reach_px, rim_px)):
        part = canvas[band.around]
        if not part[..., 3].any():
            out[band.rows] = 0
            continue
        nothing_beyond = band.around.start == 0, band.around.stop == canvas.shape[0]
        straight = with_inner_colors(part, reach_px=rim_px, cut=edge.threshold is not None)
        straight[..., 3] = edge.of(np.ascontiguousarray(part[..., 3]), beyond=nothing_beyond)
        out[band.rows] = straight[band.inner]
    return out
