"""Colours: parsing, linear light, CIE Lab, difference, contrast, and the palette of an image."""

# ruff: noqa: PLR2004 - the constants are those of the standards and papers that the docstrings cite

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import ImageColor

from imaging.errors import ImagingError
from imaging.types import Color, Pixels

Floats = npt.NDArray[np.float64]

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_RGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
"""IEC 61966-2-1 primaries to XYZ under D65."""
_D65 = _RGB_TO_XYZ.sum(axis=1)
_LAB_EPSILON = 216 / 24389
_LAB_KAPPA = 24389 / 27


class ColorParseError(ImagingError):
    """The text is neither `#rgb`, `#rrggbb` nor a CSS colour name."""


@dataclass(frozen=True, slots=True)
class Swatch:
    """One colour of a palette."""

    color: Color
    coverage: float
    """Share of the counted pixels that this colour stands for, 0-1."""


def parse_color(text: str) -> Color:
    """Read `#rgb`, `#rrggbb` or a CSS colour name, in any letter case.

    Raises:
        ColorParseError: for anything else, `rgb()`, `transparent` and eight digits included.
    """
    name = text.strip().lower()
    if not _HEX.fullmatch(name) and name not in ImageColor.colormap:
        raise ColorParseError("A colour is #rgb, #rrggbb or a CSS colour name.")
    red, green, blue = ImageColor.getrgb(name)[:3]
    return red, green, blue


def to_hex(color: Color) -> str:
    """The colour as lower-case `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*color)


def srgb_to_linear(srgb: npt.ArrayLike) -> Floats:
    """Undo the sRGB transfer curve (IEC 61966-2-1): 0-255 of any shape to linear light 0-1."""
    value = np.asarray(srgb, np.float64) / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


LIGHT = tuple(float(value) for value in srgb_to_linear(range(256)))
"""Light 0-1 of every channel value: for one colour, plain numbers are faster than an array of three."""


def linear_to_srgb(linear: npt.ArrayLike) -> Floats:
    """Apply the sRGB transfer curve: linear light 0-1 of any shape to 0-255, not rounded."""
    value = np.clip(np.asarray(linear, np.float64), 0.0, 1.0)
    return 255.0 * np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1 / 2.4) - 0.055)


def to_lab(srgb: npt.ArrayLike) -> Floats:
    """CIE L*a*b* under D65 of sRGB 0-255, shape (..., 3): L 0-100, a and b about -128..127."""
    xyz = srgb_to_linear(srgb) @ _RGB_TO_XYZ.T / _D65
    curve = np.where(xyz > _LAB_EPSILON, np.cbrt(xyz), (_LAB_KAPPA * xyz + 16) / 116)
    x, y, z = curve[..., 0], curve[..., 1], curve[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def delta_e_2000(first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
    """CIEDE2000 between Lab colours of shapes (..., 3) that broadcast; 1 is about just noticeable.

    Follows Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula" (2005), equations 2-22.
    """
    lab1, lab2 = np.broadcast_arrays(np.asarray(first, np.float64), np.asarray(second, np.float64))
    (light1, chroma1, hue1), (light2, chroma2, hue2) = _adjusted_lch(lab1, lab2)
    turn = hue2 - hue1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    grey = chroma1 * chroma2 == 0
    d_hue = 2 * np.sqrt(chroma1 * chroma2) * np.sin(np.radians(np.where(grey, 0, turn)) / 2)
    mean_light, mean_chroma = (light1 + light2) / 2, (chroma1 + chroma2) / 2
    total = hue1 + hue2
    wrapped = np.where(np.abs(hue1 - hue2) <= 180, total, np.where(total < 360, total + 360, total - 360)) / 2
    mean_hue = np.where(grey, total, wrapped)
    scale_l = 1 + 0.015 * (mean_light - 50) ** 2 / np.sqrt(20 + (mean_light - 50) ** 2)
    scale_c = 1 + 0.045 * mean_chroma
    scale_h = 1 + 0.015 * mean_chroma * _hue_weight(mean_hue)
    part_l, part_c, part_h = (light2 - light1) / scale_l, (chroma2 - chroma1) / scale_c, d_hue / scale_h
    rotation = _rotation(mean_chroma, mean_hue)
    return np.sqrt(np.maximum(part_l**2 + part_c**2 + part_h**2 + rotation * part_c * part_h, 0))


def _adjusted_lch(lab1: Floats, lab2: Floats) -> list[tuple[Floats, Floats, Floats]]:
    """Lightness, chroma and hue in degrees, with `a` stretched for near-greys (Sharma, equations 2-7)."""
    mean7 = ((np.hypot(lab1[..., 1], lab1[..., 2]) + np.hypot(lab2[..., 1], lab2[..., 2])) / 2) ** 7
    stretch = 1.5 - 0.5 * np.sqrt(mean7 / (mean7 + 25.0**7))
    adjusted = []
    for lab in (lab1, lab2):
        a, b = lab[..., 1] * stretch, lab[..., 2]
        adjusted.append((lab[..., 0], np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360))
    return adjusted


def _hue_weight(hue_deg: Floats) -> Floats:
    """T of Sharma's equation 15."""
    angles = np.radians([hue_deg - 30, 2 * hue_deg, 3 * hue_deg + 6, 4 * hue_deg - 63])
    cosines = np.cos(angles)
    weight: Floats = 1 - 0.17 * cosines[0] + 0.24 * cosines[1] + 0.32 * cosines[2] - 0.20 * cosines[3]
    return weight


