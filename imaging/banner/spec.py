"""What is ordered and what is delivered."""

import math
from collections import Counter
from dataclasses import dataclass

from imaging.banner.errors import BannerSpecError
from imaging.types import Color

SIDE_IN = (12.0, 120.0)
"""Shortest and longest side of the trimmed banner, inches."""
ASPECT = (1 / 3, 3.0)
"""Narrowest and widest width-to-height ratio."""
BLEED_IN = (0.0, 2.0)
MAX_PLAYERS = 200
MAX_COLORS = 3
MAX_NUMBER_CHARS = 4
MAX_TEXT_CHARS = 400


@dataclass(frozen=True, slots=True)
class Player:
    """One line of the roster."""

    number: str
    """As printed on the shirt, at most 4 characters; may be empty."""
    name: str
    position: str | None = None


@dataclass(frozen=True, slots=True)
class BannerSpec:
    """An order for one roster banner.

    Raises:
        BannerSpecError: a size, count or text is out of range.
    """

    team_name: str
    sport: str = ""
    season: str = ""
    colors: tuple[Color, ...] = ()
    """Primary, secondary, accent; those left out are chosen to match."""
    players: tuple[Player, ...] = ()
    """In the order they are printed."""
    coaches: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()
    width_in: float = 36.0
    """Trimmed width, inches."""
    height_in: float = 18.0
    """Trimmed height, inches."""
    bleed_in: float = 0.25
    """Added on all four sides for cutting, inches."""
    dpi: float = 72.0
    """Of the PNG; the PDF is vector."""

    def __post_init__(self) -> None:
        """Refuse what cannot be printed."""
        _check_range("width_in", self.width_in, *SIDE_IN)
        _check_range("height_in", self.height_in, *SIDE_IN)
        _check_range("bleed_in", self.bleed_in, *BLEED_IN)
        _check_range("dpi", self.dpi, 10.0, 1200.0)
        slack = 1e-6
        if not ASPECT[0] - slack <= self.width_in / self.height_in <= ASPECT[1] + slack:
            raise BannerSpecError("width_in", "the sides may differ by a factor of 3 at most")
        if len(self.players) > MAX_PLAYERS:
            raise BannerSpecError("players", f"at most {MAX_PLAYERS}, got {len(self.players)}")
        if len(self.colors) > MAX_COLORS:
            raise BannerSpecError("colors", f"at most {MAX_COLORS}, got {len(self.colors)}")
        for index, player in enumerate(self.players):
            if len(player.number.strip()) > MAX_NUMBER_CHARS:
                raise BannerSpecError(f"players.{index}.number", f"at most {MAX_NUMBER_CHARS} characters")
            _check_text(f"players.{index}.name", player.name)
            _check_text(f"players.{index}.position", player.position or "")
        for field in ("team_name", "sport", "season"):
            _check_text(field, getattr(self, field))
        for field in ("coaches", "sponsors"):
            for text in getattr(self, field):
                _check_text(field, text)


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


@dataclass(frozen=True, slots=True)
class Banner:
    """A finished banner."""

    png: bytes
    """Empty when not asked for; sRGB, with bleed, its density written in."""
    pdf: bytes
    """Empty when not asked for; vector text, fonts embedded, trim and bleed boxes set."""
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


def _check_text(field: str, text: str) -> None:
    if len(text) > MAX_TEXT_CHARS:
        raise BannerSpecError(field, f"at most {MAX_TEXT_CHARS} characters, got {len(text)}")
