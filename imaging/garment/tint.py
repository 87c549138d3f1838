"""The colours of cloth, ink and ground under the studio's light, as look-up tables over the shading byte."""

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import linear_to_srgb, srgb_to_linear
from imaging.types import Color, Mask, Pixels

Table = npt.NDArray[np.float32]

_WHITEST = 0.80
"""Share of light that the whitest cotton or ink sends back: leaves room for highlights above plain white."""
_SHEEN = 0.012
"""Light that fibres scatter whatever their dye; it is what shows the folds of a black shirt."""


def tint(shading: Mask, *, neutral: int, color: Color) -> Pixels:
    """Cloth of one colour: (H, W) shading to (H, W, 3) RGB."""
    light = _light(neutral)
    cloth = srgb_to_linear(color)
    brightest = np.maximum(cloth.max(), 1e-6)
    cloth = cloth * _below_white(brightest) / brightest
    # The sheen follows the light more steeply than the dye does, as a gloss would.
    rgb = linear_to_srgb(light[:, None] * cloth + _sheen(cloth) * (light**2.4)[:, None])
    table = np.clip(np.round(rgb), 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(cv2.merge([shading] * 3), table[:, None, :]), np.uint8)


def ink_tables(neutral: int) -> tuple[Table, Table]:
    """What turns artwork's sRGB bytes into ink on lit cloth.

    Returns:
        (256,) float32, the factor on a colour for the byte of its brightest channel: bright ink sends back no
        more light than the whitest cotton, and keeps its hue;
        (256,) float32, the factor for each shading byte. Both are factors on linear light, seen through the
        display's curve of about 1/2.2.
    """
    byte = np.arange(256)
    linear = srgb_to_linear(np.maximum(byte, 1))
    gain = (_below_white(linear) / linear) ** (1 / 2.2)
    return gain.astype(np.float32), (byte / neutral).astype(np.float32)


def light_ground(shadow: Mask, *, size_px: int, background: Color) -> Pixels:
    """The ground with its shadow: (s, s) to (size, size, 3) RGB."""
    share = np.arange(256)[:, None] / 255.0
    table = np.round(linear_to_srgb(srgb_to_linear(background) * share**1.3)).astype(np.uint8)
    full = cv2.resize(shadow, (size_px, size_px), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.LUT(cv2.merge([full] * 3), table[:, None, :]), np.uint8)


def _light(neutral: int) -> npt.NDArray[np.float64]:
    return (np.arange(256) / neutral) ** 2.2


def _below_white(linear: npt.NDArray[np.float64] | np.float64) -> npt.NDArray[np.float64]:
    """Leave colours as they are up to half, then lean over so that 1 becomes `_WHITEST`."""
    knee = 0.5
    over = np.maximum(linear - knee, 0.0)
    return np.minimum(linear, knee) + over * (_WHITEST - knee) / (1 - knee)


def _sheen(cloth: npt.NDArray[np.float64]) -> float:
    return float(_SHEEN * (1.0 - cloth.max()) ** 2)
