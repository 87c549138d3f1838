"""What a client asks of `/generate-asset-pack`."""

from dataclasses import dataclass, field

from imaging.types import Color
from serve_app.domain import JerseyFile, PackItem
from serve_app.services.brand_studio import LogoSource
from serve_app.services.pack_items import ALL_ITEMS
from serve_app.services.roster import RosterRules
from serve_app.services.roster_source import RosterSource


@dataclass(frozen=True, slots=True)
class PackOrder:
    """One pack."""

    logo: LogoSource | None
    """None where a brand kit is named."""
    team_name: str
    sport: str = ""
    season: str = ""
    short_name: str = ""
    """Of the team, for a home screen."""
    colors: tuple[Color, ...] = ()
    roster: RosterSource = field(default_factory=RosterSource)
    rules: RosterRules = field(default_factory=RosterRules)
    coaches: tuple[str, ...] = ()
    template: str = "bold"
    garment_color: Color | None = None
    items: tuple[PackItem, ...] = ALL_ITEMS
    jerseys: tuple[JerseyFile, ...] = ()
    brand_kit_id: str | None = None

    @property
    def league(self) -> str:
        """As a banner shows it; empty without one."""
        return self.rules.league.printed if self.rules.league else ""
