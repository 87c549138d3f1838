"""`/brand-kits`."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from imaging.color import parse_color
from serve_app.api.schemas.answers import AssetAnswer
from serve_app.api.schemas.base import Answer, AssetId, Body, ColorText, ShortText
from serve_app.api.schemas.pack import PackKitAnswer
from serve_app.services.brand_kits import KitContent


class BrandKitBody(Body):
    """What a team's pictures have in common."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Home 2026",
                    "team_name": "Harbor Foxes",
                    "sport": "soccer",
                    "colors": ["#0b2545", "gold"],
                    "garment_color": "navy",
                    "logo_id": None,
                }
            ]
        }
    )

    name: Annotated[str, Field(min_length=1, max_length=120)]
    """What you call the kit."""
    team_name: Annotated[str, Field(max_length=120)] = ""
    sport: ShortText = ""
    colors: Annotated[list[ColorText], Field(max_length=6)] = Field(default_factory=list)
    """Up to six, the most important first: primary, secondary, accent. The logo's own when empty."""
    garment_color: ColorText | None = None
    """Of the garments in packs; the common colour on which the logo shows best when absent."""
    logo_id: AssetId | None = None
    """The id of an asset of yours that has not expired; the kit keeps a copy of its own."""

    def content(self) -> KitContent:
        """The values of the use case."""
        return KitContent(
            name=self.name,
            team_name=self.team_name,
            sport=self.sport,
            colors=tuple(parse_color(text) for text in self.colors),
            logo_id=self.logo_id,
            garment_color=parse_color(self.garment_color) if self.garment_color else None,
        )


class BrandKitAnswer(Answer):
    """A brand kit."""

    id: str
    name: str
    team_name: str
    sport: str
    colors: list[str]
    """As `#rrggbb`."""
    garment_color: str | None
    logo_id: str | None
    logo_url: str | None
    """A fresh link to the logo; null without one, and when it has expired or was deleted."""
    prepared: bool
    """The logo is cleaned: a pack or a banner with this kit does not do that work again."""
    expires_at: datetime | None
    """Of a kit that a pack made for itself, as long as nobody uses it; PUT keeps it. Else null."""
    created_at: datetime
    updated_at: datetime


class BrandKitDetail(BrandKitAnswer):
    """The same with its files and what is known of its logo."""

    files: list[AssetAnswer]
    """The logo as it was sent, and what was made of it when it was first used."""
    brand: PackKitAnswer | None
    """Colours with their contrast, and the palette; null until the logo is cleaned."""


class BrandKitPage(Answer):
    """A page of brand kits, newest first."""

    items: list[BrandKitAnswer]
    next_cursor: str | None
