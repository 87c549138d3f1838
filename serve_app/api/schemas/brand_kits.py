"""`/brand-kits`."""

from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from imaging.color import parse_color
from serve_app.api.schemas.base import Answer, AssetId, Body, ColorText, ShortText
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
    """Up to six, the most important first."""
    logo_id: AssetId | None = None
    """The id of an asset of yours that has not expired."""

    def content(self) -> KitContent:
        """The values of the use case."""
        return KitContent(
            name=self.name,
            team_name=self.team_name,
            sport=self.sport,
            colors=tuple(parse_color(text) for text in self.colors),
            logo_id=self.logo_id,
        )


class BrandKitAnswer(Answer):
    """A brand kit."""

    id: str
    name: str
    team_name: str
    sport: str
    colors: list[str]
    """As `#rrggbb`."""
    logo_id: str | None
    logo_url: str | None
    """A fresh link to the logo; null without one, and when it has expired or was deleted."""
    created_at: datetime
    updated_at: datetime


class BrandKitPage(Answer):
    """A page of brand kits, newest first."""

    items: list[BrandKitAnswer]
    next_cursor: str | None