def _rotation(chroma: Floats, hue_deg: Floats) -> Floats:
    """R_T of Sharma's equations 16, 17 and 21: the blue region's tilt."""
    theta = 30 * np.exp(-(((hue_deg - 275) / 25) ** 2))
    rotation: Floats = -np.sin(np.radians(2 * theta)) * 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7))
    return rotation


def luminance(color: Color) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it."""
    return 0.2126 * LIGHT[color[0]] + 0.7152 * LIGHT[color[1]] + 0.0722 * LIGHT[color[2]]


def contrast_ratio(first: Color, second: Color) -> float:
    """WCAG 2.2 contrast of two colours: 1 (alike) to 21 (black on white), whichever comes first."""
    one, other = luminance(first), luminance(second)
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def dominant_colors(
    pixels: Pixels, n: int = 6, *, min_coverage: float = 0.015, merge_delta_e: float = 9.0
) -> tuple[Swatch, ...]:
    """The palette of an image: its most used colours, exact where the artwork is flat.

    Near duplicates (JPEG noise, anti-aliasing, shades closer than `merge_delta_e`) count as one colour, given
    as the commonest of them. The same pixels always give the same palette.

    Args:
        pixels: (H, W, 3) or (H, W, 4) uint8; pixels with alpha under 128 are not counted.
        n: most colours to give.
        min_coverage: rarer colours are left out, 0-1.
        merge_delta_e: CIEDE2000 within which colours are one.

    Returns:
        At most `n` swatches, largest coverage first; empty when every pixel is near-transparent.
    """
    step = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / 200_000)))
    sample = pixels[::step, ::step]
    solid = sample[sample[..., 3] >= 128] if pixels.shape[2] == 4 else sample.reshape(-1, 3)
    if not len(solid):
        return ()
    colors, counts = _color_bins(solid[:, :3])
    lab = to_lab(colors)
    free = np.ones(len(colors), bool)
    swatches: list[Swatch] = []
    for seed in np.argsort(-counts, kind="stable"):
        if not free[seed]:
            continue
        near = free & (delta_e_2000(lab, lab[seed]) <= merge_delta_e)
        free &= ~near
        red, green, blue = (int(channel) for channel in colors[seed])
        swatches.append(Swatch((red, green, blue), float(counts[near].sum() / counts.sum())))
    swatches.sort(key=lambda swatch: -swatch.coverage)
    return tuple(swatch for swatch in swatches[:n] if swatch.coverage >= min_coverage)


def _color_bins(rgb: npt.NDArray[np.uint8]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """(N, 3) pixels in 16-level bins: the commonest exact colour of each bin, and the bin's size."""
    packed = rgb.astype(np.int64) @ np.array([65536, 256, 1])
    exact, counts = np.unique(packed, return_counts=True)
    channels = np.stack([exact >> 16, exact >> 8 & 255, exact & 255], axis=1)
    order = np.argsort(-counts, kind="stable")
    _, first, bins = np.unique(
        (channels[order] >> 4) @ np.array([256, 16, 1]), return_index=True, return_inverse=True
    )
    sizes = np.bincount(bins, weights=counts[order]).astype(np.int64)
    return channels[order][first].astype(np.uint8), sizes
