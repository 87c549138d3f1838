"""Step 4 of the cut-out: true fractional alpha along edges, each pixel unmixed into ground and artwork.

An anti-aliased edge pixel is `a * artwork + (1 - a) * ground`, so in sRGB it lies on the straight line from
the ground to the artwork's colour. From each edge pixel we climb away from the ground, neighbour by
neighbour, as long as the distance to the ground grows and the colour stays on that line. Where the growth
stops the artwork is pure, and `a` is the pixel's share of the way there.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.logo.banded import bands
from imaging.types import Color, Mask, Pixels

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_GROWTH, _STEP = 1.06, 1.5
"""A neighbour must be so many times, and so many sRGB levels, further from the ground to be up the ramp."""
_REACH_PX = 3
"""How far a clean edge goes from clear to solid."""
_FLAT = 6
"""Levels within which a pixel and its neighbours are one colour."""
_OFF_LINE = 0.12
"""How far a pixel may lie beside the line to the artwork, as a share of its distance from the ground."""
_HALO_PX = 24
"""An edge is at most 3 deep, a climb 3 long, and solid artwork lends its colour over 8 pixels."""
_BESIDE_PX, _NEAR_SOLID_PX = 1.5, 8.0
"""How far from a hairline solid artwork is when it lends it its colour: not beside it, but near."""


@dataclass(frozen=True, slots=True)
class _Field:
    """The image as vectors from the ground, with one pixel of padding so that neighbours always exist."""

    vectors: npt.NDArray[np.float32]
    """((H+2)*(W+2), 3): colour minus ground."""
    distance: Floats
    """((H+2)*(W+2),): length of each vector."""
    stride: int

    def neighbours(self) -> tuple[int, ...]:
        """Index offsets of the eight neighbours."""
        row = self.stride
        return (-row - 1, -row, -row + 1, -1, 1, row - 1, row, row + 1)

    def beside_line(self, points: Indices, ends: Indices) -> Floats:
        """How far each point lies beside the line from the ground to its end, in sRGB levels."""
        along: Floats = np.einsum("ij,ij->i", self.vectors[points], self.vectors[ends])
        along /= np.maximum(self.distance[ends], 1e-3)
        return np.asarray(np.sqrt(np.maximum(self.distance[points] ** 2 - along**2, 0)), np.float32)


def unmix(rgb: Pixels, cleared: Mask, *, distance: Floats, ground: Color) -> tuple[Pixels, Mask]:
    """Split the edge pixels around the cleared area into alpha and pure artwork colour.

    Args:
        rgb: (H, W, 3) uint8.
        cleared: (H, W) uint8, 1 where the ground is cleared.
        distance: (H, W) distance of each pixel from the ground, in sRGB levels.
        ground: the ground's colour.

    Returns:
        RGB with the ground's share taken out of the edge pixels, and the alpha, both of the input's size.
    """
    color, alpha = np.empty_like(rgb), np.empty_like(cleared)
    for band in bands(*cleared.shape, halo_px=_HALO_PX):
        parts = (rgb[band.around], cleared[band.around], distance[band.around])
        found = _unmix_band(*parts, ground=ground)
        color[band.rows], alpha[band.rows] = (layer[band.inner] for layer in found)
    return color, alpha


def _unmix_band(rgb: Pixels, cleared: Mask, distance: Floats, *, ground: Color) -> tuple[Pixels, Mask]:
    padded = np.pad(rgb, ((1, 1), (1, 1), (0, 0)), mode="edge")
    deep = np.pad(distance, 1, mode="edge")
    clear = np.pad(cleared, 1, mode="edge")
    vectors = padded.reshape(-1, 3).astype(np.float32) - np.array(ground, np.float32)
    field = _Field(vectors, deep.reshape(-1), padded.shape[1])
    edge = _ramps(deep, clear)
    pure = _climb(field, edge)
    pure = _lend_solid_colour(padded, clear, field, edge, pure)
    return _split(padded, clear, field, edge, pure)


def _ramps(distance: Floats, cleared: Mask) -> Indices:
    """Indices of the pixels that rise steadily out of the cleared area, at most `_REACH_PX` from it."""
    kernel = np.ones((3, 3), np.uint8)
    ring = np.asarray(cv2.dilate(cleared, kernel), np.uint8) - cleared
    inner, outer = ring.copy(), cleared | ring
    for _ in range(_REACH_PX - 1):
        floor = cv2.erode(np.where(inner > 0, distance, np.float32(1e6)), kernel)
        inner = ((distance > floor * _GROWTH + _STEP) & (outer == 0)).astype(np.uint8)
        ring |= inner
        outer |= inner
    ring[[0, -1]] = 0
    ring[:, [0, -1]] = 0
    return np.flatnonzero(ring)


def _climb(field: _Field, edge: Indices) -> Indices:
    """For each edge pixel the index of the pixel where its climb ends; itself when nothing is higher."""
    parent = np.arange(len(field.distance), dtype=np.int64)
    parent[edge] = _steepest(field, edge)
    end = parent[edge]
    for _ in range(_REACH_PX - 1):
        end = parent[end]
    return end


def _steepest(field: _Field, edge: Indices) -> Indices:
    """The highest neighbour of each edge pixel that lies on the pixel's own line away from the ground."""
    own = field.distance[edge]
    best, height = edge.copy(), own * _GROWTH + _STEP
    for offset in field.neighbours():
        rising = np.flatnonzero(field.distance[edge + offset] > height)
        ends = edge[rising] + offset
        aligned = field.beside_line(edge[rising], ends) <= 4 + _STEP + _OFF_LINE * own[rising]
        rising, ends = rising[aligned], ends[aligned]
        best[rising], height[rising] = ends, field.distance[ends]
    return best


