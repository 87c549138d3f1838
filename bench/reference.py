"""`RealESRGANer`, the authors' own pipeline, in an environment that its packages no longer import in.

`realesrgan` 0.3.0 and `basicsr` 1.4.2 (2022) import parts of `torchvision` that are gone. They are installed
without their dependencies into a folder of the benchmark's own, and only what `RealESRGANer` and its two
networks need is imported: the packages' `__init__` files, which import everything else, are passed over.
"""

import importlib
import io
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from bench.engines import SCALE, Enlarge
from configs.settings import Settings
from imaging.types import Pixels
from models.base import Device
from models.registry import card_of
from models.weights import weights_path

PACKAGES = ("realesrgan==0.3.0", "basicsr==1.4.2")
PASSED_OVER = ("realesrgan", "realesrgan.archs", "basicsr", "basicsr.archs", "basicsr.utils", "basicsr.ops")
INSTALL_TIMEOUT_S = 300
TILE_PAD = 10
"""The default of the authors' command line."""


class ReferenceUnavailableError(RuntimeError):
    """The authors' packages could not be installed or imported; the text says why."""


def real_esrganer(name: str, *, tile: int, device: Device = "cpu", half: bool = False) -> Enlarge:
    """The authors' pipeline around the authors' network with our weights.

    Args:
        name: Of the model.
        tile: Side of its tiles; 0 for the whole image, its default.
        device: Where it runs.
        half: In float16, its default on CUDA; otherwise in float32.

    Raises:
        ReferenceUnavailableError: It cannot be had here.
    """
    folder = _installed()
    with _importable(folder):
        try:
            pipeline = importlib.import_module("realesrgan.utils").RealESRGANer
            network = _network(name)
        except Exception as error:
            raise ReferenceUnavailableError(f"its import failed: {error!r}") from error
    weights = load_file(weights_path(name, weights_dir=Settings().weights_dir))
    with tempfile.NamedTemporaryFile(suffix=".pth") as file:
        torch.save({"params": {key: value.float() for key, value in weights.items()}}, file.name)
        upsampler = pipeline(
            SCALE, file.name, model=network, tile=tile, tile_pad=TILE_PAD, pre_pad=0, half=half, device=device
        )

    def run(image: Pixels) -> Pixels:
        with redirect_stdout(io.StringIO()):  # it prints a line for each tile
            output, _ = upsampler.enhance(np.ascontiguousarray(image[..., ::-1]))  # it takes and gives BGR
        rgb: Pixels = output[..., ::-1]
        return rgb

    return run


def _network(name: str) -> Any:
    """The authors' module for a model, as their command line builds it."""
    card = card_of(name, task="upscale")
    if card.architecture == "rrdbnet":
        module = importlib.import_module("basicsr.archs.rrdbnet_arch")
        return module.RRDBNet(3, 3, num_feat=64, num_block=card.num_block, num_grow_ch=32, scale=SCALE)
    module = importlib.import_module("realesrgan.archs.srvgg_arch")
    return module.SRVGGNetCompact(3, 3, num_feat=64, num_conv=card.num_conv, upscale=SCALE, act_type="prelu")


def _installed() -> Path:
    """The folder with the authors' packages; made when it is missing."""
    folder = Settings().data_dir.resolve() / "bench" / "reference"
    if (folder / "basicsr").is_dir() and (folder / "realesrgan").is_dir():
        return folder
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--target", str(folder), *PACKAGES]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_TIMEOUT_S)
    except subprocess.CalledProcessError as error:
        raise ReferenceUnavailableError(f"its installation failed: {error.stderr[-300:]}") from error
    except subprocess.TimeoutExpired as error:
        raise ReferenceUnavailableError(f"its installation took over {INSTALL_TIMEOUT_S} s") from error
    return folder


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let the authors' files be imported: their packages as bare folders, `torchvision` as an empty name."""
    shells = {name: ModuleType(name) for name in PASSED_OVER}
    for name, shell in shells.items():
        shell.__path__ = [str(folder.joinpath(*name.split(".")))]
    before = dict(sys.modules)
    sys.modules.update(shells, torchvision=ModuleType("torchvision"))
    try:
        # What `basicsr.utils` itself gives to the files that are imported.
        logger = importlib.import_module("basicsr.utils.logger")
        shells["basicsr.utils"].__dict__["get_root_logger"] = logger.get_root_logger
        yield
    finally:
        if "torchvision" in before:
            sys.modules["torchvision"] = before["torchvision"]
        else:
            del sys.modules["torchvision"]
