"""`/capabilities`."""

from typing import Literal

from serve_app.api.schemas.base import Answer


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


class CapabilitiesAnswer(Answer):
    """`/capabilities`."""

    models: list[ModelAnswer]
    garments: list[GarmentAnswer]
    banner_templates: list[str]
    fonts: list[str]
    """Families that text can be set in."""
    limits: dict[str, float]
    """Of one request, by name and unit."""
