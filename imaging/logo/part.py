"""A band of artwork with the flat colours that were found in it."""

from typing import NamedTuple

import numpy as np

from imaging.logo.merge import SHADED
from imaging.types import Mask, Pixels


class Part(NamedTuple):
    """A band of the artwork."""

    rgb: Pixels
    """(H, W, 3)."""
    alpha: Mask
    """(H, W)."""
    labels: Mask
    """(H, W), see `imaging.logo.merge.Flats`."""

    def pinned(self, colors: Pixels) -> Pixels:
        """(H, W, 3) with every flat pixel in its own colour of `colors`, (K, 3)."""
        table = np.zeros((256, 3), np.uint8)
        table[1 : len(colors) + 1] = colors
        flat = (self.labels > 0) & (self.labels != SHADED)
        return np.where(flat[..., None], table[self.labels], self.rgb)
