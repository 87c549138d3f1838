"""Whether a mark is seen on a ground, and which colours make it so."""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import dominant_colors, srgb_to_linear
from imaging.oklab import WHITE, oklab, oklab_of_light, with_lightness
from imaging.types import Color, Pixels
from imaging.web.icons_light import Light, within

LIGHT_TAB: Color = WHITE
DARK_TAB: Color = (32, 33, 36)
"""What a tab's icon lies on: white in all browsers' light themes, #202124 in Chromium's dark one."""
LOST = 0.16
"""OKLab distance under which a colour does not stand out from its ground, as two areas of a banner."""
LEAST_CONTRAST = (1.4, 1.8)
"""WCAG contrast under which two shades are one: on light grounds, and on dark ones."""
_DARK = 0.18
"""Luminance, 0.05 of glare included, of grounds that are rather dark than light."""
_LINE = 0.06
"""Width, as a share of the icon, up to which a colour around a mark is its contour."""
LOST_SHARE = 0.25
"""Share of what shows that may be lost before something is done."""
_PALE_GRAY, _PALE_TINT, _DEEP, _TINTED = 0.95, 0.82, 0.45, 0.04
"""OKLab lightness of colours that were lost; and the chroma from which one is not a gray."""
LOOK_PX = 128
"""Side of the copy whose colours are counted."""
LEAST_COVERAGE = 0.08
"""Share of the logo that one of its main colours has."""
TINTED = 0.05
"""OKLab chroma from which a colour is one, and goes before grays."""
MOST_COLORS = 3
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def hardly_differs(color: Color, ground: Color) -> bool:
    """Whether one colour is lost on another."""
    return bool(is_lost(srgb_to_linear(color).astype(np.float32), ground))


def is_lost(linear: npt.NDArray[np.float32], ground: Color) -> npt.NDArray[np.bool_]:
    """Which colours hardly differ from a ground: (...) of (..., 3) linear light.

    By OKLab; and by WCAG contrast, for which a hue alone does not make up on dark grounds: OKLab sees more
    in near-blacks than is left of them on a screen that glows.
    """
    under = srgb_to_linear(ground)
    apart = oklab_of_light(linear) - oklab_of_light(under)
    one, two = linear @ _LUMINANCE + 0.05, float(under @ _LUMINANCE) + 0.05
    dark = two <= _DARK
    low = np.maximum(one, two) / np.minimum(one, two) < LEAST_CONTRAST[dark]
    if not dark:
        low &= np.hypot(apart[..., 1], apart[..., 2]) < LOST
    return np.asarray(low | (np.linalg.norm(apart, axis=-1) < LOST), np.bool_)


def lost_share(light: Light, ground: Color) -> float:
    """Share of what shows of (H, W, 4) light that is lost on a ground, 0-1.

    What hardly differs from the ground but lies within what does, or is no more than a line around it, is
    not lost: the mark is seen by the rest.
    """
    solid = light[..., 3] > 0.5  # noqa: PLR2004 - edges are mixtures
    if not solid.any():
        return 1.0
    alike = np.zeros(solid.shape, bool)
    alike[solid] = is_lost(light[solid][:, :3] / light[solid][:, 3:], ground)
    seen = solid & ~alike
    if not seen.any():
        return 1.0
    open_to_ground = np.pad((~seen).astype(np.uint8), 1, constant_values=1)
    _, parts = cv2.connectedComponents(open_to_ground, connectivity=4)
    away = cv2.distanceTransform((~seen).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    lost = alike & (parts[1:-1, 1:-1] == parts[0, 0]) & (away > _LINE * max(solid.shape))
    return round(float(lost.sum() / solid.sum()), 3)


def rim_of(light: Light) -> Light:
    """The outermost pixels of a mark alone."""
    solid = (light[..., 3] > 0.5).astype(np.uint8)  # noqa: PLR2004 - edges are mixtures
    rim = solid - cv2.erode(solid, np.ones((3, 3), np.uint8), borderValue=0)
    return np.asarray(light * rim[..., None], np.float32)


def main_colors(pixels: Pixels) -> tuple[Color, ...]:
    """Up to three colours that a (H, W, 4) logo is known by: those with a hue first, larger ones first."""
    small = within(pixels, longest_px=LOOK_PX)
    swatches = dominant_colors(small) or dominant_colors(_solid(small))
    large = [swatch.color for swatch in swatches if swatch.coverage >= LEAST_COVERAGE] or [
        swatch.color for swatch in swatches[:1]
    ]
    return tuple(sorted(large, key=lambda color: not is_tinted(color))[:MOST_COLORS])


def _solid(pixels: Pixels) -> Pixels:
    """A faint logo, or one of hairlines, with its strongest parts opaque: no colour counts under half."""
    alpha = pixels[..., 3:]
    opaque = np.where(alpha >= max(1, alpha.max() / 2), 255, 0).astype(np.uint8)
    return np.concatenate((pixels[..., :3], opaque), axis=2)


def is_tinted(color: Color) -> bool:
    """Whether a colour has a hue."""
    _, a, b = oklab(color)
    return bool(a * a + b * b >= TINTED * TINTED)


def plate_for(light: Light, wishes: Sequence[Color], colors: Sequence[Color]) -> Color:
    """The ground for a mark: the first wish on which enough of it is seen, else where most of it is.

    Args:
        light: The mark.
        wishes: Grounds to prefer, in order.
        colors: Of the team; their pale and deep tints are tried after white and near-black.
    """
    for color in wishes:
        if lost_share(light, color) <= LOST_SHARE:
            return color
    tints = [
        with_lightness(color, lightness, chroma=0.5) for color in colors[:2] for lightness in (0.96, 0.22)
    ]
    return min((WHITE, *wishes, DARK_TAB, *colors[:3], *tints), key=lambda color: lost_share(light, color))


def seen_on(color: Color, ground: Color) -> Color:
    """A lost colour's hue, in a lightness that stands out well from a ground: pale on dark, deep on light."""
    lightness, a, b = oklab(color)
    if oklab(ground)[0] < 0.5:  # noqa: PLR2004 - half-way between black and white
        return with_lightness(color, _PALE_GRAY if np.hypot(a, b) < _TINTED else _PALE_TINT)
    return with_lightness(color, min(float(lightness), _DEEP))
