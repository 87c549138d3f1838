"""Edge pixels as mixtures: which two colours beside it an edge pixel is made of, and how much of each.

Artwork is anti-aliased in sRGB, so a pixel on the edge of two areas lies on the straight line between their
colours. Looked at are the colours on opposite sides of the pixel, in four directions, and each with the
nearest one.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask, Pixels

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

_AROUND = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))
"""The eight directions as (row, column); each is opposite to the one four further on."""
UNEVEN = 255
"""Label of pixels that are pure, but not of one colour: gradients."""
LUMA_FIRST = np.diag([1.0, 0.25, 0.25]).astype(np.float32) @ np.array(
    [[0.299, 0.587, 0.114], [-0.169, -0.331, 0.5], [0.5, -0.419, -0.081]], np.float32
)
"""To JFIF YCbCr with the chroma scaled down: JPEG halves its resolution and so blurs it over the edge."""


@dataclass(frozen=True, slots=True)
class Mixtures:
    """What each of N pixels is made of."""

    first: Indices
    """(N,): index of a pixel that is purely the one colour."""
    second: Indices
    """(N,): index of one that is purely the other."""
    share: Floats
    """(N,): of the second, 0-1."""
    error: Floats
    """(N,): how far the pixel is from the mixture, in the units of the space it was measured in."""

    def __getitem__(self, which: npt.NDArray[np.bool_]) -> "Mixtures":
        """Some of the pixels."""
        return Mixtures(self.first[which], self.second[which], self.share[which], self.error[which])


def nearest_pure(pure: Mask) -> tuple[Floats, Indices]:
    """How far the nearest pure pixel is from each, and its index.

    Args:
        pure: (H, W) uint8, 1 on at least one pixel.

    Returns:
        (H, W) distances in pixels, and (H, W) flat indices.
    """
    away, labels = cv2.distanceTransformWithLabels(
        1 - pure, cv2.DIST_L2, cv2.DIST_MASK_3, labelType=cv2.DIST_LABEL_PIXEL
    )
    inside = np.flatnonzero(pure)
    index = np.zeros(int(labels.max()) + 1, np.int64)
    index[labels.reshape(-1)[inside]] = inside
    return np.asarray(away, np.float32), index[labels]


def explain(
    points: Indices, space: Floats, pure_space: Floats, *, nearest: Indices, labels: Mask, reach_px: int
) -> Mixtures:
    """Find for each pixel the pair of pure colours near it whose mixture comes nearest to it.

    Args:
        points: (N,) flat indices of the pixels.
        space: (H * W, 3) colours as they are, in sRGB or a linear space of it.
        pure_space: the same with the pure pixels as they are to be.
        nearest: (H, W), from `nearest_pure`.
        labels: (H, W), alike on pixels of one colour; such pairs are passed over.
        reach_px: how far from a pixel the pure colours are looked up.
    """
    height, width = nearest.shape
    row, column = np.divmod(points, width)
    around = [
        nearest[
            np.clip(row + reach_px * down, 0, height - 1), np.clip(column + reach_px * right, 0, width - 1)
        ]
        for down, right in _AROUND
    ]
    own = nearest.reshape(-1)[points]
    pairs = [(around[d], around[d + 4]) for d in range(4)] + [(own, other) for other in around]
    color = space[points]
    best = _mixture(color, own.copy(), own.copy(), pure_space)
    of = labels.reshape(-1)
    for first, second in pairs:
        two = np.flatnonzero((of[first] != of[second]) | (of[first] == UNEVEN))
        other = _mixture(color[two], first[two], second[two], pure_space)
        better = other.error < best.error[two] - 0.5
        at = two[better]
        best.first[at], best.second[at] = other.first[better], other.second[better]
        best.share[at], best.error[at] = other.share[better], other.error[better]
    return best


def _mixture(color: Floats, first: Indices, second: Indices, pure_space: Floats) -> Mixtures:
    start = pure_space[first]
    way = pure_space[second] - start
    length = np.einsum("ij,ij->i", way, way)
    offset = color - start
    share = np.clip(np.einsum("ij,ij->i", offset, way) / np.maximum(length, 1e-3), 0, 1).astype(np.float32)
    offset -= share[:, None] * way
    error = np.sqrt(np.einsum("ij,ij->i", offset, offset))
    return Mixtures(first, second, share, error)


def mixed(pure: Floats, mixtures: Mixtures) -> Pixels:
    """(N, 3) uint8: the mixtures of these pure colours, (H * W, 3)."""
    start, end = pure[mixtures.first], pure[mixtures.second]
    colors: Pixels = np.rint(start + mixtures.share[:, None] * (end - start)).astype(np.uint8)
    return colors
