"""A logo's drawing made ready as its pixels are: cut to its ink, with a keyline where it would sink in."""

import copy
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from imaging.banner.logo import KEYLINE, keyline_color, needs_keyline
from imaging.color import to_hex
from imaging.errors import NoForegroundError
from imaging.logo.trim import bounding_box
from imaging.types import Color, Pixels

_SVG = "http://www.w3.org/2000/svg"
_PAINTS = ("fill", "stroke", "style", "class", "opacity", "fill-opacity", "stroke-opacity", "color")
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "polygon", "polyline", "line"})
_EDGE_PX = 0.5
"""What a drawing may reach over the box of its pixels."""


@dataclass(frozen=True, slots=True)
class VectorLogo:
    """An SVG document and its shape."""

    svg: bytes
    aspect: float
    """Width over height."""


def prepare_vector(svg: bytes, pixels: Pixels, *, ground: Color | None) -> VectorLogo | None:
    """Cut a drawing to the ink of its pixels and put a keyline under it where it would not show.

    The keyline is the drawing's silhouette stroked and laid beneath it, as wide as that of
    `imaging.banner.logo.add_keyline`, so that the holes of letters are filled by the same width.

    Args:
        svg: the drawing; its view box shows what the pixels show.
        pixels: (H, W, 4) RGBA of the same.
        ground: the colour it lies on; None for no keyline.

    Returns:
        None when the pixels are fully transparent or the document is no SVG.
    """
    try:
        left, top, right, bottom = bounding_box(pixels[..., 3])
        root = ET.fromstring(svg)  # noqa: S314 - a drawing of our own, without entities
        view = _view_box(root)
    except (NoForegroundError, ET.ParseError, KeyError, ValueError):
        return None
    scale = view[2] / pixels.shape[1]
    box = (
        view[0] + (left - _EDGE_PX) * scale,
        view[1] + (top - _EDGE_PX) * scale,
        (right - left + 2 * _EDGE_PX) * scale,
        (bottom - top + 2 * _EDGE_PX) * scale,
    )
    ink = list(root)
    if ground is not None and needs_keyline(pixels[top:bottom, left:right], ground=ground):
        width = KEYLINE * max(box[2:])
        box = (box[0] - width, box[1] - width, box[2] + 2 * width, box[3] + 2 * width)
        ink = [_silhouette(ink, color=keyline_color(ground), width=2 * width), *ink]
    made = ET.Element(f"{{{_SVG}}}svg", {"viewBox": " ".join(f"{side:.4f}" for side in box)})
    made.set("width", f"{box[2]:.4f}")
    made.set("height", f"{box[3]:.4f}")
    made.extend(ink)
    ET.register_namespace("", _SVG)
    return VectorLogo(ET.tostring(made), box[2] / box[3])


def _view_box(root: ET.Element) -> tuple[float, float, float, float]:
    """Left, top, width and height of what a document shows, in its own units."""
    if given := root.get("viewBox"):
        left, top, width, height = (float(side) for side in given.replace(",", " ").split())
        return left, top, width, height
    return 0.0, 0.0, float(root.attrib["width"].rstrip("px")), float(root.attrib["height"].rstrip("px"))


def _silhouette(ink: list[ET.Element], *, color: Color, width: float) -> ET.Element:
    """All shapes in one colour, stroked round."""
    paint = to_hex(color)
    group = ET.Element(
        f"{{{_SVG}}}g",
        {
            "fill": paint,
            "stroke": paint,
            "stroke-width": f"{width:.4f}",
            "stroke-linejoin": "round",
            "stroke-linecap": "round",
        },
    )
    group.extend(copy.deepcopy(child) for child in ink if _name(child) not in {"defs", "title"})
    for element in list(group.iter())[1:]:
        hollow = element.get("fill") == "none"
        own = _number(element.get("stroke-width", "1")) if element.get("stroke", "none") != "none" else 0.0
        for paint_name in _PAINTS:
            element.attrib.pop(paint_name, None)
        element.attrib.pop("id", None)
        element.set("stroke-width", f"{own + width:.4f}")
        if hollow and _name(element) in _SHAPES:
            element.set("fill", "none")
    return group


def _number(text: str) -> float:
    """A length without its unit; 1, SVG's own stroke, where it is none."""
    found = re.match(r"[\d.]+", text)
    return float(found[0]) if found else 1.0


def _name(element: ET.Element) -> str:
    return element.tag.rsplit("}", 1)[-1]
