"""SVG files of strangers: told by their bytes, measured, and made harmless before anything renders them.

The renderer gets a document of ours, written anew from the parsed tree: no scripts, no references outside the
document, and no embedded picture larger than a picture sent by itself may be.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from imaging.codec.header import DecodeLimits, Header, check_limits, probe
from imaging.errors import CorruptImageError, ImageTooLargeError, ImagingError

SVG_SIDE_PX = 2048
"""Longer side of a rendering: enough for 7 in at 300 DPI, and what is traced from it is free of size."""
MAX_SVG_BYTES = 8_000_000
MAX_ELEMENTS = 100_000
MAX_DEPTH = 512
"""Of nesting; the renderer works recursively."""

_NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_START = re.compile(rb"\s*(?:<\?xml|<!DOCTYPE|<!--|<(?:\w+:)?svg[\s>/])", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?svg[\s>/]")
_SNIFFED_BYTES = 64 * 1024
_LENGTH = re.compile(r"\s*([+]?\d*\.?\d+(?:e[+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|q)?\s*", re.IGNORECASE)
_PX = {"px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "q": 96 / 101.6}
"""CSS pixels in a unit (CSS Values 4, 6.2)."""
_DROPPED = frozenset({"script", "foreignObject", "iframe", "audio", "video", "canvas", "handler", "listener"})
_PICTURES = frozenset({"image", "feImage"})
_EMBEDDED = re.compile(r"\s*data:image/(?:png|jpe?g|gif|webp)\s*;base64,(.*)", re.IGNORECASE | re.DOTALL)
_DEFAULT_SIZE = (300.0, 150.0)
"""Of an SVG that names none (CSS 2.2, 10.3.2)."""


@dataclass(frozen=True, slots=True)
class Svg:
    """A harmless document."""

    markup: str
    """UTF-8 text; its root's `width` and `height` are those below."""
    width: int
    """Pixels of the rendering; the longer side is `SVG_SIDE_PX`."""
    height: int


def looks_like_svg(data: bytes) -> bool:
    """Whether the bytes begin as an SVG document does; says nothing of the rest."""
    start = data[:_SNIFFED_BYTES].removeprefix(b"\xef\xbb\xbf")
    return _START.match(start) is not None and _ROOT.search(start) is not None


def probe_logo(data: bytes, *, limits: DecodeLimits) -> Header:
    """The header of a picture, or of an SVG as it will be rendered; raises as `probe` and `read_svg`."""
    if not looks_like_svg(data):
        return probe(data, limits=limits)
    svg = read_svg(data, limits=limits)
    return Header(format="SVG", width=svg.width, height=svg.height, mode="RGBA", dpi=None)


def read_svg(data: bytes, *, limits: DecodeLimits) -> Svg:
    """Parse, measure and clean an SVG document.

    Args:
        data: the file.
        limits: what each picture embedded in it may be; all of them together may not be more.

    Raises:
        CorruptImageError: not well-formed XML, not SVG, nested too deeply, or without a size.
        ImageTooLargeError: too many bytes or elements, or embedded pictures of too many pixels.
        ImagingError: an embedded picture is not acceptable (each case by its own class).
    """
    if len(data) > MAX_SVG_BYTES:
        raise ImageTooLargeError(f"The SVG is larger than {MAX_SVG_BYTES // 10**6} MB.")
    root = _parse(data)
    _clean(root, limits=limits)
    width, height = _size(root)
    scale = SVG_SIDE_PX / max(width, height)
    pixels = (max(1, round(width * scale)), max(1, round(height * scale)))
    check_limits(*pixels, limits=limits)
    if root.get("viewBox") is None:
        root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.set("width", str(pixels[0]))
    root.set("height", str(pixels[1]))
    ET.register_namespace("", _NAMESPACE)
    ET.register_namespace("xlink", _XLINK)
    return Svg(ET.tostring(root, encoding="unicode"), *pixels)


class _Bounded(ET.TreeBuilder):
    """Builds the tree and stops where it gets too deep or too large."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise CorruptImageError(f"The SVG is nested more than {MAX_DEPTH} deep.")
        if self._count > MAX_ELEMENTS:
            raise ImageTooLargeError(f"The SVG has more than {MAX_ELEMENTS} elements.")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        self._depth -= 1
        return super().end(tag)


def _parse(data: bytes) -> ET.Element:
    parser = ET.XMLParser(target=_Bounded())  # noqa: S314 - expat stops entities that multiply, fetches nothing
    try:
        parser.feed(data)
        root = parser.close()
    except ImagingError:
        raise
    except (ET.ParseError, LookupError, ValueError) as error:
        raise CorruptImageError("The SVG is not well-formed XML.") from error
    if not isinstance(root, ET.Element) or _local(root) != "svg":
        raise CorruptImageError("The XML is no SVG document.")
    return root


def _clean(root: ET.Element, *, limits: DecodeLimits) -> None:
    """Drop what runs or reaches outside; hold embedded pictures against the limits. In place."""
    megapixels = 0.0
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or _local(child) in _DROPPED:
                parent.remove(child)
    for element in root.iter():
        picture = _local(element) in _PICTURES
        for name, value in list(element.attrib.items()):
            if name.rpartition("}")[2].lower().startswith("on"):
                del element.attrib[name]
            elif name.rpartition("}")[2] == "href" and not value.lstrip().startswith("#"):
                inside = _EMBEDDED.fullmatch(value) if picture else None
                if inside is None:
                    del element.attrib[name]
                else:
                    megapixels += _embedded_megapixels(inside[1], limits=limits)
    if megapixels > limits.max_megapixels:
        raise ImageTooLargeError(f"The SVG embeds pictures of {megapixels:.1f} megapixels together.")


def _embedded_megapixels(text: str, *, limits: DecodeLimits) -> float:
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CorruptImageError("The base64 of a picture in the SVG does not decode.") from error
    return probe(data, limits=limits).megapixels


def _size(root: ET.Element) -> tuple[float, float]:
    """Width and height in any one unit: of the viewport where it is absolute, else of the view box."""
    box = _view_box(root)
    sides = (_length(root.get("width")), _length(root.get("height")))
    if None not in sides:
        width, height = sides
    elif box is not None:
        width, height = box
    else:
        width, height = (side or default for side, default in zip(sides, box or _DEFAULT_SIZE, strict=True))
    if not (width and height and 0 < width < float("inf") and 0 < height < float("inf")):
        raise CorruptImageError("The SVG has no size.")
    return width, height


def _view_box(root: ET.Element) -> tuple[float, float] | None:
    try:
        numbers = [float(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip())]
    except ValueError:
        return None
    if len(numbers) != 4 or min(numbers[2:]) <= 0:  # noqa: PLR2004 - min-x, min-y, width, height
        return None
    return numbers[2], numbers[3]


def _length(text: str | None) -> float | None:
    found = _LENGTH.fullmatch(text or "")
    return float(found[1]) * _PX[(found[2] or "px").lower()] if found else None


def _local(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]
