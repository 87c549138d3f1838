"""Icons and cards for a site: from a clean logo to files, each opened again and looked at."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imaging.banner.fonts import FontLibrary
from imaging.color import to_hex
from imaging.logo.trim import trim
from imaging.oklab import WHITE
from imaging.types import Color, Pixels
from imaging.vector.rasterize import rasterize
from imaging.vector.svg import to_svg
from imaging.web.cards import CardText, card_fonts, showable, social_cards
from imaging.web.icons import IconFile, IconSet, IconStyle, large_icons, small_icons
from imaging.web.icons_check import check_pictures
from imaging.web.icons_colors import main_colors
from imaging.web.icons_light import within
from imaging.web.icons_mark import REFERENCE_PX, WORK_PX
from serve_app.artwork import WebIconOrder, WebIconPart, is_faithful
from serve_app.deployments.logos import with_alpha
from serve_app.domain import Encoded, IconFiles, Notice, Staged
from serve_app.telemetry import Stopwatch

SMALL_LOGO = Notice(
    code="small_logo",
    message=f"The logo is under {REFERENCE_PX} px and has no faithful drawing, so large icons are soft.",
    fix=f"Send it as SVG, or with a longer side of {REFERENCE_PX} px or more.",
)


SIMPLER = {"symbol": "its symbol", "initials": "the initials of the name"}


class WebIcons:
    """Draws them.

    Args:
        folder: Holds `card.typ`.
        font_folders: Fonts of scripts that the packaged ones lack.
    """

    def __init__(self, folder: Path, font_folders: tuple[Path, ...] = ()) -> None:
        self._card = (folder / "card.typ").read_bytes()
        self._fonts = card_fonts(font_folders)

    def make(self, logo: Staged, order: WebIconOrder, part: WebIconPart) -> IconFiles:
        """One part of the set; the parts need nothing of each other.

        Raises:
            NoForegroundError: nothing of the logo shows.
        """
        watch = Stopwatch()
        with watch(f"icons_{part}"):
            pixels = trim(within(_pixels(logo), longest_px=WORK_PX))
            # Large icons need colours only where the logo is lost on the ground that was asked for.
            colors = order.colors or (() if part == "large" else main_colors(pixels))
            made = self._part(pixels, logo, order, part, colors)
        with watch(f"check_{part}"):
            checks = check_pictures({name: file.data for name, file in made.files.items()})
        found = {"colors": [to_hex(color) for color in colors]} if colors else {}
        report = {**made.report, **found, "checks": checks}
        files = {name: _encoded(file) for name, file in made.files.items()}
        notices = _notices(pixels, order, part, made, self._fonts)
        return IconFiles(files, report, notices, watch.times_ms)

    def _part(
        self, pixels: Pixels, logo: Staged, order: WebIconOrder, part: WebIconPart, colors: tuple[Color, ...]
    ) -> IconSet:
        if part == "cards":
            text = CardText(order.name, order.tagline)
            return social_cards(pixels, text, colors=colors, template=self._card, fonts=self._fonts)
        plate = order.background_color or WHITE
        style = IconStyle(order.name, colors, plate, order.small_mark)
        if part == "large":
            return large_icons(pixels, style)
        return small_icons(pixels, style, drawing=_drawing(logo, order))


def _pixels(logo: Staged) -> Pixels:
    """The logo; one that is too small, from its drawing where that stands for it."""
    pixels = with_alpha(logo.pixels)
    height, width = pixels.shape[:2]
    work = logo.logo
    if max(height, width) >= WORK_PX or work is None or work.drawing is None or not is_faithful(work.score):
        return pixels
    scale = WORK_PX / max(height, width)
    size = {"width_px": max(1, round(width * scale)), "height_px": max(1, round(height * scale))}
    return rasterize(work.drawing, **size)


def _drawing(logo: Staged, order: WebIconOrder) -> str | None:
    """The faithful drawing of the logo, where somebody made one."""
    if order.svg is not None:
        return order.svg.decode()
    work = logo.logo
    if work is None:
        return None
    if work.svg is not None:
        return work.svg.decode()
    if work.drawing is None or not is_faithful(work.score):
        return None
    return to_svg(work.drawing, width_in=1.0)


def _encoded(file: IconFile) -> Encoded:
    return Encoded(file.data, file.content_type, file.width_px, file.height_px, dpi=None)


def _notices(
    pixels: Pixels, order: WebIconOrder, part: WebIconPart, made: IconSet, fonts: FontLibrary
) -> tuple[Notice, ...]:
    report = made.report
    if part == "small":
        return (
            *_simplified(report["small_mark"]),
            *((SMALL_LOGO,) if max(pixels.shape[:2]) < REFERENCE_PX else ()),
        )
    if part == "large":
        return _plate_changed(report["plate"]) if order.background_color is not None else ()
    return _left_out(order.name, fonts) + _left_out(order.tagline, fonts)


def _simplified(mark: Mapping[str, Any]) -> tuple[Notice, ...]:
    if not mark["simplified"]:
        return ()
    shown = {side: kind for side, kind in mark["shows"].items() if kind != "logo"}
    figures = mark["logo"][0]
    return (
        Notice(
            code="simplified_icon",
            message=(
                f"At {figures['side_px']} px the logo keeps {figures['contrast_kept']:.0%} of its contrast "
                f"and {figures['detail_kept']:.0%} of its detail, so icons of {', '.join(shown)} px show "
                f"{SIMPLER[next(iter(shown.values()))]}."
            ),
            fix="Send `small_mark` to choose what they show.",
        ),
    )


def _plate_changed(plate: Mapping[str, Any]) -> tuple[Notice, ...]:
    if plate["color"] == plate["asked"]:
        return ()
    return (
        Notice(
            code="background_hides_logo",
            message=(
                f"{plate['lost_share_on_asked']:.0%} of the logo would be lost on {plate['asked']}, so "
                f"opaque icons have the ground {plate['color']}."
            ),
            fix="Choose another `background_color`, or send the logo for such grounds.",
        ),
    )


def _left_out(text: str, fonts: FontLibrary) -> tuple[Notice, ...]:
    kept = showable(text, fonts)
    lost = dict.fromkeys(char for char in text if not char.isspace() and char not in kept)
    if not lost:
        return ()
    listed = ", ".join(f"U+{ord(char):04X}" for char in list(lost)[:10])
    return (
        Notice(
            code="missing_glyphs",
            message=f"No installed font has these characters, so cards are without them: {listed}.",
            fix="Write the name in another script, or install a font that has them.",
        ),
    )
