"""Large images in bands of rows: what looks a few pixels around itself needs no more at once."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

BAND_PX = 1_500_000
"""Pixels of a band, about; a smaller image is one band."""


class Band(NamedTuple):
    """Rows of an image, and the rows around them that are looked at."""

    rows: slice
    """Of the image."""
    around: slice
    """Of the image: `rows` and their halo, as far as there is one."""
    inner: slice
    """`rows` within `around`."""


def bands(height: int, width: int, *, halo_px: int = 0) -> Iterator[Band]:
    """Cut an image into bands, top to bottom."""
    step = max(4 * halo_px, BAND_PX // width, 1)
    for top in range(0, height, step):
        bottom = min(top + step, height)
        first, last = max(0, top - halo_px), min(height, bottom + halo_px)
        yield Band(slice(top, bottom), slice(first, last), slice(top - first, bottom - first))


def by_label(values: npt.NDArray[Any], labels: npt.NDArray[np.int32]) -> npt.NDArray[Any]:
    """`values[labels]`, without NumPy's copy of all labels in 64 bits.

    Args:
        values: (N,), one for each label.
        labels: (H, W), 0 to N - 1.

    Returns:
        (H, W) of the values' type.
    """
    result = np.empty(labels.shape, values.dtype)
    for band in bands(*labels.shape):
        result[band.rows] = values[labels[band.rows]]
    return result
