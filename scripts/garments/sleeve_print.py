"""Where a sleeve's print zone lies on the picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from garments.maps import Image, follow_folds
from garments.raster import Buffers

_PAD_IN = 0.4


@dataclass(frozen=True, slots=True)
class SleevePrint:
    """A print zone seen at an angle."""

    quad_px: npt.NDArray[np.float64]
    """(4, 2): upper left, upper right, lower right, lower left of the print."""
    displacement_in: Image
    """(H, W, 2): in picture directions, how far the cloth runs ahead of the flat quad."""


def fit_sleeve(
    view: Buffers,
    where: npt.NDArray[np.bool_],
    *,
    centre_in: float,
    top_in: float,
    size_in: tuple[float, float],
    ppi: float,
) -> SleevePrint:
    """Fit a flat quad to a rectangle of the sleeve's pattern.

    Args:
        view: the side.
        where: (H, W) pixels of the sleeve.
        centre_in: middle of the zone across the sleeve, signed as the pattern's x.
        top_in: top of the zone along the sleeve.
        size_in: width and height of the zone.
        ppi: pixels per inch of the view.
    """
    half = size_in[0] / 2
    uv = np.nan_to_num(view.uv, nan=-99.0)
    area = where & (np.abs(uv[..., 0] - centre_in) < half + _PAD_IN)
    area &= (uv[..., 1] > top_in - _PAD_IN) & (uv[..., 1] < top_in + size_in[1] + _PAD_IN)
    rows, cols = np.nonzero(area)
    seen = np.column_stack([uv[area], np.ones(len(rows))])
    fit, *_ = np.linalg.lstsq(seen, np.column_stack([cols, rows]) + 0.5, rcond=None)
    corners = [(x, y) for x, y in ((-1, 0), (1, 0), (1, 1), (-1, 1))]
    quad = np.array([(centre_in + x * half, top_in + y * size_in[1], 1.0) for x, y in corners]) @ fit
    y, x = np.indices(where.shape) + 0.5
    there = np.concatenate([uv, np.ones((*where.shape, 1))], axis=-1) @ fit
    extra = np.where(where[..., None], there - np.stack([x, y], axis=-1), 0.0) / ppi
    return SleevePrint(quad, follow_folds(extra.astype(np.float32), where, ppi=ppi))