def _lend_solid_colour(padded: Pixels, cleared: Mask, field: _Field, edge: Indices, pure: Indices) -> Indices:
    """Where a climb ends on a hairline's crest, take the colour of solid artwork near by, if on the line.

    A stroke thinner than about two pixels is nowhere pure, but the same colour usually is pure close to it.
    """
    kernel = np.ones((3, 3), np.uint8)
    red, green, blue = cv2.split(cv2.dilate(padded, kernel) - cv2.erode(padded, kernel))
    spread = np.maximum(np.maximum(red, green), blue)
    solid = ((spread <= _FLAT) & (cleared == 0)).astype(np.uint8)
    if not solid.any():
        return pure
    away, labels = cv2.distanceTransformWithLabels(
        1 - solid, cv2.DIST_L2, cv2.DIST_MASK_3, labelType=cv2.DIST_LABEL_PIXEL
    )
    at = np.zeros(labels.max() + 1, np.int64)
    inside = np.flatnonzero(solid)
    at[labels.reshape(-1)[inside]] = inside
    lender = at[labels.reshape(-1)[pure]]
    near = (away.reshape(-1)[pure] > _BESIDE_PX) & (away.reshape(-1)[pure] <= _NEAR_SOLID_PX)
    higher = field.distance[lender] > field.distance[pure] * _GROWTH
    aligned = field.beside_line(edge, lender) <= 4 + 0.06 * field.distance[edge]
    return np.where(near & higher & aligned, lender, pure)


def _split(padded: Pixels, cleared: Mask, field: _Field, edge: Indices, pure: Indices) -> tuple[Pixels, Mask]:
    """Colour and alpha of the whole image, padding taken off, from each edge pixel's pure colour."""
    mixed, whole = field.vectors[edge], field.vectors[pure]
    share = np.einsum("ij,ij->i", mixed, whole) / np.maximum(np.einsum("ij,ij->i", whole, whole), 1e-3)
    alpha = np.where(cleared > 0, 0, 255).astype(np.uint8)
    alpha.reshape(-1)[edge] = np.clip(np.rint(share * 255), 0, 255).astype(np.uint8)
    color = padded.copy()
    color.reshape(-1, 3)[edge] = padded.reshape(-1, 3)[pure]
    return color[1:-1, 1:-1].copy(), alpha[1:-1, 1:-1].copy()
