"""Loads super-resolution engines: PyTorch is imported here, so only where such a network runs."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from models.backends.device import compute_dtype
from models.base import Device, EngineInfo, UpscaleEngine
from models.cards import CARDS, ModelCard
from models.registry import TILE_RULES, card_of, version_of
from models.upscale.engine import TorchUpscaler, default_pass_px
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact
from models.weights import weights_path


def build_upscaler(card: ModelCard) -> RRDBNet | SRVGGNetCompact:
    """The network of an upscaler's card, without weights (on PyTorch's meta device: it takes no memory)."""
    with torch.device("meta"):
        if card.architecture == "rrdbnet":
            return RRDBNet(num_feat=card.num_feat, num_block=card.num_block, num_grow_ch=card.num_grow)
        return SRVGGNetCompact(num_feat=card.num_feat, num_conv=card.num_conv, scale=card.scale)


def load_network(name: str, *, weights_dir: Path) -> RRDBNet | SRVGGNetCompact:
    """An upscaler's network with its weights, float32, on the CPU: the reference that engines are held to.

    Raises:
        KeyError: There is no such upscaler.
        WeightsMissingError: Its weights were not fetched.
    """
    card = card_of(name, task="upscale")
    network = build_upscaler(card)
    weights = load_file(weights_path(name, weights_dir=weights_dir))
    network.load_state_dict({key: value.float() for key, value in weights.items()}, strict=True, assign=True)
    return network.eval()


def load_upscaler(name: str, *, weights_dir: Path, device: Device, threads: int) -> UpscaleEngine:
    """Load a super-resolution engine.

    Args:
        name: One of `names("upscale")`.
        weights_dir: Where `models.fetch` put the weights.
        device: Where to run.
        threads: CPU threads of PyTorch, for this whole process.

    Raises:
        KeyError: There is no such upscaler.
        WeightsMissingError: Its weights were not fetched.
    """
    torch.set_num_threads(threads)
    network = load_network(name, weights_dir=weights_dir)
    dtype = compute_dtype(device)
    info = EngineInfo(
        name=name,
        version=version_of(name, weights_dir=weights_dir),
        task="upscale",
        scale=network.scale,
        channels=3,
        dtype=str(dtype).removeprefix("torch."),
        backend="torch",
        device=device,
        licence=CARDS[name].licence,
        tile=TILE_RULES[name],
        cost_tflop_per_mp=network.flop_per_pixel() / 1e6,
    )
    return TorchUpscaler(network, info=info, dtype=dtype, max_pass_px=default_pass_px(device))
