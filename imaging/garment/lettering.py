"""Names and numbers for jerseys: set as large as their box allows, squeezed before they are made smaller."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np

from imaging.banner.fallback import choose_han
from imaging.banner.fonts import FontLibrary, Style, load_library
from imaging.banner.text import capitals, clean, clusters, is_picture
from imaging.color import contrast_ratio
from imaging.garment.arch import arched
from imaging.garment.errors import LetteringError
from imaging.garment.letters import PROBE_PX, Outline, Setting, draw_letters, ink_em
from imaging.garment.spec import Point
from imaging.logo.outline import STANDS_OUT
from imaging.types import Color, Pixels

LetteringFont = Literal["anton", "oswald", "barlow"]
MAX_CHARS = 40
MIN_HEIGHT_IN = 0.35
"""Of the letters: readable from some six metres, at 1/17 in a metre."""
MIN_SQUEEZE = 0.75
"""Least width of letters, of their own: narrower ones look broken."""
MIN_PPI, MAX_PPI = 30.0, 600.0
MIN_BOX_IN, MAX_BOX_IN = 0.5, 30.0
MAX_MEGAPIXELS = 60.0
"""Of the box: an adult's number at 600 pixels an inch has 43."""
ARCH_RISE = 0.09
"""How far an arched text's middle stands above its ends, of its width."""

FONTS: Final[dict[LetteringFont, Style]] = {
    "anton": Style(("Anton", "Oswald"), 700, 1.0),
    "oswald": Style(("Oswald", "Anton"), 600, 1.0),
    "barlow": Style(("Barlow", "Oswald"), 700, 0.75),
}
"""The first family that has all letters of a text sets it."""
_ALLOWED_CONTROLS = "\t\n\r"
_UNSET = frozenset({"Cc", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True, eq=False)
class Lettering:
    """Set text, trimmed to its ink, and what had to give."""

    pixels: Pixels
    """(H, W, 4) RGBA, straight alpha; print it `width_in` wide."""
    text: str
    """As it was set: clean, in capitals."""
    width_in: float
    height_in: float
    letter_height_in: float
    """Of the ink of the letters, without what an outline or an arch adds."""
    squeeze: float
    """Width of the letters, 0.75-1 of their own."""
    shrunk: bool
    """The letters are lower than was asked for, because the box is too narrow."""
    family: str
    """The font family that set it."""


def set_text(
    text: str,
    *,
    box_in: Point,
    color: Color,
    font: LetteringFont = "anton",
    letter_height_in: float | None = None,
    ppi: float = 300.0,
    outline: tuple[Color, float] | None = None,
    arch: bool = False,
    font_folders: tuple[Path, ...] = (),
) -> Lettering:
    """Set a name or a number into a box: at its height, squeezed where too wide, then smaller.

    Any script that the fonts have, shaped by HarfBuzz; capitals where a script has them. The same input gives
    the same pixels.

    Args:
        text: one line; white space runs together.
        box_in: width and height that nothing leaves.
        color: of the letters.
        font: `anton` heavy, `oswald` lighter, `barlow` narrow.
        letter_height_in: wanted height of the letters' ink; None fills the box.
        ppi: pixels an inch, 30-600.
        outline: its colour and width in inches.
        arch: whether the middle stands above the ends, the letters upright, as on many jerseys.
        font_folders: further fonts, of scripts that the packaged ones lack.

    Raises:
        LetteringError: the text is empty, over 40 characters, holds control characters or characters that no
            font has (emoji among them), cannot be read at the size that fits, or a figure is out of range.
    """
    _check(box_in, ppi=ppi, letter_height_in=letter_height_in, outline=outline)
    if font not in FONTS:
        raise LetteringError(f"There is no lettering {font!r}; there are: {', '.join(FONTS)}.")
    fonts = library(font_folders)
    words = _printable(text)
    style = fonts.lead(words, FONTS[font], han=choose_han((words,)))
    missing = (*fonts.missing(words, style), *(c for c in clusters(words) if is_picture(c)))
    if missing:
        raise LetteringError(
            f"No font has {' '.join(dict.fromkeys(missing))}: leave it out, or spell it another way."
        )
    setting = Setting(words, style, color, Outline(*outline) if outline else None)
    # Ink that begins and ends within a pixel takes up to two more.
    room_in = box_in[0] - 2 / ppi, box_in[1] - 2 / ppi
    fitted = _fit(setting, fonts, room_in=room_in, wanted_in=letter_height_in, arch=arch)
    pixels = draw_letters(setting, fonts, size_in=fitted.size_in, squeeze=fitted.squeeze, ppi=ppi)
    if arch:
        pixels = arched(pixels, rise_px=ARCH_RISE * pixels.shape[1])
    pixels, shrink = _held(pixels, box_px=(box_in[0] * ppi, box_in[1] * ppi))
    if fitted.letter_height_in * shrink < MIN_HEIGHT_IN:
        raise LetteringError(f"In {box_in[0]:g} x {box_in[1]:g} in the text cannot be set to be read.")
    height, width = pixels.shape[:2]
    return Lettering(
        np.ascontiguousarray(pixels),
        words,
        width_in=width / ppi,
        height_in=height / ppi,
        letter_height_in=fitted.letter_height_in * shrink,
        squeeze=fitted.squeeze,
        shrunk=fitted.shrunk,
        family=style.families[0],
    )


def _held(pixels: Pixels, *, box_px: tuple[float, float]) -> tuple[Pixels, float]:
    """Text that stays in its box, and by how much it was shrunk for that.

    At few pixels an inch Typst sets marks of some scripts whole pixels further off than at many, where the
    text was measured; what then stands out of the box is averaged down into it.
    """
    height, width = pixels.shape[:2]
    shrink = min(1.0, box_px[0] / width, box_px[1] / height)
    if shrink == 1:
        return pixels, 1.0
    size = max(1, int(width * shrink)), max(1, int(height * shrink))
    premultiplied = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGBA2mRGBA)
    small = cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], 4)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_mRGBA2RGBA), np.uint8), shrink


