"""What is ordered and what is delivered."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from imaging.banner.errors import BannerSpecError
from imaging.types import Color, Pixels

SIDE_IN = (4.0, 120.0)
"""Shortest and longest side of the trimmed banner, inches; 1920 x 1080 px are 20 x 11.25 at 96 dpi."""
ASPECT = (1 / 3, 3.0)
"""Narrowest and widest width-to-height ratio."""
BLEED_IN = (0.0, 2.0)
MAX_PLAYERS = 200
MAX_COLORS = 3
MAX_NUMBER_CHARS = 4
MAX_TEXT_CHARS = 400
MAX_SPONSORS = 12
MAX_COACHES = 12
_MOST = {"players": MAX_PLAYERS, "colors": MAX_COLORS, "coaches": MAX_COACHES, "sponsors": MAX_SPONSORS}

Guide = Literal["trim", "safe", "hem", "grommets"]
Medium = Literal["print", "screen"]


@dataclass(frozen=True, slots=True)
class Player:
    """One line of the roster."""

    number: str
    """As printed on the shirt, at most 4 characters; may be empty."""
    name: str
    position: str | None = None


@dataclass(frozen=True, slots=True)
class Sponsor:
    """One sponsor, by logo, name or both."""

    name: str = ""
    picture: str | None = None
    """A key of the pictures given to `render_banner`; the name stands in when it is not there."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture for the banner."""

    pixels: Pixels
    """(H, W, 4) RGBA with straight alpha, or (H, W, 3) RGB."""
    svg: bytes | None = None
    """A faithful drawing of the same; used in place of the pixels, so that it prints at any size."""


@dataclass(frozen=True, slots=True)
class BannerSpec:
    """An order for one roster banner.

    Raises:
        BannerSpecError: a size, count or text is out of range.
    """

    team_name: str
    sport: str = ""
    season: str = ""
    record: str = ""
    """Wins and losses, a title won: "12-3-1", "State Champions 2025"."""
    caption: str = ""
    """One sentence under or beside all the rest."""
    league: str = ""
    """Name of the league; its logo is the picture `league`."""
    colors: tuple[Color, ...] = ()
    """Primary, secondary, accent; those left out are chosen to match."""
    players: tuple[Player, ...] = ()
    """In the order they are printed."""
    coaches: tuple[str, ...] = ()
    sponsors: tuple[Sponsor, ...] = ()
    width_in: float = 36.0
    """Trimmed width, inches."""
    height_in: float = 18.0
    """Trimmed height, inches."""
    bleed_in: float = 0.25
    """Added on all four sides for cutting, inches."""
    dpi: float = 72.0
    """Of the PNG; the PDF is vector."""
    medium: Medium = "print"
    """A screen has no bleed to cut, a smaller margin, and a floor of type in pixels."""
    guides: tuple[Guide, ...] = ()
    """Lines for the print shop, on a layer of their own."""

    def __post_init__(self) -> None:
        """Refuse what cannot be printed."""
        _check_range("width_in", self.width_in, *SIDE_IN)
        _check_range("height_in", self.height_in, *SIDE_IN)
        _check_range("bleed_in", self.bleed_in, *BLEED_IN)
        _check_range("dpi", self.dpi, 10.0, 1200.0)
        slack = 1e-6
        if not ASPECT[0] - slack <= self.width_in / self.height_in <= ASPECT[1] + slack:
            raise BannerSpecError("width_in", "the sides may differ by a factor of 3 at most")
        for field, most in _MOST.items():
            if (count := len(getattr(self, field))) > most:
                raise BannerSpecError(field, f"at most {most}, got {count}")
        for index, player in enumerate(self.players):
            if len(player.number.strip()) > MAX_NUMBER_CHARS:
                raise BannerSpecError(f"players.{index}.number", f"at most {MAX_NUMBER_CHARS} characters")
        for field, text in all_fields(self):
            if len(text) > MAX_TEXT_CHARS:
                raise BannerSpecError(field, f"at most {MAX_TEXT_CHARS} characters, got {len(text)}")


@dataclass(frozen=True, slots=True)
class BannerLayout:
    """How the roster was set."""

    columns: int
    rows: int
    name_size_pt: float
    """Size of the names that were not shrunk, in points at print size; 0 without players."""
    shrunk: tuple[str, ...]
    """Texts set smaller than their neighbours to fit."""
    cut: tuple[str, ...]
    """Texts that did not fit at the smallest size and end in an ellipsis."""
    wrapped: tuple[str, ...] = ()
    """Names on two lines where their neighbours take one."""
    kind: str = ""
    """Of the cells: `row`, `card` or `list`; empty without players."""
    arrangement: str = ""
    """Which of the template's arrangements was used."""
    title_size_pt: float = 0.0
    number_size_pt: float = 0.0


@dataclass(frozen=True, slots=True)
class Banner:
    """A finished banner."""

    png: bytes
    """Empty when not asked for; sRGB, with bleed, its density written in."""
    pdf: bytes
    """Empty when not asked for; vector text, fonts embedded, trim and bleed boxes set."""
    svg: bytes
    """Empty when not asked for; text as outlines, with bleed."""
    width_px: int
    """Of the PNG, bleed included; 0 without one."""
    height_px: int
    layout: BannerLayout
    missing_glyphs: tuple[str, ...]
    """Characters that no loaded font has, each once, in order of appearance."""
    duplicates: tuple[str, ...]
    """Shirt numbers worn by more than one player, each once, in order of appearance."""


def duplicate_numbers(players: tuple[Player, ...]) -> tuple[str, ...]:
    """Numbers that occur more than once, in order of appearance; empty numbers do not count."""
    counts = Counter(player.number.strip() for player in players)
    return tuple(number for number, times in counts.items() if number and times > 1)


def _check_range(field: str, value: float, low: float, high: float) -> None:
    if not math.isfinite(value) or not low <= value <= high:
        raise BannerSpecError(field, f"must be between {low:g} and {high:g}, got {value:g}")


def all_fields(spec: BannerSpec) -> Iterator[tuple[str, str]]:
    """Every text of an order, with the name of its field."""
    for field in ("team_name", "sport", "season", "record", "caption", "league"):
        yield field, getattr(spec, field)
    for index, player in enumerate(spec.players):
        yield f"players.{index}.name", player.name
        yield f"players.{index}.position", player.position or ""
    yield from ((f"coaches.{index}", name) for index, name in enumerate(spec.coaches))
    yield from ((f"sponsors.{index}.name", sponsor.name) for index, sponsor in enumerate(spec.sponsors))


def all_texts(spec: BannerSpec) -> Iterator[str]:
    """Every text of an order."""
    return (text for _, text in all_fields(spec))
