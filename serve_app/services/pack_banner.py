"""The banners of a pack: one order, laid out for print, for a feed and for a screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from imaging.banner.spec import BannerSpec, Medium, Player
from imaging.types import Color
from serve_app.domain import BannerFormat, BannerOrder, PackItem


@dataclass(frozen=True, slots=True)
class Sheet:
    """One banner as it leaves."""

    width_in: float
    height_in: float
    bleed_in: float
    dpi: float
    format: BannerFormat
    medium: Medium = "print"


SHEETS: Mapping[PackItem, Sheet] = {
    # Three by six feet, what print shops sell most. The proof is for the screen, the PDF for the press.
    "banner_png": Sheet(72.0, 36.0, 0.25, 50.0, "png"),
    "banner_pdf": Sheet(72.0, 36.0, 0.25, 50.0, "pdf"),
    "social_card": Sheet(11.25, 14.0625, 0.0, 96.0, "png", "screen"),
    "screen_banner": Sheet(20.0, 11.25, 0.0, 96.0, "png", "screen"),
}
"""1080 x 1350 and 1920 x 1080 px are inches at 96 dpi."""


@dataclass(frozen=True, slots=True)
class BannerWords:
    """What all banners of a pack say."""

    team_name: str
    sport: str
    season: str
    template: str
    coaches: tuple[str, ...] = ()
    short_name: str = ""
    """Under an icon on a home screen."""
    league: str = ""
    """As a banner shows it."""

    def order(self, item: PackItem, *, players: tuple[Player, ...], colors: tuple[Color, ...]) -> BannerOrder:
        """One of them. Raises `BannerSpecError`: it cannot be printed."""
        sheet = SHEETS[item]
        spec = BannerSpec(
            team_name=self.team_name,
            sport=self.sport,
            season=self.season,
            league=self.league,
            coaches=self.coaches,
            colors=colors,
            players=players,
            width_in=sheet.width_in,
            height_in=sheet.height_in,
            bleed_in=sheet.bleed_in,
            dpi=sheet.dpi,
            medium=sheet.medium,
        )
        return BannerOrder(spec, self.template, sheet.format)