def lettering_color(garment: Color, palette: Sequence[Color] = ()) -> Color:
    """The colour for names and numbers: the palette's that stands out most, or white or black.

    Args:
        garment: what it is printed on.
        palette: of the team's logo.

    Returns:
        The palette's colour of most contrast where that is at least 3:1; else the better of white and black.
    """
    plain: tuple[Color, Color] = ((255, 255, 255), (0, 0, 0))
    best = max(palette, key=lambda color: contrast_ratio(color, garment), default=garment)
    if contrast_ratio(best, garment) >= STANDS_OUT:
        return best
    return max(plain, key=lambda color: contrast_ratio(color, garment))


@dataclass(frozen=True, slots=True)
class _Fitted:
    size_in: float
    """Font size."""
    squeeze: float
    letter_height_in: float
    shrunk: bool


def _fit(
    setting: Setting, fonts: FontLibrary, *, room_in: Point, wanted_in: float | None, arch: bool
) -> _Fitted:
    """The largest size up to the wanted one, at the least squeeze that it needs."""
    wide, tall = ink_em(replace(setting, outline=None), fonts)
    rim = 2 * setting.outline.width_in if setting.outline else 0.0
    pixel = 2 / PROBE_PX
    room_w, room_h = room_in[0] - rim, room_in[1] - rim

    rise = ARCH_RISE if arch else 0.0
    highest = (room_h - rise * rim) / (tall + rise * wide + pixel)
    wanted = highest if wanted_in is None else wanted_in / tall
    size = min(wanted, highest, room_w / (wide * MIN_SQUEEZE + pixel))
    squeeze = min(1.0, (room_w / size - pixel) / wide) if size > 0 else MIN_SQUEEZE
    if tall * size < MIN_HEIGHT_IN:
        raise LetteringError(
            f"The text does not fit: its letters would be {max(tall * size, 0):.2f} in high, "
            f"less than the {MIN_HEIGHT_IN:g} in that can be read."
        )
    return _Fitted(size, squeeze, tall * size, shrunk=size < 0.99 * wanted)


def _printable(text: str) -> str:
    """Clean capitals, or the error that says what is wrong with the text."""
    strange = [c for c in text if unicodedata.category(c) in _UNSET and c not in _ALLOWED_CONTROLS]
    if strange:
        codes = ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(strange[:5]))
        raise LetteringError(f"The text holds characters that cannot be printed: {codes}.")
    words = capitals(clean(text))
    if not any(unicodedata.category(char)[0] in "LNPS" for char in words):
        raise LetteringError("There is no text to set.")
    if len(words) > MAX_CHARS:
        raise LetteringError(f"The text has {len(words)} characters; at most {MAX_CHARS} can be set.")
    return words


def _check(
    box_in: Point, *, ppi: float, letter_height_in: float | None, outline: tuple[Color, float] | None
) -> None:
    if not all(MIN_BOX_IN <= side <= MAX_BOX_IN for side in box_in):
        raise LetteringError(f"A box for text must be {MIN_BOX_IN:g} to {MAX_BOX_IN:g} in a side.")
    if not MIN_PPI <= ppi <= MAX_PPI:
        raise LetteringError(f"Text is set at {MIN_PPI:g} to {MAX_PPI:g} pixels an inch.")
    if letter_height_in is not None and not MIN_HEIGHT_IN <= letter_height_in <= MAX_BOX_IN:
        raise LetteringError(f"Letters must be {MIN_HEIGHT_IN:g} to {MAX_BOX_IN:g} in high.")
    if box_in[0] * box_in[1] * ppi**2 > MAX_MEGAPIXELS * 1e6:
        raise LetteringError(f"The box has over {MAX_MEGAPIXELS:g} megapixels; lower its size or resolution.")
    if outline is not None and not 0 < outline[1] <= min(box_in) / 4:
        raise LetteringError("An outline must be above 0 and at most a quarter of the box wide.")


def library(folders: tuple[Path, ...] = ()) -> FontLibrary:
    """The fonts of all names in `FONTS`, and those of other scripts; loaded once."""
    return load_library(("anton", "barlow-condensed", "oswald"), (), folders)
