"""The colours of cloth, ink and ground under the studio's light, as look-up tables over the shading byte."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from imaging.color import linear_to_srgb, srgb_to_linear
from imaging.types import Color

ColorTable = npt.NDArray[np.uint8]
"""(256, 3): an sRGB colour for each byte."""

_Number = TypeVar("_Number", bound=np.generic)

_WHITEST = 0.80
"""Share of light that the whitest cotton or ink sends back: leaves room for highlights above plain white."""
_SHEEN = 0.012
"""Light that fibres scatter whatever their dye; it is what shows the folds of a black shirt."""
_SHADOW_DEPTH = 1.3
"""Exponent that turns a stored brightness of the ground into light."""


@dataclass(frozen=True, slots=True, eq=False)
class InkTables:
    """What turns artwork's sRGB bytes into ink on lit cloth; factors on bytes, (256,) float32.

    Both are factors on linear light, seen through the display's curve of about 1/2.2.
    """

    gain: npt.NDArray[np.float32]
    """For the byte of a colour's brightest channel: bright ink sends back no more light than the whitest
    cotton, and keeps its hue."""
    light: npt.NDArray[np.float32]
    """For each shading byte."""


@lru_cache(maxsize=64)
def cloth_table(neutral: int, color: Color) -> ColorTable:
    """Cloth of one colour for each shading byte.

    Args:
        neutral: the shading byte of plain light.
        color: of the cloth.
    """
    light = _light(neutral)
    cloth = srgb_to_linear(color)
    brightest = np.maximum(cloth.max(), 1e-6)
    cloth = cloth * _below_white(brightest) / brightest
    # The sheen follows the light more steeply than the dye does, as a gloss would.
    rgb = linear_to_srgb(light[:, None] * cloth + _sheen(cloth) * (light**2.4)[:, None])
    return _frozen(np.clip(np.round(rgb), 0, 255).astype(np.uint8))


@lru_cache(maxsize=64)
def ground_table(background: Color) -> ColorTable:
    """The ground for each byte of its stored brightness."""
    share = np.arange(256)[:, None] / 255.0
    return _frozen(
        np.round(linear_to_srgb(srgb_to_linear(background) * share**_SHADOW_DEPTH)).astype(np.uint8)
    )


@lru_cache(maxsize=64)
def ink_tables(neutral: int) -> InkTables:
    """The tables of a side whose plain light has this shading byte."""
    byte = np.arange(256)
    linear = srgb_to_linear(np.maximum(byte, 1))
    gain = (_below_white(linear) / linear) ** (1 / 2.2)
    return InkTables(_frozen(gain.astype(np.float32)), _frozen((byte / neutral).astype(np.float32)))


def _light(neutral: int) -> npt.NDArray[np.float64]:
    return (np.arange(256) / neutral) ** 2.2


def _below_white(linear: npt.NDArray[np.float64] | np.float64) -> npt.NDArray[np.float64]:
    """Leave colours as they are up to half, then lean over so that 1 becomes `_WHITEST`."""
    knee = 0.5
    over = np.maximum(linear - knee, 0.0)
    return np.minimum(linear, knee) + over * (_WHITEST - knee) / (1 - knee)


def _sheen(cloth: npt.NDArray[np.float64]) -> float:
    return float(_SHEEN * (1.0 - cloth.max()) ** 2)


def _frozen(table: npt.NDArray[_Number]) -> npt.NDArray[_Number]:
    """The table, kept from being written to: it is shared."""
    table.flags.writeable = False
    return table
