"""`/generate-asset-pack`."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from imaging.color import parse_color
from serve_app.api.schemas.base import Answer, Body, ColorText, LogoSource, ShortText
from serve_app.domain import PackItem, Privacy
from serve_app.services.asset_pack import PackOrder
from serve_app.services.pack_items import ALL_ITEMS


class PlayerBody(Body):
    """One line of the roster."""

    name: Annotated[str, Field(max_length=120)] = ""
    number: Annotated[str, Field(max_length=4, coerce_numbers_to_str=True)] = ""
    position: Annotated[str, Field(max_length=40)] = ""


class PackBody(LogoSource):
    """A team: who it is, its logo and its roster."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "team_name": "Harbor Foxes",
                    "sport": "soccer",
                    "logo_base64": "iVBORw0KGgo…",
                    "colors": ["#0b2545", "#f4b942"],
                    "players": [
                        {"number": "7", "name": "Mina Duarte"},
                        {"number": "10", "name": "Ana Reyes"},
                    ],
                }
            ]
        }
    )

    team_name: Annotated[str, Field(min_length=1, max_length=120)]
    sport: ShortText = ""
    season: ShortText = ""
    colors: Annotated[list[ColorText], Field(max_length=3)] | None = None
    """Primary, secondary, accent; taken from the logo when absent."""
    players: list[PlayerBody] = Field(default_factory=list)
    garment_color: ColorText | None = None
    """Colour of the t-shirt; the one on which the logo shows best when absent."""
    privacy: Privacy = "full"
    """How much of the players' names the banner shows."""
    include: Annotated[list[PackItem], Field(min_length=1)] | None = None
    """Only these items; all of them when absent."""

    def order(self, data: bytes) -> PackOrder:
        """The values of the use case."""
        return PackOrder(
            data=data,
            team_name=self.team_name,
            sport=self.sport,
            season=self.season,
            colors=self.chosen_colors(),
            players=tuple((player.number, player.name, player.position) for player in self.players),
            garment_color=self.chosen_garment_color(),
            privacy=self.privacy,
            include=tuple(self.include) if self.include else ALL_ITEMS,
        )

    def chosen_garment_color(self) -> tuple[int, int, int] | None:
        """The t-shirt's colour as a value."""
        return parse_color(self.garment_color) if self.garment_color else None

    def chosen_colors(self) -> tuple[tuple[int, int, int], ...]:
        """Colours as values."""
        return tuple(parse_color(text) for text in self.colors or ())


class ItemAnswer(Answer):
    """How one item of the pack went."""

    name: str
    state: Literal["succeeded", "failed"]
    asset: str | None
    """The id of its asset."""
    error: dict[str, str] | None
    """`code` and `detail` of what went wrong."""
