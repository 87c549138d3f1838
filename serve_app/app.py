"""`build(args)`: every `.bind()` of the application, and nothing else."""

from typing import Any

import ray
from ray import serve
from ray.serve import Application

from configs.routes import DeviceRoutes, load_routes
from configs.settings import REPOSITORY, Settings, SettingsError
from models.base import Device
from models.cards import CARDS
from serve_app.args import AppArgs
from serve_app.deployments.codec import CodecDeployment
from serve_app.deployments.renderer import RendererDeployment
from serve_app.deployments.segmenter import SegmenterDeployment
from serve_app.deployments.upscaler import UpscalerDeployment
from serve_app.dispatcher import Dispatcher
from serve_app.ingress import Ingress
from serve_app.wiring import decode_limits

GPU_SHARE = 0.5
"""Of one GPU for each of the two model deployments, unless the Serve config says otherwise."""


def build(args: AppArgs) -> Application:
    """The application graph; `serve_config.yaml` and `configs/serve/local.yaml` name this function.

    Raises:
        pydantic.ValidationError: `args` or the settings are not valid.
    """
    settings = Settings()
    device = pick_device(settings)
    routes = load_routes().on(device)
    check_licences(routes, allowed=settings.allow_noncommercial_models)
    resources = {"num_gpus": GPU_SHARE if device == "cuda" else 0}
    networks = {"weights_dir": str(settings.weights_dir), "device": device}
    upscale, segment = routes.upscale, routes.segment
    codec = deploy(CodecDeployment, "Codec").bind(args.codec, limits=decode_limits(settings))
    upscaler = deploy(UpscalerDeployment, "Upscaler", ray_actor_options=resources).bind(
        args.upscaler, models=(upscale.photo.model, upscale.graphic.model), **networks
    )
    segmenter = deploy(SegmenterDeployment, "Segmenter", ray_actor_options=resources).bind(
        args.segmenter,
        models=segment.names,
        allow_noncommercial=settings.allow_noncommercial_models,
        **networks,
    )
    renderer = deploy(RendererDeployment, "Renderer").bind(
        args.renderer,
        configs_dir=str(REPOSITORY / "configs"),
        font_folders=tuple(map(str, settings.font_folders)),
    )
    engines = (codec, upscaler, segmenter, renderer)
    dispatcher = deploy(Dispatcher, "Dispatcher").bind(*engines, settings=settings, device=device)
    return deploy(Ingress, "Ingress").bind(*engines, dispatcher, settings=settings, device=device)


def check_licences(routes: DeviceRoutes, *, allowed: bool) -> None:
    """Refuse routes to models that may not be used commercially.

    Raises:
        SettingsError: there is one, and the settings do not allow it.
    """
    names = {routes.upscale.photo.model, routes.upscale.graphic.model, *routes.segment.names}
    forbidden = sorted(name for name in names if CARDS[name].noncommercial)
    if forbidden and not allowed:
        raise SettingsError(
            f"{', '.join(forbidden)} may not be used commercially: choose other models in "
            "configs/engines.yaml or set ALLOW_NONCOMMERCIAL_MODELS=true."
        )


def deploy(owner: type[object], name: str, **options: Any) -> serve.Deployment:
    """A class as a deployment; the Serve config overrides `options` by the name."""
    deployment: serve.Deployment = serve.deployment(name=name, **options)(owner)
    return deployment


def pick_device(settings: Settings) -> Device:
    """The device of the networks: as set, or CUDA when the cluster has GPUs.

    The cluster is asked, not this process: `build` may run on a head node without one.
    """
    if settings.device != "auto":
        return settings.device
    resources = ray.cluster_resources()  # type: ignore[no-untyped-call]  # Ray has no types here
    return "cuda" if resources.get("GPU", 0) > 0 else "cpu"
