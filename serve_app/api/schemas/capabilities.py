"""`/capabilities`."""

from datetime import date
from typing import Literal

from configs.leagues import Block, Consent, NumberRule, PhotoRule
from serve_app.api.schemas.base import Answer
from serve_app.domain import Privacy


class ModelAnswer(Answer):
    """A network."""

    name: str
    task: Literal["upscale", "segment"]
    licence: str
    commercial_use: bool


class NamedColorAnswer(Answer):
    """A colour that a garment is sold in; mock-ups take any."""

    name: str
    hex: str


class ZoneAnswer(Answer):
    """A rectangle that can be printed."""

    zone: str
    width_in: float
    height_in: float


class SideAnswer(Answer):
    """One side of a garment."""

    side: Literal["front", "back"]
    default_zone: str
    zones: list[ZoneAnswer]


class GarmentAnswer(Answer):
    """What a logo can be placed on."""

    id: str
    name: str
    colors: list[NamedColorAnswer]
    sides: list[SideAnswer]


class BannerTemplateSizeAnswer(Answer):
    """A real size that a template is made for; others may be asked for too."""

    name: str
    """Case, spaces and signs do not matter: `3 x 6 ft` is `3x6ft`."""
    width_in: float
    """Trimmed; a screen's pixels are inches times `dpi`."""
    height_in: float
    medium: Literal["print", "screen"]
    bleed_in: float
    dpi: float
    """Of a screen, and what print shops want of a picture."""


class BannerTemplateAnswer(Answer):
    """A way of laying a banner out."""

    name: str
    title: str
    description: str
    sizes: list[BannerTemplateSizeAnswer]
    """The first one is used when none is asked for."""
    uses: list[str]
    """Which of the optional fields it shows."""


class RuleSourceAnswer(Answer):
    """Where a rule was read."""

    url: str
    read: date
    says: str


class LeagueAnswer(Answer):
    """What a league asks of a banner."""

    id: str
    title: str
    privacy: Privacy
    """The most that is shown of a child's name."""
    numbers: NumberRule
    coaches: Literal["full", "first_name"]
    photo: PhotoRule
    names_on_shirts: bool
    required: list[Block]
    """Blocks without which the league turns a banner down."""
    consent: list[Consent]
    """What needs the parents' permission."""
    reminders: list[str]
    """Rules that cannot be checked here."""
    sources: list[RuleSourceAnswer]


class CapabilitiesAnswer(Answer):
    """`/capabilities`."""

    models: list[ModelAnswer]
    garments: list[GarmentAnswer]
    banner_templates: list[BannerTemplateAnswer]
    leagues: list[LeagueAnswer]
    """Presets of rules for rosters, each with where the rules were read."""
    fonts: list[str]
    """Families that text can be set in."""
    limits: dict[str, float]
    """Of one request, by name and unit."""
