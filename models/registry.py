"""Every engine by name: what loads it, how its input is cut, what it costs."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import torch
from safetensors.torch import load_file

from models.backends.device import compute_dtype
from models.base import Device, EngineInfo, SegmentEngine, Task, TileRules, UpscaleEngine
from models.cards import CARDS, ModelCard
from models.segment.engine import OnnxSegmenter, open_session
from models.upscale.engine import TorchUpscaler, default_pass_px
from models.upscale.rrdbnet import RRDBNet
from models.upscale.srvggnet import SRVGGNetCompact
from models.weights import weights_path, weights_sha256

# Overlaps, by the float32 difference of tiled and whole on a face and a crest with a seam every 100 pixels.
# x4plus: 32 px 47 dB, 48 px 51 dB, 64 px 56 dB, 80 px 60 dB. Anime: 16 px 46 dB, 32 px 51 dB, 48 px 57 dB.
# animevideov3, which sees 18 px around a pixel: 16 px 64 dB, 24 px 87 dB.
# Sizes: one tile takes 4 s (anime) to 10 s (x4plus) on two CPU cores; work is cancelled between tiles only.
# Sides are of any length: padding an image by even a few pixels changes what the network makes of its border
# (35 dB).
TILE_RULES: Mapping[str, TileRules] = MappingProxyType(
    {
        "realesrgan-x4plus": TileRules(size_px=320, overlap_px=80, multiple_px=1),
        "realesrgan-x4plus-anime": TileRules(size_px=320, overlap_px=64, multiple_px=1),
        "realesr-animevideov3": TileRules(size_px=384, overlap_px=24, multiple_px=1),
        # U2-Net sees the whole image, squeezed to one square.
        "u2net": TileRules(size_px=320, overlap_px=0, multiple_px=320),
        "u2netp": TileRules(size_px=320, overlap_px=0, multiple_px=320),
    }
)

SEGMENT_GFLOP: Mapping[str, float] = MappingProxyType({"u2net": 117.196, "u2netp": 39.512})
"""Of one 320 x 320 pass: 2 * weights * output pixels, over the graph's convolutions (a test counts them)."""


def names(task: Task) -> tuple[str, ...]:
    """Names of the models for a task."""
    return tuple(name for name, card in CARDS.items() if card.task == task)


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
    card = _card(name, task="upscale")
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
        version=_version(name, weights_dir=weights_dir),
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


def load_segmenter(name: str, *, weights_dir: Path, device: Device, threads: int) -> SegmentEngine:
    """Load a salient-object engine.

    Args:
        name: One of `names("segment")`.
        weights_dir: Where `models.fetch` put the weights.
        device: Where to run.
        threads: CPU threads of this engine.

    Raises:
        KeyError: There is no such segmenter.
        WeightsMissingError: Its weights were not fetched.
        DeviceUnavailableError: ONNX Runtime cannot use the device.
    """
    card = _card(name, task="segment")
    path = weights_path(name, weights_dir=weights_dir)
    tile = TILE_RULES[name]
    info = EngineInfo(
        name=name,
        version=_version(name, weights_dir=weights_dir),
        task="segment",
        scale=1,
        channels=3,
        dtype="float32",
        backend="onnxruntime",
        device=device,
        licence=card.licence,
        tile=tile,
        cost_tflop_per_mp=SEGMENT_GFLOP[name] * 1e3 / tile.size_px**2,
    )
    return OnnxSegmenter(open_session(path, device=device, threads=threads), info=info)


def _card(name: str, *, task: Task) -> ModelCard:
    if name not in names(task):
        raise KeyError(f"no {task} model {name!r}; there are {', '.join(names(task))}")
    return CARDS[name]


def _version(name: str, *, weights_dir: Path) -> str:
    return weights_sha256(name, weights_dir=weights_dir)[:12]
