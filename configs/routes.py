"""Model routes: which network answers which request, read from `engines.yaml` and validated."""

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from models.base import Device

ENGINES_FILE = Path(__file__).with_name("engines.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class UpscaleRoute(_Strict):
    """One network and what it may be asked synchronously."""

    model: str
    max_megapixels: float = Field(gt=0)


class UpscaleRoutes(_Strict):
    """The networks of one device."""

    photo: UpscaleRoute
    graphic: UpscaleRoute

    def of(self, kind: Literal["photo", "graphic"]) -> UpscaleRoute:
        """The route for one kind of image."""
        return self.photo if kind == "photo" else self.graphic


class SegmentRoute(_Strict):
    """The networks that cut subjects out."""

    model: str
    """Used unless a request asks for another; loaded at start."""
    more: tuple[str, ...] = ()
    """What else a request may ask for; loaded when first asked for."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every network that a request may name, the usual one first."""
        return tuple(dict.fromkeys((self.model, *self.more)))


class DeviceRoutes(_Strict):
    """Everything that one device does."""

    upscale: UpscaleRoutes
    segment: SegmentRoute


class Routes(_Strict):
    """The whole file."""

    upscale: dict[Device, UpscaleRoutes]
    segment: dict[Device, SegmentRoute]

    def on(self, device: Device) -> DeviceRoutes:
        """The routes of one device."""
        return DeviceRoutes(upscale=self.upscale[device], segment=self.segment[device])


def load_routes(path: Path = ENGINES_FILE) -> Routes:
    """Read and validate the routes; a misspelled key raises `pydantic.ValidationError`."""
    return Routes.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
