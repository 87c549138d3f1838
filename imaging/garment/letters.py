"""One line of text drawn by Typst, cut to its ink."""

import json
import tempfile
from dataclasses import dataclass, replace
from io import BytesIO

import numpy as np
import typst
from PIL import Image

from imaging.banner.fonts import FontLibrary, Style
from imaging.banner.text import is_rtl
from imaging.color import to_hex
from imaging.garment.errors import LetteringError
from imaging.types import Color, Pixels

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

    def without_outline(self) -> "Setting":
        """The letters alone."""
        return replace(self, outline=None)


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
    outline = setting.outline
    data = {
        "text": setting.text,
        "families": setting.style.families,
        "weight": setting.style.weight,
        "stretch": setting.style.stretch,
        "size": size_in * _PT_PER_IN,
        # Room for what stands out of its advance width: italics, marks, outlines.
        "margin": (size_in * 0.4 + (outline.width_in if outline else 0)) * _PT_PER_IN,
        "rtl": is_rtl(setting.text),
        "color": to_hex(setting.color),
        "outline": None,
        "squeeze": squeeze,
    }
    if outline is not None:
        data["outline"] = {"color": to_hex(outline.color), "width": outline.width_in * _PT_PER_IN}
    with tempfile.TemporaryDirectory(prefix="lettering-") as folder:
        compiler = typst.Compiler(
            _SOURCE,
            root=folder,
            font_paths=fonts.fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            package_path=folder,
            package_cache_path=folder,
        )
        png = compiler.compile(format="png", ppi=ppi, timestamp=0)
    if not isinstance(png, bytes):
        raise LetteringError("The text takes more than one line.")
    with Image.open(BytesIO(png)) as image:
        pixels = np.asarray(image.convert("RGBA"))
    rows, cols = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        raise LetteringError("The text has nothing to see.")
    return pixels[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
