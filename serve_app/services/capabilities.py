"""`/capabilities`: what can be asked of this service, so that clients need not guess."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from configs.leagues import League
from configs.routes import DeviceRoutes
from models.cards import CARDS
from serve_app.ports import Engines


@dataclass(frozen=True, slots=True)
class CapabilitiesService:
    """The use case over its ports."""

    engines: Engines
    routes: DeviceRoutes
    limits: Mapping[str, float]
    """Of one request, by name and unit."""
    leagues: Mapping[str, League] = field(default_factory=dict)

    async def run(self) -> dict[str, Any]:
        """Models with their licences, garments with their zones, banner templates, fonts, leagues, limits.

        Raises:
            UnavailableError: the Renderer, which knows the garments, does not answer.
        """
        return {
            "models": self._models(),
            **await self.engines.renderer.catalogue(),
            "leagues": [{"id": name, **one.model_dump(mode="json")} for name, one in self.leagues.items()],
            "limits": dict(self.limits),
        }

    def _models(self) -> list[dict[str, Any]]:
        upscale = self.routes.upscale
        names = dict.fromkeys((upscale.photo.model, upscale.graphic.model, *self.routes.segment.names))
        return [
            {
                "name": card.name,
                "task": card.task,
                "licence": card.licence,
                "commercial_use": not card.noncommercial,
            }
            for card in (CARDS[name] for name in names)
        ]
