"""One line of text drawn by Typst, cut to its ink."""

import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from imaging.banner.fonts import FontLibrary, Style
from imaging.banner.text import is_rtl
from imaging.color import to_hex
from imaging.garment.errors import LetteringError
from imaging.types import Color, Pixels
from imaging.typst_page import SeveralPagesError, draw_page

PROBE_PX = 400
"""Font size at which ink is measured."""
_MARGINS_EM = (0.08, 0.8)
"""Room around a line for what stands out of its advance width; the second where the first is too little."""
_PT_PER_IN = 72.0
_SOURCE = b"""
#let data = json(bytes(sys.inputs.data))
#set page(width: auto, height: auto, margin: data.margin * 1pt, fill: none)
#let words(..more) = text(
  font: data.families,
  weight: data.weight,
  stretch: data.stretch * 100%,
  size: data.size * 1pt,
  dir: if data.rtl { rtl } else { ltr },
  fallback: false,
  cjk-latin-spacing: none,
  top-edge: "bounds",
  bottom-edge: "bounds",
  hyphenate: false,
  ..more,
  data.text,
)
#let both = {
  if data.outline != none {
    let paint = rgb(data.outline.color)
    place(top + left, words(
      fill: paint,
      stroke: (paint: paint, thickness: data.outline.width * 2pt, join: "round"),
    ))
  }
  words(fill: rgb(data.color))
}
#scale(x: data.squeeze * 100%, reflow: true, box(both))
"""


@dataclass(frozen=True, slots=True)
class Outline:
    """A line around letters, outside them."""

    color: Color
    width_in: float


@dataclass(frozen=True, slots=True)
class Setting:
    """What to set and how."""

    text: str
    style: Style
    color: Color
    outline: Outline | None


def draw_letters(
    setting: Setting, fonts: FontLibrary, *, size_in: float, squeeze: float, ppi: float
) -> Pixels:
    """Draw a line of text.

    Args:
        setting: what.
        fonts: with which.
        size_in: font size.
        squeeze: width of the letters, 1 their own.
        ppi: pixels an inch.

    Returns:
        (H, W, 4) RGBA, straight alpha, trimmed to its ink.

    Raises:
        LetteringError: nothing is visible.
    """
    for margin_em in _MARGINS_EM:
        pixels = _drawn(setting, fonts, size_in=size_in, squeeze=squeeze, ppi=ppi, margin_em=margin_em)
        alpha = np.ascontiguousarray(pixels[..., 3])
        left, top, width, height = cv2.boundingRect(alpha)
        if not width:
            raise LetteringError("The text has nothing to see.")
        if left and top and left + width < alpha.shape[1] and top + height < alpha.shape[0]:
            break
    return pixels[top : top + height, left : left + width]


@lru_cache(maxsize=1024)
def ink_em(setting: Setting, fonts: FontLibrary) -> tuple[float, float]:
    """Width and height of a line's ink in units of the font size."""
    height, width = draw_letters(setting, fonts, size_in=1.0, squeeze=1.0, ppi=PROBE_PX).shape[:2]
    return width / PROBE_PX, height / PROBE_PX


def _drawn(
    setting: Setting, fonts: FontLibrary, *, size_in: float, squeeze: float, ppi: float, margin_em: float
) -> Pixels:
    outline = setting.outline
    data = {
        "text": setting.text,
        "families": setting.style.families,
        "weight": setting.style.weight,
        "stretch": setting.style.stretch,
        "size": size_in * _PT_PER_IN,
        "margin": (size_in * margin_em + (outline.width_in if outline else 0)) * _PT_PER_IN,
        "rtl": is_rtl(setting.text),
        "color": to_hex(setting.color),
        "outline": None,
        "squeeze": squeeze,
    }
    if outline is not None:
        data["outline"] = {"color": to_hex(outline.color), "width": outline.width_in * _PT_PER_IN}
    with tempfile.TemporaryDirectory(prefix="lettering-") as folder:
        try:
            png = draw_page(_SOURCE, root=Path(folder), fonts=fonts.fonts, data=data, to="png", ppi=ppi)
        except SeveralPagesError as error:
            raise LetteringError("The text takes more than one line.") from error
    # Typst wrote it, so none of the checks that a stranger's file needs; OpenCV reads it twice as fast.
    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise LetteringError("The text is too large to draw.")
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA), np.uint8)
