"""A logo for other grounds: in one colour, reversed to white, and in full colour for a dark garment."""

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from imaging.color import contrast_ratio, luminance, to_hex, to_lab
from imaging.logo.decontaminate import bleed
from imaging.logo.outline import STANDS_OUT, add_outline, outline_color
from imaging.logo.trim import bounding_box
from imaging.print.inks import Inks, flat_colors, split_inks
from imaging.print.one_ink import OneInk, one_ink
from imaging.print.texture import is_texture, stamp
from imaging.types import Color, Mask, Pixels

Variant = Literal["mono", "reversed", "dark_garment"]

DARK_GARMENT: Color = (20, 20, 20)
"""The garment that `dark_garment` is made for: black cloth reflects about 1 %."""
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)
_MAIN_COVERAGE = 0.08
"""A colour of at least this share of the logo may be its one ink."""
_PALE = 62.0
"""CIE L* from which a colour is too light to be read as the only ink on white."""
_LIGHT = 75.0
"""CIE L* from which one of the logo's own colours makes a contour on dark cloth."""
_DARK_SHARE = 0.9
"""A part of the logo is dark when at least this share of it is."""
_OUTLINE_SHARE, _MIN_OUTLINE_PX = 0.014, 2.0
"""Width of a contour as a share of the logo's mean side."""
_LOST_SHARE = 0.25
"""Share of the outer edge that may be hard to see before something is done."""
_HALF = 128


def inks_of(pixels: Pixels, palette: Sequence[Color]) -> Inks:
    """What every variant of a logo starts from.

    Args:
        pixels: (H, W, 4) RGBA, a clean logo on transparency.
        palette: the logo's flat colours, main ones first; where empty they are looked for.

    Raises:
        NoForegroundError: nothing shows.
    """
    bounding_box(pixels[..., 3])
    return split_inks(pixels, flat_colors(pixels, palette), textures=True)


def make_variant(
    pixels: Pixels, *, variant: Variant, palette: Sequence[Color], inks: Inks | None = None
) -> tuple[Pixels, str]:
    """Redraw a logo for another ground.

    * `mono`: one solid ink on light ground; what is light within stays clear, inked neighbours are parted.
    * `reversed`: the same in white for dark ground: what is light is printed, what is dark is the garment.
    * `dark_garment`: full colour; dark parts that would be lost turn white, or get a contour.

    Args:
        pixels: (H, W, 4) RGBA, a clean logo on transparency.
        variant: which.
        palette: the logo's flat colours, main ones first; where empty they are looked for.
        inks: `inks_of` these pixels and this palette, where they are known.

    Returns:
        RGBA, straight alpha; larger than the input where a contour was added. And what was done, in words.

    Raises:
        NoForegroundError: nothing shows.
    """
    inks = inks or inks_of(pixels, palette)
    if variant == "dark_garment":
        return _for_dark_garment(pixels, inks)
    if is_texture(pixels, inks):
        color = _WHITE if variant == "reversed" else _main_ink(inks)
        coverage = stamp(pixels, light_is_ink=variant == "reversed")
        return _solid(
            coverage, color
        ), f"One ink, {to_hex(color)}: of a photograph only light and dark remain."
    drawn = one_ink(pixels, inks, light_is_ink=variant == "reversed")
    color = _WHITE if variant == "reversed" else _main_ink(inks)
    return _solid(drawn.coverage, color), _in_words(drawn, inks, color)


def _main_ink(inks: Inks) -> Color:
    """The darkest colour that covers enough; black where that is too pale."""
    counts = np.bincount(inks.first[inks.alpha >= _HALF], minlength=256)[: len(inks.colors)]
    shares = counts / max(counts.sum(), 1)
    main = [color for color, share in zip(inks.colors, shares, strict=True) if share >= _MAIN_COVERAGE]
    darkest = min(main, key=luminance, default=_BLACK)
    return darkest if to_lab(darkest)[0] < _PALE else _BLACK


def _solid(coverage: Mask, color: Color) -> Pixels:
    """One colour throughout, under clear pixels too, so that resizing finds nothing else."""
    out = np.empty((*coverage.shape, 4), np.uint8)
    out[..., :3] = color
    out[..., 3] = coverage
    return out


