"""Which colours process inks can print, and the nearest that they can.

No garment printer's own profile is free, and each differs by ink, pretreatment and cloth. Assumed instead is
the gamut of process inks on coated paper as ISO 12647-2:2004/Amd 1:2007 fixes the solids (the printing
condition FOGRA39). Inkjet CMYK over a white base comes near it; printed on cloth colours are rather duller,
so what is out of this gamut is out of the shop's too. Tints between the solids follow the Neugebauer
equations with the Yule-Nielsen correction. Colours are compared relative to the medium's white and with black
point compensation, as colour management does for artwork: white is the white base, black the darkest black.
"""

# ruff: noqa: PLR2004 - the constants are those of the standards that the docstrings cite

from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from imaging.color import delta_e_2000, linear_to_srgb, srgb_to_linear
from imaging.oklab import oklab_of_light
from imaging.types import Color

Floats = npt.NDArray[np.float64]

ASSUMED = (
    "CMYK process inks over white with the solids of ISO 12647-2 (FOGRA39), relative to that white and with "
    "black point compensation; on cloth colours come out duller still"
)
"""The assumed gamut, in words."""
VISIBLE_DELTA_E = 5.0
"""CIEDE2000 from which a colour is out of gamut: ISO 12647-2 lets a press be 5 units off its solids."""

_SOLIDS = {
    (0, 0, 0): (95, 0, -2),
    (1, 0, 0): (55, -37, -50),
    (0, 1, 0): (48, 74, -3),
    (0, 0, 1): (89, -5, 93),
    (0, 1, 1): (47, 68, 48),
    (1, 0, 1): (50, -65, 27),
    (1, 1, 0): (24, 22, -46),
    (1, 1, 1): (23, 0, 0),
}
"""CIELAB (D50) of the solids and their overprints on white backing, by cyan, magenta, yellow."""
_BLACK_INK, _DARKEST = (16, 0, 0), (9, 0, 0)
"""CIELAB of solid black, and of all four inks: about 1 % of light is reflected by any surface."""
_YULE_NIELSEN = 2.0
"""How far light spreads within the medium, 1 (not at all) to 2 (fully): ink spread makes paper act fully."""
_D50 = np.array([0.96422, 1.0, 0.82521])
_BRADFORD_D50 = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
"""Linear sRGB to XYZ under D50: IEC 61966-2-1 adapted by Bradford, as in ICC profiles."""
_LATTICE = 9
_LIGHTNESS_WEIGHT, _HUE_WEIGHT = 0.3, 3.0
"""Of squared Oklab differences, chroma's being 1: chosen by eye against a press profile's own conversions."""


@dataclass(frozen=True, slots=True)
class Printable:
    """What becomes of a colour in print."""

    color: Color
    """The nearest printable colour, in sRGB."""
    delta_e: float
    """CIEDE2000 between the two, both as seen in print; near 0 for a colour within the gamut."""

    @property
    def inside(self) -> bool:
        """Whether the inks print the colour as it is, to the eye."""
        return self.delta_e < VISIBLE_DELTA_E


@lru_cache(maxsize=4096)
def nearest_printable(color: Color) -> Printable:
    """The printable colour closest to an sRGB colour; the colour itself where it can be printed.

    The inks are searched on a lattice and then ever more finely around the best. Closest is meant in Oklab,
    where blue keeps its hue as it pales (in CIELAB it turns purple), with hue before chroma before lightness:
    a team knows its colour by the hue. The distance given is CIEDE2000.
    """
    wanted = oklab_of_light(srgb_to_linear(color))
    inks, tried = _lattice()
    best = inks[np.argmin(_unlike(wanted, tried))]
    moves = np.array(list(product((-1.0, 0.0, 1.0), repeat=4)))
    step = 0.5 / (_LATTICE - 1)
    while step > 0.002:
        around = np.clip(best + step * moves, 0, 1)
        at = around[np.argmin(_unlike(wanted, oklab_of_light(_print(around))))]
        step = step if (at != best).any() else step / 2
        best = at
    got = _print(best[None])[0]
    away = float(delta_e_2000(_lab(srgb_to_linear(color) @ _BRADFORD_D50.T), _lab(got @ _BRADFORD_D50.T)))
    if away < VISIBLE_DELTA_E:
        return Printable(color, away)
    red, green, blue = (int(value) for value in np.rint(linear_to_srgb(got)))
    return Printable((red, green, blue), away)


def _unlike(wanted: Floats, colors: Floats) -> Floats:
    """How unlike a colour (3,) others (N, 3) look, all in Oklab: hue counts most, lightness least."""
    chroma = np.hypot(colors[:, 1], colors[:, 2]) - np.hypot(wanted[1], wanted[2])
    off = (colors - wanted) ** 2
    turn = np.maximum(off[:, 1] + off[:, 2] - chroma**2, 0)
    return np.asarray(np.sqrt(_LIGHTNESS_WEIGHT * off[:, 0] + chroma**2 + _HUE_WEIGHT * turn))


@lru_cache(maxsize=1)
def _lattice() -> tuple[Floats, Floats]:
    """Ink amounts 0-1, (N, 4) CMYK, and what they print as."""
    levels = np.linspace(0, 1, _LATTICE)
    inks = np.array(list(product(levels, levels, levels, (0.0, 0.25, 0.5, 0.75, 1.0))))
    return inks, oklab_of_light(_print(inks))


def _print(inks: Floats) -> Floats:
    """Linear sRGB, relative to white and black of the print, of ink amounts (N, 4); may exceed 0-1."""
    corners, spread = _corners()
    weight = np.ones((len(inks), 1))
    for column in range(4):
        amount = inks[:, column : column + 1]
        weight = np.concatenate([weight * (1 - amount), weight * amount], axis=1)
    xyz = (weight @ corners) ** spread
    darkest = _xyz(np.array(_DARKEST, float)) / _xyz(np.array(_SOLIDS[0, 0, 0], float)) * _D50
    stretched = np.maximum((xyz - darkest) / (_D50 - darkest), 0) * _D50
    return np.asarray(stretched @ np.linalg.inv(_BRADFORD_D50).T)


@lru_cache(maxsize=1)
def _corners() -> tuple[Floats, float]:
    """(16, 3) the Neugebauer primaries relative to paper, to the power 1/n, in the order of `_print`."""
    paper = _xyz(np.array(_SOLIDS[0, 0, 0], float))
    floor, black = (_xyz(np.array(lab, float)) / paper for lab in (_DARKEST, _BLACK_INK))
    corners = np.zeros((16, 3))
    for (cyan, magenta, yellow), lab in _SOLIDS.items():
        tint = _xyz(np.array(lab, float)) / paper
        at = cyan + 2 * magenta + 4 * yellow
        corners[at] = tint
        corners[at + 8] = floor + tint * (black - floor)
    return (corners * _D50) ** (1 / _YULE_NIELSEN), _YULE_NIELSEN


def _lab(xyz: Floats) -> Floats:
    """CIE L*a*b* (15:2004) under D50 of XYZ with Y of white 1."""
    ratio = xyz / _D50
    curve = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = curve[..., 0], curve[..., 1], curve[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _xyz(lab: Floats) -> Floats:
    """The inverse of `_lab`."""
    y = (lab[..., 0] + 16) / 116
    curve = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    return np.asarray(np.where(curve > 6 / 29, curve**3, (116 * curve - 16) * 27 / 24389) * _D50)
