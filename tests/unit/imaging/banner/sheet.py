"""Texts in one Typst page: what is drawn, beside what was measured."""

import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import typst

from configs.settings import USUAL_FONT_FOLDERS
from imaging.banner.fonts import FontLibrary, Style, load_library
from imaging.banner.text import is_rtl
from imaging.banner.typeset import Typesetter

KIT = Path(__file__).resolve().parents[4] / "configs" / "banners" / "kit"
FOLDERS = tuple(map(Path, USUAL_FONT_FOLDERS))
HEAVY = Style(("Anton",), 700, 1.0)
NARROW = Style(("Barlow",), 700, 0.75)
SPACED = Style(("Barlow",), 500, 0.75, tracking_em=0.08)
_PAGE = b"""
#import "/kit/text.typ": words, put-words
#let data = json(bytes(sys.inputs.data))
#set page(width: data.w * 1pt, height: data.h * 1pt, margin: 0pt)
#for l in data.lines { put-words(l, fill: black) }
#context [#metadata(data.lines.map(l => measure(words(l)).width.pt())) <widths>]
"""
_PAGE_W = 1200.0
_GAP = 12.0


def packaged() -> FontLibrary:
    """The fonts that come with the project."""
    return load_library(("anton", "barlow-condensed"))


def everything() -> FontLibrary:
    """The same and the system's."""
    return load_library(("anton", "barlow-condensed"), (), FOLDERS)


@dataclass(frozen=True, slots=True)
class Set:
    """A text on the sheet, with the box its ink was measured to cover, in points."""

    text: str
    line: dict[str, Any]
    box: tuple[float, float, float, float]


class Sheet:
    """Lines set one beside the other, as large as they are measured.

    Args:
        texts: with the style of each.
        fonts: to set them with.
        size: of the type in points.
    """

    def __init__(self, texts: Iterable[tuple[str, Style]], fonts: FontLibrary, *, size: float) -> None:
        self._fonts = fonts
        self._x, self._y, self._row_h = _GAP, _GAP, 0.0
        self.lines = [one for text, style in texts if (one := self._set(text, style, size))]
        self._height = self._y + self._row_h + _GAP

    def _set(self, source: str, style: Style, size: float) -> Set | None:
        text, style = Typesetter(self._fonts).prepare(source, style)
        shaped = self._fonts.shaped(text, style)
        width = size * self._fonts.width_em(text, style)
        height = size * (shaped.above + shaped.below)
        if not text or width > _PAGE_W - 2 * _GAP:
            return None
        if self._x + width > _PAGE_W - _GAP:
            self._x, self._y, self._row_h = _GAP, self._y + self._row_h + _GAP, 0.0
        x, y = self._x, self._y
        self._x, self._row_h = x + width + _GAP, max(self._row_h, height)
        line = {
            "text": text,
            "x": x + shaped.left * size,
            "baseline": y + shaped.above * size,
            "w": shaped.advance * size,
            "size": size,
            "align": "left",
            "families": [f if isinstance(f, str) else asdict(f) for f in self._fonts.named(text, style)],
            "weight": style.weight,
            "stretch": style.stretch,
            "rtl": is_rtl(text),
            "tracking_em": self._fonts.tracking_em(text, style),
            "advance": shaped.advance * size,
        }
        return Set(text, line, (x, y, x + width, y + height))

    def file(self, kind: str) -> bytes:
        """The page as a file, 72 pixels an inch."""
        with tempfile.TemporaryDirectory() as folder:
            made = self._compiler(folder).compile(format=kind, ppi=72, timestamp=0)  # type: ignore[arg-type]  # png, pdf, svg
        assert isinstance(made, bytes)
        return made

    def ink(self) -> np.ndarray:
        """(H, W) bool: where something is drawn; a pixel is a point."""
        page = cv2.imdecode(np.frombuffer(self.file("png"), np.uint8), cv2.IMREAD_COLOR)
        assert page is not None
        return np.asarray(page.min(axis=2) < 230)

    def drawn_widths(self) -> list[float]:
        """How wide Typst says each line is, in points."""
        with tempfile.TemporaryDirectory() as folder:
            found = self._compiler(folder).query("<widths>", field="value", one=True)
        return [float(width) for width in json.loads(found)]

    def _compiler(self, folder: str) -> typst.Compiler:
        shutil.copytree(KIT, Path(folder) / "kit")
        lines = [one.line for one in self.lines]
        return typst.Compiler(
            _PAGE,
            root=folder,
            font_paths=self._fonts.fonts,
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps({"w": _PAGE_W, "h": self._height, "lines": lines})},
            package_path=folder,
            package_cache_path=folder,
        )


def outside(ink: np.ndarray, lines: list[Set], *, slack: int = 1) -> int:
    """Pixels of ink that lie in no line's box."""
    free = ink.copy()
    for line in lines:
        x0, y0, x1, y1 = line.box
        free[
            max(0, int(y0) - slack) : int(np.ceil(y1)) + slack,
            max(0, int(x0) - slack) : int(np.ceil(x1)) + slack,
        ] = False
    return int(free.sum())
