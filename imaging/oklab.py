"""OKLab: lightness and hue as the eye has them (Björn Ottosson, https://bottosson.github.io/posts/oklab/).

Arrays of light as arrays; single colours in plain numbers: a palette asks for some thousand of them, and an
array of three costs more than it holds.
"""

import math

import numpy as np
import numpy.typing as npt

from imaging.color import LIGHT, contrast_ratio
from imaging.types import Color

Floats = npt.NDArray[np.float64]

WHITE: Color = (255, 255, 255)
BLACK: Color = (0, 0, 0)
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab_of_light(linear: npt.ArrayLike) -> Floats:
    """OKLab of linear sRGB light 0-1, shape (..., 3): lightness 0-1, a, b."""
    return np.asarray(np.cbrt(np.asarray(linear, np.float64) @ _TO_LMS.T) @ _TO_LAB.T)


def oklab(color: Color) -> tuple[float, float, float]:
    """OKLab lightness 0-1 and a, b (https://bottosson.github.io/posts/oklab/, Björn Ottosson 2020)."""
    red, green, blue = (LIGHT[value] for value in color)
    l_ = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    m_ = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    s_ = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * l_ + 0.7936177850 * m_ - 0.0040720468 * s_,
        1.9779984951 * l_ - 2.4285922050 * m_ + 0.4505937099 * s_,
        0.0259040371 * l_ + 0.7827717662 * m_ - 0.8086757660 * s_,
    )


def from_oklab(lightness: float, a: float, b: float) -> Color:
    """The inverse of `oklab`, clipped channel by channel to sRGB."""
    l_ = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    m_ = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s_ = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * l_ - 3.3077115913 * m_ + 0.2309699292 * s_,
        -1.2684380046 * l_ + 2.6097574011 * m_ - 0.3413193965 * s_,
        -0.0041960863 * l_ - 0.7034186147 * m_ + 1.7076147010 * s_,
    )
    red, green, blue = (_channel(value) for value in linear)
    return red, green, blue


def _channel(light: float) -> int:
    """The value 0-255 of light, clipped to 0-1 (IEC 61966-2-1)."""
    light = min(1.0, max(0.0, light))
    return round(255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055))  # noqa: PLR2004 - of the standard


def distance(one: Color, other: Color) -> float:
    """Euclidean OKLab distance: about 0.02 is just visible, black to white is 1."""
    return math.dist(oklab(one), oklab(other))


def with_lightness(color: Color, lightness: float, *, chroma: float = 1.0) -> Color:
    """The same hue at another OKLab lightness, its chroma multiplied."""
    _, a, b = oklab(color)
    return from_oklab(min(1.0, max(0.0, lightness)), a * chroma, b * chroma)


def ink_on(*grounds: Color) -> Color:
    """Black or white, whichever has the better worst contrast on all grounds.

    On a single ground that is never under 4.58 = sqrt(21), so always WCAG AA.
    """
    return max((WHITE, BLACK), key=lambda ink: min(contrast_ratio(ink, ground) for ground in grounds))


def readable(color: Color, ground: Color, *, minimum: float = 4.5) -> Color:
    """`color`, moved in lightness no further than needed to reach `minimum` contrast on `ground`."""
    if contrast_ratio(color, ground) >= minimum:
        return color
    start = oklab(color)[0]
    target = oklab(ink_on(ground))[0]
    for step in range(1, 21):
        moved = with_lightness(color, start + (target - start) * step / 20)
        if contrast_ratio(moved, ground) >= minimum:
            return moved
    return ink_on(ground)
