"""`build(args)`: every `.bind()` of the application, and nothing else."""

import ray
from ray.serve import Application

from configs.routes import load_routes
from configs.settings import REPOSITORY, Settings
from models.base import Device
from serve_app.args import AppArgs
from serve_app.deployments.codec import CodecDeployment
from serve_app.deployments.renderer import RendererDeployment
from serve_app.deployments.segmenter import SegmenterDeployment
from serve_app.deployments.upscaler import UpscalerDeployment
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
    weights_dir = str(settings.weights_dir)
    resources = {"num_gpus": GPU_SHARE if device == "cuda" else 0}
    upscaler = UpscalerDeployment.options(ray_actor_options=resources).bind(
        args.upscaler,
        models=(routes.upscale.photo.model, routes.upscale.graphic.model),
        weights_dir=weights_dir,
        device=device,
    )
    segmenter = SegmenterDeployment.options(ray_actor_options=resources).bind(
        args.segmenter, models=(routes.segment.model,), weights_dir=weights_dir, device=device
    )
    renderer = RendererDeployment.bind(args.renderer, configs_dir=str(REPOSITORY / "configs"))
    codec = CodecDeployment.bind(args.codec, limits=decode_limits(settings))
    return Ingress.bind(codec, upscaler, segmenter, renderer, settings=settings, device=device)


def pick_device(settings: Settings) -> Device:
    """The device of the networks: as set, or CUDA when the cluster has GPUs.

    The cluster is asked, not this process: `build` may run on a head node without one.
    """
    if settings.device != "auto":
        return settings.device
    return "cuda" if ray.cluster_resources().get("GPU", 0) > 0 else "cpu"
