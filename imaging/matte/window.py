"""Parts of a small layer as they look enlarged, so that the whole never has to be."""

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Window = tuple[slice, slice]
Floats = npt.NDArray[np.float32]
Layer: TypeAlias = npt.NDArray[Any]


WHOLE_PX = 8_000_000
"""Up to this size the whole layer is enlarged at once, which is twice as fast."""


class Enlarged:
    """A small layer, looked at in windows of its enlarged self.

    Args:
        layer: (h, w) or (h, w, C), float32 or uint8.
        height: Of the enlarged layer, pixels.
        width: The same.
    """

    def __init__(self, layer: Layer, *, height: int, width: int) -> None:
        self._small, self._size = layer, (height, width)
        self._whole: Layer | None = None
        if height * width <= WHOLE_PX:
            whole = cv2.resize(layer, (width, height), interpolation=cv2.INTER_LINEAR)
            self._whole = whole.reshape(height, width, *layer.shape[2:])

    def __getitem__(self, window: Window) -> Layer:
        """(rows, columns) or (rows, columns, C), of the layer's type."""
        if self._whole is not None:
            return self._whole[window]
        return enlarged(self._small, window, height=self._size[0], width=self._size[1])


def enlarged(layer: Layer, window: Window, *, height: int, width: int) -> Layer:
    """What `cv2.resize` (bilinear) to `height` x `width` would have in a window, to 1/32 of a pixel.

    Args:
        layer: (h, w) or (h, w, C), float32 or uint8.
        window: Rows and columns of the enlarged layer, with starts and ends.
        height: Of the whole enlarged layer, pixels.
        width: The same.

    Returns:
        (rows, columns) or (rows, columns, C), of the layer's type.
    """
    rows, columns = window
    scale_y, scale_x = layer.shape[0] / height, layer.shape[1] / width
    y = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) * scale_y - 0.5
    x = (np.arange(columns.start, columns.stop, dtype=np.float32) + 0.5) * scale_x - 0.5
    # Only what is looked at: cv2.remap takes no more than 32,767 pixels a side.
    top, left = max(0, int(y[0]) - 1), max(0, int(x[0]) - 1)
    part = np.ascontiguousarray(layer[top : int(y[-1]) + 3, left : int(x[-1]) + 3])
    grid_x, grid_y = np.meshgrid(x - left, y - top)
    return cv2.remap(part, grid_x, grid_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
