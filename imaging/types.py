"""The array types that every image function here takes and gives."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
"""sRGB pixels, 0-255: (H, W, 3) RGB or (H, W, 4) RGBA with straight (not premultiplied) alpha."""

Mask: TypeAlias = npt.NDArray[np.uint8]
"""One channel, (H, W), 0-255; as an alpha matte 0 is clear and 255 is solid."""

Color: TypeAlias = tuple[int, int, int]
"""An sRGB colour, each channel 0-255."""
