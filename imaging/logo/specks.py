"""Step 2 of the cut-out: crumbs of compression noise in the ground that are not artwork."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.types import Mask


def fill_specks(like_ground: Mask, *, distance: npt.NDArray[np.float32], noise: float) -> Mask:
    """Count small pale islands in the ground as ground.

    An island goes when it is both small and nowhere far from the ground's colour; an i's dot or a star far
    from it in colour stays at any size.

    Args:
        like_ground: (H, W) uint8, 1 where the pixel has the ground's colour.
        distance: (H, W) distance of each pixel from the ground, in sRGB levels.
        noise: level of compression noise, in sRGB levels; 0 for clean artwork.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats(1 - like_ground, connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] <= 2 + 4 * noise
    small[0] = False
    strongest = np.zeros(count, np.float32)
    which = np.asarray(labels, np.int64)
    members = small[which]
    np.maximum.at(strongest, which[members], distance[members])
    speck = (small & (strongest < 16 + 2.5 * noise))[which]
    return np.where(speck, 1, like_ground).astype(np.uint8)
