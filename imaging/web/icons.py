"""A site's icons from one logo: small ones that can be read, a drawing, large ones with room around.

They are made in two parts that need nothing of each other, so that two replicas can make them at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from imaging.color import to_hex
from imaging.oklab import WHITE
from imaging.types import Color, Pixels
from imaging.web.ico import write_ico
from imaging.web.icons_colors import DARK_TAB, LIGHT_TAB, LOST_SHARE, lost_share, main_colors, plate_for
from imaging.web.icons_drawing import drawing_of
from imaging.web.icons_fit import SAFE_SHARE, Window, padded, within_circle
from imaging.web.icons_light import Light, on_ground, to_light, to_pixels, window
from imaging.web.icons_mark import FULL, Chosen, Mark, MarkChoice, choose_small
from imaging.web.icons_one_color import one_color
from imaging.web.icons_png import icon_png
from imaging.web.icons_svg import FaviconSvg, svg_of_mark, svg_of_plate

SMALL_PX: Final = (16, 32, 48)
LARGE_PX: Final = (96, 192, 512)
TOUCH_PX: Final = 180
MASKABLE_PX: Final = (192, 512)
MONOCHROME_PX: Final = MASKABLE_PX[-1]
PNG, SVG, ICO = "image/png", "image/svg+xml", "image/vnd.microsoft.icon"
_READ_AT_32 = 0.5
"""Share of detail that a mark must keep at 32 px to be worth tracing: others are a picture in the SVG."""


@dataclass(frozen=True, slots=True)
class IconStyle:
    """What decides on icons beside the logo."""

    name: str
    colors: tuple[Color, ...] = ()
    """Of the team, main one first: for initials."""
    plate: Color = WHITE
    """Ground of opaque icons, where the logo is seen on it."""
    small_mark: MarkChoice = "auto"


@dataclass(frozen=True, slots=True)
class IconFile:
    """One file."""

    data: bytes
    content_type: str
    width_px: int
    """0 where it has none."""
    height_px: int


@dataclass(frozen=True, slots=True)
class IconSet:
    """Files by name, and what was found on the way, ready for JSON."""

    files: Mapping[str, IconFile]
    report: Mapping[str, Any]


def small_icons(pixels: Pixels, style: IconStyle, *, drawing: str | None = None) -> IconSet:
    """`favicon.ico`, `favicon.svg` and PNG of 16, 32 and 48 px.

    Args:
        pixels: (H, W, 4) RGBA, a clean logo on transparency.
        style: See `IconStyle`.
        drawing: A faithful drawing of the logo by `imaging.vector.svg`, where there is one.

    Raises:
        NoForegroundError: nothing shows.
    """
    logo = Mark.of(pixels)
    chosen = choose_small(logo, sides=SMALL_PX, name=style.name, colors=style.colors, wish=style.small_mark)
    images = [to_pixels(chosen.icons[side]) for side in SMALL_PX]
    favicon = _favicon(logo, chosen, drawing)
    ico = write_ico(images, pngs=[icon_png(image, compact=False) for image in images])
    files = {
        "favicon.ico": _square(ico, ICO, SMALL_PX[-1]),
        "favicon.svg": _square(favicon.markup.encode(), SVG, SMALL_PX[0]),
        **{
            _name(side): _square(icon_png(image), PNG, side)
            for side, image in zip(SMALL_PX, images, strict=True)
        },
    }
    seen = {
        scheme: {
            "ground": to_hex(facts.ground),
            "lost_share": facts.lost_share,
            "done": facts.done,
            "left_lost_share": round(facts.left_lost_share, 3),
        }
        for scheme, facts in favicon.schemes.items()
    }
    svg = {"vector": favicon.vector, "mark": chosen.kind(SMALL_PX[0]), "schemes": seen}
    return IconSet(files, {"small_mark": chosen.report(), "favicon_svg": svg})


def large_icons(pixels: Pixels, style: IconStyle) -> IconSet:
    """PNG of 96, 192 and 512 px, the touch icon, the maskable icons and the monochrome one.

    Arguments and errors as of `small_icons`.
    """
    logo = Mark.of(pixels)
    thumb = logo.large[::4, ::4]
    lost = lost_share(thumb, style.plate)
    hidden = lost > LOST_SHARE
    plate = plate_for(thumb, (), style.colors or main_colors(logo.pixels)) if hidden else style.plate
    ground = to_light(_dot(plate))[0, 0]
    files: dict[str, IconFile] = {}
    for side in LARGE_PX:
        shown = (
            logo.large if side == len(logo.large) else window(logo.large, FULL.box, width=side, height=side)
        )
        files[_name(side)] = _png(to_pixels(shown))
    files["apple-touch-icon.png"] = _opaque(logo.shown(padded(logo.outline), TOUCH_PX), ground)
    safe = within_circle(logo.outline, share=SAFE_SHARE)
    for side in MASKABLE_PX:
        files[f"icon-maskable-{side}.png"] = _opaque(logo.shown(safe, side), ground)
    files["icon-monochrome-512.png"] = _png(_monochrome(logo, safe))
    facts = {
        "color": to_hex(plate),
        "asked": to_hex(style.plate),
        "lost_share_on_asked": lost,
        "lost_share": lost_share(thumb, plate) if hidden else lost,
    }
    tabs = {"light": lost_share(thumb, LIGHT_TAB), "dark": lost_share(thumb, DARK_TAB)}
    return IconSet(files, {"plate": facts, "transparent_icons_lost_share": tabs})


def _favicon(logo: Mark, chosen: Chosen, drawing: str | None) -> FaviconSvg:
    smallest = SMALL_PX[0]
    if chosen.kind(smallest) == "initials" and chosen.plate is not None:
        return svg_of_plate(chosen.plate)
    mark = chosen.marks[smallest] or logo
    made = drawing if mark is logo else None
    worth = chosen.measured[smallest].detail_kept >= _READ_AT_32 / 2
    return svg_of_mark(mark.pixels, drawing_of(mark.pixels, made=made, try_vector=worth), mark.outline)


def _opaque(shown: Light, ground: Light) -> IconFile:
    return _png(to_pixels(on_ground(shown, ground))[..., :3])


def _monochrome(logo: Mark, safe: Window) -> Pixels:
    alone = one_color(logo.pixels)
    scale = max(alone.shape[:2]) / logo.outline.longer
    box = Window(safe.left * scale, safe.top * scale, safe.side * scale).box
    return to_pixels(window(to_light(alone), box, width=MONOCHROME_PX, height=MONOCHROME_PX))


def _png(image: Pixels) -> IconFile:
    return _square(icon_png(image), PNG, len(image))


def _square(data: bytes, kind: str, side: int) -> IconFile:
    return IconFile(data, kind, side, side)


def _dot(color: Color) -> Pixels:
    return np.array([[color]], np.uint8)


def _name(side: int) -> str:
    return f"icon-{side}.png"
