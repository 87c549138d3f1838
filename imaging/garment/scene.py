"""A side at the size of its mock-up: what every colour and every print shares."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from imaging.garment.spec import View, Zone
from imaging.types import Mask

_SOLID = 255


@dataclass(frozen=True, slots=True, eq=False)
class Rim:
    """The pixels that are part garment and part ground."""

    at: npt.NDArray[np.intp]
    """(N,), places in the flattened picture."""
    share: npt.NDArray[np.float32]
    """(N, 1), of the garment, 0-1."""
    ground: Mask
    """(N,), brightness of the ground there."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A view scaled to (S, S)."""

    pixels_per_inch: float
    tone: Mask
    """(S, S): shading where there is garment, brightness of the ground elsewhere."""
    cloth: Mask
    """(S, S): 255 where there is any garment, 0 elsewhere."""
    rim: Rim

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        arrays = (self.tone, self.cloth, self.rim.at, self.rim.share, self.rim.ground)
        return sum(array.nbytes for array in arrays)


def build_scene(view: View, *, size_px: int) -> Scene:
    """Scale a view's large maps and part garment from ground.

    Args:
        view: any size.
        size_px: side of the mock-up.
    """
    shading, mask, shadow = (stretch(plane, size_px) for plane in (view.shading, view.mask, view.shadow))
    cloth = np.asarray(cv2.threshold(mask, 0, _SOLID, cv2.THRESH_BINARY)[1], np.uint8)
    rim = np.flatnonzero((mask > 0) & (mask < _SOLID))
    share = mask.reshape(-1)[rim, None].astype(np.float32) / np.float32(_SOLID)
    ground = shadow.reshape(-1)[rim]
    cv2.copyTo(shading, cloth, shadow)
    ppi = view.pixels_per_inch * size_px / view.size_px
    return Scene(ppi, shadow, cloth, Rim(rim, share, ground))


def stretch(plane: Mask, size_px: int) -> Mask:
    """A copy of a square plane at another size."""
    method = cv2.INTER_AREA if size_px < plane.shape[0] else cv2.INTER_CUBIC
    if size_px == plane.shape[0]:
        return plane.copy()
    return np.asarray(cv2.resize(plane, (size_px, size_px), interpolation=method), np.uint8)


def corners_px(zone: Zone, view: View, *, size_px: int) -> npt.NDArray[np.float32]:
    """(4, 2): the zone's corners on a mock-up."""
    return np.asarray(zone.quad_px, np.float32) * np.float32(size_px / view.size_px)
