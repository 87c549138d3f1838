"""OKLab: lightness and hue as the eye has them (Björn Ottosson, https://bottosson.github.io/posts/oklab/)."""

import numpy as np
import numpy.typing as npt

from imaging.color import contrast_ratio, linear_to_srgb, srgb_to_linear
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
_FROM_LMS, _FROM_LAB = np.linalg.inv(_TO_LMS), np.linalg.inv(_TO_LAB)


def oklab_of_light(linear: npt.ArrayLike) -> Floats:
    """OKLab of linear sRGB light 0-1, shape (..., 3): lightness 0-1, a, b."""
    return np.asarray(np.cbrt(np.asarray(linear, np.float64) @ _TO_LMS.T) @ _TO_LAB.T)


def oklab(color: Color) -> Floats:
    """OKLab of one colour, (3,)."""
    return oklab_of_light(srgb_to_linear(color))


def from_oklab(lab: npt.ArrayLike) -> Color:
    """The nearest sRGB colour of (3,) OKLab, clipped channel by channel."""
    linear = (np.asarray(lab, np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T
    red, green, blue = np.rint(linear_to_srgb(linear)).astype(int)
    return int(red), int(green), int(blue)


def distance(one: Color, two: Color) -> float:
    """Euclidean OKLab distance: about 0.02 is just visible, black to white is 1."""
    return float(np.linalg.norm(oklab(one) - oklab(two)))


def with_lightness(color: Color, lightness: float, *, chroma: float = 1.0) -> Color:
    """The same hue at another lightness, 0-1, its chroma multiplied."""
    _, a, b = oklab(color)
    return from_oklab((min(1.0, max(0.0, lightness)), a * chroma, b * chroma))


def ink_on(ground: Color) -> Color:
    """Black or white, whichever has the better contrast: never under 4.58, the square root of 21."""
    return max((WHITE, BLACK), key=lambda ink: contrast_ratio(ink, ground))