def _in_words(drawn: OneInk, inks: Inks, color: Color) -> str:
    words = [f"One ink, {to_hex(color)}."]
    clear = [to_hex(inks.colors[label]) for label in drawn.knocked_out]
    if clear:
        words.append(f"Left clear: {', '.join(clear[:6])}{' and others' if len(clear) > 6 else ''}.")  # noqa: PLR2004 - as listed
    if drawn.parted:
        words.append("Clear lines part colours that would run together.")
    return " ".join(words)


def _for_dark_garment(pixels: Pixels, inks: Inks) -> tuple[Pixels, str]:
    count, found = cv2.connectedComponents((inks.alpha >= _HALF).astype(np.uint8), connectivity=8)
    part = np.asarray(found, np.int32)
    dark = _dark_labels(inks)
    is_dark = dark[inks.first] & (inks.alpha >= _HALF)
    area = np.bincount(part.reshape(-1), minlength=count).astype(float)
    dark_area = np.bincount(part[is_dark], minlength=count)
    all_dark = dark_area >= _DARK_SHARE * np.maximum(area, 1)
    lost = _lost_edge(is_dark, part, count)
    all_dark[0] = lost[0] = False
    if not lost.any():
        return pixels, "Nothing was changed: the edge stands out from a near-black garment."
    out, words = pixels, []
    turned = all_dark & lost
    if turned.any():
        out = _turn_white(pixels, inks, dark, turned[part])
        words.append("Dark parts were turned white.")
    if (lost & ~turned).any():
        light = [color for color in inks.colors if to_lab(color)[0] > _LIGHT]
        color = outline_color(out, DARK_GARMENT, palette=light or [_WHITE])
        width = max(_MIN_OUTLINE_PX, _OUTLINE_SHARE * float(np.sqrt(part.size)))
        near = cv2.dilate((lost & ~turned)[part].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        out = add_outline(out, width_px=width, color=color, around=near)
        words.append(f"A contour in {to_hex(color)} parts the logo from the garment.")
    return out, " ".join(words)


def _dark_labels(inks: Inks) -> npt.NDArray[np.bool_]:
    """(256,): which labels do not stand out from the garment."""
    dark = np.zeros(256, bool)
    for label, color in enumerate(inks.colors):
        dark[label] = contrast_ratio(color, DARK_GARMENT) < STANDS_OUT
    return dark


def _lost_edge(
    is_dark: npt.NDArray[np.bool_], part: npt.NDArray[np.int32], count: int
) -> npt.NDArray[np.bool_]:
    """(count,): whether too much of each part's outer edge is dark."""
    inside = (part > 0).astype(np.uint8)
    edge = (inside > 0) & (cv2.erode(inside, np.ones((5, 5), np.uint8), borderValue=0) == 0)
    around = np.bincount(part[edge], minlength=count)
    hidden = np.bincount(part[edge & is_dark], minlength=count)
    return hidden > _LOST_SHARE * np.maximum(around, 1)


def _turn_white(
    pixels: Pixels, inks: Inks, dark: npt.NDArray[np.bool_], where: npt.NDArray[np.bool_]
) -> Pixels:
    """Dark inks become white in some parts; what else is in them keeps its colour, white becomes clear."""
    near = cv2.dilate(where.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    pale = np.zeros(256, bool)
    pale[: len(inks.colors)] = [to_lab(color)[0] > 90 for color in inks.colors]  # noqa: PLR2004 - CIE L* of near white
    as_dark = inks.portion(np.flatnonzero(dark).tolist())
    as_pale = inks.coverage(np.flatnonzero(pale).tolist())
    out = pixels.copy()
    solid = near & (as_dark > 0)
    share = as_dark[solid][:, None].astype(np.float32) / 255
    rgb = pixels[solid][:, :3].astype(np.float32)
    out[solid, :3] = np.rint(rgb + share * (255 - rgb)).astype(np.uint8)
    out[near, 3] = cv2.subtract(inks.alpha, as_pale)[near]
    return bleed(out[..., :3], out[..., 3])
