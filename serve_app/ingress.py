"""The Serve ingress: a replica that owns the services and answers HTTP through `create_api`."""

from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle
from ray.util.metrics import Gauge
from starlette.types import ASGIApp

from configs.settings import Settings
from models.base import Device
from serve_app.adapters.engines import RayEngines
from serve_app.api.create import create_api
from serve_app.telemetry import LOG, configure_logging
from serve_app.wiring import create_services


@serve.ingress()
class Ingress:
    """Holds the clients of a replica: they open here, in `__init__`, never at import."""

    def __init__(
        self,
        codec: DeploymentHandle[Any],
        upscaler: DeploymentHandle[Any],
        segmenter: DeploymentHandle[Any],
        renderer: DeploymentHandle[Any],
        dispatcher: DeploymentHandle[Any],
        *,
        settings: Settings,
        device: Device,
    ) -> None:
        configure_logging(settings.log_level)
        engines = RayEngines(
            codec=codec,
            upscaler=upscaler,
            segmenter=segmenter,
            renderer=renderer,
            dispatcher=dispatcher,
        )
        in_flight = Gauge("ingress_megapixels_in_flight", "Megapixels, read and made, in work")
        waiting = Gauge("ingress_requests_waiting", "Requests that wait for room for their pixels")

        def tell(megapixels: float, requests: int) -> None:
            in_flight.set(megapixels)
            waiting.set(requests)

        self._services = create_services(settings, engines=engines, device=device, on_pixels=tell)
        LOG.info("Ingress: profile %s, networks on %s", settings.profile, device)

    def __serve_build_asgi_app__(self) -> ASGIApp:
        """Called by Serve after `__init__`."""
        return create_api(self._services)

    async def __del__(self) -> None:
        """Called by Serve when the replica has drained."""
        await self._services.close()

    async def check_health(self) -> None:
        """Called by Serve; an event loop that gets here is alive."""
