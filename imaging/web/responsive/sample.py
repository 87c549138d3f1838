"""A small picture that is as hard to encode as a large one: where a quality can be tried cheaply."""

import cv2
import numpy as np

from imaging.types import Pixels

TILE_PX = 64
TILES, COLUMNS = 48, 8
WHOLE_UP_TO_PX = 240_000
"""Up to here the whole image is cheap enough; its trials may be its files."""


def sample(pixels: Pixels) -> Pixels | None:
    """Tiles of an image, put together; None where the image should be taken whole.

    Tiles are ordered by their detail and taken at even distances in that order: flat, textured and busy parts
    have the same shares as in the image. On photographs 48 tiles tell the SSIM of the whole within 0.002.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8.

    Returns:
        (384, 512, channels): eight tiles across, six down.
    """
    height, width = pixels.shape[:2]
    down, across = height // TILE_PX, width // TILE_PX
    if height * width <= WHOLE_UP_TO_PX or down * across < TILES:
        return None
    order = np.argsort(_detail(pixels, down, across).ravel(), kind="stable")
    chosen = np.sort(order[((np.arange(TILES) + 0.5) * (len(order) / TILES)).astype(int)])
    tiles = [_tile(pixels, *divmod(int(index), across)) for index in chosen]
    rows = [np.hstack(tiles[first : first + COLUMNS]) for first in range(0, TILES, COLUMNS)]
    return np.ascontiguousarray(np.vstack(rows))


def _tile(pixels: Pixels, row: int, column: int) -> Pixels:
    top, left = row * TILE_PX, column * TILE_PX
    return pixels[top : top + TILE_PX, left : left + TILE_PX]


def _detail(pixels: Pixels, down: int, across: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Mean distance of each tile's pixels from their surroundings, in levels of luma and alpha."""
    inside = np.ascontiguousarray(pixels[: down * TILE_PX, : across * TILE_PX])
    gray = cv2.cvtColor(np.ascontiguousarray(inside[..., :3]), cv2.COLOR_RGB2GRAY)
    if inside.shape[2] == 4:  # noqa: PLR2004 - channels
        gray = np.asarray(cv2.multiply(gray, inside[..., 3], scale=1 / 255), np.uint8)
    apart = cv2.absdiff(gray, cv2.GaussianBlur(gray, (7, 7), 2))
    # By integers until here: the order must be the same on every machine.
    sums = apart.reshape(down, TILE_PX, across, TILE_PX).sum(axis=(1, 3), dtype=np.int64)
    return np.asarray(sums, np.float32)
