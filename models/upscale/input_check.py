"""What every super-resolution engine takes. Imports no PyTorch: an engine on OpenVINO runs without it."""

from collections.abc import Sequence

import numpy as np

from imaging.types import Pixels


def check_tiles(tiles: Sequence[Pixels]) -> None:
    """Raise `ValueError` when a tile is not (h, w, 3) uint8, or has no pixels."""
    for tile in tiles:
        if tile.ndim != 3 or tile.shape[2] != 3 or tile.dtype != np.uint8 or not tile.size:  # noqa: PLR2004 - HWC, RGB
            raise ValueError(f"expected (h, w, 3) uint8 with pixels, got {tile.shape} {tile.dtype}")
