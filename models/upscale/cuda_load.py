"""Loads a super-resolution engine on CUDA: every way to run it is checked, timed, and the fastest kept."""

import logging
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn

from models.backends.measured import circumstances, fastest
from models.base import EngineError, EngineInfo, UpscaleEngine
from models.upscale.cuda_candidates import PLAIN, candidates
from models.upscale.cuda_check import CHECK_SIZES_PX, reference, scene
from models.upscale.cuda_trial import TILE_PX, Subject, checked, isolated_trial, trial
from models.upscale.engine import TorchUpscaler, default_pass_px

_log = logging.getLogger(__name__)


def load_cuda_upscaler(
    network: nn.Module, *, info: EngineInfo, dtype: torch.dtype, memory: Path
) -> UpscaleEngine:
    """The fastest engine that this device can run and that agrees with the float32 network.

    The first start on a device tries every candidate, in a process of its own: a minute or two. Later ones
    remember.

    Args:
        network: On the CPU, in float32; it may be converted and moved.
        info: The model; the tile's size and the backend's name become what was chosen.
        dtype: Arithmetic of all but the sensitive layers.
        memory: The JSON file of measurements that were made before (`models.backends.measured`).

    Returns:
        A `CudaUpscaler`; where not one candidate passes, the plain `TorchUpscaler`, and a line in the log.
    """
    try:
        subject = subject_of(network, replace(info, tile=replace(info.tile, size_px=TILE_PX)), dtype)
        return _best(subject, memory=memory)
    except Exception as error:  # noqa: BLE001 - a driver may raise anything; the plain engine asks least of it
        _log.warning("%s: the plain engine runs, for no faster one could: %s", info.name, error)
    return TorchUpscaler(network.cpu(), info=info, dtype=dtype, max_pass_px=default_pass_px(info.device))


def subject_of(network: nn.Module, info: EngineInfo, dtype: torch.dtype) -> Subject:
    """The network with what it makes, in float32, of a few drawn tiles."""
    tiles = [scene(height, width) for height, width in CHECK_SIZES_PX]
    device = torch.device(info.device)
    expected = [reference(network.to(device), tile, device=device) for tile in tiles]
    return Subject(network.cpu(), info, dtype, tiles, expected)


def _best(subject: Subject, *, memory: Path) -> UpscaleEngine:
    """The fastest candidate, measured now or before; the sure one where that fails."""
    trials = {name: partial(_seconds, subject, name) for name in candidates(subject.network)}
    choice = fastest(trials, question=subject.info.name, given=_given(subject), memory=memory)
    try:
        return checked(subject, choice.name)[0]
    except EngineError as error:
        if choice.name == PLAIN:
            raise
        _log.warning("%s: %s was the fastest and fails here: %s", subject.info.name, choice.name, error)
    return checked(subject, PLAIN)[0]


def _seconds(subject: Subject, name: str) -> float:
    """Of one canvas; what is not sure to run is tried in a process of its own."""
    tried = trial(subject, name) if name == PLAIN else isolated_trial(subject, name)
    return tried.seconds[1]


def _given(subject: Subject) -> str:
    """What a measurement on this device depends on."""
    if subject.device.type != "cuda":
        return circumstances(threads=torch.get_num_threads(), packages=("torch",))
    triton = "triton" if find_spec("triton") else "no triton"
    versions = f"CUDA {torch.version.cuda}, torch {torch.__version__}, {triton}"
    return f"{torch.cuda.get_device_name()}, {versions}, {subject.info.dtype}"
