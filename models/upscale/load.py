"""Loads super-resolution engines. PyTorch is imported only where it runs the network."""

from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from models.backends.cpu import multiplies_bfloat16
from models.backends.device import compute_dtype
from models.backends.measured import MEMORY_FILE, circumstances, fastest
from models.base import Device, EngineInfo, UpscaleEngine
from models.cards import CARDS, ModelCard
from models.registry import TILE_RULES, card_of, version_of
from models.upscale.trial import isolated_seconds
from models.weights import weights_path

if TYPE_CHECKING:
    from models.upscale.rrdbnet import RRDBNet
    from models.upscale.srvggnet import SRVGGNetCompact

Backend = Literal["openvino", "torch"]

CPU_BACKENDS: tuple[Backend, ...] = ("openvino", "torch")
"""In order of preference: PyTorch takes 200 MB more and 3 s to import. The names are the packages', too."""

_ENLARGED = {"conv_up1": 4, "conv_up2": 16, "conv_hr": 16, "conv_last": 16}
"""RRDBNet's layers that work on more pixels than there are in the input."""


def build_upscaler(card: ModelCard) -> "RRDBNet | SRVGGNetCompact":
    """The network of an upscaler's card, without weights (on PyTorch's meta device: it takes no memory)."""
    import torch  # noqa: PLC0415 - see the module's docstring

    from models.upscale.rrdbnet import RRDBNet  # noqa: PLC0415 - the same
    from models.upscale.srvggnet import SRVGGNetCompact  # noqa: PLC0415 - the same

    with torch.device("meta"):
        if card.architecture == "rrdbnet":
            return RRDBNet(num_feat=card.num_feat, num_block=card.num_block, num_grow_ch=card.num_grow)
        return SRVGGNetCompact(num_feat=card.num_feat, num_conv=card.num_conv, scale=card.scale)


def load_network(name: str, *, weights_dir: Path) -> "RRDBNet | SRVGGNetCompact":
    """An upscaler's network with its weights, float32, on the CPU: the reference that engines are held to.

    Raises:
        KeyError: There is no such upscaler.
        WeightsMissingError: Its weights were not fetched.
    """
    from safetensors.torch import load_file  # noqa: PLC0415 - see the module's docstring

    card = card_of(name, task="upscale")
    network = build_upscaler(card)
    weights = load_file(weights_path(name, weights_dir=weights_dir))
    network.load_state_dict({key: value.float() for key, value in weights.items()}, strict=True, assign=True)
    return network.eval()


def load_upscaler(
    name: str, *, weights_dir: Path, device: Device, threads: int, backend: Backend | None = None
) -> UpscaleEngine:
    """Load a super-resolution engine, on the backend that is the fastest here.

    What was measured is kept in `backends.json` in the weights folder.

    Args:
        name: One of `names("upscale")`.
        weights_dir: Where `models.fetch` put the weights.
        device: Where to run.
        threads: CPU threads; those of PyTorch are for this whole process.
        backend: On a CPU, take this one, measuring nothing. Measurement is also spared when it is known.

    Raises:
        KeyError: There is no such upscaler.
        WeightsMissingError: Its weights were not fetched.
        EngineError: No backend can run it, or not the one that was asked for.
    """
    card_of(name, task="upscale")
    weights_path(name, weights_dir=weights_dir)
    if device == "cuda":
        return _load_torch(name, weights_dir=weights_dir, threads=threads, device=device)
    candidates: dict[str, Callable[[], float]] = {
        package: partial(isolated_seconds, name, package, weights_dir=weights_dir, threads=threads)
        for package in CPU_BACKENDS
        if find_spec(package)
    }
    given = circumstances(threads=threads, packages=CPU_BACKENDS)
    memory = weights_dir / MEMORY_FILE
    choice = fastest(candidates, question=name, given=given, memory=memory, forced=backend)
    load = _load_openvino if choice.name == "openvino" else _load_torch
    return load(name, weights_dir=weights_dir, threads=threads)


def _load_openvino(name: str, *, weights_dir: Path, threads: int) -> UpscaleEngine:
    from models.upscale.openvino_engine import OpenVinoUpscaler  # noqa: PLC0415 - only where it runs
    from models.upscale.openvino_rrdbnet import rrdbnet_graphs  # noqa: PLC0415 - the same
    from models.upscale.openvino_srvggnet import srvggnet_graphs  # noqa: PLC0415 - the same

    build = rrdbnet_graphs if CARDS[name].architecture == "rrdbnet" else srvggnet_graphs
    native = multiplies_bfloat16()
    graphs = build(_arrays(name, weights_dir=weights_dir), arithmetic="bf16" if native else "f32")
    dtype = "bfloat16" if native else "float32"
    info = _info(name, weights_dir=weights_dir, device="cpu", dtype=dtype, backend="openvino")
    return OpenVinoUpscaler(graphs, info=info, threads=threads)


def _load_torch(name: str, *, weights_dir: Path, threads: int, device: Device = "cpu") -> UpscaleEngine:
    import torch  # noqa: PLC0415 - see the module's docstring

    torch.set_num_threads(threads)
    dtype = compute_dtype(device)
    network = load_network(name, weights_dir=weights_dir)
    info = _info(name, weights_dir=weights_dir, device=device, dtype=str(dtype), backend="torch")
    if device == "cuda":
        from models.upscale.cuda_load import load_cuda_upscaler  # noqa: PLC0415 - only where it runs

        return load_cuda_upscaler(network, info=info, dtype=dtype, memory=weights_dir / MEMORY_FILE)
    from models.upscale.engine import TorchUpscaler, default_pass_px  # noqa: PLC0415 - the same

    return TorchUpscaler(network, info=info, dtype=dtype, max_pass_px=default_pass_px(device))


def _info(name: str, *, weights_dir: Path, device: Device, dtype: str, backend: str) -> EngineInfo:
    card = CARDS[name]
    weights = _arrays(name, weights_dir=weights_dir)
    return EngineInfo(
        name=name,
        version=version_of(name, weights_dir=weights_dir),
        task="upscale",
        scale=card.scale,
        channels=3,
        dtype=dtype.removeprefix("torch."),
        backend=backend,
        device=device,
        licence=card.licence,
        tile=TILE_RULES[name],
        cost_tflop_per_mp=flop_per_pixel(weights) / 1e6,
    )


def flop_per_pixel(weights: Mapping[str, np.ndarray]) -> int:
    """Arithmetic per input pixel: two operations per kernel weight, at each layer's own resolution.

    Args:
        weights: By their official names; of biases and slopes, which are one-dimensional, nothing is counted.
    """
    kernels = {key.removesuffix(".weight"): value for key, value in weights.items() if value.ndim > 1}
    return sum(2 * kernel.size * _ENLARGED.get(layer, 1) for layer, kernel in kernels.items())


def _arrays(name: str, *, weights_dir: Path) -> dict[str, np.ndarray]:
    """The weights in float32."""
    from safetensors.numpy import load_file  # noqa: PLC0415 - not needed to build a network without weights

    weights = load_file(weights_path(name, weights_dir=weights_dir))
    return {key: value.astype(np.float32) for key, value in weights.items()}
