"""Social cards: the logo and the name, composed in the team's colours by Typst."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from imaging.banner.bidi import is_rtl
from imaging.banner.fallback import choose_han
from imaging.banner.fonts import FontLibrary, Style, load_library
from imaging.banner.text import capitals, clean, clusters
from imaging.color import contrast_ratio, to_hex
from imaging.logo.trim import trim
from imaging.oklab import WHITE, distance, ink_on, oklab, with_lightness
from imaging.types import Color, Pixels
from imaging.typst_page import draw_page, tagged
from imaging.web.head import OG_FILE, OG_HEIGHT_PX, OG_WIDTH_PX
from imaging.web.icons import PNG, IconFile, IconSet
from imaging.web.icons_colors import lost_share, plate_for
from imaging.web.icons_light import Light, resized, to_light, to_pixels, within
from imaging.web.icons_mark import WORK_PX
from imaging.web.icons_png import icon_png

CARDS: Final = {OG_FILE: (OG_WIDTH_PX, OG_HEIGHT_PX), "social-square.png": (1200, 1200)}
"""Width and height in pixels, by name."""
PACKAGES: Final = ("anton", "oswald", "barlow-condensed")
"""Slugs of the `fontpkg-*` packages that cards are set in."""
TITLE: Final = Style(("Anton", "Oswald"), 700, 1.0)
TAGLINE: Final = Style(("Barlow",), 600, 0.75)
DEFAULT_COLORS: tuple[Color, Color] = ((20, 40, 75), (242, 169, 0))
LEAN = 0.20
"""As in the template."""
LOOK_PX = 128
"""Side of the stretched copy by which grounds are chosen."""
_WIDE = 1.7
"""Width over height from which a logo gets the card's whole width."""
_APART = 0.16
"""OKLab distance at which two areas read as two colours."""
_AA = 4.5
LEAST_LEAD_EM, _CLEAR_EM = 0.22, 0.06
"""Between two lines of a title; and what is clear of ink at the least."""
_LOGO_FILE = "logo.png"


@dataclass(frozen=True, slots=True)
class CardText:
    """What a card says."""

    title: str
    tagline: str = ""


@dataclass(frozen=True, slots=True)
class CardColors:
    """Every colour of a card; words are legible on the ground."""

    ground: Color
    tone: Color
    panel: Color
    stripe: Color
    accent: Color
    title: Color
    note: Color


@dataclass(frozen=True, slots=True)
class _Box:
    x: int
    y: int
    w: int
    h: int


def social_cards(
    pixels: Pixels, text: CardText, *, colors: tuple[Color, ...], template: bytes, fonts: FontLibrary
) -> IconSet:
    """`og-image.png` and `social-square.png`, opaque.

    Args:
        pixels: (H, W, 4) RGBA, a clean logo on transparency.
        text: Characters that no installed font has are left out.
        colors: Of the team, main one first.
        template: `configs/web/card.typ`.
        fonts: See `card_fonts`.

    Raises:
        NoForegroundError: nothing shows.
        TypstPageError: the template does not compile.
    """
    light = to_light(trim(within(pixels, longest_px=WORK_PX)))
    thumb = resized(light, width=LOOK_PX, height=LOOK_PX)
    chosen = card_colors(thumb, colors or DEFAULT_COLORS)
    files = {
        name: _card(light, text, chosen, size=size, template=template, fonts=fonts)
        for name, size in CARDS.items()
    }
    seen = lost_share(thumb, chosen.panel)
    report = {name: to_hex(color) for name, color in asdict(chosen).items()}
    return IconSet(files, {"cards": {"colors": report, "logo_lost_share": seen}})


def card_colors(logo: Light, colors: tuple[Color, ...]) -> CardColors:
    """The team's colours in their roles, the panel by what the logo is seen on."""
    ground = colors[0]
    title = ink_on(ground)
    wishes = [
        color for color in (WHITE, *colors[1:], _deep(ground), ground) if distance(color, ground) >= _APART
    ]
    panel = plate_for(logo, wishes or [WHITE], colors)
    spare = [WHITE, _deep(ground), with_lightness(ground, 0.75), with_lightness(ground, 0.35)]
    stripe = _first_apart([*colors[1:], *spare], (ground, panel))
    accent = _first_apart([*colors[2:], *spare], (stripe, panel))
    lightness = float(oklab(ground)[0])
    tone = with_lightness(ground, lightness + (-0.035 if title == WHITE and lightness > 0.3 else 0.035))  # noqa: PLR2004 - room to darken
    note = stripe if contrast_ratio(stripe, ground) >= _AA else title
    return CardColors(ground, tone, panel, stripe, accent, title, note)


def card_fonts(folders: tuple[Path, ...] = ()) -> FontLibrary:
    """The fonts of cards; those in further folders set the scripts that the packaged ones lack."""
    return load_library(PACKAGES, (), folders)


