"""`/generate-web-assets`."""

import unicodedata
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field

from imaging.color import parse_color
from imaging.types import Color
from imaging.web.icons_mark import MarkChoice
from imaging.web.manifest import Display
from serve_app.api.schemas.base import Answer, ColorText, Flips, LogoSource
from serve_app.artwork import WebIconOrder
from serve_app.domain import Enclosed
from serve_app.services.web_icons import WebAssetsOrder

SHORT_NAME = 12
"""Characters that a home screen shows of a name (Chrome's advice for `short_name`)."""
_TURNS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
"""Marks that turn the direction of what follows, in a page's title beyond the name (UAX 9, 2)."""


def _visible(text: str) -> str:
    """Text of which something is seen, without control characters and marks that turn others round."""
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise ValueError("control characters are not allowed")
    kept = " ".join(text.translate(_TURNS).split())
    if text.strip() and all(unicodedata.category(char) in ("Cf", "Zs", "Mn") for char in kept):
        raise ValueError("nothing of it would be seen")
    return kept


def _named(text: str) -> str:
    if not _visible(text):
        raise ValueError("it is blank")
    return _visible(text)


def _base(text: str) -> str:
    """An address under which files can lie.

    Raises:
        ValueError: it is no http or https address, or has a user, a query or a fragment.
    """
    if any(char.isspace() or unicodedata.category(char) == "Cc" for char in text):
        raise ValueError("an address has no blanks")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https"):
        raise ValueError("only http and https addresses are taken")
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise ValueError("give scheme, host and path, nothing else")
    _ = parts.port  # raises for what is no port
    return text.rstrip("/") + "/"


Named = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(_named)]
Line = Annotated[str, Field(max_length=200), AfterValidator(_visible)]
BaseUrl = Annotated[str, Field(max_length=1024, examples=["https://example.com/"]), AfterValidator(_base)]


class WebAssetsBody(LogoSource):
    """A site: its name, its colours and the logo."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Harbor Foxes",
                    "short_name": "Foxes",
                    "logo_base64": "iVBORw0KGgo…",
                    "theme_color": "#0b2545",
                    "background_color": "#ffffff",
                    "base_url": "https://example.com/",
                }
            ]
        }
    )

    name: Named
    """Of the site or the team; its initials stand in where the logo cannot be read."""
    short_name: Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_named)] | None = None
    """Under an icon on a home screen; made of the name when absent."""
    theme_color: ColorText | None = None
    """Of the browser's frame; the logo's main colour when absent."""
    background_color: ColorText | None = None
    """Of splash screens and opaque icons; white, or where the logo is better seen, when absent."""
    base_url: BaseUrl | None = None
    """Where the files will lie; the site's root when absent. Social networks need it."""
    colors: Annotated[list[ColorText], Field(max_length=3)] | None = None
    """Of the team: primary, secondary, accent; taken from the logo when absent."""
    tagline: Line = ""
    """Under the name on the cards."""
    description: Line = ""
    """For manifest and head."""
    display: Display = "standalone"
    """How the installed site opens."""
    small_mark: MarkChoice = "auto"
    """What icons up to 48 px and the SVG show: the logo where it can be read, or always the same."""
    enclosed: Enclosed = "auto"
    """Regions of the ground's colour inside the logo: kept, cleared, or decided one by one."""
    flip: Flips = Field(default_factory=list)
    """Regions, by their place, to decide the other way."""
    remove_background: bool = True
    """False takes the logo with whatever it stands on."""

    def order(self, data: bytes) -> WebAssetsOrder:
        """The values of the use case."""
        icons = WebIconOrder(
            name=self.name,
            short_name=self.short_name or shortened(self.name),
            theme_color=_color(self.theme_color),
            background_color=_color(self.background_color),
            base_url=self.base_url,
            colors=tuple(parse_color(text) for text in self.colors or ()),
            tagline=self.tagline,
            description=self.description,
            display=self.display,
            small_mark=self.small_mark,
        )
        return WebAssetsOrder(data, icons, self.enclosed, tuple(self.flip), self.remove_background)


def shortened(name: str) -> str:
    """A name for a home screen: whole words up to `SHORT_NAME` characters, at least one."""
    kept = ""
    for word in name.split():
        longer = f"{kept} {word}".strip()
        if kept and len(longer) > SHORT_NAME:
            break
        kept = longer
    return kept[: 3 * SHORT_NAME]


def _color(text: str | None) -> Color | None:
    return None if text is None else parse_color(text)


class LegibilityAnswer(Answer):
    """A small icon of a mark beside the same at 512 px."""

    side_px: int
    contrast_kept: float
    """RMS contrast, as a share of the large icon's, 0-1."""
    detail_kept: float
    """Length of all edges times their contrast, as a share of the large icon's, 0-1."""
    least_detail: float
    """What a mark of this shape must keep."""
    readable: bool


class SmallMarkAnswer(Answer):
    """What the small icons show, and why."""

    shows: dict[str, Literal["logo", "symbol", "initials"]]
    """By side in pixels."""
    simplified: bool
    logo: list[LegibilityAnswer]
    symbol: LegibilityAnswer | None
    """The logo's largest symbol at 16 px, where it was looked at."""
    initials: str | None


class SchemeAnswer(Answer):
    """`favicon.svg` in one colour scheme."""

    ground: str
    lost_share: float
    """Share of the mark that would hardly be seen there as it is, 0-1."""
    done: Literal["nothing", "recolored", "contour", "swapped"]
    left_lost_share: float


class FaviconAnswer(Answer):
    """`favicon.svg`."""

    vector: bool
    """False where outlines cannot show the mark: it holds a picture then."""
    mark: Literal["logo", "symbol", "initials"]
    schemes: dict[Literal["light", "dark"], SchemeAnswer]


class PlateAnswer(Answer):
    """The ground of opaque icons."""

    color: str
    asked: str
    lost_share_on_asked: float
    lost_share: float


class CheckAnswer(Answer):
    """One thing that was looked at in a file."""

    name: str
    ok: bool
    found: str
    wanted: str


class FileCheckAnswer(Answer):
    """A file, opened again."""

    file: str
    ok: bool
    bytes: int
    checks: list[CheckAnswer]


class ChecksAnswer(Answer):
    """Every file, opened again."""

    ok: bool
    files: list[FileCheckAnswer]


class CardsAnswer(Answer):
    """The social cards."""

    colors: dict[str, str]
    logo_lost_share: float