def showable(text: str, fonts: FontLibrary) -> str:
    """Text without control characters and without characters that no font has."""
    line = clean(text)
    lost = fonts.missing(line, fonts.lead(line, TITLE, han=choose_han([line])))
    return clean("".join(cluster for cluster in clusters(line) if cluster not in lost))


def _families(text: str, style: Style, fonts: FontLibrary) -> list[str | dict[str, str]]:
    """Families that set a text, as the template has them."""
    named = fonts.named(text, fonts.lead(text, style, han=choose_han([text])))
    return [family if isinstance(family, str) else asdict(family) for family in named]


def _lead_em(title: str, fonts: FontLibrary) -> float:
    """Space between a baseline and the capitals under it, so that accents meet no letter above, in em."""
    style = fonts.lead(title, TITLE, han=choose_han([title]))
    above, below = fonts.extent_em(title, style)
    return round(max(LEAST_LEAD_EM, above - fonts.cap_em(style) + below + _CLEAR_EM), 4)


def _card(
    logo: Light,
    text: CardText,
    colors: CardColors,
    *,
    size: tuple[int, int],
    template: bytes,
    fonts: FontLibrary,
) -> IconFile:
    width, height = size
    aspect = logo.shape[1] / logo.shape[0]
    beside = width > height and aspect < _WIDE
    title, tagline = capitals(showable(text.title, fonts)), showable(text.tagline, fonts)
    panel, room, words = _beside(width, height) if beside else _below(width, height, titled=bool(title))
    box = _fitted(aspect, room)
    data = {
        "width": width,
        "height": height,
        "arrangement": "beside" if beside else "below",
        "panel": panel,
        "logo": _LOGO_FILE,
        "logo_box": asdict(box),
        "text_box": asdict(words),
        "title": title,
        "words": title.split() or [""],
        "largest": 22 if beside else 16,
        "lead": _lead_em(title, fonts),
        "tagline": tagline,
        "rtl": is_rtl(title),
        "families": _families(title, TITLE, fonts),
        "text_families": _families(tagline, TAGLINE, fonts),
        "colors": {name: to_hex(color) for name, color in asdict(colors).items()},
    }
    picture = icon_png(to_pixels(resized(logo, width=box.w, height=box.h)), compact=False)
    return IconFile(_drawn(template, data, picture, fonts), PNG, width, height)


def _drawn(template: bytes, data: dict[str, Any], picture: bytes, fonts: FontLibrary) -> bytes:
    """Typst in an empty folder of its own, with the logo as the only file and no packages."""
    with tempfile.TemporaryDirectory(prefix="card-") as folder:
        (Path(folder) / _LOGO_FILE).write_bytes(picture)
        page = draw_page(template, root=Path(folder), fonts=fonts.fonts, data=data, to="png")
    return tagged(page)  # as Typst packs it, which is as small as we would


def _beside(width: int, height: int) -> tuple[int, _Box, _Box]:
    """Where the panel's edge meets the foot, the logo's room, the words'."""
    panel, run, unit = round(0.375 * width), LEAN * height, min(width, height) / 100
    logo = _Box(round(8 * unit), round(9 * unit), round(panel + run / 2 - 13 * unit), round(82 * unit))
    left = round(panel + run + 11 * unit)
    return panel, logo, _Box(left, round(14 * unit), round(width - left - 8 * unit), round(72 * unit))


def _below(width: int, height: int, *, titled: bool) -> tuple[int, _Box, _Box]:
    """Where the panel's foot meets the left side, the logo's room, the words'."""
    unit = min(width, height) / 100
    panel = round((0.64 if titled else 0.86) * height)
    top, run = round(8 * unit), 0.045 * width
    logo = _Box(round(9 * unit), top, round(width - 18 * unit), round(panel - run - top - 6 * unit))
    below = round(panel + 10 * unit)
    return (
        panel,
        logo,
        _Box(round(9 * unit), below, round(width - 18 * unit), round(height - below - 7 * unit)),
    )


def _fitted(aspect: float, room: _Box) -> _Box:
    """The logo in the middle of its room, as large as fits, in whole pixels."""
    width = min(room.w, room.h * aspect)
    wide, high = max(1, round(width)), max(1, round(width / aspect))
    return _Box(room.x + (room.w - wide) // 2, room.y + (room.h - high) // 2, wide, high)


def _deep(color: Color) -> Color:
    return with_lightness(color, 0.2, chroma=0.5)


def _first_apart(candidates: list[Color], others: tuple[Color, ...]) -> Color:
    """The first that stands apart from all others; the one that does best where none does."""
    fitting = (c for c in candidates if all(distance(c, other) >= _APART for other in others))
    return next(fitting, max(candidates, key=lambda c: min(distance(c, other) for other in others)))
